"""The consent record: who, for whom, about what, on which terms.

Its fields follow ISO/IEC TS 27560:2023 as the W3C Data Privacy Vocabulary maps it (profile dpv-27560#record-eu-gdpr).
The record is immutable once given: a change makes a new record that supersedes it. Evidence, assets and events are kept
beside it in tables of their own.
"""

from dataclasses import dataclass
from datetime import date
from typing import ClassVar, Literal

from pydantic import ConfigDict

from studio.consent.json_form import STRICT, from_json, to_json
from studio.consent.names import skeleton
from studio.consent.terms import Terms, check_terms
from studio.core.errors import InputError
from studio.core.hashing import canonical_json, sha256_bytes

SCHEMA = "vivavoce-consent-record/1"
CONFORMS_TO = "https://w3id.org/dpv/schema/dpv-27560#record-eu-gdpr"

SubjectStatus = Literal["adult", "minor", "deceased", "self"]
Representation = Literal["none", "counsel", "union", "agent", "self"]
IdentityCheck = Literal["none", "known-person", "document-seen", "video-call"]
Route = Literal["spoken", "document"]
PartyRole = Literal["studio", "client", "processor", "recipient", "agent", "union", "counsel", "guardian", "estate",
                    "authority"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Party:
    """Somebody named in the record: the studio as controller, its client, whoever gets the recordings, an agent.

    Attributes:
        role: what they are to it.
        name: legal name.
        contact: address that reaches them ("mailto:…" or a phone number).
        address: postal address.
        kind: "organisation" or "person".
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    role: PartyRole
    name: str
    contact: str
    address: str = ""
    kind: Literal["organisation", "person"] = "organisation"


@dataclass(frozen=True, slots=True)
class Subject:
    """The person whose voice it is.

    Attributes:
        legal_name: as they would sign.
        contact: how to reach them.
        country: ISO 3166-1 alpha-2, and a state where its law differs ("US-IL").
        status: "adult", "minor", "deceased", or "self" for the studio's own owner.
        credit_name: as they are credited; empty for the legal name.
        guardian: who signs for a minor, or the estate's representative; empty otherwise.
        representation: who advised them (California Labor Code 927): "none", "counsel", "union", "agent", "self".
        representative: the adviser's name.
        identity_check: how the studio knows who they are; never more than this is claimed.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    legal_name: str
    contact: str
    country: str
    status: SubjectStatus = "adult"
    credit_name: str = ""
    guardian: str = ""
    representation: Representation = "none"
    representative: str = ""
    identity_check: IdentityCheck = "none"


@dataclass(frozen=True, slots=True)
class Purposes:
    """What the person agreed to, each by a tick of its own. All begin off; the first two are what a replica needs.

    Attributes:
        create_replica: make a synthetic version of the voice.
        render_works: use it for the works that the terms describe.
        voice_comparison: compare recordings by machine to see that they hold one voice (biometric: GDPR 9(2)(a));
            without it two people compare by ear.
        train_models: train other models with the recordings.
        demonstrate: let others hear the voice as an example.
        share_voice: hand the voice data to others.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    create_replica: bool = False
    render_works: bool = False
    voice_comparison: bool = False
    train_models: bool = False
    demonstrate: bool = False
    share_voice: bool = False


@dataclass(frozen=True, slots=True)
class NoticeShown:
    """The notice exactly as it was shown.

    Attributes:
        version: of the notice's text.
        language: BCP 47 tag it was shown in.
        sha256: of the exact text, UTF-8.
        shown_at: UTC, ISO 8601; empty until it was shown.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    version: str = ""
    language: str = ""
    sha256: str = ""
    shown_at: str = ""


@dataclass(frozen=True, slots=True)
class DataHandling:
    """Where the voice data is and when it goes.

    Attributes:
        location: where it is stored; empty for the studio's own computer.
        retention: the rule in words.
        deletion_days: days after an end until everything is gone; the key is destroyed at once.
        jurisdiction: law it is kept under, ISO 3166 ("IE", "US-IL").
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    location: str = ""
    retention: str = "until the term has ended, and never longer than three years after the last use"
    deletion_days: int = 1
    jurisdiction: str = ""


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """A consent record without its events and evidence.

    Attributes:
        id: UUIDv4; also the name its key and files go by.
        voice_id: the voice it covers ("jane-doe").
        language: BCP 47 tag of notice and statement.
        subject: the person.
        controller: the studio that decides what the voice is used for.
        parties: everybody else.
        terms: the scope.
        purposes: what was ticked.
        notice: what was shown.
        data: where the data is.
        route: "spoken", or "document" for people who cannot record.
        supersedes: id of the record this one renews or changes; empty for a first.
        signature_name: name typed as the written release (BIPA 15(b)(3)); empty until given.
    """

    __pydantic_config__: ClassVar[ConfigDict] = STRICT

    id: str
    voice_id: str
    language: str
    subject: Subject
    controller: Party
    terms: Terms
    parties: tuple[Party, ...] = ()
    purposes: Purposes = Purposes()
    notice: NoticeShown = NoticeShown()
    data: DataHandling = DataHandling()
    route: Route = "spoken"
    supersedes: str = ""
    signature_name: str = ""

    @property
    def credit(self) -> str:
        """The name the voice is credited by."""
        return self.terms.credit or self.subject.credit_name or self.subject.legal_name

    def to_json(self) -> dict[str, object]:
        """As the database keeps it."""
        return to_json(self)

    @classmethod
    def from_json(cls, data: object) -> "ConsentRecord":
        """As `to_json` wrote it, or as a user wrote it.

        Raises:
            InputError: a field is missing, unknown or of a wrong kind.
        """
        return from_json(cls, data, what="consent record")

    def salted_hash(self, salt: bytes) -> str:
        """SHA-256 over salt and canonical JSON: what the ledger holds, and what no one can guess without the salt."""
        return sha256_bytes(salt + canonical_json(self.to_json()))


def check_record(record: ConsentRecord, *, today: date) -> tuple[str, ...]:
    """See that a record is complete enough to be shown to the person; returns warnings in plain sentences.

    Raises:
        InputError: something is missing or contradicts itself.
    """
    for value, what in (
        (record.subject.legal_name, "the person's legal name"),
        (record.subject.contact, "how to reach the person"),
        (record.subject.country, "the person's country"),
        (record.controller.name, "the studio's name"),
        (record.controller.contact, "how to reach the studio"),
    ):
        if not value.strip():
            raise InputError(f"{what} is missing", where="consent record")
    if not skeleton(record.subject.legal_name):
        raise InputError("the person's legal name has no letters", where="consent record")
    warnings = list(check_terms(record.terms))
    if record.terms.last_day < today:
        raise InputError("the term is over already", where="terms", hint="Choose a later last day.")
    status = record.subject.status
    if status in {"minor", "deceased"} and not record.subject.guardian.strip():
        signer = "guardian" if status == "minor" else "estate's representative"
        raise InputError(f"the {signer} is missing", where="consent record", hint="Name who signs.")
    if status == "deceased" and record.route != "document":
        raise InputError(
            "a person who has died cannot speak a statement", where="consent record", hint="Choose the document route."
        )
    if record.subject.representation == "none" and {"ad", "film-dub", "game", "audiobook"} & set(record.terms.uses):
        warnings.append(
            "nobody advised the voice owner: where the replica replaces their work, California Labor Code 927 and New "
            "York General Obligations Law 5-302 may void the agreement without counsel or a union."
        )
    return tuple(warnings)

"""Who does something to a consent record, and what each role may do."""

from dataclasses import dataclass
from enum import StrEnum

from studio.core.errors import RefusedError


class Role(StrEnum):
    """What somebody is to the studio.

    `LOCAL` is the person at a studio that has no accounts: they may act as producer and as reviewer, always by name.
    `SYSTEM` is the studio itself: expiry, retention, automatic suspension.
    """

    PRODUCER = "producer"
    REVIEWER = "reviewer"
    VOICE_OWNER = "voice-owner"
    LOCAL = "local"
    SYSTEM = "system"


class Act(StrEnum):
    """What may be done."""

    READ = "read"  # list and show every record
    PREPARE = "prepare"  # draft, terms, parties, references, documents, request, approvals asked for
    GIVE = "give"  # answer the notice, record, approve, for the person whose voice it is
    REVIEW = "review"  # listen, attest, refuse, lift a suspension
    WITHDRAW = "withdraw"  # the subject's own end
    END = "end"  # revoke, invalidate
    SUSPEND = "suspend"
    ADMINISTER = "administer"  # ledger keys, retention, accounts


_STAFF = {Act.READ, Act.PREPARE, Act.SUSPEND}
_MAY = {
    Role.PRODUCER: _STAFF | {Act.WITHDRAW},  # a withdrawal told to the studio by word or letter must be carried out
    Role.REVIEWER: _STAFF | {Act.REVIEW, Act.END, Act.WITHDRAW, Act.ADMINISTER},
    Role.VOICE_OWNER: {Act.GIVE, Act.WITHDRAW},
    Role.LOCAL: set(Act),
    Role.SYSTEM: {Act.SUSPEND, Act.READ, Act.ADMINISTER},
}


@dataclass(frozen=True, slots=True)
class Actor:
    """Somebody who acts.

    Attributes:
        name: as signed in, or as given; never empty but for the studio itself.
        role: what they are.
        consent_id: for a voice owner, the only record they can see.
    """

    name: str
    role: Role
    consent_id: str = ""

    def check(self, act: Act, consent_id: str = "") -> None:
        """See that this person may do something.

        Raises:
            RefusedError: they may not.
        """
        if act not in _MAY[self.role]:
            raise RefusedError(f"a {self.role} may not do this ({act})", hint="Ask a reviewer of the studio.")
        if self.role is Role.VOICE_OWNER and consent_id != self.consent_id:
            raise RefusedError("this link is for another record")


STUDIO_ITSELF = Actor("the studio", Role.SYSTEM)

"""What stands on the papers of a consent: receipt, certificate of destruction, statement of account, policy. Pure."""

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from studio.consent.evidence import CheckResult
from studio.consent.paper import Block, Paper
from studio.consent.record import SCHEMA, ConsentRecord
from studio.consent.texts import LanguagePack, filled

_PURPOSES = ("create_replica", "render_works", "voice_comparison", "train_models", "demonstrate", "share_voice")


@dataclass(frozen=True, slots=True)
class ReceiptFacts:
    """What a receipt says beside the record.

    Attributes:
        state: how the consent stands.
        used_minutes: finished speech so far.
        checks: of the statement that was accepted.
        reviews: who attested: name, time, note.
        history: what happened: time and sentence.
        record_hash: as on the ledger.
        receipt_id: names this receipt.
        made_at: UTC, ISO 8601.
        anchor: newest head of the ledger.
    """

    state: str
    used_minutes: float
    checks: tuple[CheckResult, ...]
    reviews: tuple[tuple[str, str, str], ...]
    history: tuple[tuple[str, str], ...]
    record_hash: str
    receipt_id: str
    made_at: str
    anchor: str


def receipt(record: ConsentRecord, pack: LanguagePack, facts: ReceiptFacts) -> Paper:
    """The receipt: how to withdraw first, then in plain words what was agreed, what was checked, and what proves it."""
    words = pack.paper
    notice = pack.notice(record)
    first = notice[0][1]
    contact = record.controller.contact.removeprefix("mailto:")
    how = filled(words["withdraw_link"], contact=contact, command=f"studio consent withdraw {record.id}")
    purposes = {purpose["name"]: purpose["label"] for purpose in pack.purposes}
    ticked = tuple(
        (purposes[name], words["yes"] if getattr(record.purposes, name) else words["no"]) for name in _PURPOSES
    )
    checks = tuple(
        (words.get(f"check_{check.name}", check.name), f"{words[f'outcome_{check.outcome}']} {check.measured}".strip())
        for check in facts.checks
    )
    reviews = tuple(
        (f"{words['reviewed']} {name}", f"{day_of(time)}: {note}".rstrip(": ")) for name, time, note in facts.reviews
    )
    return Paper(
        language=pack.tag,
        title=words["receipt"],
        lead=filled(words["receipt_lead"], person=record.subject.legal_name, credit=record.credit),
        frame_first=True,
        blocks=(
            Block(words["withdraw"], (first, how)),
            *(Block(heading, (text,)) for heading, text in notice[1:]),
            Block(words["agreed"], (), (*ticked, (words["signed"], record.signature_name))),
            Block(
                words["standing"],
                (),
                (
                    (words["state"], words[f"state_{facts.state}"]),
                    (words["used"], filled(words["minutes"], minutes=f"{facts.used_minutes:.1f}")),
                ),
            ),
            Block(words["checked"], (words["checked_note"],), (*checks, *reviews)),
            Block(words["history"], (), tuple((_minute(time), sentence) for time, sentence in facts.history)),
            Block(
                words["proof"],
                (),
                (
                    (words["record_id"], f"urn:uuid:{record.id}"),
                    (words["receipt_id"], f"urn:uuid:{facts.receipt_id}"),
                    (words["schema"], SCHEMA),
                    (words["record_hash"], facts.record_hash),
                    (words["notice_hash"], record.notice.sha256),
                    (words["made_at"], _minute(facts.made_at)),
                ),
            ),
        ),
        anchor=facts.anchor,
    )


def notice_paper(record: ConsentRecord, pack: LanguagePack) -> Paper:
    """The notice alone, as the voice owner is shown it."""
    return Paper(
        pack.tag, pack.strings["title_notice"], "", tuple(Block(head, (text,)) for head, text in pack.notice(record))
    )


def certificate(said: Mapping[str, Any], pack: LanguagePack) -> Paper:
    """The certificate of destruction for people to read; the signed JSON is what counts.

    Args:
        said: the signed certificate.
        pack: language to say it in.
    """
    words = pack.paper
    counts = Counter(str(each["kind"]) for each in said["destroyed"])
    pieces = tuple(
        (words.get(f"kind_{kind}", kind), f"{count} ×")
        for kind, count in sorted(counts.items(), key=lambda item: item[0])
    )
    works = tuple(
        (
            work["sha256"],
            filled(words["certificate_down"], day=day_of(work["taken_down_by"]))
            if work["taken_down_by"]
            else words["certificate_stays"],
        )
        for work in said["works"]
    )
    signature = said["signature"]
    return Paper(
        language=pack.tag,
        title=words["certificate"],
        lead=words["certificate_lead"],
        blocks=(
            Block(
                words["standing"],
                (),
                (
                    (words["state"], words[f"state_{said['state']}"]),
                    (words["ended_at"], _minute(said["ended_at"])),
                    (words["finished_at"], _minute(said["finished_at"])),
                ),
            ),
            Block(words["certificate_what"], (words["certificate_method"],), pieces),
            Block(words["certificate_works"], () if works else (words["certificate_no_works"],), works),
            Block(words["proof"], (words["certificate_kept"],), (
                (words["record_id"], f"urn:uuid:{said['consent']}"),
                (words["record_hash"], said["record_hash"]),
                (words["signature"], f"ed25519 {signature['key_id']} {signature['signature_hex']}"),
            )),
        ),
        anchor=said["ledger_head"],
    )  # fmt: skip


@dataclass(frozen=True, slots=True)
class AccountFacts:
    """What a statement of account says.

    Attributes:
        credit: the name the voice is credited by.
        basis: of the payment, in the words of the notice.
        status: "agreed", "due" or "paid".
        minutes: finished speech.
        owed: exact amount; None where it depends on receipts.
        currency: ISO 4217.
        period: first and last day.
        works: title and time of each finished work.
    """

    credit: str
    basis: str
    status: str
    minutes: float
    owed: Decimal | None
    currency: str
    period: tuple[str, str]
    works: tuple[tuple[str, str], ...]


def account(facts: AccountFacts, pack: LanguagePack) -> Paper:
    """The statement of account."""
    words = pack.paper
    owed = words["account_by_receipts"] if facts.owed is None else f"{facts.owed:.2f} {facts.currency}".strip()
    return Paper(
        language=pack.tag,
        title=words["account"],
        lead=filled(words["account_lead"], credit=facts.credit),
        blocks=(
            Block(
                words["account_owed"],
                (),
                (
                    (words["account_period"], " – ".join(facts.period)),
                    (words["account_basis"], facts.basis),
                    (words["account_made"], filled(words["minutes"], minutes=f"{facts.minutes:.2f}")),
                    (words["account_owed"], owed),
                    (words["account_status"], words[f"status_{facts.status}"]),
                ),
            ),
            Block(
                words["works"],
                () if facts.works else (words["no_works"],),
                tuple((title, _minute(time)) for title, time in facts.works),
            ),
        ),
    )


def policy(pack: LanguagePack) -> Paper:
    """The written policy on how long voice data is kept, which BIPA (740 ILCS 14/15(a)) wants public."""
    words = pack.paper
    return Paper(
        pack.tag, words["policy"], words["policy_lead"], tuple(Block(head, (text,)) for head, text in pack.policy)
    )


def day_of(time: str) -> str:
    """The day of a time in ISO 8601."""
    return time[:10]


def _minute(time: str) -> str:
    return f"{time[:10]} {time[11:16]} UTC" if len(time) > len("2026-01-01") else time

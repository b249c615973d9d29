"""Records and facts for tests of texts and papers."""

from dataclasses import replace
from datetime import date

from studio.consent.evidence import CheckResult, Outcome
from studio.consent.papers import ReceiptFacts
from studio.consent.record import ConsentRecord, NoticeShown, Party, Purposes, Subject
from studio.consent.terms import Compensation, Terms
from studio.consent.texts import language_pack, notice_sha256

HOSTILE = (
    "<script>alert(1)</script>",
    "[Click](javascript:alert(1))",
    '"><img src=x onerror=alert(1)>',
    "' onmouseover='alert(1)",
    "</td></table><iframe src=//example.com>",
    "\u202egnp.exe",
    "{studio}{nothing}{{7*7}}{% raw %}%s",
    "&lt;b&gt;&amp;",
)
ANCHOR = (
    f"vivavoce-ledger-head v1 size=7 root={'a' * 64} time=2026-11-02T10:00:00+00:00 key={'b' * 16} "
    f"public={'c' * 64} signature={'d' * 128}"
)


def record_of(name: str = "Jane Doe", language: str = "en", **terms: object) -> ConsentRecord:
    """A record that was answered; other terms by keyword."""
    asked = ConsentRecord(
        id="3f2b8f0e-6a0b-4d52-9d57-3f5f8b1f2f10",
        voice_id="jane-doe",
        language=language,
        subject=Subject(legal_name=name, contact="mailto:voice@example.com", country="IE", credit_name=name),
        controller=Party("studio", "Harbour Audio", "mailto:studio@example.com", "1 Quay Street, Galway"),
        parties=(
            Party("client", "Finch & Daughters", "mailto:client@example.com", "2 Pier Road, Cobh"),
            Party("recipient", "Good Books", "mailto:shop@example.com", "3 Mill Lane, Sligo"),
        ),
        terms=replace(
            Terms(
                uses=("audiobook", "podcast"),
                description="The Quiet Pier by Ada Finch, all chapters and credits, and five episodes about it.",
                languages=("en-GB", "de"),
                first_day=date(2026, 11, 1),
                last_day=date(2027, 10, 31),
                time_zone="Europe/Dublin",
                max_finished_minutes=600,
                excluded_content=("political",),
                compensation=Compensation("per-finished-hour", "250.00", "EUR"),
            ),
            **terms,
        ),
        purposes=Purposes(create_replica=True, render_works=True, voice_comparison=True),
        signature_name=name,
    )
    shown = notice_sha256(language_pack(language).notice(asked))
    return replace(asked, notice=NoticeShown("1", language, shown, "2026-10-30T09:00:00+00:00"))


def receipt_facts(name: str = "Rita Moss", **changes: object) -> ReceiptFacts:
    """What a receipt says beside the record; `name` is the reviewer's."""
    facts = ReceiptFacts(
        state="verified",
        used_minutes=12.5,
        checks=(
            CheckResult("challenge", Outcome.PASS, "6 of 6 words", "at least 5", "The code was read."),
            CheckResult("speaker", Outcome.REVIEW, "0.78", "at least 0.82", "A person has to compare."),
        ),
        reviews=((name, "2026-11-02T09:00:00+00:00", name),),
        history=(("2026-11-02T09:00:00+00:00", f"The consent was reviewed and verified: {name}."),),
        record_hash="e" * 64,
        receipt_id="8c1b1f62-2a39-45d5-8f06-0e5b9b6a7a11",
        made_at="2026-11-02T10:00:00+00:00",
        anchor=ANCHOR,
    )
    return replace(facts, **changes)

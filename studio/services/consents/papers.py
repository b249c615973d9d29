"""Use cases of papers: receipt, record for machines, notice, certificate, statement of account, retention policy."""

import uuid

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.consent import dpv, papers
from studio.consent.actors import Act, Actor, Role
from studio.consent.evidence import CheckResult
from studio.consent.paper import Paper, paper_html, paper_pdf
from studio.consent.record import ConsentRecord
from studio.consent.texts import LanguagePack, language_pack
from studio.core.errors import NotFoundError
from studio.services.consents.account import account_of
from studio.services.consents.journal import find_consent, record_of
from studio.services.consents.summaries import event_views, review_views, shown_state
from studio.services.context import Context
from studio.store.consent_tables import ConsentEventRow, ConsentRow, PurgeRow, StatementRow

_FALLBACK = "en"


class PaperService:
    """Papers about a consent, in its own language. Staff see all; a voice owner sees those of their own record."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def receipt_html(self, actor: Actor, consent_id: str) -> str:
        """The receipt as one HTML file.

        Raises:
            NotFoundError: there is no such consent.
            ConflictError: the record was erased.
            RefusedError: the actor may not see it.
        """
        return paper_html(self._receipt(actor, consent_id))

    def receipt_pdf(self, actor: Actor, consent_id: str) -> bytes:
        """The receipt as PDF; otherwise as `receipt_html`."""
        return paper_pdf(self._receipt(actor, consent_id))

    def record_jsonld(self, actor: Actor, consent_id: str) -> dict[str, object]:
        """The record as JSON-LD after W3C DPV and ISO/IEC TS 27560; otherwise as `receipt_html`."""
        _check(actor, consent_id)
        with self._context.database.read() as session:
            row = find_consent(session, consent_id)
            record = record_of(row)
            events = tuple(
                (event.kind, event.state, event.time, event.actor_role)
                for event in session.scalars(
                    select(ConsentEventRow)
                    .where(ConsentEventRow.consent_id == row.id)
                    .order_by(ConsentEventRow.ledger_seq)
                )
            )
            return dpv.consent_record(
                record,
                subject_id=row.subject_id,
                events=events,
                created_at=row.created_at,
                retention_until=row.retention_until,
                record_hash=row.record_hash,
                ledger_head=self._head(session),
            )

    def notice_html(self, actor: Actor, consent_id: str) -> str:
        """The notice as the voice owner is shown it; otherwise as `receipt_html`."""
        _check(actor, consent_id)
        with self._context.database.read() as session:
            record = record_of(find_consent(session, consent_id))
        return paper_html(papers.notice_paper(record, _pack(record)))

    def certificate_html(self, actor: Actor, consent_id: str) -> str:
        """The certificate of destruction for people to read.

        Raises:
            NotFoundError: there is no such consent, or nothing was destroyed yet.
            RefusedError: the actor may not see it.
        """
        _check(actor, consent_id)
        with self._context.database.read() as session:
            row = find_consent(session, consent_id)
            purged = session.get(PurgeRow, row.id)
            if purged is None or purged.certificate is None:
                raise NotFoundError("there is no certificate: nothing was destroyed yet", where=row.id)
            pack = _pack(record_of(row)) if row.record is not None else language_pack(_FALLBACK)
            return paper_html(papers.certificate(purged.certificate, pack))

    def account_html(self, actor: Actor, consent_id: str) -> str:
        """The statement of account; otherwise as `receipt_html`."""
        _check(actor, consent_id)
        with self._context.database.read() as session:
            row = find_consent(session, consent_id)
            record = record_of(row)
            found = account_of(session, row)
        pack = _pack(record)
        owed = None if found.basis == "royalty" else found.owed
        facts = papers.AccountFacts(
            credit=found.credit,
            basis=pack.payment(record.terms.compensation),
            status=found.status,
            minutes=found.finished_minutes,
            owed=owed,
            currency=found.currency,
            period=found.period,
            works=tuple((work.title, work.at) for work in found.works),
        )
        return paper_html(papers.account(facts, pack))

    def policy_html(self, language: str = _FALLBACK) -> str:
        """The retention policy, which is public.

        Raises:
            InputError: it is not there in that language.
        """
        return paper_html(papers.policy(language_pack(language)))

    def _receipt(self, actor: Actor, consent_id: str) -> Paper:
        _check(actor, consent_id)
        with self._context.database.read() as session:
            row = find_consent(session, consent_id)
            record = record_of(row)
            now = self._context.clock.now(session)
            pack = _pack(record)
            facts = papers.ReceiptFacts(
                state=shown_state(row, now).value,
                used_minutes=row.used_seconds / 60,
                checks=_accepted_checks(session, row),
                reviews=tuple((each.reviewer, each.created_at, each.note) for each in review_views(session, row.id)),
                history=tuple(
                    (event.time, pack.strings.get(f"event_{event.kind.replace('-', '_')}", event.sentence))
                    for event in event_views(session, row.id, staff_named=False)
                ),
                record_hash=row.record_hash,
                receipt_id=str(uuid.uuid4()),
                made_at=now.isoformat(),
                anchor=self._head(session),
            )
        return papers.receipt(record, pack, facts)

    def _head(self, session: Session) -> str:
        head = self._context.ledger.head(session)
        return head.anchor().text() if head else ""


def _check(actor: Actor, consent_id: str) -> None:
    actor.check(Act.GIVE if actor.role is Role.VOICE_OWNER else Act.READ, consent_id)


def _pack(record: ConsentRecord) -> LanguagePack:
    return language_pack(record.notice.language or record.language)


def _accepted_checks(session: Session, row: ConsentRow) -> tuple[CheckResult, ...]:
    accepted = session.scalars(
        select(StatementRow)
        .where(StatementRow.consent_id == row.id, StatementRow.outcome != "refuse")
        .order_by(StatementRow.created_at.desc())
    ).first()
    found = (accepted.report or {}).get("checks", ()) if accepted else ()
    return tuple(CheckResult.from_json(check) for check in found)

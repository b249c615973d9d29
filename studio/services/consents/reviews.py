"""Use cases of review: a named person listens, and attests or refuses; suspends, and lifts a suspension."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.consent.actors import Act, Actor, Role
from studio.consent.names import normal_name, skeleton
from studio.consent.record import ConsentRecord
from studio.consent.states import ConsentState, check_transition
from studio.core.errors import ConflictError, InputError, RefusedError
from studio.core.ids import new_id
from studio.services.consents.evidence import sealing
from studio.services.consents.journal import find_consent, record_of, write_event
from studio.services.consents.refusing import clear_refused, end_refused
from studio.services.consents.renewal import check_intact, clear_renewed, verify
from studio.services.consents.standing import find_standing, last_statement
from studio.services.consents.summaries import detail, shown_state, summary
from studio.services.consents.views import ConsentDetail, ConsentSummary
from studio.services.context import Context
from studio.store.consent_tables import ConsentEventRow, ConsentRow, ReviewRow

_APPROVED = "approved-by-reviewer"


class ReviewService:
    """What only a reviewer does."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def queue(self, actor: Actor) -> tuple[ConsentSummary, ...]:
        """Consents that wait for a reviewer, oldest first."""
        actor.check(Act.REVIEW)
        with self._context.database.read() as session:
            now = self._context.clock.now(session)
            given = select(ConsentRow).where(ConsentRow.state == ConsentState.GIVEN.value)
            rows = session.scalars(given.order_by(ConsentRow.last_interaction_at, ConsentRow.id)).all()
            return tuple(summary(session, row, now) for row in rows if shown_state(row, now) is ConsentState.GIVEN)

    def approve(self, actor: Actor, consent_id: str, *, name: str, note: str = "", listened: bool) -> ConsentDetail:
        """Attest that the evidence was looked at and holds. Where two people are needed, the first leaves it given.

        Args:
            actor: who is signed in.
            consent_id: the consent.
            name: who attests; never the voice owner, unless the voice is the studio owner's own.
            note: what to remember.
            listened: they listened to the whole statement and the clips, or read the papers.

        Raises:
            InputError: no name is given, or they did not listen.
            RefusedError: the same person attested already or is the voice owner, or evidence is missing or altered.
            ConflictError: the consent is not waiting for a reviewer.
        """
        actor.check(Act.REVIEW)
        name = _reviewer_name(name)
        if not listened:
            raise InputError(
                "a reviewer attests to have listened to all of it", hint="Listen to the statement and the clips first."
            )
        with sealing(self._context) as (session, sealed):
            row = find_consent(session, consent_id)
            if row.state != ConsentState.GIVEN:
                raise ConflictError(f"this consent is {row.state} and does not wait for a reviewer")
            record = record_of(row)
            _check_reviewer(session, row, record, actor, name)
            check_intact(self._context, session, row)
            self._note_review(session, row, name, "approve", note)
            write_event(
                self._context, session, row, _APPROVED, actor=actor, detail={"reviewer": name, "note": note.strip()}
            )
            standing = find_standing(session, row, record)
            enough = len({skeleton(each) for each in standing.reviewers}) >= standing.reviewers_needed
            renewed = verify(self._context, session, sealed, row, actor) if enough else ""
            shown = detail(self._context, session, row)
        clear_renewed(self._context, renewed)
        return shown

    def refuse(self, actor: Actor, consent_id: str, *, name: str, note: str) -> ConsentDetail:
        """Refuse a consent that is not verified; that is final, and what was recorded is destroyed.

        Raises:
            InputError: no name or reason is given.
            ConflictError: the consent is verified or has ended.
        """
        actor.check(Act.REVIEW)
        name, note = _reviewer_name(name), _reason(note)
        with self._context.database.write() as session:
            row = find_consent(session, consent_id)
            check_transition(ConsentState(row.state), ConsentState.REFUSED)
            self._note_review(session, row, name, "refuse", note)
            end_refused(self._context, session, row, "refused", actor, {"reviewer": name, "note": note})
            consent = row.id
        clear_refused(self._context, consent)
        with self._context.database.read() as session:
            return detail(self._context, session, find_consent(session, consent))

    def suspend(self, actor: Actor, consent_id: str, reason: str) -> ConsentDetail:
        """Stop the use of a verified consent until a reviewer lifts the suspension.

        Raises:
            InputError: no reason is given.
            ConflictError: the consent is not verified.
        """
        actor.check(Act.SUSPEND)
        reason = _reason(reason)
        with self._context.database.write() as session:
            row = find_consent(session, consent_id)
            if row.state != ConsentState.VERIFIED:
                raise ConflictError(f"this consent is {row.state}: there is nothing to suspend")
            write_event(
                self._context,
                session,
                row,
                "suspended",
                actor=actor,
                state=ConsentState.SUSPENDED,
                detail={"reason": reason},
            )
            return detail(self._context, session, row)

    def resume(self, actor: Actor, consent_id: str, *, name: str, note: str) -> ConsentDetail:
        """Lift a suspension, once everything the consent rests on is there unaltered.

        Raises:
            InputError: no name or reason is given.
            RefusedError: something is missing or altered, or the name is the voice owner's.
            ConflictError: the consent is not suspended, or its term is over.
        """
        actor.check(Act.REVIEW)
        name, note = _reviewer_name(name), _reason(note)
        with self._context.database.write() as session:
            row = find_consent(session, consent_id)
            if row.state != ConsentState.SUSPENDED:
                raise ConflictError(f"this consent is {row.state}, not suspended")
            if shown_state(row, self._context.clock.now(session)) is ConsentState.EXPIRED:
                raise ConflictError("the term of this consent is over", hint="Renew it: studio consent renew.")
            _check_not_owner(record_of(row), name)
            check_intact(self._context, session, row)
            write_event(
                self._context,
                session,
                row,
                "resumed",
                actor=actor,
                state=ConsentState.VERIFIED,
                detail={"reviewer": name, "note": note},
            )
            return detail(self._context, session, row)

    def _note_review(self, session: Session, row: ConsentRow, name: str, decision: str, note: str) -> None:
        statement = last_statement(session, row.id)
        session.add(
            ReviewRow(
                id=new_id(),
                consent_id=row.id,
                statement_id=statement.id if statement else None,
                reviewer=name,
                decision=decision,
                note=note.strip(),
                created_at=self._context.clock.now(session).isoformat(),
            )
        )
        session.flush()


def _check_reviewer(session: Session, row: ConsentRow, record: ConsentRecord, actor: Actor, name: str) -> None:
    """See that somebody may attest: not the voice owner, and nobody who did so before, under whatever spelling."""
    _check_not_owner(record, name)
    approvals = session.scalars(
        select(ReviewRow.reviewer).where(ReviewRow.consent_id == row.id, ReviewRow.decision == "approve")
    )
    accounts = session.scalars(
        select(ConsentEventRow.detail).where(ConsentEventRow.consent_id == row.id, ConsentEventRow.kind == _APPROVED)
    )
    signed_in = actor.role is Role.REVIEWER and any((told or {}).get("by") == actor.name for told in accounts)
    if signed_in or skeleton(name) in {skeleton(each or "") for each in approvals}:
        raise RefusedError("this person attested already", hint="A second, different person has to listen.")


def _check_not_owner(record: ConsentRecord, name: str) -> None:
    subject = record.subject
    owners = {skeleton(each) for each in (subject.legal_name, record.credit, subject.guardian) if each}
    if subject.status != "self" and skeleton(name) in owners:
        raise RefusedError("nobody reviews a consent of their own", hint="Another person has to listen.")


def _reviewer_name(name: str) -> str:
    folded = normal_name(name)
    if not skeleton(folded):
        raise InputError("a review needs the name of whoever attests")
    return folded


def _reason(text: str) -> str:
    if not text.strip():
        raise InputError("say why, in a few words")
    return text.strip()

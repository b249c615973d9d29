"""The one way a consent changes: state, event and ledger together, in the caller's transaction."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.consent.actors import Actor, Role
from studio.consent.record import ConsentRecord
from studio.consent.requests import AUDITION
from studio.consent.states import ENDS, ConsentState, check_transition
from studio.core.errors import ConflictError, NotFoundError
from studio.services.context import Context
from studio.store.consent_tables import ConsentEventRow, ConsentRow

LONGEST_RETENTION = timedelta(days=3 * 365)
"""BIPA, 740 ILCS 14/15(a): destroyed at the latest three years after the last interaction with the person."""
RENEWAL_WINDOW = timedelta(days=30)
"""How long after its term a consent can be renewed before the voice data is destroyed; notice and policy say so."""


def find_consent(session: Session, reference: str) -> ConsentRow:
    """A consent by id, or the newest one of a voice by the voice's id.

    Raises:
        NotFoundError: there is none.
    """
    row = session.get(ConsentRow, reference)
    if row is None:
        row = session.scalars(
            select(ConsentRow).where(ConsentRow.voice_id == reference).order_by(ConsentRow.created_at.desc())
        ).first()
    if row is None:
        raise NotFoundError(f"there is no consent '{reference}'", hint="See `studio consent list`.")
    return row


def record_of(row: ConsentRow) -> ConsentRecord:
    """The record of a consent.

    Raises:
        ConflictError: it was erased after its end.
    """
    if row.record is None:
        raise ConflictError("this record was erased after its end", where=row.id)
    return ConsentRecord.from_json(row.record)


def write_event(  # every argument is a field of the event
    context: Context,
    session: Session,
    row: ConsentRow,
    kind: str,
    *,
    actor: Actor,
    state: ConsentState | None = None,
    record: ConsentRecord | None = None,
    detail: Mapping[str, Any] | None = None,
    facts: Mapping[str, str | int] | None = None,
) -> None:
    """Append what happened to the ledger and bring the row to it, in the caller's write transaction.

    When that commits, the ledger keeps its new head outside the data home by itself.

    Args:
        context: wired parts.
        session: of a write transaction.
        row: the consent.
        kind: what happened ("given", "reference-added").
        actor: who did it; the role goes to the ledger, the name into the erasable detail.
        state: the state it leads to; the same as before if not given.
        record: the record if it changed.
        detail: facts with personal data, kept beside the ledger and erasable.
        facts: ids, hashes and counts that may stand on the ledger for ever.

    Raises:
        ConflictError: the state does not follow from the present one.
        RefusedError: the ledger cannot be signed, and this is not an end.
    """
    old = ConsentState(row.state)
    new = state or old
    if new is not old:
        check_transition(old, new)
    if record is not None:
        _bring_to(row, record)
    now = context.clock.now(session)
    told = {**(detail or {}), "by": actor.name}
    event = context.ledger.append(
        session,
        kind,
        consent_id=row.id,
        state=new.value,
        record_hash=row.record_hash,
        facts={"role": actor.role.value, **(facts or {})},
        detail=told,
        salt=bytes.fromhex(row.salt) if row.salt else None,
    )
    session.add(
        ConsentEventRow(
            ledger_seq=event.seq,
            consent_id=row.id,
            kind=kind,
            state=new.value,
            time=event.time,
            actor_role=actor.role.value,
            detail=told,
        )
    )
    row.state, row.ledger_seq = new.value, event.seq
    if actor.role is not Role.SYSTEM:  # what the studio does by itself does not make it keep anything longer
        row.last_interaction_at = now.isoformat()
    row.retention_until = retention_end(row, datetime.fromisoformat(row.last_interaction_at))
    if new in ENDS and row.ended_at is None:
        row.ended_at = event.time


def retention_end(row: ConsentRow, last_interaction: datetime) -> str:
    """When voice data is destroyed at the latest: the purpose is met, or three years passed, whichever is first."""
    purpose_met = datetime.fromisoformat(row.not_after) + RENEWAL_WINDOW
    return min(purpose_met, last_interaction + LONGEST_RETENTION).isoformat()


def _bring_to(row: ConsentRow, record: ConsentRecord) -> None:
    row.record = record.to_json()
    row.record_hash = record.salted_hash(bytes.fromhex(row.salt or ""))
    row.not_before = record.terms.not_before.isoformat()
    row.not_after = record.terms.not_after.isoformat()
    row.uses = f",{','.join((*record.terms.uses, AUDITION))},"

"""A restored backup does not bring an ended consent back: the list of ended consents lies outside of the data home."""

import logging

from sqlalchemy import select

from studio.consent.actors import STUDIO_ITSELF, Actor
from studio.consent.anchors import Tombstone
from studio.consent.states import ENDS, ConsentState, check_transition
from studio.core.errors import ConflictError, InputError, StudioError
from studio.services.consents.journal import write_event
from studio.services.consents.purge import mark_for_purge, purge
from studio.services.consents.traces import remove_sounds, stray_sounds
from studio.services.context import Context
from studio.store.consent_tables import ConsentRow

_log = logging.getLogger(__name__)


def end_restored(context: Context) -> int:
    """End and purge again every consent that ended before but stands in the database, or whose key came back.

    Cheap when there is nothing to do. The gate refuses these consents meanwhile, since it looks at the same list.

    Returns:
        How many were found.
    """
    try:
        tombstones = context.ledger.anchors.tombstones()
    except StudioError as error:  # the gate refuses every voice of a living person meanwhile
        _log.warning("the list of ended consents cannot be read: %s", error.code)
        return 0
    if not tombstones:
        return 0
    with context.database.read() as session:
        states = ConsentRow.state.not_in([state.value for state in ENDS])
        standing = set(session.scalars(select(ConsentRow.id).where(states)))
    found = 0
    for consent_id, ended in tombstones.items():
        if consent_id not in standing and not context.vault.has_key(consent_id):
            continue
        found += 1
        try:
            _end_again(context, consent_id, ended)
        except (StudioError, OSError) as error:
            _log.warning("consent %s came back and could not be ended again: %s", consent_id, type(error).__name__)
    return found


def _end_again(context: Context, consent_id: str, ended: Tombstone) -> None:
    _log.warning("consent %s had ended, and a backup brought it back: it is ended again", consent_id)
    context.vault.destroy_key(consent_id)
    context.vault.remove_assets(consent_id)
    with context.database.write() as session:
        row = session.get(ConsentRow, consent_id)
        if row is not None:
            if ConsentState(row.state) not in ENDS:
                state = _reachable(ConsentState(row.state), ConsentState(ended.state))
                facts = {"restored": 1}
                write_event(context, session, row, state.value, actor=STUDIO_ITSELF, state=state, facts=facts)
            mark_for_purge(context, session, row)
    if row is not None:
        purge(context, consent_id, wait=False)
    remove_sounds(context, stray_sounds(context))


def _reachable(now: ConsentState, wanted: ConsentState) -> ConsentState:
    """The end that was, or where the database is too old for it the nearest there is."""
    for state in (wanted, ConsentState.EXPIRED, ConsentState.REFUSED):
        if state is ConsentState.SUPERSEDED:  # what superseded it is not in this database
            continue
        try:
            check_transition(now, state)
        except ConflictError:
            continue
        return state
    return ConsentState.WITHDRAWN


def accept_restore(context: Context, actor: Actor, reason: str) -> int:
    """Go on with a ledger that was restored: what was lost is named on it, and every verified consent is suspended.

    What the lost events said is not known: a reviewer looks at each consent before it is used again.

    Returns:
        How many consents were suspended.

    Raises:
        InputError: no reason is given.
        RefusedError: nothing was lost, or the key cannot be used.
    """
    if not reason.strip():
        raise InputError("say why, in a few words")
    end_restored(context)
    with context.database.write() as session:
        context.ledger.acknowledge_restored(session)
        rows = session.scalars(select(ConsentRow).where(ConsentRow.state == ConsentState.VERIFIED.value)).all()
        for row in rows:
            write_event(
                context,
                session,
                row,
                "suspended",
                actor=actor,
                state=ConsentState.SUSPENDED,
                detail={"reason": f"a backup was restored: {reason.strip()}"},
                facts={"restored": 1},
            )
        return len(rows)

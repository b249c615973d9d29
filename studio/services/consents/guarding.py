"""What the studio does by itself when what a consent rests on is missing or altered: it suspends the consent."""

import logging
from collections.abc import Callable

from studio.consent.actors import STUDIO_ITSELF
from studio.consent.covering import BrokenConsentError
from studio.consent.states import ENDS, ConsentState
from studio.core.errors import StudioError
from studio.services.consents.journal import write_event
from studio.services.context import Context
from studio.store.consent_tables import ConsentRow

_log = logging.getLogger(__name__)


def suspender(context: Callable[[], Context]) -> Callable[[BrokenConsentError], None]:
    """What the gate calls on a broken consent.

    Args:
        context: gives the wired parts, which hold the gate itself.
    """

    def suspend(broken: BrokenConsentError) -> None:
        _log.warning("consent %s is suspended: what it rests on is not intact", broken.consent_id)
        try:
            suspend_broken(context(), broken)
        except StudioError as error:  # the gate refuses anyway; this only writes down that it did
            _log.warning("the suspension could not be written down: %s", error.code)

    return suspend


def suspend_broken(context: Context, broken: BrokenConsentError) -> None:
    """Suspend a consent whose evidence, record or ledger entry is not intact.

    The ledger is right, whatever the table says: a row that was altered to stand again after an end is put back.

    Raises:
        StudioError: it cannot be written.
    """
    with context.database.write() as session:
        row = session.get(ConsentRow, broken.consent_id)
        if row is None:
            return
        known = context.ledger.last_event(session, row.id)
        told = ConsentState(known.state) if known is not None and known.state else ConsentState.SUSPENDED
        if told in ENDS:
            row.state = told.value
            return
        if row.state != ConsentState.VERIFIED:
            return
        write_event(
            context,
            session,
            row,
            "suspended",
            actor=STUDIO_ITSELF,
            state=ConsentState.SUSPENDED,
            detail={"reason": broken.message},
        )

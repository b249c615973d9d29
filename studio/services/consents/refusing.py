"""A consent that was declined or refused: what was recorded for it goes at once."""

import logging
from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from studio.consent.actors import Actor
from studio.consent.states import ConsentState
from studio.core.errors import StudioError
from studio.services.consents.journal import write_event
from studio.services.consents.purge import mark_for_purge, purge
from studio.services.context import Context
from studio.store.consent_tables import ConsentRow

_log = logging.getLogger(__name__)


def end_refused(
    context: Context,
    session: Session,
    row: ConsentRow,
    kind: str,
    actor: Actor,
    detail: Mapping[str, Any] | None = None,
) -> None:
    """End a consent that was not verified yet, and mark what was recorded for destruction, in one transaction.

    Raises:
        ConflictError: it is verified, or has ended.
    """
    write_event(context, session, row, kind, actor=actor, state=ConsentState.REFUSED, detail=detail)
    mark_for_purge(context, session, row)


def clear_refused(context: Context, consent_id: str) -> None:
    """Destroy what `end_refused` marked. What cannot be destroyed now is tried again whenever the studio opens."""
    try:
        purge(context, consent_id, wait=False)
    except (StudioError, OSError) as error:  # the refusal stands: whoever refused is told that
        _log.warning("the purge of consent %s could not be finished: %s", consent_id, type(error).__name__)

"""Time that does not go back: what ended stays ended, whatever the computer's clock is set to."""

import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from studio.store.ledger_tables import ClockRow, LedgerEventRow

TOLERANCE = timedelta(minutes=5)
_STEP = timedelta(minutes=1)


def time_text(time: datetime) -> str:
    """A time in UTC, ISO 8601, always of the same length, so that texts order as times do."""
    return time.astimezone(UTC).isoformat(timespec="microseconds")


class TrustedClock:
    """The wall clock, held to the latest time that the database and the ledger have seen.

    Args:
        now: the wall clock; aware times.
    """

    def __init__(self, now: Callable[[], datetime]) -> None:
        self._now = now

    def now(self, session: Session) -> datetime:
        """The latest of the wall clock, the stored high-water mark and the time of the last event; in UTC."""
        return max(self._now().astimezone(UTC), self._mark(session))

    def set_back(self, session: Session) -> timedelta | None:
        """How far the wall clock is behind the latest time seen, if that is more than five minutes."""
        behind = self._mark(session) - self._now()
        return behind if behind > TOLERANCE else None

    def advance(self, session: Session) -> None:
        """Raise the high-water mark, at most once a minute; for writing transactions."""
        now = self.now(session)
        session.execute(
            update(ClockRow).where(ClockRow.id == 1, ClockRow.high_water <= time_text(now - _STEP)),
            {"high_water": time_text(now)},
            execution_options={"synchronize_session": False},
        )

    def _mark(self, session: Session) -> datetime:
        stored = session.execute(select(ClockRow.high_water)).scalar_one()
        last = session.execute(
            select(LedgerEventRow.body).order_by(LedgerEventRow.seq.desc()).limit(1)
        ).scalar_one_or_none()
        times = [stored] if last is None else [stored, json.loads(last)["time"]]
        return max(datetime.fromisoformat(time) for time in times)

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta, timezone
from pathlib import Path

import pytest
from sqlalchemy import text

from studio.consent.anchors import AnchorStore
from studio.consent.clock import TrustedClock, time_text
from studio.consent.ledger import Ledger
from studio.consent.ledger_keys import LedgerKeys
from studio.store.database import Database, sqlite_url
from tests.consent.conftest import NOW, Clock


@pytest.fixture
def database(tmp_path: Path) -> Iterator[Database]:
    opened = Database(sqlite_url(tmp_path / "studio.db"))
    yield opened
    opened.close()


def mark(database: Database) -> str:
    with database.read() as session:
        return session.execute(text("SELECT high_water FROM clock")).scalar_one()


def advance(database: Database, trusted: TrustedClock) -> None:
    with database.write() as session:
        trusted.advance(session)


def test_texts_order_as_times_do():
    exact = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
    east = exact.astimezone(timezone(timedelta(hours=5)))
    assert time_text(east) == time_text(exact) == "2026-03-29T01:30:00.000000+00:00"
    assert time_text(exact) < time_text(exact + timedelta(microseconds=1)) < time_text(exact + timedelta(seconds=1))


def test_a_new_studio_takes_the_wall_clock(database: Database, clock: Clock):
    trusted = TrustedClock(clock)
    with database.read() as session:
        assert trusted.now(session) == NOW
        assert trusted.set_back(session) is None


def test_time_does_not_go_back_with_the_wall_clock(database: Database, clock: Clock):
    trusted = TrustedClock(clock)
    advance(database, trusted)
    clock.advance(days=-30)
    with database.read() as session:
        assert trusted.now(session) == NOW
        assert trusted.set_back(session) == timedelta(days=30)
        assert TrustedClock(clock).now(session) == NOW  # in another process as well


@pytest.mark.parametrize(("minutes", "told"), [(5, False), (5.1, True)])
def test_a_small_correction_is_not_told_as_set_back(database: Database, clock: Clock, minutes: float, told: bool):
    trusted = TrustedClock(clock)
    advance(database, trusted)
    clock.advance(minutes=-minutes)
    with database.read() as session:
        assert (trusted.set_back(session) is not None) is told
        assert trusted.now(session) == NOW


def test_the_mark_is_raised_at_most_once_a_minute_and_never_lowered(database: Database, clock: Clock):
    trusted = TrustedClock(clock)
    for seconds, expected in ((0, 0), (59, 0), (1, 60), (-3600, 60), (3600 + 60, 120)):
        clock.advance(seconds=seconds)
        advance(database, trusted)
        assert mark(database) == time_text(NOW + timedelta(seconds=expected))


def test_the_last_event_counts_as_well(database: Database, clock: Clock, tmp_path: Path):
    trusted = TrustedClock(clock)
    ledger = Ledger(LedgerKeys(tmp_path / "keys"), AnchorStore(tmp_path / "anchors"), trusted)
    advance(database, trusted)
    clock.advance(seconds=30)
    with database.write() as session:
        ledger.append(session, "given")
    assert mark(database) == time_text(NOW)
    clock.advance(days=-1)
    with database.read() as session:
        assert trusted.now(session) == NOW + timedelta(seconds=30)
        assert trusted.set_back(session) == timedelta(days=1)


@pytest.mark.parametrize("year", [1970, 2038, 2100])
def test_far_years(database: Database, year: int):
    there = datetime(year, 1, 19, 3, 14, 8, tzinfo=UTC)
    trusted = TrustedClock(lambda: there)
    advance(database, trusted)
    with database.read() as session:
        assert trusted.now(session) == there

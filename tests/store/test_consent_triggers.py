"""The last line: whoever writes to the database, with whatever tool, no row makes a voice sound without its consent."""

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.store.database import Database, sqlite_url

PAST, START, NOW, END, LATER = (f"20{year}-06-01T00:00:00+00:00" for year in (20, 26, 27, 28, 30))


@pytest.fixture
def db(tmp_path: Path) -> Iterator[sqlite3.Connection]:
    path = tmp_path / "studio.db"
    Database(sqlite_url(path)).close()
    connection = sqlite3.connect(path, isolation_level=None)
    connection.execute("PRAGMA foreign_keys=ON")
    connection.execute("UPDATE clock SET high_water = ?", (PAST,))
    for voice in ("jane", "john"):
        connection.execute("INSERT INTO voice VALUES (?, 's', 'Jane', 'jane', 'fake', 'en', 'd', ?)", (voice, PAST))
    add_consent(connection)
    yield connection
    connection.close()


def add_consent(db: sqlite3.Connection, consent: str = "c1", voice: str = "jane", state: str = "verified") -> None:
    db.execute(
        "INSERT INTO consent (id, voice_id, subject_id, state, record_hash, not_before, not_after, uses, used_seconds, "
        "ledger_seq, created_by, created_at, last_interaction_at, retention_until) "
        "VALUES (?, ?, 's', ?, 'h', ?, ?, ',audiobook,audition,', 0, 0, 'x', ?, ?, ?)",
        (consent, voice, state, START, END, PAST, PAST, END),
    )


def add_take(db: sqlite3.Connection, *, voice: str = "jane", consent: str | None = "c1", at: str = NOW) -> None:
    db.execute(
        "INSERT INTO take (key, blob_sha256, voice_id, consent_id, engine, engine_version, licence, characters, "
        "duration_s, cpu_s, flags, created_at) "
        "VALUES (hex(randomblob(8)), 'b', ?, ?, 'fake', '1', 'l', 1, 1, 1, '[]', ?)",
        (voice, consent, at),
    )


def add_use(db: sqlite3.Connection, *, voice: str = "jane", consent: str = "c1", use: str = "audiobook", at: str = NOW):
    db.execute(
        "INSERT INTO voice_use VALUES (hex(randomblob(8)), ?, ?, 'take', 'k', 'p', ?, 'en', '', '', '', 1.0, ?)",
        (consent, voice, use, at),
    )


def test_a_verified_consent_of_the_voice_lets_takes_and_uses_in(db: sqlite3.Connection):
    add_take(db)
    add_use(db)
    add_use(db, use="audition")


def test_stock_voices_need_no_consent(db: sqlite3.Connection):
    add_take(db, voice="bf_emma", consent=None)


@pytest.mark.parametrize(
    "state", ["draft", "requested", "given", "suspended", "refused", "expired", "withdrawn", "revoked", "superseded"]
)
def test_49_no_state_but_verified_lets_a_row_in(db: sqlite3.Connection, state: str):
    add_consent(db, "c2", "john", state)
    with pytest.raises(sqlite3.IntegrityError, match="no consent covers"):
        add_take(db, voice="john", consent="c2")
    with pytest.raises(sqlite3.IntegrityError, match="no consent covers"):
        add_use(db, voice="john", consent="c2")


@pytest.mark.parametrize(
    "wrong",
    [
        {"consent": None},
        {"consent": "nobody"},
        {"voice": "john"},
        {"voice": "bf_emma"},
        {"at": PAST},
        {"at": END},
        {"at": LATER},
    ],
)
def test_49_no_other_voice_consent_or_time_lets_a_take_in(db: sqlite3.Connection, wrong: dict[str, str]):
    with pytest.raises(sqlite3.IntegrityError, match="no consent covers"):
        add_take(db, **wrong)


@pytest.mark.parametrize("use", ["ad", "audio", "book", "", "audiobook,ad"])
def test_49_a_use_outside_the_scope_is_refused(db: sqlite3.Connection, use: str):
    with pytest.raises(sqlite3.IntegrityError, match="no consent covers"):
        add_use(db, use=use)


def test_49_a_take_cannot_be_changed_into_one_of_a_living_voice(db: sqlite3.Connection):
    add_take(db, voice="bf_emma", consent=None)
    with pytest.raises(sqlite3.IntegrityError, match="no consent covers"):
        db.execute("UPDATE take SET voice_id = 'john'")


def test_51_a_clock_set_back_revives_nothing(db: sqlite3.Connection):
    db.execute("UPDATE clock SET high_water = ?", (LATER,))
    with pytest.raises(sqlite3.IntegrityError, match="no consent covers"):
        add_take(db, at=NOW)
    with pytest.raises(sqlite3.IntegrityError):
        db.execute("UPDATE clock SET high_water = ?", (PAST,))


@pytest.mark.parametrize("end", ["refused", "expired", "withdrawn", "revoked", "invalidated", "superseded"])
def test_an_end_is_final(db: sqlite3.Connection, end: str):
    db.execute("UPDATE consent SET state = ?", (end,))
    with pytest.raises(sqlite3.IntegrityError, match="stays ended"):
        db.execute("UPDATE consent SET state = 'verified'")
    with pytest.raises(sqlite3.IntegrityError, match="never replaced"):
        db.execute("INSERT OR REPLACE INTO consent SELECT * FROM consent")


def test_what_happened_stays_written(db: sqlite3.Connection):
    add_use(db)
    db.execute("INSERT INTO consent_event VALUES (1, 'c1', 'given', 'given', ?, 'local', '{\"by\": \"Jane\"}')", (NOW,))
    for statement in (
        "DELETE FROM consent",
        "DELETE FROM voice_use",
        "INSERT OR REPLACE INTO voice_use SELECT * FROM voice_use",
        "INSERT OR REPLACE INTO consent_event SELECT * FROM consent_event",
        "UPDATE voice_use SET seconds = 0",
        "DELETE FROM consent_event",
        "UPDATE consent_event SET kind = 'refused', detail = NULL",
        "UPDATE consent_event SET detail = '{}'",
    ):
        with pytest.raises(sqlite3.IntegrityError):
            db.execute(statement)
    db.execute("UPDATE consent_event SET detail = NULL")  # erasure is allowed, and only that

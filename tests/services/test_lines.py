import time
from dataclasses import replace
from pathlib import Path

from studio.render.line import FinishedTake
from studio.services.lines import record_take
from studio.store.database import Database, sqlite_url

TAKE = FinishedTake("k" * 64, "b" * 64, "tone_low", "fake", "1", "Apache-2.0", 12, 0.7, 0.1, ())


def test_a_take_told_twice_stays_as_it_was_recorded_first(tmp_path: Path):
    database = Database(sqlite_url(tmp_path / "studio.db"))
    first = record_take(database, TAKE)
    time.sleep(0.002)
    assert record_take(database, TAKE).created_at == first.created_at
    database.close()


def test_a_take_made_anew_replaces_the_one_whose_sound_was_lost(tmp_path: Path):
    database = Database(sqlite_url(tmp_path / "studio.db"))
    record_take(database, TAKE)
    assert record_take(database, replace(TAKE, blob_sha256="c" * 64)).blob_sha256 == "c" * 64
    database.close()

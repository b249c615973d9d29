import time
from dataclasses import replace

from studio.bootstrap import Studio
from studio.render.line import FinishedTake
from studio.services.lines import record_take

TAKE = FinishedTake("k" * 64, "b" * 64, "tone_low", "fake", "1", "Apache-2.0", 12, 0.7, 0.1, ())


def test_a_take_told_twice_stays_as_it_was_recorded_first(studio: Studio):
    first = record_take(studio._context, TAKE)
    time.sleep(0.002)
    assert record_take(studio._context, TAKE).created_at == first.created_at


def test_a_take_made_anew_replaces_the_one_whose_sound_was_lost(studio: Studio):
    record_take(studio._context, TAKE)
    assert record_take(studio._context, replace(TAKE, blob_sha256="c" * 64)).blob_sha256 == "c" * 64

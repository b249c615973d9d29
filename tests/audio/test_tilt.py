import numpy as np
import pytest

from studio.audio.tilt import tilt
from tests.audio.speech import READERS, alpha_ratio_db, level_change_db, read_speech


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("tilt_db", [-4.0, -1.5, 1.5, 4.0])
def test_the_alpha_ratio_moves_by_the_tilt_and_the_level_stays(name: str, tilt_db: float):
    speech, rate_hz = read_speech(name)
    tilted = tilt(speech, rate_hz, tilt_db)
    assert tilted.dtype == np.float32
    assert tilted.size == speech.size
    assert alpha_ratio_db(tilted, rate_hz) - alpha_ratio_db(speech, rate_hz) == pytest.approx(tilt_db, abs=1.0)
    assert level_change_db(tilted, speech, rate_hz) == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize(("hz", "expected_db"), [(100, -4.0), (300, -3.0), (5000, 3.5), (9000, 4.0)])
def test_highs_rise_and_lows_fall(hz: float, expected_db: float):
    rate_hz = 24_000
    t = np.arange(rate_hz) / rate_hz
    carrier = np.sin(2 * np.pi * 940 * t)  # between the shelves, and loud: what keeps the level keeps it
    mixed = (0.3 * carrier + 1e-3 * np.sin(2 * np.pi * hz * t)).astype(np.float32)
    before, after = (np.abs(np.fft.rfft(sound * np.hanning(rate_hz))) for sound in (mixed, tilt(mixed, rate_hz, 4.0)))
    change_db = 20 * np.log10(after[[int(hz), 940]] / before[[int(hz), 940]])
    assert change_db[0] - change_db[1] == pytest.approx(expected_db, abs=0.6)


def test_a_click_stays_where_it_is():
    click = np.zeros(2400, np.float32)
    click[1200] = 0.5
    assert np.argmax(np.abs(tilt(click, 24_000, 4.0))) == 1200


@pytest.mark.parametrize("count", [0, 1, 7, 200])
def test_the_shortest_sounds_are_taken(count: int):
    sound = np.linspace(-0.5, 0.5, count, dtype=np.float32)
    tilted = tilt(sound, 24_000, -3.0)
    assert tilted.size == count
    assert np.isfinite(tilted).all()


def test_no_tilt_and_silence_change_nothing():
    speech, rate_hz = read_speech(READERS[0], 1.0)
    assert tilt(speech, rate_hz, 0.0) is speech
    assert not tilt(np.zeros(4800, np.float32), 24_000, 4.0).any()

"""Pitch, on sounds whose pitch is known, and on a person reading."""

from pathlib import Path

import numpy as np
import pytest
import soundfile
from hypothesis import given
from hypothesis import strategies as st

from studio.audio.samples import Samples
from studio.core.errors import InputError
from studio.hearing.pitch import STEP_S, semitones, track_pitch, without_octave_jumps
from tests.hearing.conftest import white
from tests.hearing.voices import vowel

HUMAN = Path(__file__).parents[2].parent / "shared" / "speech" / "austenA.wav"


@pytest.mark.parametrize("rate_hz", [16_000, 24_000, 44_100])
@pytest.mark.parametrize("hz", [65.0, 110.0, 220.0, 420.0])
def test_a_steady_vowel_has_its_pitch_at_any_rate(hz: float, rate_hz: int) -> None:
    track = track_pitch(vowel(np.full(rate_hz, hz), rate_hz), rate_hz)
    inside = track.hz[5:-5]
    assert np.isfinite(inside).all()
    assert np.abs(semitones(inside, hz)).max() < 0.5


def test_a_glide_is_followed_in_time() -> None:
    rate_hz = 24_000
    hz = np.geomspace(100, 200, 2 * rate_hz)
    track = track_pitch(vowel(hz, rate_hz), rate_hz)
    meant = np.interp(track.times_s, np.arange(hz.size) / rate_hz, hz)
    away = np.abs(semitones(track.hz / meant, 1.0))[8:-8]
    assert np.nanmax(away) < 0.5
    assert track.step_s == STEP_S


def test_silence_and_noise_have_no_pitch() -> None:
    assert not track_pitch(np.zeros(16_000, np.float32), 16_000).voiced.any()
    assert track_pitch(white(2.0), 16_000).voiced.mean() < 0.05


def test_soft_sound_has_the_same_pitch_and_tells_its_level() -> None:
    sound = vowel(np.full(24_000, 140.0), 24_000)
    loud, soft = track_pitch(sound, 24_000), track_pitch(sound * np.float32(0.01), 24_000)
    assert np.array_equal(loud.voiced, soft.voiced)
    assert np.allclose(loud.hz, soft.hz, rtol=1e-3, equal_nan=True)
    assert np.allclose(loud.level_db[5:-5] - soft.level_db[5:-5], 40, atol=0.1)


def test_octave_errors_are_mended_and_real_intervals_kept() -> None:
    hz = np.full(60, 150.0)
    wrong = hz.copy()
    wrong[20:24], wrong[40:43] = 75.0, 300.0
    assert np.allclose(without_octave_jumps(wrong), hz)
    high = hz.copy()
    high[20:26] *= 2 ** (7 / 12)
    assert np.array_equal(without_octave_jumps(high), high)


@given(st.lists(st.one_of(st.just(float("nan")), st.floats(50, 600)), max_size=80))
def test_mending_only_ever_moves_by_an_octave(values: list[float]) -> None:
    hz = np.array(values, np.float64)
    mended = without_octave_jumps(hz)
    assert np.array_equal(np.isnan(hz), np.isnan(mended))
    moved = mended[~np.isnan(hz)] / hz[~np.isnan(hz)]
    assert np.isin(moved, (0.5, 1.0, 2.0)).all()


@pytest.mark.parametrize("samples", [np.zeros(0, np.float32), np.full(1600, np.nan, np.float32)])
def test_what_is_no_sound_is_refused(samples: Samples) -> None:
    with pytest.raises(InputError, match="sound"):
        track_pitch(samples, 16_000)


def test_the_shortest_sound_has_a_track() -> None:
    assert track_pitch(np.zeros(3, np.float32), 16_000).hz.size == 1


def test_a_man_reading_has_a_mans_pitch() -> None:
    if not HUMAN.is_file():
        pytest.skip("the recording austenA.wav is not beside this checkout")
    samples, rate_hz = soundfile.read(HUMAN, dtype="float32")
    track = track_pitch(samples, rate_hz)
    hz = track.hz[track.voiced]
    assert 0.4 < track.voiced.mean() < 0.8
    assert 85 < np.exp(np.log(hz).mean()) < 110
    assert np.percentile(hz, 99) / np.percentile(hz, 1) < 4

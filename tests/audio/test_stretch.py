import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.audio.samples import Samples
from studio.audio.stretch import stretch
from studio.hearing.pitch import track_pitch
from tests.audio.speech import READERS, alpha_ratio_db, level_change_db, read_speech


def mean_st(samples: Samples, rate_hz: int) -> float:
    """Mean pitch in semitones above 1 Hz."""
    return float(12 * np.nanmean(np.log2(track_pitch(samples, rate_hz).hz)))


@pytest.mark.parametrize("name", READERS)
@pytest.mark.parametrize("pitch_st", [-3.0, 4.0])
def test_pitch_moves_and_the_colour_of_the_voice_stays(name: str, pitch_st: float):
    speech, rate_hz = read_speech(name)
    moved = stretch(speech, rate_hz, pitch_st=pitch_st)
    assert moved.size == speech.size
    assert moved.dtype == np.float32
    assert mean_st(moved, rate_hz) - mean_st(speech, rate_hz) == pytest.approx(pitch_st, abs=0.5)
    assert level_change_db(moved, speech, rate_hz) == pytest.approx(0, abs=0.1)
    assert alpha_ratio_db(moved, rate_hz) == pytest.approx(alpha_ratio_db(speech, rate_hz), abs=2.5)


def test_formants_stay_where_they_are():
    """A vowel of pulses through two resonances: its spectral peaks do not follow the pitch."""
    from scipy.signal import lfilter

    rate_hz = 24_000
    pulses = np.zeros(2 * rate_hz)
    pulses[:: rate_hz // 120] = 1
    for hz in (700, 2400):
        radius = np.exp(-np.pi * 120 / rate_hz)
        pulses = lfilter([1], [1, -2 * radius * np.cos(2 * np.pi * hz / rate_hz), radius**2], pulses)
    vowel = (0.3 * pulses / np.abs(pulses).max()).astype(np.float32)
    moved = stretch(vowel, rate_hz, pitch_st=5.0)
    assert mean_st(moved, rate_hz) - mean_st(vowel, rate_hz) == pytest.approx(5.0, abs=0.3)
    power = np.abs(np.fft.rfft(moved[rate_hz // 2 : rate_hz * 3 // 2] * np.hanning(rate_hz))) ** 2
    upper = np.arange(1600, 3400)
    # Moved with the pitch, the second peak would lie at 3200 Hz.
    assert np.average(upper, weights=power[upper]) == pytest.approx(2400, rel=0.06)


@pytest.mark.parametrize("factor", [0.6, 0.87, 1.15, 1.9])
def test_time_changes_and_pitch_does_not(factor: float):
    speech, rate_hz = read_speech(READERS[0])
    length = round(speech.size * factor)
    timed = stretch(speech, rate_hz, length=length)
    assert timed.size == length
    assert mean_st(timed, rate_hz) == pytest.approx(mean_st(speech, rate_hz), abs=0.4)
    assert level_change_db(timed, speech, rate_hz) == pytest.approx(0, abs=0.1)


@pytest.mark.parametrize("factor", [0.7, 1.4])
def test_what_is_said_in_the_middle_stays_in_the_middle(factor: float):
    rate_hz = 24_000
    sound = np.zeros(rate_hz * 2, np.float32)
    t = np.arange(rate_hz // 2) / rate_hz
    sound[rate_hz : rate_hz * 3 // 2] = 0.3 * np.sin(2 * np.pi * 200 * t)
    timed = stretch(sound, rate_hz, length=round(sound.size * factor))
    heard = np.flatnonzero(np.abs(timed) > 0.1) / rate_hz
    assert heard[0] == pytest.approx(1.0 * factor, abs=0.03)
    assert heard[-1] == pytest.approx(1.5 * factor, abs=0.03)


def test_the_same_gives_the_same():
    speech, rate_hz = read_speech(READERS[1], 2.0)
    first, second = (stretch(speech, rate_hz, length=50_000, pitch_st=2.0) for _ in range(2))
    np.testing.assert_array_equal(first, second)


def test_nothing_to_do_is_nothing_done():
    speech, rate_hz = read_speech(READERS[1], 1.0)
    assert stretch(speech, rate_hz) is speech


@settings(max_examples=40, deadline=None)
@given(st.integers(0, 3000), st.integers(0, 6000), st.sampled_from([0.0, -2.0, 3.0]))
def test_the_length_is_exact_however_short(count: int, length: int, pitch_st: float):
    sound = np.linspace(-0.5, 0.5, count, dtype=np.float32)
    made = stretch(sound, 24_000, length=length, pitch_st=pitch_st)
    assert made.size == length
    assert np.isfinite(made).all()

import numpy as np
import pytest

from studio.audio.gain import crossfades, match_level, speech_power, within_full_scale
from studio.audio.pauses import quiet_edges, scale_pauses
from studio.audio.samples import Samples

RATE_HZ = 24_000


def tone(seconds: float) -> Samples:
    return (0.3 * np.sin(2 * np.pi * 200 * np.arange(round(seconds * RATE_HZ)) / RATE_HZ)).astype(np.float32)


def hiss(seconds: float) -> Samples:
    return (3e-4 * np.random.default_rng(0).standard_normal(round(seconds * RATE_HZ))).astype(np.float32)


SPOKEN = np.concatenate([hiss(0.3), tone(0.5), hiss(0.4), tone(0.5), hiss(0.05), tone(0.5), hiss(0.2)])


@pytest.mark.parametrize("factor", [0.5, 1.0, 1.4, 3.0])
def test_pauses_between_sounds_change_and_nothing_else(factor: float):
    paused = scale_pauses(SPOKEN, RATE_HZ, factor)
    assert paused.samples.size / RATE_HZ == pytest.approx(2.45 + 0.4 * (factor - 1), abs=0.03)
    begin, end = quiet_edges(paused.samples, RATE_HZ)
    assert begin / RATE_HZ == pytest.approx(0.3, abs=0.02)
    assert (paused.samples.size - end) / RATE_HZ == pytest.approx(0.2, abs=0.02)
    np.testing.assert_array_equal(paused.samples[: round(0.8 * RATE_HZ)], SPOKEN[: round(0.8 * RATE_HZ)])
    moved = np.interp(1.45 * RATE_HZ, paused.was_at, paused.is_at) / RATE_HZ
    assert moved == pytest.approx(1.45 + 0.4 * (factor - 1), abs=0.03)
    assert paused.is_at[-1] == paused.samples.size
    in_pause = paused.samples[round(0.83 * RATE_HZ) : round((0.78 + 0.4 * factor) * RATE_HZ)]
    assert 1e-4 < in_pause.std() < 6e-4  # the room goes on


def test_sound_without_pauses_and_silence_are_left_alone():
    assert scale_pauses(tone(1.0), RATE_HZ, 3.0).samples.size == RATE_HZ
    silence = np.zeros(RATE_HZ, np.float32)
    assert scale_pauses(silence, RATE_HZ, 3.0).samples.size == RATE_HZ
    assert quiet_edges(silence, RATE_HZ) == (0, RATE_HZ)


def test_the_level_of_speech_leaves_pauses_out():
    assert speech_power(SPOKEN, RATE_HZ) == pytest.approx(0.045, rel=0.05)
    assert speech_power(np.zeros(0, np.float32), RATE_HZ) == 0
    quieter = match_level(SPOKEN, SPOKEN * np.float32(0.5), RATE_HZ)
    np.testing.assert_allclose(quieter, SPOKEN * 0.5, atol=1e-6)


def test_crossfades_sum_to_one_and_glide_over_the_border():
    weights = crossfades(((0, 1000), (1000, 1000), (1000, 3000)), 3000, 480)
    np.testing.assert_allclose(weights.sum(axis=0), 1, atol=1e-5)
    assert weights[0, 700] == pytest.approx(1, abs=1e-5)
    assert weights[0, 1000] == pytest.approx(0.5, abs=0.01)
    assert weights[2, 1300] == pytest.approx(1, abs=1e-5)


def test_only_what_is_too_loud_is_turned_down():
    assert within_full_scale(SPOKEN) is SPOKEN
    assert np.abs(within_full_scale(SPOKEN * np.float32(10))).max() == 1

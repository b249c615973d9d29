"""Joins and rests, on sounds whose every sample is known."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.engines.kokoro_tokens import Window
from studio.engines.splicing import insert_silence, join_windows

_RATE_HZ = 24_000


def _hum(seconds: float) -> np.ndarray:
    samples = 0.4 * np.cos(np.arange(round(seconds * _RATE_HZ)) / 40)
    ramp = np.linspace(0, 1, 480)
    samples[:480] *= ramp
    samples[-480:] *= ramp[::-1]
    return samples.astype(np.float32)


def _quiet(seconds: float) -> np.ndarray:
    return np.full(round(seconds * _RATE_HZ), 1e-5, np.float32)


@settings(max_examples=30)
@given(st.floats(0.05, 10), st.floats(0.02, 0.4))
def test_a_rest_takes_the_place_of_the_pause_that_was_there(seconds: float, pause_s: float):
    first, last = _hum(0.5), _hum(0.7)
    samples = np.concatenate([first, _quiet(pause_s), last])
    gap = (first.size, samples.size - last.size)
    rested = insert_silence(samples, gap, seconds, _RATE_HZ)
    rest = round(seconds * _RATE_HZ)
    assert rested.end - rested.begin == rest
    assert not rested.samples[rested.begin : rested.end].any()
    assert abs(rested.samples.size - (first.size + rest + last.size)) <= 2 * 0.006 * _RATE_HZ
    assert np.abs(np.diff(rested.samples)).max() <= 1.5 * np.abs(np.diff(first)).max()


@pytest.mark.parametrize("gap", [(0, 0), (12_000, 12_000), (24_000, 24_000)])
def test_a_rest_without_a_gap_cuts_no_sample_away(gap: tuple[int, int]):
    samples = _hum(1.0)
    rested = insert_silence(samples, gap, 0.5, _RATE_HZ)
    assert rested.samples.size == samples.size + 12_000
    assert (rested.begin, rested.end) == (gap[0], gap[0] + 12_000)
    assert not rested.samples[rested.begin : rested.end].any()
    assert abs(rested.samples[rested.begin - 1]) < 0.01 or rested.begin == 0


def test_where_a_sample_went_is_known_after_joining():
    marks = [_quiet(0.3), _quiet(0.3), _quiet(0.3)]
    for at, window in enumerate(marks):
        window[2_400 : 2_400 + 1_200] = 0.1 * (at + 1)
    pauses = (0.35, 0.15, 0.0)
    joined = join_windows([(w, Window("x", p)) for w, p in zip(marks, pauses, strict=True)], _RATE_HZ)
    for at, splice in enumerate(joined.splices):
        middle = splice.placed(3_000)
        assert joined.samples[middle] == pytest.approx(0.1 * (at + 1))
    assert joined.splices[0].placed(0) == 0
    assert joined.splices[-1].placed(marks[-1].size) == joined.samples.size
    places = [splice.placed(sample) for splice in joined.splices for sample in (0, 2_400, 3_600, 7_200)]
    assert places == sorted(places)

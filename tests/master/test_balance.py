from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.audio.speech_level import speech_level_dbfs
from studio.master.balance import ClipLevels, Shaped, balance
from tests.master.conftest import speech_like

_RATE_HZ = 44_100
_SPANS = [(0, 66_150), (88_200, 154_350), (160_000, 226_150)]


@pytest.fixture
def shaped(tmp_path: Path) -> Shaped:
    sound = np.zeros(230_000, np.float32)
    for number, (start, end) in enumerate(_SPANS):
        sound[start:end] = speech_like(1.5, number, -24.0 - 2 * number, _RATE_HZ)
    sound.tofile(tmp_path / "shaped.f32")
    return balance(tmp_path / "shaped.f32", _SPANS, [0.0, -4.0, 3.0], _RATE_HZ, lambda _count: None)


def _joined(shaped: Shaped, block: int = 65_536):
    return np.concatenate(list(shaped.blocks(block)))


def _levels(sound) -> list[float]:
    return [speech_level_dbfs(sound[start:end], _RATE_HZ) for start, end in _SPANS]


def test_every_clip_gets_the_level_it_aims_at(shaped: Shaped):
    levels = np.array(_levels(_joined(shaped)))
    np.testing.assert_allclose(levels - levels[0], [0, -4, 3], atol=0.01)
    np.testing.assert_allclose(levels, shaped.levels_dbfs, atol=0.01)


def test_energy_and_length_are_those_of_the_balanced_sound(shaped: Shaped):
    sound = _joined(shaped).astype(float)
    assert shaped.samples == len(sound)
    assert shaped.energy == pytest.approx(np.sum(sound**2), rel=1e-4)
    spoken = np.concatenate([sound[start:end] for start, end in _SPANS])
    assert shaped.speech_dbfs == pytest.approx(10 * np.log10(np.mean(spoken**2)), abs=0.001)


def test_the_gain_is_steady_over_a_clip_and_straight_over_a_pause(tmp_path: Path):
    np.ones(230_000, np.float32).tofile(tmp_path / "ones.f32")
    flat = balance(tmp_path / "ones.f32", _SPANS, [0.0, -6.0, 6.0], _RATE_HZ, lambda _count: None)
    gain = _joined(flat)
    for (start, end), level in zip(_SPANS, (0.0, -6.0, 6.0), strict=True):
        np.testing.assert_allclose(gain[start:end], 10 ** (level / 20), rtol=1e-6)
    pause = gain[_SPANS[0][1] : _SPANS[1][0]]
    assert np.abs(np.diff(pause, 2)).max() < 1e-6
    assert pause[0] > pause[-1]


@pytest.mark.parametrize("block", [997, 44_100, 1_000_000])
def test_balanced_sound_does_not_depend_on_its_blocks(shaped: Shaped, block: int):
    np.testing.assert_array_equal(_joined(shaped, block), _joined(shaped))


def test_what_a_limiter_takes_is_made_up_for_within_bounds(shaped: Shaped):
    losses = np.array([0.0, 0.2, 0.8])
    assert shaped.to_make_up(losses, 0.4)
    raised = shaped.make_up(losses)
    lifted = np.array(_levels(_joined(raised))) - _levels(_joined(shaped))
    np.testing.assert_allclose(lifted, [0, 0.3, 1.2], atol=0.01)
    assert not raised.to_make_up(np.array([0.0, 0.1, 0.3]), 0.4)
    most = raised.make_up(np.array([0.0, 0.0, 9.0]))
    assert max(np.array(_levels(_joined(most))) - _levels(_joined(shaped))) == pytest.approx(3.0, abs=0.01)
    assert not most.to_make_up(np.array([0.0, 0.0, 9.0]), 0.4)


@given(st.lists(st.integers(1, 3000), min_size=1, max_size=40))
def test_clips_are_measured_alike_however_the_stream_is_cut(sizes: list[int]):
    sound = np.random.default_rng(1).standard_normal(20_000).astype(np.float32)
    spans = np.array([[100, 4000], [4000, 9000], [12_000, 19_999]])
    meter = ClipLevels(spans, 8_000)
    position = 0
    for size in [*sizes, len(sound)]:
        meter.add(sound[position : position + size])
        position += size
    assert meter.levels_dbfs == [speech_level_dbfs(sound[start:end], 8_000) for start, end in spans]

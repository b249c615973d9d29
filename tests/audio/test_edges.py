"""Recordings and takes are cut to what is heard, with a breath of room around it."""

import numpy as np
import pytest

from studio.audio.edges import trim

RATE_HZ = 44_100


def _burst(seconds: float, start_s: float, length_s: float, level: float = 0.1):
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (level * np.sin(2 * np.pi * 300 * t) * ((t >= start_s) & (t < start_s + length_s))).astype(np.float32)


def test_a_take_is_cut_30_ms_before_and_60_ms_after_what_is_heard():
    kept = trim(_burst(3.0, 1.0, 0.5), RATE_HZ)
    assert len(kept) == round(0.59 * RATE_HZ)
    heard = np.flatnonzero(kept)
    assert heard[0] == pytest.approx(0.03 * RATE_HZ, abs=2)
    assert heard[-1] == pytest.approx(0.53 * RATE_HZ, abs=100)


def test_sound_up_to_the_edge_is_faded_in_and_out():
    kept = trim(np.full(RATE_HZ, 0.5, np.float32), RATE_HZ)
    assert len(kept) == RATE_HZ
    assert abs(kept[0]) < 1e-4
    assert abs(kept[-1]) < 1e-4
    fade = round(0.008 * RATE_HZ)
    np.testing.assert_allclose(kept[fade:-fade], 0.5)
    assert np.abs(np.diff(kept)).max() < 0.005


def test_the_tail_of_a_soft_take_is_not_cut_off():
    soft = _burst(2.0, 0.5, 1.0, 0.008) + _burst(2.0, 0.5, 0.5, 0.008)
    assert len(trim(soft, RATE_HZ)) == round(1.09 * RATE_HZ)

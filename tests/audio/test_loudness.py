"""Signals of EBU Tech 3341 (2016) table 1, made here: stereo in-phase 1 kHz sine at 48 kHz unless said."""

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.audio.loudness import Meter, amplitude_db, power_db

_RATE_HZ = 48_000


def _sine(*parts: tuple[float, float], channels: int = 2):
    level = np.concatenate([np.full(round(seconds * _RATE_HZ), 10 ** (dbfs / 20)) for dbfs, seconds in parts])
    tone = level * np.sin(2 * np.pi * 1000 * np.arange(len(level)) / _RATE_HZ)
    return np.repeat(tone[:, None], channels, axis=1).astype(np.float32)


def _figures(sound, rate_hz: int = _RATE_HZ, block: int = 4801):
    meter = Meter(rate_hz, 1 if sound.ndim == 1 else sound.shape[1])
    for start in range(0, len(sound), block):
        meter.add(sound[start : start + block])
    return meter.figures()


@pytest.mark.parametrize(
    ("parts", "lufs"),
    [
        ([(-23, 20)], -23),
        ([(-33, 20)], -33),
        ([(-36, 10), (-23, 60), (-36, 10)], -23),
        ([(-72, 10), (-36, 10), (-23, 60), (-36, 10), (-72, 10)], -23),
        ([(-26, 20), (-20, 20.1), (-26, 20)], -23),
    ],
    ids=["3341-1", "3341-2", "3341-3", "3341-4", "3341-5"],
)
def test_integrated_loudness(parts: list[tuple[float, float]], lufs: float):
    assert _figures(_sine(*parts)).lufs == pytest.approx(lufs, abs=0.1)


@pytest.mark.parametrize(
    ("divisor", "degrees", "amplitude", "dbtp"),
    [(4, 0, 0.5, -6.0), (4, 45, 0.5, -6.0), (6, 60, 0.5, -6.0), (8, 67.5, 0.5, -6.0), (4, 45, 1.41, 3.0)],
    ids=["3341-15", "3341-16", "3341-17", "3341-18", "3341-19"],
)
def test_true_peak(divisor: int, degrees: float, amplitude: float, dbtp: float):
    tone = amplitude * np.sin(2 * np.pi * np.arange(_RATE_HZ) / divisor + np.deg2rad(degrees))
    ramp = np.clip(np.minimum(np.arange(_RATE_HZ), np.arange(_RATE_HZ)[::-1]) / 4800, 0, 1)
    measured = _figures((tone * ramp).astype(np.float32)).true_peak_dbtp
    assert dbtp - 0.4 <= measured <= dbtp + 0.2


def test_rms_is_over_the_whole_file_and_all_channels():
    assert _figures(_sine((-20, 10))).rms_dbfs == pytest.approx(-23.01, abs=0.01)
    half = _sine((-20, 10))
    half[:, 1] = 0
    assert _figures(half).rms_dbfs == pytest.approx(-26.02, abs=0.01)


def test_floor_is_the_quietest_four_tenths_of_a_second():
    noise = np.random.default_rng(3).standard_normal(20 * 44_100) * 0.1
    noise[5 * 44_100 : 6 * 44_100] *= 10 ** (-45 / 20)
    figures = _figures(noise.astype(np.float32), 44_100)
    assert figures.floor_dbfs == pytest.approx(-65.0, abs=0.2)
    assert figures.rms_dbfs == pytest.approx(-20.22, abs=0.05)


def test_a_dip_shorter_than_the_window_is_not_the_floor():
    noise = np.random.default_rng(3).standard_normal(10 * 44_100) * 0.1
    noise[5 * 44_100 : 5 * 44_100 + 8820] = 0
    assert _figures(noise.astype(np.float32), 44_100).floor_dbfs == pytest.approx(-23.0, abs=0.3)


def test_head_and_tail_are_what_is_under_50_db():
    sound = np.random.default_rng(4).standard_normal(44_100 * 6) * 10 ** (-60 / 20)
    sound[round(0.75 * 44_100) : round(3.5 * 44_100)] *= 100
    figures = _figures(sound.astype(np.float32), 44_100)
    assert figures.head_s == pytest.approx(0.75, abs=0.01)
    assert figures.tail_s == pytest.approx(2.5, abs=0.01)
    assert figures.duration_s == 6.0


@pytest.mark.parametrize("seconds", [0, 0.005, 0.3, 5])
def test_silence_has_finite_figures(seconds: float):
    figures = _figures(np.zeros(round(seconds * 44_100), np.float32), 44_100)
    assert all(np.isfinite(value) for value in dataclasses.astuple(figures))
    assert (figures.rms_dbfs, figures.peak_dbfs, figures.floor_dbfs, figures.lufs) == (-120.0,) * 4
    assert figures.head_s == figures.tail_s == figures.digital_silence_s == pytest.approx(seconds, abs=1e-4)


def test_a_dead_stretch_is_timed_across_blocks():
    sound = np.full(44_100, 0.01, np.float32)
    sound[10_000:14_410] = 0
    sound[20_000:20_100] = 0
    for block in (100, 4410, 44_100):
        assert _figures(sound, 44_100, block).digital_silence_s == pytest.approx(0.1)


def test_dc_is_the_worst_channel():
    sound = np.zeros((44_100, 2), np.float32)
    sound[:, 1] = -0.02
    assert _figures(sound, 44_100).dc == pytest.approx(0.02)


@settings(max_examples=25, deadline=None)
@given(st.integers(1, 5000), st.integers(0, 100))
def test_figures_do_not_depend_on_the_blocks(block: int, seed: int):
    rng = np.random.default_rng(seed)
    sound = (rng.standard_normal(30_000) * np.repeat(10 ** rng.uniform(-4, -0.5, 10), 3000)).astype(np.float32)
    whole, cut = (dataclasses.astuple(_figures(sound, 22_050, size)) for size in (len(sound), block))
    assert cut == pytest.approx(whole, abs=1e-4)


def test_decibels_have_a_floor():
    assert power_db(0) == amplitude_db(0) == power_db(1e-30) == -120.0
    assert amplitude_db(0.5) == pytest.approx(-6.0206, abs=1e-4)

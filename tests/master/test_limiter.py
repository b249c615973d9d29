import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.audio.loudness import Meter
from studio.master.limiter import TruePeakLimiter

_RATE_HZ = 44_100
_CEILING_DBTP = -3.6
_OVERDRIVE = 10 ** (12 / 20)


def _limit(sound, block: int = 8820):
    limiter = TruePeakLimiter(_RATE_HZ, _CEILING_DBTP)
    parts = [limiter.process(sound[i : i + block]) for i in range(0, len(sound), block)]
    parts.append(limiter.finish())
    output = np.concatenate([part for part, _ in parts])[limiter.latency_samples :]
    reduction_db = np.concatenate([part for _, part in parts])[limiter.latency_samples :]
    return output, reduction_db, limiter


def _true_peak(sound) -> float:
    meter = Meter(_RATE_HZ)
    meter.add(sound.astype(np.float32))
    return meter.figures().true_peak_dbtp


def _nasty() -> dict[str, np.ndarray]:
    n = np.arange(3 * _RATE_HZ)
    rng = np.random.default_rng(5)
    speech_band = np.convolve(rng.standard_normal(len(n)), np.sinc(np.arange(-64, 65) / 2) * np.hanning(129), "same")
    return {
        "quarter-rate tone at 45 degrees": np.sin(np.pi / 2 * n + np.pi / 4),
        "eighth-rate tone": np.sin(np.pi / 4 * n + np.deg2rad(67.5)),
        "impulses": np.where(rng.random(len(n)) < 2e-4, rng.choice([-1.0, 1.0], len(n)), 0),
        "lone impulse": np.where(n == 70_000, 1.0, 0),
        "bursts": np.sin(2 * np.pi * 200 * n / _RATE_HZ) * (n // 5000 % 2),
        "low tone": np.sin(2 * np.pi * 60 * n / _RATE_HZ),
        "square": np.sign(np.sin(2 * np.pi * 100.3 * n / _RATE_HZ)) * 0.7,
        "noise of the speech band": speech_band / np.abs(speech_band).max(),
    }


@pytest.mark.parametrize("kind", list(_nasty()))
def test_the_ceiling_holds_12_db_overdriven(kind: str):
    driven = _nasty()[kind] * _OVERDRIVE
    output, reduction_db, limiter = _limit(driven)
    assert len(output) == len(driven)
    assert np.abs(output).max() <= 10 ** (_CEILING_DBTP / 20) * 1.0001
    assert _true_peak(output) <= _CEILING_DBTP + 0.05
    assert limiter.max_reduction_db == pytest.approx(reduction_db.max())
    assert reduction_db.max() > 9


def test_what_is_under_the_ceiling_passes_untouched():
    sound = 0.5 * np.sin(np.arange(50_000) / 7)
    output, reduction_db, limiter = _limit(sound)
    np.testing.assert_array_equal(output, sound)
    assert limiter.max_reduction_db == reduction_db.max() == 0


def test_gain_bends_and_never_jumps():
    sound = np.where(np.arange(44_100) == 20_000, 4.0, 0.01)
    _, reduction_db, _ = _limit(sound)
    assert np.abs(np.diff(reduction_db)).max() < 0.3
    assert reduction_db[20_000] >= 20 * np.log10(4) - _CEILING_DBTP - 0.001
    assert reduction_db[20_000 - 250] == 0
    assert not reduction_db[20_000 + _RATE_HZ // 2 :].any()


@settings(max_examples=20, deadline=None)
@given(block=st.integers(1, 9000), seed=st.integers(0, 50))
def test_blocks_make_no_difference(block: int, seed: int):
    rng = np.random.default_rng(seed)
    sound = rng.standard_normal(9000) * np.repeat(rng.uniform(0, 2, 9), 1000)
    np.testing.assert_allclose(_limit(sound, block)[0], _limit(sound, len(sound))[0], atol=1e-9)

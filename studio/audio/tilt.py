"""Spectral tilt: brighter and tenser, or darker and softer, at the same level."""

import math
from typing import Final, Literal

import numpy as np
import numpy.typing as npt
import scipy

from studio.audio.gain import match_level
from studio.audio.samples import Samples

_LOW_HZ: Final = 400.0
_HIGH_HZ: Final = 2200.0
_SLOPE: Final = 0.5


def tilt(samples: Samples, rate_hz: int, tilt_db: float) -> Samples:
    """Raise what lies above some 2 kHz by `tilt_db` and lower what lies below some 500 Hz by as much.

    The middles and slope of the two shelves were chosen by measurement: the alpha ratio of speech (energy at 1 to 5 kHz
    over that at 50 to 1000 Hz) moves by `tilt_db`, within 1 dB. They run forth and back over the sound: no delay, no
    change of phase. The level of the speech is kept, so that tilt and loudness are independent of each other.

    Returns:
        float32 [n], as long as the input; it may exceed ±1.
    """
    if not tilt_db or not samples.size:
        return samples
    sections = np.array([
        _shelf(rate_hz, _LOW_HZ, -tilt_db / 2, "low"),  # half the gain: it is passed twice
        _shelf(rate_hz, _HIGH_HZ, tilt_db / 2, "high"),
    ])  # fmt: skip
    padding = min(samples.size - 1, round(0.05 * rate_hz))
    tilted: Samples = scipy.signal.sosfiltfilt(sections, samples.astype(np.float64), padlen=padding).astype(np.float32)
    return match_level(tilted, samples, rate_hz)


def _shelf(rate_hz: int, hz: float, gain_db: float, kind: Literal["low", "high"]) -> npt.NDArray[np.float64]:
    """Second-order shelf after R. Bristow-Johnson, "Cookbook formulae for audio EQ biquad filter coefficients".

    Returns:
        b0, b1, b2, a0, a1, a2 with a0 = 1.
    """
    amplitude = 10 ** (gain_db / 40)
    omega = 2 * math.pi * hz / rate_hz
    alpha = math.sin(omega) / 2 * math.sqrt((amplitude + 1 / amplitude) * (1 / _SLOPE - 1) + 2)
    cosine = math.cos(omega) if kind == "low" else -math.cos(omega)
    root = 2 * math.sqrt(amplitude) * alpha
    sign = 1 if kind == "low" else -1
    section: npt.NDArray[np.float64] = np.array([
        amplitude * (amplitude + 1 - (amplitude - 1) * cosine + root),
        sign * 2 * amplitude * (amplitude - 1 - (amplitude + 1) * cosine),
        amplitude * (amplitude + 1 - (amplitude - 1) * cosine - root),
        amplitude + 1 + (amplitude - 1) * cosine + root,
        sign * -2 * (amplitude - 1 + (amplitude + 1) * cosine),
        amplitude + 1 + (amplitude - 1) * cosine - root,
    ])  # fmt: skip
    section /= section[3]
    return section

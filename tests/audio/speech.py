"""Human speech, and what is measured in it."""

from pathlib import Path

import numpy as np
from scipy.signal import welch

from studio.audio.flac import read_take
from studio.audio.gain import speech_power
from studio.audio.samples import Samples

_SPEECH = Path(__file__).parent.parent / "data" / "speech"
READERS = ("reader-1998", "austenA")
"""A woman and a man."""


def read_speech(name: str, seconds: float = 6.0) -> tuple[Samples, int]:
    samples, rate_hz = read_take(_SPEECH / f"{name}.flac")
    return samples[: round(seconds * rate_hz)], rate_hz


def alpha_ratio_db(samples: Samples, rate_hz: int) -> float:
    """Energy at 1 to 5 kHz over that at 50 to 1000 Hz."""
    hz, power = welch(samples, rate_hz, nperseg=2048)
    high, low = power[(hz >= 1000) & (hz < 5000)].sum(), power[(hz >= 50) & (hz < 1000)].sum()
    return float(10 * np.log10(high / low))


def level_change_db(after: Samples, before: Samples, rate_hz: int) -> float:
    return float(10 * np.log10(speech_power(after, rate_hz) / speech_power(before, rate_hz)))

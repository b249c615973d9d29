"""Voices whose pitch, pace and brightness are known: pulses through formant filters, after Klatt (1980)."""

import numpy as np
import numpy.typing as npt
from scipy import signal

from studio.audio.samples import Samples

OPEN = ((660, 90), (1720, 110), (2410, 140), (3500, 200))
ROUND = ((300, 60), (870, 90), (2240, 120), (3500, 200))
"""Centre and bandwidth of the formants of two vowels."""


def vowel(
    hz: npt.NDArray[np.float64],
    rate_hz: int,
    *,
    formants: tuple[tuple[int, int], ...] = OPEN,
    breathed: bool = False,
) -> Samples:
    """A vowel whose pitch is `hz` at every sample, for as many samples; breathed, it has none."""
    source = np.diff(np.floor(np.cumsum(hz / rate_hz)), prepend=0.0)
    if breathed:
        source = np.random.default_rng(5).standard_normal(hz.size)
    sound = signal.lfilter([1.0], [1.0, -0.96], source)  # a glottis falls off by 12 dB an octave, the lips give back 6
    for centre, width in formants:
        radius = np.exp(-np.pi * width / rate_hz)
        poles = [1.0, -2 * radius * np.cos(2 * np.pi * centre / rate_hz), radius**2]
        sound = signal.lfilter([sum(poles)], poles, sound)
    sound = signal.lfilter([1.0, -0.995], [1.0, -0.99], sound)
    return (0.5 * sound / np.abs(sound).max()).astype(np.float32)


def syllables(
    count: int, per_s: float, hz: npt.NDArray[np.float64] | float, rate_hz: int, *, breathed: bool = False
) -> Samples:
    """So many syllables, so many a second, two vowels in turn: each swells and fades to a twentieth.

    Args:
        count: how many.
        per_s: how many a second.
        hz: pitch, one figure or one for each sample.
        rate_hz: sample rate.
        breathed: in a whisper.
    """
    size = round(count / per_s * rate_hz)
    pitch = np.broadcast_to(np.asarray(hz, np.float64), (size,))
    place = np.arange(size) * per_s / rate_hz
    first, second = (vowel(pitch, rate_hz, formants=kind, breathed=breathed) for kind in (OPEN, ROUND))
    sound = np.where(place.astype(int) % 2, second, first)
    return (sound * (0.05 + 0.95 * np.sin(np.pi * place) ** 2)).astype(np.float32)

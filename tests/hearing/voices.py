"""Voices whose pitch, pace and brightness are known: pulses through formant filters, after Klatt (1980)."""

import numpy as np
import numpy.typing as npt
from scipy import signal

from studio.audio.samples import Samples

FORMANTS_HZ = ((660, 90), (1720, 110), (2410, 140), (3500, 200))
"""Centre and bandwidth of the formants of an open vowel."""


def vowel(hz: npt.NDArray[np.float64], rate_hz: int, *, peak: float = 0.5) -> Samples:
    """A vowel whose pitch is `hz` at every sample: as many seconds as there are samples in it."""
    phase = np.cumsum(hz / rate_hz)
    pulses = np.diff(np.floor(phase), prepend=0.0)
    sound = signal.lfilter([1.0], [1.0, -0.96], pulses)  # a glottis falls off by 12 dB an octave, the lips give back 6
    for centre, width in FORMANTS_HZ:
        radius = np.exp(-np.pi * width / rate_hz)
        poles = [1.0, -2 * radius * np.cos(2 * np.pi * centre / rate_hz), radius**2]
        sound = signal.lfilter([sum(poles)], poles, sound)
    sound = signal.lfilter([1.0, -0.995], [1.0, -0.99], sound)
    return (peak * sound / np.abs(sound).max()).astype(np.float32)


def syllables(count: int, per_s: float, hz: float, rate_hz: int) -> Samples:
    """So many vowels, so many a second, of one pitch: each swells and fades to a twentieth, as over a consonant."""
    sound = vowel(np.full(round(count / per_s * rate_hz), hz), rate_hz)
    phase = np.arange(sound.size) * per_s / rate_hz
    return (sound * (0.05 + 0.95 * np.sin(np.pi * phase) ** 2)).astype(np.float32)

"""The pitch of a voice over time, by SwiftF0, a small network that comes with its weights inside (MIT).

A network is used since autocorrelation takes breath and creak for voice, and octaves for one another, more often.
What is left of octave errors is mended here.
"""

import math
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
from swift_f0 import SwiftF0

from studio.audio.loudness import SILENCE_DB
from studio.audio.resample import resample
from studio.audio.samples import Samples
from studio.core.errors import InputError

STEP_S: Final = 0.016
LOWEST_HZ: Final = 50.0
HIGHEST_HZ: Final = 600.0
"""From the lowest bass to a child who shouts; what lies outside is no speaking voice."""

VOICED_AT: Final = 0.5
"""Confidence from which SwiftF0, by its own calibration, calls a frame voiced."""

_RATE_HZ = 16_000
_STEP_SAMPLES = round(STEP_S * _RATE_HZ)
_USUAL_LEVEL = 0.4
_LEVEL_QUANTILE = 0.999  # of the samples: a click does not decide
_LEAST_LEVEL = 1e-4
_NEIGHBOURS = 12  # to each side: 0.2 s, in which a voice seldom moves by an octave and a run of errors is shorter
_LEAST_NEIGHBOURS = 5
_OCTAVE_ST = 12.0
_JUMP_ST = 3.0

Array = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class PitchTrack:
    """Pitch at equal steps from the start of a sound: value `i` is of the moment `i * step_s`.

    Attributes:
        step_s: time from one value to the next.
        hz: float64 [n], fundamental frequency; nan where nothing is voiced.
        confidence: float64 [n], how surely the frame is voiced, 0 to 1.
        level_db: float64 [n], RMS level of the 32 ms around the moment, dBFS, never below -120.
    """

    step_s: float
    hz: Array
    confidence: Array
    level_db: Array

    @property
    def times_s(self) -> Array:
        """The moments, float64 [n]."""
        return np.arange(self.hz.size, dtype=np.float64) * np.float64(self.step_s)

    @property
    def voiced(self) -> npt.NDArray[np.bool_]:
        """Where there is pitch, bool [n]."""
        return ~np.isnan(self.hz)


def track_pitch(samples: Samples, rate_hz: int) -> PitchTrack:
    """Follow the pitch of a voice from 50 to 600 Hz, every 16 ms.

    Args:
        samples: float32 mono [n], full scale ±1.
        rate_hz: its rate.

    Raises:
        InputError: there is no sound, or it holds values that are no numbers.
    """
    if not samples.size:
        raise InputError("there is no sound to measure")
    if not np.isfinite(samples).all():
        raise InputError("the sound holds values that are no numbers")
    heard = resample(samples.astype(np.float32, copy=False), rate_hz, _RATE_HZ)
    gain = _gain_to_usual_level(heard)
    padded = np.pad(heard * np.float32(gain), (0, max(0, _STEP_SAMPLES - heard.size)))
    found = _detector().detect(padded, _RATE_HZ, LOWEST_HZ, HIGHEST_HZ)
    hz: Array = np.where(found.confidence >= VOICED_AT, found.pitch_hz, np.nan)
    level_db = np.maximum(found.loudness_db - 20 * math.log10(gain), SILENCE_DB)
    return PitchTrack(STEP_S, without_octave_jumps(hz), found.confidence, level_db)


def semitones(hz: Array, against_hz: float) -> Array:
    """Distance from a pitch in semitones, 12 to the octave; nan stays nan."""
    distance: Array = 12 * np.log2(hz / against_hz)
    return distance


def without_octave_jumps(hz: Array) -> Array:
    """Put frames that stand an octave from the median of their neighbours back by that octave.

    Args:
        hz: float64 [n], nan where unvoiced. Neighbours are the voiced frames within 0.2 s to either side; a frame with
            fewer than five of them is left as it is.
    """
    if not hz.size:
        return hz.copy()
    st = semitones(hz, against_hz=1.0)
    padded = np.pad(st, _NEIGHBOURS, constant_values=np.nan)
    windows = np.lib.stride_tricks.sliding_window_view(padded, 2 * _NEIGHBOURS + 1)
    judged = np.flatnonzero(~np.isnan(st) & (np.count_nonzero(~np.isnan(windows), axis=1) > _LEAST_NEIGHBOURS))
    away = st[judged] - np.nanmedian(windows[judged], axis=1)
    jumped = np.abs(np.abs(away) - _OCTAVE_ST) <= _JUMP_ST
    mended = hz.copy()
    mended[judged[jumped]] *= 2 ** -np.sign(away[jumped])
    return mended


def _gain_to_usual_level(samples: Samples) -> float:
    """The network finds less voice in soft sound: at -30 dB a fifth less in the same recording."""
    level = float(np.quantile(np.abs(samples), _LEVEL_QUANTILE))
    return _USUAL_LEVEL / level if level > _LEAST_LEVEL else 1.0


@lru_cache(maxsize=1)
def _detector() -> SwiftF0:
    """The network of this process; one thread gives the same figures every time and leaves the cores to the workers."""
    return SwiftF0(threads=1, spin=False)

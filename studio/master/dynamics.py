"""Filters and compressors of the mastering chain: block by block, with state, vectorised except per control step.

Levels are followed in control steps of about a millisecond: the power of each step drives the gain, and the gain runs
straight from step to step, so that no gain ever jumps.
"""

import math
from typing import Literal

import numpy as np
import numpy.typing as npt
import scipy

CONTROL_STEP_SAMPLES = 45
"""Samples per control step; every block must hold whole steps."""

_TINY_POWER = 1e-12

Signal = npt.NDArray[np.float64]
"""Mono sound inside the chain: float64 of shape [samples]."""


class Butterworth:
    """Butterworth filter of second order, with state."""

    def __init__(self, rate_hz: int, cutoff_hz: float, kind: Literal["highpass", "lowpass"]) -> None:
        self._sections = scipy.signal.butter(2, cutoff_hz, kind, fs=rate_hz, output="sos")
        self._state = np.zeros((len(self._sections), 2))

    def process(self, block: Signal) -> Signal:
        """Filter a block."""
        filtered, self._state = scipy.signal.sosfilt(self._sections, block, zi=self._state)
        result: Signal = filtered
        return result


class GainFollower:
    """The gain of a feed-forward compressor: soft knee, gain smoothed with attack and release.

    Static curve and smooth branching smoother after Giannoulis, Massberg and Reiss, "Digital Dynamic Range Compressor
    Design", JAES 60 (2012), equations 4 and 16.
    """

    def __init__(
        self,
        rate_hz: int,
        *,
        threshold_dbfs: float,
        ratio: float,
        attack_s: float,
        release_s: float,
        knee_db: float = 6.0,
        max_reduction_db: float = math.inf,
    ) -> None:
        steps_per_s = rate_hz / CONTROL_STEP_SAMPLES
        self._threshold_dbfs = threshold_dbfs
        self._slope = 1 - 1 / ratio
        self._knee_db = knee_db
        self._max_reduction_db = max_reduction_db
        self._attack = math.exp(-1 / (attack_s * steps_per_s))
        self._release = math.exp(-1 / (release_s * steps_per_s))
        self._reduction_db = 0.0
        self._gain = 1.0

    def gains(self, block: Signal) -> Signal:
        """Gain per sample, up to 1, that the level of a block asks for."""
        power = np.mean(block.reshape(-1, CONTROL_STEP_SAMPLES) ** 2, axis=1)
        over = 10 * np.log10(np.maximum(power, _TINY_POWER)) - self._threshold_dbfs
        knee = np.clip(over + self._knee_db / 2, 0, self._knee_db) ** 2 / (2 * self._knee_db)
        wanted = self._slope * np.where(over > self._knee_db / 2, over, knee)
        smoothed = self._smooth(np.minimum(wanted, self._max_reduction_db))
        ends = 10 ** (smoothed / -20)
        starts = np.concatenate([[self._gain], ends[:-1]])
        self._gain = float(ends[-1])
        ramp = np.arange(1, CONTROL_STEP_SAMPLES + 1) / CONTROL_STEP_SAMPLES
        per_sample: Signal = (starts[:, np.newaxis] + (ends - starts)[:, np.newaxis] * ramp).ravel()
        return per_sample

    def _smooth(self, wanted_db: Signal) -> Signal:
        reduction_db, attack, release = self._reduction_db, self._attack, self._release
        smoothed = []
        for wanted in wanted_db.tolist():
            keep = attack if wanted > reduction_db else release
            reduction_db = keep * reduction_db + (1 - keep) * wanted
            smoothed.append(reduction_db)
        self._reduction_db = reduction_db
        return np.array(smoothed)


class Compressor:
    """A compressor over the whole band."""

    def __init__(self, follower: GainFollower) -> None:
        self._follower = follower

    def process(self, block: Signal) -> Signal:
        """Compress a block."""
        return block * self._follower.gains(block)


class DeEsser:
    """A high shelf of second order whose gain falls while its band is too loud.

    Low, middle and high band share their poles and sum to the input exactly, so the sound passes unchanged, phase and
    all, while the gain is 1; the middle band moves by the root of the gain, as in an analogue shelf.
    """

    def __init__(self, rate_hz: int, cutoff_hz: float, follower: GainFollower) -> None:
        self._high = Butterworth(rate_hz, cutoff_hz, "highpass")
        self._low = Butterworth(rate_hz, cutoff_hz, "lowpass")
        self._follower = follower

    def process(self, block: Signal) -> Signal:
        """Soften the sibilants of a block."""
        high = self._high.process(block)
        gains = self._follower.gains(high)
        middle = block - high - self._low.process(block)
        softened: Signal = block - high * (1 - gains) - middle * (1 - np.sqrt(gains))
        return softened

"""Level of speech, pauses left out."""

import math
from typing import Final

import numpy as np
import numpy.typing as npt

from studio.audio.loudness import SILENCE_DB, power_db
from studio.audio.samples import Samples

FRAMES_PER_S: Final = 100
SPEECH_BELOW_LOUDEST_DB: Final = 25.0
QUIETEST_DBFS: Final = -60.0
"""A sound whose loudest frame is below this is silence."""


def speech_level_dbfs(samples: Samples, rate_hz: int) -> float:
    """Level of a take's speech: RMS of the 10 ms frames no more than 25 dB below the loudest; -120 for silence."""
    power = frame_power(samples, rate_hz)
    loudest_db = power_db(float(power.max()))
    if loudest_db < QUIETEST_DBFS:
        return SILENCE_DB
    spoken = power[power >= 10 ** ((loudest_db - SPEECH_BELOW_LOUDEST_DB) / 10)]
    return power_db(float(spoken.mean()))


def frame_power(samples: Samples, rate_hz: int) -> npt.NDArray[np.float64]:
    """Mean square of each 10 ms, float64 [frames]; the last one is filled up with silence."""
    frame = rate_hz // FRAMES_PER_S
    padded = np.zeros(math.ceil(len(samples) / frame) * frame)
    padded[: len(samples)] = samples
    power: npt.NDArray[np.float64] = np.mean(padded.reshape(-1, frame) ** 2, axis=1)
    return power

"""Where speech begins and ends: recordings and takes cut to what is heard."""

from typing import Final

import numpy as np

from studio.audio.loudness import EDGE_DBFS, power_db
from studio.audio.samples import Samples
from studio.audio.speech_level import FRAMES_PER_S, frame_power

_PRE_ROLL_S: Final = 0.030
_POST_ROLL_S: Final = 0.060
_FADE_S: Final = 0.008
_EDGE_BELOW_LOUDEST_DB: Final = 35.0


def trim(samples: Samples, rate_hz: int) -> Samples:
    """Cut a take to what is heard, 30 ms before and 60 ms after, with raised-cosine fades of 8 ms at both ends.

    A 10 ms frame is heard above -50 dBFS RMS, or above 35 dB below the loudest frame if that is less.
    """
    power = frame_power(samples, rate_hz)
    threshold_db = min(EDGE_DBFS, power_db(float(power.max())) - _EDGE_BELOW_LOUDEST_DB)
    heard = np.flatnonzero(power > 10 ** (threshold_db / 10))
    frame = rate_hz // FRAMES_PER_S
    first, last = (int(heard[0]), int(heard[-1])) if len(heard) else (0, len(power) - 1)
    start = max(0, first * frame - round(_PRE_ROLL_S * rate_hz))
    end = min(len(samples), (last + 1) * frame + round(_POST_ROLL_S * rate_hz))
    kept = samples[start:end].copy()
    fade = min(round(_FADE_S * rate_hz), len(kept) // 2)
    ramp = (0.5 - 0.5 * np.cos(np.pi * (np.arange(fade) + 0.5) / max(1, fade))).astype(np.float32)
    kept[:fade] *= ramp
    kept[len(kept) - fade :] *= ramp[::-1]
    return kept

"""Sound brought to a loudness, for hearing single lines by themselves."""

from typing import Final

import numpy as np

from studio.audio.loudness import Meter
from studio.audio.samples import Samples

PREVIEW_LUFS: Final = -23.0
"""Loudness of a neutral line that is heard by itself (EBU R 128): leaves room for a shout."""

_PEAK_LIMIT = 0.97
_SOFTEST_LUFS = -70.0


def at_loudness(samples: Samples, rate_hz: int, lufs: float) -> Samples:
    """Sound at an integrated loudness (EBU R 128), or less where its peaks would leave full scale.

    What is too short or too soft to be measured stays as it is.

    Args:
        samples: float32 mono [n].
        rate_hz: their rate.
        lufs: the loudness.
    """
    meter = Meter(rate_hz)
    meter.add(samples)
    measured_lufs = meter.figures().lufs
    if measured_lufs <= _SOFTEST_LUFS:
        return samples
    gain = min(10 ** ((lufs - measured_lufs) / 20), _PEAK_LIMIT / float(np.max(np.abs(samples))))
    return (samples * np.float32(gain)).astype(np.float32)

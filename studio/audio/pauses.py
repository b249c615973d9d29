"""Pauses within speech, made longer or shorter."""

from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from studio.audio.gain import speech_power
from studio.audio.samples import Samples
from studio.audio.stretch import stretch

_FRAMES_PER_S: Final = 100
_QUIET_BELOW_SPEECH: Final = 10 ** (-35 / 10)
_SHORTEST_FRAMES: Final = 10
"""0.1 s: what is shorter is the closure of a stop, not a pause."""


@dataclass(frozen=True, slots=True, eq=False)
class Paused:
    """Sound whose pauses have another length.

    Attributes:
        samples: float32 mono [n].
        was_at: moments of the sound before, in samples, ascending.
        is_at: where each of them is now.
    """

    samples: Samples
    was_at: npt.NDArray[np.float64]
    is_at: npt.NDArray[np.float64]


def quiet_edges(samples: Samples, rate_hz: int) -> tuple[int, int]:
    """Where sound begins and ends, in samples; all of it if it is silent throughout."""
    frame, loud = _loud_frames(samples, rate_hz)
    heard = np.flatnonzero(loud)
    return (int(heard[0]) * frame, min(samples.size, (int(heard[-1]) + 1) * frame)) if heard.size else (0, samples.size)


def scale_pauses(samples: Samples, rate_hz: int, factor: float) -> Paused:
    """Give each pause between sounds `factor` times its length; what is said, and silence at either end, stay.

    Pauses are at least 0.1 s long and 35 dB under the speech. They are stretched, not cut or filled, so that the noise
    of the room goes on in them.
    """
    frame, loud = _loud_frames(samples, rate_hz)
    heard = np.flatnonzero(loud)
    kept: list[Samples] = []
    was, now, position, length = [0], [0], 0, 0
    for left, right in pairwise(heard) if factor != 1 else ():
        if right - left <= _SHORTEST_FRAMES:
            continue
        begin, end = (int(left) + 1) * frame, int(right) * frame
        pause = stretch(samples[begin:end], rate_hz, length=round((end - begin) * factor))
        kept += [samples[position:begin], pause]
        length += begin - position
        was += [begin, end]
        now += [length, length + pause.size]
        position, length = end, length + pause.size
    kept.append(samples[position:])
    ends = (samples.size, length + samples.size - position)
    return Paused(
        np.concatenate(kept) if len(kept) > 1 else samples,
        np.array([*was, ends[0]], np.float64),
        np.array([*now, ends[1]], np.float64),
    )


def _loud_frames(samples: Samples, rate_hz: int) -> tuple[int, npt.NDArray[np.bool_]]:
    frame = round(rate_hz / _FRAMES_PER_S)
    padded = np.pad(samples.astype(np.float64), (0, -samples.size % frame))
    power = np.mean(padded.reshape(-1, frame) ** 2, axis=1)
    return frame, power > _QUIET_BELOW_SPEECH * speech_power(samples, rate_hz)

"""Clips brought to their levels against each other, where no dynamics follow that would take them back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Self

import numpy as np
import numpy.typing as npt

from studio.audio.loudness import power_db
from studio.audio.samples import Samples
from studio.audio.speech_level import speech_level_dbfs

_MOST_MADE_UP_DB = 3.0  # beyond that a limiter crushes what it cannot let through
_BYTES_PER_SAMPLE = np.dtype(np.float32).itemsize
_OVER_STEP = 1.5  # a limiter takes part of what is given

Decibels = npt.NDArray[np.float64]
"""One figure per clip: float64 of shape [clips]."""


@dataclass(frozen=True, slots=True)
class Shaped:
    """A chapter after the chain, without head and tail, and the gains that balance its clips.

    Attributes:
        path: raw float32 samples as the chain left them.
        samples: how many.
        spans: first sample of each clip and the one after its last: int64 of shape [clips, 2].
        gains_db: gain that balances each clip.
        levels_dbfs: level of each clip's speech, balanced.
        made_up_db: gain of each clip beyond that, for what the limiter takes.
        energy: sum of squares, balanced.
        speech_dbfs: RMS of the clips alone, pauses left out, balanced.
    """

    path: Path
    samples: int
    spans: npt.NDArray[np.int64]
    gains_db: Decibels
    levels_dbfs: Decibels
    made_up_db: Decibels
    energy: float
    speech_dbfs: float

    def blocks(self, block_samples: int) -> Iterator[Samples]:
        """The balanced sound, block by block: the gain is steady over a clip and moves straight over a pause."""
        turns, gains = self.spans.ravel(), (10 ** ((self.gains_db + self.made_up_db) / 20)).repeat(2)
        position = 0
        with self.path.open("rb") as stream:
            while len(block := np.fromfile(stream, np.float32, block_samples)):
                gain = np.interp(np.arange(position, position + len(block)), turns, gains)
                yield (block * gain).astype(np.float32)
                position += len(block)

    def make_up(self, losses_db: Decibels) -> Self:
        """With clips raised for what a limiter takes from them beyond the others, by 3 dB in all at most."""
        raised = np.clip(self.made_up_db + _OVER_STEP * losses_db, 0.0, _MOST_MADE_UP_DB)
        return replace(self, made_up_db=raised)

    def to_make_up(self, losses_db: Decibels, tolerance_db: float) -> bool:
        """Whether a limiter takes more from any clip than is tolerated, and that can be made up for."""
        return bool(np.any((losses_db > tolerance_db) & (self.made_up_db < _MOST_MADE_UP_DB)))


def balance(
    path: Path, spans: Sequence[tuple[int, int]], aims_db: Sequence[float], rate_hz: int, check: Callable[[int], None]
) -> Shaped:
    """Measure the clips after the chain, and find the gain that gives each its level.

    The chain brings levels closer to each other, and turns down more of what hisses: a difference that is to be heard
    has to be made after it.

    Args:
        path: raw float32 samples of the chapter after the chain.
        spans: first sample of each clip and the one after its last.
        aims_db: how loud each is to be against the others at 0.
        rate_hz: of the sound.
        check: called with the number of clips measured; may raise to stop.
    """
    measured, powers = [], []
    for start, end in spans:
        clip = np.fromfile(path, np.float32, end - start, offset=start * _BYTES_PER_SAMPLE)
        measured.append(speech_level_dbfs(clip, rate_hz))
        powers.append(float(np.sum(clip.astype(np.float64) ** 2)))
        check(len(measured))
    levels = float(np.median(measured)) + np.array(aims_db)
    gains = levels - np.array(measured)
    energy = float(np.array(powers) @ 10 ** (gains / 10))
    spoken_samples = sum(end - start for start, end in spans)
    return Shaped(
        path=path,
        samples=path.stat().st_size // _BYTES_PER_SAMPLE,
        spans=np.array(spans),
        gains_db=gains,
        levels_dbfs=levels,
        made_up_db=np.zeros(len(spans)),
        energy=energy,
        speech_dbfs=power_db(energy / max(1, spoken_samples)),
    )


class ClipLevels:
    """Measures the clips of a chapter as it streams by: `add` every block, then read `levels_dbfs`."""

    def __init__(self, spans: npt.NDArray[np.int64], rate_hz: int) -> None:
        """Start at sample 0.

        Args:
            spans: first sample of each clip and the one after its last, ascending.
            rate_hz: of the sound.
        """
        self.levels_dbfs: list[float] = []
        self._spans = [(int(start), int(end)) for start, end in spans]
        self._rate_hz = rate_hz
        self._position = 0
        self._waiting: Samples = np.zeros(0, np.float32)

    def add(self, block: Samples) -> None:
        """Take in a block."""
        sound = np.concatenate([self._waiting, block])
        while self._spans and self._spans[0][1] <= self._position + len(sound):
            start, end = self._spans.pop(0)
            clip = sound[start - self._position : end - self._position]
            self.levels_dbfs.append(speech_level_dbfs(clip, self._rate_hz))
        wanted = self._spans[0][0] if self._spans else self._position + len(sound)
        gone = min(len(sound), max(0, wanted - self._position))
        self._waiting = sound[gone:]
        self._position += gone

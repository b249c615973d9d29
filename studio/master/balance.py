"""Clips brought to their levels against each other, where no dynamics follow that would take them back."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.audio.loudness import power_db
from studio.audio.samples import Samples
from studio.master.assemble import speech_level_dbfs


@dataclass(frozen=True, slots=True)
class Shaped:
    """A chapter after the chain, without head and tail, and the gain that balances its clips.

    Attributes:
        path: raw float32 samples as the chain left them.
        samples: how many.
        turns: samples at which the gain turns, ascending: begin and end of each clip.
        gains: factor at each of them; straight in between.
        energy: sum of squares, balanced.
        speech_dbfs: RMS of the clips alone, pauses left out, balanced.
    """

    path: Path
    samples: int
    turns: npt.NDArray[np.int64]
    gains: npt.NDArray[np.float64]
    energy: float
    speech_dbfs: float

    def blocks(self, block_samples: int) -> Iterator[Samples]:
        """The balanced sound, block by block."""
        position = 0
        with self.path.open("rb") as stream:
            while len(block := np.fromfile(stream, np.float32, block_samples)):
                gain = np.interp(np.arange(position, position + len(block)), self.turns, self.gains)
                yield (block * gain).astype(np.float32)
                position += len(block)


def balance(
    path: Path, spans: Sequence[tuple[int, int]], aims_db: Sequence[float], rate_hz: int, check: Callable[[int], None]
) -> Shaped:
    """Measure the clips after the chain, and find the gain that gives each its level.

    The chain brings levels closer to each other, and turns down more of what hisses: a difference that is to be heard
    has to be made after it. The gain is steady over every clip and moves only in the pauses.

    Args:
        path: raw float32 samples of the chapter after the chain.
        spans: first sample of each clip and the one after its last.
        aims_db: how loud each is to be against the others at 0.
        rate_hz: of the sound.
        check: called with the number of clips measured; may raise to stop.
    """
    sound = np.memmap(path, np.float32, "r")
    levels, powers = [], []
    for start, end in spans:
        levels.append(speech_level_dbfs(sound[start:end], rate_hz))
        powers.append(float(np.sum(sound[start:end].astype(np.float64) ** 2)))
        check(len(levels))
    common = float(np.median(levels))
    gains = 10 ** ((common + np.array(aims_db) - np.array(levels)) / 20)
    energy = float(np.array(powers) @ gains**2)
    spoken_samples = sum(end - start for start, end in spans)
    return Shaped(
        path, len(sound), np.array(spans).ravel(), gains.repeat(2), energy, power_db(energy / max(1, spoken_samples))
    )

"""The outline of a sound file, for a player to draw."""

from pathlib import Path

import numpy as np

from studio.audio.flac import length, read_blocks

_BLOCK_SAMPLES = 1 << 16
_FULL = 100


def waveform_peaks(path: Path, points: int = 1600) -> list[int]:
    """Greatest absolute sample of each of `points` equal stretches, 0 to 100 (full scale); fewer for tiny files.

    Raises:
        StorageError: the file is gone, damaged, or not mono sound.
    """
    total, _rate_hz = length(path)
    count = min(points, total)
    peaks = np.zeros(count, np.float32)
    position = 0
    for block in read_blocks(path, _BLOCK_SAMPLES):
        stretch = (np.arange(position, position + len(block)) * count) // total
        np.maximum.at(peaks, stretch, np.abs(block))
        position += len(block)
    return [int(value) for value in np.minimum(np.rint(peaks * _FULL), _FULL)]

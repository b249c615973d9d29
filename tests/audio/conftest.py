"""Sound files to read."""

from pathlib import Path

import numpy as np
import pytest

from studio.audio.mp3 import Mp3Writer
from studio.audio.samples import Samples


def sweep(seconds: float, rate_hz: int = 44_100) -> Samples:
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    return (0.3 * np.sin(2 * np.pi * (200 * t + 400 * t * t))).astype(np.float32)


def write_mp3(path: Path, sound: Samples, blocks: int = 7, **options) -> Path:
    with Mp3Writer(path, **options) as writer:
        for block in np.array_split(sound, blocks):
            writer.write(block)
    return path


@pytest.fixture(scope="session")
def mp3(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return write_mp3(tmp_path_factory.mktemp("mp3") / "sweep.mp3", sweep(3.0))

"""FLAC with 24 bits: the form in which takes and masters are kept."""

import io
from collections.abc import Iterator
from pathlib import Path
from types import TracebackType
from typing import Self

import numpy as np
import soundfile as sf

from studio.audio.samples import Samples
from studio.core.errors import InputError, StorageError

_RESTORE_HINT = "Restore it from a backup, or render the line again."


def encode_take(samples: Samples, rate_hz: int) -> bytes:
    """A take as a FLAC file of 24 bits. Equal samples give equal bytes; beyond full scale they are clipped.

    Args:
        samples: float32 mono [n].
        rate_hz: their rate.

    Raises:
        InputError: the samples are not mono, none, or not all finite.
    """
    if samples.ndim != 1 or not len(samples):
        raise InputError("a take must be mono sound of at least one sample")
    if not np.isfinite(samples).all():
        raise InputError("a take holds samples that are not numbers")
    buffer = io.BytesIO()
    sf.write(buffer, samples, rate_hz, format="FLAC", subtype="PCM_24")
    return buffer.getvalue()


def read_take(path: Path) -> tuple[Samples, int]:
    """Samples (float32 mono [n]) of a stored take, and their rate in Hz.

    Raises:
        StorageError: the file is gone, damaged, or not mono sound.
    """
    try:
        samples, rate_hz = sf.read(path, dtype="float32", always_2d=True)
    except (sf.LibsndfileError, OSError) as error:
        raise StorageError(f"a stored take cannot be read: {error}", where=str(path), hint=_RESTORE_HINT) from error
    if samples.shape[1] != 1 or not len(samples):
        raise StorageError("a stored take is not mono sound", where=str(path), hint=_RESTORE_HINT)
    return np.ascontiguousarray(samples[:, 0]), int(rate_hz)


def read_blocks(path: Path, block_samples: int) -> Iterator[Samples]:
    """Stored mono sound as blocks of `block_samples`, the last one shorter.

    Raises:
        StorageError: the file is gone, damaged, or not mono sound.
    """
    try:
        with sf.SoundFile(path) as sound:
            if sound.channels != 1:
                raise StorageError("a stored sound file is not mono", where=str(path))
            while len(block := sound.read(block_samples, dtype="float32")):
                yield block
    except (sf.LibsndfileError, OSError) as error:
        raise StorageError(f"a stored sound file cannot be read: {error}", where=str(path)) from error


def length(path: Path) -> tuple[int, int]:
    """Length in samples and rate in Hz of a stored sound file, from its header.

    Raises:
        StorageError: the file is gone or damaged.
    """
    try:
        header = sf.info(path)
    except (sf.LibsndfileError, OSError) as error:
        raise StorageError(f"a stored sound file cannot be read: {error}", where=str(path)) from error
    return int(header.frames), int(header.samplerate)


class FlacWriter:
    """Writes mono FLAC of 24 bits block by block. Wrap the path in `atomic_path` for a whole-or-nothing file."""

    def __init__(self, path: Path, rate_hz: int) -> None:
        """Open the file.

        Raises:
            StorageError: it cannot be written.
        """
        self._path = path
        try:
            self._file = sf.SoundFile(path, "w", rate_hz, channels=1, format="FLAC", subtype="PCM_24")
        except (sf.LibsndfileError, OSError) as error:
            raise StorageError(f"the sound file cannot be written: {error}", where=str(path)) from error

    def write(self, block: Samples) -> None:
        """Append a block.

        Raises:
            StorageError: the disk is full.
        """
        try:
            self._file.write(block)
        except (sf.LibsndfileError, OSError) as error:
            raise StorageError(f"the sound file cannot be written: {error}", where=str(self._path)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._file.close()

"""A recording of a voice as it was handed in: decoded once to mono, with what mixing down would hide."""

import math
from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt

from studio.audio.decode import AudioInfo, open_audio
from studio.audio.samples import Frames, Samples
from studio.core.errors import InputError, NotFoundError

MAX_FILE_BYTES: Final = 100_000_000
MAX_RATE_HZ: Final = 192_000

CANCELLED_DB: Final = -12.0
"""A mono mix this far under its channels has cancelled: eight unrelated channels lose 9 dB, two in one phase none."""

_FLAT_WITHIN = 0.001
_MIN_RUN_SAMPLES = 3
_MIN_PEAK = 0.01  # under -40 dBFS one step of 16 bits is no longer small beside `_FLAT_WITHIN`
_LIMIT_DB = 120.0
_TINY = 1e-12

Powers = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True)
class Clip:
    """A short recording in memory.

    Attributes:
        samples: mean of the channels, float32 [n] at the file's own rate.
        sample_rate_hz: that rate.
        info: what the file is.
        clipped_fraction: share of the samples, over all channels, that lie in a flat top: three or more in a row
            within 0.1 % of the highest or lowest sample of their channel.
        phase_cancelled: the channels cancel each other, so that `samples` is not what was recorded.
        side_ratio_db: power of what differs between the channels over the power of their mean, in dB, held to ±120;
            −120 for mono.
    """

    samples: Samples
    sample_rate_hz: int
    info: AudioInfo
    clipped_fraction: float
    phase_cancelled: bool
    side_ratio_db: float

    @property
    def duration_s(self) -> float:
        """Length in seconds."""
        return self.samples.size / self.sample_rate_hz


def read_clip(path: Path, *, longest_s: float) -> Clip:
    """Read a recording of unknown origin.

    It is decoded twice: once for its sound and the extremes of each channel, once to count what lies flat at them.

    Args:
        path: a sound file.
        longest_s: refuse what is longer, by its header if that tells, else as soon as decoding gets there.

    Raises:
        NotFoundError: there is no such file.
        InputError: it is too large or too long, is video, or is not sound that can be read whole.
    """
    if not path.is_file():
        raise NotFoundError("there is no such file", where=str(path))
    if (size := path.stat().st_size) > MAX_FILE_BYTES:
        raise InputError(
            f"this file has {size / 1e6:.0f} MB; a recording may have {MAX_FILE_BYTES / 1e6:.0f} MB",
            where=str(path),
            hint="Export the recording alone, without pictures or attachments, as FLAC or MP3.",
        )
    with open_audio(path) as reader:
        info = reader.info
        if reader.has_video:
            raise InputError(
                "this is a video; only sound is kept here", where=str(path), hint="Export its sound as WAV or FLAC."
            )
        if info.sample_rate_hz > MAX_RATE_HZ:
            raise InputError(
                f"a sample rate of {info.sample_rate_hz} Hz is too high for a recording",
                where=str(path),
                hint="Export it with 48000 Hz.",
            )
        if info.duration_s > longest_s:
            raise _too_long(path, info.duration_s, longest_s)
        mono: list[Samples] = []
        most_samples, count = math.floor(longest_s * info.sample_rate_hz), 0
        mean_power, channel_power = 0.0, np.zeros(info.channels)
        high, low = np.zeros(info.channels), np.zeros(info.channels)
        for block in reader.blocks():
            count += len(block)
            if count > most_samples:
                raise _too_long(path, None, longest_s)
            mixed = block.mean(axis=1, dtype=np.float32)
            mono.append(mixed)
            mean_power += float(np.square(mixed, dtype=np.float64).sum())
            channel_power += np.square(block, dtype=np.float64).sum(axis=0)
            high, low = np.maximum(high, block.max(axis=0)), np.minimum(low, block.min(axis=0))
    power = float(channel_power.mean())
    return Clip(
        samples=np.concatenate(mono),
        sample_rate_hz=info.sample_rate_hz,
        info=info,
        clipped_fraction=_clipped_samples(path, high, low) / (count * info.channels),
        phase_cancelled=power > _TINY * count and _db(mean_power, power) < CANCELLED_DB,
        side_ratio_db=_db(max(power - mean_power, 0.0), mean_power),
    )


def _clipped_samples(path: Path, high: Powers, low: Powers) -> int:
    """Count the samples of all channels in flat tops, in a second pass over the file."""
    with open_audio(path) as reader:
        return in_flat_runs(reader.blocks(), high=high, low=low)


def in_flat_runs(blocks: Iterable[Frames], *, high: Powers, low: Powers) -> int:
    """How many samples lie three or more in a row within 0.1 % of an extreme of their channel.

    Args:
        blocks: the sound, float32 [n, channels] each, cut anywhere.
        high: highest sample of each channel, or 0.
        low: lowest sample of each channel, or 0.
    """
    total = 0
    margin: Frames = np.zeros((_MIN_RUN_SAMPLES - 1, high.size), np.float32)
    joined = margin
    for block in chain(blocks, [margin]):
        joined = np.concatenate([joined, block])
        for channel in range(high.size):
            for extreme, sound in ((high[channel], joined[:, channel]), (-low[channel], -joined[:, channel])):
                if extreme >= _MIN_PEAK:
                    total += _in_runs(sound >= extreme * (1 - _FLAT_WITHIN))
        joined = joined[-2 * len(margin) :]
    return total


def _in_runs(flat: npt.NDArray[np.bool_]) -> int:
    """How many samples lie in a run of three, leaving out the two at either end, whose neighbours are not all seen."""
    starts = flat[:-2] & flat[1:-1] & flat[2:]
    return int(np.count_nonzero(starts[:-2] | starts[1:-1] | starts[2:]))


def _db(power: float, reference: float) -> float:
    ratio_db = 10 * math.log10(max(power, _TINY) / max(reference, _TINY))
    return min(max(ratio_db, -_LIMIT_DB), _LIMIT_DB)


def _too_long(path: Path, duration_s: float | None, longest_s: float) -> InputError:
    length = "is longer than that" if duration_s is None else f"has {duration_s:.0f} s"
    return InputError(
        f"a recording may have {longest_s:.0f} s, and this file {length}",
        where=str(path),
        hint="Cut it to the part that is asked for.",
    )

"""Takes put one after another: edges trimmed, levels matched, pauses exact to the sample."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from studio.audio.edges import trim
from studio.audio.flac import read_take
from studio.audio.loudness import SILENCE_DB
from studio.audio.resample import resample
from studio.audio.samples import Samples
from studio.audio.speech_level import speech_level_dbfs
from studio.core.errors import InputError

SPEECH_LEVEL_DBFS = -24.0
"""Level of speech, pauses left out, that every chapter enters the chain with; its thresholds are set for it."""

_MAX_MATCH_DB = 12.0


@dataclass(frozen=True, slots=True)
class Clip:
    """A take and its place in a chapter.

    Attributes:
        path: of the take.
        pause_after_s: the pause that follows it; after a chapter's last clip the tail stands instead.
        level_db: how loud it is meant to be against a clip of 0.
    """

    path: Path
    pause_after_s: float
    level_db: float = 0.0


@dataclass(frozen=True, slots=True)
class Match:
    """How a clip comes to its level.

    Attributes:
        gain_db: gain before the chain, which is fed all speech at one level.
        aim_db: how loud it is to be in the end, against the others at 0.
    """

    gain_db: float
    aim_db: float


@dataclass(frozen=True, slots=True)
class Placed:
    """A stretch of sound, and the samples it takes from the start of the first clip; `clip` is False for a pause."""

    samples: Samples
    start: int
    end: int
    clip: bool


def match_levels(clips: Sequence[Clip], check: Callable[[int], None]) -> list[Match]:
    """How each clip comes to the level of the others, and from there to its own.

    Each clip is measured against the chapter's median and corrected by at most 12 dB. What it is softer or louder than
    that stays: there is little but noise to raise in such a take.

    Args:
        clips: in order, at least one.
        check: called with the number of clips measured; may raise to stop.

    Raises:
        InputError: there is nothing to hear in a take.
        StorageError: a take cannot be read.
    """
    levels = []
    for clip in clips:
        level = speech_level_dbfs(*read_take(clip.path))
        if level <= SILENCE_DB:
            raise InputError("a take is silent", where=str(clip.path), hint="Render that line again.")
        levels.append(level)
        check(len(levels))
    median = float(np.median(levels))
    matches = []
    for clip, level in zip(clips, levels, strict=True):
        correction = min(_MAX_MATCH_DB, max(-_MAX_MATCH_DB, median - level))
        left_over = level + correction - median
        matches.append(Match(SPEECH_LEVEL_DBFS - median + correction, clip.level_db + left_over))
    return matches


def assemble(clips: Sequence[Clip], gains_db: Sequence[float], rate_hz: int) -> Iterator[Placed]:
    """The clips at one rate, each trimmed and at its gain, and the pauses between them.

    Raises:
        StorageError: a take cannot be read.
    """
    position = 0
    for number, (clip, gain_db) in enumerate(zip(clips, gains_db, strict=True)):
        take, take_rate_hz = read_take(clip.path)
        gain = np.float32(10 ** (gain_db / 20))
        samples = trim(resample(take, take_rate_hz, rate_hz), rate_hz) * gain
        yield Placed(samples, position, position + len(samples), clip=True)
        position += len(samples)
        if number < len(clips) - 1:
            pause = np.zeros(max(0, round(clip.pause_after_s * rate_hz)), np.float32)
            yield Placed(pause, position, position + len(pause), clip=False)
            position += len(pause)


def reblock(pieces: Iterator[Samples], block_samples: int) -> Iterator[Samples]:
    """The same sound in blocks of equal length; the last one is shorter."""
    waiting: list[Samples] = []
    count = 0
    for piece in pieces:
        waiting.append(piece)
        count += len(piece)
        if count >= block_samples:
            joined = np.concatenate(waiting)
            whole = count // block_samples * block_samples
            for start in range(0, whole, block_samples):
                yield joined[start : start + block_samples]
            waiting, count = [joined[whole:]], count - whole
    if count:
        yield np.concatenate(waiting)

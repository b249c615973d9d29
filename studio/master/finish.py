"""The last stage: gain, limiter, room tone, head and tail, with the gain solved on the decoded delivery."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.audio.decode import open_audio
from studio.audio.flac import FlacWriter
from studio.audio.loudness import power_db
from studio.audio.mp3 import Mp3Writer
from studio.audio.samples import Samples
from studio.master.assemble import reblock
from studio.master.balance import ClipLevels, Decibels, Shaped
from studio.master.limiter import TruePeakLimiter
from studio.master.profile import Profile
from studio.master.room_tone import RoomTone

_BLOCK_SAMPLES = 1 << 16
_CODEC_LOSS_DB = 0.27  # LAME scales its input by 0.97 at a constant 192 kbps
_TOLERANCE_DB = 0.1
_CLIP_TOLERANCE_DB = 0.4
_MAX_PASSES = 8
_MAKE_UP_PASSES = 4
_LEAST_SLOPE = 0.15
_HEAVY_LIMITING_DB = 3.0

_LOUDEST_SPEECH_DBFS = -17.0
_LOUDEST_CLIP_DBFS = -15.0  # a shout above it loses more to the limiter than can be made up for
_SHORT_EDGES = (1.5, 1.1)  # of the least head and tail accepted
_QUIETER_DB = 2.0


@dataclass(frozen=True, slots=True)
class Finished:
    """What was written in the end.

    Attributes:
        samples: length of the master.
        head_samples: of it before the first clip.
        gain_db: gain before the limiter.
        max_limiting_db: greatest gain reduction of the limiter.
        heavy_limiting: share of the time with more than 3 dB of it.
    """

    samples: int
    head_samples: int
    gain_db: float
    max_limiting_db: float
    heavy_limiting: float


@dataclass(frozen=True, slots=True)
class _Layout:
    head: int
    tail: int
    target_dbfs: float
    gain_db: float


def finish(
    shaped: Shaped, master: Path, trial: Path, profile: Profile, seed: int, step: Callable[[float], None]
) -> Finished:
    """Write the master (FLAC) and a trial delivery (MP3) at the gain that brings the decoded trial to its target.

    What the limiter takes from single clips is made up for on the way, as far as that goes.

    Args:
        shaped: what to finish.
        master: where the master goes.
        trial: where the delivery goes that the gain is solved on; left in place for measuring.
        profile: target and ceiling.
        seed: of the room tone.
        step: called about once per second of work with the share done; may raise to stop.

    Raises:
        StorageError: the disk is full.
    """
    layout = _lay_out(shaped, profile)
    tried: list[tuple[float, float]] = []
    for number in range(_MAX_PASSES):
        done, share = 1 - 0.5**number, 0.5 ** (number + 1)
        finished = _render(shaped, layout, master, trial, profile, seed, _part(step, done, share))
        level_dbfs, clips_dbfs = _decoded_levels_dbfs(
            trial, shaped.spans + layout.head, profile.sample_rate_hz, _part(step, done + share, 0.0)
        )
        tried.append((layout.gain_db, level_dbfs))
        losses_db = shaped.levels_dbfs - clips_dbfs
        losses_db -= losses_db.min()
        limited = number < _MAKE_UP_PASSES and shaped.to_make_up(losses_db, _CLIP_TOLERANCE_DB)
        if abs(layout.target_dbfs - level_dbfs) <= _TOLERANCE_DB and not limited:
            break
        layout = replace(layout, gain_db=_next_gain_db(tried, layout.target_dbfs))
        if limited:
            shaped = shaped.make_up(losses_db)
            tried.clear()  # the slope between passes holds for one balance only
    return finished


def _lay_out(shaped: Shaped, profile: Profile) -> _Layout:
    """Head, tail and target as the profile aims; less of them if speech would have to be louder than it can be.

    A credit of three seconds between 0.75 s of head and 3 s of tail would need twice the level of a chapter to reach
    the same RMS over the file. Shorter edges come first, then a target nearer to the least that is accepted. The target
    also goes down as far as the loudest clip needs it.
    """
    rate_hz = profile.sample_rate_hz
    aimed = (profile.head_s, profile.tail_s, 0.0)
    short = [
        (factor * profile.head_min_s, factor * profile.tail_min_s, quieter_db)
        for quieter_db in (0.0, _QUIETER_DB)
        for factor in _SHORT_EDGES
    ]
    for head_s, tail_s, quieter_db in (aimed, *short):
        head, tail = round(head_s * rate_hz), round(tail_s * rate_hz)
        target_dbfs = profile.rms_target_dbfs - quieter_db
        level_dbfs = power_db(shaped.energy / (shaped.samples + head + tail))
        gain_db = target_dbfs + _CODEC_LOSS_DB - level_dbfs
        if shaped.speech_dbfs + gain_db <= _LOUDEST_SPEECH_DBFS:
            break
    too_loud_db = float(shaped.levels_dbfs.max()) + gain_db - _LOUDEST_CLIP_DBFS
    lower_db = min(max(too_loud_db, 0.0), _QUIETER_DB - quieter_db)
    return _Layout(head, tail, target_dbfs - lower_db, gain_db - lower_db)


def _next_gain_db(tried: list[tuple[float, float]], target_dbfs: float) -> float:
    """Newton's step; the slope, which is below 1 where the limiter works, comes from the last two passes."""
    gain_db, level_dbfs = tried[-1]
    slope = 1.0
    if len(tried) > 1 and gain_db != tried[-2][0]:
        slope = (level_dbfs - tried[-2][1]) / (gain_db - tried[-2][0])
    return gain_db + (target_dbfs - level_dbfs) / min(1.0, max(_LEAST_SLOPE, slope))


def _render(
    shaped: Shaped,
    layout: _Layout,
    master: Path,
    trial: Path,
    profile: Profile,
    seed: int,
    step: Callable[[float], None],
) -> Finished:
    rate_hz = profile.sample_rate_hz
    total = layout.head + shaped.samples + layout.tail
    limiter = TruePeakLimiter(rate_hz, profile.ceiling_dbtp)
    tone = RoomTone(rate_hz, profile.room_tone_dbfs, seed)
    gain = 10 ** (layout.gain_db / 20)
    written, heavy = -limiter.latency_samples, 0
    with (
        FlacWriter(master, rate_hz) as flac,
        Mp3Writer(trial, rate_hz=rate_hz, bit_rate_bps=profile.bit_rate_bps) as mp3,
    ):
        for block in reblock(_pieces(shaped, layout, limiter.latency_samples), _BLOCK_SAMPLES):
            limited, reduction_db = limiter.process(block.astype(np.float64) * gain)
            heavy += int(np.count_nonzero(reduction_db > _HEAVY_LIMITING_DB))
            limited = limited[max(0, -written) :]
            finished = (limited + tone.next(len(limited))).astype(np.float32)
            flac.write(finished)
            mp3.write(finished)
            written += len(block)
            step(written / total)
    return Finished(total, layout.head, layout.gain_db, limiter.max_reduction_db, heavy / total)


def _pieces(shaped: Shaped, layout: _Layout, latency_samples: int) -> Iterator[Samples]:
    yield np.zeros(layout.head, np.float32)
    yield from shaped.blocks(_BLOCK_SAMPLES)
    yield np.zeros(layout.tail + latency_samples, np.float32)


def _decoded_levels_dbfs(
    path: Path, spans: npt.NDArray[np.int64], rate_hz: int, step: Callable[[float], None]
) -> tuple[float, Decibels]:
    """RMS of a decoded delivery, and the level of the speech in each of its clips."""
    energy, samples = 0.0, 0
    clips = ClipLevels(spans, rate_hz)
    with open_audio(path) as reader:
        for block in reblock((frames[:, 0] for frames in reader.blocks()), _BLOCK_SAMPLES):
            energy += float(np.sum(block.astype(np.float64) ** 2))
            samples += len(block)
            clips.add(block)
            step(0.0)
    return power_db(energy / samples), np.array(clips.levels_dbfs)


def _part(step: Callable[[float], None], start: float, share: float) -> Callable[[float], None]:
    return lambda done: step(start + share * max(0.0, done))

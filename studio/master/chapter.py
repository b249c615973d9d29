"""A chapter mastered: takes in, one finished FLAC out, its level set on what listeners will hear."""

import tempfile
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.audio.loudness import Figures
from studio.audio.measure import measure_file
from studio.audio.samples import Samples
from studio.core.errors import CancelledError, DeliveryError, InputError, StorageError
from studio.core.files import atomic_path
from studio.core.progress import Progress, ReportProgress, ignore_progress
from studio.master.assemble import Clip, assemble, match_levels, reblock
from studio.master.balance import Shaped, balance
from studio.master.chain import BLOCK_SAMPLES, Chain
from studio.master.finish import finish
from studio.master.profile import Check, Profile, check_figures


@dataclass(frozen=True, slots=True)
class Mark:
    """Where a clip stands in the master: seconds from the start of the file, exact to the sample."""

    start_s: float
    end_s: float


@dataclass(frozen=True, slots=True)
class MasteredChapter:
    """What came of mastering a chapter.

    Attributes:
        figures: measured on the decoded delivery (MP3), not on the master.
        checks: the figures held against the profile, all passed.
        marks: one per clip.
        samples: length of the master.
        sample_rate_hz: its rate.
        gain_db: gain between the chain and the limiter.
        max_limiting_db: greatest gain reduction of the limiter.
        heavy_limiting: share of the time with more than 3 dB of it, 0 to 1.
    """

    figures: Figures
    checks: tuple[Check, ...]
    marks: tuple[Mark, ...]
    samples: int
    sample_rate_hz: int
    gain_db: float
    max_limiting_db: float
    heavy_limiting: float


class _Steps:
    """Progress and cancelling over the stages of the work, each a share of the whole."""

    def __init__(self, report: ReportProgress, cancelled: Callable[[], bool]) -> None:
        self._report = report
        self._cancelled = cancelled

    def at(self, done: float, detail: str) -> None:
        if self._cancelled():
            raise CancelledError("mastering was stopped")
        self._report(Progress("Mastering", min(done, 1.0), 1.0, detail=detail))


def master_chapter(
    clips: Sequence[Clip],
    target: Path,
    *,
    profile: Profile,
    seed: int,
    report: ReportProgress = ignore_progress,
    cancelled: Callable[[], bool] = lambda: False,
) -> MasteredChapter:
    """Master a chapter into a FLAC file of 24 bits, in memory that does not grow with its length.

    The gain is solved on the decoded delivery: the chapter is encoded to MP3, decoded and measured until its level is
    within 0.1 dB of the profile's target. Equal takes, pauses, profile and seed give equal bytes.

    Args:
        clips: the takes in order, each with the pause that follows it.
        target: where the master goes; written whole or not at all. Temporary files lie beside it.
        profile: what it must meet.
        seed: of the room tone.
        report: told of progress.
        cancelled: asked about once per second of work.

    Raises:
        InputError: there are no clips, or nothing to hear in one of them.
        StorageError: a take cannot be read, or the disk is full.
        DeliveryError: the result does not meet the profile; nothing is left.
        CancelledError: `cancelled` said so; nothing is left.
    """
    if not clips:
        raise InputError("there is nothing to master: the chapter has no takes")
    steps = _Steps(report, cancelled)
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with tempfile.TemporaryDirectory(prefix=".part-", dir=target.parent) as folder:
            shaped, spans = _shape(clips, Path(folder) / "shaped.f32", profile, steps)
            trial = Path(folder) / "trial.mp3"
            with atomic_path(target) as master:
                finished = finish(
                    shaped, master, trial, profile, seed, lambda done: steps.at(0.4 + 0.6 * done, "Setting the level")
                )
                info, figures = measure_file(trial, cancelled=cancelled)
                checks = check_figures(figures, info, profile)
                if failed := [check.sentence for check in checks if not check.passed]:
                    raise DeliveryError(f"the mastered chapter does not meet '{profile.name}': {'; '.join(failed)}")
    except OSError as error:
        raise StorageError(f"the master cannot be written: {error.strerror or error}", where=str(target)) from error
    rate_hz, head = profile.sample_rate_hz, finished.head_samples
    return MasteredChapter(
        figures=figures,
        checks=checks,
        marks=tuple(Mark((head + start) / rate_hz, (head + end) / rate_hz) for start, end in spans),
        samples=finished.samples,
        sample_rate_hz=rate_hz,
        gain_db=finished.gain_db,
        max_limiting_db=finished.max_limiting_db,
        heavy_limiting=finished.heavy_limiting,
    )


def _shape(clips: Sequence[Clip], path: Path, profile: Profile, steps: _Steps) -> tuple[Shaped, list[tuple[int, int]]]:
    """Assemble the clips, run them through the chain and balance them; also the samples that each clip takes."""
    rate_hz = profile.sample_rate_hz
    matches = match_levels(clips, lambda count: steps.at(0.1 * count / len(clips), "Matching levels"))
    spans: list[tuple[int, int]] = []

    def pieces() -> Iterator[Samples]:
        for piece in assemble(clips, [match.gain_db for match in matches], rate_hz):
            if piece.clip:
                spans.append((piece.start, piece.end))
            yield piece.samples

    chain = Chain(rate_hz)
    with path.open("wb") as stream:
        for block in reblock(pieces(), BLOCK_SAMPLES):
            steps.at(0.1 + 0.25 * len(spans) / len(clips), "Shaping the sound")
            chain.process(block).tofile(stream)
    aims_db = [match.aim_db for match in matches]
    share = 0.05 / len(clips)
    shaped = balance(path, spans, aims_db, rate_hz, lambda count: steps.at(0.35 + share * count, "Matching levels"))
    return shaped, spans

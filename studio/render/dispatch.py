"""Renders the lines that have no take yet: feeds the workers, records what they finish, estimates the time left."""

import concurrent.futures
import json
import logging
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from statistics import median

from studio.consent.grant import Grant
from studio.core.errors import CancelledError, EngineError, RefusedError
from studio.core.progress import Progress, ReportProgress
from studio.render.line import FinishedTake, PlannedLine, SpeakTask
from studio.render.plan import engine_info
from studio.render.pool import Executor, WorkerDiedError
from studio.render.worker import forget_note, inbox, speak

_log = logging.getLogger(__name__)
_LINE_LIMIT_S = 180.0
_LARGE_MODEL_LIMIT_S = 1800.0  # without a GPU they take minutes to load, and minutes for each attempt at a line
_ATTEMPTS = 3
_POLL_S = 0.2
_RATE_SAMPLES = 50


@dataclass(frozen=True, slots=True)
class RenderPlaces:
    """Where rendering reads and writes: the data home and the folder of the model files."""

    home: Path
    weights: Path


def collect_inbox(home: Path, record: Callable[[FinishedTake], None]) -> int:
    """Record the takes that a killed dispatcher's workers had finished; returns how many there were.

    A take whose consent ended meanwhile is refused by `record`, which destroys its sound; its note goes too.
    """
    count = 0
    for note in sorted(inbox(home).glob("[!.]*.json")):  # a name with a dot is the beginning of a note that was cut off
        try:
            record(FinishedTake.from_json(json.loads(note.read_bytes())))
            count += 1
        except RefusedError as error:
            _log.info("a finished take was not kept: %s", error.code)
        note.unlink(missing_ok=True)
    return count


def render_lines(
    lines: Sequence[PlannedLine],
    *,
    places: RenderPlaces,
    pool: Executor,
    authorize: Callable[[PlannedLine], Grant],
    record: Callable[[FinishedTake], None],
    report: ReportProgress,
    cancelled: Callable[[], bool],
) -> list[FinishedTake]:
    """Make the takes of lines that have none, in reading order, on all workers.

    One line per worker is handed over at a time, so that a grant is fresh when it is redeemed, an audition
    in between is heard soon, and a cancelled render stops within a line.

    Args:
        lines: distinct lines without a take.
        places: data home and weights.
        pool: the workers.
        authorize: asks the gate, for every line just before it is handed over.
        record: writes a take to the database.
        report: progress in characters, with an estimate of the seconds left.
        cancelled: asked several times a second; may raise what the gate raises.

    Raises:
        CancelledError: `cancelled` said so; what was finished is recorded.
        RefusedError: the gate refused; what is being said is cut off, what was finished before is recorded.
        EngineError: a line failed three times.
        MissingError: a model file is not there.
    """
    waiting = deque((line, 1) for line in lines)
    running: dict[concurrent.futures.Future[FinishedTake], tuple[PlannedLine, int]] = {}
    finished: list[FinishedTake] = []
    clock = _Estimate(sum(len(line.text) for line in lines), pool.worker_count)
    report(clock.progress() if lines else Progress.complete("Rendering"))

    def keep(take: FinishedTake) -> None:
        _record(take, places.home, record)
        finished.append(take)
        clock.add(take)
        report(clock.progress())

    try:
        while waiting or running:
            if cancelled():
                raise CancelledError("rendering was cancelled", hint="Render again to go on from here.")
            while waiting and len(running) < pool.worker_count:
                line, attempt = waiting.popleft()
                task = SpeakTask(line, authorize(line), places.home, places.weights)
                late = _late_take(places.home, line)
                if late is not None:
                    keep(late)
                    continue
                running[pool.submit(speak, task, limit_s=_limit_s(line))] = (line, attempt)
            done, _ = concurrent.futures.wait(running, timeout=_POLL_S, return_when="FIRST_COMPLETED")
            for future in done:
                line, attempt = running.pop(future)
                take = _result(future, line, attempt)
                if take is None:
                    waiting.appendleft((line, attempt + 1))
                    continue
                keep(take)
    except RefusedError:
        for future in running:  # a consent that ended leaves no time to finish a line
            future.cancel()
        raise
    finally:
        _settle(running, places.home, record, finished)
    return finished


def _limit_s(line: PlannedLine) -> float:
    return _LARGE_MODEL_LIMIT_S if engine_info(line.engine).environment else _LINE_LIMIT_S


def _late_take(home: Path, line: PlannedLine) -> FinishedTake | None:
    """A take that a worker finished after its dispatcher was killed and this one had begun."""
    note = inbox(home) / f"{line.key}.json"
    return FinishedTake.from_json(json.loads(note.read_bytes())) if note.exists() else None


def _record(take: FinishedTake, home: Path, record: Callable[[FinishedTake], None]) -> None:
    """Write a take to the database; its note goes. So it does where the take is refused and its sound destroyed."""
    try:
        record(take)
    except RefusedError:
        forget_note(home, take.key)
        raise
    forget_note(home, take.key)


def _settle(
    running: dict["concurrent.futures.Future[FinishedTake]", tuple[PlannedLine, int]],
    home: Path,
    record: Callable[[FinishedTake], None],
    finished: list[FinishedTake],
) -> None:
    """Wait for the lines that are being said: a few seconds, and none is lost.

    A line that was cut off may have been finished all the same: its worker is waited for, and its note goes.
    """
    concurrent.futures.wait(running, timeout=_LINE_LIMIT_S)
    for future, (line, _) in running.items():
        try:
            take = _late_take(home, line) if future.cancelled() else future.result(timeout=0)
        except (concurrent.futures.CancelledError, Exception) as error:  # noqa: BLE001 - a failure here has no reader
            _log.debug("a line that was being said at the end came to nothing: %s", error)
            continue
        if take is None:
            continue
        try:
            _record(take, home, record)
        except RefusedError as error:
            _log.info("a line that was being said at the end was not kept: %s", error.code)
        else:
            finished.append(take)


def _result(future: "concurrent.futures.Future[FinishedTake]", line: PlannedLine, attempt: int) -> FinishedTake | None:
    """The take, or None if the line should be tried again."""
    try:
        return future.result()
    except (TimeoutError, WorkerDiedError, EngineError) as error:
        _log.warning("line %s failed in attempt %d: %s", line.key[:12], attempt, type(error).__name__)
        if attempt < _ATTEMPTS:
            return None
        cause = error.message if isinstance(error, EngineError) else "the engine hung or its process died"
        raise EngineError(
            f"a line of {len(line.text)} characters could not be said in {_ATTEMPTS} attempts: {cause}",
            where=f"'{line.text[:60]}'",
            hint="Change its text, or choose another voice.",
        ) from error


class _Estimate:
    """Time left: characters left × median seconds per character of the last lines ÷ workers."""

    def __init__(self, total: int, workers: int) -> None:
        self._progress = Progress("Rendering", 0, total)
        self._workers = workers
        self._started = time.monotonic()
        self._rates: deque[float] = deque(maxlen=_RATE_SAMPLES)

    def add(self, take: FinishedTake) -> None:
        self._rates.append(take.cpu_s / max(1, take.characters))
        done = self._progress.done + take.characters
        eta = (self._progress.total - done) * median(self._rates) / self._workers
        self._progress = replace(self._progress, done=done, eta_s=eta)

    def progress(self) -> Progress:
        return self._progress

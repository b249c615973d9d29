"""Runs independent pieces of work on the workers, with progress, an estimate of the time left, and cancelling."""

import concurrent.futures
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from studio.core.errors import CancelledError, StorageError
from studio.core.progress import Progress, ReportProgress
from studio.render.pool import Executor, WorkerDiedError

_Result = TypeVar("_Result")
_POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class Piece(Generic[_Result]):
    """One piece of work.

    Attributes:
        name: shown while it is under way.
        weight: its share of the whole, in any unit.
        function: importable; its result is small.
        args: picklable.
    """

    name: str
    weight: float
    function: Callable[..., _Result]
    args: tuple[object, ...]


def run_pieces(
    pieces: Sequence[Piece[_Result]],
    *,
    stage: str,
    pool: Executor,
    keep: Callable[[int, _Result], None],
    report: ReportProgress,
    cancelled: Callable[[], bool],
) -> None:
    """Run pieces in order on all workers; `keep` gets each result, with the piece's index, as soon as it is there.

    Raises:
        CancelledError: `cancelled` said so; what runs is ended at once, what was kept stays.
        StudioError: a piece failed; the others that run are ended.
        StorageError: a worker process died, most likely for want of memory.
    """
    waiting = deque(enumerate(pieces))
    running: dict[concurrent.futures.Future[_Result], int] = {}
    total = sum(piece.weight for piece in pieces)
    done_weight = 0.0
    started = time.monotonic()
    try:
        while waiting or running:
            if cancelled():
                raise CancelledError(f"{stage.lower()} was cancelled", hint="Start it again to go on from here.")
            while waiting and len(running) < pool.worker_count:
                index, piece = waiting.popleft()
                running[pool.submit(piece.function, *piece.args)] = index
            eta = (time.monotonic() - started) * (total - done_weight) / done_weight if done_weight else None
            names = ", ".join(pieces[index].name for index in sorted(running.values()))
            report(Progress(stage, done_weight, total, names, eta))
            done, _ = concurrent.futures.wait(running, timeout=_POLL_S, return_when="FIRST_COMPLETED")
            for future in done:
                index = running.pop(future)
                keep(index, _outcome(future, pieces[index].name))
                done_weight += pieces[index].weight
    finally:
        for future in running:
            future.cancel()
    report(Progress.complete(stage))


def _outcome(future: "concurrent.futures.Future[_Result]", name: str) -> _Result:
    try:
        return future.result()
    except WorkerDiedError as error:
        raise StorageError(
            "the worker process died", where=name, hint="Close other programs to free memory, and start it again."
        ) from error

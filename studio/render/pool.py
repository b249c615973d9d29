"""Local worker processes with warm models."""

import multiprocessing
import os
import threading
from collections.abc import Callable
from concurrent.futures import Future
from typing import Protocol, TypeVar

from pebble import ProcessExpired, ProcessPool

from studio.render.parent import end_with_parent

_Result = TypeVar("_Result")
WorkerDiedError = ProcessExpired
"""What a future holds whose worker process died: killed, or out of memory."""
_TASK_LIMIT_S = 3 * 3600.0
_STOP_PATIENCE_S = 5.0
_MAX_WORKERS = 8


def default_worker_count() -> int:
    """One worker per core, at most eight: each holds a model of its own and computes on one thread."""
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min(_MAX_WORKERS, cores))


class Executor(Protocol):
    """Something that runs functions elsewhere: local processes, or a cluster."""

    @property
    def worker_count(self) -> int:
        """How many tasks run at once."""
        ...

    def submit(self, function: Callable[..., _Result], *args: object, limit_s: float = ...) -> Future[_Result]:
        """Run an importable function with picklable arguments; its result must be small."""
        ...

    def close(self) -> None:
        """End all workers; what was running is lost."""
        ...


class LocalPool:
    """Worker processes on this machine, started at the first task and kept warm.

    A task that exceeds its limit is ended with its process, which is replaced: the future then holds TimeoutError. A
    worker that dies gives `WorkerDiedError`. A running future that is cancelled is ended likewise.
    """

    def __init__(self, worker_count: int) -> None:
        self._worker_count = worker_count
        self._pool: ProcessPool | None = None
        self._lock = threading.Lock()

    @property
    def worker_count(self) -> int:
        """How many tasks run at once."""
        return self._worker_count

    def submit(
        self, function: Callable[..., _Result], *args: object, limit_s: float = _TASK_LIMIT_S
    ) -> Future[_Result]:
        """Run an importable function with picklable arguments in the next free worker."""
        with self._lock:
            if self._pool is None:
                self._pool = ProcessPool(
                    max_workers=self._worker_count,
                    initializer=end_with_parent,
                    context=multiprocessing.get_context("spawn"),
                )
            future: Future[_Result] = self._pool.schedule(function, args=args, timeout=limit_s)
        return future

    def close(self) -> None:
        """End all workers; what was running is lost."""
        with self._lock:
            if self._pool is not None:
                self._pool.stop()  # type: ignore[no-untyped-call]
                self._pool.join(timeout=_STOP_PATIENCE_S)
                self._pool = None

"""Long work: queued in the database, done by the one process that holds the dispatcher's lock of the data home.

A second process only queues: the row tells it how far its job is.
"""

import logging
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import select

from studio.core.errors import CancelledError, ConflictError, InputError, NotFoundError, StudioError
from studio.core.ids import new_id
from studio.core.progress import Progress, ReportProgress
from studio.core.time import utc_now
from studio.services.context import Context
from studio.services.leftovers import sweep_home
from studio.services.production import Production
from studio.services.rows import find_project
from studio.services.views import JobView
from studio.store.tables import JobRow

_log = logging.getLogger(__name__)
_POLL_S = 0.5
_REPORT_EVERY_S = 0.4
_TAKEN_UP_S = 1.0
_ACTIVE = ("queued", "running")
STAGES = ("render", "master", "deliver")


@dataclass(frozen=True, slots=True)
class JobRequest:
    """What a job is to do.

    Attributes:
        stages: some of "render", "master", "deliver", in that order.
        chapters: numbers, or None for the whole book with credits.
        profile: mastering profile.
        formats: delivery formats.
        out: folder to deliver to; None for the exports of the data home.
    """

    stages: tuple[str, ...]
    chapters: frozenset[int] | None = None
    profile: str = "acx"
    formats: tuple[str, ...] = ("mp3",)
    out: Path | None = None

    def to_json(self) -> dict[str, Any]:
        """As the database keeps it."""
        return {
            "stages": list(self.stages),
            "chapters": sorted(self.chapters) if self.chapters is not None else None,
            "profile": self.profile,
            "formats": list(self.formats),
            "out": str(self.out) if self.out else None,
        }

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "JobRequest":
        """As `to_json` wrote it."""
        return cls(
            stages=tuple(data["stages"]),
            chapters=frozenset(data["chapters"]) if data["chapters"] is not None else None,
            profile=data["profile"],
            formats=tuple(data["formats"]),
            out=Path(data["out"]) if data["out"] else None,
        )


class JobService:
    """Queues, follows and cancels jobs; any process may."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def submit(self, reference: str, request: JobRequest) -> JobView:
        """Queue work on a project.

        Raises:
            NotFoundError: there is no such project.
            ConflictError: the project has a job that is not finished.
        """
        if not request.stages or any(stage not in STAGES for stage in request.stages):
            raise InputError(f"a job's stages are {', '.join(STAGES)}")
        with self._context.database.write() as session:
            project = find_project(session, reference)
            busy = session.scalars(
                select(JobRow).where(JobRow.project_id == project.id, JobRow.state.in_(_ACTIVE))
            ).first()
            if busy is not None and not self._orphaned(busy):
                raise ConflictError(
                    f"'{project.name}' is being worked on already", hint="Wait for it, or cancel it in the studio."
                )
            if busy is not None:
                _end(busy, "failed", code="interrupted", error=_INTERRUPTED)
            row = JobRow(
                id=new_id(),
                project_id=project.id,
                kind="+".join(request.stages),
                request=request.to_json(),
                state="queued",
                stage="Waiting",
                detail="",
                fraction=0.0,
                cancel_requested=False,
                created_at=utc_now().isoformat(),
            )
            session.add(row)
            return _view(row)

    def get(self, job_id: str) -> JobView:
        """A job as far as it is.

        Raises:
            NotFoundError: there is no such job.
        """
        with self._context.database.read() as session:
            row = session.get(JobRow, job_id)
            if row is None:
                raise NotFoundError(f"there is no job '{job_id}'")
            return _view(row)

    def latest(self, reference: str) -> JobView | None:
        """The newest job of a project, if it ever had one.

        Raises:
            NotFoundError: there is no such project.
        """
        with self._context.database.read() as session:
            project = find_project(session, reference)
            row = session.scalars(
                select(JobRow).where(JobRow.project_id == project.id).order_by(JobRow.created_at.desc())
            ).first()
            return _view(row) if row else None

    def active(self) -> tuple[JobView, ...]:
        """All jobs that wait or run, oldest first."""
        with self._context.database.read() as session:
            rows = session.scalars(select(JobRow).where(JobRow.state.in_(_ACTIVE)).order_by(JobRow.created_at))
            return tuple(_view(row) for row in rows)

    def cancel(self, job_id: str) -> None:
        """Ask a job to stop; it does within seconds. Nothing that is finished is lost.

        Raises:
            NotFoundError: there is no such job.
        """
        with self._context.database.write() as session:
            row = session.get(JobRow, job_id)
            if row is None:
                raise NotFoundError(f"there is no job '{job_id}'")
            row.cancel_requested = True
            if row.state == "queued":
                _end(row, "cancelled", code="cancelled", error="It was cancelled before it began.")

    def _orphaned(self, row: JobRow) -> bool:
        """Whether nobody works on a job any more: then the dispatcher's lock is free.

        Whoever queues a job takes the lock at once, so a job that still waits beside a free lock lost its process too.
        """
        queued_s = (utc_now() - datetime.fromisoformat(row.created_at)).total_seconds()
        if row.state == "queued" and queued_s < _TAKEN_UP_S:
            return False
        try:
            with _lock(self._context).acquire(timeout=0):
                return True
        except Timeout:
            return False


_INTERRUPTED = "The studio was stopped while this was running. Start it again to go on from there."


class Dispatcher:
    """Does the queued jobs of a data home, one after the other, oldest first."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._jobs = JobService(context)

    def run(self, job_id: str, report: ReportProgress, interrupted: Callable[[], bool]) -> JobView:
        """See a job through, here or in the process that holds the lock, and return it finished.

        Args:
            job_id: a queued job.
            report: gets its progress.
            interrupted: when it says so, the job is cancelled.
        """
        lock = _lock(self._context)
        while True:
            view = self._jobs.get(job_id)
            if not view.active:
                return view
            if interrupted():
                self._jobs.cancel(job_id)
            try:
                with lock.acquire(timeout=0):
                    self._recover()
                    following = self._next()
                    if following is not None:
                        mine = following == job_id
                        self._perform(following, report if mine else _nobody, interrupted if mine else _no)
            except Timeout:
                report(Progress(view.stage, view.fraction, 1.0, view.detail, view.eta_s))
                time.sleep(_POLL_S)

    def serve(self, stop: threading.Event) -> None:
        """Do jobs as they come until told to stop; waits while another process holds the lock."""
        lock = _lock(self._context)
        while not stop.is_set():
            try:
                with lock.acquire(timeout=0):
                    self._recover()
                    while not stop.is_set():
                        following = self._next()
                        if following is None:
                            stop.wait(_POLL_S)
                        else:
                            self._perform(following, _nobody, stop.is_set)
            except Timeout:
                stop.wait(2.0)
            except StudioError:
                _log.exception("the dispatcher could not go on")
                stop.wait(2.0)

    def _recover(self) -> None:
        """Whoever holds the lock knows that no other process works: what looks unfinished was cut off."""
        with self._context.database.write() as session:
            for row in session.scalars(select(JobRow).where(JobRow.state == "running")):
                _end(row, "failed", code="interrupted", error=_INTERRUPTED)
        sweep_home(self._context.settings)

    def _next(self) -> str | None:
        with self._context.database.read() as session:
            return session.scalars(
                select(JobRow.id).where(JobRow.state == "queued").order_by(JobRow.created_at).limit(1)
            ).first()

    def _perform(self, job_id: str, report: ReportProgress, interrupted: Callable[[], bool]) -> None:
        watch = _Watch(self._context, job_id, report, interrupted)
        with self._context.database.write() as session:
            row = session.get_one(JobRow, job_id)
            row.state, row.started_at, row.stage = "running", utc_now().isoformat(), "Starting"
            request, project_id = JobRequest.from_json(row.request), row.project_id
        production = Production(
            self._context, project_id, set(request.chapters) if request.chapters is not None else None
        )
        results: dict[str, Any] = {}
        state, code, sentence = "done", None, None
        try:
            for number, stage in enumerate(request.stages):
                watch.begin(number, len(request.stages))
                if stage == "render":
                    results[stage] = production.render(watch.report, watch.cancelled)
                elif stage == "master":
                    results[stage] = production.master(request.profile, watch.report, watch.cancelled)
                else:
                    results[stage] = production.deliver(
                        list(request.formats), request.profile, request.out, watch.report, watch.cancelled
                    )
        except CancelledError as error:
            state, code, sentence = "cancelled", error.code, error.sentence
        except StudioError as error:
            state, code, sentence = "failed", error.code, error.sentence
        except OSError as error:
            _log.exception("job %s failed", job_id)
            state, code = "failed", "storage"
            sentence = f"The disk refused: {error.strerror}. Free some space and start it again."
        except Exception:  # noqa: BLE001 - a job must never end without a word; the log has the traceback
            _log.exception("job %s failed", job_id)
            state, code = "failed", "error"
            sentence = "Something went wrong that should not. The log file has the details."
        with self._context.database.write() as session:
            row = session.get_one(JobRow, job_id)
            row.result = results
            _end(row, state, code=code, error=sentence)


class _Watch:
    """Writes a running job's progress to its row, a few times a second, and reads there whether to stop."""

    def __init__(self, context: Context, job_id: str, report: ReportProgress, interrupted: Callable[[], bool]) -> None:
        self._context = context
        self._job_id = job_id
        self._report = report
        self._interrupted = interrupted
        self._written = 0.0
        self._asked = 0.0
        self._stage, self._stages = 0, 1

    def begin(self, stage: int, stages: int) -> None:
        self._stage, self._stages = stage, stages

    def report(self, progress: Progress) -> None:
        self._report(progress)
        now = time.monotonic()
        if now - self._written < _REPORT_EVERY_S and progress.fraction < 1:
            return
        self._written = now
        with self._context.database.write() as session:
            row = session.get_one(JobRow, self._job_id)
            row.stage, row.detail = progress.stage, progress.detail
            row.fraction, row.eta_s = progress.fraction, progress.eta_s

    def cancelled(self) -> bool:
        if self._interrupted():
            return True
        now = time.monotonic()
        if now - self._asked < _REPORT_EVERY_S:
            return False
        self._asked = now
        with self._context.database.read() as session:
            return session.get_one(JobRow, self._job_id).cancel_requested


def _lock(context: Context) -> FileLock:
    return FileLock(context.settings.home / "dispatcher.lock", thread_local=False)


def _end(row: JobRow, state: str, *, code: str | None, error: str | None) -> None:
    row.state, row.error_code, row.error = state, code, error
    row.finished_at = utc_now().isoformat()
    row.eta_s = None
    if state == "done":
        row.fraction, row.stage, row.detail = 1.0, "Done", ""


def _view(row: JobRow) -> JobView:
    return JobView(
        id=row.id,
        project_id=row.project_id,
        kind=row.kind,
        state=row.state,  # type: ignore[arg-type]  # the table's check constraint allows no other
        stage=row.stage,
        detail=row.detail,
        fraction=row.fraction,
        eta_s=row.eta_s,
        result=row.result,
        error_code=row.error_code,
        error=row.error,
        created_at=row.created_at,
        started_at=row.started_at,
        finished_at=row.finished_at,
    )


def _nobody(_progress: Progress) -> None:
    return


def _no() -> bool:
    return False

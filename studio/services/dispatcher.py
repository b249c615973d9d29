"""Does the queued jobs: in the one process that holds the dispatcher's lock of the data home.

A second process only queues: the row tells it how far its job is.
"""

import errno
import logging
import threading
import time
from collections.abc import Callable
from typing import Any

from filelock import Timeout
from sqlalchemy import select

from studio.core.errors import CancelledError, StudioError
from studio.core.progress import Progress, ReportProgress, ignore_progress
from studio.core.time import utc_now
from studio.services.consents.purge import resume_purges
from studio.services.consents.retention import keep_retention
from studio.services.context import Context
from studio.services.jobs import INTERRUPTED, MATCH, JobRequest, JobService, MatchRequest, dispatcher_lock, end_job
from studio.services.leftovers import sweep_home
from studio.services.matching import Matching
from studio.services.production import Production
from studio.services.views import JobView
from studio.store.tables import JobRow

_log = logging.getLogger(__name__)
_POLL_S = 0.5
_LOCKED_POLL_S = 2.0
_REPORT_EVERY_S = 0.4
_PURGE_EVERY_S = 5.0
_RETENTION_EVERY_S = 3600.0


class Dispatcher:
    """Does the queued jobs of a data home, one after the other, oldest first."""

    def __init__(self, context: Context) -> None:
        self._context = context
        self._jobs = JobService(context)
        self._purges_due = 0.0
        self._retention_due = 0.0

    def run(self, job_id: str, report: ReportProgress, interrupted: Callable[[], bool]) -> JobView:
        """See a job through, here or in the process that holds the lock, and return it finished.

        Args:
            job_id: a queued job.
            report: gets its progress.
            interrupted: when it says so, the job is cancelled.
        """
        lock = dispatcher_lock(self._context)
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
                        self._perform(following, report if mine else ignore_progress, interrupted if mine else _never)
            except Timeout:
                report(Progress(view.stage, view.fraction, 1.0, view.detail, view.eta_s))
                time.sleep(_POLL_S)

    def serve(self, stop: threading.Event) -> None:
        """Do jobs as they come until told to stop; waits while another process holds the lock."""
        lock = dispatcher_lock(self._context)
        while not stop.is_set():
            try:
                with lock.acquire(timeout=0):
                    self._recover()
                    while not stop.is_set():
                        self._keep_house()
                        following = self._next()
                        if following is None:
                            stop.wait(_POLL_S)
                        else:
                            self._perform(following, ignore_progress, stop.is_set)
            except Timeout:
                stop.wait(_LOCKED_POLL_S)
            except StudioError:
                _log.exception("the dispatcher could not go on")
                stop.wait(_LOCKED_POLL_S)

    def _recover(self) -> None:
        """Whoever holds the lock knows that no other process works: what looks unfinished was cut off."""
        with self._context.database.write() as session:
            for row in session.scalars(select(JobRow).where(JobRow.state == "running")):
                end_job(row, "failed", code="interrupted", error=INTERRUPTED)
        sweep_home(self._context.settings)
        resume_purges(self._context)

    def _keep_house(self) -> None:
        """Go on with purges that failed or were begun elsewhere, and once an hour do what time demands."""
        now = time.monotonic()
        if now >= self._purges_due:
            resume_purges(self._context)
            self._purges_due = time.monotonic() + _PURGE_EVERY_S
        if now >= self._retention_due:
            keep_retention(self._context)
            self._retention_due = time.monotonic() + _RETENTION_EVERY_S

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
            kind, request, project_id, voice_id = row.kind, row.request, row.project_id, row.voice_id
        results: dict[str, Any] = {}
        state, code, sentence = "done", None, None
        try:
            if kind == MATCH:
                results[MATCH] = Matching(self._context, voice_id or "").tune(
                    MatchRequest(**request), watch.report, watch.cancelled
                )
            else:
                self._produce(project_id or "", JobRequest.from_json(request), watch, results)
        except CancelledError as error:
            state, code, sentence = "cancelled", error.code, error.sentence
        except StudioError as error:
            state, code, sentence = "failed", error.code, error.sentence
        except OSError as error:
            _log.exception("job %s failed", job_id)
            state, code = "failed", "storage"
            sentence = f"The disk refused: {error.strerror}. {_disk_remedy(error)}"
        except Exception:  # noqa: BLE001 - a job must never end without a word; the log has the traceback
            _log.exception("job %s failed", job_id)
            state, code = "failed", "error"
            sentence = "Something went wrong that should not. The log file has the details."
        with self._context.database.write() as session:
            row = session.get_one(JobRow, job_id)
            row.result = results
            if state != "done" and row.cancel_requested and row.error:  # whoever stopped it said why
                state, code, sentence = "cancelled", row.error_code, row.error
            end_job(row, state, code=code, error=sentence)
        resume_purges(self._context)  # those that waited for this job to stop

    def _produce(self, project_id: str, request: JobRequest, watch: "_Watch", results: dict[str, Any]) -> None:
        chapters = set(request.chapters) if request.chapters is not None else None
        production = Production(self._context, project_id, chapters)
        for number, stage in enumerate(request.stages):
            watch.begin(number, len(request.stages))
            if stage == "render":
                results[stage] = production.render(watch.report, watch.cancelled)
            elif stage == "master":
                if "deliver" in request.stages:
                    production.check_deliverable()  # before hours of work that could not be used
                results[stage] = production.master(request.profile, watch.report, watch.cancelled)
            else:
                results[stage] = production.deliver(
                    list(request.formats), request.profile, request.out, watch.report, watch.cancelled
                )


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


def _disk_remedy(error: OSError) -> str:
    if error.errno in {errno.ENOSPC, errno.EDQUOT}:
        return "Free some space and start it again."
    return "Check the disk and the permissions of the data home; the log file has the details."


def _never() -> bool:
    return False

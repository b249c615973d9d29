"""Long work as rows of the database: queued, followed and cancelled by any process. `dispatcher` does it."""

from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from filelock import FileLock, Timeout
from sqlalchemy import ColumnElement, select
from sqlalchemy.orm import Session

from studio.core.errors import ConflictError, InputError, NotFoundError
from studio.core.ids import new_id
from studio.core.time import utc_now
from studio.services.context import Context
from studio.services.rows import find_project
from studio.services.views import JobView
from studio.store.tables import JobRow

_TAKEN_UP_S = 1.0
_ACTIVE = ("queued", "running")
STAGES = ("render", "master", "deliver")
MATCH = "match"
INTERRUPTED = "The studio was stopped while this was running. Start it again to go on from there."


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


@dataclass(frozen=True, slots=True)
class MatchRequest:
    """A voice match that is to be tuned.

    Attributes:
        by: who asked, as the ledger names them.
        role: their role.
        seed: of the search.
        quick: only the nearest voices, blended with nothing.
    """

    by: str
    role: str
    seed: int = 0
    quick: bool = False


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
        if "deliver" in request.stages and not request.formats:
            raise InputError("no delivery format is named", hint="Name one, such as mp3.")
        with self._context.database.write() as session:
            project = find_project(session, reference)
            self._see_to_busy(session, JobRow.project_id == project.id, project.name)
            return _queue(session, "+".join(request.stages), request.to_json(), project_id=project.id)

    def submit_match(self, voice_id: str, request: MatchRequest) -> JobView:
        """Queue the tuning of a voice match.

        Raises:
            ConflictError: the voice is being matched already.
        """
        with self._context.database.write() as session:
            self._see_to_busy(session, JobRow.voice_id == voice_id, voice_id)
            return _queue(session, MATCH, asdict(request), voice_id=voice_id)

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

    def latest_match(self, voice_id: str) -> JobView | None:
        """The newest job of a voice, if it ever had one."""
        with self._context.database.read() as session:
            row = session.scalars(
                select(JobRow).where(JobRow.voice_id == voice_id).order_by(JobRow.created_at.desc())
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
                end_job(row, "cancelled", code="cancelled", error="It was cancelled before it began.")

    def _see_to_busy(self, session: Session, mine: ColumnElement[bool], name: str) -> None:
        busy = session.scalars(select(JobRow).where(mine, JobRow.state.in_(_ACTIVE))).first()
        if busy is not None and not self._orphaned(busy):
            raise ConflictError(f"'{name}' is being worked on already", hint="Wait for it, or cancel it in the studio.")
        if busy is not None:
            end_job(busy, "failed", code="interrupted", error=INTERRUPTED)

    def _orphaned(self, row: JobRow) -> bool:
        """Whether nobody works on a job any more: then the dispatcher's lock is free.

        Whoever queues a job takes the lock at once, so a job that still waits beside a free lock lost its process too.
        """
        queued_s = (utc_now() - datetime.fromisoformat(row.created_at)).total_seconds()
        if row.state == "queued" and queued_s < _TAKEN_UP_S:
            return False
        try:
            with dispatcher_lock(self._context).acquire(timeout=0):
                return True
        except Timeout:
            return False


def dispatcher_lock(context: Context) -> FileLock:
    """The lock of a data home whose holder alone does jobs."""
    return FileLock(context.settings.home / "dispatcher.lock", thread_local=False)


def end_job(row: JobRow, state: str, *, code: str | None, error: str | None) -> None:
    """Mark a job as done, failed or cancelled, now."""
    row.state, row.error_code, row.error = state, code, error
    row.finished_at = utc_now().isoformat()
    row.eta_s = None
    if state == "done":
        row.fraction, row.stage, row.detail = 1.0, "Done", ""


def _queue(
    session: Session, kind: str, request: dict[str, Any], *, project_id: str | None = None, voice_id: str | None = None
) -> JobView:
    row = JobRow(
        id=new_id(),
        project_id=project_id,
        voice_id=voice_id,
        kind=kind,
        request=request,
        state="queued",
        stage="Waiting",
        detail="",
        fraction=0.0,
        cancel_requested=False,
        created_at=utc_now().isoformat(),
    )
    session.add(row)
    return _view(row)


def _view(row: JobRow) -> JobView:
    return JobView(
        id=row.id,
        project_id=row.project_id or "",
        voice_id=row.voice_id or "",
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

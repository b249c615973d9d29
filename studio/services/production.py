"""The stages that turn a cast book into delivered files: render, master, deliver. Each makes only what is missing."""

import logging
import shutil
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select

from studio.consent.grant import Grant
from studio.core.errors import InputError, RefusedError, StorageError
from studio.core.files import PART_PREFIX, sync_folder
from studio.core.hashing import sha256_file
from studio.core.ids import new_id
from studio.core.licences import UsedLicence
from studio.core.progress import ReportProgress
from studio.core.time import utc_now
from studio.deliver.base import DeliveredFile
from studio.deliver.notices import check_place, write_notices
from studio.deliver.registry import make_format
from studio.render.dispatch import RenderPlaces, collect_inbox, render_lines
from studio.render.line import FinishedTake, PlannedLine
from studio.services.context import Context
from studio.services.leftovers import sweep_deliveries
from studio.services.licensing import check_licences, check_unchanged, faults_of
from studio.services.lines import record_take
from studio.services.mastering import MasteredBlob, MasterPlan, make_master, plan_masters
from studio.services.parallel import Piece, run_pieces
from studio.services.releasing import build_release, check_release, delivery_keys, export_folder, write_file
from studio.services.rows import gate_requests, line_request
from studio.services.script import Script, read_script
from studio.services.views import figures_json
from studio.services.voice_uses import MadeThing, note_work, takes_of
from studio.store.tables import DeliveryRow, MasterRow, ProjectRow, TakeRow

_log = logging.getLogger(__name__)
Cancelled = Callable[[], bool]
_RECHECK_S = 1.0


class Production:
    """Render, master and deliver the chapters of one project. Runs in the process that holds the dispatcher's lock."""

    def __init__(self, context: Context, reference: str, numbers: set[int] | None) -> None:
        self._context = context
        self._reference = reference
        self._numbers = numbers

    def render(self, report: ReportProgress, cancelled: Cancelled) -> dict[str, Any]:
        """Make the takes that are missing.

        Returns:
            counts: segments, rendered, reused, flagged; audio_seconds and cpu_seconds of what was rendered; licences
            that forbid what the project is for, each with its lines.

        Raises:
            StudioError: as `read_script` and `render_lines`.
        """
        collect_inbox(self._context.settings.home, self._record)
        script = self._script()
        missing = script.missing
        project = script.project

        def authorize(line: PlannedLine) -> Grant:
            request = line_request(project, line)
            return self._context.gate.authorize(replace(request, line_key=line.key))

        finished = render_lines(
            missing,
            places=RenderPlaces(self._context.settings.home, self._context.settings.weights),
            pool=self._context.pool,
            authorize=authorize,
            record=self._record,
            report=report,
            cancelled=self._watchful(script, cancelled),
        )
        flags = {key: take.flags for key, take in script.takes.items()} | {take.key: take.flags for take in finished}
        segments = [segment for chapter in script.chapters for segment in chapter.segments]
        return {
            "segments": len(segments),
            "rendered": len(finished),
            "reused": len(script.lines) - len(missing),
            "flagged": sum(1 for segment in segments if flags.get(segment.line.key)),
            "audio_seconds": round(sum(take.duration_s for take in finished), 3),
            "cpu_seconds": round(sum(take.cpu_s for take in finished), 3),
            "licences": [fault.to_json() for fault in faults_of(script)],
        }

    def master(self, profile: str, report: ReportProgress, cancelled: Cancelled) -> dict[str, Any]:
        """Master the chapters whose takes, pauses or profile changed.

        Returns:
            chapters: file and measured figures of each.

        Raises:
            InputError: a segment has no take yet.
            StudioError: as `read_script`; a chapter cannot be mastered.
        """
        script = self._complete_script()
        plans = plan_masters(self._context, script, profile)
        kept = self._masters(plans)
        chapters = {chapter.view.id: chapter for chapter in script.chapters}
        wanted = [plan for plan in plans if plan.key not in kept]
        pieces: list[Piece[MasteredBlob]] = [
            Piece(plan.title, plan.duration_s, make_master, (plan, self._context.settings.home)) for plan in wanted
        ]

        def keep(index: int, result: MasteredBlob) -> None:
            plan = wanted[index]
            try:
                with self._context.database.write() as session:
                    made = MadeThing("master", plan.key, plan.title)
                    takes = takes_of(chapters[plan.chapter_id], script.takes)
                    note_work(self._context, session, script.project, made, takes)
                    session.merge(
                        MasterRow(
                            key=plan.key,
                            blob_sha256=result.blob_sha256,
                            profile=profile,
                            figures=result.figures,
                            marks=[list(mark) for mark in result.marks],
                            peaks=list(result.peaks),
                            created_at=utc_now().isoformat(),
                        )
                    )
            except RefusedError:  # the consent ended while the chapter was mastered
                self._context.blobs.remove(result.blob_sha256)
                raise

        watchful = self._watchful(script, cancelled)
        run_pieces(pieces, stage="Mastering", pool=self._context.pool, keep=keep, report=report, cancelled=watchful)
        kept = self._masters(plans)
        return {"chapters": [_master_json(plan, kept[plan.key], self._context) for plan in plans]}

    def check_deliverable(self) -> None:
        """See that all lines have takes, and that their licences allow what the project is for.

        Raises:
            InputError: a segment has no take yet.
            LicenceError: a licence forbids it; names lines, licence and what to do.
            StudioError: as `read_script`.
        """
        check_licences(self._complete_script())

    def deliver(
        self, formats: list[str], profile: str, out: Path | None, report: ReportProgress, cancelled: Cancelled
    ) -> dict[str, Any]:
        """Write the files of delivery formats, and check each by opening it again.

        A file that is there already, unchanged, and would come out the same is kept. What licences demand goes into the
        files, and into a text beside them.

        Returns:
            files: path, sha256, checks of each.

        Raises:
            InputError: a chapter is not mastered yet.
            LicenceError: a licence forbids what the project is for; nothing is written.
            ConflictError: somebody else's file lies where the notices go; nothing is written.
            DeliveryError: a file does not meet the profile.
            StudioError: as `read_script`.
        """
        script = self._complete_script()
        check_licences(script)
        plans = plan_masters(self._context, script, profile)
        masters = self._masters(plans)
        for plan in plans:
            if plan.key not in masters:
                raise InputError("it is not mastered yet", where=plan.title, hint="Run `studio master` first.")
        check_release(self._context, script, profile)
        with self._context.database.read() as session:
            release = build_release(self._context, session, script, plans, masters, profile)
        watchful = self._watchful(script, cancelled)
        licences = tuple(licence for chapter in release.chapters for licence in chapter.licences)
        files: list[dict[str, Any]] = []
        for name in formats:
            maker = make_format(name)
            folder = out or export_folder(self._context, script.project.name, name)
            check_place(licences, folder)
            sweep_deliveries(folder)
            aside = folder / f"{PART_PREFIX}{new_id()}"
            names = maker.plan(release)
            keys = delivery_keys(name, release, names, [plan.key for plan in plans])
            present = self._deliveries(folder, names)
            wanted = [i for i, file in enumerate(names) if not _same(present.get(file), keys[i], folder / file)]
            pieces: list[Piece[DeliveredFile]] = [
                Piece(names[i], 1.0, write_file, (name, release, i, aside)) for i in wanted
            ]

            def keep(
                index: int,
                result: DeliveredFile,
                wanted: list[int] = wanted,
                keys: list[str] = keys,
                name: str = name,
                folder: Path = folder,
            ) -> None:
                master_key = next((plan.key for plan in plans if plan.chapter_id == result.chapter_id), "")
                self._record_delivery(script, name, keys[wanted[index]], master_key, result, folder)

            try:
                run_pieces(
                    pieces, stage="Delivering", pool=self._context.pool, keep=keep, report=report, cancelled=watchful
                )
            finally:
                shutil.rmtree(aside, ignore_errors=True)  # files that are finished and were not recorded
            names += self._deliver_notices(script, name, licences, folder)
            if self._numbers is None and out is None:
                self._remove_stale(script.project.id, name, folder, names)
            rows = self._deliveries(folder, names)
            files.extend(
                {
                    "path": rows[file].path,
                    "sha256": rows[file].sha256,
                    "figures": rows[file].figures,
                    "checks": rows[file].checks,
                }
                for file in names
            )
        return {"files": files}

    def _deliver_notices(
        self, script: Script, name: str, licences: tuple[UsedLicence, ...], folder: Path
    ) -> tuple[str, ...]:
        """Write what licences demand beside the files; gives the name of that text, if there is one."""
        file = write_notices(licences, folder, whole=self._numbers is None)
        if file is None:
            return ()
        made = MadeThing("delivery", file.sha256, file.path.name, str(file.path), file.sha256)
        self._write_delivery(script.project, name, file.sha256, "", file, made, [])
        return (file.path.name,)

    def _watchful(self, script: Script, cancelled: Cancelled) -> Cancelled:
        """`cancelled`, which also asks the gate about every voice of the script once a second, and raises its no."""
        requests = gate_requests(script.project, script.lines)
        asked = time.monotonic()

        def ask() -> bool:
            nonlocal asked
            if time.monotonic() - asked > _RECHECK_S:
                for request in requests:
                    self._context.gate.check(request)
                asked = time.monotonic()
            return cancelled()

        return ask

    def _script(self) -> Script:
        with self._context.database.read() as session:
            return read_script(self._context, session, self._reference, self._numbers)

    def _complete_script(self) -> Script:
        script = self._script()
        if script.missing:
            raise InputError(
                f"{len(script.missing)} lines have no take yet",
                where=script.project.name,
                hint="Run `studio render` first.",
            )
        return script

    def _record(self, take: FinishedTake) -> None:
        record_take(self._context, take)

    def _masters(self, plans: list[MasterPlan]) -> dict[str, MasterRow]:
        with self._context.database.read() as session:
            rows = session.scalars(select(MasterRow).where(MasterRow.key.in_([plan.key for plan in plans])))
            found = {row.key: row for row in rows if self._context.blobs.has(row.blob_sha256)}
            session.expunge_all()
            return found

    def _deliveries(self, folder: Path, names: tuple[str, ...]) -> dict[str, DeliveryRow]:
        paths = {str(folder / name): name for name in names}
        with self._context.database.read() as session:
            rows = session.scalars(select(DeliveryRow).where(DeliveryRow.path.in_(paths)))
            found = {paths[row.path]: row for row in rows}
            session.expunge_all()
            return found

    def _record_delivery(
        self, script: Script, name: str, key: str, master_key: str, made_aside: DeliveredFile, folder: Path
    ) -> None:
        """Record a finished file and put it into its folder: both or neither, so that nothing lies there unknown."""
        file = replace(made_aside, path=folder / made_aside.path.name)
        held = [chapter for chapter in script.chapters if file.chapter_id in {"", chapter.view.id}]
        takes = [take for chapter in held for take in takes_of(chapter, script.takes)]
        made = MadeThing("delivery", file.sha256, file.path.name, str(file.path), file.sha256)
        try:
            self._write_delivery(script.project, name, key, master_key, file, made, takes, aside=made_aside.path)
        except BaseException:
            if not made_aside.path.is_file():  # it was put there, and then the record could not be written
                file.path.unlink(missing_ok=True)
            raise

    def _write_delivery(
        self,
        project: ProjectRow,
        name: str,
        key: str,
        master_key: str,
        file: DeliveredFile,
        made: MadeThing,
        takes: list[TakeRow],
        aside: Path | None = None,
    ) -> None:
        with self._context.database.write() as session:
            check_unchanged(session, project)
            note_work(self._context, session, project, made, takes)
            old = session.scalars(select(DeliveryRow).where(DeliveryRow.path == str(file.path))).first()
            session.merge(
                DeliveryRow(
                    id=old.id if old else new_id(),
                    project_id=project.id,
                    format=name,
                    key=key,
                    chapter_id=file.chapter_id,
                    master_key=master_key,
                    path=str(file.path),
                    sha256=file.sha256,
                    figures=figures_json(file.figures) if file.figures else {},
                    checks=[asdict(check) for check in file.checks],
                    created_at=utc_now().isoformat(),
                )
            )
            session.flush()
            if aside is not None:
                _put(aside, file.path)

    def _remove_stale(self, project_id: str, name: str, folder: Path, names: tuple[str, ...]) -> None:
        """Delete files of an earlier delivery that the book no longer has, unless somebody changed them."""
        with self._context.database.write() as session:
            rows = session.scalars(
                select(DeliveryRow).where(DeliveryRow.project_id == project_id, DeliveryRow.format == name)
            )
            for row in rows:
                path = Path(row.path)
                if path.parent != folder or path.name in names:
                    continue
                if path.is_file() and not path.is_symlink() and sha256_file(path) == row.sha256:
                    path.unlink()
                session.delete(row)


def _put(aside: Path, target: Path) -> None:
    try:
        aside.replace(target)
        sync_folder(target.parent)
    except OSError as error:
        raise StorageError(
            f"the file cannot be put into its folder: {error.strerror or error}",
            where=str(target),
            hint="Choose another folder.",
        ) from error


def _same(row: DeliveryRow | None, key: str, path: Path) -> bool:
    return row is not None and row.key == key and path.is_file() and sha256_file(path) == row.sha256


def _master_json(plan: MasterPlan, row: MasterRow, context: Context) -> dict[str, Any]:
    return {
        "chapter": plan.number,
        "title": plan.title,
        "file": str(context.blobs.path(row.blob_sha256)),
        **row.figures,
    }

"""Use cases of listening: what exists of a project's sound, and the files to hear and take away."""

import time
from collections.abc import Callable
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.core.errors import NotFoundError, RefusedError
from studio.core.hashing import sha256_file
from studio.core.names import safe_file_stem
from studio.deliver.archive import zip_files
from studio.deliver.notices import NOTICES_NAME
from studio.services.context import Context
from studio.services.licensing import may_deliver
from studio.services.mastering import plan_masters
from studio.services.releasing import export_folder
from studio.services.rows import chapter_index, find_project
from studio.services.script import Script, read_script
from studio.services.views import ChapterSound
from studio.store.consent_tables import VoiceUseRow
from studio.store.tables import DeliveryRow, MasterRow

_FORMAT = "mp3"
_PROFILE = "acx"
_ARCHIVE_LIFE_S = 24 * 3600.0


class ListeningService:
    """Sound that exists. Every call asks the gate first, through the script it reads."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def overview(self, reference: str, profile: str = _PROFILE) -> tuple[ChapterSound, ...]:
        """State of every spoken chapter, credits included, in the order they are heard.

        A delivered file is shown only while the book sounds like it, and licences allow what the project is for.

        Raises:
            StudioError: as `read_script`.
        """
        return self._sounds(reference, profile, None)

    def _sounds(self, reference: str, profile: str, numbers: set[int] | None) -> tuple[ChapterSound, ...]:
        with self._context.database.read() as session:
            script = read_script(self._context, session, reference, numbers)
        plans = {plan.chapter_id: plan for plan in plan_masters(self._context, script, profile)}
        with self._context.database.read() as session:
            keys = [plan.key for plan in plans.values()]
            rows = session.scalars(select(MasterRow).where(MasterRow.key.in_(keys)))
            masters = {row.key: row for row in rows if self._context.blobs.has(row.blob_sha256)}
            deliveries = self._deliveries(session, script)
            session.expunge_all()
        sounds = []
        for chapter in script.chapters:
            plan = plans.get(chapter.view.id)
            master = masters.get(plan.key) if plan else None
            delivery = deliveries.get((chapter.view.id, plan.key)) if plan and may_deliver(script, chapter) else None
            sounds.append(
                ChapterSound(
                    chapter=chapter.view,
                    segments=len(chapter.segments),
                    rendered=sum(1 for segment in chapter.segments if segment.line.key in script.takes),
                    duration_s=float(master.figures["duration_s"]) if master else None,
                    peaks=tuple(master.peaks) if master else (),
                    file=delivery.path if delivery else None,
                    sha256=delivery.sha256 if delivery else None,
                    figures=delivery.figures if delivery else {},
                    checks=tuple(delivery.checks) if delivery else (),
                )
            )
        return tuple(sounds)

    def _deliveries(self, session: Session, script: Script) -> dict[tuple[str, str], DeliveryRow]:
        """Delivered files by chapter and the master they were made of."""
        folder = export_folder(self._context, script.project.name, _FORMAT)
        rows = session.scalars(
            select(DeliveryRow).where(DeliveryRow.project_id == script.project.id, DeliveryRow.format == _FORMAT)
        )
        return {
            (row.chapter_id, row.master_key): row
            for row in rows
            if Path(row.path).parent == folder and Path(row.path).is_file()
        }

    def delivered_file(self, reference: str, chapter_id: str) -> Path:
        """The MP3 of a chapter, if it is still what the book sounds like.

        Raises:
            NotFoundError: there is none.
            StudioError: as `read_script`.
        """
        with self._context.database.read() as session:
            project = find_project(session, reference)
            number = chapter_index(project).get(chapter_id)
            project_id = project.id
        # A player asks for many ranges of one file: planning the whole book for each would make it stutter.
        try:
            sounds = self._sounds(reference, _PROFILE, {number}) if number is not None else ()
        except RefusedError:
            finished = self._finished_work(project_id, chapter_id)
            if finished is None:
                raise
            return finished
        for sound in sounds:
            if sound.chapter.id == chapter_id and not sound.chapter.skipped and sound.file is not None:
                return Path(sound.file)
        raise NotFoundError("that chapter has no finished file", where=reference, hint="Produce the audiobook first.")

    def _finished_work(self, project_id: str, chapter_id: str) -> Path | None:
        """A delivered file that may still be heard after the end of a consent: every owner's terms let it stay."""
        with self._context.database.read() as session:
            row = session.scalars(
                select(DeliveryRow).where(
                    DeliveryRow.project_id == project_id,
                    DeliveryRow.chapter_id == chapter_id,
                    DeliveryRow.format == _FORMAT,
                )
            ).first()
            if row is None or not Path(row.path).is_file() or sha256_file(Path(row.path)) != row.sha256:
                return None
            delivered = VoiceUseRow.kind == "delivery", VoiceUseRow.item == row.sha256
            uses = session.scalars(select(VoiceUseRow).where(*delivered)).all()
            session.expunge_all()
        stays = uses and all(self._context.gate.may_stay(u.consent_id, datetime.fromisoformat(u.at)) for u in uses)
        return Path(row.path) if stays else None

    def archive(self, reference: str, cancelled: Callable[[], bool] = lambda: False) -> Path:
        """One zip of all delivered MP3s and the notices beside them, made in the temporary folder of the data home.

        Raises:
            NotFoundError: nothing is delivered.
            StudioError: as `read_script`.
        """
        files = [Path(sound.file) for sound in self.overview(reference) if sound.file is not None]
        if not files:
            raise NotFoundError("there is no finished file yet", where=reference, hint="Produce the audiobook first.")
        notices = files[0].parent / NOTICES_NAME
        files += [notices] if notices.is_file() else []
        folder = self._context.settings.temporary / "archives"
        folder.mkdir(parents=True, exist_ok=True)
        for old in folder.glob("*.zip"):
            if time.time() - old.stat().st_mtime > _ARCHIVE_LIFE_S:
                old.unlink(missing_ok=True)
        target = folder / f"{safe_file_stem(reference)}.zip"
        zip_files(files, target, cancelled=cancelled)
        return target

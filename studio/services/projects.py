"""Use cases of projects: import a book, list, choose and order its chapters, delete."""

from collections.abc import Iterable
from pathlib import Path
from typing import Any

from sqlalchemy import insert, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from studio.core.errors import ConflictError, InputError, NotFoundError
from studio.core.hashing import content_key, sha256_file
from studio.core.ids import new_id
from studio.core.names import safe_file_stem
from studio.core.time import utc_now
from studio.importers.registry import import_manuscript, known_suffixes
from studio.manuscript.model import Cover, Manuscript
from studio.manuscript.segment import SegmentLimits
from studio.manuscript.segmenting import segment_chapter
from studio.services.casting import default_voice
from studio.services.context import Context
from studio.services.credits import credits_rows, segment_values, write_credits
from studio.services.guides import destroy_guides
from studio.services.lexicon_rows import LexiconPlace, store_entries
from studio.services.licensing import cast_licences
from studio.services.purposes import Purpose, change_purpose, purpose_of
from studio.services.rows import (
    NARRATOR,
    book_chapters,
    cast_voices,
    chapter_view,
    find_project,
    is_credits,
)
from studio.services.views import ChapterView, ProjectView
from studio.store.tables import CastRow, ChapterRow, ProjectRow, SegmentRow

_MAX_NAME = 100
_PACE_RANGE = (0.5, 2.0)


class ProjectService:
    """Projects and their chapters."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def all(self) -> tuple[ProjectView, ...]:
        """All projects, newest first."""
        with self._context.database.read() as session:
            rows = session.scalars(select(ProjectRow).order_by(ProjectRow.created_at.desc()))
            return tuple(self._view(session, row) for row in rows)

    def get(self, reference: str) -> ProjectView:
        """One project by name or id.

        Raises:
            NotFoundError: there is none.
        """
        with self._context.database.read() as session:
            return self._view(session, find_project(session, reference))

    @staticmethod
    def suffixes() -> tuple[str, ...]:
        """How the names of all files end that can be imported."""
        return known_suffixes()

    def import_file(
        self,
        path: Path,
        *,
        name: str | None = None,
        language: str | None = None,
        original_name: str | None = None,
        purpose: str | None = None,
    ) -> ProjectView:
        """Make a project of a book.

        Args:
            path: a book or script in a known format, or a folder of such files.
            name: unique name; made of the title if not given.
            language: BCP 47 tag; as the book says if not given.
            original_name: what the user calls the file, where it was uploaded under another name.
            purpose: what it is for, one of `studio.services.purposes.PURPOSES`; a commercial audiobook if not given.

        Raises:
            InputError: the file is no book that can be read, or there is no such purpose; nothing is stored.
            ConflictError: there is a project of that name; nothing is stored.
        """
        wanted = change_purpose(Purpose(), name=purpose)
        book = import_manuscript(path, language=language, original_name=original_name)
        source = original_name or path.name
        sha256 = _source_sha256(path)
        cover_sha256 = self._context.blobs.put_bytes(book.cover.data) if book.cover else None
        try:
            with self._context.database.write() as session:
                project = ProjectRow(
                    id=new_id(),
                    name=self._free_name(session, name, book.metadata.title),
                    title=book.metadata.title,
                    author=book.metadata.author,
                    language=book.metadata.language,
                    year=book.metadata.year,
                    publisher=book.metadata.publisher,
                    identifier=book.metadata.identifier,
                    description=book.metadata.description,
                    cover_sha256=cover_sha256,
                    cover_media_type=book.cover.media_type if book.cover else None,
                    source_name=source,
                    source_sha256=sha256,
                    warnings=list(book.warnings),
                    pace=1.0,
                    use=wanted.use,
                    commercial=wanted.commercial,
                    created_at=utc_now().isoformat(),
                )
                session.add(project)
                project.chapters.extend(credits_rows())
                segments = self._add_chapters(project, book)
                session.flush()
                if segments:
                    session.execute(insert(SegmentRow), segments)
                self._cast_default(session, project)
                store_entries(session, book.lexicon, LexiconPlace(project.id, None))
                session.flush()
                return self._view(session, project)
        except IntegrityError as error:
            raise ConflictError("another import took the same name just now", hint="Try again.") from error

    def delete(self, reference: str) -> None:
        """Delete a project with its chapters, cast, jobs and guide recordings. Takes and delivered files stay.

        Raises:
            NotFoundError: there is no such project.
        """
        with self._context.database.write() as session:
            project = find_project(session, reference)
            destroy_guides(self._context, session, project.chapters)
            session.delete(project)

    def set_purpose(
        self,
        reference: str,
        *,
        purpose: str | None = None,
        use: str | None = None,
        content: Iterable[str] | None = None,
    ) -> ProjectView:
        """Say what a project is for and what it holds: consents of living voices, and licences, are held against it.

        Args:
            reference: project by name or id.
            purpose: one of `studio.services.purposes.PURPOSES`; unchanged if not given.
            use: one of `studio.consent.terms.USES`; as the purpose says, or unchanged, if not given.
            content: kinds of content it holds, some of `studio.consent.terms.CONTENT` or words of one's own; unchanged
                if not given.

        Raises:
            NotFoundError: there is no such project.
            InputError: there is no such purpose or use, or they contradict each other.
        """
        with self._context.database.write() as session:
            project = find_project(session, reference)
            wanted = change_purpose(purpose_of(project), name=purpose, use=use)
            project.use, project.commercial = wanted.use, wanted.commercial
            if content is not None:
                project.content = sorted({" ".join(kind.split()).lower() for kind in content if kind.strip()})
            session.flush()
            return self._view(session, project)

    def set_pace(self, reference: str, pace: float) -> ProjectView:
        """Scale all pauses: above 1 is calmer, below 1 is brisker.

        Raises:
            InputError: not between 0.5 and 2.
        """
        low, high = _PACE_RANGE
        if not low <= pace <= high:
            raise InputError(f"pace {pace:g} is out of range", hint=f"Choose {low:g} to {high:g}.")
        with self._context.database.write() as session:
            project = find_project(session, reference)
            project.pace = pace
            return self._view(session, project)

    def cover(self, reference: str) -> Cover | None:
        """The cover picture of a project, if it has one."""
        with self._context.database.read() as session:
            project = find_project(session, reference)
            if project.cover_sha256 is None or project.cover_media_type is None:
                return None
            data = self._context.blobs.path(project.cover_sha256).read_bytes()
            return Cover(project.cover_media_type, data)

    def chapters(self, reference: str) -> tuple[ChapterView, ...]:
        """The divisions of the book in reading order, numbered from 1, without the credits."""
        with self._context.database.read() as session:
            return self._chapter_views(find_project(session, reference))

    def choose_chapters(
        self,
        reference: str,
        *,
        skip: frozenset[int] = frozenset(),
        keep: frozenset[int] = frozenset(),
        credits: bool | None = None,  # noqa: A002 - the field's word
    ) -> tuple[ChapterView, ...]:
        """Leave chapters out or take them in, by number; `credits` does so for opening and closing credits.

        Raises:
            InputError: a number is both skipped and kept.
            NotFoundError: a number is not in the book.
        """
        if skip & keep:
            raise InputError(f"chapter {min(skip & keep)} is both skipped and kept")
        with self._context.database.write() as session:
            project = find_project(session, reference)
            rows = dict(enumerate(book_chapters(project), 1))
            for number in sorted(skip | keep):
                if number not in rows:
                    raise NotFoundError(f"chapter {number} is not in the book, which has {len(rows)}")
                rows[number].skipped = number in skip
            if credits is not None:
                for chapter in filter(is_credits, project.chapters):
                    chapter.skipped = not credits
            return self._chapter_views(project)

    def rename_chapter(self, reference: str, number: int, title: str) -> tuple[ChapterView, ...]:
        """Change the title a chapter is listed and tagged under; what is read aloud stays.

        Raises:
            InputError: the title is empty.
            NotFoundError: the number is not in the book.
        """
        folded = " ".join(title.split())
        if not folded:
            raise InputError("a chapter needs a title")
        with self._context.database.write() as session:
            project = find_project(session, reference)
            _numbered(project, number).title = folded
            return self._chapter_views(project)

    def move_chapter(self, reference: str, number: int, to: int) -> tuple[ChapterView, ...]:
        """Put a chapter at another place in the reading order.

        Raises:
            NotFoundError: either number is not in the book.
        """
        with self._context.database.write() as session:
            project = find_project(session, reference)
            moved, target = _numbered(project, number), _numbered(project, to)
            order = book_chapters(project)
            place = order.index(target)
            order.remove(moved)
            order.insert(place, moved)
            for position, chapter in enumerate(order, 1):
                chapter.position = position
            session.flush()
            session.expire(project, ["chapters"])
            return self._chapter_views(project)

    def _view(self, session: Session, project: ProjectRow) -> ProjectView:
        chapters = book_chapters(project)
        spoken = [chapter for chapter in chapters if not chapter.skipped]
        return ProjectView(
            id=project.id,
            name=project.name,
            title=project.title,
            author=project.author,
            language=project.language,
            year=project.year,
            pace=project.pace,
            chapters=len(chapters),
            spoken_chapters=len(spoken),
            words=sum(chapter.words for chapter in spoken),
            narrator=cast_voices(session, project.id).get(NARRATOR, ""),
            credits=any(is_credits(chapter) and not chapter.skipped for chapter in project.chapters),
            has_cover=project.cover_sha256 is not None,
            use=project.use,
            purpose=purpose_of(project).name,
            commercial=purpose_of(project).commercial,
            content=tuple(project.content),
            warnings=tuple(project.warnings),
            created_at=project.created_at,
        )

    @staticmethod
    def _chapter_views(project: ProjectRow) -> tuple[ChapterView, ...]:
        return tuple(chapter_view(chapter, number) for number, chapter in enumerate(book_chapters(project), 1))

    @staticmethod
    def _free_name(session: Session, wanted: str | None, title: str) -> str:
        taken = set(session.scalars(select(ProjectRow.name))) | set(session.scalars(select(ProjectRow.id)))
        if wanted is not None:
            name = safe_file_stem(wanted, fallback="")[:_MAX_NAME]
            if name != wanted:
                raise InputError(
                    f"'{wanted}' cannot be a project name", hint="Use letters, digits, spaces, dots and dashes."
                )
            if name in taken:
                raise ConflictError(f"there is already a project '{name}'", hint="Choose another with --name.")
            return name
        stem = safe_file_stem(title)[:_MAX_NAME]
        number = 1
        name = stem
        while name in taken:
            number += 1
            name = f"{stem} ({number})"
        return name

    @staticmethod
    def _add_chapters(project: ProjectRow, book: Manuscript) -> list[dict[str, Any]]:
        """Add the chapters of a book to its project; gives the columns of all its segments, to be inserted at once."""
        limits = SegmentLimits()
        segments: list[dict[str, Any]] = []
        for position, chapter in enumerate(book.chapters, 1):
            drafts = segment_chapter(chapter, limits, book.metadata.language)
            row = ChapterRow(
                id=new_id(),
                position=position,
                title=chapter.title,
                kind=chapter.kind.value,
                parts=list(chapter.parts),
                skipped=chapter.skipped or not drafts,
                words=chapter.words,
            )
            project.chapters.append(row)
            segments += ({**values, "chapter_id": row.id} for values in segment_values(drafts))
        return segments

    def _cast_default(self, session: Session, project: ProjectRow) -> None:
        voice = default_voice(self._context.voices.values(), project.language)
        if voice is not None:
            session.add(CastRow(project_id=project.id, role=NARRATOR, voice_id=voice.voice_id))
        licences = cast_licences(self._context, {NARRATOR: voice.voice_id}) if voice else ()
        write_credits(project, voice.name if voice else "", licences=licences)


def _numbered(project: ProjectRow, number: int) -> ChapterRow:
    rows = book_chapters(project)
    if not 1 <= number <= len(rows):
        raise NotFoundError(f"chapter {number} is not in the book, which has {len(rows)}", where=project.name)
    return rows[number - 1]


def _source_sha256(path: Path) -> str:
    """Hash of a file, or of all files of a folder with their names."""
    if not path.is_dir():
        return sha256_file(path)
    files = sorted(each for each in path.iterdir() if each.is_file() and not each.is_symlink())
    return content_key({each.name: sha256_file(each) for each in files})

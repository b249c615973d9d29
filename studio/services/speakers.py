"""Use cases of who speaks: find the speakers of a book, review the lines that are not sure, take it back."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.core.errors import InputError
from studio.manuscript.attribution.people import Person
from studio.manuscript.attribution.speakers import Known, Line, attribute
from studio.manuscript.model import Manuscript, Metadata
from studio.manuscript.tags import plain_text
from studio.services.context import Context
from studio.services.history import recorded
from studio.services.manuscript import check_role
from studio.services.review_queue import UnsureLine, unsure_lines
from studio.services.rows import NARRATOR, book_chapters, find_project
from studio.services.segment_columns import (
    changed_chapters,
    drop_open_suggestions,
    guided_segments,
    read_rows,
    write_rows,
)
from studio.services.segments import find_segment
from studio.services.series import follow_series
from studio.services.speech_cuts import (
    CONFIRMED,
    SURE,
    UNSURE,
    ChapterText,
    Row,
    chapter_text,
    with_speakers,
    without_speakers,
)
from studio.store.tables import ChapterRow, ProjectRow, SegmentRow

_UNNAMED_NARRATOR: Final = "I"
_CHOSEN: Final = "chosen by a person"


@dataclass(frozen=True, slots=True)
class SpokenRole:
    """A role and how sure its lines are.

    Attributes:
        role: its name.
        lines: segments it says.
        sure: of these, given by the program and sure.
        unsure: of these, to be reviewed.
        confirmed: of these, given by a person. The rest are as the book gives them.
        confidence: the mean of its lines, 0 to 1.
    """

    role: str
    lines: int
    sure: int
    unsure: int
    confirmed: int
    confidence: float


@dataclass(frozen=True, slots=True)
class Speakers:
    """Who speaks in a project.

    Attributes:
        lines: segments of speech that the program or a person gave a role.
        sure: of these, sure.
        unsure: of these, to be reviewed.
        confirmed: of these, given by a person.
        roles: all but the narrator, those with the most lines first.
        cut: segments that there are more of than before.
        changed: whether anything is, or would be, another than before.
    """

    lines: int
    sure: int
    unsure: int
    confirmed: int
    roles: tuple[SpokenRole, ...]
    cut: int = 0
    changed: bool = False


class SpeakerService:
    """Who speaks each line of a project. What a script or a person gave is never touched."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def find(self, reference: str, *, apply: bool = True) -> Speakers:
        """Find who speaks each line, cut segments at the borders of speech, and give each piece its role.

        Narration stays the narrator's. Lines with a guide recording are not cut. Doing it twice changes nothing; it
        is one edit, which can be undone. Roles that the project's series keeps a voice for are given that voice.

        Args:
            reference: project by name or id.
            apply: store it; without, only what would be is told.

        Raises:
            NotFoundError: there is no such project.
        """
        if not apply:
            with self._context.database.read() as session:
                return self._find(session, find_project(session, reference))[0]
        with self._context.database.write() as session:
            project = find_project(session, reference)
            found, changed = self._find(session, project)
            write_rows(session, project, "Find who speaks", changed)
            follow_series(self._context, session, project)
            return found

    def forget(self, reference: str) -> Speakers:
        """Give all lines whose role the program found back to the narrator, and join what was cut for it.

        What a person confirmed stays. It is one edit, which can be undone.

        Raises:
            NotFoundError: there is no such project.
        """
        with self._context.database.write() as session:
            project = find_project(session, reference)
            before = read_rows(session, project, skipped=True)
            guided = guided_segments(session, before)
            after = {chapter: without_speakers(rows, guided) for chapter, rows in before.items()}
            kept = {row["id"]: row for rows in after.values() for row in rows}
            drop_open_suggestions(
                session, [row["id"] for rows in before.values() for row in rows if kept.get(row["id"]) != row]
            )
            write_rows(session, project, "Forget who speaks", changed_chapters(before, after))
            return _summary(before, after)

    def state(self, reference: str) -> Speakers:
        """Who speaks as it stands.

        Raises:
            NotFoundError: there is no such project.
        """
        with self._context.database.read() as session:
            rows = read_rows(session, find_project(session, reference))
            return _summary(rows, rows)

    def review(self, reference: str) -> tuple[UnsureLine, ...]:
        """The lines that are not sure, in reading order, each with what stands around it and who may say it.

        Raises:
            NotFoundError: there is no such project.
        """
        with self._context.database.read() as session:
            project = find_project(session, reference)
            numbers = {chapter.id: number for number, chapter in enumerate(book_chapters(project), 1)}
            rows = read_rows(session, project)
        totals = Counter(row["role"] for own in rows.values() for row in own if row["role"] != NARRATOR)
        return tuple(line for chapter, own in rows.items() for line in unsure_lines(own, numbers[chapter], totals))

    def decide(self, reference: str, segment_id: str, role: str) -> None:
        """Say who speaks a line; it is confirmed from then on.

        Raises:
            NotFoundError: no such project, or the segment is not in it.
            InputError: the role is none.
        """
        self.decide_many(reference, {segment_id: role})

    def decide_many(self, reference: str, roles: dict[str, str]) -> None:
        """Say who speaks each of some lines, by id: all or none, as one edit.

        Raises:
            NotFoundError: no such project, or a segment is not in it.
            InputError: a role is none.
        """
        wanted = {segment: check_role(role) for segment, role in roles.items()}
        with self._context.database.write() as session:
            project = find_project(session, reference)
            self._decide(session, project, [(find_segment(session, reference, key), to) for key, to in wanted.items()])

    def decide_all(self, reference: str, role: str, to: str | None = None) -> int:
        """Confirm all unsure lines that are now given to a role, for this role or another; how many there were.

        Raises:
            NotFoundError: there is no such project.
            InputError: the role is none.
        """
        wanted = check_role(to if to is not None else role)
        with self._context.database.write() as session:
            project = find_project(session, reference)
            rows = session.scalars(
                select(SegmentRow)
                .join(ChapterRow)
                .where(
                    ChapterRow.project_id == project.id,
                    ChapterRow.skipped.is_(False),
                    SegmentRow.role == check_role(role),
                    SegmentRow.speaker == UNSURE,
                )
            ).all()
            self._decide(session, project, [(row, wanted) for row in rows])
            return len(rows)

    @staticmethod
    def _decide(session: Session, project: ProjectRow, chosen: Sequence[tuple[SegmentRow, str]]) -> None:
        drop_open_suggestions(session, [segment.id for segment, _ in chosen], kind="role")
        with recorded(session, project, "Choose a speaker", {segment.chapter_id for segment, _ in chosen}):
            for segment, role in chosen:
                segment.role, segment.speaker = role, CONFIRMED
                segment.speaker_confidence, segment.speaker_reason = 1.0, _CHOSEN

    def _find(self, session: Session, project: ProjectRow) -> tuple[Speakers, dict[str, list[Row]]]:
        before = read_rows(session, project)
        texts, found, people = attributed(project, before)
        names = {person.name: _role_name(person) for person in people}
        own: defaultdict[int, list[Line]] = defaultdict(list)
        for line in found:
            own[line.chapter].append(line)
        guided = guided_segments(session, before)
        after = {
            chapter: with_speakers(before[chapter], text, own[index], guided, names)
            for index, (chapter, text) in enumerate(texts.items())
        }
        return _summary(before, after), changed_chapters(before, after)


_read = lru_cache(maxsize=2)(attribute)  # casting asks for the same book after every voice that is chosen


def attributed(
    project: ProjectRow, rows: dict[str, list[Row]]
) -> tuple[dict[str, ChapterText], tuple[Line, ...], tuple[Person, ...]]:
    """A project's chapters rebuilt, its lines of speech by index of the chapter there, and its people."""
    titles = {chapter.id: chapter.title for chapter in project.chapters}
    texts = {chapter: chapter_text(titles[chapter], own) for chapter, own in rows.items()}
    book = Manuscript(
        Metadata(project.title, language=project.language), tuple(text.chapter for text in texts.values())
    )
    known = tuple(
        Known(index, block, offset, offset + len(plain_text(row["text"])), row["role"])
        for index, text in enumerate(texts.values())
        for block, members in text.members.items()
        for row, offset in members
        if row["speaker"] == CONFIRMED
    )
    found = _read(book, known)
    return texts, found.lines, found.people


def _role_name(person: Person) -> str:
    """The role of a person; a narrator whose name is not told is read as the narrator."""
    if person.narrator and person.name == _UNNAMED_NARRATOR:
        return NARRATOR
    try:
        return check_role(person.name[:80])
    except InputError:
        return NARRATOR


def _summary(before: dict[str, list[Row]], after: dict[str, list[Row]]) -> Speakers:
    own: defaultdict[str, list[Row]] = defaultdict(list)
    for rows in after.values():
        for row in rows:
            if row["speaker"] or row["role"] != NARRATOR:
                own[row["role"]].append(row)
    states = Counter(row["speaker"] for rows in own.values() for row in rows)
    return Speakers(
        lines=states[SURE] + states[UNSURE] + states[CONFIRMED],
        sure=states[SURE],
        unsure=states[UNSURE],
        confirmed=states[CONFIRMED],
        roles=tuple(
            sorted(
                (_spoken_role(role, rows) for role, rows in own.items() if role != NARRATOR),
                key=lambda role: (-role.lines, role.role),
            )
        ),
        cut=sum(map(len, after.values())) - sum(map(len, before.values())),
        changed=bool(changed_chapters(before, after)),
    )


def _spoken_role(role: str, rows: Sequence[Row]) -> SpokenRole:
    states = Counter(row["speaker"] for row in rows)
    return SpokenRole(
        role=role,
        lines=len(rows),
        sure=states[SURE],
        unsure=states[UNSURE],
        confirmed=states[CONFIRMED],
        confidence=round(sum(row["speaker_confidence"] for row in rows) / len(rows), 3),
    )

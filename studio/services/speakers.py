"""Use cases of who speaks: find the speakers of a book, review the lines that are not sure, take it back."""

from bisect import bisect_left
from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from studio.core.errors import InputError
from studio.manuscript.attribution.people import Person
from studio.manuscript.attribution.speakers import Known, Line, attribute
from studio.manuscript.model import Manuscript, Metadata
from studio.manuscript.tags import plain_text
from studio.services.context import Context
from studio.services.history import recorded
from studio.services.manuscript import check_role
from studio.services.rows import NARRATOR, book_chapters, find_project
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
from studio.store.tables import ChapterRow, GuideRow, ProjectRow, SegmentRow, SuggestionRow

_UNNAMED_NARRATOR: Final = "I"
_SHOWN_BESIDE: Final = 2
_KEYS: Final = 9
_TABLE: Final = cast("Table", SegmentRow.__table__)
_REACH: Final = 12  # lines of speech before and after that tell who may be there
_CHOSEN: Final = "chosen by a person"
_AT_ONCE: Final = 500  # ids in one statement
_WRITTEN: Final = (
    "position", "text", "pause", "role", "delivery", "rest_s", "speaker", "speaker_confidence", "speaker_reason",
)  # fmt: skip


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


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who may say a line: the role and the key to choose it by, "1" to "9"."""

    key: str
    role: str


@dataclass(frozen=True, slots=True)
class BesideLine:
    """A line near one that is reviewed: its words without tags, and who says it."""

    text: str
    role: str
    speaker: str


@dataclass(frozen=True, slots=True)
class UnsureLine:
    """A line whose speaker is not sure.

    Attributes:
        segment: its id.
        chapter: number of its chapter, from 1.
        text: its words without tags.
        role: who says it as far as the program can tell.
        confidence: of that, 0 to 1.
        reason: why, in words.
        before: the two lines before it in the chapter.
        after: the two lines after it.
        candidates: the likeliest roles: the one it has, those who speak nearest to it, those who speak most.
    """

    segment: str
    chapter: int
    text: str
    role: str
    confidence: float
    reason: str
    before: tuple[BesideLine, ...]
    after: tuple[BesideLine, ...]
    candidates: tuple[Candidate, ...]


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
            _write(session, project, "Find who speaks", changed)
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
            guided = _guided(session, before)
            after = {chapter: without_speakers(rows, guided) for chapter, rows in before.items()}
            kept = {row["id"]: row for rows in after.values() for row in rows}
            _drop_open(session, [row["id"] for rows in before.values() for row in rows if kept.get(row["id"]) != row])
            _write(session, project, "Forget who speaks", _changed(before, after))
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
        return tuple(line for chapter, own in rows.items() for line in _unsure(own, numbers[chapter], totals))

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
        _drop_open(session, [segment.id for segment, _ in chosen], kind="role")
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
        guided = _guided(session, before)
        after = {
            chapter: with_speakers(before[chapter], text, own[index], guided, names)
            for index, (chapter, text) in enumerate(texts.items())
        }
        return _summary(before, after), _changed(before, after)


def attributed(
    project: ProjectRow, rows: dict[str, list[Row]]
) -> tuple[dict[str, ChapterText], tuple[Line, ...], tuple[Person, ...]]:
    """A project's chapters rebuilt, its lines of speech by index of the chapter there, and its people."""
    titles = {chapter.id: chapter.title for chapter in project.chapters}
    texts = {chapter: chapter_text(titles[chapter], own) for chapter, own in rows.items()}
    book = Manuscript(
        Metadata(project.title, language=project.language), tuple(text.chapter for text in texts.values())
    )
    known = [
        Known(index, block, offset, offset + len(plain_text(row["text"])), row["role"])
        for index, text in enumerate(texts.values())
        for block, members in text.members.items()
        for row, offset in members
        if row["speaker"] == CONFIRMED
    ]
    found = attribute(book, known)
    return texts, found.lines, found.people


def _role_name(person: Person) -> str:
    """The role of a person; a narrator whose name is not told is read as the narrator."""
    if person.narrator and person.name == _UNNAMED_NARRATOR:
        return NARRATOR
    try:
        return check_role(person.name[:80])
    except InputError:
        return NARRATOR


def read_rows(session: Session, project: ProjectRow, *, skipped: bool = False) -> dict[str, list[Row]]:
    """The segments of each chapter that is read, by id of the chapter, in reading order; of skipped ones too."""
    found: dict[str, list[Row]] = {
        chapter.id: [] for chapter in book_chapters(project) if skipped or not chapter.skipped
    }
    query = select(_TABLE).join(ChapterRow).where(ChapterRow.project_id == project.id)
    for row in session.execute(query.order_by(_TABLE.c.chapter_id, _TABLE.c.position)).mappings():
        if row["chapter_id"] in found:
            found[row["chapter_id"]].append(dict(row))
    return found


def _guided(session: Session, rows: dict[str, list[Row]]) -> frozenset[str]:
    """Segments that have a guide recording."""
    return frozenset(
        session.scalars(select(GuideRow.segment_id).join(SegmentRow).where(SegmentRow.chapter_id.in_(rows)))
    )


def batched(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Ids in stretches that fit one statement."""
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def _changed(before: dict[str, list[Row]], after: dict[str, list[Row]]) -> dict[str, list[Row]]:
    return {chapter: rows for chapter, rows in after.items() if rows != before[chapter]}


def _write(session: Session, project: ProjectRow, label: str, chapters: dict[str, list[Row]]) -> None:
    """Store the segments of chapters that have changed, as one edit."""
    if not chapters:
        return
    with recorded(session, project, label, chapters):
        inside = _TABLE.c.chapter_id.in_(chapters)
        known = set(session.scalars(select(_TABLE.c.id).where(inside)))
        placed = [row | {"position": place} for rows in chapters.values() for place, row in enumerate(rows, 1)]
        gone = known - {row["id"] for row in placed}
        for identities in batched(sorted(gone)):
            session.execute(delete(SegmentRow).where(SegmentRow.id.in_(identities)))
        # Positions are unique: all step aside before any takes its new one.
        session.execute(update(_TABLE).where(inside).values(position=-_TABLE.c.position))
        old = [_bound(row) for row in placed if row["id"] in known]
        columns: dict[str, Any] = {name: bindparam(f"new_{name}") for name in _WRITTEN}
        session.connection().execute(update(_TABLE).where(_TABLE.c.id == bindparam("key")).values(columns), old)
        new = [row for row in placed if row["id"] not in known]
        if new:
            session.execute(insert(_TABLE), new)
        session.expire_all()


def _bound(row: Row) -> dict[str, Any]:
    return {"key": row["id"], **{f"new_{name}": row[name] for name in _WRITTEN}}


def _drop_open(session: Session, segments: Sequence[str], kind: str | None = None) -> None:
    """Delete suggestions that nobody has answered about segments that are no longer as they were."""
    for identities in batched(segments):
        dropped = delete(SuggestionRow).where(
            SuggestionRow.segment_id.in_(identities), SuggestionRow.declined.is_(False)
        )
        session.execute(dropped if kind is None else dropped.where(SuggestionRow.kind == kind))


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
        changed=bool(_changed(before, after)),
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


def _unsure(rows: Sequence[Row], number: int, totals: Counter[str]) -> list[UnsureLine]:
    speech = [index for index, row in enumerate(rows) if row["role"] != NARRATOR]
    found = []
    for index, row in enumerate(rows):
        if row["speaker"] != UNSURE or row["skipped"]:
            continue
        near = sorted((abs(each - index), each) for each in _around(speech, index))
        ranked = [
            row["role"],
            *(rows[each]["role"] for _, each in near),
            *(role for role, _ in totals.most_common()),
            NARRATOR,
        ]
        roles = list(dict.fromkeys(ranked))[:_KEYS]
        found.append(
            UnsureLine(
                segment=row["id"],
                chapter=number,
                text=plain_text(row["text"]),
                role=row["role"],
                confidence=row["speaker_confidence"],
                reason=row["speaker_reason"],
                before=tuple(map(_beside_line, rows[max(0, index - _SHOWN_BESIDE) : index])),
                after=tuple(map(_beside_line, rows[index + 1 : index + 1 + _SHOWN_BESIDE])),
                candidates=tuple(Candidate(str(key), role) for key, role in enumerate(roles, 1)),
            )
        )
    return found


def _around(ordered: Sequence[int], index: int) -> Sequence[int]:
    """Those of some ascending numbers that stand nearest before and after another."""
    place = bisect_left(ordered, index)
    return ordered[max(0, place - _REACH) : place + _REACH]


def _beside_line(row: Row) -> BesideLine:
    return BesideLine(plain_text(row["text"]), row["role"], row["speaker"])

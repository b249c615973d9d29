"""What was changed in a manuscript, so that it can be undone and done again."""

from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import delete, func, select
from sqlalchemy.orm import Session

from studio.core.errors import ConflictError
from studio.core.time import utc_now
from studio.manuscript.tags import plain_text
from studio.services.rows import find_project
from studio.store.tables import ChapterRow, EditRow, GuideRow, ProjectRow, SegmentRow

_KEPT: Final = 500  # edits of a project; a session of a whole day has fewer
_COLUMNS: Final = tuple(
    column.key for column in SegmentRow.__table__.columns if column.key not in {"chapter_id", "position"}
)
_HINT: Final = "Reload the page and make the change by hand."

Segments = list[dict[str, Any]]


@dataclass(frozen=True, slots=True)
class History:
    """What the next step back and the next step forward would do; empty where there is none."""

    undo: str = ""
    redo: str = ""


@contextmanager
def recorded(
    session: Session, project: ProjectRow, label: str, chapters: Collection[str] | None = None
) -> Iterator[None]:
    """Whatever the block changes in the segments of a project becomes one edit that can be undone.

    Args:
        session: of the transaction that makes the change.
        project: whose segments are changed.
        label: what was done, for the button that undoes it: "Split a line".
        chapters: ids of those that may be changed; all if not given.
    """
    watched = frozenset(chapters if chapters is not None else (chapter.id for chapter in project.chapters))
    before = _chapters(session, watched)
    yield
    session.flush()
    session.expire_all()
    after = _chapters(session, watched)
    changed = {
        chapter: _difference(before[chapter], after[chapter])
        for chapter in before.keys() & after.keys()
        if before[chapter] != after[chapter]
    }
    if not changed:
        return
    session.execute(delete(EditRow).where(EditRow.project_id == project.id, EditRow.undone.is_(True)))
    last = session.scalar(select(func.max(EditRow.number)).where(EditRow.project_id == project.id)) or 0
    session.add(
        EditRow(
            project_id=project.id,
            number=last + 1,
            label=label,
            before={chapter: {"start": start, "segments": old} for chapter, (start, old, _) in changed.items()},
            after={chapter: {"start": start, "segments": new} for chapter, (start, _, new) in changed.items()},
            created_at=utc_now().isoformat(),
        )
    )
    session.execute(delete(EditRow).where(EditRow.project_id == project.id, EditRow.number <= last + 1 - _KEPT))
    _count_words(session, changed)
    session.flush()


def history(session: Session, reference: str) -> History:
    """What can be undone and done again in a project.

    Raises:
        NotFoundError: there is no such project.
    """
    project = find_project(session, reference)
    undo, redo = _next(session, project, back=True), _next(session, project, back=False)
    return History(undo.label if undo else "", redo.label if redo else "")


def step(session: Session, reference: str, *, back: bool) -> frozenset[str]:
    """Undo the last edit of a project, or do the last undone one again.

    Returns:
        ids of the chapters that were changed.

    Raises:
        NotFoundError: there is no such project.
        ConflictError: there is no such edit, or the lines are not as it left them.
    """
    project = find_project(session, reference)
    edit = _next(session, project, back=back)
    if edit is None:
        raise ConflictError("there is nothing to undo" if back else "there is nothing to do again", where=project.name)
    present, wanted = (edit.after, edit.before) if back else (edit.before, edit.after)
    for chapter, stretch in wanted.items():
        _exchange(session, chapter, present[chapter], stretch)
    edit.undone = back
    session.flush()
    session.expire_all()
    _count_words(session, wanted)
    session.flush()
    return frozenset(wanted)


def place_segments(session: Session, chapter: ChapterRow, ordered: list[SegmentRow]) -> None:
    """Give the segments of a chapter their positions, from 1. Those of the chapter that are left out are deleted."""
    kept = {segment.id for segment in ordered}
    for segment in [each for each in chapter.segments if each.id not in kept]:
        if session.get(GuideRow, segment.id) is not None:
            raise ConflictError(
                "a line that has a guide recording would be lost",
                where=f"'{plain_text(segment.text)[:60]}'",
                hint="Remove its recording under Lines first.",
            )
        session.delete(segment)
    # Positions are unique: all step aside before any takes its new one.
    for place, segment in enumerate(ordered, 1):
        segment.chapter_id = chapter.id
        segment.position = -place
        session.add(segment)
    session.flush()
    for place, segment in enumerate(ordered, 1):
        segment.position = place
    session.flush()
    session.expire(chapter, ["segments"])


def _chapters(session: Session, watched: Collection[str]) -> dict[str, Segments]:
    found: dict[str, Segments] = {chapter: [] for chapter in watched}
    table = SegmentRow.__table__
    for row in session.execute(
        select(table).where(table.c.chapter_id.in_(watched)).order_by(table.c.position)
    ).mappings():
        found[row["chapter_id"]].append({name: row[name] for name in _COLUMNS})
    return found


def _difference(before: Segments, after: Segments) -> tuple[int, Segments, Segments]:
    """Where two lists begin to differ, and what stands there in each up to where they are alike again."""
    start = 0
    while start < min(len(before), len(after)) and before[start] == after[start]:
        start += 1
    end = 0
    while end < min(len(before), len(after)) - start and before[-1 - end] == after[-1 - end]:
        end += 1
    return start, before[start : len(before) - end], after[start : len(after) - end]


def _exchange(session: Session, chapter_id: str, present: Mapping[str, Any], wanted: Mapping[str, Any]) -> None:
    chapter = session.get(ChapterRow, chapter_id)
    if chapter is None:
        raise ConflictError("the chapter is gone", hint=_HINT)
    rows = list(chapter.segments)
    start, end = wanted["start"], wanted["start"] + len(present["segments"])
    if [{name: getattr(row, name) for name in _COLUMNS} for row in rows[start:end]] != present["segments"]:
        raise ConflictError("the lines were changed since", where=chapter.title, hint=_HINT)
    held = {row.id: row for row in rows[start:end]}
    replaced = []
    for values in wanted["segments"]:
        row = held.get(values["id"]) or SegmentRow()
        for name in _COLUMNS:
            setattr(row, name, values[name])
        replaced.append(row)
    place_segments(session, chapter, [*rows[:start], *replaced, *rows[end:]])


def _next(session: Session, project: ProjectRow, *, back: bool) -> EditRow | None:
    edits = select(EditRow).where(EditRow.project_id == project.id, EditRow.undone.is_(not back))
    order = EditRow.number.desc() if back else EditRow.number
    return session.scalars(edits.order_by(order).limit(1)).first()


def _count_words(session: Session, chapters: Mapping[str, object]) -> None:
    for chapter_id in chapters:
        chapter = session.get(ChapterRow, chapter_id)
        if chapter is not None:
            chapter.words = sum(
                len(plain_text(segment.text).split()) for segment in chapter.segments if not segment.skipped
            )

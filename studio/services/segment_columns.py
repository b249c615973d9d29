"""The segments of a book as plain columns: read, compared and written for whole chapters at once."""

from collections.abc import Iterator, Sequence
from typing import Any, Final, cast

from sqlalchemy import Table, bindparam, delete, insert, select, update
from sqlalchemy.orm import Session

from studio.services.history import recorded
from studio.services.rows import book_chapters
from studio.services.speech_cuts import Row
from studio.store.tables import ChapterRow, GuideRow, ProjectRow, SegmentRow, SuggestionRow

_TABLE: Final = cast("Table", SegmentRow.__table__)
_AT_ONCE: Final = 500  # ids in one statement
_WRITTEN: Final = (
    "position", "text", "pause", "role", "delivery", "rest_s", "speaker", "speaker_confidence", "speaker_reason",
)  # fmt: skip


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


def guided_segments(session: Session, rows: dict[str, list[Row]]) -> frozenset[str]:
    """Segments that have a guide recording."""
    return frozenset(
        session.scalars(select(GuideRow.segment_id).join(SegmentRow).where(SegmentRow.chapter_id.in_(rows)))
    )


def batched(ids: Sequence[str]) -> Iterator[Sequence[str]]:
    """Ids in stretches that fit one statement."""
    return (ids[start : start + _AT_ONCE] for start in range(0, len(ids), _AT_ONCE))


def changed_chapters(before: dict[str, list[Row]], after: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """The chapters whose segments are others than before."""
    return {chapter: rows for chapter, rows in after.items() if rows != before[chapter]}


def write_rows(session: Session, project: ProjectRow, label: str, chapters: dict[str, list[Row]]) -> None:
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


def drop_open_suggestions(session: Session, segments: Sequence[str], kind: str | None = None) -> None:
    """Delete suggestions that nobody has answered about segments that are no longer as they were."""
    for identities in batched(segments):
        dropped = delete(SuggestionRow).where(
            SuggestionRow.segment_id.in_(identities), SuggestionRow.declined.is_(False)
        )
        session.execute(dropped if kind is None else dropped.where(SuggestionRow.kind == kind))

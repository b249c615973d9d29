"""Use cases of suggestions: what might be better about a line, with the evidence, for somebody to accept or decline."""

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from typing import Final, Literal

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from studio.core.errors import NotFoundError
from studio.core.time import utc_now
from studio.manuscript.attribution.manner import Suggestion as Manner
from studio.manuscript.attribution.speakers import Line
from studio.manuscript.delivery import NEUTRAL_NAME
from studio.manuscript.directions import delivery_of_direction
from studio.manuscript.sentences import sentence_spans
from studio.manuscript.tags import parse_delivery, plain_text
from studio.services.context import Context
from studio.services.history import recorded
from studio.services.rows import (
    NARRATOR,
    chapter_index,
    find_project,
    suggestion_id,
)
from studio.services.segment_columns import batched, read_rows
from studio.services.segments import check_line
from studio.services.speakers import attributed
from studio.services.speech_cuts import CONFIRMED, ChapterText, Row
from studio.store.tables import ChapterRow, ProjectRow, SegmentRow, SuggestionRow

Kind = Literal["role", "delivery"]
TEXT: Final = "text"
"""Source of what the book itself suggests."""

_DIRECTION = re.compile(r"\(([^()]{2,40})\)")
_CLAUSE = re.compile(r"[^;:“”\"«»]+")
_OF_DIRECTION, _OF_PHRASE, _OF_VERB = 0.95, 0.9, 0.8
_LEAST_SPOKEN = 0.5  # share of a segment's words that has to be the speech it is about
_SHOWN_CHARS = 80


@dataclass(frozen=True, slots=True)
class Suggestion:
    """What might be better about a line.

    Attributes:
        id: to accept or decline it by: "delivery/SEGMENT/whisper:0.6".
        segment: id of the line.
        chapter: number of its chapter, from 1.
        kind: "role" or "delivery".
        value: the role, or the delivery in canonical form.
        now: what the line has.
        confidence: 0 to 1.
        reason: the evidence, in words.
        source: "text", or the name of the model that proposed it.
        text: words of the line without tags.
    """

    id: str
    segment: str
    chapter: int
    kind: Kind
    value: str
    now: str
    confidence: float
    reason: str
    source: str
    text: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """A suggestion before it is stored; fields as those of `Suggestion`."""

    segment: str
    kind: Kind
    value: str
    confidence: float
    reason: str


class SuggestionService:
    """Suggestions about the lines of a project. None is followed before somebody accepts it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def propose(self, reference: str) -> tuple[Suggestion, ...]:
        """Suggest deliveries from what the narration says of a line ("whispered") and directions in brackets.

        Lines that have a delivery are left alone; what was declined is not proposed again. What the book no longer
        says is taken back.

        Returns:
            all open suggestions.

        Raises:
            NotFoundError: there is no such project.
        """
        with self._context.database.write() as session:
            project = find_project(session, reference)
            rows = read_rows(session, project)
            texts, lines, _ = attributed(project, rows)
            own: defaultdict[int, list[Line]] = defaultdict(list)
            for line in lines:
                own[line.chapter].append(line)
            found = [
                proposal for index, text in enumerate(texts.values()) for proposal in _from_narration(text, own[index])
            ]
            found += [proposal for each in rows.values() for proposal in _from_directions(each)]
            store_proposals(session, project, found, TEXT)
            return _open(session, project)

    def open(self, reference: str) -> tuple[Suggestion, ...]:
        """Suggestions nobody has answered, in reading order.

        Raises:
            NotFoundError: there is no such project.
        """
        with self._context.database.read() as session:
            return _open(session, find_project(session, reference))

    def accept(self, reference: str, ids: Collection[str]) -> tuple[str, ...]:
        """Follow suggestions: all or none, as one edit that can be undone. Others about the same are gone with them.

        Returns:
            ids of the segments that were changed.

        Raises:
            NotFoundError: no such project, or one of them is not open.
            InputError: no voice is cast for a line.
            RefusedError: the owner of a voice excludes a delivery; nothing is changed.
        """
        with self._context.database.write() as session:
            project = find_project(session, reference)
            chosen = _chosen(session, project, ids)
            with recorded(session, project, "Follow suggestions", {segment.chapter_id for _, segment in chosen}):
                for row, segment in chosen:
                    if row.kind == "delivery":
                        segment.delivery = row.value
                        check_line(self._context, session, project, segment)
                    else:
                        segment.role, segment.speaker, segment.speaker_confidence = row.value, CONFIRMED, 1.0
                        segment.speaker_reason = f"accepted: {row.reason}"
                answered = [(row.segment_id, row.kind) for row, _ in chosen]
                for segment_id, kind in answered:
                    session.execute(
                        delete(SuggestionRow).where(
                            SuggestionRow.segment_id == segment_id,
                            SuggestionRow.kind == kind,
                            SuggestionRow.declined.is_(False),
                        )
                    )
            return tuple(dict.fromkeys(segment_id for segment_id, _ in answered))

    def decline(self, reference: str, ids: Collection[str]) -> None:
        """Put suggestions away for good: they are not proposed again.

        Raises:
            NotFoundError: no such project, or one of them is not open.
        """
        with self._context.database.write() as session:
            for row, _ in _chosen(session, find_project(session, reference), ids):
                row.declined = True


def store_proposals(session: Session, project: ProjectRow, proposals: Iterable[Proposal], source: str) -> int:
    """Store suggestions of one source in place of its open ones; how many are new.

    What was declined, or is open from another source, stays so.
    """
    ids = list(session.scalars(select(SegmentRow.id).join(ChapterRow).where(ChapterRow.project_id == project.id)))
    known: set[tuple[str, str, str]] = set()
    for identities in batched(ids):
        held = select(SuggestionRow).where(SuggestionRow.segment_id.in_(identities))
        for row in session.scalars(held):
            if row.source == source and not row.declined:
                session.delete(row)
            else:
                known.add((row.segment_id, row.kind, row.value))
    session.flush()
    now, stored = utc_now().isoformat(), 0
    for each in proposals:
        key = (each.segment, each.kind, each.value)
        if key in known:
            continue
        known.add(key)
        stored += 1
        session.add(
            SuggestionRow(
                segment_id=each.segment,
                kind=each.kind,
                value=each.value,
                confidence=each.confidence,
                reason=each.reason,
                source=source,
                created_at=now,
            )
        )
    session.flush()
    return stored


def _open(session: Session, project: ProjectRow) -> tuple[Suggestion, ...]:
    index = chapter_index(project)
    rows = session.execute(
        select(SuggestionRow, SegmentRow)
        .join(SegmentRow, SegmentRow.id == SuggestionRow.segment_id)
        .join(ChapterRow)
        .where(ChapterRow.project_id == project.id, ChapterRow.skipped.is_(False), SuggestionRow.declined.is_(False))
        .order_by(ChapterRow.position, SegmentRow.position, SuggestionRow.kind, SuggestionRow.confidence.desc())
    )
    return tuple(_view(row, segment, index[segment.chapter_id]) for row, segment in rows)


def _view(row: SuggestionRow, segment: SegmentRow, chapter: int) -> Suggestion:
    return Suggestion(
        id=suggestion_id(row),
        segment=row.segment_id,
        chapter=chapter,
        kind="role" if row.kind == "role" else "delivery",
        value=row.value,
        now=segment.role if row.kind == "role" else segment.delivery,
        confidence=row.confidence,
        reason=row.reason,
        source=row.source,
        text=plain_text(segment.text),
    )


def _chosen(session: Session, project: ProjectRow, ids: Collection[str]) -> list[tuple[SuggestionRow, SegmentRow]]:
    found = []
    for identity in dict.fromkeys(ids):
        kind, _, rest = identity.partition("/")
        segment_id, _, value = rest.partition("/")
        row = session.get(SuggestionRow, (segment_id, kind, value))
        segment = session.get(SegmentRow, segment_id)
        if row is None or row.declined or segment is None or segment.chapter.project_id != project.id:
            raise NotFoundError(
                f"there is no open suggestion '{identity[:_SHOWN_CHARS]}'",
                where=project.name,
                hint="See `studio suggestions PROJECT`.",
            )
        found.append((row, segment))
    return found


def _from_narration(text: ChapterText, lines: Sequence[Line]) -> Iterator[Proposal]:
    """Deliveries that the words beside lines of speech ask for."""
    for line in lines:
        if line.suggestion is None:
            continue
        words = plain_text(text.chapter.blocks[line.block].text)
        for row, offset in text.members.get(line.block, ()):
            own = plain_text(row["text"])
            said = min(line.end, offset + len(own)) - max(line.start, offset)
            if said < _LEAST_SPOKEN * len(own) or not _free(row):
                continue
            verb = " " not in line.suggestion.evidence
            yield Proposal(
                row["id"],
                "delivery",
                str(line.suggestion.delivery),
                _OF_VERB if verb else _OF_PHRASE,
                f"the narration says “{_quoted(words, line, line.suggestion)}”",
            )


def _from_directions(rows: Sequence[Row]) -> Iterator[Proposal]:
    """Deliveries that directions in the lines of a role ask for: "(softly)"."""
    for row in rows:
        if row["role"] == NARRATOR or not _free(row):
            continue
        for match in _DIRECTION.finditer(plain_text(row["text"])):
            delivery = delivery_of_direction(match[1].lower())
            if delivery is not None and delivery.preset != NEUTRAL_NAME:
                yield Proposal(
                    row["id"], "delivery", str(delivery), _OF_DIRECTION, f"the line has the direction “{match[0]}”"
                )
                break


def _free(row: Row) -> bool:
    """Whether nobody has said how a segment is read."""
    return not row["skipped"] and parse_delivery(row["delivery"]).preset == NEUTRAL_NAME


def _quoted(words: str, line: Line, manner: Manner) -> str:
    """The clause beside a line that holds the evidence; the evidence alone if it is not found there."""
    sought = manner.evidence.split()[-1]
    beside = [(line.end, words[line.end :]), (0, words[: line.start])]
    clauses = [
        (abs(start + clause.start() - line.start), clause[0][begin:end].strip(" ,—–-"))
        for start, text in beside
        for clause in _CLAUSE.finditer(text)
        for begin, end in sentence_spans(clause[0], "en")
        if sought in clause[0][begin:end].lower()
    ]
    nearest = min(clauses, default=(0, manner.evidence))[1].removesuffix(".")
    return nearest if len(nearest) <= _SHOWN_CHARS else manner.evidence

"""Reading project rows: the queries that several services share."""

from collections.abc import Container, Iterable, Mapping
from typing import Literal

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from studio.consent.requests import GateRequest
from studio.core.errors import InputError, NotFoundError
from studio.manuscript.delivery import NEUTRAL_NAME
from studio.render.line import PlannedLine
from studio.services.views import ChapterView
from studio.store.tables import CastRow, ChapterRow, ProjectRow, SuggestionRow

NARRATOR = "narrator"
OPENING_CREDITS = "opening-credits"
CLOSING_CREDITS = "closing-credits"
OPENING_POSITION = 0
CLOSING_POSITION = 1_000_000


def gate_request(
    project: ProjectRow,
    voice_id: str,
    stage: Literal["cast", "speak", "release"] = "speak",
    *,
    deliveries: Iterable[str] = (NEUTRAL_NAME,),
    engine: str = "",
) -> GateRequest:
    """What a project asks of the gate for a voice.

    Args:
        project: for which.
        voice_id: whose voice.
        stage: of the work.
        deliveries: how it is to be said.
        engine: which is to speak it; empty for the one the voice is set to.
    """
    return GateRequest(
        voice_id,
        project.use,
        project.language,
        project.id,
        content=tuple(project.content),
        deliveries=tuple(sorted(set(deliveries))),
        stage=stage,
        engine=engine,
    )


def line_request(project: ProjectRow, line: PlannedLine) -> GateRequest:
    """What a project asks of the gate to have a line said, or a recording of it re-voiced."""
    return gate_request(project, line.voice_id, deliveries=line.deliveries, engine=line.engine)


def gate_requests(project: ProjectRow, lines: Iterable[PlannedLine]) -> list[GateRequest]:
    """What lines ask of the gate: each voice once for each engine, with all the deliveries it is to be said in."""
    asked: dict[tuple[str, str], set[str]] = {}
    for line in lines:
        asked.setdefault((line.voice_id, line.engine), set()).update(line.deliveries)
    return [
        gate_request(project, voice_id, deliveries=names, engine=engine)
        for (voice_id, engine), names in sorted(asked.items())
    ]


def find_project(session: Session, reference: str) -> ProjectRow:
    """A project by name or id.

    Raises:
        NotFoundError: there is none.
    """
    row = session.scalars(
        select(ProjectRow).where(or_(ProjectRow.id == reference, ProjectRow.name == reference))
    ).first()
    if row is None:
        raise NotFoundError(f"there is no project '{reference}'", hint="See `studio projects`.")
    return row


def is_credits(chapter: ChapterRow) -> bool:
    """Whether a chapter row holds opening or closing credits."""
    return chapter.kind in (OPENING_CREDITS, CLOSING_CREDITS)


def book_chapters(project: ProjectRow) -> list[ChapterRow]:
    """The divisions of the book in reading order, without the credits."""
    return [chapter for chapter in project.chapters if not is_credits(chapter)]


def chapter_index(project: ProjectRow) -> dict[str, int]:
    """Number of each chapter by row id: from 1 for the book's, 0 for credits."""
    numbers = {chapter.id: number for number, chapter in enumerate(book_chapters(project), 1)}
    return {chapter.id: numbers.get(chapter.id, 0) for chapter in project.chapters}


def chapter_view(chapter: ChapterRow, index: int) -> ChapterView:
    """A chapter row for the shells."""
    return ChapterView(
        id=chapter.id,
        index=index,
        title=chapter.title,
        kind="credits" if is_credits(chapter) else chapter.kind,
        parts=tuple(chapter.parts),
        skipped=chapter.skipped,
        words=chapter.words,
    )


def spoken_chapters(project: ProjectRow, numbers: set[int] | None) -> list[ChapterRow]:
    """The chapters to make: those numbered, or without numbers all that are not skipped, credits included.

    Raises:
        NotFoundError: a number is not in the book.
    """
    if numbers is None:
        return [chapter for chapter in project.chapters if not chapter.skipped]
    index = chapter_index(project)
    unknown = numbers - set(index.values())
    if unknown:
        raise NotFoundError(
            f"chapter {min(unknown)} is not in the book, which has {len(index) - 2}",
            where=project.name,
            hint="See `studio chapters`.",
        )
    return [chapter for chapter in project.chapters if index[chapter.id] in numbers]


def cast_role(project: ProjectRow, cast: Container[str], role: str) -> str:
    """The role whose voice speaks a role's lines: itself if it is cast, else the narrator.

    Raises:
        InputError: neither is cast.
    """
    for each in (role, NARRATOR):
        if each in cast:
            return each
    raise InputError(
        f"no voice is cast for role '{role}'",
        where=project.name,
        hint="Cast one with `studio cast PROJECT --set ROLE=VOICE`.",
    )


def role_voice(project: ProjectRow, cast: Mapping[str, str], role: str) -> str:
    """Voice id that speaks a role's lines.

    Raises:
        InputError: neither the role nor the narrator is cast.
    """
    return cast[cast_role(project, cast, role)]


def cast_voices(session: Session, project_id: str) -> dict[str, str]:
    """Voice id of each role that is cast."""
    rows = session.scalars(select(CastRow).where(CastRow.project_id == project_id))
    return {row.role: row.voice_id for row in rows}


def suggestion_id(row: SuggestionRow) -> str:
    """What a suggestion is accepted or declined by: "delivery/SEGMENT/whisper:0.6"."""
    return f"{row.kind}/{row.segment_id}/{row.value}"

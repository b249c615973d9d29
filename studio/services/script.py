"""The script of a project: for every segment the words to say, the voice, and the take if there is one."""

from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.core.errors import InputError
from studio.manuscript.segment import Pause, SegmentKind, pause_seconds
from studio.render.line import PlannedLine
from studio.render.plan import check_language, plan_line
from studio.services.context import Context
from studio.services.rows import (
    cast_voices,
    chapter_index,
    chapter_view,
    find_project,
    gate_request,
    spoken_chapters,
)
from studio.services.views import ChapterView
from studio.spoken.form import spoken_form
from studio.store.tables import ProjectRow, TakeRow

_KEYS_PER_QUERY = 500
_said = lru_cache(maxsize=50_000)(spoken_form)  # a novel has some 5 000 segments, and a page shows it again and again


@dataclass(frozen=True, slots=True)
class ScriptSegment:
    """A segment ready to be rendered.

    Attributes:
        segment_id: its row.
        text: as written.
        pause_s: silence after it, pace applied.
        role: whose line it is.
        line: what is said, with its key.
    """

    segment_id: str
    text: str
    pause_s: float
    role: str
    line: PlannedLine


@dataclass(frozen=True, slots=True)
class ScriptChapter:
    """A chapter ready to be rendered."""

    view: ChapterView
    credits_kind: str | None
    segments: tuple[ScriptSegment, ...]


@dataclass(frozen=True, slots=True)
class Script:
    """All chapters that were asked for, with the takes that exist.

    Attributes:
        project: the project's row, detached.
        chapters: in the order they are heard.
        takes: existing takes by key.
    """

    project: ProjectRow
    chapters: tuple[ScriptChapter, ...]
    takes: dict[str, TakeRow]

    @property
    def lines(self) -> list[PlannedLine]:
        """Every line once, in reading order: what is said twice in the same voice is one take."""
        unique = {segment.line.key: segment.line for chapter in self.chapters for segment in chapter.segments}
        return list(unique.values())

    @property
    def missing(self) -> list[PlannedLine]:
        """Lines that have no take yet."""
        return [line for line in self.lines if line.key not in self.takes]


def read_script(context: Context, session: Session, reference: str, numbers: set[int] | None = None) -> Script:
    """Plan the chapters of a project and ask the gate for every voice in them.

    The gate is asked before takes are looked up: nothing that exists already is served without it.

    Raises:
        NotFoundError: no such project or chapter.
        InputError: no voice is cast for a role, or the voice cannot read the language.
        RefusedError: the gate does not let a voice sound.
    """
    project = find_project(session, reference)
    rows = spoken_chapters(project, numbers)
    if not rows:
        raise InputError("every chapter is skipped", where=project.name, hint="Keep one with `studio chapters --keep`.")
    cast = {}
    for role, voice_id in cast_voices(session, project.id).items():
        voice = context.voice(voice_id)
        context.gate.check(gate_request(project, voice_id))
        check_language(voice, project.language)
        cast[role] = voice
    index = chapter_index(project)
    chapters = []
    for row in rows:
        segments = []
        for segment in row.segments:
            if segment.role not in cast:
                raise InputError(
                    f"no voice is cast for role '{segment.role}'",
                    where=project.name,
                    hint="Cast one with `studio cast PROJECT --set ROLE=VOICE`.",
                )
            heading = segment.kind == SegmentKind.HEADING
            words = _said(segment.text, project.language, heading=heading)
            line = plan_line(words, project.language, cast[segment.role])
            pause_s = pause_seconds(Pause(segment.pause), project.pace)
            segments.append(ScriptSegment(segment.id, segment.text, pause_s, segment.role, line))
        view = chapter_view(row, index[row.id])
        chapters.append(ScriptChapter(view, row.kind if view.kind == "credits" else None, tuple(segments)))
    keys = sorted({segment.line.key for chapter in chapters for segment in chapter.segments})
    takes: dict[str, TakeRow] = {}
    for start in range(0, len(keys), _KEYS_PER_QUERY):
        found = session.scalars(select(TakeRow).where(TakeRow.key.in_(keys[start : start + _KEYS_PER_QUERY])))
        takes.update({take.key: take for take in found if context.blobs.has(take.blob_sha256)})
    session.expunge_all()
    return Script(project, tuple(chapters), takes)

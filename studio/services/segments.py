"""Use cases of segments: list them with their words and state, and change the words of one."""

from sqlalchemy.orm import Session

from studio.core.errors import InputError, NotFoundError
from studio.manuscript.segment import SegmentLimits
from studio.services.context import Context
from studio.services.lines import say_line
from studio.services.rows import chapter_index, find_project, gate_request
from studio.services.script import Script, read_script
from studio.services.views import SegmentState, SegmentView
from studio.store.tables import SegmentRow


class SegmentService:
    """The segments of a project."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def script(self, reference: str, chapter: int | None = None) -> tuple[SegmentView, ...]:
        """Segments of the chapters that are spoken, or of one chapter by number, in reading order.

        Raises:
            NotFoundError: no such project or chapter.
            InputError: no voice is cast.
            RefusedError: the gate does not let a cast voice sound.
        """
        with self._context.database.read() as session:
            script = read_script(self._context, session, reference, None if chapter is None else {chapter})
        return tuple(
            SegmentView(
                id=segment.segment_id,
                chapter=part.view.index,
                text=segment.text,
                spoken=segment.line.text,
                speaker=segment.role,
                voice=segment.line.voice_id,
                delivery="neutral",
                state=_state(script, segment.line.key),
            )
            for part in script.chapters
            for segment in part.segments
        )

    def retake(self, reference: str, segment_id: str, text: str) -> SegmentView:
        """Give a segment other words and make its take now; every other take stays.

        Raises:
            NotFoundError: no such project, or the segment is not in it.
            InputError: the words are none, or too many for one take.
            RefusedError: the gate does not let the voice sound.
            EngineError: the words cannot be said; they are kept.
        """
        self._change_text(reference, segment_id, text)
        with self._context.database.read() as session:
            script = read_script(
                self._context, session, reference, {self._chapter_number(session, reference, segment_id)}
            )
        segment = next(s for chapter in script.chapters for s in chapter.segments if s.segment_id == segment_id)
        project = script.project
        say_line(self._context, segment.line, gate_request(project, segment.line.voice_id))
        chapter = next(chapter.view.index for chapter in script.chapters if segment in chapter.segments)
        return next(view for view in self.script(reference, chapter) if view.id == segment_id)

    def _change_text(self, reference: str, segment_id: str, text: str) -> None:
        folded = " ".join(text.split())
        limit = SegmentLimits().max_chars
        if not any(character.isalnum() for character in folded):
            raise InputError(
                "a segment needs at least one word", where=segment_id, hint="Skip its chapter to leave it out."
            )
        if len(folded) > limit:
            raise InputError(f"{len(folded)} characters are too many for one segment", hint=f"Use at most {limit}.")
        with self._context.database.write() as session:
            segment = find_segment(session, reference, segment_id)
            segment.text = folded

    @staticmethod
    def _chapter_number(session: Session, reference: str, segment_id: str) -> int:
        segment = find_segment(session, reference, segment_id)
        return chapter_index(find_project(session, reference))[segment.chapter_id]


def find_segment(session: Session, reference: str, segment_id: str) -> SegmentRow:
    """A segment of a project.

    Raises:
        NotFoundError: no such project, or the segment is not in it.
    """
    project = find_project(session, reference)
    segment = session.get(SegmentRow, segment_id)
    if segment is None or segment.chapter.project_id != project.id:
        raise NotFoundError(f"there is no segment '{segment_id}'", where=project.name, hint="See `studio segments`.")
    return segment


def _state(script: Script, key: str) -> SegmentState:
    take = script.takes.get(key)
    if take is None:
        return "new"
    return "flagged" if take.flags else "rendered"

"""Use cases of segments: list them with their words and state, and change the words of one."""

from studio.core.errors import InputError, NotFoundError
from studio.manuscript.segment import SegmentLimits
from studio.services.context import Context
from studio.services.rows import find_project
from studio.services.script import Script, read_script
from studio.services.views import SegmentState, SegmentView
from studio.store.tables import ChapterRow, SegmentRow


class SegmentService:
    """The segments of a project."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def list(self, reference: str, chapter: int | None = None) -> tuple[SegmentView, ...]:
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

    def change_text(self, reference: str, segment_id: str, text: str) -> None:
        """Give a segment other words; the next render makes one new take.

        Raises:
            NotFoundError: no such project, or the segment is not in it.
            InputError: the words are none, or too many for one take.
        """
        folded = " ".join(text.split())
        limit = SegmentLimits().max_chars
        if not any(character.isalnum() for character in folded):
            raise InputError("a segment needs at least one word", where=segment_id, hint="Skip its chapter to leave it out.")
        if len(folded) > limit:
            raise InputError(f"{len(folded)} characters are too many for one segment", hint=f"Use at most {limit}.")
        with self._context.database.write() as session:
            project = find_project(session, reference)
            segment = session.get(SegmentRow, segment_id)
            if segment is None or session.get_one(ChapterRow, segment.chapter_id).project_id != project.id:
                raise NotFoundError(f"there is no segment '{segment_id}'", where=project.name, hint="See `studio segments`.")
            segment.text = folded

    def chapter_of(self, reference: str, segment_id: str) -> int:
        """Number of the chapter a segment stands in, 0 for credits.

        Raises:
            NotFoundError: no such project or segment.
        """
        for view in self.list(reference):
            if view.id == segment_id:
                return view.chapter
        raise NotFoundError(f"there is no segment '{segment_id}'", where=reference, hint="See `studio segments`.")


def _state(script: Script, key: str) -> SegmentState:
    take = script.takes.get(key)
    if take is None:
        return "new"
    return "flagged" if take.flags else "rendered"

"""Use cases of segments: list them with their words and state, and change words and delivery of one."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from studio.core.errors import InputError, NotFoundError
from studio.manuscript.delivery import Delivery
from studio.manuscript.tags import parse_delivery
from studio.services.context import Context
from studio.services.history import recorded
from studio.services.lines import check_words, say_line
from studio.services.rows import cast_voices, chapter_index, find_project, line_request, role_voice
from studio.services.script import Script, ScriptSegment, converted_voice, plan_segment, read_script
from studio.services.views import SegmentState, SegmentView
from studio.store.tables import GuideRow, ProjectRow, SegmentRow

_MAX_SEED = 2**31 - 1


@dataclass(frozen=True, slots=True)
class PlannedSegment:
    """A segment as it would be said, and the project it is part of, detached."""

    project: ProjectRow
    segment: ScriptSegment


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
        return tuple(_view(script, part.view.index, segment) for part in script.chapters for segment in part.segments)

    def retake(
        self,
        reference: str,
        segment_id: str,
        text: str | None = None,
        *,
        delivery: str | None = None,
        seed: int | None = None,
    ) -> SegmentView:
        """Give a segment other words, another delivery or another seed, and make its take now; other takes stay.

        Args:
            reference: project by name or id.
            segment_id: which segment.
            text: the words, with tags; unchanged if not given.
            delivery: in force where it begins ("sad:0.6"); unchanged if not given.
            seed: for engines that are not deterministic; unchanged if not given.

        Raises:
            NotFoundError: no such project, or the segment is not in it.
            InputError: the words are none, or too many for one take; the delivery or the seed is none.
            RefusedError: the gate does not let the voice sound, or not so.
            EngineError: the words cannot be said; they are kept.
        """
        self.set_line(reference, segment_id, text, delivery=delivery, seed=seed)
        planned = plan_one(self._context, reference, segment_id)
        line = planned.segment.line
        request = line_request(planned.project, line)
        say_line(self._context, line, request)
        return self.one(reference, segment_id)

    def set_line(
        self,
        reference: str,
        segment_id: str,
        text: str | None = None,
        *,
        delivery: str | None = None,
        seed: int | None = None,
    ) -> SegmentView:
        """Change a segment without saying it.

        Raises:
            NotFoundError: no such project, or the segment is not in it.
            InputError: the words are none, or too many for one take; the delivery or the seed is none.
            RefusedError: the owner of the voice excludes that delivery; nothing is changed.
        """
        words = None if text is None else check_words(text)
        wanted = None if delivery is None else parse_delivery(delivery)
        if seed is not None and not 0 <= seed <= _MAX_SEED:
            raise InputError(f"seed {seed} is out of range", hint=f"Choose 0 to {_MAX_SEED}.")
        with self._context.database.write() as session:
            project = find_project(session, reference)
            segment = find_segment(session, reference, segment_id)
            with recorded(session, project, "Change a line", (segment.chapter_id,)):
                segment.text = words if words is not None else segment.text
                segment.delivery = str(wanted) if wanted is not None else segment.delivery
                segment.seed = seed if seed is not None else segment.seed
                check_line(self._context, session, project, segment)
        return self.one(reference, segment_id)

    def one(self, reference: str, segment_id: str) -> SegmentView:
        """One segment as it stands.

        Raises:
            StudioError: as `script`.
        """
        with self._context.database.read() as session:
            segment = find_segment(session, reference, segment_id)
            number = chapter_index(find_project(session, reference))[segment.chapter_id]
        return next(view for view in self.script(reference, number) if view.id == segment_id)


def plan_one(
    context: Context,
    reference: str,
    segment_id: str,
    *,
    text: str | None = None,
    delivery: Delivery | None = None,
    guided: bool = True,
) -> PlannedSegment:
    """Plan a single segment as it stands, or as it would be with other words, another delivery or without its guide.

    Raises:
        NotFoundError: no such project, or the segment is not in it.
        InputError: no voice is cast for it.
    """
    with context.database.read() as session:
        project = find_project(session, reference)
        segment = find_segment(session, reference, segment_id)
        planned = _planned(context, session, project, segment, text, delivery, guided=guided)
        session.expunge_all()
    return PlannedSegment(project, planned)


def check_line(context: Context, session: Session, project: ProjectRow, segment: SegmentRow) -> None:
    """Ask the gate whether a line may be said as it stands in this transaction.

    Raises:
        InputError: no voice is cast for it.
        RefusedError: the owner of the voice excludes how it is said, or the voice may not sound.
    """
    planned = _planned(context, session, project, segment, None, None)
    context.gate.check(line_request(project, planned.line))


def _planned(
    context: Context,
    session: Session,
    project: ProjectRow,
    segment: SegmentRow,
    text: str | None,
    delivery: Delivery | None,
    *,
    guided: bool = True,
) -> ScriptSegment:
    voice = context.voice(role_voice(project, cast_voices(session, project.id), segment.role))
    guide = session.get(GuideRow, segment.id) if guided else None
    converted = converted_voice(session, voice, guide)
    return plan_segment(
        project, segment, voice, guide, converted, text=text, delivery=delivery, weights=context.settings.weights
    )


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


def _view(script: Script, chapter: int, segment: ScriptSegment) -> SegmentView:
    take = script.takes.get(segment.line.key)
    state: SegmentState = "new" if take is None else "flagged" if take.flags else "rendered"
    return SegmentView(
        id=segment.segment_id,
        chapter=chapter,
        text=segment.text,
        spoken=segment.line.text,
        speaker=segment.role,
        voice=segment.line.voice_id,
        delivery=str(segment.delivery),
        state=state,
        pause_s=round(segment.pause_s, 3),
        level_db=segment.level_db,
        guide=segment.line.guide is not None,
        duration_s=take.duration_s if take else None,
        methods=tuple(take.methods) if take else (),
        notes=(*segment.problems, *(take.notes if take else ())),
    )

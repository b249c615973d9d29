"""The script of a project: for every segment the words to say, the voice, and the take if there is one."""

from dataclasses import dataclass
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from studio.consent.voices import ConsentedVoice, Voice
from studio.core.errors import InputError
from studio.manuscript.delivery import NEUTRAL_NAME, Delivery
from studio.manuscript.guide import Guide
from studio.manuscript.segment import Pause, SegmentKind, pause_seconds
from studio.manuscript.tags import parse_delivery
from studio.render.line import PlannedLine
from studio.render.plan import check_language, plan_line
from studio.render.pronouncing import Speaking
from studio.render.runs import spoken_line
from studio.services.context import Context, consented_voice
from studio.services.lexicon_rows import speaking_of
from studio.services.rows import (
    cast_role,
    cast_voices,
    chapter_index,
    chapter_view,
    find_project,
    gate_request,
    gate_requests,
    spoken_chapters,
)
from studio.services.views import ChapterView
from studio.store.consent_tables import VoiceRow
from studio.store.tables import GuideRow, ProjectRow, SegmentRow, TakeRow

FOLLOW, REVOICE = "follow", "revoice"
"""Modes of a guide: the voice follows its timing and melody, or the recording itself is converted into the voice."""

_KEYS_PER_QUERY = 500


@dataclass(frozen=True, slots=True)
class ScriptSegment:
    """A segment ready to be rendered.

    Attributes:
        segment_id: its row.
        text: as written, with its tags.
        words: as written, without them.
        delivery: in force where it begins.
        pause_s: silence after it.
        level_db: loudness after mastering, against neutral lines.
        role: whose line it is.
        line: what is said, with its key.
        problems: sentences about tags in it that mean nothing, and about a guide that waits.
    """

    segment_id: str
    text: str
    words: str
    delivery: Delivery
    pause_s: float
    level_db: float
    role: str
    line: PlannedLine
    problems: tuple[str, ...]


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
    cast: dict[str, Voice] = {}
    for role, voice_id in cast_voices(session, project.id).items():
        voice = context.voice(voice_id)
        context.gate.check(gate_request(project, voice_id))
        check_language(voice, project.language)
        cast[role] = voice
    speaking = {voice.voice_id: speaking_of(session, voice, project.language, project.id) for voice in cast.values()}
    guides = _guides(session, [row.id for row in rows])
    index = chapter_index(project)
    chapters = []
    for row in rows:
        segments = []
        for segment in row.segments:
            if segment.skipped:
                continue
            voice = cast[cast_role(project, cast, segment.role)]
            guide = guides.get(segment.id)
            converted = converted_voice(session, voice, guide)
            segments.append(
                plan_segment(
                    project,
                    segment,
                    voice,
                    guide,
                    converted,
                    weights=context.settings.weights,
                    speaking=speaking[voice.voice_id],
                )
            )
        view = chapter_view(row, index[row.id])
        chapters.append(ScriptChapter(view, row.kind if view.kind == "credits" else None, tuple(segments)))
    for request in gate_requests(project, (s.line for chapter in chapters for s in chapter.segments)):
        if request.deliveries != (NEUTRAL_NAME,):
            context.gate.check(request)
    keys = sorted({segment.line.key for chapter in chapters for segment in chapter.segments})
    takes: dict[str, TakeRow] = {}
    for start in range(0, len(keys), _KEYS_PER_QUERY):
        found = session.scalars(select(TakeRow).where(TakeRow.key.in_(keys[start : start + _KEYS_PER_QUERY])))
        takes.update({take.key: take for take in found if context.blobs.has(take.blob_sha256)})
    session.expunge_all()
    return Script(project, tuple(chapters), takes)


def plan_segment(
    project: ProjectRow,
    segment: SegmentRow,
    voice: Voice,
    guide: GuideRow | None = None,
    converted: Voice | None = None,
    *,
    text: str | None = None,
    delivery: Delivery | None = None,
    weights: Path | None = None,
    speaking: Speaking | None = None,
) -> ScriptSegment:
    """Plan one segment as it stands, or as it would be with another text or delivery.

    A guide recording is followed, or re-voiced, while the segment says the words it was aligned to.

    Args:
        project: it is part of.
        segment: its row.
        voice: who speaks.
        guide: its guide recording, if it has one.
        converted: the same voice as the guide's converter speaks it, of `converted_voice`.
        text: in place of its own.
        delivery: in place of its own.
        weights: folder of the model files.
        speaking: the lexicon in force, of `speaking_of`; read by the segment's own session if not given.
    """
    if speaking is None and (session := object_session(segment)) is not None:
        speaking = speaking_of(session, voice, project.language, project.id)
    written = segment.text if text is None else text
    begun = parse_delivery(segment.delivery) if delivery is None else delivery
    heading, off = segment.kind == SegmentKind.HEADING, frozenset(project.spoken_off)
    spoken = spoken_line(written, project.language, delivery=begun, heading=heading, off=off, speaking=speaking)
    problems = spoken.problems
    said = " ".join(run.text for run in spoken.runs if run.text)
    followed, reading = None, ""
    if guide is not None and guide.spoken == said:
        followed = guide_of(guide)
        if guide.mode == REVOICE and converted is None:
            problems = (*problems, "Only the voice of a person can re-voice a recording; its timing is followed here.")
        elif guide.mode == REVOICE and converted is not None:
            voice, reading = converted, guide.blob_sha256
    elif guide is not None:
        problems = (*problems, "The guide recording was made for other words; realign or remove it.")
    rest_s = spoken.rest_s if spoken.rest_s is not None else segment.rest_s
    structural_s = pause_seconds(Pause(segment.pause), project.pace) * spoken.pause_scale
    return ScriptSegment(
        segment_id=segment.id,
        text=written,
        words=spoken.words,
        delivery=begun,
        pause_s=structural_s if rest_s is None else rest_s,
        level_db=spoken.level_db,
        role=segment.role,
        line=plan_line(
            spoken.runs,
            project.language,
            voice,
            seed=segment.seed,
            guide=followed,
            reading=reading,
            weights=weights,
        ),
        problems=problems,
    )


def converted_voice(session: Session, voice: Voice, guide: GuideRow | None) -> Voice | None:
    """A voice as the converter of a guide speaks it; None if the guide is not re-voiced, or not in a person's voice."""
    if guide is None or guide.mode != REVOICE or not isinstance(voice, ConsentedVoice):
        return None
    row = session.get(VoiceRow, voice.voice_id)
    return consented_voice(session, row, guide.engine) if row is not None else None


def guide_of(row: GuideRow) -> Guide:
    """The guide a row holds."""
    words = tuple((float(begin), float(end)) for begin, end in row.words)
    return Guide(words, tuple(row.pitch_st), tuple(row.level_db))


def _guides(session: Session, chapter_ids: list[str]) -> dict[str, GuideRow]:
    """Guide recordings of chapters, by segment."""
    held = select(GuideRow).join(SegmentRow, SegmentRow.id == GuideRow.segment_id)
    return {row.segment_id: row for row in session.scalars(held.where(SegmentRow.chapter_id.in_(chapter_ids)))}

"""Use cases of guide recordings: a line read as somebody wants it, for the voice that is cast to follow.

The voice follows its timing and melody, or the recording itself is re-voiced: converted into a voice that a person
consented to. A guide recording is a person's voice. It is kept to be heard again, to be aligned to other words and,
where that was chosen, to be re-voiced; it is never a reference clip, and is destroyed with its guide, its segment or
its project.
"""

import math
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.audio.flac import length, read_take
from studio.consent.requests import GateRequest
from studio.consent.voices import ConsentedVoice
from studio.core.errors import EngineError, InputError, MissingError, NotFoundError, RefusedError, StorageError
from studio.core.hashing import sha256_bytes
from studio.core.time import utc_now
from studio.manuscript.delivery import NEUTRAL_NAME, Delivery, prosody_of
from studio.manuscript.guide import Guide, said_words
from studio.render.line import PlannedLine
from studio.render.plan import engine_info, installed_engines, plain, plan_line, unready
from studio.render.pool import WorkerDiedError
from studio.services.context import Context
from studio.services.lines import say_line
from studio.services.rows import gate_request
from studio.services.script import FOLLOW, REVOICE
from studio.services.segments import PlannedSegment, find_segment, plan_one
from studio.store.tables import ChapterRow, GuideRow, SegmentRow, TakeRow

if TYPE_CHECKING:  # scipy and the recogniser take seconds to import, which only who records a guide is to pay
    from studio.hearing.delivery import DeliveryFacts
    from studio.hearing.guide import FollowTask, HearTask

_LIMIT_S = 180.0
_SURE = 0.4
_STEP_PERCENT = 5
_RATE_PERCENT = (-50, 100)
_RANGE_PERCENT = (-90, 200)
_LEAST_VOICED = 0.15
_NOT_A_PERSON = "Only the voice of a person who consented, with reference recordings, can re-voice a performance."

_Result = TypeVar("_Result")


@dataclass(frozen=True, slots=True)
class GuideView:
    """The guide recording of a segment.

    Attributes:
        segment_id: the segment.
        heard: what the recogniser wrote down.
        duration_s: length of the recording.
        words: each spoken word with its begin and end in seconds from shortly before the first.
        current: whether these are the words the segment says now; otherwise the guide waits.
        suggestion: the delivery that comes nearest to it, in canonical form; empty if that cannot be told.
        facts: what the reading measures; None if it is too short.
        converter: name of the engine that re-voices it; empty if its timing and melody are followed.
    """

    segment_id: str
    heard: str
    duration_s: float
    words: tuple[tuple[str, float, float], ...]
    current: bool
    suggestion: str
    facts: "DeliveryFacts | None"
    converter: str = ""


@dataclass(frozen=True, slots=True)
class Converters:
    """What can re-voice recordings of a line.

    Attributes:
        ready: name and title of each engine that can do it now.
        missing: why none can, in one sentence; empty if one can.
    """

    ready: tuple[tuple[str, str], ...]
    missing: str


class GuideService:
    """Guide recordings of segments."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def record(self, reference: str, segment_id: str, path: Path, *, converter: str = "") -> GuideView:
        """Let a line follow a recording of it, which takes the place of one that is there.

        Args:
            reference: project by name or id.
            segment_id: which segment.
            path: a sound file of at most 60 s; it is copied.
            converter: the engine that is to re-voice the recording itself; its timing and melody are followed if empty.

        Raises:
            NotFoundError: no such project, segment or file.
            InputError: it is not sound, nobody speaks in it, or what is said is not the line; nothing is kept.
            RefusedError: the gate does not let the voice sound, or not led by a guide.
            MissingError: a model is not installed.
            EngineError: the line cannot be said for comparison.
            StorageError: the recording cannot be kept.
        """
        planned = plan_one(self._context, reference, segment_id, guided=False)
        line = planned.segment.line
        self._check_mode(planned, converter)
        from studio.hearing.guide import HearTask, hear_guide  # noqa: PLC0415

        task = HearTask(path, line.text, line.language, self._context.settings.weights)
        heard = self._work(hear_guide, task)
        take = self._reference_take(planned)
        self._refuse_replica(sha256_bytes(heard.sound))
        try:
            blob = self._context.blobs.put_bytes(heard.sound)
        except OSError as error:
            raise StorageError(
                f"the recording cannot be kept: {error.strerror}", hint="Free some disk space."
            ) from error
        try:
            guide = self._follow(blob, take, line)
            with self._context.database.write() as session:
                find_segment(session, reference, segment_id)
                old = session.get(GuideRow, segment_id)
                replaced = old.blob_sha256 if old else blob
                session.merge(_row(segment_id, blob, line.text, heard.heard, guide, converter))
                session.flush()
                if replaced != blob:
                    _destroy(self._context, session, [replaced])
        except BaseException:
            with self._context.database.read() as session:
                _destroy(self._context, session, [blob])
            raise
        return self._view(reference, segment_id)

    def realign(self, reference: str, segment_id: str) -> GuideView:
        """Align the recording that is there to the words the segment says now.

        Raises:
            NotFoundError: no such project or segment, or it has no guide.
            InputError: what was read is not the line any more; the guide is left as it is.
            StudioError: as `record`.
        """
        planned = plan_one(self._context, reference, segment_id, guided=False)
        line = planned.segment.line
        row = self._row(reference, segment_id)
        self._check_mode(planned, row.engine)
        from studio.hearing.guide import check_same_words  # noqa: PLC0415

        check_same_words(line.text, row.heard, line.language)
        guide = self._follow(row.blob_sha256, self._reference_take(planned), line)
        with self._context.database.write() as session:
            find_segment(session, reference, segment_id)
            session.merge(_row(segment_id, row.blob_sha256, line.text, row.heard, guide, row.engine))
        return self._view(reference, segment_id)

    def choose(self, reference: str, segment_id: str, converter: str) -> GuideView:
        """Have the recording there is re-voiced by an engine, or followed if none is named.

        Raises:
            NotFoundError: no such project, segment or engine, or there is no guide.
            InputError: the engine re-voices nothing, or the voice is nobody's.
            RefusedError: the gate does not let the voice sound so.
            MissingError: the engine is not ready on this machine.
        """
        planned = plan_one(self._context, reference, segment_id, guided=False)
        self._check_mode(planned, converter)
        with self._context.database.write() as session:
            find_segment(session, reference, segment_id)
            row = session.get(GuideRow, segment_id)
            if row is None:
                raise _no_guide(segment_id)
            row.mode, row.engine = _mode(converter), converter
        return self._view(reference, segment_id)

    def converters(self, reference: str, segment_id: str) -> Converters:
        """What can re-voice recordings of a line, in its voice and on this machine.

        Raises:
            NotFoundError: no such project or segment.
            InputError: no voice is cast for it.
        """
        planned = plan_one(self._context, reference, segment_id, guided=False)
        if not isinstance(self._context.voice(planned.segment.line.voice_id), ConsentedVoice):
            return Converters((), _NOT_A_PERSON)
        known = [info for info in installed_engines() if info.converts]
        why = {info.name: unready(info.name, self._context.settings.weights) for info in known}
        ready = tuple((info.name, info.title or info.name) for info in known if not why[info.name])
        return Converters(ready, "" if ready else next(iter(why.values()), "No engine that re-voices is installed."))

    def get(self, reference: str, segment_id: str) -> GuideView | None:
        """The guide of a segment, if it has one.

        Raises:
            NotFoundError: no such project, or the segment is not in it.
            InputError: no voice is cast for it.
        """
        with self._context.database.read() as session:
            find_segment(session, reference, segment_id)
            if session.get(GuideRow, segment_id) is None:
                return None
        return self._view(reference, segment_id)

    def sound(self, reference: str, segment_id: str) -> Path:
        """The recording, as a FLAC file, to be heard again.

        Raises:
            NotFoundError: no such project or segment, or it has no guide.
            StorageError: the recording is gone.
        """
        return self._context.blobs.path(self._row(reference, segment_id).blob_sha256)

    def remove(self, reference: str, segment_id: str) -> None:
        """Destroy the guide of a segment and its recording; the line goes by its tags again.

        Raises:
            NotFoundError: no such project or segment, or it has no guide.
        """
        with self._context.database.write() as session:
            find_segment(session, reference, segment_id)
            row = session.get(GuideRow, segment_id)
            if row is None:
                raise _no_guide(segment_id)
            session.delete(row)
            session.flush()
            _destroy(self._context, session, [row.blob_sha256])

    def _check_mode(self, planned: PlannedSegment, converter: str) -> None:
        """See that a line may be led by a recording, and by its sound itself if a converter is named."""
        line = planned.segment.line
        if converter:
            if not engine_info(converter).converts:
                known = ", ".join(info.name for info in installed_engines() if info.converts)
                raise InputError(f"{converter} says words; it re-voices no recordings", hint=f"Choose one of: {known}.")
            if not isinstance(self._context.voice(line.voice_id), ConsentedVoice):
                raise InputError(_NOT_A_PERSON, where=line.voice_id, hint="Let the voice follow the recording instead.")
            why = unready(converter, self._context.settings.weights)
            if why:
                raise MissingError(why)
        self._context.gate.check(self._request(planned, {"guide", *line.deliveries}, converter))

    def _refuse_replica(self, sha256: str) -> None:
        """A take of a living voice is no guide: as one it would outlive the consent it was made under.

        Raises:
            RefusedError: the recording is such a take.
        """
        made = select(TakeRow.key).where(TakeRow.blob_sha256 == sha256, TakeRow.consent_id.is_not(None)).limit(1)
        with self._context.database.read() as session:
            if session.scalar(made) is not None:
                raise RefusedError(
                    "this is a take of an Authorized Voice Replica, which cannot lead another line",
                    hint="Read the line yourself.",
                )

    def _row(self, reference: str, segment_id: str) -> GuideRow:
        with self._context.database.read() as session:
            find_segment(session, reference, segment_id)
            row = session.get(GuideRow, segment_id)
            session.expunge_all()
        if row is None:
            raise _no_guide(segment_id)
        return row

    def _view(self, reference: str, segment_id: str) -> GuideView:
        row = self._row(reference, segment_id)
        planned = plan_one(self._context, reference, segment_id, guided=False)
        recording = self._context.blobs.path(row.blob_sha256)
        frames, rate_hz = length(recording)
        facts = _facts(recording, row.spoken, planned.project.language)
        texts = said_words(row.spoken)
        return GuideView(
            segment_id=segment_id,
            heard=row.heard,
            duration_s=frames / rate_hz,
            words=tuple((text, float(begin), float(end)) for text, (begin, end) in zip(texts, row.words, strict=True)),
            current=row.spoken == planned.segment.line.text,
            suggestion=self._suggestion(planned, row.spoken, facts),
            facts=facts,
            converter=row.engine,
        )

    def _suggestion(self, planned: PlannedSegment, spoken: str, facts: "DeliveryFacts | None") -> str:
        if facts is None:
            return ""
        with self._context.database.read() as session:
            take = session.get(TakeRow, self._neutral_line(planned, spoken).key)
            blob = take.blob_sha256 if take else ""
        neutral = None
        if blob and self._context.blobs.has(blob):
            neutral = _facts(self._context.blobs.path(blob), spoken, planned.project.language)
        return str(suggested_delivery(facts, neutral))

    def _follow(self, blob: str, take: TakeRow, line: PlannedLine) -> Guide:
        times = tuple((float(begin), float(end)) for _text, begin, end in take.words)
        recording, reference = self._context.blobs.path(blob), self._context.blobs.path(take.blob_sha256)
        from studio.hearing.guide import FollowTask, follow_guide  # noqa: PLC0415

        task = FollowTask(recording, reference, times, line.text, line.language, self._context.settings.weights)
        return self._work(follow_guide, task)

    def _reference_take(self, planned: PlannedSegment) -> TakeRow:
        """The line in its voice, read neutrally: what the recording is compared with. The gate is asked."""
        line = self._neutral_line(planned, planned.segment.line.text)
        return say_line(self._context, line, self._request(planned, {NEUTRAL_NAME}))

    def _neutral_line(self, planned: PlannedSegment, spoken: str) -> PlannedLine:
        line = planned.segment.line
        return plan_line(
            plain(spoken),
            line.language,
            self._context.voice(line.voice_id),
            seed=line.seed,
            weights=self._context.settings.weights,
        )

    @staticmethod
    def _request(planned: PlannedSegment, deliveries: Iterable[str], engine: str = "") -> GateRequest:
        return gate_request(planned.project, planned.segment.line.voice_id, deliveries=deliveries, engine=engine)

    def _work(self, function: Callable[..., _Result], task: "HearTask | FollowTask") -> _Result:
        try:
            return self._context.pool.submit(function, task, limit_s=_LIMIT_S).result()
        except TimeoutError as error:
            raise EngineError("listening to the recording took too long", hint="Try a shorter recording.") from error
        except WorkerDiedError as error:
            raise StorageError("the worker process died", hint="Close other programs to free memory.") from error


def destroy_guides(context: Context, session: Session, chapters: Iterable[ChapterRow]) -> None:
    """Destroy the guides of chapters with their recordings. Call it before the rows of their segments are deleted."""
    held = (
        select(GuideRow)
        .join(SegmentRow, SegmentRow.id == GuideRow.segment_id)
        .where(SegmentRow.chapter_id.in_([chapter.id for chapter in chapters]))
    )
    rows = list(session.scalars(held))
    for row in rows:
        session.delete(row)
    session.flush()
    _destroy(context, session, [row.blob_sha256 for row in rows])


def suggested_delivery(facts: "DeliveryFacts", neutral: "DeliveryFacts | None") -> Delivery:
    """The delivery a reading comes nearest to, with the pace and range that are measured on top of the preset's.

    Its pitch is its reader's and says nothing. Pace and range need the same words read neutrally.

    Args:
        facts: of the reading.
        neutral: of a neutral reading of the same words, in any voice.
    """
    from studio.hearing.resemblance import hear_delivery  # noqa: PLC0415

    heard = hear_delivery(facts, neutral, same_voice=False)
    preset = heard.preset if heard.confidence >= _SURE else NEUTRAL_NAME
    if neutral is None or not facts.speech_s:
        return Delivery(preset)
    row = prosody_of(Delivery(preset))
    rate_percent = _offset(neutral.speech_s / facts.speech_s / row.rate, _RATE_PERCENT)
    range_percent = 0
    if min(facts.voiced, neutral.voiced) >= _LEAST_VOICED and min(facts.pitch_sd_st, neutral.pitch_sd_st) > 0:
        range_percent = _offset(facts.pitch_sd_st / neutral.pitch_sd_st / row.pitch_range, _RANGE_PERCENT)
    return Delivery(preset, rate_percent=rate_percent, range_percent=range_percent)


def _offset(factor: float, limits: tuple[int, int]) -> int:
    """A factor as percent more or less, in steps one can hear."""
    low, high = limits
    return min(max(_STEP_PERCENT * round(100 * (factor - 1) / _STEP_PERCENT), low), high)


@lru_cache(maxsize=64)
def _facts(path: Path, spoken: str, language: str) -> "DeliveryFacts | None":
    """What a stored sound measures; blobs never change, so neither does this."""
    samples, rate_hz = read_take(path)
    from studio.hearing.delivery import measure_delivery  # noqa: PLC0415

    try:
        facts = measure_delivery(samples, rate_hz, text=spoken, language=language)
    except InputError:  # too short, or nothing like speech in it
        return None
    return facts if math.isfinite(facts.speech_s) else None


def _mode(converter: str) -> str:
    return REVOICE if converter else FOLLOW


def _row(segment_id: str, blob: str, spoken: str, heard: str, guide: Guide, converter: str) -> GuideRow:
    return GuideRow(
        segment_id=segment_id,
        blob_sha256=blob,
        spoken=spoken,
        heard=heard,
        words=[list(times) for times in guide.words],
        pitch_st=list(guide.pitch_st),
        level_db=list(guide.level_db),
        mode=_mode(converter),
        engine=converter,
        created_at=utc_now().isoformat(),
    )


def _destroy(context: Context, session: Session, blobs: Iterable[str]) -> None:
    """Delete recordings that no guide is left for, before the transaction ends: no crash lets them outlive their rows.

    A take that was handed in as a guide is the same file, and stays a take.
    """
    for blob in set(blobs):
        kept = select(GuideRow.segment_id).where(GuideRow.blob_sha256 == blob).limit(1)
        take = select(TakeRow.key).where(TakeRow.blob_sha256 == blob).limit(1)
        if session.scalar(kept) is None and session.scalar(take) is None:
            context.blobs.remove(blob)


def _no_guide(segment_id: str) -> NotFoundError:
    return NotFoundError("this line has no guide recording", where=segment_id, hint="Record one first.")

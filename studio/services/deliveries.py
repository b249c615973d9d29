"""Use cases of delivery: hear a line as it would be, side by side in every delivery, and see what a take delivers."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from studio.audio.flac import encode_take, read_take
from studio.audio.levelling import PREVIEW_LUFS, at_loudness
from studio.audio.peaks import waveform_peaks
from studio.audio.samples import Samples
from studio.core.errors import CancelledError, InputError, NotFoundError, RefusedError
from studio.core.progress import Progress, ReportProgress, ignore_progress
from studio.manuscript.delivery import NEUTRAL, Delivery, Preset, Prosody, presets, prosody_of
from studio.manuscript.tags import escape_tags, parse_delivery
from studio.services.context import Context
from studio.services.lines import check_words, say_line
from studio.services.rows import find_project, gate_request, line_request
from studio.services.segments import PlannedSegment, plan_one
from studio.store.tables import TakeRow

if TYPE_CHECKING:
    from studio.hearing.delivery import DeliveryFacts
    from studio.hearing.resemblance import Heard

_PEAKS = 600
_PITCH_LEAST_VOICED = 0.15
_PITCH_WITHIN_ST = 1.0
_RATE_WITHIN = 0.1
_WHISPER_MOST_VOICED = 0.15


@dataclass(frozen=True, slots=True)
class Preview:
    """A line as it would sound.

    Attributes:
        key: of its take; what `DeliveryService.sound` is asked with.
        delivery: how it is said, in canonical form.
        level_db: its loudness after mastering, against neutral lines.
        duration_s: length of the take.
        methods: how the delivery was made, as `studio.render.line.METHODS`.
        notes: sentences about what was asked for and could not be made.
        peaks: waveform of the take, 0 to 100.
    """

    key: str
    delivery: str
    level_db: float
    duration_s: float
    methods: tuple[str, ...]
    notes: tuple[str, ...]
    peaks: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Compared:
    """One figure of a take against what its tag asks for.

    Attributes:
        name: "pitch" and "rate", against the neutral reading of the same words; "voice", the voiced share of speech.
        asked: by the tag.
        measured: on the take.
        unit: "st" or "%".
        fits: whether they agree as closely as an ear asks.
    """

    name: str
    asked: float
    measured: float
    unit: str
    fits: bool


@dataclass(frozen=True, slots=True)
class Lane:
    """What can be seen of a take's delivery, all times in seconds from its start.

    Attributes:
        duration_s: its length.
        peaks: waveform, 0 to 100.
        pitch: moments with the pitch in semitones from the voice's mean in a neutral reading; None where unvoiced.
        level: moments with the level in dBFS.
        pauses: begin and end of each pause inside the speech.
        words: each spoken word with begin and end; empty if the engine does not tell.
        asked: the delivery of its tag, in canonical form.
        heard: what it resembles by ear; None if it is too short to say.
        compared: figures against what was asked; empty where several deliveries share the line or a guide leads it.
        delivered: whether all of them fit; None without any.
    """

    duration_s: float
    peaks: tuple[int, ...]
    pitch: tuple[tuple[float, float | None], ...]
    level: tuple[tuple[float, float], ...]
    pauses: tuple[tuple[float, float], ...]
    words: tuple[tuple[str, float, float], ...]
    asked: str
    heard: "Heard | None"
    compared: tuple[Compared, ...]
    delivered: bool | None


class DeliveryService:
    """Lines tried out. Everything that sounds passes the gate first."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def table(self) -> tuple[Preset, ...]:
        """All deliveries, neutral first."""
        return tuple(presets().values())

    def preview(self, reference: str, segment_id: str, text: str | None = None, delivery: str | None = None) -> Preview:
        """Say a line as it would be with other words or another delivery; nothing is changed.

        Raises:
            NotFoundError: no such project, or the segment is not in it.
            InputError: there is nothing to say, too much, or no such delivery.
            RefusedError: the gate does not let the voice sound, or not so.
            EngineError: the engine failed.
        """
        words = None if text is None else check_words(text)
        wanted = None if delivery is None else parse_delivery(delivery)
        planned = plan_one(self._context, reference, segment_id, text=words, delivery=wanted)
        return self._preview(planned, str(planned.segment.delivery))

    def compare(
        self,
        reference: str,
        segment_id: str,
        text: str | None = None,
        *,
        report: ReportProgress = ignore_progress,
        cancelled: Callable[[], bool] = lambda: False,
    ) -> tuple[Preview, ...]:
        """Say the words of a line in every delivery the owner of the voice allows, its own tags and guide set aside.

        Raises:
            CancelledError: `cancelled` said so; what was said is kept.
            StudioError: as `preview`.
        """
        planned = plan_one(self._context, reference, segment_id, text=None if text is None else check_words(text))
        words = escape_tags(planned.segment.words)
        allowed = [preset for preset in self.table() if self._allows(planned, preset)]
        found = []
        for number, preset in enumerate(allowed):
            if cancelled():
                raise CancelledError("comparing was stopped", hint="Compare again to go on from here.")
            report(Progress("Comparing", number, len(allowed), detail=preset.title))
            tried = plan_one(
                self._context, reference, segment_id, text=words, delivery=Delivery(preset.name), guided=False
            )
            found.append(self._preview(tried, preset.name))
        report(Progress.complete("Comparing"))
        return tuple(found)

    def sound(self, reference: str, key: str, *, level_db: float = 0.0) -> bytes:
        """The sound of a take as FLAC, at `PREVIEW_LUFS` plus `level_db`.

        Takes at one loudness can be compared by ear; with the level a delivery is given, a line sounds as in its book.

        Raises:
            NotFoundError: there is no such project or take.
            RefusedError: the gate does not let the voice sound, or not so.
        """
        with self._context.database.read() as session:
            project = find_project(session, reference)
            take = session.get(TakeRow, key)
            session.expunge_all()
        if take is None:
            raise NotFoundError("there is no such take", hint="Hear the line again.")
        deliveries = {parse_delivery(part).preset for part in take.delivery.removeprefix("guide: ").split(" | ")}
        if take.delivery.startswith("guide: "):
            deliveries.add("guide")
        self._context.gate.check(gate_request(project, take.voice_id, deliveries=deliveries))
        samples, rate_hz = read_take(self._context.blobs.path(take.blob_sha256))
        return encode_take(at_loudness(samples, rate_hz, PREVIEW_LUFS + level_db), rate_hz)

    def lane(self, reference: str, segment_id: str, key: str | None = None) -> Lane:
        """Measure the take of a segment, or another take of the same words, against the neutral reading of them.

        Raises:
            NotFoundError: no such project, segment or take; the segment has not been said yet.
            StudioError: as `preview`; the neutral reading is made if it is not there.
        """
        from studio.hearing.pitch import track_pitch  # noqa: PLC0415 - models and scipy, only where sound is looked at
        from studio.hearing.resemblance import hear_delivery  # noqa: PLC0415

        planned = plan_one(self._context, reference, segment_id)
        line = planned.segment.line
        request = line_request(planned.project, line)
        self._context.gate.check(request)
        with self._context.database.read() as session:
            take = session.get(TakeRow, key or line.key)
            session.expunge_all()
        if take is None or take.voice_id != line.voice_id or not self._context.blobs.has(take.blob_sha256):
            raise NotFoundError("this line has not been said yet", where=segment_id, hint="Hear it first.")
        neutral = self._neutral_facts(reference, planned)
        path = self._context.blobs.path(take.blob_sha256)
        samples, rate_hz = read_take(path)
        language = planned.project.language
        facts = _facts(samples, rate_hz, line.text, language)
        compared = _compared(take.delivery, facts, neutral)
        track = track_pitch(samples, rate_hz)
        mean_hz = neutral.pitch_hz if neutral and neutral.pitch_hz > 0 else None
        return Lane(
            duration_s=take.duration_s,
            peaks=tuple(waveform_peaks(path, _PEAKS)),
            pitch=tuple(
                (
                    round(moment, 3),
                    None if mean_hz is None or math.isnan(hz) else round(12 * math.log2(hz / mean_hz), 2),
                )
                for moment, hz in zip(track.times_s.tolist(), track.hz.tolist(), strict=True)
            ),
            level=tuple(
                (round(moment, 3), round(level, 1))
                for moment, level in zip(track.times_s.tolist(), track.level_db.tolist(), strict=True)
            ),
            pauses=facts.pauses if facts else (),
            words=tuple((text, begin, end) for text, begin, end in take.words),
            asked=take.delivery,
            heard=hear_delivery(facts, neutral) if facts else None,
            compared=compared,
            delivered=all(each.fits for each in compared) if compared else None,
        )

    def _preview(self, planned: PlannedSegment, delivery: str) -> Preview:
        segment, line = planned.segment, planned.segment.line
        take = self._say(planned)
        return Preview(
            key=line.key,
            delivery=delivery,
            level_db=segment.level_db,
            duration_s=take.duration_s,
            methods=tuple(take.methods),
            notes=(*segment.problems, *take.notes),
            peaks=tuple(waveform_peaks(self._context.blobs.path(take.blob_sha256), _PEAKS)),
        )

    def _say(self, planned: PlannedSegment) -> TakeRow:
        line = planned.segment.line
        return say_line(self._context, line, line_request(planned.project, line))

    def _allows(self, planned: PlannedSegment, preset: Preset) -> bool:
        """Whether the owner of the voice lets it be said so; any other refusal is the caller's to hear."""
        voice_id = planned.segment.line.voice_id
        self._context.gate.check(gate_request(planned.project, voice_id))
        try:
            self._context.gate.check(gate_request(planned.project, voice_id, deliveries=(preset.name,)))
        except RefusedError:
            return False
        return True

    def _neutral_facts(self, reference: str, planned: PlannedSegment) -> "DeliveryFacts | None":
        """What the same words measure in a neutral reading by the same voice; it is made if it is not there."""
        words, segment_id = escape_tags(planned.segment.words), planned.segment.segment_id
        neutral = plan_one(self._context, reference, segment_id, text=words, delivery=NEUTRAL, guided=False)
        take = self._say(neutral)
        samples, rate_hz = read_take(self._context.blobs.path(take.blob_sha256))
        return _facts(samples, rate_hz, neutral.segment.line.text, planned.project.language)


def _facts(samples: Samples, rate_hz: int, text: str, language: str) -> "DeliveryFacts | None":
    from studio.hearing.delivery import measure_delivery  # noqa: PLC0415 - scipy, only where sound is looked at

    try:
        return measure_delivery(samples, rate_hz, text=text, language=language)
    except InputError:  # too short, or nothing like speech in it
        return None


def _compared(asked: str, facts: "DeliveryFacts | None", neutral: "DeliveryFacts | None") -> tuple[Compared, ...]:
    """Figures of a take in one delivery against what that asks for."""
    if facts is None or neutral is None or " | " in asked or asked.startswith("guide: "):
        return ()
    wanted = prosody_of(parse_delivery(asked))
    if wanted == Prosody():
        return ()
    rate = neutral.speech_s / facts.speech_s
    figures = [
        Compared(
            "rate", _percent(wanted.rate), _percent(rate), "%", math.isclose(rate, wanted.rate, rel_tol=_RATE_WITHIN)
        )
    ]
    if wanted.whispered:
        figures.append(Compared("voice", 0.0, round(100 * facts.voiced), "%", facts.voiced <= _WHISPER_MOST_VOICED))
    elif min(facts.voiced, neutral.voiced) >= _PITCH_LEAST_VOICED:
        shift_st = 12 * math.log2(facts.pitch_hz / neutral.pitch_hz)
        fits = abs(shift_st - wanted.pitch_st) <= _PITCH_WITHIN_ST
        figures.append(Compared("pitch", round(wanted.pitch_st, 1), round(shift_st, 1), "st", fits))
    return tuple(figures)


def _percent(factor: float) -> float:
    return round(100 * (factor - 1))

"""How a delivery is performed, whatever the engine.

What the engine makes itself stays as it is: natively, from a reference clip, or by pitch and durations inside. What is
missing is made from its sound where that can be done; the rest is told.
"""

from dataclasses import dataclass, replace
from typing import Final

import numpy as np

from studio.audio.gain import crossfades, speech_power, within_full_scale
from studio.audio.tilt import tilt
from studio.core.errors import EngineError
from studio.engines.base import Aspect, Engine, Line, Prepared, Rendered, Run, Samples, SourceReading, Word
from studio.manuscript.delivery import NEUTRAL, NEUTRAL_PROSODY
from studio.manuscript.guide import said_words
from studio.render.guiding import follow_length, follow_level
from studio.render.line import METHODS
from studio.render.pieces import Piece, cut, join, shape
from studio.render.revoicing import TAGS_NOTE, revoice, tagged

_CROSSFADE_S: Final = 0.020
_VOICE_ASPECTS: Final[frozenset[Aspect]] = frozenset({"pitch", "rate", "whisper", "pauses"})
_GUIDED_ASPECTS: Final[frozenset[Aspect]] = frozenset({"pitch", "range", "rate", "pauses", "level"})
_RANGE_NOTE: Final = "The pitch range is approximate with this engine."
_GUIDE_NOTE: Final = (
    "This engine cannot follow the guide word by word; only its overall length and loudness are followed."
)


@dataclass(frozen=True, slots=True)
class Performance:
    """A line as it sounds in the end.

    Attributes:
        samples: float32 mono [n], finite, within ±1.
        sample_rate_hz: its rate.
        words: when each word is said; empty if the engine does not know.
        methods: how its deliveries were made, of `studio.render.line.METHODS` and in their order; empty for a plain
            neutral line.
        notes: sentences about what was asked for and could not be made.
    """

    samples: Samples
    sample_rate_hz: int
    words: tuple[Word, ...] = ()
    methods: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()


def perform(engine: Engine, line: Line, voice: Prepared) -> Performance:
    """Say a line with its deliveries.

    A plain neutral line is the engine's own samples, bit for bit. A guide takes the place of the pace, pauses, pitch
    and inner levels of the runs, also with an engine that cannot follow it. A reading is re-voiced as it is.

    Raises:
        EngineError: the line cannot be said, or what came out is not sound.
    """
    if line.reading is not None:
        return _revoiced(engine, line, voice, line.reading)
    guide = line.guide if line.guide and line.guide.words else None
    asked = frozenset[Aspect]().union(*map(_asked, line.runs)) - (_GUIDED_ASPECTS if guide else frozenset())
    follows = guide is not None and engine.info.guided
    rendered = _said(engine, line if follows else replace(line, guide=None), voice, asked)
    missing = asked - rendered.shaped
    rendered = replace(rendered, samples=_coloured(rendered, line.runs, missing, levelled=guide is None))
    if guide and not follows:
        rendered = follow_length(rendered, guide)
    samples = follow_level(rendered, guide) if guide else rendered.samples
    if not np.isfinite(samples).all():
        raise EngineError(f"the engine returned no usable sound for a line of {len(line.text)} characters")

    events = {run.event for run in line.runs if run.event}
    unmade = sorted(events - set(rendered.events))
    used: set[str] = set()
    if asked & rendered.shaped or follows:
        used.add(engine.info.delivery)
    if len(unmade) < len(events):
        used.add("native")
    if missing - {"range"} or guide:
        used.add("processing")
    if "range" in missing or (guide and not follows):
        used.add("approximate")
    return Performance(
        within_full_scale(samples),
        rendered.sample_rate_hz,
        rendered.words,
        tuple(method for method in METHODS if method in used),
        (
            *((_RANGE_NOTE,) if "range" in missing else ()),
            *((_GUIDE_NOTE,) if guide and not follows else ()),
            *(f"[{event}] cannot be made by {engine.info.name}; it is left out." for event in unmade),
        ),
    )


def _revoiced(engine: Engine, line: Line, voice: Prepared, reading: SourceReading) -> Performance:
    rendered = _checked(revoice(engine, line, voice, reading), line)
    notes = (TAGS_NOTE,) if any(map(tagged, line.runs)) else ()
    return Performance(within_full_scale(rendered.samples), rendered.sample_rate_hz, rendered.words, ("native",), notes)


def _asked(run: Run) -> frozenset[Aspect]:
    """Where a run leaves the neutral reading. A whisper has no pitch to be changed."""
    if not said_words(run.text):
        return frozenset()
    prosody, plain = run.prosody, NEUTRAL_PROSODY
    changes: dict[Aspect, bool] = {
        "pitch": prosody.pitch_st != plain.pitch_st and not prosody.whispered,
        "range": prosody.pitch_range != plain.pitch_range and not prosody.whispered,
        "rate": prosody.rate != plain.rate,
        "whisper": prosody.whispered,
        "pauses": prosody.pause_scale != plain.pause_scale,
        "tilt": prosody.tilt_db != plain.tilt_db,
        "level": prosody.level_db != plain.level_db,
    }
    return frozenset(aspect for aspect, changed in changes.items() if changed)


def _said(engine: Engine, line: Line, voice: Prepared, asked: frozenset[Aspect]) -> Rendered:
    """The line with pace, pitch, pauses, rests and breath as asked for; tilt and level are left to `_coloured`."""
    if engine.info.delivery == "none" or (_by_clips_alone(engine) and len(line.runs) > 1 and line.guide is None):
        return _said_apart(engine, line, voice, asked)
    whole = _synthesized(engine, line, voice)
    if not whole.spans and len(line.runs) > 1:
        if line.guide is None:
            return _said_apart(engine, line, voice, asked)
        raise EngineError(f"{engine.info.name} follows guides, but does not tell when each part of a line is said")
    whole = replace(whole, spans=whole.spans or ((0, whole.samples.size),))
    missing = (asked & _VOICE_ASPECTS) - whole.shaped
    unrested = "pauses" not in whole.shaped and any(run.rest_s for run in line.runs)
    if not missing and not unrested:
        return whole
    pieces = [shape(piece, whole.sample_rate_hz, missing, line.seed) for piece in cut(whole, line.runs)]
    joined = join(pieces, whole.sample_rate_hz, apart=False)
    return replace(joined, shaped=whole.shaped, events=whole.events)


def _by_clips_alone(engine: Engine) -> bool:
    """Whether nothing but reference clips shapes its deliveries: there may be one for a run and none for the next."""
    return engine.info.delivery == "reference" and engine.info.timings == "none"


def _said_apart(engine: Engine, line: Line, voice: Prepared, asked: frozenset[Aspect]) -> Rendered:
    """The same of runs that are said one by one."""
    info = engine.info
    pieces: list[Piece] = []
    said: list[Rendered] = []
    for run in line.runs:
        event = run.event if run.event in info.events else ""
        if not said_words(run.text) and not event:
            pieces.append(Piece(run, np.zeros(0, np.float32)))
            continue
        neutral = replace(run, delivery=NEUTRAL, prosody=NEUTRAL_PROSODY)
        alone = replace(neutral if info.delivery == "none" else run, event=event, rest_s=0.0)
        rendered = _synthesized(engine, replace(line, runs=(alone,)), voice)
        said.append(replace(rendered, events=(event,) if event and info.delivery == "none" else rendered.events))
        piece = Piece(run, rendered.samples, rendered.words)
        pieces.append(shape(piece, rendered.sample_rate_hz, asked - rendered.shaped, line.seed))
    if not said:
        raise EngineError("there is nothing to say")
    joined = join(pieces, said[0].sample_rate_hz, apart=True)
    return replace(
        joined,
        words=joined.words if len(joined.words) == len(said_words(line.text)) else (),
        shaped=frozenset[Aspect].intersection(*(rendered.shaped for rendered in said)),
        events=tuple(event for rendered in said for event in rendered.events),
    )


def _synthesized(engine: Engine, line: Line, voice: Prepared) -> Rendered:
    return _checked(engine.synthesize(line, voice), line)


def _checked(rendered: Rendered, line: Line) -> Rendered:
    samples = rendered.samples
    if samples.ndim != 1 or samples.size == 0 or not np.isfinite(samples).all():
        raise EngineError(f"the engine returned no usable sound for a line of {len(line.text)} characters")
    return rendered


def _coloured(rendered: Rendered, runs: tuple[Run, ...], missing: frozenset[Aspect], *, levelled: bool) -> Samples:
    """The line with each run's tilt and level, as far as they are missing, crossfaded where runs meet.

    Whispered runs between voiced ones are brought to the level of these first, since a level is asked for against the
    line's own. Tilt leaves each run's level as it is.
    """
    samples, rate_hz = rendered.samples, rendered.sample_rate_hz
    whispered = {run.prosody.whispered for run in runs if said_words(run.text)}
    mixed = levelled and len(whispered) > 1 and "level" not in rendered.shaped
    if not mixed and not missing & {"tilt", "level"}:
        return samples
    weights = crossfades(rendered.spans, samples.size, round(_CROSSFADE_S * rate_hz))
    tilts = [run.prosody.tilt_db if "tilt" in missing and said_words(run.text) else 0.0 for run in runs]
    coloured = np.zeros_like(samples)
    for tilt_db in sorted(set(tilts)):
        chosen = [index for index, own in enumerate(tilts) if own == tilt_db]
        coloured += weights[chosen].sum(axis=0) * tilt(samples, rate_hz, tilt_db)
    voiced = [
        samples[slice(*span)] for span, run in zip(rendered.spans, runs, strict=True) if not run.prosody.whispered
    ]
    voiced_power = speech_power(np.concatenate(voiced), rate_hz) if mixed else 0.0
    gains = np.ones(len(runs), np.float32)
    for index, (run, span) in enumerate(zip(runs, rendered.spans, strict=True)):
        if not said_words(run.text):
            continue
        own = speech_power(samples[slice(*span)], rate_hz)
        wanted = voiced_power if mixed and run.prosody.whispered else own
        wanted *= 10 ** (run.prosody.level_db / 10) if "level" in missing else 1.0
        now = speech_power(coloured[slice(*span)], rate_hz)
        if now and wanted != now:
            gains[index] = np.sqrt(wanted / now)
    return (coloured * (gains @ weights)).astype(np.float32)

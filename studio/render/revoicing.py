"""A recorded reading in another voice: what a converter is given, and what is told of its sound."""

from dataclasses import replace
from typing import Final

from studio.audio.pauses import quiet_edges
from studio.core.errors import EngineError
from studio.engines.base import Engine, Line, Prepared, Rendered, Run, SourceReading, Word
from studio.manuscript.delivery import NEUTRAL, NEUTRAL_PROSODY
from studio.manuscript.guide import said_words

_LEAD_S: Final = 0.1
_TAIL_S: Final = 0.2
TAGS_NOTE: Final = "The tags of this line are not applied: it sounds the way it was read."


def revoice(engine: Engine, line: Line, voice: Prepared, reading: SourceReading) -> Rendered:
    """A reading in the voice: its pace, pauses, melody and sounds stay; silence around it goes but for a moment.

    Words are those of the line's guide, which was taken from the same recording, placed by where speech begins.

    Raises:
        EngineError: the engine re-voices no readings, or failed.
    """
    if not engine.info.converts:
        raise EngineError(f"{engine.info.name} says words; it cannot re-voice a recording")
    rate_hz = reading.sample_rate_hz
    begin, end = quiet_edges(reading.samples, rate_hz)
    first = max(0, begin - round(_LEAD_S * rate_hz))
    samples = reading.samples[first : end + round(_TAIL_S * rate_hz)]
    rendered = engine.synthesize(replace(line, reading=SourceReading(samples, rate_hz)), voice)
    guide, texts = line.guide, said_words(line.text)
    if rendered.words or guide is None or len(guide.words) != len(texts):
        return rendered
    offset_s = (begin - first) / rate_hz - guide.words[0][0]
    length_s = rendered.samples.size / rendered.sample_rate_hz
    words = tuple(
        Word(text, min(max(start_s + offset_s, 0.0), length_s), min(max(end_s + offset_s, 0.0), length_s))
        for text, (start_s, end_s) in zip(texts, guide.words, strict=True)
    )
    return replace(rendered, words=words)


def tagged(run: Run) -> bool:
    """Whether a run asks for more than its words, which a reading has or has not by itself."""
    return run.delivery != NEUTRAL or run.prosody != NEUTRAL_PROSODY or bool(run.event)

"""A reading is re-voiced as it was read: nothing of it is stretched, shaped or said anew."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import pytest

from studio.core.errors import EngineError
from studio.engines.base import EngineInfo, Line, Rendered, Run, SourceReading
from studio.engines.fake import FakeEngine
from studio.manuscript.delivery import Delivery, prosody_of
from studio.manuscript.guide import Guide
from studio.render.perform import perform

_RATE_HZ = 16_000
_SOUND = slice(_RATE_HZ, 2 * _RATE_HZ)
_GUIDE = Guide(((0.1, 0.5), (0.6, 1.1)), (None,) * 89, (0.0,) * 89)


@dataclass(frozen=True)
class _Held:
    voice_id: str = "jane-doe"


class Mirror:
    """Turns a reading over, and remembers what it was given."""

    def __init__(self) -> None:
        self.given: SourceReading | None = None

    @property
    def info(self) -> EngineInfo:
        return replace(FakeEngine(Path()).info, name="mirror", converts=True, timings="none")

    def missing(self) -> str:
        return ""

    def prepare(self, voice: object) -> _Held:
        return _Held()

    def synthesize(self, line: Line, voice: object) -> Rendered:
        self.given = line.reading
        return Rendered(-line.reading.samples, line.reading.sample_rate_hz)


def reading() -> SourceReading:
    samples = np.zeros(4 * _RATE_HZ, np.float32)
    samples[_SOUND] = 0.5 * np.sin(np.arange(_RATE_HZ) * 2 * np.pi * 150 / _RATE_HZ)
    return SourceReading(samples, _RATE_HZ)


def test_only_the_silence_around_a_reading_goes():
    engine, whole = Mirror(), reading()
    made = perform(engine, Line((Run("Come here"),), "en", guide=_GUIDE, reading=whole), _Held())
    np.testing.assert_array_equal(made.samples, -whole.samples[round(0.9 * _RATE_HZ) : round(2.2 * _RATE_HZ)])
    assert engine.given is not None
    assert made.methods == ("native",)
    assert made.notes == ()


def test_the_words_are_where_they_were_read():
    made = perform(Mirror(), Line((Run("Come here"),), "en", guide=_GUIDE, reading=reading()), _Held())
    assert [word.text for word in made.words] == ["Come", "here"]
    assert [(word.start_s, word.end_s) for word in made.words] == [
        (pytest.approx(0.1), pytest.approx(0.5)),
        (pytest.approx(0.6), pytest.approx(1.1)),
    ]


def test_words_that_are_not_known_are_not_made_up():
    assert perform(Mirror(), Line((Run("Come here now"),), "en", guide=_GUIDE, reading=reading()), _Held()).words == ()
    assert perform(Mirror(), Line((Run("Come here"),), "en", reading=reading()), _Held()).words == ()


def test_tags_do_not_change_a_reading_and_that_is_told():
    plain = perform(Mirror(), Line((Run("Come here"),), "en", reading=reading()), _Held())
    angry = Run("Come here", Delivery("angry"), prosody_of(Delivery("angry")), event="laugh")
    tagged = perform(Mirror(), Line((angry,), "en", reading=reading()), _Held())
    np.testing.assert_array_equal(tagged.samples, plain.samples)
    assert tagged.notes == ("The tags of this line are not applied: it sounds the way it was read.",)


def test_an_engine_that_says_words_re_voices_nothing():
    with pytest.raises(EngineError, match="cannot re-voice"):
        perform(FakeEngine(Path()), Line((Run("Come here"),), "en", reading=reading()), _Held())

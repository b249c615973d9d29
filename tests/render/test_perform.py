from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.audio.gain import speech_power
from studio.audio.samples import Samples
from studio.consent.grant import GrantedVoice
from studio.core.errors import EngineError
from studio.engines.base import Line, Rendered, Run
from studio.engines.registry import make_engine
from studio.hearing.pitch import track_pitch
from studio.manuscript.delivery import Delivery, prosody_of
from studio.manuscript.guide import GUIDE_STEP_S, Guide
from studio.render.perform import Performance, perform
from studio.spoken.compare import word_error_rate
from tests.audio.speech import alpha_ratio_db
from tests.render.engines import EDGE_S, GAP_S, PITCH_HZ, RATE_HZ, VOICE, WORD_S, PulseEngine

ALL = frozenset({"pitch", "range", "rate", "whisper", "pauses", "tilt", "level"})
GRAPH = ALL - {"tilt", "level"}
TEXT = "one two three four five six"


def run(text: str, asked: str = "neutral", *, level_db: float = 0.0, **more) -> Run:
    preset, _, intensity = asked.partition(":")
    delivery = Delivery(
        preset, float(intensity or 1), **{k: more.pop(k) for k in list(more) if k.endswith(("_st", "_percent"))}
    )
    return Run(text, delivery, replace(prosody_of(delivery), level_db=level_db), **more)


def said(engine: PulseEngine, *runs: Run, guide: Guide | None = None) -> Performance:
    performance = perform(engine, Line(runs, "en-GB", guide=guide), VOICE)
    assert performance.samples.dtype == np.float32
    assert np.isfinite(performance.samples).all()
    assert np.abs(performance.samples).max() <= 1
    times = [time for word in performance.words for time in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert not times or times[-1] <= performance.samples.size / RATE_HZ
    return performance


def part(performance: Performance, first: int, last: int) -> Samples:
    words = performance.words
    return performance.samples[round(words[first].start_s * RATE_HZ) : round(words[last].end_s * RATE_HZ)]


def hz(samples: Samples) -> float:
    return float(2 ** np.nanmean(np.log2(track_pitch(samples, RATE_HZ).hz)))


def db(samples: Samples) -> float:
    return float(10 * np.log10(speech_power(samples, RATE_HZ)))


# --- neutral ---------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delivery", ["none", "prosody", "reference", "native"])
def test_a_neutral_line_is_the_engines_own_sound_bit_for_bit(delivery: str):
    engine = PulseEngine(delivery, shaped=GRAPH if delivery != "none" else frozenset())
    own = engine.synthesize(Line((Run(TEXT),), "en-GB"), VOICE)
    performance = said(engine, Run(TEXT))
    np.testing.assert_array_equal(performance.samples, own.samples)
    assert (performance.words, performance.methods, performance.notes) == (own.words, (), ())


def test_a_level_that_mastering_sets_needs_no_processing():
    assert said(PulseEngine(), Run(TEXT, Delivery(volume_db=-6.0))).methods == ()


# --- who makes what --------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delivery", ["prosody", "reference", "native"])
def test_what_the_engine_shaped_is_left_to_it(delivery: str):
    engine = PulseEngine(delivery, shaped=ALL)
    line = run(TEXT, "excited")
    performance = said(engine, line)
    assert performance.methods == (delivery,)
    assert performance.notes == ()
    assert engine.lines[0].runs == (line,)
    np.testing.assert_array_equal(performance.samples, engine.synthesize(engine.lines[0], VOICE).samples)


def test_tilt_is_added_to_what_the_engine_shaped():
    engine = PulseEngine("prosody", shaped=GRAPH)
    plain, angry = said(engine, run(TEXT)), said(engine, run(TEXT, "angry"))
    assert angry.methods == ("prosody", "processing")
    assert alpha_ratio_db(angry.samples, RATE_HZ) - alpha_ratio_db(plain.samples, RATE_HZ) == pytest.approx(4, abs=1.2)
    assert db(angry.samples) == pytest.approx(db(plain.samples), abs=0.1)
    assert angry.words == plain.words


def test_a_line_that_asks_only_for_what_is_processed_says_so():
    engine = PulseEngine("prosody", shaped=GRAPH)
    louder = said(engine, Run("one two three"), run("four five six", level_db=6.0))
    assert louder.methods == ("processing",)


def test_pace_and_pitch_are_processed_where_the_engine_takes_no_delivery():
    plain, happy = said(PulseEngine(), Run(TEXT)), said(PulseEngine(), run(TEXT, "happy"))
    asked = prosody_of(Delivery("happy"))
    assert happy.methods == ("processing", "approximate")
    assert happy.notes == ("The pitch range is approximate with this engine.",)
    assert plain.samples.size / happy.samples.size == pytest.approx(asked.rate, rel=0.001)
    assert 12 * np.log2(hz(happy.samples) / hz(plain.samples)) == pytest.approx(asked.pitch_st, abs=0.3)
    assert happy.words[5].start_s == pytest.approx(plain.words[5].start_s / asked.rate, abs=0.02)


def test_pitch_without_range_is_not_approximate():
    assert said(PulseEngine(), run(TEXT, pitch_st=1.0)).methods == ("processing",)


def test_what_is_missing_of_a_whole_line_is_processed_run_by_run():
    engine = PulseEngine("reference", shaped=frozenset({"pitch", "range"}))
    plain = said(engine, Run(TEXT))
    slow = said(engine, Run("one two three"), run("four five six", "sad", level_db=0.0))
    rate = prosody_of(Delivery("sad")).rate
    assert slow.methods == ("reference", "processing")
    assert len(engine.lines) == 2
    assert slow.words[:3] == plain.words[:3]
    spoken = lambda words: words[5].end_s - words[3].start_s  # noqa: E731
    assert spoken(slow.words) == pytest.approx(spoken(plain.words) / rate, rel=0.05)


def test_an_engine_that_does_not_tell_spans_says_runs_alone():
    engine = PulseEngine("native", shaped=ALL - {"tilt"}, knows_spans=False)
    lines = (run("one two three"), run("four five six", "angry"))
    performance = said(engine, *lines)
    assert [line.runs for line in engine.lines] == [lines, lines[:1], lines[1:]]
    assert performance.methods == ("native", "processing")
    assert [word.text for word in performance.words] == TEXT.split()


def test_one_run_needs_no_spans():
    engine = PulseEngine("native", shaped=ALL - {"tilt"}, knows_spans=False)
    assert said(engine, run(TEXT, "angry")).methods == ("native", "processing")
    assert len(engine.lines) == 1


# --- whisper ---------------------------------------------------------------------------------------------------------


def test_a_whisper_is_made_of_any_voice_and_has_no_pitch_to_be_approximate():
    performance = said(PulseEngine(), run(TEXT, "whisper", pitch_st=2.0, range_percent=50.0))
    assert performance.methods == ("processing",)
    assert performance.notes == ()
    assert track_pitch(performance.samples, RATE_HZ).voiced.mean() < 0.05
    np.testing.assert_array_equal(
        performance.samples, said(PulseEngine(), run(TEXT, "whisper", pitch_st=2.0, range_percent=50.0)).samples
    )


def test_a_whisper_among_voiced_words_lies_under_them_by_its_level():
    performance = said(PulseEngine(), Run("one two three"), run("four five six", "whisper", level_db=-4.0))
    voiced, breathed = part(performance, 0, 2), part(performance, 3, 5)
    assert db(breathed) - db(voiced) == pytest.approx(-4, abs=0.7)
    assert track_pitch(voiced, RATE_HZ).voiced.mean() > 0.6
    assert track_pitch(breathed, RATE_HZ).voiced.mean() < 0.1


# --- inside a line ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("engine", [PulseEngine(), PulseEngine("prosody", shaped=GRAPH)])
def test_levels_and_tilts_change_where_the_runs_meet(engine: PulseEngine):
    performance = said(engine, Run("one two three"), run("four five six", "angry", level_db=5.0))
    plain = said(engine, Run("one two three"), Run("four five six"))
    assert db(part(performance, 0, 2)) == pytest.approx(db(part(plain, 0, 2)), abs=0.2)
    assert db(part(performance, 3, 5)) - db(part(plain, 3, 5)) == pytest.approx(5, abs=0.3)
    changes = [
        alpha_ratio_db(part(performance, *words), RATE_HZ) - alpha_ratio_db(part(plain, *words), RATE_HZ)
        for words in ((0, 2), (3, 5))
    ]
    assert changes == pytest.approx([0, 4], abs=1.2)


def test_runs_of_one_engine_are_joined_without_a_click():
    performance = said(PulseEngine(), run("one two", "sad"), run("three four", "angry"))
    quiet = performance.samples[round((performance.words[1].end_s + 0.005) * RATE_HZ) :]
    quiet = quiet[: round((performance.words[2].start_s - performance.words[1].end_s - 0.01) * RATE_HZ)]
    assert np.abs(quiet).max() < 0.03


def test_a_rest_is_silence_of_its_length():
    performance = said(PulseEngine(), run("one two", rest_s=0.8), Run("three"))
    gap = performance.samples[
        round(performance.words[1].end_s * RATE_HZ) : round(performance.words[2].start_s * RATE_HZ)
    ]
    zeros = np.flatnonzero(gap == 0).size / RATE_HZ
    assert 0.8 <= zeros <= 0.9
    assert performance.methods == ()


@pytest.mark.parametrize("shaped", [frozenset(), frozenset({"pauses"}), frozenset({"pauses", "rate"})])
def test_a_rest_is_neither_doubled_nor_stretched(shaped: frozenset):
    performance = said(PulseEngine("native", shaped=shaped), run("one two", "sad", rest_s=1.0), Run("three"))
    gap_s = performance.words[2].start_s - performance.words[1].end_s
    assert 1.0 <= gap_s < 1.2


def test_a_rest_at_the_head_comes_first():
    performance = said(PulseEngine(), Run("", rest_s=0.5), Run("one"))
    assert performance.words[0].start_s == pytest.approx(0.5 + 0.02, abs=0.02)
    assert not performance.samples[: round(0.5 * RATE_HZ)].any()


@pytest.mark.parametrize(
    ("text", "pause_s"), [("one two.", 0.4), ('one two?"', 0.4), ("one two,", 0.18), ("one two", 0.0)]
)
def test_runs_said_alone_pause_as_their_marks_do(text: str, pause_s: float):
    performance = said(PulseEngine(), Run(text), run("three", "sad"))
    gap_s = performance.words[2].start_s - performance.words[1].end_s
    assert gap_s == pytest.approx(pause_s + 0.04, abs=0.04)


# --- events ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("delivery", ["none", "native"])
def test_an_event_is_native_or_left_out_and_told(delivery: str):
    engine = PulseEngine(delivery, shaped=ALL if delivery != "none" else frozenset(), events=("laugh",))
    performance = said(engine, Run("one", event="laugh"), Run("two", event="sigh"))
    assert performance.methods == ("native",)
    assert performance.notes == ("[sigh] cannot be made by pulses; it is left out.",)
    assert [word.text for word in performance.words] == ["one", "two"]
    if delivery == "none":
        assert [line.runs[0].event for line in engine.lines] == ["laugh", ""]


def test_an_engine_without_events_is_never_asked_to_say_one():
    engine = PulseEngine()
    performance = said(engine, Run("", event="cough"), Run("one"))
    assert [line.text for line in engine.lines] == ["one"]
    assert performance.methods == ()
    assert performance.notes == ("[cough] cannot be made by pulses; it is left out.",)


# --- guides ----------------------------------------------------------------------------------------------------------


def guide_of(lead_s: float, word_s: float, levels: tuple[float, ...]) -> Guide:
    """Six words one after another, each at its level; silence around them."""
    words = tuple((lead_s + i * word_s, lead_s + (i + 1) * word_s) for i in range(6))
    steps = round((words[-1][1] + 0.3) / GUIDE_STEP_S)
    level = [
        next((levels[i] for i, (b, e) in enumerate(words) if b <= step * GUIDE_STEP_S < e), -60.0)
        for step in range(steps)
    ]
    return Guide(words, (None,) * steps, tuple(level))


UP = (-4.0, -4.0, -4.0, 3.0, 3.0, 3.0)


def test_a_guided_engine_is_given_the_guide_and_made_as_loud():
    engine = PulseEngine("prosody", shaped=GRAPH, guided=True)
    guide = guide_of(0.7, WORD_S + GAP_S, UP)
    performance = said(engine, run(TEXT, level_db=3.0), guide=guide)
    assert engine.lines[0].guide is guide
    assert performance.methods == ("prosody", "processing")
    assert performance.notes == ()
    assert db(part(performance, 3, 5)) - db(part(performance, 0, 2)) == pytest.approx(7, abs=1.5)


def test_a_level_that_is_there_is_not_added_again():
    class Rising(PulseEngine):
        def synthesize(self, line, voice) -> Rendered:
            rendered = super().synthesize(line, voice)
            gain = np.ones(rendered.samples.size, np.float32)
            gain[round(rendered.words[3].start_s * RATE_HZ) :] = 10 ** (7 / 20)
            return replace(rendered, samples=rendered.samples * gain * np.float32(0.4))

    performance = said(Rising("prosody", shaped=GRAPH, guided=True), Run(TEXT), guide=guide_of(0.2, 0.4, UP))
    assert db(part(performance, 3, 5)) - db(part(performance, 0, 2)) == pytest.approx(7, abs=1.5)


def test_the_gain_is_limited_and_pauses_are_not_raised():
    engine = PulseEngine("prosody", shaped=GRAPH, guided=True)
    performance = said(engine, Run(TEXT), guide=guide_of(0.2, 0.4, (-20, -20, -20, 12, 12, 12)))
    assert db(part(performance, 4, 5)) - db(part(performance, 0, 1)) == pytest.approx(12, abs=0.3)
    assert not performance.samples[: round(EDGE_S * RATE_HZ)].any()


@pytest.mark.parametrize("knows_words", [True, False])
def test_an_engine_that_follows_no_guide_takes_its_length_and_says_so(knows_words: bool):
    engine = PulseEngine(knows_words=knows_words)
    guide = guide_of(1.5, 0.6, UP)
    performance = said(engine, run(TEXT, "fearful"), guide=guide)
    assert all(line.guide is None for line in engine.lines)
    assert performance.methods == ("processing", "approximate")
    assert len(performance.notes) == 1
    assert "overall length" in performance.notes[0]
    heard = np.flatnonzero(np.abs(performance.samples) > 0.01) / RATE_HZ
    assert heard[-1] - heard[0] == pytest.approx(3.6, abs=0.1)
    half = (heard[0] + heard[-1]) / 2
    first, second = (performance.samples[: round(half * RATE_HZ)], performance.samples[round(half * RATE_HZ) :])
    assert db(second) - db(first) == pytest.approx(7, abs=1.5)
    assert hz(performance.samples) == pytest.approx(PITCH_HZ, rel=0.03)  # the guide replaces the pitch of the runs


# --- what goes wrong -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("asked", ["neutral", "angry", "whisper"])
def test_too_loud_is_turned_down(asked: str):
    assert np.abs(said(PulseEngine(gain=9.0), run(TEXT, asked)).samples).max() == pytest.approx(1, abs=1e-3)


@pytest.mark.parametrize("samples", [np.zeros(0), np.array([0.1, np.nan]), np.zeros((2, 2))])
def test_what_is_no_sound_is_an_error(samples: np.ndarray):
    class Broken(PulseEngine):
        def synthesize(self, line, voice) -> Rendered:
            return Rendered(samples.astype(np.float32), RATE_HZ)

    with pytest.raises(EngineError, match="no usable sound for a line of 27 characters"):
        said(Broken(), run(TEXT, "sad"))


def test_a_line_without_words_is_an_error():
    with pytest.raises(EngineError, match="nothing to say"):
        said(PulseEngine(), Run("", event="sigh"), Run("—"))


# --- a real engine ---------------------------------------------------------------------------------------------------


@pytest.mark.slow
@pytest.mark.models
def test_kokoro_shapes_and_the_rest_is_processed(kokoro_weights: Path, granted: Callable[[str], GrantedVoice], whisper):
    engine = make_engine("kokoro", kokoro_weights)
    voice = engine.prepare(granted("af_heart"))
    words = ("The kettle sang", "and nobody in the house came down to hear it.")

    line = Line(
        (run(words[0], "angry", level_db=3.0, rest_s=0.5, event="laugh"), run(words[1], "whisper", level_db=-4.0)),
        "en-US",
    )
    own = engine.synthesize(line, voice)
    mixed = perform(engine, line, voice)
    assert mixed.methods == ("prosody", "processing")
    assert mixed.notes == ("[laugh] cannot be made by kokoro; it is left out.",)
    assert [word.text for word in mixed.words] == " ".join(words).split()
    loud, breathed = part(mixed, 0, 2), part(mixed, 3, 12)
    assert db(breathed) - db(loud) == pytest.approx(-7, abs=1.5)
    assert track_pitch(breathed, RATE_HZ).voiced.mean() < 0.1
    untilted = replace(mixed, samples=own.samples)
    change_db = alpha_ratio_db(loud, RATE_HZ) - alpha_ratio_db(part(untilted, 0, 2), RATE_HZ)
    assert change_db == pytest.approx(prosody_of(Delivery("angry")).tilt_db, abs=1.0)
    assert word_error_rate(" ".join(words), whisper.transcribe(mixed.samples, RATE_HZ), "en") == 0

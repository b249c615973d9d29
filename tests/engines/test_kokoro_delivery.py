"""Deliveries, rests and word times of Kokoro, by measuring what it says."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.consent.grant import GrantedVoice
from studio.core.errors import EngineError
from studio.engines.base import Line, Prepared, Rendered, Run
from studio.engines.kokoro import SAMPLE_RATE_HZ, KokoroEngine
from studio.engines.kokoro_graph import UNIT_SAMPLES
from studio.hearing.pitch import track_pitch
from studio.manuscript.delivery import Delivery, prosody_of
from studio.manuscript.guide import Guide, said_words

Say = Callable[..., Rendered]
_TEXT = "There were forty steps, and my aunt counted them."


def _run(text: str, preset: str = "neutral", rest_s: float = 0.0) -> Run:
    delivery = Delivery(preset)
    return Run(text, delivery, prosody_of(delivery), rest_s=rest_s)


def _mean_st(rendered: Rendered) -> float:
    hz = track_pitch(rendered.samples, SAMPLE_RATE_HZ).hz
    return float(np.nanmean(12 * np.log2(hz)))


def _heard_s(rendered: Rendered) -> float:
    loud = np.flatnonzero(np.abs(rendered.samples) > 0.01)
    return float(loud[-1] - loud[0]) / SAMPLE_RATE_HZ


@pytest.fixture(scope="module")
def say(kokoro_weights: Path, granted: Callable[[str], GrantedVoice]) -> Say:
    engine = KokoroEngine(kokoro_weights)
    voice: Prepared = engine.prepare(granted("bm_george"))

    def rendered(*runs: Run, guide: Guide | None = None) -> Rendered:
        return engine.synthesize(Line(runs, "en-GB", guide=guide), voice)

    return rendered


@pytest.fixture(scope="module")
def neutral(say: Say) -> Rendered:
    return say(_run(_TEXT))


@pytest.mark.models
def test_a_plain_line_is_whole_units_and_every_word_has_its_time(neutral: Rendered):
    assert neutral.samples.size % UNIT_SAMPLES == 0
    assert neutral.spans == ((0, neutral.samples.size),)
    assert tuple(word.text for word in neutral.words) == said_words(_TEXT)
    times = [time for word in neutral.words for time in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= neutral.samples.size / SAMPLE_RATE_HZ
    begins = np.flatnonzero(np.abs(neutral.samples) > 0.01)[0] / SAMPLE_RATE_HZ
    assert times[0] == pytest.approx(begins, abs=0.06)


@pytest.mark.models
@pytest.mark.parametrize("preset", ["sad", "excited"])
def test_pitch_and_pace_are_as_the_table_says(say: Say, neutral: Rendered, preset: str):
    asked = prosody_of(Delivery(preset))
    performed = say(_run(_TEXT, preset))
    assert _mean_st(performed) - _mean_st(neutral) == pytest.approx(asked.pitch_st, abs=0.7)
    assert _heard_s(performed) == pytest.approx(_heard_s(neutral) / asked.rate, rel=0.03)
    assert performed.shaped == {"pitch", "range", "rate", "whisper", "pauses"}


@pytest.mark.models
def test_a_whisper_has_no_voice_and_every_word(say: Say, whisper: object):
    whispered = say(_run(_TEXT, "whisper"))
    assert np.isnan(track_pitch(whispered.samples, SAMPLE_RATE_HZ).hz).mean() > 0.9
    heard = whisper.transcribe(whispered.samples, SAMPLE_RATE_HZ).lower()
    for word in ("steps", "aunt", "counted", "them"):
        assert word in heard


@pytest.mark.models
def test_rests_are_exact_silence_and_move_what_follows(say: Say):
    said = say(Run("", rest_s=0.4), _run("Come in", rest_s=1.2), _run("and sit down.", "calm"))
    first, _, last = said.spans
    assert not said.samples[first[0] : first[0] + round(0.4 * SAMPLE_RATE_HZ)].any()
    silences = np.flatnonzero(np.diff(np.concatenate([[0], (said.samples == 0).astype(int), [0]])))
    lengths = (silences[1::2] - silences[::2])[silences[::2] > first[1]]
    assert lengths.max() == pytest.approx(1.2 * SAMPLE_RATE_HZ, abs=3)
    assert (first[0], last[1]) == (0, said.samples.size)
    assert [begin for begin, _ in said.spans[1:]] == [end for _, end in said.spans[:-1]]
    assert said.words[0].start_s >= 0.4
    assert 1.2 <= said.words[2].start_s - said.words[1].end_s < 1.45


@pytest.mark.models
def test_a_guide_moves_words_and_melody(say: Say, neutral: Rendered):
    begin_s = neutral.words[0].start_s
    slower = tuple(((w.start_s - begin_s) * 1.3 + 0.2, (w.end_s - begin_s) * 1.3 + 0.2) for w in neutral.words)
    count = round(slower[-1][1] / 0.0125) + 20
    melody = 4 * np.sin(np.arange(count) * 0.0125 * 2 * np.pi / 2.0)  # a slow wave no voice would read by itself
    guide = Guide(slower, tuple(melody.tolist()), (0.0,) * count)
    guided = say(_run(_TEXT), guide=guide)
    moved_s = guided.words[0].start_s - slower[0][0]
    for word, (wanted_s, _) in zip(guided.words, slower, strict=True):
        assert word.start_s - moved_s == pytest.approx(wanted_s, abs=0.05)
    track = track_pitch(guided.samples, SAMPLE_RATE_HZ)
    heard = 12 * np.log2(track.hz[track.voiced])
    wanted = np.interp(track.times_s[track.voiced] - moved_s, np.arange(count) * 0.0125, melody)
    assert np.corrcoef(heard, wanted)[0, 1] > 0.9


@pytest.mark.models
def test_a_guide_for_other_words_is_refused(say: Say):
    with pytest.raises(EngineError, match="2 words"):
        say(_run("Come in now."), guide=Guide(((0.0, 0.2), (0.3, 0.5)), (), ()))

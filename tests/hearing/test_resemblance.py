"""The estimate of which delivery a reading resembles, and of how roused it sounds."""

import json
from dataclasses import replace
from itertools import product
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import MissingError
from studio.core.resources import shipped
from studio.hearing.delivery import DeliveryFacts, measure_delivery
from studio.hearing.resemblance import (
    FEATURES,
    MODEL_FILE,
    hear_delivery,
    load_listener,
    shipped_listener,
    table_sha256,
)
from studio.manuscript.delivery import Delivery, presets
from tests.hearing.takes import LANGUAGE, Say, speaker

PLAIN = DeliveryFacts(
    duration_s=4.0,
    speech_s=3.2,
    pitch_hz=160.0,
    pitch_range_st=8.0,
    pitch_sd_st=2.6,
    voiced=0.65,
    rate_sps=4.6,
    level_dbfs=-22.0,
    tilt_db=-10.5,
    pauses=((1.2, 1.5),),
    pause_share=0.09,
)
WHISPER = replace(PLAIN, pitch_hz=0.0, pitch_range_st=0.0, pitch_sd_st=0.0, voiced=0.03, tilt_db=-8.0)
UNKNOWN_VOICES = ("af_sarah", "bm_lewis")
UNKNOWN_LINE = "When the last guest had gone, she locked the door."

readings = st.builds(
    DeliveryFacts,
    duration_s=st.floats(0.2, 300),
    speech_s=st.floats(0.1, 300),
    pitch_hz=st.one_of(st.just(0.0), st.floats(50, 600)),
    pitch_range_st=st.floats(0, 40),
    pitch_sd_st=st.floats(0, 15),
    voiced=st.floats(0, 1),
    rate_sps=st.one_of(st.just(0.0), st.floats(0.1, 12)),
    level_dbfs=st.floats(-60, 0),
    tilt_db=st.floats(-60, 30),
    pauses=st.just(()),
    pause_share=st.floats(0, 0.9),
)


@pytest.fixture(scope="module")
def say(kokoro_weights: Path) -> Say:
    return speaker(kokoro_weights)


def test_the_listener_was_taught_from_the_table_as_it_is() -> None:
    data = json.loads(shipped("voices", MODEL_FILE).read_text("utf-8"))
    again = "the table of deliveries changed: run benchmarks/train_delivery_listener.py --write"
    assert data["table_sha256"] == table_sha256(), again
    assert tuple(data["presets"]) == tuple(presets())


def test_its_covariances_are_such() -> None:
    listener = shipped_listener()
    for covariance in (listener.within, listener.words, listener.voices):
        assert covariance.shape == (len(FEATURES), len(FEATURES))
        assert np.allclose(covariance, covariance.T)
        assert np.linalg.eigvalsh(covariance).min() > 0


def test_a_plain_reading_is_neutral_and_neither_roused_nor_calm() -> None:
    heard = hear_delivery(PLAIN, PLAIN)
    assert (heard.preset, heard.against) == ("neutral", "neutral take")
    assert heard.confidence > 0.7
    assert heard.arousal == pytest.approx(0.5)


@pytest.mark.parametrize("feature", ["pitch_hz", "pitch_range_st", "rate_sps", "tilt_db"])
def test_higher_wider_faster_and_brighter_are_more_roused(feature: str) -> None:
    value = getattr(PLAIN, feature)
    more = replace(PLAIN, **{feature: value + 2 if feature == "tilt_db" else 1.2 * value})
    less = replace(PLAIN, **{feature: value - 2 if feature == "tilt_db" else value / 1.2})
    assert hear_delivery(less, PLAIN).arousal < 0.5 < hear_delivery(more, PLAIN).arousal


def test_the_less_is_known_the_more_is_left_open() -> None:
    sad = replace(PLAIN, pitch_hz=144.0, pitch_range_st=5.2, rate_sps=4.0, tilt_db=-13.3, pause_share=0.12)
    heard = [
        hear_delivery(sad, PLAIN),
        hear_delivery(sad, PLAIN, same_words=False),
        hear_delivery(sad, PLAIN, same_voice=False),
    ]
    assert heard[0].preset == "sad"
    widths = [each.arousal_high - each.arousal_low for each in heard]
    assert widths == sorted(widths)
    assert heard[0].confidence > heard[2].confidence
    alone = hear_delivery(sad, None)
    assert (heard[2].against, alone.against) == ("another voice", "typical voices")
    assert alone.confidence < heard[0].confidence / 2
    assert alone.arousal_high - alone.arousal_low > widths[0]


@pytest.mark.parametrize("neutral", [PLAIN, None])
def test_a_whisper_is_known_by_its_missing_voice(neutral: DeliveryFacts | None) -> None:
    heard = hear_delivery(WHISPER, neutral)
    assert heard.preset == "whisper"
    assert heard.confidence > 0.7


@given(facts=readings, neutral=st.one_of(st.none(), readings), same_voice=st.booleans(), same_words=st.booleans())
def test_every_reading_has_an_estimate(
    facts: DeliveryFacts, neutral: DeliveryFacts | None, same_voice: bool, same_words: bool
) -> None:
    heard = hear_delivery(facts, neutral, same_voice=same_voice, same_words=same_words)
    shares = [share for _, share in heard.likeness]
    assert {name for name, _ in heard.likeness} == set(presets())
    assert sum(shares) == pytest.approx(1)
    assert shares == sorted(shares, reverse=True)
    assert (heard.preset, heard.confidence) == heard.likeness[0]
    assert 0 <= heard.arousal_low <= heard.arousal <= heard.arousal_high <= 1


def test_a_loud_recording_is_no_other_delivery() -> None:
    assert hear_delivery(replace(PLAIN, level_dbfs=-6.0), PLAIN) == hear_delivery(PLAIN, PLAIN)


@pytest.mark.parametrize("text", ["", "{}", '{"features": ["pitch_st"]}', "[]"])
def test_a_damaged_listener_is_told(tmp_path: Path, text: str) -> None:
    path = tmp_path / MODEL_FILE
    path.write_text(text)
    with pytest.raises(MissingError, match="damaged"):
        load_listener(path)


@pytest.mark.models
@pytest.mark.slow
def test_takes_of_voices_and_words_it_does_not_know_are_heard(say: Say) -> None:
    names = ("sad", "excited", "angry", "tender", "fearful", "whisper")

    def facts(voice: str, name: str) -> DeliveryFacts:
        take = say(UNKNOWN_LINE, voice, Delivery(name))
        return measure_delivery(take.samples, take.sample_rate_hz, text=UNKNOWN_LINE, language=LANGUAGE)

    plain = {voice: facts(voice, "neutral") for voice in UNKNOWN_VOICES}
    heard = {(voice, name): hear_delivery(facts(voice, name), plain[voice]) for voice, name in product(plain, names)}
    right = [name == each.preset for (_, name), each in heard.items()]
    assert np.mean(right) >= 0.75, {key: each.preset for key, each in heard.items()}
    for voice in plain:
        assert heard[voice, "sad"].arousal < 0.4
        assert heard[voice, "excited"].arousal > 0.65

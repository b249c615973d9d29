"""What two scores mean, on prints made to measure; and real voices, human and synthetic, against a real reader."""

import math
from collections.abc import Callable
from datetime import UTC, datetime
from itertools import product
from pathlib import Path

import numpy as np
import pytest

from studio.audio.resample import resample
from studio.audio.samples import Samples
from studio.consent.evidence import Outcome
from studio.consent.gate import Gate, GateRequest
from studio.consent.grant import GrantKey
from studio.consent.licences import load_stock_voices
from studio.engines.base import Line, Run
from studio.engines.kokoro import SAMPLE_RATE_HZ, KokoroEngine
from studio.hearing.clip import Clip
from studio.hearing.matching import (
    ACCEPT,
    REVIEW,
    WINDOW_ACCEPT,
    WINDOW_REFUSE,
    check_one_speaker,
    check_speaker,
    combine,
    compare_speakers,
)
from studio.hearing.speakers import CAMPPLUS_SIZE, RESEMBLYZER_SIZE, SpeakerEncoder, Voiceprint
from studio.render.match.bank import load_bank

_ORDER = [Outcome.PASS, Outcome.REVIEW, Outcome.REFUSE]
_STATEMENT = "I am aware that recordings of my voice will be used. My code words are copper, meadow."
_DIGITS = "My code number is: four, one, nine, zero, two, seven, seven."
_SPOKEN = 10


def _at(resemblyzer: float, campplus: float, speech_s: float = 20.0) -> Voiceprint:
    """A print with these cosines to the one of (1, 1)."""
    return Voiceprint(
        (resemblyzer, math.sqrt(1 - resemblyzer**2), *[0.0] * (RESEMBLYZER_SIZE - 2)),
        (campplus, math.sqrt(1 - campplus**2), *[0.0] * (CAMPPLUS_SIZE - 2)),
        speech_s,
    )


@pytest.mark.parametrize(
    ("resemblyzer", "campplus", "outcome"),
    [
        (0.821, 0.701, Outcome.PASS),
        (0.821, 0.699, Outcome.REVIEW),
        (0.95, -0.2, Outcome.REVIEW),
        (0.819, 0.99, Outcome.REVIEW),
        (0.751, 0.551, Outcome.REVIEW),
        (0.751, 0.549, Outcome.REFUSE),
        (0.749, 0.99, Outcome.REFUSE),
        (-0.5, 0.99, Outcome.REFUSE),
    ],
)
def test_scores_on_either_side_of_each_bound(resemblyzer: float, campplus: float, outcome: Outcome):
    match = compare_speakers([_at(1, 1)], _at(resemblyzer, campplus))
    assert match.outcome is outcome
    assert match.resemblyzer == pytest.approx(resemblyzer)
    assert match.campplus == pytest.approx(campplus)


def test_the_second_opinion_only_lowers():
    scores = np.linspace(-1, 1, 41)
    for resemblyzer, campplus in product(scores, scores):
        alone = _ORDER.index(combine(resemblyzer, 1.0))
        both = _ORDER.index(combine(resemblyzer, campplus))
        assert alone <= both <= alone + 1
    for campplus in scores:
        outcomes = [_ORDER.index(combine(resemblyzer, campplus)) for resemblyzer in scores]
        assert outcomes == sorted(outcomes, reverse=True)


@pytest.mark.parametrize(
    ("references_s", "statement_s", "outcome"),
    [
        ([8.0], 8.0, Outcome.PASS),
        ([7.9], 8.0, Outcome.REVIEW),
        ([4.0, 4.0], 8.0, Outcome.PASS),
        ([2.0, 2.0], 8.0, Outcome.REVIEW),
        ([2.0, 2.0, 2.0], 8.0, Outcome.PASS),
        ([20.0, 20.0, 20.0], 7.9, Outcome.REVIEW),
    ],
)
def test_too_little_speech_is_no_better_than_review(references_s: list[float], statement_s: float, outcome: Outcome):
    references = [_at(1, 1, seconds) for seconds in references_s]
    assert compare_speakers(references, _at(0.9, 0.9, statement_s)).outcome is outcome
    result = check_speaker(references, _at(0.9, 0.9, statement_s))
    assert ("too little speech" in result.sentence) == (outcome is Outcome.REVIEW)


def test_a_copy_of_any_reference_is_suspicious():
    references = [_at(0.6, 1), _at(1, 1), _at(0.7, 1)]
    match = compare_speakers(references, _at(1, 1))
    assert match.suspicious
    assert match.outcome is Outcome.REVIEW
    assert "copy" in check_speaker(references, _at(1, 1)).sentence
    assert not compare_speakers(references, _at(0.95, 1)).suspicious


def test_references_are_averaged():
    up, down = _at(0.8, 0.8), Voiceprint((0.8, -0.6, *[0.0] * 254), (0.8, -0.6, *[0.0] * 190), 20.0)
    assert compare_speakers([up, down], _at(0.98, 0.98)).resemblyzer == pytest.approx(0.98)


def test_there_must_be_a_reference():
    with pytest.raises(ValueError, match="no reference"):
        compare_speakers([], _at(1, 1))


@pytest.mark.parametrize(
    ("lowest", "outcome"),
    [
        (WINDOW_ACCEPT, Outcome.PASS),
        (WINDOW_ACCEPT - 0.001, Outcome.REVIEW),
        (WINDOW_REFUSE, Outcome.REVIEW),
        (WINDOW_REFUSE - 0.001, Outcome.REFUSE),
    ],
)
def test_the_lowest_window_decides(lowest: float, outcome: Outcome):
    result = check_one_speaker([0.95, lowest, 0.9])
    assert result.name == "one-speaker"
    assert result.outcome is outcome


def test_no_wording_claims_to_know_who_speaks(prints: dict[str, Voiceprint]):
    results = [check_speaker([_at(1, 1)], _at(a, b, s)) for a in (1, 0.9, 0.8, 0.1) for b in (0.9, 0) for s in (5, 20)]
    results += [check_one_speaker([lowest]) for lowest in (0.1, 0.72, 0.9)]
    for result in results:
        shown = f"{result.measured} {result.bound} {result.sentence}".lower()
        assert not any(word in shown for word in ("identity", "proven", "proof", "verified", "same person", "is the"))
        assert "\n" not in result.sentence


@pytest.mark.parametrize(("reference", "statement"), [("austenA", "austenB"), ("austenB", "austenA")])
def test_one_reader_matches_himself(reference: str, statement: str, prints: dict[str, Voiceprint]):
    result = check_speaker([prints[reference]], prints[statement])
    assert result.outcome is Outcome.PASS
    assert result.name == "speaker"
    assert compare_speakers([prints[reference]], prints[statement]).resemblyzer > ACCEPT + 0.05


@pytest.mark.parametrize("other", ["reader-3005", "reader-1998"])
def test_another_person_is_refused(other: str, prints: dict[str, Voiceprint]):
    match = compare_speakers([prints["austenA"], prints["austenB"]], prints[other])
    assert match.outcome is Outcome.REFUSE
    assert match.resemblyzer < REVIEW
    assert compare_speakers([prints[other]], prints["austenA"]).outcome is Outcome.REFUSE


def _spliced(one: Clip, other: Samples, rate_hz: int) -> Samples:
    """A recording, and four seconds of another at its level after it."""
    part = resample(other, rate_hz, one.sample_rate_hz)[: 4 * one.sample_rate_hz]
    return np.concatenate([one.samples, part * (one.samples.std() / part.std())])


@pytest.mark.parametrize("other", ["reader-3005", "reader-1998"])
def test_a_splice_of_another_person_shows(other: str, encoder: SpeakerEncoder, speech: Callable[[str], Clip]):
    one, two = speech("austenA"), speech(other)
    spliced = encoder.windows(_spliced(one, two.samples, two.sample_rate_hz), one.sample_rate_hz)
    assert check_one_speaker(spliced).outcome is not Outcome.PASS
    himself = encoder.windows(_spliced(one, speech("austenB").samples, 24_000), one.sample_rate_hz)
    assert check_one_speaker(himself).outcome is Outcome.PASS


@pytest.fixture(scope="module")
def say(kokoro_weights: Path) -> Callable[[str, str], Samples]:
    """Says a text in a stock voice, through the gate as every voice."""
    engine, key, now = KokoroEngine(kokoro_weights), GrantKey(bytes(32)), datetime(2026, 1, 1, tzinfo=UTC)
    gate = Gate(load_stock_voices(), key, lambda: now)

    def say(voice_id: str, text: str) -> Samples:
        voice = engine.prepare(key.redeem(gate.authorize(GateRequest(voice_id, "audition", "en-GB")), now))
        return engine.synthesize(Line((Run(text),), "en-GB"), voice).samples

    return say


_READERS = (["austenA"], ["austenB"], ["austenA", "austenB"])


@pytest.fixture(scope="module")
def stock() -> dict[str, Voiceprint]:
    """Prints of all stock voices, each of a longer text, as they were measured once."""
    bank = load_bank()
    return {
        voice_id: Voiceprint(tuple(bank.resemblyzer[row]), tuple(bank.campplus[row]), 20.0)
        for row, voice_id in enumerate(bank.voice_ids)
    }


def test_no_stock_voice_is_the_reader(stock: dict[str, Voiceprint], prints: dict[str, Voiceprint]):
    assert stock.keys() == {voice.voice_id for voice in load_stock_voices().values() if voice.engine == "kokoro"}
    for references in _READERS:
        for made in stock.values():
            assert compare_speakers([prints[name] for name in references], made).outcome is not Outcome.PASS


@pytest.mark.slow
@pytest.mark.models
@pytest.mark.parametrize("rank", range(_SPOKEN))
def test_the_stock_voices_nearest_to_the_reader_do_not_speak_for_him(
    rank: int,
    stock: dict[str, Voiceprint],
    say: Callable[[str, str], Samples],
    encoder: SpeakerEncoder,
    prints: dict[str, Voiceprint],
):
    reader = [prints["austenA"], prints["austenB"]]
    voice_id = sorted(stock, key=lambda each: -compare_speakers(reader, stock[each]).resemblyzer)[rank]
    made = encoder.voiceprint(say(voice_id, _STATEMENT), SAMPLE_RATE_HZ)
    for references in _READERS:
        match = compare_speakers([prints[name] for name in references], made)
        # By the scores alone: that a statement this short goes to a reviewer anyway must not help.
        assert combine(match.resemblyzer, match.campplus) is not Outcome.PASS


@pytest.mark.slow
@pytest.mark.models
@pytest.mark.parametrize("voice_id", ["am_onyx", "am_puck", "bm_george", "af_heart", "jm_kumo"])
def test_a_number_said_by_a_stock_voice_shows(
    voice_id: str, say: Callable[[str, str], Samples], encoder: SpeakerEncoder, speech: Callable[[str], Clip]
):
    clip = speech("austenA")
    spliced = _spliced(clip, say(voice_id, _DIGITS), SAMPLE_RATE_HZ)
    assert check_one_speaker(encoder.windows(spliced, clip.sample_rate_hz)).outcome is not Outcome.PASS

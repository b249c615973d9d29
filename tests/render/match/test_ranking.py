"""Stock voices stand in for people: each is found again from sentences the bank has not heard."""

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from studio.consent.grant import GrantedVoice
from studio.core.errors import InputError
from studio.engines.base import Line, Run
from studio.engines.kokoro import KokoroEngine
from studio.hearing.quality import loaded_encoder
from studio.hearing.speakers import Voiceprint
from studio.render.match.bank import load_bank
from studio.render.match.person import RATE_HZ, Person, pitch_of
from studio.render.match.ranking import range_factor, rank
from studio.render.match.values import style_of

_TEXT = "My aunt read the letter twice, turned it over, and read the back, where there was nothing at all."


@pytest.fixture(scope="module")
def engine(kokoro_weights: Path) -> KokoroEngine:
    return KokoroEngine(kokoro_weights)


@pytest.mark.parametrize("voice_id", ["am_michael", "bf_emma", "ff_siwis"])
def test_a_stock_voice_is_found_again(engine: KokoroEngine, granted: Callable[[str], GrantedVoice], voice_id: str):
    line = Line((Run(_TEXT),), "en-US")
    said = engine.synthesize(line, engine.prepare(granted(voice_id))).samples
    made, pitch = loaded_encoder().voiceprint(said, RATE_HZ), pitch_of(said)
    first = rank(Person(made, made, made, pitch.mean_hz, pitch.range_st))[0]
    assert first.voice_id == voice_id
    assert abs(first.pitch_st) < 2


def _person_like(voice_id: str, octaves: float = 0.0) -> Person:
    bank = load_bank()
    row = bank.voice_ids.index(voice_id)
    made = Voiceprint(tuple(bank.resemblyzer[row].tolist()), tuple(bank.campplus[row].tolist()), 10.0)
    return Person(made, made, made, float(bank.pitch_hz[row] * 2**octaves), float(bank.range_st[row]))


def test_the_bank_holds_every_voice_with_prints_of_length_one():
    bank = load_bank()
    assert len(bank.voice_ids) == len(set(bank.voice_ids)) == 54
    for prints in (bank.resemblyzer, bank.campplus):
        np.testing.assert_allclose(np.linalg.norm(prints, axis=1), 1, atol=1e-4)
    assert bank.pitch_hz[bank.female].mean() > 1.3 * bank.pitch_hz[~bank.female].mean()


def test_each_voice_of_the_bank_is_nearest_to_itself():
    for voice_id in load_bank().voice_ids:
        assert rank(_person_like(voice_id))[0].voice_id == voice_id


def test_of_the_first_five_the_other_encoder_says_which_is_nearest():
    bank = load_bank()
    person = _person_like("am_michael")
    fourth = rank(person, 54)[3].voice_id
    agreeing = replace(person, choice=_person_like(fourth).choice)
    assert rank(agreeing)[0].voice_id == fourth
    assert {each.voice_id for each in rank(agreeing, 5)} == {each.voice_id for each in rank(person, 5)}
    woman = next(name for name, female in zip(bank.voice_ids, bank.female, strict=True) if female)
    assert rank(replace(person, choice=_person_like(woman).choice))[0].voice_id != woman
    assert [each.voice_id for each in rank(agreeing, 54)].count(fourth) == 1


def test_for_a_higher_pitch_more_women_come_first():
    bank = load_bank()
    women = {name for name, female in zip(bank.voice_ids, bank.female, strict=True) if female}
    people = [_person_like("am_michael", octaves) for octaves in (0.0, 1.0)]
    counts = [sum(each.voice_id in women for each in rank(person, 10)) for person in people]
    assert counts[0] < counts[1]


def test_a_candidate_brings_the_persons_pitch():
    best = rank(_person_like("am_michael", octaves=2 / 12))[0]
    style = style_of(best)
    assert best.pitch_hz * 2 ** (style.pitch_st / 12) == pytest.approx(
        _person_like("am_michael", octaves=2 / 12).pitch_hz
    )
    assert style.within_bounds()


@pytest.mark.parametrize(("wanted", "own", "factor"), [(3, 2, 1.5), (9, 2, 1.6), (0.1, 2, 0.6), (3, 0, 1.0)])
def test_a_range_is_held_to_what_sounds_like_speech(wanted: float, own: float, factor: float):
    assert range_factor(wanted, own) == pytest.approx(factor)


def test_silence_has_no_pitch():
    with pytest.raises(InputError, match="no pitch"):
        pitch_of(np.zeros(RATE_HZ, np.float32))

"""The one-time challenge: drawn at random, kept hashed, found however a recogniser writes it."""

import json
import re
import tomllib
from pathlib import Path
from random import Random

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.consent.challenge import (
    Challenge,
    HashedChallenge,
    check_word_list,
    hash_challenge,
    hear_challenge,
    issue_challenge,
)
from studio.core.errors import InputError
from studio.core.resources import shipped

_ENGLISH = ("zero|oh|o", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_DIGITS = {
    "en": _ENGLISH,
    "de": ("null", "eins|ein", "zwei|zwo", "drei", "vier", "fünf", "sechs", "sieben", "acht", "neun"),
    "es": ("cero", "uno|un", "dos", "tres", "cuatro", "cinco", "seis", "siete", "ocho", "nueve"),
    "fr": ("zéro", "un", "deux", "trois", "quatre", "cinq", "six", "sept", "huit", "neuf"),
    "it": ("zero", "uno", "due", "tre", "quattro", "cinque", "sei", "sette", "otto", "nove"),
    "pt": ("zero", "um", "dois", "três", "quatro", "cinco", "seis|meia", "sete", "oito", "nove"),
}
_LIST = ["bottle", "meadow", "falcon", "copper", "island", "guitar", "winter", "pyjamas", "rocket", "Übung", "élan"]
_CHALLENGE = Challenge(("bottle", "meadow", "falcon", "copper", "island", "guitar"), "482913")
_READ = "My code words are bottle, meadow, falcon, copper, island, guitar. My code number is {}."
_SALT = bytes(range(16))
_HASHED = hash_challenge(_CHALLENGE, _SALT)


class _Seeded(Random):
    def randbelow(self, exclusive_upper_bound: int, /) -> int:
        return self.randrange(exclusive_upper_bound)


@given(st.integers())
def test_a_challenge_has_six_different_words_and_six_digits_none_doubled(seed: int):
    challenge = issue_challenge(_LIST, randomness=_Seeded(seed))
    assert len(set(challenge.words)) == 6
    assert set(challenge.words) <= set(_LIST)
    assert len(challenge.digits) == 6
    assert challenge.digits.isdecimal()
    assert all(a != b for a, b in zip(challenge.digits, challenge.digits[1:], strict=False))


def test_every_word_place_and_digit_is_drawn():
    drawn = [issue_challenge(_LIST) for _ in range(400)]
    assert {challenge.words[0] for challenge in drawn} == set(_LIST)
    assert {challenge.words[5] for challenge in drawn} == set(_LIST)
    assert {digit for challenge in drawn for digit in challenge.digits} == set("0123456789")
    assert len({challenge.digits for challenge in drawn}) > 390


def test_a_list_that_is_too_short_is_refused():
    with pytest.raises(InputError, match="at least 6 different"):
        issue_challenge(["bottle", "Bottle", "meadow", "falcon", "copper", "island"])


def test_what_is_stored_holds_neither_word_nor_number():
    stored = json.dumps(_HASHED.to_json())
    assert HashedChallenge.from_json(json.loads(stored)) == _HASHED
    assert not any(secret in stored for secret in (*_CHALLENGE.words, _CHALLENGE.digits))
    other = hash_challenge(_CHALLENGE, bytes(16))
    assert not set(other.word_hashes) & set(_HASHED.word_hashes)
    assert other.digits_hash != _HASHED.digits_hash


@pytest.mark.parametrize(
    "number",
    [
        "482913", "482 913", "4-8-2-9-1-3", "482,913", "482.913", "4, 8, 2, 9, 1, 3", "4 8 2 nine 1 three", "48 29 13",
        "four eight two nine one three", "Four, eight, two, nine, one, three", "four-eight-two-nine-one-three",
        "4 8 2 uh 9 1 3", "482913. Four, eight, two, nine, one, three", "٤٨٢٩١٣", "４８２９１３",
    ],
)  # fmt: skip
def test_digits_are_found_however_they_are_written(number: str):
    heard = hear_challenge(_HASHED, _READ.format(number), _ENGLISH)
    assert (heard.words_in_order, heard.digits_exact, heard.passed) == (6, True, True)


@pytest.mark.parametrize("number", ["482931", "48291", "829130", "319284", "", "4829 3", "4820913"])
def test_other_digits_are_not_taken_for_them(number: str):
    heard = hear_challenge(_HASHED, _READ.format(number), _ENGLISH)
    assert (heard.words_in_order, heard.digits_exact, heard.passed) == (6, False, False)


@pytest.mark.parametrize("language", list(_DIGITS))
@given(st.text("0123456789", min_size=6, max_size=6), st.data())
def test_digits_are_understood_in_each_language(language: str, digits: str, data: st.DataObject):
    hashed = hash_challenge(Challenge(_CHALLENGE.words, digits), _SALT)
    forms = [data.draw(st.sampled_from([digit, *_DIGITS[language][int(digit)].split("|")])) for digit in digits]
    parting = data.draw(st.sampled_from([" ", ", ", "-", ". "]))
    said = parting.join(forms).title()
    assert hear_challenge(hashed, said, _DIGITS[language]).digits_exact


def test_zero_may_be_said_as_oh():
    hashed = hash_challenge(Challenge(_CHALLENGE.words, "405090"), _SALT)
    for said in ("four oh five oh nine oh", "4 O 5 0 9 zero", "Four-Oh-Five, Oh-Nine-Oh."):
        assert hear_challenge(hashed, said, _ENGLISH).digits_exact


@pytest.mark.parametrize(
    ("words", "in_order"),
    [
        ("Bottle! MEADOW, falcon; copper... island -- guitar?", 6),
        ("bottle meadow falcon chopper island guitar", 5),
        ("bottle meadow falcon chopper Ireland guitar", 4),
        ("bot tle meadow falcon copper is land guitar", 6),
        ("bottle bottle meadow the falcon copper island and guitar", 6),
        ("guitar island copper falcon meadow bottle", 1),
        ("meadow bottle falcon copper island guitar", 5),
        ("winter rocket", 0),
        ("", 0),
    ],
)
def test_words_count_in_order(words: str, in_order: int):
    heard = hear_challenge(_HASHED, f"{words} 482913", _ENGLISH)
    assert heard.words_in_order == in_order
    assert heard.passed == (in_order >= 5)


def test_a_single_slip_does_not_spoil_the_rest():
    """A greedy search that takes the late "bottle" would find no other word after it."""
    said = "meadow falcon copper island guitar bottle 482913"
    assert hear_challenge(_HASHED, said, _ENGLISH).words_in_order == 5


def test_accents_and_case_do_not_matter():
    hashed = hash_challenge(Challenge(("Übung", "élan", "señal", "Straße", "coração", "città"), "482913"), _SALT)
    said = "ubung ELAN sen\u0303al STRASSE coracao citta\u0300 482913"
    assert hear_challenge(hashed, said, _ENGLISH).words_in_order == 6


@given(st.integers(), st.integers())
def test_another_challenge_never_passes(seed: int, other_seed: int):
    words = [
        f"{a}{b}" for a in ("lorry", "piano", "tulip", "candle") for b in ("gate", "fish", "moon", "brick", "smoke")
    ]
    asked, read = (issue_challenge(words, randomness=_Seeded(s)) for s in (seed, other_seed))
    heard = hear_challenge(hash_challenge(asked, _SALT), f"{' '.join(read.words)} {read.digits}", _ENGLISH)
    same_words = sum(a == b for a, b in zip(asked.words, read.words, strict=True)) == 6
    assert heard.digits_exact == (asked.digits == read.digits)
    assert heard.passed == (heard.digits_exact and heard.words_in_order >= 5)
    assert heard.words_in_order == 6 or not same_words


def test_a_language_has_ten_digit_words():
    with pytest.raises(InputError, match="10 digit words"):
        hear_challenge(_HASHED, "482913", _ENGLISH[:9])


@pytest.mark.parametrize(
    ("words", "complaint"),
    [
        (["ladder", "latter"], "'ladder' is like 'latter'"),
        (["harbor"], "'harbor' is like 'harbour' of the statement"),
        (["voices"], "'voices' is like 'voice' of the statement"),
        (["meadow", "meadow"], "'meadow' is listed twice"),
        (["Élan", "elan"], "'Élan' is like 'elan'"),
        (["ice cream"], "'ice cream' is not one word"),
        (["route66"], "'route66' is not one word"),
    ],
)
def test_words_that_are_heard_for_each_other_are_named(words: list[str], complaint: str):
    wrong = check_word_list(words, ["I know that my voice will be used by Harbour Books."])
    assert any(complaint in sentence for sentence in wrong)


def test_a_good_list_has_no_complaint():
    assert check_word_list(list(_CHALLENGE.words), ["I know that my voice will be used by Harbour Books."]) == []


def test_the_shipped_lists_have_no_complaint():
    """Held against all that is read aloud with them; the parts in braces are names."""
    wrong: dict[str, list[str]] = {}
    paths = sorted(Path(shipped("consent", "statements")).glob("*.toml"))
    for path in paths:
        pack = tomllib.loads(path.read_text(encoding="utf-8"))
        aloud = [re.sub(r"\{\w+\}", "", pack[key]) for key in ("statement", "code")]
        spoken_digits = [form for forms in pack["digits"] for form in forms.split("|")]
        wrong[path.stem] = check_word_list(pack["words"], [*aloud, *pack["uses"].values(), *spoken_digits])
        assert len(pack["words"]) >= 30
    assert "en" in wrong
    assert not any(wrong.values()), wrong

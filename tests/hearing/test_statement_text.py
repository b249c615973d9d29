"""How much of the text of a statement a transcript holds."""

import pytest

from studio.consent.evidence import StatementExpectation
from studio.hearing.statement import fixed_text_error_rate, name_similarity

_FIXED = (
    "I, Maria Silva, am aware that recordings of my voice will be used by Blue Door Audio to create and use a synthetic"
    " version of my voice for audiobooks."
)
_DIGIT_WORDS = ("zero|oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_EXPECTATION = StatementExpectation("en-GB", _FIXED, "Maria Silva", _DIGIT_WORDS)
_HEARD = (
    "I, Maria Silva, I'm aware that recordings of my voice will be used by Blue Door Audio to create and use a"
    " synthetic version of my voice for audiobooks. My code words are ribbon, pepper, kitchen, hammer, bottle, window."
    " My code number is {}."
)


@pytest.mark.parametrize("number", ["712543", "7-1-2-5-4-3", "712 543", "712,543", "seven one two five four three"])
def test_the_challenge_in_it_is_no_error_of_the_text(number: str):
    assert fixed_text_error_rate(_EXPECTATION, _HEARD.format(number)) < 0.05


def test_a_misspelt_name_is_no_error_of_the_text():
    misspelt = _HEARD.format("712543").replace("Maria Silva", "Mariah Sylvia")
    assert fixed_text_error_rate(_EXPECTATION, misspelt) < 0.05
    assert 0.75 < name_similarity(_EXPECTATION, misspelt) < 1
    assert name_similarity(_EXPECTATION, misspelt.replace("Mariah Sylvia", "John")) < 0.6


@pytest.mark.parametrize(
    "transcript",
    [
        "",
        "You",
        "My code words are ribbon, pepper, kitchen, hammer, bottle, window. My code number is 712543.",
        "I, Maria Silva, am aware that it rains. My code words are ribbon, pepper. My code number is 712543.",
        "The kettle sang all night and nobody ever came down to take it off, so it boiled dry before the morning.",
    ],
)
def test_a_text_not_read_is_an_error(transcript: str):
    assert fixed_text_error_rate(_EXPECTATION, transcript) > 0.4


def test_words_added_beyond_the_challenge_count():
    added = _HEARD.format("712543") + " and so on and on" * 6
    assert fixed_text_error_rate(_EXPECTATION, added) > 0.3

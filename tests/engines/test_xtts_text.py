import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.engines.xtts_text import MOST_CHARS, as_said, longest_s, split_text

SENTENCE = "The harbour lights went out, one after the other, and nobody on the pier said a word about it."


def _bare(text: str) -> str:
    return re.sub(r"\s+", "", text)


@given(
    st.text(st.sampled_from("ab é.,;!—…日本。、\n "), max_size=900) | st.text(max_size=600),
    st.sampled_from(sorted(MOST_CHARS)),
)
def test_no_piece_is_too_long_and_nothing_is_lost(text: str, language: str):
    pieces = split_text(text, language)
    assert _bare("".join(pieces)) == _bare(text)
    assert all(0 < len(piece) <= MOST_CHARS[language] for piece in pieces)


def test_what_fits_is_said_at_once():
    assert split_text(f" {SENTENCE} {SENTENCE}\n", "en-GB") == (f"{SENTENCE} {SENTENCE}",)
    assert split_text("  ", "en") == ()


def test_cuts_are_between_sentences_and_even():
    pieces = split_text(" ".join([SENTENCE] * 3), "en")
    assert pieces == (f"{SENTENCE} {SENTENCE}", SENTENCE)


def test_a_short_sentence_stays_with_its_neighbour():
    text = f"{SENTENCE} {SENTENCE} {SENTENCE} No."
    assert min(map(len, split_text(text, "en"))) > len(SENTENCE)


def test_long_sentences_are_cut_at_clauses_and_long_clauses_between_words():
    clauses = ", ".join(["and then he went on for quite a while about the weather"] * 8) + "."
    pieces = split_text(clauses, "en")
    assert len(pieces) > 1
    assert all(piece.endswith((",", ".")) for piece in pieces)
    words = split_text("word " * 100, "en")
    assert {word for piece in words for word in piece.split()} == {"word"}
    assert max(map(len, words)) - min(map(len, words)) <= len("word ")


@pytest.mark.parametrize(
    ("piece", "said"), [("Hm.", "Hm"), ("No!", "No!"), ("...", "..."), (SENTENCE, SENTENCE), ("はい。", "はい")]
)
def test_a_word_or_two_ends_without_a_full_stop(piece: str, said: str):
    assert as_said(piece) == said


def test_a_reading_has_time_but_no_end_of_it():
    assert 2 < longest_s("Hm.", "en-GB") < 3
    assert 20 < longest_s("x" * 200, "en") < 40
    assert longest_s("晚上好", "zh-CN") > longest_s("wan", "en")

"""Phonemes and the words they say."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.engines.g2p import espeak
from studio.engines.g2p.phonemizers import phonemizer_for
from studio.engines.g2p.pronounced import GAP, Pronounced, pronounce
from studio.manuscript.guide import said_words

_PRINTABLE_ENGLISH = st.text(alphabet="abcdefghijklmnopqrstuvwxyzABCé10%&'’“”\"-—…,.;:!?() \n", max_size=60)


def _said(found: Pronounced) -> dict[str, str]:
    return {
        text: "".join(c for c, of in zip(found.phonemes, found.word_of, strict=True) if of == index)
        for index, text in enumerate(found.words)
    }


@given(_PRINTABLE_ENGLISH, st.sampled_from(["en-GB", "en-US"]))
def test_the_phonemes_stay_and_the_words_come_in_order(text: str, language: str):
    found = pronounce(text, language)
    assert found.phonemes == phonemizer_for(language).phonemes(text)
    assert found.words == said_words(text)
    assert len(found.word_of) == len(found.phonemes)
    of_words = [word for word in found.word_of if word != GAP]
    assert of_words == sorted(of_words)
    assert set(of_words) <= set(range(len(found.words)))
    assert all(word == GAP for sound, word in zip(found.phonemes, found.word_of, strict=True) if sound.isspace())


@pytest.mark.parametrize(
    ("text", "sounds"),
    [
        ("Come, now.", {"Come,": "kˈʌm", "now.": "nˈW"}),
        ("“I shan’t,” he said", {"“I": "ˌI", "shan’t,”": "ʃˌɑːnt", "he": "hiː", "said": "sˈɛd"}),
        ("well—no", {"well—no": "wˈɛlnˈQ"}),
        ("a well-known 10% rise", {"a": "ɐ", "well-known": "wˈɛlnˈQn", "10%": "tˈɛnpɜːsˈɛnt", "rise": "ɹˈIz"}),
    ],
)
def test_every_word_has_its_own_sounds(text: str, sounds: dict[str, str]):
    assert {
        word: "".join(c for c in said if c not in "—,.") for word, said in _said(pronounce(text, "en-GB")).items()
    } == sounds


def test_a_mark_is_put_after_a_word_only_where_there_is_none():
    plain = pronounce("come now", "en-GB")
    marked = plain.with_mark_after(0, ",")
    assert marked.phonemes == "kˈʌm, nˈW"
    assert marked.word_of[4:6] == (GAP, GAP)
    assert _said(marked) == _said(plain)
    assert marked.with_mark_after(0, ",") == marked
    assert pronounce("come; now", "en-GB").with_mark_after(0, ",").phonemes == "kˈʌm; nˈW"


@pytest.mark.skipif(not espeak.is_installed(), reason="the extra `languages` is not installed")
@pytest.mark.parametrize(
    ("language", "text"), [("it-IT", "Buongiorno, signora mia!"), ("fr-FR", "Les enfants (aussi) parlent.")]
)
def test_words_of_other_languages_are_found_by_the_spaces(language: str, text: str):
    found = pronounce(text, language)
    assert found.phonemes == phonemizer_for(language).phonemes(text)
    assert all(_said(found).values())

"""Pronunciations reach Kokoro's phonemes, with the words they belong to."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.consent.grant import GrantedVoice
from studio.core.errors import EngineError
from studio.engines.base import Line, Run, Sound
from studio.engines.g2p.from_ipa import kokoro_phonemes, sayable_symbols
from studio.engines.g2p.pronounced import pronounce
from studio.engines.g2p.readings_of import is_known, readings
from studio.engines.kokoro import KokoroEngine
from studio.engines.kokoro_tokens import TOKEN_OF_PHONEME
from studio.manuscript.lexicon.ipa import plain_symbols


@pytest.mark.parametrize(
    ("ipa", "british", "american"),
    [
        ("hɜːˈmaɪəni", "hɜːmˈIəni", "hɜɹmˈIəni"),
        ("ˈtʃɜːtʃ", "ʧˈɜːʧ", "ʧˈɜɹʧ"),
        ("ˈt͡ʃip", "ʧˈip", "ʧˈip"),
        ("əʊ noʊ", "ˈQ nˈQ", "ˈO nˈO"),
        ("ˌdʒæk.əˈbiːn", "ʤˌakəbˈiːn", "ʤˌækəbˈin"),
        ("kɹɪˈeɪʃən", "kɹɪˈAʃən", "kɹɪˈAʃən"),
        ("ræt", "ɹˈat", "ɹˈæt"),
        ("bɔ̃", "bˈɔ\u0303", "bˈɔ\u0303"),
    ],
)
def test_the_phonetic_alphabet_in_kokoros_own(ipa: str, british: str, american: str):
    assert kokoro_phonemes(ipa, "en-GB") == british
    assert kokoro_phonemes(ipa, "en-US") == american
    assert plain_symbols(ipa) <= sayable_symbols()
    assert set(british + american) <= TOKEN_OF_PHONEME.keys()


def test_a_sound_it_has_no_letter_for_is_refused():
    assert "ħ" not in sayable_symbols()
    with pytest.raises(EngineError, match="ħ"):
        kokoro_phonemes("ħa", "en-GB")


def sound(text: str, words: str, ipa: str) -> Sound:
    start = text.index(words)
    return Sound(start, start + len(words), ipa)


@pytest.mark.parametrize(
    ("text", "words", "ipa", "phonemes"),
    [
        ("Ask Hermione's cat.", "Hermione", "hɜːˈmaɪəni", "ˈɑːsk hɜːmˈIəniz kˈat."),
        ("The AC/DC record.", "AC/DC", "ˈeɪsiː", "ði ˈAsiː ɹˈɛkɔːd."),
        ("In New York City", "New York", "njuː jɔːk", "ɪn njˈuː jˈɔːk sˈɪti"),
        ("an 1984 cat", "1984", "wʌn", "ɐn wˈʌn kˈat"),
        ("the Ann", "Ann", "æn", "ði ˈan"),
    ],
)
def test_a_stretch_is_said_as_told_and_the_rest_as_ever(text: str, words: str, ipa: str, phonemes: str):
    said = pronounce(text, "en-GB", [sound(text, words, ipa)])
    assert said.phonemes == phonemes
    assert len(said.word_of) == len(said.phonemes)
    assert said.words == pronounce(text, "en-GB").words


def test_without_pronunciations_nothing_changes():
    text = "Ask Hermione’s cat -- “now”, 10% & more."
    assert pronounce(text, "en-GB", ()) == pronounce(text, "en-GB")


@pytest.mark.parametrize(
    ("word", "known"),
    [("cats", True), ("that’ll", True), ("well-read", True), ("Muspratt", False), ("flimmerings", False)],
)
def test_it_tells_which_words_the_dictionary_has(word: str, known: bool):
    assert is_known(word, "en-GB") is known


def test_the_reading_from_context_comes_first_in_the_phonetic_alphabet():
    assert [each.ipa for each in readings("He read it yesterday.", 3, "en-GB")] == ["ɹˈɛd", "ɹˈiːd"]
    assert [each.ipa for each in readings("I will read it.", 7, "en-GB")] == ["ɹˈiːd", "ɹˈɛd"]
    assert readings("Il lit.", 3, "fr-FR") == ()


def test_runs_tell_their_sounds_by_the_place_in_the_line():
    line = Line((Run("", rest_s=1.0), Run("Oh no"), Run("Ann came", sounds=(Sound(0, 3, "æn"),))), "en-GB")
    ((found),) = line.sounds
    assert line.text[found.start : found.end] == "Ann"


def test_another_pronunciation_is_heard(kokoro_weights: Path, granted: Callable[[str], GrantedVoice]):
    engine = KokoroEngine(kokoro_weights)
    voice = engine.prepare(granted("bf_emma"))
    text = "I read it."
    plain = engine.synthesize(Line((Run(text),), "en-GB"), voice)
    other = engine.synthesize(Line((Run(text, sounds=(sound(text, "read", "riːd"),)),), "en-GB"), voice)
    assert [word.text for word in other.words] == ["I", "read", "it."]
    assert other.samples.shape != plain.samples.shape or not np.array_equal(other.samples, plain.samples)

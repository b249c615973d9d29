"""Phonemes of a line together with the words they say."""

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import accumulate

from studio.engines.base import Sound
from studio.engines.g2p.english import EnglishPhonemizer, Override
from studio.engines.g2p.from_ipa import kokoro_phonemes
from studio.engines.g2p.phonemizers import phonemizer_for
from studio.manuscript.guide import said_words

GAP = -1


@dataclass(frozen=True, slots=True)
class Pronounced:
    """Phonemes, and whose they are.

    Attributes:
        phonemes: in Kokoro's alphabet.
        word_of: for each character the index of the said word it is part of, or `GAP` for marks and spaces between.
        words: the said words.
    """

    phonemes: str
    word_of: tuple[int, ...]
    words: tuple[str, ...]

    def with_mark_after(self, word: int, mark: str) -> "Pronounced":
        """The same with a mark after a word, unless there is one in the gap already."""
        last = max((place for place, each in enumerate(self.word_of) if each == word), default=None)
        if last is None:
            return self
        end = last + 1
        while end < len(self.word_of) and self.word_of[end] == GAP:
            end += 1
        if any(not character.isspace() for character in self.phonemes[last + 1 : end]):
            return self
        return replace(
            self,
            phonemes=self.phonemes[: last + 1] + mark + self.phonemes[last + 1 :],
            word_of=(*self.word_of[: last + 1], GAP, *self.word_of[last + 1 :]),
        )


def pronounce(text: str, language: str, sounds: Sequence[Sound] = ()) -> Pronounced:
    """Phonemes of a text in spoken form, as its phonemizer gives them, with the words they belong to.

    Args:
        text: in spoken form.
        language: BCP 47 tag.
        sounds: stretches of the text that are said otherwise, in order.

    Raises:
        EngineError: something in it cannot be pronounced, or a language is not installed.
    """
    phonemizer = phonemizer_for(language)
    if isinstance(phonemizer, EnglishPhonemizer):
        overrides = [_override(text, sound, language) for sound in sounds]
        text = unicodedata.normalize("NFC", text)
        words = said_words(text)
        return _folded(_by_letters(phonemizer.sounds(text, overrides), words), words)
    said, done = [], 0
    for sound in sounds:
        before = unicodedata.normalize("NFC", text[done : sound.start])
        said += [phonemizer.phonemes(before) if before.strip() else before, _sound(text, sound, language)]
        done = sound.end
    text, rest = unicodedata.normalize("NFC", text), unicodedata.normalize("NFC", text[done:])
    said.append(phonemizer.phonemes(rest) if rest.strip() else rest)
    words = said_words(text)
    phonemes = " ".join("".join(said).split())
    return Pronounced(phonemes, _by_spaces(phonemes, words), words)


def _override(text: str, sound: Sound, language: str) -> Override:
    """A sound by the letters and digits of the composed text, which phonemizing never loses."""
    before, inside = (
        sum(map(str.isalnum, unicodedata.normalize("NFC", part)))
        for part in (text[: sound.start], text[sound.start : sound.end])
    )
    return Override(before, before + inside, _sound(text, sound, language))


def _sound(text: str, sound: Sound, language: str) -> str:
    if sound.ipa:
        return kokoro_phonemes(sound.ipa, language)
    words = unicodedata.normalize("NFC", text[sound.start : sound.end])
    return " ".join(phonemizer_for(sound.language).phonemes(words).split())


def _by_letters(sounds: list[tuple[str, int]], words: tuple[str, ...]) -> list[tuple[str, int]]:
    """Phoneme characters with their word: letters and digits keep their order, so counting them tells the word."""
    ends = list(accumulate(sum(map(str.isalnum, word)) for word in words))
    said, word = 0, 0
    found: list[tuple[str, int]] = []
    for sound, letters in sounds:
        while letters and word < len(ends) - 1 and said >= ends[word]:
            word += 1
        symbol_said = letters == 0 and any(character.isalpha() for character in sound)  # such as &
        has_word = letters > 0 or (symbol_said and bool(words))
        found += ((character, word if has_word and not character.isspace() else GAP) for character in sound)
        said += letters
    return found


def _folded(characters: list[tuple[str, int]], words: tuple[str, ...]) -> Pronounced:
    """White space folded to single spaces, none at either end."""
    kept: list[tuple[str, int]] = []
    for character, word in characters:
        if character.isspace():
            if kept and kept[-1][0] != " ":
                kept.append((" ", GAP))
        else:
            kept.append((character, word))
    while kept and kept[-1][0] == " ":
        kept.pop()
    return Pronounced("".join(character for character, _ in kept), tuple(word for _, word in kept), words)


def _by_spaces(phonemes: str, words: tuple[str, ...]) -> tuple[int, ...]:
    """Words of phonemes that are only known as a string: by the spaces in it, else in proportion to the letters."""
    groups = [place for place, group in enumerate(phonemes.split(" ")) if any(map(str.isalpha, group))]
    exact = len(groups) == len(words)
    letters = [0, *accumulate(len(word) for word in words)]
    sounding = [0, *accumulate(map(str.isalpha, phonemes))]
    word_of: list[int] = []
    group = 0
    for place, character in enumerate(phonemes):
        if character == " ":
            group += 1
        if not words or character == " " or not (character.isalpha() or character in "ˈˌːʰʲ"):
            word_of.append(GAP)
        elif exact:
            word_of.append(groups.index(group))
        else:
            share = sounding[place] / max(1, sounding[-1]) * letters[-1]
            word_of.append(max(0, sum(end <= share for end in letters) - 1))
    return tuple(min(word, len(words) - 1) for word in word_of)

"""Phonemes of a line together with the words they say."""

import unicodedata
from dataclasses import dataclass, replace
from itertools import accumulate

from studio.engines.g2p.english import EnglishPhonemizer
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


def pronounce(text: str, language: str) -> Pronounced:
    """Phonemes of a text in spoken form, as its phonemizer gives them, with the words they belong to.

    Raises:
        EngineError: something in it cannot be pronounced, or the language is not installed.
    """
    text = unicodedata.normalize("NFC", text)
    words = said_words(text)
    phonemizer = phonemizer_for(language)
    if isinstance(phonemizer, EnglishPhonemizer):
        return _folded(_by_letters(phonemizer.sounds(text), words), words)
    phonemes = " ".join(phonemizer.phonemes(text).split())
    return Pronounced(phonemes, _by_spaces(phonemes, words), words)


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

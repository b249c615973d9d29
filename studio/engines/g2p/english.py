"""English words to phonemes in Kokoro's alphabet: lexicon, context, word formation, then letters to sounds."""

import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import accumulate
from typing import Final

from num2words import num2words

from studio.core.errors import EngineError
from studio.engines.g2p.context import reading_tag
from studio.engines.g2p.letter_to_sound import letter_to_sound
from studio.engines.g2p.lexicon import Lexicon, Readings, lexicon
from studio.engines.g2p.senses import EXTRA_READINGS
from studio.engines.g2p.text import CLAUSE_MARKS, Piece, pieces

_STRESS: Final = "ˈˌ"
_VOWELS: Final = frozenset("AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻᵊɐ")
_FLAPPING: Final = frozenset("AIOWYiuæɑəɛɪɹʊʌ")
_SYMBOL_NAMES: Final = {
    "&": "and", "%": "per cent", "@": "at", "+": "plus", "=": "equals", "#": "number", "/": "slash", "°": "degrees",
    "$": "dollars", "£": "pounds", "€": "euros", "§": "section", "^": "caret",
}  # fmt: skip
_MIN_COMPOUND_PART: Final = 4
_VERB_ENDINGS: Final = frozenset({"ied", "ed", "ing", "in'"})
_MAX_SPELLED_CAPITALS: Final = 3
_MAX_CLITIC: Final = 2  # 'll, 've, 'd
_LETTER_NOUNS: Final = frozenset({"letter", "grade", "vitamin", "plan", "type", "group"})
_BE: Final = frozenset({"be", "is", "are", "am", "was", "were", "been", "being", "it's", "i'm", "get", "got"})


@dataclass(frozen=True, slots=True)
class Override:
    """Phonemes for a stretch of a text, from one of its letters and digits, counted from 0, up to another."""

    begin: int
    end: int
    phonemes: str


@dataclass(frozen=True, slots=True)
class _Following:
    """What comes after a word: a vowel, a consonant, or (None) the end of the clause; and which word."""

    vowel: bool | None
    word: str


class EnglishPhonemizer:
    """Pronounces one variety of English."""

    def __init__(self, variety: str) -> None:
        self._variety = variety
        self._british = variety == "en-GB"
        self._lexicon: Lexicon = lexicon(variety)
        self._extra = EXTRA_READINGS[variety]

    def phonemes(self, text: str) -> str:
        """Phonemes of a text in spoken form: words, and the marks `;:,.!?—…“”()`.

        Raises:
            EngineError: it has a character that is neither a letter nor a mark and has no name in speech.
        """
        return re.sub(r"\s+", " ", "".join(sound for sound, _ in self.sounds(text))).strip()

    def sounds(self, text: str, overrides: Sequence[Override] = ()) -> list[tuple[str, int]]:
        """The same piece by piece: phonemes with the space that follows, and how many letters and digits they say.

        Args:
            text: in spoken form.
            overrides: stretches that are said as they tell, in order.

        Raises:
            EngineError: as `phonemes`.
        """
        line = pieces(text)
        given = _given(line, overrides) if overrides else {}
        spoken: list[tuple[str, int]] = []
        following = _Following(None, "")
        for index in range(len(line) - 1, -1, -1):
            piece = line[index]
            override = given.get(index)
            if override is not None:
                sound = self._overridden(piece.text, override)
                following = _Following(_begins_with_vowel(sound, following.vowel), piece.text.lower())
            elif piece.kind == "mark":
                sound = piece.text
                if sound in CLAUSE_MARKS:
                    following = _Following(None, "")
            else:
                sound = self._piece(line, index, following)
                following = _Following(_begins_with_vowel(sound, following.vowel), piece.text.lower())
            silent = override is not None and not sound
            space = " " if (piece.spaced or _needs_space(line, index)) and not silent else ""
            spoken.append((sound + space, sum(map(str.isalnum, piece.text))))
        return spoken[::-1]

    def _overridden(self, word: str, override: Override) -> str:
        """A piece of which a stretch is overridden: begin and end count from its own first letter."""
        if not override.phonemes:
            return ""
        letters = [place for place, character in enumerate(word) if character.isalnum()]
        before = word[: letters[override.begin]].strip("-'") if 0 < override.begin < len(letters) else ""
        after = word[letters[override.end - 1] + 1 :] if override.end < len(letters) else ""
        sound = override.phonemes
        if after.lower() == "'s":
            sound, after = self._plural(sound), ""
        rest = after.strip("-'")
        return f"{self._word(before) if before else ''}{sound}{self._word(rest) if rest else ''}"

    def _piece(self, line: list[Piece], index: int, following: _Following) -> str:
        piece = line[index]
        if piece.kind == "other":
            return self._other(piece.text)
        if piece.text.isdigit():
            return " ".join(self._word(word) for word in re.findall(r"[a-z]+", num2words(int(piece.text))))
        word = piece.text
        if (sound := self._function_word(line, index, following)) is not None:
            return sound
        readings = self._readings(word)
        if readings is None:
            return self._unknown(word)
        readings = readings | self._extra.get(word.lower(), {})
        tag = reading_tag([each.text for each in line], index, readings.keys(), final=following.vowel is None)
        return _emphasised(readings.get(tag, readings["DEFAULT"]), word)

    def knows(self, word: str) -> bool:
        """Whether the dictionary has a word, its stem, or all parts of one with hyphens or apostrophes."""
        plain = word.replace("’", "'").strip("'")
        if self._readings(plain) is not None:
            return True
        parts = [part for part in re.split("[-']", plain) if part]
        return all(len(part) <= _MAX_CLITIC or self._readings(part) is not None for part in parts)

    def readings(self, word: str) -> Readings:
        """All readings of a word by tag; empty if the dictionary does not have it."""
        found = self._readings(word)
        return {} if found is None else found | self._extra.get(word.lower(), {})

    def _word(self, word: str) -> str:
        readings = self._readings(word)
        return self._unknown(word) if readings is None else _emphasised(readings["DEFAULT"], word)

    def _other(self, symbol: str) -> str:
        if (name := _SYMBOL_NAMES.get(symbol)) is not None:
            return " ".join(self._word(word) for word in name.split())
        raise EngineError(
            f"'{symbol}' cannot be pronounced in English", hint="Write it out, or correct the spoken form."
        )

    # Function words take the form their surroundings ask for; these are the forms Kokoro was trained on.
    def _function_word(self, line: list[Piece], index: int, following: _Following) -> str | None:
        before = line[index - 1].text.lower() if index else ""
        length = "ː" if self._british else ""
        match line[index].text.lower():
            case "a":
                sound = "ˈA" if following.vowel is None or before in _LETTER_NOUNS else "ɐ"
            case "an":
                sound = "ɐn"
            case "the":
                sound = "ði" if following.vowel else "ðə"
            case "to":
                sound = {None: f"tˈu{length}", True: "tʊ", False: "tə"}[following.vowel]
            case "in":
                sound = "ˈɪn" if following.vowel is None else "ɪn"
            case "i":
                sound = "ˌI"
            case "used" if following.word == "to" and before not in _BE:
                sound = f"jˈu{length}st"
            case _:
                return None
        return sound

    def _readings(self, word: str) -> Readings | None:
        plain = word.strip("'")
        for form in dict.fromkeys((word, plain)):
            if (readings := self._lexicon.find(form)) is not None:
                return readings
            if (stripped := _without_accents(form)) != form and (readings := self._lexicon.find(stripped)) is not None:
                return readings
        return self._inflected(plain)

    def _inflected(self, word: str) -> Readings | None:
        lower = word.lower()
        for ending, stems, suffix in (
            ("'s", (word[:-2],), self._plural),
            ("s'", (word[:-1],), str),
            ("ies", (word[:-3] + "y",), self._plural),
            ("s", (word[:-1], word[:-2] if lower.endswith("es") else ""), self._plural),
            ("ied", (word[:-3] + "y",), self._past),
            ("ed", (word[:-1], word[:-2], _undoubled(word[:-2])), self._past),
            ("ing", (word[:-3], word[:-3] + "e", _undoubled(word[:-3])), self._present_participle),
            ("in'", (word[:-3],), self._present_participle),
        ):
            if not lower.endswith(ending) or lower.endswith("ss"):
                continue
            for stem in stems:
                if len(stem) > 1 and (readings := self._lexicon.find(stem)) is not None:
                    if ending in _VERB_ENDINGS and "VERB" in readings:
                        return {"DEFAULT": suffix(readings["VERB"])}
                    return {tag: suffix(sound) for tag, sound in readings.items()}
        return None

    def _plural(self, stem: str) -> str:
        if stem[-1] in "szʃʒʧʤ":
            return stem + ("ɪz" if self._british else "ᵻz")
        return stem + ("s" if stem[-1] in "ptkfθ" else "z")

    def _past(self, stem: str) -> str:
        if stem[-1] in "td":
            flapped = not self._british and stem[-1] == "t" and len(stem) > 1 and stem[-2] in _FLAPPING
            return (stem[:-1] + "T" if flapped else stem) + ("ɪd" if self._british else "ᵻd")
        return stem + ("t" if stem[-1] in "pkfθʃsʧ" else "d")

    def _present_participle(self, stem: str) -> str:
        if self._british and stem[-1] in "əː":
            return stem + "ɹɪŋ"  # linking r: the stems that end so are written with r, or take w
        if not self._british and len(stem) > 1 and stem[-1] == "t" and stem[-2] in _FLAPPING:
            return stem[:-1] + "Tɪŋ"
        return stem + "ɪŋ"

    def _unknown(self, word: str) -> str:
        """A word that is in no dictionary: its parts, its letters, or what its spelling suggests."""
        bare = word.strip("'")
        if bare.lower().endswith("'s"):
            return self._plural(self._word(bare[:-2]))
        if len(parts := [part for part in re.split("[-']+", bare) if part]) > 1:
            return "".join(self._word(part) for part in parts)
        plain = _without_accents(bare)
        if name := _letter_name(plain):
            return self._word(name)
        if not plain.isascii():
            raise EngineError(f"'{word}' cannot be pronounced in English", hint="Respell it in the project's lexicon.")
        if _is_spelled(plain):
            return self._spelled(plain)
        return self._compound(plain) or letter_to_sound(self._variety).pronounce(plain.lower())

    def _spelled(self, word: str) -> str:
        letters = [self._lexicon.exact(letter.upper()) for letter in word]
        names = [readings["DEFAULT"] for readings in letters if readings]
        return "".join([*(name.replace("ˈ", "ˌ") for name in names[:-1]), *names[-1:]])

    def _compound(self, word: str) -> str | None:
        lower = word.lower()
        for cut in range(len(lower) - _MIN_COMPOUND_PART, _MIN_COMPOUND_PART - 1, -1):
            first, second = self._lexicon.exact(lower[:cut]), self._readings(lower[cut:])
            if first and second:
                return first["DEFAULT"] + second["DEFAULT"].replace("ˈ", "ˌ")
        return None


def _given(line: list[Piece], overrides: Sequence[Override]) -> dict[int, Override]:
    """What overrides say of each piece, counted from its own letters: a word for each, or all of it with the last."""
    ends = list(accumulate(sum(map(str.isalnum, piece.text)) for piece in line))
    found: dict[int, Override] = {}
    for override in overrides:
        first = bisect_right(ends, override.begin)
        last = bisect_left(ends, override.end)
        said = [index for index in range(first, last + 1) if any(map(str.isalnum, line[index].text))]
        words = override.phonemes.split(" ")
        each = words if len(words) == len(said) else ["" for _ in said[:-1]] + [override.phonemes]
        for index in range(first, last + 1):
            before = ends[index - 1] if index else 0
            begin, end = max(0, override.begin - before), min(ends[index], override.end) - before
            found[index] = Override(begin, end, each[said.index(index)] if index in said else "")
    return found


def _emphasised(sound: str, word: str) -> str:
    """A capital gives a word without stress a light one; capitals throughout give it a full one."""
    shouted = len(word) > 1 and word.isupper()
    if not any(mark in sound for mark in _STRESS):
        if not word[:1].isupper():
            return sound
        at = next((place for place, phoneme in enumerate(sound) if phoneme in _VOWELS), None)
        return sound if at is None else sound[:at] + ("ˈ" if shouted else "ˌ") + sound[at:]
    if shouted and "ˈ" not in sound:
        return sound.replace("ˌ", "ˈ", 1)
    return sound


def _begins_with_vowel(sound: str, otherwise: bool | None) -> bool | None:
    first = sound.lstrip(_STRESS)[:1]
    return first in _VOWELS if first else otherwise


def _needs_space(line: list[Piece], index: int) -> bool:
    """Two words or symbols that touch ("10%") are still two words."""
    return index + 1 < len(line) and line[index].kind != "mark" and line[index + 1].kind != "mark"


def _without_accents(word: str) -> str:
    ligatures = word.translate(
        {ord("æ"): "ae", ord("œ"): "oe", ord("ø"): "o", ord("ß"): "ss", ord("Æ"): "Ae", ord("Œ"): "Oe", ord("ł"): "l"}
    )
    return "".join(c for c in unicodedata.normalize("NFKD", ligatures) if not unicodedata.combining(c))


def _is_spelled(word: str) -> bool:
    """Whether a word in no dictionary is said letter by letter: "BBC", "xkcd", a single letter."""
    if len(word) == 1 or not re.search("[aeiouy]", word.lower()):
        return True
    return word.isupper() and len(word) <= _MAX_SPELLED_CAPITALS


def _letter_name(letter: str) -> str:
    """Name of a single letter of another alphabet ("pi"), or ""."""
    if len(letter) != 1 or letter.isascii():
        return ""
    _, _, name = unicodedata.name(letter, "").partition(" LETTER ")
    return name.lower() if name.isalpha() and len(name) > 1 else ""


def _undoubled(stem: str) -> str:
    return stem[:-1] if stem[-1:] == stem[-2:-1] else ""


@cache
def english(variety: str) -> EnglishPhonemizer:
    """The phonemizer of "en-US" or "en-GB", made once per process."""
    return EnglishPhonemizer(variety)

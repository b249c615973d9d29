"""Words of a book that are worth a look before it is said: unknown ones, names, and those with two readings."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

HETERONYMS: Final = frozenset({
    "abuse", "advocate", "aged", "appropriate", "articulate", "associate", "attribute", "axes", "bases", "bass",
    "blessed", "bow", "bowed", "bows", "buffet", "close", "conduct", "conflict", "console", "content", "contract",
    "converse", "convict", "coordinate", "crooked", "cursed", "deliberate", "desert", "does", "dogged", "dove",
    "duplicate", "elaborate", "entrance", "estimate", "evening", "excuse", "frequent", "graduate", "house",
    "incense", "increase", "insult", "intimate", "invalid", "jagged", "lead", "learned", "live", "lives", "minute",
    "moderate", "moped", "multiply", "number", "object", "perfect", "permit", "polish", "present", "primer",
    "proceeds", "produce", "progress", "project", "putting", "read", "rebel", "record", "refuse", "resume", "row",
    "rows", "secreted", "separate", "sewer", "slaughter", "sow", "subject", "suspect", "tear", "tears", "tower",
    "transfer", "use", "wicked", "wind", "winds", "wound",
})  # fmt: skip
"""Words that are written alike and said in two ways."""

MIN_LETTERS: Final = 2
_WORD: Final = re.compile(r"[^\W\d_]+(?:['’-][^\W\d_]+)*")
_SENTENCE_END: Final = re.compile(r"[.!?…]['\"”’)]*\s*['\"“‘(]*$")
_POSSESSIVE: Final = re.compile(r"['’]s?$")


class Risk(StrEnum):
    """Why a word wants a look."""

    UNKNOWN = "unknown"
    NAME = "name"
    HETERONYM = "heteronym"


@dataclass(frozen=True, slots=True)
class Place:
    """Where a word stands.

    Attributes:
        chapter: number of the chapter, from 1.
        segment: id of the segment.
        number: which of the word's occurrences in the segment, from 1: of `occurrences_of`.
        start: offset of the word in the words of the segment.
        sentence: the words of the segment.
    """

    chapter: int
    segment: str
    number: int
    start: int
    sentence: str


@dataclass(frozen=True, slots=True)
class RiskyWord:
    """A word with every place where it stands.

    Attributes:
        word: as it is written most often; a heteronym in lower case.
        risk: why it is here.
        places: in reading order.
    """

    word: str
    risk: Risk
    places: tuple[Place, ...]


@dataclass(frozen=True, slots=True)
class Passage:
    """The words of a segment, and what of them is said by a tag already.

    Attributes:
        chapter: its number.
        segment: its id.
        text: its words.
        settled: begin and end of stretches that a tag or the lexicon says.
    """

    chapter: int
    segment: str
    text: str
    settled: tuple[tuple[int, int], ...] = ()


def occurrences_of(word: str, text: str) -> tuple[tuple[int, int], ...]:
    """Begin and end of a word in a text, whichever letters are capitals, without the 's of a possessive."""
    key = _POSSESSIVE.sub("", word).casefold()
    found = ((match.start(), _POSSESSIVE.sub("", match[0])) for match in _WORD.finditer(text))
    return tuple((start, start + len(each)) for start, each in found if each.casefold() == key)


def risky_words(passages: Iterable[Passage], known: Callable[[str], bool]) -> tuple[RiskyWord, ...]:
    """List a book's words that are worth a look: unknown ones and names by count, then heteronyms.

    A word that never begins small and stands with a capital inside of a sentence is a name; it is listed only where no
    dictionary has it.

    Args:
        passages: in reading order.
        known: whether the engine's dictionary has a word.
    """
    places: defaultdict[str, list[Place]] = defaultdict(list)
    forms: defaultdict[str, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    named: set[str] = set()
    small: set[str] = set()
    for passage in passages:
        counted: defaultdict[str, int] = defaultdict(int)
        for match in _WORD.finditer(passage.text):
            word = _POSSESSIVE.sub("", match[0])
            key = word.casefold()
            if len(word) < MIN_LETTERS:
                continue
            if word[0].islower():
                small.add(key)
            elif not word.isupper() and match.start() and not _SENTENCE_END.search(passage.text[: match.start()]):
                named.add(key)
            counted[key] += 1
            if any(start <= match.start() < end for start, end in passage.settled):
                continue
            forms[key][word] += 1
            place = Place(passage.chapter, passage.segment, counted[key], match.start(), passage.text)
            places[key].append(place)
    unknown: list[RiskyWord] = []
    heteronyms: list[RiskyWord] = []
    for key, found in places.items():
        written = max(forms[key], key=lambda form: (forms[key][form], form))
        if key in HETERONYMS and not (key in named and key not in small):
            heteronyms.append(RiskyWord(key, Risk.HETERONYM, tuple(found)))
        elif not known(written):
            risk = Risk.NAME if key in named and key not in small else Risk.UNKNOWN
            unknown.append(RiskyWord(written, risk, tuple(found)))
    return tuple(
        sorted(unknown, key=lambda word: (-len(word.places), word.word))
        + sorted(heteronyms, key=lambda word: word.word)
    )

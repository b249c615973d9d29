"""Where entries of lexicons touch a text, and which of them decides."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Final

from studio.manuscript.lexicon.entry import Entry, PartOfSpeech, Scope

_WORD: Final = re.compile(r"[^\W_]+")
_TOKEN: Final = re.compile(r"[^\W_]+(?:'[^\W_]+)*")
_REACH: Final = 64
"""Characters on either side that are looked through for a neighbour."""
_STRAIGHT: Final = str.maketrans({"’": "'", "‘": "'"})

TagWord = Callable[[str, int], PartOfSpeech | None]
"""What the word at an offset of a text is, as far as it can be told."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """A stretch of a text that an entry says.

    Attributes:
        start: offset of its first character.
        end: offset after its last.
        entry: what decides.
    """

    start: int
    end: int
    entry: Entry


@dataclass(frozen=True, slots=True)
class _Candidate:
    scope: Scope
    entry: Entry
    pattern: re.Pattern[str]
    order: int

    @property
    def rank(self) -> tuple[int, int, int, int]:
        return len(self.entry.written), self.scope, self.entry.conditions, self.order


class Pronunciations:
    """The entries in force for one voice in one book.

    The longer written form decides first ("New York" before "York"), then voice before book before studio, then the
    entry with more conditions; of equal ones the later. An override of a single occurrence beats all of them.
    """

    def __init__(self, entries: Iterable[tuple[Scope, Entry]], language: str) -> None:
        by_first_word: defaultdict[str, list[_Candidate]] = defaultdict(list)
        for order, (scope, entry) in enumerate(entries):
            if entry.holds_for(language):
                by_first_word[_first_word(entry)].append(_Candidate(scope, entry, _pattern(entry), order))
        self._candidates = {
            word: sorted(found, key=lambda candidate: candidate.rank, reverse=True)
            for word, found in by_first_word.items()
        }

    def find(self, text: str, tag: TagWord, overrides: Mapping[int, Entry] | None = None) -> tuple[Occurrence, ...]:
        """Occurrences in a text, in order, none overlapping.

        Args:
            text: words as they are written.
            tag: asked only about words that have an entry which depends on it.
            overrides: entries by the offset of the one occurrence they are for; conditions do not count.
        """
        straight = text.translate(_STRAIGHT)
        chosen = overrides or {}
        found: list[Occurrence] = []
        done = 0
        for word in _WORD.finditer(straight):
            start = word.start()
            if start < done:
                continue
            occurrence = self._overridden(straight, start, chosen.get(start)) or self._at(straight, start, word[0], tag)
            if occurrence is not None:
                found.append(occurrence)
                done = occurrence.end
        return tuple(found)

    def _overridden(self, text: str, start: int, entry: Entry | None) -> Occurrence | None:
        match = _pattern(entry).match(text, start) if entry is not None else None
        return Occurrence(start, match.end(), entry) if entry is not None and match is not None else None

    def _at(self, text: str, start: int, word: str, tag: TagWord) -> Occurrence | None:
        for candidate in self._candidates.get(word.casefold(), ()):
            match = candidate.pattern.match(text, start)
            if match is not None and _holds(candidate.entry, text, match, tag):
                return Occurrence(start, match.end(), candidate.entry)
        return None


def _holds(entry: Entry, text: str, match: re.Match[str], tag: TagWord) -> bool:
    if entry.part_of_speech is not None and tag(text, match.start()) is not entry.part_of_speech:
        return False
    return not entry.beside or not _neighbours(text, match).isdisjoint(entry.beside)


def _neighbours(text: str, match: re.Match[str]) -> frozenset[str]:
    """The word before and the word after, in lower case."""
    before = _TOKEN.findall(text, max(0, match.start() - _REACH), match.start())[-1:]
    after = _TOKEN.findall(text, match.end(), match.end() + _REACH)[:1]
    return frozenset(word.lower() for word in (*before, *after))


def _first_word(entry: Entry) -> str:
    word = _WORD.match(entry.written)
    return word[0].casefold() if word is not None else ""


def _pattern(entry: Entry) -> re.Pattern[str]:
    written = r"\s+".join(map(re.escape, entry.written.split()))
    return re.compile(rf"(?<!\w){written}(?!\w)", re.NOFLAG if entry.exact_case else re.IGNORECASE)

"""The pronunciation lexicon of one variety of English: over 200,000 words in 8 MB of memory."""

import gzip
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Final

import numpy as np

DATA: Final = Path(__file__).parent / "data"
VARIETIES: Final = {"en-US": "us", "en-GB": "gb"}

Readings = dict[str, str]
"""Phonemes by part of speech; "DEFAULT" is always there. Tags: NOUN VERB ADJ ADV VBD VBN VBP DT, and None: at the end
of a clause, where a function word is not reduced."""


class Lexicon:
    """Words of one variety, found by binary search in the sorted text of the file."""

    def __init__(self, variety: str) -> None:
        text = gzip.decompress((DATA / f"{variety}.tsv.gz").read_bytes())
        self._text = text
        ends = np.flatnonzero(np.frombuffer(text, dtype=np.uint8) == ord("\n"))
        self._starts = np.concatenate([[0], ends + 1])

    def __len__(self) -> int:
        """How many words it has."""
        return self._starts.size - 1

    def items(self) -> Iterator[tuple[str, str]]:
        """All words with their default phonemes, in order."""
        for index in range(len(self)):
            word, default, *_ = self._line(index).decode().split("\t")
            yield word, default

    def exact(self, word: str) -> Readings | None:
        """Readings of a word as it is written, or None."""
        key = word.encode() + b"\t"
        low, high = 0, len(self)
        while low < high:
            middle = (low + high) // 2
            if self._line(middle) < key:
                low = middle + 1
            else:
                high = middle
        if low == len(self) or not (line := self._line(low)).startswith(key):
            return None
        default, *others = line[len(key) :].decode().split("\t")
        return {"DEFAULT": default, **dict(other.split("=", 1) for other in others)}

    def find(self, word: str) -> Readings | None:
        """Readings of a word, whichever letters are written as capitals."""
        for form in dict.fromkeys((word, word.lower(), word.capitalize())):
            if (readings := self.exact(form)) is not None:
                return readings
        return None

    def _line(self, index: int) -> bytes:
        return self._text[self._starts[index] : self._starts[index + 1] - 1]


@cache
def lexicon(variety: str) -> Lexicon:
    """The lexicon of "en-US" or "en-GB", loaded once per process."""
    return Lexicon(variety)

"""The words of a block on their way through its elements, with how stretches of them are said."""

import re
from collections.abc import Callable
from itertools import accumulate

from studio.core.errors import InputError
from studio.importers.clean import clean_text
from studio.importers.spans import Line, Span, clean_line
from studio.manuscript.said import Said, read_said

_DIGITS = re.compile(r"\d+")


class Run:
    """Pieces of text in a row: in another language, or said in a way of their own, where that was told.

    Attributes:
        flushed: how many runs came before this one.
        begun: it holds more than white space.
    """

    def __init__(self) -> None:
        self.flushed = 0
        self.begun = False
        self._parts: list[str] = []
        self._foreign: list[tuple[int, str]] = []
        self._said: list[tuple[int, int, str, str]] = []

    def __len__(self) -> int:
        return len(self._parts)

    def add(self, text: str, language: str = "") -> None:
        """Add words as written; a line feed begins a new line.

        Args:
            text: raw words.
            language: tag of the language they are in, where it is not the book's.
        """
        if language:
            self._foreign.append((len(self._parts), language))
        self._parts.append(text)
        self.begun = self.begun or not text.isspace()

    def say_since(self, start: int, kind: str, value: str) -> None:
        """Tell how all words since a length of the run are said: in phonemes, or spelled out where `kind` is empty."""
        self._said.append((start, len(self._parts), kind, value))

    def change_since(self, start: int, change: Callable[[str], str]) -> None:
        """Change all pieces since a length of the run, such as into superscripts."""
        self._parts[start:] = [change(part) for part in self._parts[start:]]

    def take(self) -> tuple[list[Line], int]:
        """Empty the run.

        Returns:
            Its lines of clean words with how they are said, and how many phonemes could not be used.
        """
        raw = "".join(self._parts)
        marked = bool(self._foreign or self._said)
        spans, unusable = self._spans(raw) if marked else ([], 0)
        self._parts.clear()
        self._foreign.clear()
        self._said.clear()
        self.begun = False
        self.flushed += 1
        if not marked:
            return [Line(clean_text(line)) for line in raw.split("\n")], unusable
        lines: list[Line] = []
        start = at = 0
        for line in raw.split("\n"):
            end = start + len(line)
            own: list[Span] = []
            while at < len(spans) and spans[at].start < end:
                span = spans[at]
                own.append(Span(max(0, span.start - start), min(end, span.end) - start, span.said))
                if span.end > end:
                    break
                at += 1
            lines.append(clean_line(line, own))
            start = end + 1
        return lines, unusable

    def _spans(self, raw: str) -> tuple[list[Span], int]:
        """Stretches that are said in a way of their own, in order; a language gives way to phonemes."""
        offsets = [0, *accumulate(map(len, self._parts))]
        spans: list[Span] = []
        taken: set[int] = set()
        unusable = 0
        for first, last, kind, value in self._said:
            start, end = offsets[first], offsets[last]
            try:
                spans.append(Span(start, end, _said(raw[start:end], kind, value)))
                taken.update(range(first, last))
            except InputError:
                unusable += bool(kind)
        for place, tag in self._foreign:
            if place in taken:
                continue
            start, end = offsets[place], offsets[place + 1]
            said = Said("lang", tag)
            if spans and (spans[-1].end, spans[-1].said) == (start, said):
                spans[-1] = Span(spans[-1].start, end, said)
            else:
                spans.append(Span(start, end, said))
        return sorted(spans, key=lambda span: span.start), unusable


def _said(raw: str, kind: str, value: str) -> Said:
    """How words are said: in phonemes, or spelled out, character by character or only their digits.

    Raises:
        InputError: it cannot be said, or not of so many words.
    """
    words = clean_text(raw)
    if kind:
        return read_said(kind, value, words)
    if value == "digits":
        return read_said("say", _DIGITS.sub(lambda match: " ".join(match[0]), words), words)
    return read_said("say", " ".join(char.upper() for char in words if char.isalnum()), words)

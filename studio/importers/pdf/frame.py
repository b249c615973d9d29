"""What frames the text of a printed page and is not read: running heads, page numbers, footnotes."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace
from typing import Final

from studio.importers.clean import raised
from studio.importers.pdf.lines import PdfLine, PdfPage
from studio.manuscript.matter import is_chapter_title, is_part_title

_EDGE_LINES: Final = 2
_LEAST_SAME: Final = 3
_FEW_PAGES: Final = 12  # of so few pages, two that are alike are enough
_SAME_HEIGHT_PT: Final = 6.0
_OUTER_NUMBER: Final = re.compile(r"^\d{1,4}\b|\b\d{1,4}$")
_HEADING_SIZE: Final = 1.15  # of the type of the text: no page number is set as large
_FOLIO: Final = re.compile(
    r"[\s\-–—|·•\[(]*(?:page\s+)?(?P<number>\d{1,4}|[ivxlc]{1,7})(?:\s*(?:of|/)\s*\d+)?[\s\-–—|·•\])]*", re.IGNORECASE
)
_NOTE: Final = re.compile(r"\s*(?P<mark>\d{1,3}|[*†‡§]{1,3})[.)]?\s*\S")
_NOTE_SIZE: Final = 0.9  # of the type of the text
_NOTES_BELOW: Final = 0.45  # of the height of the page
_ROMAN: Final = {"i": 1, "v": 5, "x": 10, "l": 50, "c": 100}


def without_frames(pages: Sequence[PdfPage], body_pt: float) -> tuple[list[PdfPage], dict[str, int]]:
    """Pages without what frames them, and how much of each kind was left out.

    A line at the head or foot that comes again on other pages at the same height is a running head, with or without a
    number that counts up with the pages; such a number alone is a page number. Lines of smaller type at the foot that
    begin with a mark are footnotes; their marks in the text go with them, other raised figures stay.

    Args:
        pages: in order.
        body_pt: size of the type of the text, in points.
    """
    running = _running(pages)
    folios = _folios(pages, body_pt)
    counts: Counter[str] = Counter()
    framed = []
    for number, page in enumerate(pages):
        kept = []
        for index, line in enumerate(page.lines):
            if (number, index) in running or (number, index) in folios:
                counts["line of running heads and page numbers"] += 1
            else:
                kept.append(line)
        text, notes = _notes(kept, page, body_pt)
        counts["footnote"] += len(notes)
        framed.append(replace(page, lines=tuple(_marked(line, notes) for line in text)))
    return framed, {kind: count for kind, count in counts.items() if count}


def _edges(page: PdfPage) -> list[int]:
    """Indices of the lines nearest to the head and to the foot of a page."""
    ordered = sorted(range(len(page.lines)), key=lambda index: -page.lines[index].foot)
    return sorted({*ordered[:_EDGE_LINES], *ordered[-_EDGE_LINES:]})


def _running(pages: Sequence[PdfPage]) -> set[tuple[int, int]]:
    same: defaultdict[tuple[str, int | None], list[tuple[int, int, float]]] = defaultdict(list)
    for number, page in enumerate(pages):
        for index in _edges(page):
            line = page.lines[index]
            for words, offset in _readings(line.text.casefold().strip(), number):
                if any(character.isalpha() for character in words):
                    same[words, offset].append((number, index, line.foot))
    found: set[tuple[int, int]] = set()
    least = _LEAST_SAME if len(pages) > _FEW_PAGES else 2
    for places in same.values():
        for _, _, foot in places:
            level = [(number, index) for number, index, other in places if abs(other - foot) <= _SAME_HEIGHT_PT]
            if len({number for number, _ in level}) >= least:
                found.update(level)
    return found


def _readings(text: str, page: int) -> list[tuple[str, int | None]]:
    """A line as it stands, and as words beside a page number: those words, and the number less the page's index.

    The number of "Chapter 3" is part of a title, that of "Chapter 3 · 41" behind it is not.
    """
    readings: list[tuple[str, int | None]] = [(text, None)]
    for match in _OUTER_NUMBER.finditer(text):
        words = f"{text[: match.start()]}{text[match.end() :]}".strip()
        if _is_title(words) or not _is_title(text):
            readings.append((words, int(match[0]) - page))
    return readings


def _is_title(text: str) -> bool:
    return is_chapter_title(text) or is_part_title(text)


def _folios(pages: Sequence[PdfPage], body_pt: float) -> set[tuple[int, int]]:
    by_offset: defaultdict[int, list[tuple[int, int, float]]] = defaultdict(list)
    for number, page in enumerate(pages):
        for index in _edges(page):
            line = page.lines[index]
            match = _FOLIO.fullmatch(line.text)
            if match is not None and line.size < _HEADING_SIZE * body_pt:
                by_offset[_value(match["number"]) - number].append((number, index, line.foot))
    return {
        (number, index)
        for places in by_offset.values()
        for number, index, foot in places
        if sum(abs(other - foot) <= _SAME_HEIGHT_PT for _, _, other in places) >= 2  # noqa: PLR2004 - two that count up
    }


def _value(number: str) -> int:
    if number.isdecimal():
        return int(number)
    values = [_ROMAN[letter] for letter in number.lower()]
    return sum(-value if value < max(values[index:], default=0) else value for index, value in enumerate(values))


def _notes(lines: list[PdfLine], page: PdfPage, body_pt: float) -> tuple[list[PdfLine], list[str]]:
    """The text of a page, and the marks of the footnotes below it."""
    start = len(lines)
    while (
        start > 0
        and lines[start - 1].size <= _NOTE_SIZE * body_pt
        and lines[start - 1].foot < _NOTES_BELOW * page.height
    ):
        start -= 1
    while start < len(lines) and _note_mark(lines[start]) == "":
        start += 1
    marks = [mark for line in lines[start:] if (mark := _note_mark(line))]
    return lines[:start], marks


def _note_mark(line: PdfLine) -> str:
    if line.marks and line.marks[0][0] == 0:
        return "".join(mark for at, mark in line.marks if at == 0)
    match = _NOTE.match(line.text)
    return match["mark"] if match is not None else ""


def _marked(line: PdfLine, notes: Sequence[str]) -> PdfLine:
    """A line with its raised figures in their places, without the marks of footnotes."""
    if not line.marks:
        return line
    groups: defaultdict[int, str] = defaultdict(str)
    for at, mark in line.marks:
        groups[at] += mark
    text = line.text
    for at in sorted(groups, reverse=True):
        figures = groups[at]
        if figures not in notes and figures.isdecimal():
            text = f"{text[:at]}{raised(figures)}{text[at:]}"
    return replace(line, text=text, marks=())

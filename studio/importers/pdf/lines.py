"""The lines of a PDF, page by page: their words, places and sizes of type."""

import ctypes
import re
from bisect import bisect_left, bisect_right
from collections.abc import Iterator
from dataclasses import dataclass, replace
from statistics import median
from typing import Any, Final

_LIGATURES: Final = str.maketrans({
    "\ufb00": "ff", "\ufb01": "fi", "\ufb02": "fl", "\ufb03": "ffi", "\ufb04": "ffl", "\ufb05": "st", "\ufb06": "st",
    "\u00a0": " ", "\u00ad": "", "\ufffe": "-", "\x02": "-",
})  # fmt: skip
"""What type setters join, as the letters; PDFium writes U+0002 or U+FFFE for a hyphen that ends a line."""
_BREAKS: Final = frozenset("\r\n")
_DIVIDED: Final = frozenset("\x02\ufffe")
_MARK: Final = re.compile(r"[\d*†‡§]")
MAX_CHARS: Final = 16_000_000
"""Of a document: eight times the longest novels."""
_MAX_LINE_CHARS: Final = 20_000
_SMALL: Final = 0.8  # of the size of the line: a superscript
_COLUMN_GAP: Final = 3.0  # of the height of a letter: no space between words is as wide
_CAPITAL: Final = 0.66  # height of a capital, of the size of type
_SAME_FOOT_PT: Final = 2.0
_SAME_LINE: Final = 0.45  # of the size of type: how far apart the feet of pieces of one line are


@dataclass(frozen=True, slots=True)
class PdfLine:
    """A line of a page. Places are in points (1/72 inch) from the left and from the foot of the page.

    Attributes:
        text: its words, white space folded.
        left: where it begins.
        right: where it ends.
        foot: the line its letters stand on.
        head: that and the size of its type.
        size: of the type, in points.
        marks: offsets in `text` and characters of raised figures and signs.
    """

    text: str
    left: float
    right: float
    foot: float
    head: float
    size: float
    marks: tuple[tuple[int, str], ...] = ()


@dataclass(frozen=True, slots=True)
class PdfPage:
    """A page: its lines in reading order, its width and height in points, and whether pictures are on it."""

    lines: tuple[PdfLine, ...]
    width: float
    height: float
    pictures: bool = False


def read_page(page: Any) -> PdfPage:
    """The lines of a page of `pypdfium2`, columns one after the other."""
    import pypdfium2.raw as pdfium  # noqa: PLC0415 - a shared library, for one format

    text_page = page.get_textpage()
    try:
        lines = list(_lines(pdfium, text_page.raw))
    finally:
        text_page.close()
    width, height = page.get_size()
    pictures = not lines and any(True for _ in page.get_objects(filter=[pdfium.FPDF_PAGEOBJ_IMAGE], max_depth=2))
    return PdfPage(tuple(in_columns(_whole(lines), width)), width, height, pictures)


def _lines(pdfium: Any, raw: Any) -> Iterator[PdfLine]:
    count = min(pdfium.FPDFText_CountChars(raw), MAX_CHARS + 1)
    start = 0
    for index in range(count + 1):
        character = chr(pdfium.FPDFText_GetUnicode(raw, index)) if index < count else "\n"
        apart = character == " " and start < index < count - 1 and _stand_apart(pdfium, raw, index)
        divided = character in _DIVIDED
        if character in _BREAKS or apart or divided or index - start > _MAX_LINE_CHARS:
            line = _line(pdfium, raw, start, index + divided)
            if line is not None:
                yield line
            start = index + 1


def _stand_apart(pdfium: Any, raw: Any, space: int) -> bool:
    """Whether what stands before and after a space is of two columns."""
    before, after = _box(pdfium, raw, space - 1), _box(pdfium, raw, space + 1)
    return after[0] - before[2] > _COLUMN_GAP * max(1.0, before[3] - before[1], after[3] - after[1])


def _line(pdfium: Any, raw: Any, start: int, end: int) -> PdfLine | None:
    characters = [chr(pdfium.FPDFText_GetUnicode(raw, index) or 32) for index in range(start, end)]
    seen = [
        index
        for index, character in enumerate(characters)
        if not character.isspace() and (character.isprintable() or character in _DIVIDED)
    ]
    if not seen:
        return None
    letters = [index for index in seen if characters[index].isalpha()] or seen
    size = median(_size(pdfium, raw, start + index) for index in letters[:: max(1, len(letters) // 5)])
    marks: list[tuple[int, str]] = []
    text = ""
    for index, character in enumerate(characters):
        if index and _MARK.match(character) and _size(pdfium, raw, start + index) < _SMALL * size:
            marks.append((len(text), character))
            continue
        joined = character.translate(_LIGATURES)
        if not (joined.isspace() and (not text or text.endswith(" "))):
            text += " " if joined.isspace() else joined
    first, last = _box(pdfium, raw, start + seen[0]), _box(pdfium, raw, start + seen[-1])
    foot = _baseline(pdfium, raw, start + letters[0])
    return PdfLine(text.rstrip(), first[0], max(last[2], first[2]), foot, foot + size, round(size, 2), tuple(marks))


def _baseline(pdfium: Any, raw: Any, index: int) -> float:
    across, up = ctypes.c_double(), ctypes.c_double()
    pdfium.FPDFText_GetCharOrigin(raw, index, across, up)
    return up.value


def _size(pdfium: Any, raw: Any, index: int) -> float:
    """Height of the type as set: its nominal size, scaled as its box is where that is a unit size."""
    size = float(pdfium.FPDFText_GetFontSize(raw, index))
    if size > 1.5:  # noqa: PLR2004 - many producers set type of size 1 and scale it
        return size
    box = _box(pdfium, raw, index)
    return max(1.0, (box[3] - box[1]) * 1.4)


def _box(pdfium: Any, raw: Any, index: int) -> tuple[float, float, float, float]:
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    pdfium.FPDFText_GetCharBox(raw, index, left, right, bottom, top)
    return left.value, bottom.value, right.value, top.value


def _whole(lines: list[PdfLine]) -> list[PdfLine]:
    """Pieces that stand on one line put together, as justified text is often cut."""
    whole: list[PdfLine] = []
    for line in lines:
        last = whole[-1] if whole else None
        beside = (
            last is not None
            and abs(last.foot - line.foot) < _SAME_LINE * max(last.size, line.size)
            and 0 <= line.left - last.right < 1.5 * line.size
            and abs(last.size - line.size) < 0.3 * line.size
        )
        if last is not None and beside:
            space = "" if line.left - last.right < 0.15 * line.size else " "
            shift = len(last.text) + len(space)
            whole[-1] = replace(
                last, text=f"{last.text}{space}{line.text}", right=line.right, foot=min(last.foot, line.foot),
                head=max(last.head, line.head), marks=last.marks + tuple((at + shift, mark) for at, mark in line.marks),
            )  # fmt: skip
        else:
            whole.append(line)
    return whole


def in_columns(lines: list[PdfLine], width: float) -> list[PdfLine]:
    """Lines in reading order: of a page of two columns the left one first, headings over both where they stand."""
    middle = width / 2
    left = [line for line in lines if line.right <= middle + 6]
    right = [line for line in lines if line.left >= middle - 6]
    rights = sorted(line.foot for line in right)
    rows = sum(
        bisect_left(rights, one.foot + 0.5 * one.size) > bisect_right(rights, one.foot - 0.5 * one.size) for one in left
    )
    if min(len(left), len(right)) < 5 or rows < 4 or len(left) + len(right) < 0.7 * len(lines):  # noqa: PLR2004 - enough to be columns
        usual = median(line.size for line in lines) if lines else 0.0
        return sorted(lines, key=lambda line: (-round(_height(line, usual) / _SAME_FOOT_PT), line.left))
    spanning = sorted(
        (line for line in lines if line.right > middle + 6 and line.left < middle - 6), key=lambda line: -line.foot
    )
    ordered: list[PdfLine] = []
    above = float("inf")
    for span in [*spanning, None]:
        below = span.foot if span is not None else float("-inf")
        for column in (left, right):
            ordered += sorted((line for line in column if below < line.foot <= above), key=lambda line: -line.foot)
        if span is not None:
            ordered.append(span)
        above = below
    return ordered


def _height(line: PdfLine, usual_pt: float) -> float:
    """Where a line stands on its page; a drop cap, which hangs down over several, stands with the first of them."""
    hangs = len(line.text) <= 2 and line.size > 1.5 * usual_pt  # noqa: PLR2004 - a letter, perhaps with a quotation mark
    return line.foot + (_CAPITAL * (line.size - usual_pt) + _SAME_FOOT_PT if hangs else 0.0)

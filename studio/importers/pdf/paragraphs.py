"""From the lines of pages to paragraphs and headings."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import pairwise
from statistics import median
from typing import Final

from studio.importers.clean import clean_text, has_letter
from studio.importers.pdf.lines import PdfLine, PdfPage
from studio.manuscript.matter import bare_words, is_chapter_title, is_part_title, is_scene_break
from studio.manuscript.model import Block, BlockKind

_HEADING_SIZE: Final = 1.15  # of the type of the text
_DROP_CAP_SIZE: Final = 1.8
_INDENT: Final = 0.7  # of the size of type
_SHORT: Final = 0.86  # of the measure: a line that ends before it may end its paragraph
_GAP: Final = 1.45  # of the distance of lines
_SCENE_GAP: Final = 2.4
_MAX_HEADING_WORDS: Final = 20
_SAME_SIZE_PT: Final = 0.5
_TITLE_LINES: Final = 3
_ENDS: Final = re.compile(r"[.!?…:][\"'”’»)\]]*$")
_HYPHEN: Final = re.compile(r"([^\W\d_]+)[-\u2010]$")
_COMPOUND: Final = frozenset({
    "twenty", "thirty", "forty", "fifty", "sixty", "seventy", "eighty", "ninety", "self", "ex", "half", "well", "all",
})  # fmt: skip
"""First halves whose hyphen is likelier the author's than the type setter's, where the book has no other sign."""
_WORD: Final = re.compile(r"[^\W\d_]+(?:[-\u2010'’][^\W\d_]+)*")


def body_size(pages: Sequence[PdfPage]) -> float:
    """Size of the type most of the text is set in, in points."""
    sizes: Counter[float] = Counter()
    for page in pages:
        for line in page.lines:
            sizes[round(line.size * 2) / 2] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 10.0


def read_blocks(
    pages: Sequence[PdfPage], outline: Mapping[int, Sequence[tuple[int, str]]], body_pt: float
) -> list[Block]:
    """Paragraphs, headings and scene breaks of a book.

    Args:
        pages: without running heads and the like.
        outline: level (from 1) and title of the bookmarks that lead to a page, by its index.
        body_pt: size of the type of the text, in points.
    """
    words = _vocabulary(pages)
    writer = _Writer(body_pt, words)
    for index, page in enumerate(pages):
        writer.page(page, [(title, min(6, level)) for level, title in outline.get(index, ())])
    writer.end()
    return writer.blocks


def _vocabulary(pages: Sequence[PdfPage]) -> Counter[str]:
    """How often each word stands inside a line, where no hyphen of the type setter is in it."""
    return Counter(
        word.casefold()
        for page in pages
        for line in page.lines
        for word in _WORD.findall(line.text.rsplit(" ", 1)[0] if line.text.endswith(("-", "\u2010")) else line.text)
    )


@dataclass(slots=True)
class _Writer:
    body_pt: float
    words: Counter[str]
    blocks: list[Block] = field(default_factory=list)
    run: list[str] = field(default_factory=list)
    last: PdfLine | None = None
    cap: str = ""
    measure: tuple[float, float] = (0.0, 0.0)
    last_heading: PdfLine | None = None

    def page(self, page: PdfPage, titles: Sequence[tuple[str, int]]) -> None:
        lines = page.lines
        left, right, step = _measure(lines, self.body_pt)
        previous: PdfLine | None = None
        places = _places(lines, titles)
        if not any(index in places or self._level(line, left, right) for index, line in enumerate(lines)):
            for title, level in titles:  # named by the bookmarks alone
                self._titled(title, level)
        titled = 0
        for index, line in enumerate(lines):
            if index in places:
                title, level, titled = places[index]
                self._titled(title, level)
            if index < titled:
                previous = line
                continue
            level = self._level(line, left, right)
            if is_scene_break(line.text) or not has_letter(line.text):
                if is_scene_break(line.text):
                    self.end()
                    self.blocks.append(Block(BlockKind.SCENE_BREAK))
            elif _is_drop_cap(line, lines[index + 1] if index + 1 < len(lines) else None, self.body_pt):
                self.end()
                self.cap = line.text
                continue
            elif level:
                self._heading(line, level)
            else:
                self._text(line, previous, left, right, step)
            previous = line
        self.measure = (left, right)

    def end(self) -> None:
        """End the paragraph."""
        text = clean_text(" ".join(self.run))
        self.run.clear()
        self.last = None
        if has_letter(text):
            self.blocks.append(Block(BlockKind.PARAGRAPH, text))

    def _level(self, line: PdfLine, left: float, right: float) -> int:
        """Level of a heading, 0 for text."""
        if len(line.text.split()) > _MAX_HEADING_WORDS or line.text.endswith((",", ";")):
            return 0
        if line.size >= _HEADING_SIZE * self.body_pt:
            return 1 if line.size >= 1.6 * self.body_pt else 2
        centred = line.left > left + 2 * line.size and abs((line.left - left) - (right - line.right)) < 3 * line.size
        named = is_chapter_title(line.text) or is_part_title(line.text)
        alone = line.right < left + _SHORT * (right - left) and line.text[:1].isupper()
        return (
            (1 if is_part_title(line.text) else 2)
            if named and (centred or alone) and not _ENDS.search(line.text[:-1])
            else 0
        )

    def _titled(self, title: str, level: int) -> None:
        self.end()
        self.blocks.append(Block(BlockKind.HEADING, title, level))
        self.last_heading = None

    def _heading(self, line: PdfLine, level: int) -> None:
        self.end()
        before = self.blocks[-1] if self.blocks else None
        previous = self.last_heading
        same = (
            previous is not None
            and abs(previous.size - line.size) < _SAME_SIZE_PT
            and 0 < previous.foot - line.foot < 2 * line.size
        )
        if (
            before is not None
            and before.kind is BlockKind.HEADING
            and before.level == level
            and same
            and not is_chapter_title(before.text)
        ):
            self.blocks[-1] = Block(BlockKind.HEADING, clean_text(f"{before.text} {line.text}"), level)
        else:
            self.blocks.append(Block(BlockKind.HEADING, clean_text(line.text), level))
        self.last_heading = line

    def _text(self, line: PdfLine, previous: PdfLine | None, left: float, right: float, step: float) -> None:
        if self.run and self._begins(line, previous, left, right, step):
            gap = previous.foot - line.foot if previous is not None else 0.0
            self.end()
            if gap > _SCENE_GAP * step:
                self.blocks.append(Block(BlockKind.SCENE_BREAK))
        text = line.text
        if self.cap:
            whole = f"{self.cap}{_WORD.match(text)[0] if _WORD.match(text) else ''}".casefold()  # type: ignore[index]
            space = " " if self.cap in {"A", "I", "O"} and whole not in self.words else ""
            text, self.cap = f"{self.cap}{space}{text}", ""
        if self.run:
            self.run[-1], text = self._joined(self.run[-1], text)
        if text:
            self.run.append(text)
        self.last = line

    def _begins(self, line: PdfLine, previous: PdfLine | None, left: float, right: float, step: float) -> bool:
        """Whether a line begins a paragraph."""
        before = self.last
        if before is None:
            return True
        indented = line.left - left > _INDENT * line.size and line.left - left < 8 * line.size
        own_left, own_right = (left, right) if previous is not None else self.measure
        ended = _ENDS.search(before.text) is not None
        short = before.right < own_left + _SHORT * (own_right - own_left)
        if previous is None:  # the first line of a page
            return (indented and ended) or (short and ended)
        was_indented = before.left - left > _INDENT * before.size
        if indented and not (was_indented and abs(before.left - line.left) < 1 and not ended):
            return True
        return (previous.foot - line.foot > _GAP * step) or (short and ended)

    def _joined(self, before: str, text: str) -> tuple[str, str]:
        """Two lines: a word that was divided at the end of the first is made whole again."""
        match = _HYPHEN.search(before)
        if match is None:
            return before, text
        rest = text.split(" ", 1)
        following = _WORD.match(rest[0])
        if following is None:
            return before, text
        head = match.group(1)
        joined, hyphened = f"{head}{following[0]}".casefold(), f"{head}-{following[0]}".casefold()
        keep = (
            not following[0][0].islower() or head.casefold() in _COMPOUND
            if self.words[joined] == self.words[hyphened]
            else self.words[hyphened] > self.words[joined]
        )
        stem = before if keep else before[:-1]
        return f"{stem}{rest[0]}", rest[1] if len(rest) > 1 else ""


def _places(lines: Sequence[PdfLine], titles: Sequence[tuple[str, int]]) -> dict[int, tuple[str, int, int]]:
    """Where the titles of bookmarks stand: by the index of the first line, title, level, and index after the last."""
    places: dict[int, tuple[str, int, int]] = {}
    said = [bare_words(line.text) for line in lines]
    for title, level in titles:
        wanted = bare_words(title)
        runs = ((at, end) for at in range(len(said)) for end in range(at + 1, min(at + _TITLE_LINES, len(said)) + 1))
        found = next((run for run in runs if wanted and "".join(said[slice(*run)]) == wanted), None)
        if found is not None:
            places.setdefault(found[0], (title, level, found[1]))
    return places


def _is_drop_cap(line: PdfLine, after: PdfLine | None, body_pt: float) -> bool:
    """Whether a line is a large letter with text beside it; a numeral above the text is a heading."""
    return (
        len(line.text) <= 2  # noqa: PLR2004 - a letter, perhaps with a quotation mark
        and line.size >= _DROP_CAP_SIZE * body_pt
        and line.text[0].isalpha()
        and after is not None
        and after.left >= line.right - 0.2 * line.size
        and line.foot - 0.3 * line.size <= after.foot <= line.head
    )


def _measure(lines: Sequence[PdfLine], body_pt: float) -> tuple[float, float, float]:
    """Left and right edge of the text of a page and the distance of its lines, in points."""
    text = [line for line in lines if abs(line.size - body_pt) < 0.1 * body_pt] or list(lines)
    if not text:
        return 0.0, 0.0, body_pt * 1.2
    lefts = Counter(round(line.left) for line in text)
    most = max(lefts.values())
    left = float(min(place for place, count in lefts.items() if count >= max(1, most // 3)))
    right = sorted(line.right for line in text)[int(0.9 * (len(text) - 1))]
    steps = [a.foot - b.foot for a, b in pairwise(text) if 0 < a.foot - b.foot < 4 * body_pt]
    return left, right, median(steps) if steps else body_pt * 1.2

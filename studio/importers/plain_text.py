"""Paragraphs, verse and scene breaks of plain text, with the delivery tags in them."""

import re
from collections.abc import Sequence
from itertools import pairwise
from statistics import quantiles

from studio.importers.clean import clean_text
from studio.importers.plain_headings import find_headings
from studio.importers.tagged import delivery_name, is_said
from studio.manuscript.matter import is_scene_break
from studio.manuscript.model import Block, BlockKind
from studio.manuscript.tags import Words, escape_tags, plain_text, read_tags

_BLANK = re.compile(r"\n[ \t\v]*\n[ \t\v\n]*\n|\n[ \t\v]*\n")
_ITALICS = re.compile(r"(?<![\w_])_(?=[^\s_])([^_]{1,3000}?)(?<=[^\s_])_(?![\w_])")
_ILLUSTRATION = re.compile(r"\[Illustrations?\s*(?::\s*([^\]]{0,1000}))?\]", re.IGNORECASE)
_FOOTNOTE = re.compile(r"\s*\[Footnote\s*(\w{1,6}|\*)?\s*:|\s*\[(\d{1,4})\]\s+\S", re.IGNORECASE)
_REFERENCE = re.compile(r"\s?\[(\d{1,4})\]")
_LIGATURE = re.compile(r"\[(oe|ae|OE|AE|Oe|Ae)\]")  # as transcribers write œ and æ in ASCII
_LIGATURES = {"oe": "œ", "ae": "æ", "OE": "Œ", "AE": "Æ", "Oe": "Œ", "Ae": "Æ"}
_DEFAULT = re.compile(r"\s*\{[^{}]{1,120}\}\s*")
_DASHES = re.compile(r"(?<!-)-{2,4}(?!-)")
_TERMINAL = re.compile(r"[.!?:…]['\"”’)\]]*$")
_MAX_WRAP_CHARS = 100  # hard-wrapped files keep to 60-80 columns
_MAX_CLOSED_LINES = 0.5  # share of inner lines that end a sentence: 0.1 in wrapped text, 0.9 in a line per paragraph
_VERSE_WIDTH = 0.75
_INDENT = 2


def read_blocks(text: str) -> list[Block]:
    """Blocks of a plain text, headings recognised, hard-wrapped lines joined, notes and pictures dropped."""
    text = text.replace("\f", "\n\n").replace("\u2029", "\n\n").replace("\u2028", "\n").expandtabs(4)
    paragraphs = [[line.rstrip() for line in group.split("\n") if line.strip()] for group in _BLANK.split(text)]
    paragraphs = _without_notes([_with_own_delivery(lines) for lines in paragraphs if lines])
    if _is_hard_wrapped(paragraphs):
        width = _wrap_width(paragraphs)
        paragraphs = [part for lines in paragraphs for part in _split_at_indents(lines)]
    else:
        width = 0
        paragraphs = [[line] for lines in paragraphs for line in lines]
    headings = {heading.first: heading for heading in find_headings(paragraphs)}
    blocks: list[Block] = []
    index = 0
    while index < len(paragraphs):
        heading = headings.get(index)
        if heading is None:
            blocks.extend(_paragraph(paragraphs[index], width))
            index += 1
        else:
            source = " ".join(line for lines in paragraphs[index : heading.last + 1] for line in lines)
            words = escape_tags(_inline(heading.text))
            blocks.append(Block(BlockKind.HEADING, words, heading.level, delivery=_delivery(source)))
            index = heading.last + 1
    return blocks


def without_brackets_of_text(text: str) -> str:
    """A text of the same lines in which brackets that are no tags by this format's own customs are blotted out."""
    text = _LIGATURE.sub("xx", text)
    return _ILLUSTRATION.sub(lambda match: re.sub(r"[^\n]", "x", match.group()), text)


def _with_own_delivery(lines: list[str]) -> list[str]:
    """Lines in which the delivery of the paragraph, on a line of its own, has joined the line beside it."""
    if len(lines) > 1 and _DEFAULT.fullmatch(lines[0]):
        lines = [f"{lines[0]} {lines[1].lstrip()}", *lines[2:]]
    if len(lines) > 1 and _DEFAULT.fullmatch(lines[-1]):
        lines = [*lines[:-2], f"{lines[-2]} {lines[-1].lstrip()}"]
    return lines


def _delivery(source: str) -> str:
    """How a heading is said: as its first words are."""
    return next((delivery_name(p.delivery) for p in read_tags(source).parts if isinstance(p, Words)), "")


def _paragraph(lines: Sequence[str], width: int) -> list[Block]:
    whole = " ".join(line.strip() for line in lines)
    if is_scene_break(clean_text(whole)):
        return [Block(BlockKind.SCENE_BREAK)]
    if _is_verse(lines, width):
        verses = [text for line in lines if is_said(text := _inline(line))]
        if any("[" in text or "{" in text for text in verses):
            verses = ["\n".join(verses)]  # tags hold for the stanza
        return [Block(BlockKind.VERSE, text) for text in verses]
    text = _inline(whole)
    return [Block(BlockKind.PARAGRAPH, text)] if is_said(text) else []


def _inline(text: str) -> str:
    """Marks of plain text that are not spoken: underscores of italics, pictures; two hyphens are a dash."""
    text = _ILLUSTRATION.sub(lambda match: f"Image: {match.group(1)}" if match.group(1) else "", text)
    text = _LIGATURE.sub(lambda match: _LIGATURES[match.group(1)], text)
    return clean_text(_DASHES.sub("—", _ITALICS.sub(r"\1", text)))


def _without_notes(paragraphs: list[list[str]]) -> list[list[str]]:
    """Drop the texts of footnotes, and the bracketed numbers that lead to them."""
    kept = []
    numbers: set[str] = set()
    for lines in paragraphs:
        match = _FOOTNOTE.match(" ".join(lines))
        if match is None:
            kept.append(lines)
        elif match.group(2):
            numbers.add(match.group(2))
        else:
            numbers.add(match.group(1) or "")
    if not numbers:
        return kept

    def drop(match: re.Match[str]) -> str:
        return "" if match.group(1) in numbers else match.group(0)

    return [[_REFERENCE.sub(drop, line) for line in lines] for lines in kept]


def _is_hard_wrapped(paragraphs: Sequence[Sequence[str]]) -> bool:
    """Whether line ends inside of paragraphs mean nothing."""
    inner = [line for lines in paragraphs for line in lines[:-1]]
    if not inner:
        return False
    long = sum(len(line) > _MAX_WRAP_CHARS for line in inner)
    closed = sum(_TERMINAL.search(line) is not None for line in inner)
    return long <= len(inner) // 20 and closed <= _MAX_CLOSED_LINES * len(inner)


def _wrap_width(paragraphs: Sequence[Sequence[str]]) -> int:
    """Where lines end: at the margin, or where the only broken lines are a poem's, where the prose around it does."""
    inner = [len(line) for lines in paragraphs for line in lines[:-1]]
    every = [min(len(line), _MAX_WRAP_CHARS) for lines in paragraphs for line in lines]
    return max(round(quantiles(lengths, n=20)[-1]) if len(lengths) > 1 else lengths[0] for lengths in (inner, every))


def _split_at_indents(lines: Sequence[str]) -> list[list[str]]:
    """Paragraphs set off by indented first lines instead of blank lines."""
    indented = [len(line) - len(line.lstrip()) >= _INDENT for line in lines]
    if all(indented) or not any(indented[1:]) or any(a and b for a, b in pairwise(indented)):
        return [list(lines)]
    parts: list[list[str]] = []
    for line, begins in zip(lines, indented, strict=True):
        if begins or not parts:
            parts.append([line])
        else:
            parts[-1].append(line)
    return parts


def _is_verse(lines: Sequence[str], width: int) -> bool:
    """Whether line ends are meant: all lines begin with a capital and end well before the margin of the file."""
    if len(lines) < 2:  # noqa: PLR2004 - one line is no verse
        return False
    starts = [plain_text(line).lstrip("\"'“‘_([«")[:1] for line in lines]
    short = max(len(line.strip()) for line in lines[:-1]) < _VERSE_WIDTH * width
    return short and all(start.isupper() or not start.isalpha() for start in starts)

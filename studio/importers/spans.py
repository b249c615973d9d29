"""Spans of a block's plain words that a book wants said in a certain way, held beside the words until they become tags.

The words stay as they are written while headings are joined and titles compared; only at the end, when a block becomes
tagged text, are the spans written as the tags of `studio.manuscript.tags`.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from studio.importers.clean import clean_text, has_letter
from studio.manuscript.delivery import NEUTRAL
from studio.manuscript.model import Block
from studio.manuscript.parts import Part
from studio.manuscript.said import Said
from studio.manuscript.tags import Words, escape_tags, plain_text, write_tags

_EDGE = (
    "|"  # composes with no combining mark, so that white space at the ends of a stretch can be kept through cleaning
)


@dataclass(frozen=True, slots=True)
class Span:
    """Characters of a text from `start` up to `end`, and as what they are said."""

    start: int
    end: int
    said: Said


@dataclass(frozen=True, slots=True)
class Line:
    """Plain words with their spans, in order and apart from each other."""

    text: str
    spans: tuple[Span, ...] = ()


@dataclass(frozen=True, slots=True)
class SpannedBlock(Block):
    """A block of plain words with spans, which `tagged_block` makes a block of the manuscript.

    Attributes:
        line: the words that the spans count in. `text` may have grown around them since.
    """

    line: Line = Line("")


def line_of(block: Block) -> Line:
    """The words of a block, with their spans where it has some."""
    return Line(block.text, _placed(block.text, [block.line])) if isinstance(block, SpannedBlock) else Line(block.text)


def with_lines(block: Block, lines: Iterable[Line]) -> Block:
    """A block whose words were put together from lines, with the spans of those that still stand in it."""
    kept = list(lines)
    if not any(line.spans for line in kept):
        return block
    spans = _placed(block.text, kept)
    return SpannedBlock(
        block.kind, block.text, block.level, block.role, block.delivery, line=Line(block.text, spans)
    )  # fmt: skip


def tagged_block(block: Block) -> Block:
    """The block as the manuscript has it: tagged text, brackets in its words literal, spans as tags."""
    line = line_of(block)
    return Block(block.kind, _tagged(line), block.level, block.role, block.delivery)


def clean_line(raw: str, spans: Sequence[Span]) -> Line:
    """Raw text as `clean_text` makes it, with the spans of the raw text at their new places.

    Args:
        raw: text of one line, as it stands in the file.
        spans: of the raw text, in order and apart from each other.
    """
    whole = clean_text(raw)
    text, placed, done = "", [], 0
    for span in spans:
        text = _appended(text, raw[done : span.start])
        start = len(text)
        text = _appended(text, raw[span.start : span.end])
        placed.append((start, len(text), span.said))
        done = span.end
    text = _appended(text, raw[done:])
    shift = len(text) - len(text.lstrip())
    if text.strip() != whole:  # a letter was composed over the edge of a span: the words come first
        return Line(whole)
    found = (_trimmed(whole, max(0, start - shift), end - shift, said) for start, end, said in placed)
    return Line(whole, tuple(span for span in found if has_letter(whole[span.start : span.end])))


def _appended(text: str, raw: str) -> str:
    stretch = clean_text(f"{_EDGE}{raw}{_EDGE}")[1:-1]
    return text + (stretch.lstrip() if text[-1:].isspace() else stretch)


def _trimmed(text: str, start: int, end: int, said: Said) -> Span:
    words = text[start:end]
    start += len(words) - len(words.lstrip())
    return Span(start, max(start, start + len(words.strip())), said)


def _placed(text: str, lines: Iterable[Line]) -> tuple[Span, ...]:
    spans: list[Span] = []
    done = 0
    for line in lines:
        at = text.find(line.text, done)
        if at >= 0:
            spans += [Span(at + span.start, at + span.end, span.said) for span in line.spans]
            done = at + len(line.text)
            continue
        for span in line.spans:
            words = line.text[span.start : span.end]
            at = text.find(words, done)
            if at >= 0:
                done = at + len(words)
                spans.append(Span(at, done, span.said))
    return tuple(spans)


def _tagged(line: Line) -> str:
    if not line.spans:
        return escape_tags(line.text)
    parts: list[Part] = []
    done = 0
    for span in line.spans:
        _add(parts, line.text, done, span.start, None)
        _add(parts, line.text, span.start, span.end, span.said)
        done = span.end
    _add(parts, line.text, done, len(line.text), None)
    tagged = write_tags(parts)
    return tagged if plain_text(tagged) == line.text else escape_tags(line.text)


def _add(parts: list[Part], text: str, start: int, end: int, said: Said | None) -> None:
    words = text[start:end].strip()
    if words:
        begins = text.index(words, start)
        parts.append(Words(words, NEUTRAL, said, glued=begins > 0 and not text[begins - 1].isspace()))

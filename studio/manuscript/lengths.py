"""Chapters too long for one audio file, split where a listener expects a pause."""

import math
import re
from collections.abc import Sequence
from dataclasses import replace

from studio.manuscript.model import Block, BlockKind, Chapter
from studio.manuscript.tags import escape_tags

MAX_WORDS = 15_000
"""About 100 minutes at 150 words a minute; ACX accepts no file above 120 minutes."""

_IDEOGRAPH = re.compile(r"[\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uac00-\ud7af\uf900-\ufaff]")
_IDEOGRAPHS_PER_WORD = 2
_CHARS_PER_LONG_WORD = 12
_SENTENCE_END = re.compile(r"[.!?…。！？]+[\"'”’»)\]]*\s*")
_REACH = 0.25
"""How far from an even split a scene break is still preferred to the nearest paragraph, as a share of a piece."""


def reading_length(text: str) -> int:
    """How many words take as long to read as a text: counted at white space, without spaces by characters."""
    words = len(text.split())
    ideographs = len(_IDEOGRAPH.findall(text))
    return max(words, ideographs // _IDEOGRAPHS_PER_WORD, len(text) // _CHARS_PER_LONG_WORD)


def split_long(chapter: Chapter, max_words: int = MAX_WORDS) -> tuple[Chapter, ...]:
    """Split a chapter that is longer than `max_words` into pieces "Title (1 of n)" that are not.

    Each cut lies at the scene break nearest to an even split, else at the nearest paragraph; a single paragraph that is
    too long is split at sentences, and text without sentences at white space or anywhere. Every piece after the first
    begins with its title as a heading. All words stay, in order; scene breaks at a cut go.

    Args:
        chapter: any chapter; one that is skipped is never split.
        max_words: limit of `reading_length` of the text of a piece, at least 1.
    """
    if chapter.skipped or _length(chapter.blocks) <= max_words:
        return (chapter,)
    blocks = [piece for block in chapter.blocks for piece in _split_block(block, max_words)]
    runs = _partition(blocks, max_words)
    count = len(runs)
    pieces = []
    for number, run in enumerate(runs, start=1):
        title = f"{chapter.title} ({number} of {count})"
        heading = () if number == 1 else (Block(BlockKind.HEADING, escape_tags(title), 2),)
        pieces.append(replace(chapter, title=title, blocks=(*heading, *run)))
    return tuple(pieces)


def _length(blocks: Sequence[Block]) -> int:
    return sum(reading_length(block.text) for block in blocks)


def _partition(blocks: list[Block], max_words: int) -> list[list[Block]]:
    """Cut into the fewest even runs; each cut keeps both sides within the limit where blocks allow it."""
    runs = []
    rest = blocks
    while (total := _length(rest)) > max_words:
        even = total / math.ceil(total / max_words)
        at = _cut(rest, even, max_words)
        runs.append(_trimmed(rest[:at]))
        rest = rest[at:]
    runs.append(_trimmed(rest))
    return [run for run in runs if run]


def _cut(blocks: list[Block], even: float, max_words: int) -> int:
    """Index of the first block of the next run."""
    ends: list[tuple[int, int]] = []
    length = 0
    for index, block in enumerate(blocks):
        length += reading_length(block.text)
        if length > max_words:
            break
        ends.append((index + 1, length))
    ends = ends or [(1, length)]
    good = [(at, size) for at, size in ends if blocks[at - 1].kind is not BlockKind.HEADING] or ends
    breaks = [
        (at, size) for at, size in good if BlockKind.SCENE_BREAK in {blocks[at - 1].kind, blocks[at % len(blocks)].kind}
    ]
    near = [end for end in breaks if abs(end[1] - even) <= _REACH * even]
    return min(near or good, key=lambda end: abs(end[1] - even))[0]


def _trimmed(blocks: list[Block]) -> list[Block]:
    start, end = 0, len(blocks)
    while start < end and blocks[start].kind is BlockKind.SCENE_BREAK:
        start += 1
    while end > start and blocks[end - 1].kind is BlockKind.SCENE_BREAK:
        end -= 1
    return blocks[start:end]


def _split_block(block: Block, max_words: int) -> list[Block]:
    if reading_length(block.text) <= max_words:
        return [block]
    pieces: list[str] = []
    held = 0
    for unit in _units(block.text, max_words):
        size = reading_length(unit)
        if pieces and held + size < max_words:
            pieces[-1] += unit
            held += size + 1  # rounding of each unit could add up
        else:
            pieces.append(unit)
            held = size
    return [replace(block, text=text) for piece in pieces if (text := piece.strip())]


def _units(text: str, max_words: int) -> list[str]:
    """Sentences with the space after them; what is longer than the limit by words, then by characters."""
    units: list[str] = []
    start = 0
    for match in _SENTENCE_END.finditer(text):
        units.append(text[start : match.end()])
        start = match.end()
    units.append(text[start:])
    result: list[str] = []
    for unit in filter(None, units):
        if reading_length(unit) <= max_words:
            result.append(unit)
            continue
        for word in re.findall(r"\S+\s*", unit):
            step = max(1, min(max_words * _IDEOGRAPHS_PER_WORD, max_words * _CHARS_PER_LONG_WORD))
            result.extend(word[at : at + step] for at in range(0, len(word), step))
    return result

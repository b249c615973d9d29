"""What an importer finds in one document: blocks with what is known of their places, and lines put together."""

from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from studio.manuscript.matter import is_ordinal
from studio.manuscript.model import Block

CLOSED = (".", ":", ";", ",", "!", "?", "…", "—", "–")
"""How words end that need no mark after them."""
_SHORT_WORD_CHARS = 3


@dataclass(frozen=True, slots=True)
class Piece:
    """A block and what is known about its place.

    Attributes:
        block: what is read.
        note: it is the text of a footnote or endnote.
        mark: index of the innermost mark it stands in, -1 for none.
        weak: a scene break that is only an empty paragraph: it means one unless the book is full of them.
        dropped: it turned out not to mean anything; kept so that positions stay as they are.
    """

    block: Block
    note: bool = False
    mark: int = -1
    weak: bool = False
    dropped: bool = False


@dataclass(frozen=True, slots=True)
class Mark:
    """A stretch of blocks with a meaning: those from `start` up to `end` stand in an element of these types.

    `parent` is the index of the mark around it, -1 for none.
    """

    types: tuple[str, ...]
    start: int
    end: int
    parent: int


@dataclass(slots=True)
class Extract:
    """What one document holds.

    Attributes:
        pieces: its blocks in reading order.
        spans: for each id the first block at or after it and the one after its last.
        marks: stretches with epub:type or role, outer before inner.
        note_links: block and href of each note reference that was dropped.
        title: of its head.
        unread: how many things of a kind were left out.
    """

    pieces: list[Piece] = field(default_factory=list)
    spans: dict[str, tuple[int, int]] = field(default_factory=dict)
    marks: list[Mark] = field(default_factory=list)
    note_links: list[tuple[int, str]] = field(default_factory=list)
    title: str = ""
    unread: Counter[str] = field(default_factory=Counter)


def join_heading(lines: Iterable[str]) -> str:
    """Lines of a heading as one: a number is set off from the title by a colon, other lines flow on."""
    joined = ""
    for line in lines:
        if not joined:
            joined = line
        elif joined.endswith(CLOSED):
            joined += f" {line}"
        else:
            joined += f": {line}" if is_ordinal(joined) else f" {line}"
    return joined


def join_lines(lines: Iterable[str]) -> str:
    """Lines divided by <br/> as one paragraph: a line that begins anew after a finished one gets a comma before it.

    A line that ends in a short word ("by", "to the") runs on.
    """
    joined = ""
    for line in lines:
        last = joined.rpartition(" ")[2]
        runs_on = last.islower() and len(last) <= _SHORT_WORD_CHARS
        open_end = joined and joined[-1].isalnum() and not line[0].islower() and not runs_on
        joined += f", {line}" if open_end else f" {line}" if joined else line
    return joined

"""Pieces of a tagged paragraph: where it is cut goes by its words, then each tag goes to the piece it belongs to."""

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass

from studio.manuscript.delivery import NEUTRAL, Delivery
from studio.manuscript.parts import Event, Part, Rest, Words, placed_words
from studio.manuscript.segment import Pause, SegmentDraft, SegmentKind
from studio.manuscript.tags import write_tags


@dataclass(slots=True)
class Piece:
    """A segment while it is made: fields as those of `SegmentDraft`, its text still in parts."""

    kind: SegmentKind
    parts: list[Part]
    pause: Pause
    role: str

    def draft(self) -> SegmentDraft:
        """The finished segment: pauses at its end become its own, tags tell what changes inside."""
        parts = list(self.parts)
        rests: list[float] = []
        while isinstance(last := parts[-1], Rest):
            rests.append(last.seconds)
            parts.pop()
        delivery = next((part.delivery for part in parts if isinstance(part, Words)), NEUTRAL)
        rest_s = round(sum(rests), 3) if rests else None
        return SegmentDraft(self.kind, write_tags(parts, delivery), self.pause, delivery, rest_s, self.role)


def delivery_changes(parts: Sequence[Part]) -> frozenset[int]:
    """Offsets in the joined words of a paragraph at which another delivery begins."""
    changes: set[int] = set()
    current: Delivery | None = None
    for offset, part in placed_words(parts):
        if isinstance(part, Words):
            if current is not None and part.delivery != current:
                changes.add(offset)
            current = part.delivery
    return frozenset(changes)


def without_cuts(parts: Sequence[Part], words: str, max_chars: int) -> str:
    """The joined words with letters in place of what could end a sentence or word inside of a span that is said whole.

    Spans longer than the limit stay as they are.
    """
    masked: list[str] = []
    done = 0
    for start, part in placed_words(parts):
        if isinstance(part, Words) and part.said is not None and len(part.text) <= max_chars:
            letters = [place for place, character in enumerate(part.text) if character.isalnum()]
            if letters:
                first, last = letters[0], letters[-1]
                inside = "".join(c if c.isalnum() else "x" for c in part.text[first:last])
                masked += [words[done : start + first], inside]
                done = start + last
    return "".join([*masked, words[done:]])


def share_out(parts: Sequence[Part], spans: Sequence[tuple[int, int]]) -> tuple[list[Part], list[list[Part]]]:
    """Share the parts of a paragraph out to its pieces.

    Args:
        parts: of the paragraph.
        spans: begin and end of each piece in the joined words, in order, without white space at either end.

    Returns:
        What is heard before the first piece, and the parts of each piece. Pauses and sounds between two pieces are at
        the end of the first. Words that would be cut inside of their pronunciation are read as they are.
    """
    leading: list[Part] = []
    pieces: list[list[Part]] = [[] for _ in spans]
    starts = [start for start, _ in spans]
    for offset, part in placed_words(parts):
        if not isinstance(part, Words):
            index = bisect_left(starts, offset) - 1
            (pieces[index] if index >= 0 else leading).append(part)
            continue
        end = offset + len(part.text)
        for index in range(max(0, bisect_left(starts, offset) - 1), bisect_left(starts, end)):
            begin, until = max(offset, spans[index][0]), min(end, spans[index][1])
            if begin < until:
                whole = (begin, until) == (offset, end) or (part.said is not None and part.said.kind == "lang")
                pieces[index].append(
                    Words(
                        part.text[begin - offset : until - offset],
                        part.delivery,
                        part.said if whole else None,
                        glued=part.glued and begin == offset and bool(pieces[index]),
                    )
                )
    return leading, pieces


def divide_leading(
    leading: Sequence[Part], *, anything_before: bool, anything_after: bool
) -> tuple[list[Part], list[Part]]:
    """Divide what is heard before the first words of a paragraph: for the end of what came before, and for its head.

    Pauses up to the first sound go to what came before; where nothing did, they are gone, for nothing can be heard to
    pause. A paragraph without words leaves all it has to what came before.
    """
    sound = next((index for index, part in enumerate(leading) if isinstance(part, Event)), len(leading))
    before, ahead = list(leading[:sound]), list(leading[sound:])
    if anything_before and not anything_after:
        return before + ahead, []
    return before, ahead

"""What a tagged paragraph is made of: words and how they are said, pauses, and sounds that are no words."""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Final

from studio.manuscript.delivery import Delivery
from studio.manuscript.said import Said

EVENTS: Final = ("laugh", "chuckle", "sigh", "gasp", "breath", "cough", "sniff", "groan", "clear throat")
"""Sounds that are no words."""

MIN_REST_S: Final = 0.05
MAX_REST_S: Final = 10.0

_CLOSING = re.compile(r"""[,.;:!?…)”’»›"']+(?=\s|$)""")
_OPENING = re.compile(r"""(?:[“‘„‚«‹(¿¡]|(?<![^\s“‘„‚«‹(])["'])+$""")
_OPENING_REACH = 8
_WORD_REACH = 40
_APOSTROPHES = frozenset("'’")


@dataclass(frozen=True, slots=True)
class Words:
    """Words with the delivery in force. White space is folded; none at either end.

    Attributes:
        text: as they are written.
        delivery: how they are said.
        said: as what they are said, where a tag tells: then they are a part of their own. None for how they read.
        glued: no white space between them and the words before, which are of the same delivery ("[Ann]{ipa: æn}'s").
    """

    text: str
    delivery: Delivery
    said: Said | None = None
    glued: bool = False


@dataclass(frozen=True, slots=True)
class Rest:
    """A pause of a length the author asked for, in seconds."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Event:
    """A sound that is no word, one of `EVENTS`."""

    name: str


Part = Words | Rest | Event


@dataclass(slots=True)
class _Stretch:
    """Text in one delivery, in the pieces that tags cut it into; or words with the tag that tells how they are said."""

    pieces: list[str]
    delivery: Delivery
    said: Said | None = None
    glued: bool = False


def placed_words(parts: Iterable[Part]) -> Iterator[tuple[int, Part]]:
    """Each part with the offset in the joined words where it begins; a pause or sound: where words after it would."""
    offset, first = 0, True
    for part in parts:
        if isinstance(part, Words):
            start = offset if first or part.glued else offset + 1
            yield start, part
            offset, first = start + len(part.text), False
        else:
            yield (0 if first else offset + 1), part


def joined_words(parts: Iterable[Part]) -> str:
    """The words alone, with white space where they have it."""
    words = [part for part in parts if isinstance(part, Words)]
    return "".join(f"{'' if part.glued or not place else ' '}{part.text}" for place, part in enumerate(words))


def join_parts(first: Sequence[Part], second: Sequence[Part], joint: str = " ") -> list[Part]:
    """Parts of two stretches of text as those of one, as the grammar writes them."""
    parts = list(first)
    for part in second:
        last = parts[-1] if parts else None
        alike = isinstance(part, Words) and isinstance(last, Words) and last.delivery == part.delivery
        if alike and isinstance(part, Words) and isinstance(last, Words) and part.said is None and last.said is None:
            parts[-1] = replace(last, text=f"{last.text}{joint}{part.text}")
        elif alike and isinstance(part, Words) and not joint:
            parts.append(replace(part, glued=True))
        else:
            parts.append(part)
        joint = " "
    return parts


def stretches(parts: Iterable[Part]) -> Iterator[list[Part]]:
    """Neighbouring words of one delivery together, all else alone."""
    stretch: list[Part] = []
    for part in parts:
        last = stretch[-1] if stretch else None
        if stretch and not (isinstance(part, Words) and isinstance(last, Words) and part.delivery == last.delivery):
            yield stretch
            stretch = []
        stretch.append(part)
    if stretch:
        yield stretch


class PartsBuilder:
    """Puts parts together in reading order and mends what tags cut apart.

    Where a tag stands against a word without white space, closing marks go to the words before it, opening marks to
    the words after it, and a word that is cut in two goes whole to where its longer half is.
    """

    def __init__(self) -> None:
        self._items: list[_Stretch | Rest | Event] = []
        self._last: _Stretch | None = None

    def add_text(self, text: str, delivery: Delivery) -> None:
        """Add text up to the next tag, as it stands. Between two calls there was a tag, even if it said nothing."""
        last = self._last
        if last is None:
            if text.strip():
                self._open(text, delivery)
        elif not text.strip():
            if text:
                last.pieces.append(" ")
        else:
            self._join(last, text, delivery)

    def add(self, part: Rest | Event) -> None:
        """Add a pause or a sound."""
        self._items.append(part)

    def add_said(self, text: str, delivery: Delivery, said: Said) -> None:
        """Add words that are a part of their own, white space around them as it was given with the text before."""
        last = self._last
        glued = False
        if last is not None and last.pieces and self._items[-1] is last and last.delivery == delivery:
            glued = not last.pieces[-1][-1:].isspace()
        elif last is not None and last.said is None:
            place = next((at for at in range(len(last.pieces) - 1, -1, -1) if last.pieces[at].strip()), 0)
            before = last.pieces[place] if last.pieces else ""
            if (opening := _OPENING.search(before, max(0, len(before) - _OPENING_REACH))) is not None:
                last.pieces[place] = before[: opening.start()]
                self._open(opening[0], delivery)
                glued = True
        self._open(text, delivery, said, glued=glued)

    def build(self) -> tuple[Part, ...]:
        """The parts: no empty words, and neighbouring words of one delivery only where a tag says how some are said."""
        parts: list[Part] = []
        waiting: list[str] = []  # texts of the last part, which is words
        for item in self._items:
            if not isinstance(item, _Stretch):
                _join_up(parts, waiting)
                parts.append(item)
                continue
            text = " ".join("".join(item.pieces).split())
            if not text:
                continue
            before = parts[-1] if waiting else None
            alike = isinstance(before, Words) and before.delivery == item.delivery
            if alike and isinstance(before, Words) and before.said is None and item.said is None:
                waiting.append(text)
                continue
            _join_up(parts, waiting)
            parts.append(Words("", item.delivery, item.said, glued=item.glued and alike))
            waiting.append(text)
        _join_up(parts, waiting)
        return tuple(parts)

    def _open(self, text: str, delivery: Delivery, said: Said | None = None, *, glued: bool = False) -> None:
        self._last = _Stretch([text], delivery, said, glued)
        self._items.append(self._last)

    def _follow(self, last: _Stretch, text: str, delivery: Delivery) -> None:
        """Add text behind words that are a part of their own: closing marks stay at them, no word moves there."""
        if self._items[-1] is last and last.delivery == delivery:
            self._open(text, delivery, glued=not (text[0].isspace() or last.pieces[-1][-1:].isspace()))
            return
        closing = _CLOSING.match(text)
        if closing is not None:
            text = text[closing.end() :]
            self._last = _Stretch([closing[0]], last.delivery, glued=True)
            place = max(place for place, item in enumerate(self._items) if item is last)
            self._items.insert(place + 1, self._last)
        if text.strip():
            self._open(text, delivery)

    def _join(self, last: _Stretch, text: str, delivery: Delivery) -> None:
        if last.said is not None:
            self._follow(last, text, delivery)
            return
        closing = _CLOSING.match(text)
        if closing is not None:
            while last.pieces and not last.pieces[-1].strip():
                last.pieces.pop()
            if last.pieces and last.pieces[-1][-1].isspace():
                last.pieces[-1] = last.pieces[-1].rstrip()
            last.pieces += [" " if last.pieces and last.pieces[-1].endswith("{") else "", closing[0]]
            text = text[closing.end() :]
        elif last.pieces:
            text = self._moved(last, text, touching=self._items[-1] is last, same=last.delivery == delivery)
        if self._items[-1] is last and last.delivery == delivery:
            last.pieces += [" ", text]
        elif text.strip():
            self._open(text, delivery)

    @staticmethod
    def _moved(last: _Stretch, text: str, *, touching: bool, same: bool) -> str:
        """Text after a tag, with what belongs to it from before the tag; what belongs before is put there."""
        before = last.pieces[-1]
        opening = _OPENING.search(before, max(0, len(before) - _OPENING_REACH))
        if opening is not None:
            last.pieces[-1] = before[: opening.start()]
            return opening[0] + text.lstrip()
        if not touching or same or not (_in_word(before[-1:]) and _in_word(text[0])):
            return text
        start, end = len(before), 0
        while start > max(0, len(before) - _WORD_REACH) and _in_word(before[start - 1]):
            start -= 1
        while end < min(len(text), _WORD_REACH) and _in_word(text[end]):
            end += 1
        if len(before) - start >= end:
            last.pieces.append(text[:end])
            return text[end:]
        last.pieces[-1] = before[:start]
        return before[start:] + text


def _join_up(parts: list[Part], waiting: list[str]) -> None:
    """Give the last part its words."""
    if waiting and isinstance(last := parts[-1], Words):
        parts[-1] = replace(last, text=" ".join(waiting))
        waiting.clear()


def _in_word(character: str) -> bool:
    """Whether a word goes on here; not for scripts that write words without spaces between them."""
    return character.lower() != character.upper() or character.isdigit() or character in _APOSTROPHES

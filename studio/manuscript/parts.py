"""What a tagged paragraph is made of: words and how they are said, pauses, and sounds that are no words."""

import re
from dataclasses import dataclass
from typing import Final

from studio.manuscript.delivery import Delivery

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
    """Words with the delivery in force. White space is folded; none at either end."""

    text: str
    delivery: Delivery


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
    """Text in one delivery, in the pieces that tags cut it into."""

    pieces: list[str]
    delivery: Delivery


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

    def build(self) -> tuple[Part, ...]:
        """The parts: no empty words, and no neighbouring words of one delivery."""
        parts: list[Part] = []
        waiting: list[str] = []
        waiting_delivery: Delivery | None = None
        for item in self._items:
            if isinstance(item, _Stretch):
                text = " ".join("".join(item.pieces).split())
                if not text:
                    continue
                if waiting_delivery is not None and waiting_delivery != item.delivery:
                    parts.append(Words(" ".join(waiting), waiting_delivery))
                    waiting = []
                waiting.append(text)
                waiting_delivery = item.delivery
            else:
                if waiting_delivery is not None:
                    parts.append(Words(" ".join(waiting), waiting_delivery))
                waiting, waiting_delivery = [], None
                parts.append(item)
        if waiting_delivery is not None:
            parts.append(Words(" ".join(waiting), waiting_delivery))
        return tuple(parts)

    def _open(self, text: str, delivery: Delivery) -> None:
        self._last = _Stretch([text], delivery)
        self._items.append(self._last)

    def _join(self, last: _Stretch, text: str, delivery: Delivery) -> None:
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


def _in_word(character: str) -> bool:
    """Whether a word goes on here; not for scripts that write words without spaces between them."""
    return character.lower() != character.upper() or character.isdigit() or character in _APOSTROPHES

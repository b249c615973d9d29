"""Delivery tags: the one grammar for how words are said, in every format that is plain text at heart."""

from dataclasses import dataclass
from typing import Final

from studio.manuscript.delivery import Delivery

EVENTS: Final = ("laugh", "chuckle", "sigh", "gasp", "breath", "cough", "sniff", "groan", "clear throat")
"""Sounds that are no words."""


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

"""Segments: the pieces of a chapter that are rendered one by one, and the pauses between them."""

from dataclasses import dataclass
from enum import StrEnum

from studio.manuscript.delivery import NEUTRAL, Delivery


class SegmentKind(StrEnum):
    """What a segment is: a chapter announcement, running text, or text within which nobody speaks in the scene.

    A quotation, a poem, a table or a picture is the last: what stands there in quotation marks is nobody's line.
    """

    HEADING = "heading"
    TEXT = "text"
    QUOTE = "quote"


class Pause(StrEnum):
    """The place a pause stands in: its length follows from the structure of the book."""

    PHRASE = "phrase"
    SENTENCE = "sentence"
    PARAGRAPH = "paragraph"
    SECTION = "section"
    HEADING = "heading"
    NONE = "none"


PAUSE_S: dict[Pause, float] = {
    Pause.PHRASE: 0.15,
    Pause.SENTENCE: 0.45,
    Pause.PARAGRAPH: 0.85,
    Pause.SECTION: 2.25,
    Pause.HEADING: 2.5,
    Pause.NONE: 0.0,
}
"""Seconds of each pause at pace 1. Sources: narratorsroadmap.com standards for silence (heading, section), common
studio practice (sentence, paragraph). PHRASE joins the halves of a sentence that was too long for the engine; NONE
follows the last segment, whose tail the mastering profile sets."""


def pause_seconds(pause: Pause, pace: float) -> float:
    """Length of a pause in seconds. Pace above 1 is slower reading: longer pauses; below 1 shorter."""
    return PAUSE_S[pause] * pace


@dataclass(frozen=True, slots=True)
class SegmentDraft:
    """A segment as the segmenter makes it.

    Attributes:
        kind: announcement or text.
        text: tagged text (`studio.manuscript.tags`): the words as written, white space folded, never without words;
            tags only for what changes inside.
        pause: what follows it.
        delivery: in force where it begins.
        rest_s: seconds of silence that the author asked for after it, in place of `pause`; None if nothing was asked.
        role: who speaks it in the book, as the block says; empty for the narrator.
    """

    kind: SegmentKind
    text: str
    pause: Pause
    delivery: Delivery = NEUTRAL
    rest_s: float | None = None
    role: str = ""


@dataclass(frozen=True, slots=True)
class SegmentLimits:
    """How long segments are, in characters of written text (about one Kokoro token each).

    Attributes:
        best_chars: neighbouring sentences of a paragraph are joined up to this.
        max_chars: no segment is longer; longer sentences are split at the best place inside.
    """

    best_chars: int = 60
    max_chars: int = 300

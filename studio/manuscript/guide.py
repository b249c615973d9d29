"""The delivery of a guide recording, apart from its voice: when each word is said, and how pitch and level move."""

from dataclasses import dataclass
from typing import Final

GUIDE_STEP_S: Final = 0.0125
"""Distance of the points of a guide's contours: two to each of Kokoro's duration units."""


@dataclass(frozen=True, slots=True)
class Guide:
    """How a line is to be read. Nothing in it tells who read it.

    Attributes:
        words: begin and end in seconds of each of `said_words(line.text)`, ascending, from the start of the contours.
        pitch_st: pitch every `GUIDE_STEP_S`, in semitones from the guide's own mean (of the logarithm); None where it
            has none.
        level_db: level every `GUIDE_STEP_S`, in dB from the guide's own level of speech.
    """

    words: tuple[tuple[float, float], ...]
    pitch_st: tuple[float | None, ...]
    level_db: tuple[float, ...]

    @property
    def duration_s(self) -> float:
        """From the start of the contours to the end of the last word."""
        return self.words[-1][1] if self.words else 0.0


def said_words(text: str) -> tuple[str, ...]:
    """The words of a spoken form, which timings count: what stands between white space and has a letter or digit."""
    return tuple(word for word in text.split() if any(character.isalnum() for character in word))

"""The lines whose speaker is not sure, as somebody decides about them."""

from bisect import bisect_left
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from studio.manuscript.tags import plain_text
from studio.services.rows import NARRATOR
from studio.services.speech_cuts import UNSURE, Row

_SHOWN_BESIDE: Final = 2
_KEYS: Final = 9
_REACH: Final = 12  # lines of speech before and after that tell who may be there


@dataclass(frozen=True, slots=True)
class Candidate:
    """Who may say a line: the role and the key to choose it by, "1" to "9"."""

    key: str
    role: str


@dataclass(frozen=True, slots=True)
class BesideLine:
    """A line near one that is reviewed: its words without tags, and who says it."""

    text: str
    role: str
    speaker: str


@dataclass(frozen=True, slots=True)
class UnsureLine:
    """A line whose speaker is not sure.

    Attributes:
        segment: its id.
        chapter: number of its chapter, from 1.
        text: its words without tags.
        role: who says it as far as the program can tell.
        confidence: of that, 0 to 1.
        reason: why, in words.
        before: the two lines before it in the chapter.
        after: the two lines after it.
        candidates: the likeliest roles: the one it has, those who speak nearest to it, those who speak most.
    """

    segment: str
    chapter: int
    text: str
    role: str
    confidence: float
    reason: str
    before: tuple[BesideLine, ...]
    after: tuple[BesideLine, ...]
    candidates: tuple[Candidate, ...]


def unsure_lines(rows: Sequence[Row], number: int, totals: Counter[str]) -> list[UnsureLine]:
    """The lines of a chapter that are to be reviewed.

    Args:
        rows: its segments, in order.
        number: of the chapter.
        totals: lines of each role in the book, the narrator's not counted.
    """
    speech = [index for index, row in enumerate(rows) if row["role"] != NARRATOR]
    found = []
    for index, row in enumerate(rows):
        if row["speaker"] != UNSURE or row["skipped"]:
            continue
        near = sorted((abs(each - index), each) for each in _around(speech, index))
        ranked = [
            row["role"],
            *(rows[each]["role"] for _, each in near),
            *(role for role, _ in totals.most_common()),
            NARRATOR,
        ]
        roles = list(dict.fromkeys(ranked))[:_KEYS]
        found.append(
            UnsureLine(
                segment=row["id"],
                chapter=number,
                text=plain_text(row["text"]),
                role=row["role"],
                confidence=row["speaker_confidence"],
                reason=row["speaker_reason"],
                before=tuple(map(_beside_line, rows[max(0, index - _SHOWN_BESIDE) : index])),
                after=tuple(map(_beside_line, rows[index + 1 : index + 1 + _SHOWN_BESIDE])),
                candidates=tuple(Candidate(str(key), role) for key, role in enumerate(roles, 1)),
            )
        )
    return found


def _around(ordered: Sequence[int], index: int) -> Sequence[int]:
    """Those of some ascending numbers that stand nearest before and after another."""
    place = bisect_left(ordered, index)
    return ordered[max(0, place - _REACH) : place + _REACH]


def _beside_line(row: Row) -> BesideLine:
    return BesideLine(plain_text(row["text"]), row["role"], row["speaker"])

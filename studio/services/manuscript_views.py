"""The manuscript as people see it: lines of its script, what wants a look, what a search found."""

from dataclasses import dataclass
from typing import Literal

from studio.manuscript.line_edits import shortened
from studio.manuscript.segment import Pause
from studio.manuscript.tags import parse_delivery, read_tags
from studio.services.rows import suggestion_id
from studio.spoken.form import Rewrite
from studio.store.tables import SegmentRow, SuggestionRow

ProblemKind = Literal["tag", "speaker", "cast", "suggestion", "import"]


@dataclass(frozen=True, slots=True)
class ScriptLine:
    """A segment of the manuscript as text, whether it is read or not.

    Attributes:
        id: its row.
        chapter: number of its chapter, from 1.
        kind: "heading" or "text".
        text: tagged text.
        role: who speaks it.
        delivery: in force where it begins, in canonical form.
        skipped: it is not read.
        ends_paragraph: a paragraph ends after it.
        speaker: how its role came to be: "" as the book gives it, "sure", "unsure" or "confirmed".
        confidence: of the speaker, 0 to 1.
        reason: why this speaker, in words.
    """

    id: str
    chapter: int
    kind: str
    text: str
    role: str
    delivery: str
    skipped: bool
    ends_paragraph: bool
    speaker: str
    confidence: float
    reason: str


@dataclass(frozen=True, slots=True)
class Problem:
    """Something in the manuscript that wants a look.

    Attributes:
        kind: what sort of thing.
        message: what is wrong and what to do, in sentences.
        chapter: number of the chapter, 0 for the whole book.
        segment: id of the segment, empty if it is none in particular.
        quote: its words, shortened.
        suggestion: id of the suggestion to accept or decline, if it is one.
    """

    kind: ProblemKind
    message: str
    chapter: int = 0
    segment: str = ""
    quote: str = ""
    suggestion: str = ""


@dataclass(frozen=True, slots=True)
class SpokenPreview:
    """How a line would be said.

    Attributes:
        spoken: the words of the whole line.
        rewrites: what rules, tags and lexicons made of what, with their names, in the order of the words.
        off: classes of rules that are left out in this book.
        problems: sentences about tags that mean nothing, and what the voice cannot say.
    """

    spoken: str
    rewrites: tuple[Rewrite, ...]
    off: tuple[str, ...]
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A line in which a search found something, and how often."""

    segment: str
    chapter: int
    count: int


def line_of(row: SegmentRow, number: int) -> ScriptLine:
    """A segment as a line of the script; `number` is that of its chapter."""
    # Where a line was cut without white space, its pause is none as at the end of a chapter, but of a length.
    inside = row.pause in (Pause.PHRASE, Pause.SENTENCE) or (row.pause == Pause.NONE and row.rest_s is not None)
    return ScriptLine(
        id=row.id,
        chapter=number,
        kind=row.kind,
        text=row.text,
        role=row.role,
        delivery=row.delivery,
        skipped=row.skipped,
        ends_paragraph=not inside,
        speaker=row.speaker,
        confidence=row.speaker_confidence,
        reason=row.speaker_reason,
    )


def problems_of(row: SegmentRow, number: int, suggested: list[SuggestionRow]) -> list[Problem]:
    """What wants a look in a line: tags that mean nothing, an unsure speaker, open suggestions."""
    words = shortened(row.text)
    found = [
        Problem("tag", problem.message, number, row.id, words)
        for problem in read_tags(row.text, parse_delivery(row.delivery)).problems
    ]
    if row.speaker == "unsure":
        share = round(100 * row.speaker_confidence)
        reason = f": {row.speaker_reason}" if row.speaker_reason else ""
        message = f"Probably {row.role} speaks ({share} % sure{reason}). Confirm it or choose another."
        found.append(Problem("speaker", message, number, row.id, words))
    for each in suggested:
        what = "Speaker" if each.kind == "role" else "Delivery"
        answer_by = suggestion_id(each)
        found.append(Problem("suggestion", f"{what}: {each.value}? {each.reason}", number, row.id, words, answer_by))
    return found

"""Use case of texts: how a text would be cut and said, without making a project of it."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from studio.core.errors import InputError
from studio.importers.registry import import_manuscript
from studio.manuscript.segment import SegmentDraft, SegmentKind, SegmentLimits
from studio.manuscript.segmenting import segment_chapter
from studio.manuscript.ssml import to_ssml
from studio.manuscript.tags import Words, read_tags
from studio.render.runs import spoken_line
from studio.services.rows import NARRATOR
from studio.spoken.form import RULE_CLASSES, Rewrite, explained_form


@dataclass(frozen=True, slots=True)
class SpokenSegment:
    """A segment as written, with its tags, and as it would be said.

    Attributes:
        text: as written, with its tags.
        spoken: the words that are said.
        speaker: whose line it is.
        delivery: in force where it begins.
        pause_s: pause after it that the author asked for; None where the structure of the book decides.
        problems: sentences about tags in it that mean nothing.
        ssml: the same as speech markup (W3C SSML 1.1 with Azure's styles).
        rewrites: what the rules of the spoken form changed, in order, with their names.
    """

    text: str
    spoken: str
    speaker: str
    delivery: str
    pause_s: float | None
    problems: tuple[str, ...]
    ssml: str
    rewrites: tuple[Rewrite, ...]


def spoken_segments(path: Path, language: str | None, off: frozenset[str] = frozenset()) -> tuple[SpokenSegment, ...]:
    """Segments of all chapters of a file that would be spoken, without the rule classes that are off.

    Raises:
        InputError: the file cannot be read, or a class to switch off is not one.
    """
    if unknown := sorted(off - RULE_CLASSES):
        raise InputError(
            f"'{unknown[0]}' is not a class of rules.", hint=f"The classes are: {', '.join(sorted(RULE_CLASSES))}."
        )
    book = import_manuscript(path, language=language)
    tongue = book.metadata.language
    return tuple(
        _spoken(draft, tongue, off)
        for chapter in book.chapters
        if not chapter.skipped
        for draft in segment_chapter(chapter, SegmentLimits(), tongue)
    )


def _spoken(draft: SegmentDraft, language: str, off: frozenset[str]) -> SpokenSegment:
    heading = draft.kind is SegmentKind.HEADING
    line = spoken_line(draft.text, language, delivery=draft.delivery, heading=heading, off=off)
    parts = read_tags(draft.text, draft.delivery).parts
    return SpokenSegment(
        text=draft.text,
        spoken=" ".join(run.text for run in line.runs if run.text),
        speaker=draft.role or NARRATOR,
        delivery=str(draft.delivery),
        pause_s=line.rest_s if line.rest_s is not None else draft.rest_s,
        problems=line.problems,
        ssml=to_ssml(parts, language),
        rewrites=tuple(
            rewrite
            for part in parts
            if isinstance(part, Words)
            for rewrite in explained_form(part.text, language, heading=heading, off=off)[1]
        ),
    )


def spoken_segments_of(
    text: bytes, language: str | None, off: frozenset[str] = frozenset()
) -> tuple[SpokenSegment, ...]:
    """The same of plain text in any encoding.

    Raises:
        InputError: there is no text in it.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text.txt"
        path.write_bytes(text)
        return spoken_segments(path, language, off)

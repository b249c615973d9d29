"""Use case of texts: how a text would be cut and said, without making a project of it."""

import tempfile
from dataclasses import dataclass
from pathlib import Path

from studio.importers.registry import import_manuscript
from studio.manuscript.segment import SegmentKind, SegmentLimits
from studio.manuscript.segmenting import segment_chapter
from studio.services.rows import NARRATOR
from studio.spoken.form import spoken_form


@dataclass(frozen=True, slots=True)
class SpokenSegment:
    """A segment as written and as it would be said."""

    text: str
    spoken: str
    speaker: str = NARRATOR
    delivery: str = "neutral"


def spoken_segments(path: Path, language: str | None) -> tuple[SpokenSegment, ...]:
    """Segments of all chapters of a file that would be spoken.

    Raises:
        InputError: the file cannot be read.
    """
    book = import_manuscript(path, language=language)
    tongue = book.metadata.language
    return tuple(
        SpokenSegment(draft.text, spoken_form(draft.text, tongue, heading=draft.kind is SegmentKind.HEADING))
        for chapter in book.chapters
        if not chapter.skipped
        for draft in segment_chapter(chapter, SegmentLimits(), tongue)
    )


def spoken_segments_of(text: bytes, language: str | None) -> tuple[SpokenSegment, ...]:
    """The same of plain text in any encoding.

    Raises:
        InputError: there is no text in it.
    """
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "text.txt"
        path.write_bytes(text)
        return spoken_segments(path, language)

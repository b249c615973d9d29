"""Opening and closing credits as chapters of their own, whose words follow title, author and narrator."""

from collections.abc import Iterable
from typing import Any

from sqlalchemy.orm import object_session

from studio.core.ids import new_id
from studio.core.licences import UsedLicence
from studio.deliver.credits import closing_credits, opening_credits
from studio.manuscript.segment import Pause, SegmentDraft, SegmentKind
from studio.manuscript.tags import escape_tags, plain_text
from studio.services.rows import (
    CLOSING_CREDITS,
    CLOSING_POSITION,
    NARRATOR,
    OPENING_CREDITS,
    OPENING_POSITION,
    is_credits,
)
from studio.store.tables import ChapterRow, ProjectRow, SegmentRow


def credits_rows() -> list[ChapterRow]:
    """The two credits of a new project, without words yet."""
    places = (
        (OPENING_CREDITS, OPENING_POSITION, "Opening Credits"),
        (CLOSING_CREDITS, CLOSING_POSITION, "Closing Credits"),
    )
    return [
        ChapterRow(id=new_id(), position=position, title=title, kind=kind, parts=[], skipped=False, words=0)
        for kind, position, title in places
    ]


def credited(licences: Iterable[UsedLicence]) -> tuple[str, ...]:
    """Whom and what licences say to name, each once."""
    return tuple(dict.fromkeys(licence.attribution for licence in licences if licence.attribution))


def write_credits(
    project: ProjectRow, narrator: str, *, replica: bool = False, licences: Iterable[UsedLicence] = ()
) -> None:
    """Write the words of both credits for a narrator's name, in place of what stood there.

    Args:
        project: whose credits.
        narrator: name of the voice.
        replica: it is the voice of a living person, used with consent.
        licences: of all voices that are cast and their engines; whom they say to name is named after the book.
    """
    texts = {
        OPENING_CREDITS: opening_credits(
            project.language, title=project.title, author=project.author, narrator=narrator, replica=replica
        ),
        CLOSING_CREDITS: closing_credits(
            project.language,
            title=project.title,
            author=project.author,
            narrator=narrator,
            replica=replica,
            attributions=credited(licences),
        ),
    }
    session = object_session(project)
    for chapter in filter(is_credits, project.chapters):
        drafts = tuple(
            SegmentDraft(SegmentKind.TEXT, escape_tags(text), Pause.PARAGRAPH) for text in texts[chapter.kind]
        )
        chapter.segments.clear()
        if session is not None:
            session.flush()  # the old rows must be gone before new ones take their positions
        chapter.segments.extend(segment_rows(drafts))
        chapter.words = sum(len(plain_text(draft.text).split()) for draft in drafts)


def segment_rows(drafts: tuple[SegmentDraft, ...]) -> list[SegmentRow]:
    """Rows of a chapter's segments, in order; nothing but the end follows the last."""
    return [SegmentRow(**values) for values in segment_values(drafts)]


def segment_values(drafts: tuple[SegmentDraft, ...]) -> list[dict[str, Any]]:
    """The columns of such rows, without their chapter: a whole book is inserted at once."""
    return [
        {
            "id": new_id(),
            "position": position,
            "kind": draft.kind.value,
            "text": draft.text,
            "pause": draft.pause.value if position < len(drafts) else Pause.NONE.value,
            "role": draft.role or NARRATOR,
            "delivery": str(draft.delivery),
            "rest_s": draft.rest_s,
        }
        for position, draft in enumerate(drafts, 1)
    ]

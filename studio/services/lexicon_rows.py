"""Lexicon entries in the database, and those in force for a voice in a book."""

from collections.abc import Sequence
from functools import lru_cache

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from studio.consent.voices import Voice
from studio.manuscript.lexicon.entry import Entry, Notation, PartOfSpeech, Scope
from studio.manuscript.lexicon.occurrences import Pronunciations
from studio.render.plan import engine_info
from studio.render.pronouncing import Speaking
from studio.store.tables import LexiconRow

SCOPES = {"studio": Scope.STUDIO, "book": Scope.BOOK, "voice": Scope.VOICE}
"""Scopes by their names in the database."""


def entry_of(row: LexiconRow) -> Entry:
    """The entry a row holds."""
    return Entry(
        row.written,
        Notation(row.notation),
        row.said,
        row.language,
        row.exact_case,
        PartOfSpeech(row.part_of_speech) if row.part_of_speech else None,
        tuple(row.beside),
    )


def speaking_of(session: Session, voice: Voice, language: str, project_id: str = "") -> Speaking:
    """What a voice makes of single words: its engine's phonemes and the lexicons of studio, book and voice.

    Args:
        session: open.
        voice: who speaks.
        language: BCP 47 tag of the text.
        project_id: row of the book; empty outside of any.
    """
    return speaking_with(_in_force(session, voice, project_id), voice, language)


def speaking_with(entries: Sequence[tuple[Scope, Entry]], voice: Voice, language: str) -> Speaking:
    """The same with given entries; made once for the same ones."""
    return Speaking.of(engine_info(voice.engine), _compiled(tuple(entries), language) if entries else None)


def _in_force(session: Session, voice: Voice, project_id: str) -> list[tuple[Scope, Entry]]:
    held = or_(
        LexiconRow.scope == "studio",
        LexiconRow.project_id == project_id,
        LexiconRow.voice_id == voice.voice_id,
    )
    rows = session.scalars(select(LexiconRow).where(held).order_by(LexiconRow.created_at, LexiconRow.id))
    return [(SCOPES[row.scope], entry_of(row)) for row in rows]


@lru_cache(maxsize=32)
def _compiled(entries: tuple[tuple[Scope, Entry], ...], language: str) -> Pronunciations:
    return Pronunciations(entries, language)

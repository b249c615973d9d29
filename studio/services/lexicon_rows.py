"""Lexicon entries in the database, and those in force for a voice in a book."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from studio.consent.voices import Voice
from studio.core.ids import new_id
from studio.core.time import utc_now
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
    return speaking_with(entries_in_force(session, voice, project_id), voice, language)


def speaking_with(entries: Sequence[tuple[Scope, Entry]], voice: Voice, language: str) -> Speaking:
    """The same with given entries; made once for the same ones."""
    return Speaking.of(engine_info(voice.engine), _compiled(tuple(entries), language) if entries else None)


def entries_in_force(session: Session, voice: Voice, project_id: str) -> list[tuple[Scope, Entry]]:
    """Entries of the studio, a book and a voice, in the order they were made; `project_id` is empty for no book."""
    held = or_(
        LexiconRow.scope == "studio",
        LexiconRow.project_id == project_id,
        LexiconRow.voice_id == voice.voice_id,
    )
    rows = session.scalars(select(LexiconRow).where(held).order_by(LexiconRow.created_at, LexiconRow.id))
    return [(SCOPES[row.scope], entry_of(row)) for row in rows]


@dataclass(frozen=True, slots=True)
class LexiconPlace:
    """Whose lexicon: of a book, by its project's id, or of a voice; of the studio where neither is given."""

    project: str | None
    voice: str | None

    @property
    def scope(self) -> str:
        """As the table has it."""
        return "book" if self.project else "voice" if self.voice else "studio"


def store_entries(session: Session, entries: Iterable[Entry], place: LexiconPlace) -> None:
    """Write entries to a lexicon; one for the same form under the same conditions is changed."""
    held = session.scalars(select(LexiconRow).where(*held_by(place)))
    known = {case_of(entry_of(row)): row for row in held}
    for entry in entries:
        row = known.get(case_of(entry))
        if row is None:
            row = known[case_of(entry)] = new_row(entry, place)
            session.add(row)
        else:
            for name, value in columns_of(entry).items():
                setattr(row, name, value)


def new_row(entry: Entry, place: LexiconPlace) -> LexiconRow:
    """A row for an entry of a book, a voice, or the studio."""
    return LexiconRow(
        id=new_id(),
        scope=place.scope,
        project_id=place.project,
        voice_id=place.voice,
        created_at=utc_now().isoformat(),
        **columns_of(entry),
    )


def held_by(place: LexiconPlace) -> tuple[ColumnElement[bool], ...]:
    """Conditions of the rows of a lexicon."""
    return (
        LexiconRow.scope == place.scope,
        LexiconRow.project_id.is_(None) if place.project is None else LexiconRow.project_id == place.project,
        LexiconRow.voice_id.is_(None) if place.voice is None else LexiconRow.voice_id == place.voice,
    )


def columns_of(entry: Entry) -> dict[str, object]:
    """The columns of a row that say an entry."""
    return {
        "written": entry.written,
        "notation": str(entry.notation),
        "said": entry.said,
        "language": entry.language,
        "exact_case": entry.exact_case,
        "part_of_speech": str(entry.part_of_speech or ""),
        "beside": list(entry.beside),
    }


def case_of(entry: Entry) -> tuple[object, ...]:
    """What an entry is for: two of a lexicon that agree in this would contend."""
    form = entry.written if entry.exact_case else entry.written.casefold()
    return form, entry.language.lower(), entry.exact_case, entry.part_of_speech, entry.beside


@lru_cache(maxsize=32)
def _compiled(entries: tuple[tuple[Scope, Entry], ...], language: str) -> Pronunciations:
    return Pronunciations(entries, language)

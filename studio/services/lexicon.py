"""Use cases of pronunciation: lexicons of the studio, a book or a voice, and words that are worth a look."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from studio.core.errors import ConflictError, InputError, NotFoundError
from studio.importers.epub.pls import read_pls
from studio.manuscript.lexicon.entry import Entry, Notation, Scope
from studio.manuscript.lexicon.respelling import is_respelling
from studio.manuscript.lexicon.risky import Passage, Risk, RiskyWord, occurrences_of, risky_words
from studio.manuscript.lexicon.tables import from_csv, to_csv, to_pls
from studio.manuscript.parts import Words, joined_words, placed_words
from studio.manuscript.said import Said, read_said
from studio.manuscript.tags import Part, parse_delivery, read_tags, write_tags
from studio.render.readings import Reading, is_known, readings
from studio.services.auditions import Audition, AuditionService
from studio.services.context import Context
from studio.services.history import recorded
from studio.services.lexicon_rows import (
    LexiconPlace,
    case_of,
    columns_of,
    entries_in_force,
    entry_of,
    held_by,
    new_row,
    speaking_with,
    store_entries,
)
from studio.services.lines import check_words
from studio.services.rows import book_chapters, find_project
from studio.services.segments import find_segment
from studio.store.tables import LexiconRow, ProjectRow

MAX_LEXICON_BYTES = 16 * 1024 * 1024


@dataclass(frozen=True, slots=True)
class LexiconEntry:
    """An entry of a lexicon as people see it.

    Attributes:
        id: its row.
        scope: "studio", "book" or "voice".
        owner: id of the book's project or of the voice; empty for the studio.
        entry: what it says.
    """

    id: str
    scope: str
    owner: str
    entry: Entry


@dataclass(frozen=True, slots=True)
class Imported:
    """What came of a lexicon file: how many entries are new or changed, and sentences about what was left out."""

    entries: int
    warnings: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Heard:
    """A word or sentence as it is said without the lexicon, and with it."""

    before: Audition
    after: Audition


@dataclass(frozen=True, slots=True)
class RiskyPlace:
    """A place of a risky word.

    Attributes:
        chapter: number of the chapter.
        segment: id of the segment.
        number: which of the word's occurrences in the segment, from 1: for `LexiconService.fix`.
        start: offset of the word in the sentence.
        sentence: words of the segment.
        said: how it is said there, in the phonetic alphabet; empty if no dictionary tells.
    """

    chapter: int
    segment: str
    number: int
    start: int
    sentence: str
    said: str


@dataclass(frozen=True, slots=True)
class RiskyEntry:
    """A word of a book that is worth a look.

    Attributes:
        word: as it is written.
        risk: "unknown", "name" or "heteronym".
        alternatives: every way it can be said; empty for unknown words.
        places: all its places in reading order.
    """

    word: str
    risk: Risk
    alternatives: tuple[Reading, ...]
    places: tuple[RiskyPlace, ...]


class LexiconService:
    """Keeps lexicons, says words with them, and finds what wants an entry."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def entries(self, *, project: str | None = None, voice: str | None = None) -> tuple[LexiconEntry, ...]:
        """Entries of a book's lexicon, a voice's, or the studio's, by written form.

        Raises:
            NotFoundError: there is no such project or voice.
        """
        with self._context.database.read() as session:
            rows = self._rows(session, self._place(session, project, voice))
            return tuple(sorted(map(_view, rows), key=lambda each: (each.entry.written.casefold(), each.id)))

    def add(
        self, entry: Entry, *, replace: bool = False, project: str | None = None, voice: str | None = None
    ) -> LexiconEntry:
        """Add an entry to a book's lexicon, a voice's, or the studio's.

        Args:
            entry: what it says.
            replace: change the entry for this written form under the same conditions, if there is one.
            project: name or id of the book.
            voice: id of the voice.

        Raises:
            NotFoundError: there is no such project or voice.
            ConflictError: there is such an entry, and it is not to be changed.
        """
        with self._context.database.write() as session:
            place = self._place(session, project, voice)
            held = [row for row in self._rows(session, place) if case_of(entry_of(row)) == case_of(entry)]
            if held and not replace:
                raise ConflictError(
                    "there is an entry for it already", where=entry.written, hint="Change or remove that one."
                )
            row = held[0] if held else new_row(entry, place)
            for name, value in columns_of(entry).items():
                setattr(row, name, value)
            session.add(row)
            session.flush()
            return _view(row)

    def remove(self, entry_id: str) -> None:
        """Remove an entry.

        Raises:
            NotFoundError: there is no such entry.
        """
        with self._context.database.write() as session:
            session.delete(_found(session, entry_id))

    def import_file(self, path: Path, *, project: str | None = None, voice: str | None = None) -> Imported:
        """Take over a lexicon, CSV or PLS; an entry for the same form under the same conditions is changed.

        Raises:
            NotFoundError: there is no such project or voice.
            InputError: it cannot be read; nothing is stored.
        """
        try:
            if path.stat().st_size > MAX_LEXICON_BYTES:
                raise InputError("the file is too large", where=path.name, hint="Divide it.")
            data = path.read_bytes()
        except OSError as error:
            raise InputError(f"it cannot be read: {error.strerror}", where=path.name) from error
        warnings: tuple[str, ...] = ()
        if path.suffix.lower() in {".pls", ".xml"}:
            entries, warnings = read_pls(data, path.name)
        else:
            try:
                entries = from_csv(data.decode("utf-8-sig"), where=path.name)
            except UnicodeDecodeError as error:
                raise InputError("the file is not in UTF-8", where=path.name, hint="Save it as CSV UTF-8.") from error
        with self._context.database.write() as session:
            place = self._place(session, project, voice)
            store_entries(session, entries, place)
        return Imported(len(entries), warnings)

    def export_csv(self, *, project: str | None = None, voice: str | None = None) -> str:
        """A lexicon as a table with every condition.

        Raises:
            NotFoundError: there is no such project or voice.
        """
        return to_csv([each.entry for each in self.entries(project=project, voice=voice)])

    def export_pls(
        self, language: str, *, project: str | None = None, voice: str | None = None
    ) -> tuple[str, tuple[Entry, ...]]:
        """A lexicon as W3C PLS for one language, and the entries that such a file cannot hold.

        Raises:
            NotFoundError: there is no such project or voice.
        """
        return to_pls([each.entry for each in self.entries(project=project, voice=voice)], language)

    def hear(self, words: str, voice_id: str, *, project: str | None = None, entry: Entry | None = None) -> Heard:
        """Say a word or a sentence without and with the lexicons in force.

        Args:
            words: at most 300 characters.
            voice_id: whose voice; the gate is asked.
            project: its lexicon and language count, too.
            entry: tried out on top of them.

        Raises:
            NotFoundError: there is no such project or voice.
            StudioError: as `AuditionService.say`.
        """
        voice = self._context.voice(voice_id)
        with self._context.database.read() as session:
            book = find_project(session, project) if project is not None else None
            language = book.language if book is not None else voice.language
            entries = entries_in_force(session, voice, book.id if book is not None else "")
        tried = [*entries, *([(Scope.VOICE, entry)] if entry is not None else [])]
        auditions = AuditionService(self._context)
        before, after = (
            auditions.say(words, voice_id, language=language, speaking=speaking_with(each, voice, language))
            for each in ([], tried)
        )
        return Heard(before, after)

    def risky(self, project: str) -> tuple[RiskyEntry, ...]:
        """The words of a book that no dictionary and no lexicon has, by count, and those with two readings.

        Raises:
            NotFoundError: there is no such project.
        """
        with self._context.database.read() as session:
            book = find_project(session, project)
            language = book.language
            covered = {
                entry_of(row).written.casefold() for row in session.scalars(select(LexiconRow).where(_for_book(book)))
            }
            passages = list(_passages(book))
        found = risky_words(passages, lambda word: is_known(word, language))
        return tuple(_entry(word, language) for word in found if word.word.casefold() not in covered)

    def fix(self, project: str, segment_id: str, word: str, number: int, pronunciation: str) -> str:
        """Say one occurrence of a word in a way of its own: a tag is written into the segment. It can be undone.

        Args:
            project: name or id.
            segment_id: which segment.
            word: as it is written, capitals or not.
            number: which of its occurrences in the segment, from 1.
            pronunciation: phonemes between slashes (/lɛd/), a respelling (HER-my-oh-nee) or other words; empty takes a
                tag away.

        Returns:
            the segment's text as it stands now.

        Raises:
            NotFoundError: no such project, segment or occurrence.
            InputError: the pronunciation is none.
        """
        said = _said(pronunciation, word)
        with self._context.database.write() as session:
            book = find_project(session, project)
            row = find_segment(session, project, segment_id)
            start = parse_delivery(row.delivery)
            parts = _with_said(read_tags(row.text, start).parts, word, number, said)
            with recorded(session, book, f"Say '{word[:30]}' otherwise", (row.chapter_id,)):
                row.text = check_words(write_tags(parts, start))
            return row.text

    def _rows(self, session: Session, place: LexiconPlace) -> Sequence[LexiconRow]:
        return session.scalars(select(LexiconRow).where(*held_by(place))).all()

    def _place(self, session: Session, project: str | None, voice: str | None) -> LexiconPlace:
        if project is not None and voice is not None:
            raise InputError("a lexicon is of a book or of a voice", hint="Give one of them.")
        if voice is not None:
            return LexiconPlace(None, self._context.voice(voice).voice_id)
        return LexiconPlace(None if project is None else find_project(session, project).id, None)


def entry_from(written: str, said: str, **conditions: object) -> Entry:
    """An entry of what somebody typed: phonemes between slashes, a respelling, or an alias.

    Raises:
        InputError: it is none.
    """
    text = " ".join(said.split())
    if len(text) > 1 and text[0] == text[-1] == "/":
        notation = Notation.IPA
    else:
        notation = Notation.RESPELLING if is_respelling(text) else Notation.ALIAS
    return Entry(written, notation, text, **conditions)  # type: ignore[arg-type]


def _for_book(book: ProjectRow) -> ColumnElement[bool]:
    return or_(LexiconRow.scope == "studio", LexiconRow.project_id == book.id)


def _view(row: LexiconRow) -> LexiconEntry:
    return LexiconEntry(row.id, row.scope, row.project_id or row.voice_id or "", entry_of(row))


def _found(session: Session, entry_id: str) -> LexiconRow:
    row = session.get(LexiconRow, entry_id)
    if row is None:
        raise NotFoundError(f"there is no lexicon entry '{entry_id}'", hint="See `studio lexicon list`.")
    return row


def _passages(book: ProjectRow) -> Iterator[Passage]:
    """The segments that are read, with what tags say of them already."""
    for number, chapter in enumerate(book_chapters(book), 1):
        if chapter.skipped:
            continue
        for segment in chapter.segments:
            if not segment.skipped:
                parts = read_tags(segment.text).parts
                settled = tuple(
                    (start, start + len(part.text))
                    for start, part in placed_words(parts)
                    if isinstance(part, Words) and part.said is not None
                )
                yield Passage(number, segment.id, joined_words(parts), settled)


def _entry(word: RiskyWord, language: str) -> RiskyEntry:
    """A word with its readings: found from context at each place, where the dictionary has several."""
    alternatives: tuple[Reading, ...] = ()
    places: list[RiskyPlace] = []
    for place in word.places:
        found = readings(place.sentence, place.start, language) if word.risk is Risk.HETERONYM else ()
        alternatives = alternatives or tuple(sorted(found, key=lambda each: each.tag != "DEFAULT"))
        said = found[0].ipa if found else ""
        places.append(RiskyPlace(place.chapter, place.segment, place.number, place.start, place.sentence, said))
    return RiskyEntry(word.word, word.risk, alternatives, tuple(places))


def _said(pronunciation: str, word: str) -> Said | None:
    text = " ".join(pronunciation.split())
    if not text:
        return None
    phonemes = len(text) > 1 and text[0] == text[-1] == "/"
    return read_said("ipa" if phonemes else "say", text, word)


def _with_said(parts: Sequence[Part], word: str, number: int, said: Said | None) -> list[Part]:
    """Parts in which one occurrence of a word is said in a way of its own."""
    places = occurrences_of(word, joined_words(parts))
    if not 1 <= number <= len(places):
        raise NotFoundError(f"'{word}' is not there {number} times", hint="See `studio lexicon risky`.")
    start, end = places[number - 1]
    done: list[Part] = []
    for offset, part in placed_words(parts):
        if not isinstance(part, Words) or not offset <= start < offset + len(part.text):
            done.append(part)
        elif part.said is not None:
            done.append(replace(part, said=said))
        else:
            done += _divided(part, start - offset, min(end - offset, len(part.text)), said)
    return done


def _divided(part: Words, start: int, end: int, said: Said | None) -> list[Part]:
    """Words in up to three parts, the one in the middle said in a way of its own."""
    before, after = part.text[:start], part.text[end:]
    middle = replace(
        part, text=part.text[start:end], said=said, glued=part.glued if not before else not before[-1].isspace()
    )
    return [
        *([replace(part, text=before.rstrip(), said=None)] if before.strip() else []),
        middle,
        *([replace(part, text=after.lstrip(), said=None, glued=not after[0].isspace())] if after.strip() else []),
    ]

"""Lexicons as files: CSV with every condition, and W3C PLS 1.0 for other programs (reading PLS is an importer's)."""

import csv
import io
from collections.abc import Sequence
from typing import Final, TypeVar
from xml.sax.saxutils import escape, quoteattr

from studio.core.errors import InputError
from studio.manuscript.lexicon.entry import Entry, Notation, PartOfSpeech

PLS_NAMESPACE: Final = "http://www.w3.org/2005/01/pronunciation-lexicon"
ROLE_NAMESPACE: Final = "urn:vivavoce:lexicon:1.0"
"""Namespace of the values of `role` that carry our conditions: noun, verb, past, adjective, exact-case."""
EXACT_CASE: Final = "exact-case"
MAX_ENTRIES: Final = 100_000

_COLUMNS: Final = ("written", "notation", "said", "language", "exact_case", "part_of_speech", "beside")
_REQUIRED: Final = frozenset(_COLUMNS[:3])
_YES: Final = frozenset({"yes", "true", "1"})
_NO: Final = frozenset({"no", "false", "0", ""})
_FORMULA: Final = ("=", "+", "-", "@", "\t", "\r", "'")
"""What a spreadsheet takes for the beginning of a formula; an apostrophe before it makes it text."""
_Name = TypeVar("_Name", Notation, PartOfSpeech)


def to_csv(entries: Sequence[Entry]) -> str:
    """A table with a heading; read again it gives the same entries."""
    file = io.StringIO()
    writer = csv.writer(file, lineterminator="\n")
    writer.writerow(_COLUMNS)
    for entry in entries:
        cells = (
            entry.written, entry.notation, entry.said, entry.language, "yes" if entry.exact_case else "",
            entry.part_of_speech or "", " ".join(entry.beside),
        )  # fmt: skip
        writer.writerow(f"'{cell}" if cell.startswith(_FORMULA) else cell for cell in cells)
    return file.getvalue()


def from_csv(text: str, *, where: str) -> tuple[Entry, ...]:
    """Read such a table; columns in any order, all but the first three may be missing.

    Raises:
        InputError: a column is missing or unknown, or an entry is not usable; `where` has its line.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")), strict=True)
    entries: list[Entry] = []
    try:
        names = [name.strip().lower() for name in reader.fieldnames or ()]
        _check_columns(names, where)
        reader.fieldnames = names
        for row in reader:
            if len(entries) == MAX_ENTRIES:
                raise InputError(f"there are more than {MAX_ENTRIES:,} entries", where=where, hint="Divide the file.")
            cells = {name: _cell(value) if isinstance(value, str) else value for name, value in row.items()}
            entries.append(_entry(cells, f"{where}, line {reader.line_num}"))
    except csv.Error as error:
        raise InputError(f"the table cannot be read ({error})", where=f"{where}, line {reader.line_num}") from error
    return tuple(entries)


def _cell(text: str) -> str:
    return text[1:] if text.startswith("'") and text[1:].startswith(_FORMULA) else text


def to_pls(entries: Sequence[Entry], language: str) -> tuple[str, tuple[Entry, ...]]:
    """A PLS document, and the entries it cannot hold: those for another language, and those that ask for neighbours.

    Respellings are written as the IPA they stand for in this language.

    Args:
        entries: of a lexicon.
        language: BCP 47 tag: a PLS document is of one language.
    """
    held = [entry for entry in entries if entry.holds_for(language) and not entry.beside]
    lexemes = "".join(_lexeme(entry, language) for entry in held)
    document = (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        f'<lexicon version="1.0" xmlns="{PLS_NAMESPACE}" xmlns:vv="{ROLE_NAMESPACE}" alphabet="ipa" '
        f"xml:lang={quoteattr(language)}>\n{lexemes}</lexicon>\n"
    )
    return document, tuple(entry for entry in entries if entry not in held)


def _lexeme(entry: Entry, language: str) -> str:
    roles = [entry.part_of_speech] if entry.part_of_speech else []
    names = " ".join(f"vv:{role}" for role in [*roles, *([EXACT_CASE] if entry.exact_case else [])])
    role = f' role="{names}"' if names else ""
    ipa = entry.ipa(language)
    said = f"<phoneme>{escape(ipa)}</phoneme>" if ipa else f"<alias>{escape(entry.said)}</alias>"
    return f"  <lexeme{role}><grapheme>{escape(entry.written)}</grapheme>{said}</lexeme>\n"


def _check_columns(names: Sequence[str], where: str) -> None:
    hint = f"The columns are: {', '.join(_COLUMNS)}."
    if missing := sorted(_REQUIRED - set(names)):
        raise InputError(f"the column '{missing[0]}' is missing", where=where, hint=hint)
    if unknown := sorted(set(names) - set(_COLUMNS)):
        raise InputError(f"there is no column '{unknown[0]}'", where=where, hint=hint)
    if len(set(names)) < len(names):
        raise InputError("a column is there twice", where=where, hint=hint)


def _entry(row: dict[str, str], where: str) -> Entry:
    if None in row or None in row.values():
        raise InputError("the line has more or fewer cells than the heading", where=where)
    cells = {name: cell.strip() for name, cell in row.items()}
    case = cells.get("exact_case", "").lower()
    if case not in _YES | _NO:
        raise InputError(f"'{case}' is neither yes nor no", where=where)
    try:
        return Entry(
            cells["written"],
            _member(Notation, cells["notation"]),
            cells["said"],
            cells.get("language", ""),
            case in _YES,
            _member(PartOfSpeech, cells["part_of_speech"]) if cells.get("part_of_speech") else None,
            tuple(cells.get("beside", "").split()),
        )
    except InputError as error:
        raise InputError(error.message, where=where, hint=error.hint) from error


def _member(kind: type[_Name], name: str) -> _Name:
    try:
        return kind(name.lower())
    except ValueError as error:
        raise InputError(f"'{name}' is none of {', '.join(kind)}") from error

"""Lines of a script as a table: CSV or TSV with a header, one line to be said in each row.

Columns are known by their names, in any order: text, and if there are any role, delivery, chapter, id.
"""

import csv
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import islice
from pathlib import Path
from typing import Final

from studio.core.errors import InputError
from studio.importers.chapters import first_tagged_words, make_chapter
from studio.importers.clean import clean_text, has_control_characters
from studio.importers.decode import read_text
from studio.importers.sniff import looks_like_text
from studio.importers.tagged import delivery_name, heading_block, is_said, line_warnings, role_name, titled_in_words
from studio.manuscript.matter import is_spoken, kind_from_title
from studio.manuscript.model import Block, BlockKind, Chapter, ChapterKind, Manuscript, Metadata
from studio.manuscript.tag_lint import lint_tags
from studio.manuscript.tags import parse_delivery, plain_text

MAX_ROWS: Final = 200_000
MAX_COLUMNS: Final = 100

_SCORE = 90
_DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}
_SEPARATOR_LINE = re.compile(r"sep=(.)", re.IGNORECASE)  # as spreadsheets write it above the header
_COLUMNS = {
    "text": ("text", "line", "lines", "dialogue", "dialog", "words", "script"),
    "role": ("role", "speaker", "character"),
    "delivery": ("delivery", "emotion", "direction", "style"),
    "chapter": ("chapter", "section"),
    "id": ("id", "number", "no", "#"),
}
"""Names a column goes by, the first the most telling."""

_REMEDY = "Give the table a header row with a column 'text', and if you like 'role', 'delivery', 'chapter' and 'id'."


@dataclass(frozen=True, slots=True)
class _Row:
    """Cells of a row by the column's proper name; `line` is where it begins in the file, from 1."""

    line: int
    cells: dict[str, str]


class CsvImporter:
    """Reads tables of lines."""

    suffixes: Final = frozenset({".csv", ".tsv"})

    def probe(self, path: Path, head: bytes) -> int | None:
        """By name: any text with commas could be a table."""
        return _SCORE if path.suffix.lower() in self.suffixes and looks_like_text(head) else None

    def read(self, path: Path) -> Manuscript:
        """Read the file. Cells are words whatever they look like; nothing is calculated.

        Raises:
            InputError: it is too large, no table with a column of text, or its quotation marks do not match.
            OSError: the file cannot be read.
        """
        text = read_text(path)
        warnings = ["Control characters in the text were removed."] if has_control_characters(text) else []
        problems: list[tuple[int, str]] = []
        chapters: list[tuple[str, list[Block]]] = []
        for row in _rows(text, path.name):
            title = clean_text(row.cells.get("chapter", ""))
            if not chapters or (title and title != chapters[-1][0]):
                chapters.append((title, []))
            block = _block(row, problems)
            if is_said(block.text):
                chapters[-1][1].append(block)
        if not any(blocks for _, blocks in chapters):
            raise InputError("the table has no lines to say", where=path.name, hint="Fill the column 'text'.")
        warnings += line_warnings(problems)
        divided = titled_in_words(_chapter(title, blocks) for title, blocks in chapters if blocks)
        return Manuscript(Metadata(""), divided, warnings=tuple(warnings))


def _rows(text: str, where: str) -> Iterator[_Row]:
    """Rows below the header that hold anything."""
    lines = text.lstrip("\ufeff").split("\n")
    separator = _SEPARATOR_LINE.fullmatch(lines[0])
    first = 1 if separator else 0
    while first < len(lines) and not lines[first].strip():
        first += 1
    if first == len(lines):
        raise InputError("the file contains no text", where=where, hint=_REMEDY)
    stated = separator.group(1) if separator and separator.group(1) in _DELIMITERS else ""
    delimiter = stated or _delimiter(lines[first])
    reader = csv.reader((f"{line}\n" for line in lines[first:]), delimiter=delimiter, strict=True)
    begun = first
    try:
        names = _columns(next(reader), where)
        begun = first + reader.line_num
        count = 0
        for cells in reader:
            if any(cell.strip() for cell in cells):
                count += 1
                if count > MAX_ROWS:
                    raise InputError(
                        f"the table has more than {MAX_ROWS} rows", where=where, hint="Split it into parts."
                    )
                yield _Row(begun + 1, {name: cells[at] for name, at in names.items() if at < len(cells)})
            begun = first + reader.line_num
    except csv.Error as error:
        raise InputError(
            f"the row cannot be read as a table ({error})",
            where=f"{where}, line {begun + 1}",
            hint='Look for a quotation mark that is not closed; inside of a quoted cell write it twice: "".',
        ) from error


def _delimiter(header: str) -> str:
    """The delimiter under which most columns of a header are known."""

    def known(delimiter: str) -> int:
        cells = [cell.strip().strip('"').casefold() for cell in header.split(delimiter)]
        return sum(any(cell in names for cell in cells) for names in _COLUMNS.values())

    return max(_DELIMITERS, key=lambda delimiter: (known(delimiter), header.count(delimiter)))


def _columns(header: Sequence[str], where: str) -> dict[str, int]:
    """Index of each known column by its proper name."""
    if len(header) > MAX_COLUMNS:
        raise InputError(f"the table has more than {MAX_COLUMNS} columns", where=where, hint=_REMEDY)
    cells = [clean_text(cell).casefold() for cell in header]
    found = {}
    for name, synonyms in _COLUMNS.items():
        at = next((cells.index(synonym) for synonym in synonyms if synonym in cells), None)
        if at is not None:
            found[name] = at
    if "text" not in found:
        seen = ", ".join(f"'{cell[:30]}'" for cell in islice(filter(None, cells), 6))
        raise InputError(f"the table has no column 'text', only {seen or 'empty names'}", where=where, hint=_REMEDY)
    return found


def _block(row: _Row, problems: list[tuple[int, str]]) -> Block:
    """A row as a paragraph; what is wrong in it is added to `problems`."""
    text = row.cells.get("text", "")
    problems += ((row.line + problem.line - 1, problem.message) for problem in lint_tags(text))
    delivery = ""
    if stated := clean_text(row.cells.get("delivery", "")).strip("()[]{} "):
        try:
            delivery = delivery_name(parse_delivery(stated))
        except InputError as error:
            problems.append((row.line, f"{error.sentence} The line is read without it."))
    return Block(BlockKind.PARAGRAPH, clean_text(text), 0, role_name(row.cells.get("role", "")), delivery)


def _chapter(title: str, blocks: Sequence[Block]) -> Chapter:
    """A chapter that is read whatever its title: each row is meant to be said."""
    kind = kind_from_title(plain_text(title))
    kind = kind if kind is not None and is_spoken(kind) else ChapterKind.CHAPTER
    heading = make_chapter(title, kind, (heading_block(title, 1),)).blocks if title else ()
    return Chapter(title or first_tagged_words(blocks), kind, (*heading, *blocks))

"""Plain text, wrapped or not, with or without the frame of Project Gutenberg."""

import re
from dataclasses import replace
from pathlib import Path
from typing import Final

from studio.core.errors import InputError
from studio.importers.chapters import chapters_from_headings
from studio.importers.clean import has_control_characters, has_letter
from studio.importers.decode import read_text
from studio.importers.gutenberg import remove_frame
from studio.importers.plain_text import read_blocks, without_brackets_of_text
from studio.importers.sniff import looks_like_text
from studio.importers.tagged import line_warnings, titled_in_words
from studio.manuscript.model import Block, BlockKind, Manuscript, Metadata
from studio.manuscript.tag_lint import lint_tags
from studio.manuscript.tags import plain_text

_SCORE = 50
_BY = re.compile(r"(?:written )?by\s+(\S.{1,80})", re.IGNORECASE)
_MAX_TITLE_WORDS = 14
_MAX_FRONT_WORDS = 60


class TextImporter:
    """Reads plain text files."""

    suffixes: Final = frozenset({"", ".txt", ".text", ".asc"})

    def probe(self, path: Path, head: bytes) -> int | None:
        """By name and by the absence of anything that text does not hold."""
        return _SCORE if path.suffix.lower() in self.suffixes and looks_like_text(head) else None

    def read(self, path: Path) -> Manuscript:
        """Read the file. Chapter headings are recognised by their words and their place on lines of their own.

        Raises:
            InputError: it is too large, no text, or has not one letter.
            OSError: the file cannot be read.
        """
        text = read_text(path)
        if not has_letter(text):
            raise InputError("the file contains no text", where=path.name, hint="Choose a file with words in it.")
        warnings = ["Control characters in the text were removed."] if has_control_characters(text) else []
        problems = lint_tags(without_brackets_of_text(text))
        warnings += line_warnings((problem.line, problem.message) for problem in problems)
        framed = remove_frame(text)
        blocks = read_blocks(framed.text)
        metadata = Metadata(title=framed.title, author=framed.author, language=framed.language or "en")
        if not framed.framed:
            metadata = _from_title_page(metadata, blocks)
        chapters = chapters_from_headings(blocks, book_title=metadata.title, language=metadata.language)
        return Manuscript(metadata, titled_in_words(chapters), warnings=tuple(warnings))


def _from_title_page(metadata: Metadata, blocks: list[Block]) -> Metadata:
    """Title and author from the lines before the first heading, where these are few or name an author."""
    end = next((number for number, block in enumerate(blocks) if block.kind is BlockKind.HEADING), len(blocks))
    front = [plain_text(block.text) for block in blocks[:end] if block.text]
    named = [match for text in front[1:4] if len(text.split()) <= _MAX_TITLE_WORDS and (match := _BY.fullmatch(text))]
    is_page = end < len(blocks) and sum(len(text.split()) for text in front) <= _MAX_FRONT_WORDS
    if not front or (not named and not is_page) or len(front[0].split()) > _MAX_TITLE_WORDS:
        return metadata
    return replace(
        metadata,
        title=metadata.title or front[0].rstrip("."),
        author=metadata.author or (named[0].group(1).rstrip(".") if named else ""),
    )

"""Markdown: CommonMark with tables, footnotes and delivery tags."""

import re
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import Final

from markdown_it import MarkdownIt
from markdown_it.rules_block import StateBlock, reference
from markdown_it.rules_core import StateCore
from markdown_it.token import Token
from mdit_py_plugins.footnote import footnote_plugin

from studio.core.errors import InputError
from studio.importers.av_script import AudioColumns
from studio.importers.blocks import extract_blocks, parse_fragment
from studio.importers.chapters import chapters_from_headings
from studio.importers.clean import clean_text, has_control_characters
from studio.importers.decode import read_text
from studio.importers.language import language_tag
from studio.importers.sniff import looks_like_text
from studio.importers.tagged import heading_block, is_said, line_warnings, literal, titled_in_words
from studio.manuscript.delivery import NEUTRAL, Delivery
from studio.manuscript.model import Block, BlockKind, Manuscript, Metadata
from studio.manuscript.tag_lint import lint_tags
from studio.manuscript.tags import Words, plain_text, read_tags

_SCORE = 90
_FRONT_MATTER = re.compile(r"\A---[ \t]*\n(.{1,20000}?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)
_FIELD = re.compile(r"([A-Za-z][\w -]{0,40}):(?:[ \t]+(.*)|[ \t]*)")
_LIST_ITEM = re.compile(r"[ \t]*-[ \t]+(.*)")
_CONTINUED = re.compile(r"(?:[ \t]+.*|[ \t]*#.*|[ \t]*)")
_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-9]{2})\b")
_DEFINITION = re.compile(r"(\[[^\[\]\\]{1,80}\]):(?!\s*<?\S*(?:[/#@]|\.\w))")  # "[calm]: Yes." but not "[calm]: x.html"
_AFTER_PREFIX = re.compile(r"\A(\d{1,6}\. |Image: )(\{[^{}]{1,80}\})\s*")


class MarkdownImporter:
    """Reads Markdown files, with metadata in a block of `key: value` lines at the top if they have one."""

    suffixes: Final = frozenset({".md", ".markdown", ".mdown", ".mkd", ".mkdn"})

    def probe(self, path: Path, head: bytes) -> int | None:
        """By name: nothing inside a file tells Markdown from plain text."""
        return _SCORE if path.suffix.lower() in self.suffixes and looks_like_text(head) else None

    def read(self, path: Path) -> Manuscript:
        """Read the file. Headings divide it; a single heading of the first level is the title of the book.

        Raises:
            InputError: it is too large or no text.
            OSError: the file cannot be read.
        """
        text = read_text(path)
        warnings = ["Control characters in the text were removed."] if has_control_characters(text) else []
        fields, body = split_front_matter(text)
        root = parse_fragment(f"<html><body>{_parser().render(body)}</body></html>")
        if root is None:
            raise InputError("the file contains no text", where=path.name)
        scripts = AudioColumns.take(root, tagged=True)
        extract = extract_blocks(root)
        warnings += [f"Left out: {count} × {what}." for what, count in extract.unread.items()]
        first_line = text[: len(text) - len(body)].count("\n")
        problems = lint_tags(body, markdown=True)
        warnings += line_warnings((first_line + problem.line, problem.message) for problem in problems)
        pieces = (piece for piece in extract.pieces if not piece.note and not piece.dropped)
        blocks = scripts.put_back(
            [_tagged(piece.block) for piece in pieces if not piece.block.text or is_said(piece.block.text)]
        )
        warnings += scripts.warnings
        metadata = _metadata(fields, blocks)
        chapters = chapters_from_headings(blocks, book_title=metadata.title, language=metadata.language)
        return Manuscript(metadata, titled_in_words(chapters), warnings=tuple(warnings))


def _parser() -> MarkdownIt:
    parser = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"]).use(footnote_plugin)
    parser.block.ruler.at("reference", _definition_of_link)
    parser.core.ruler.before("text_join", "literal", _keep_literal)
    return parser


def _definition_of_link(state: StateBlock, start_line: int, end_line: int, silent: bool) -> bool:
    """Definitions of links, as CommonMark has them; "[angry]: No!" is a line of speech and none."""
    start = state.bMarks[start_line] + state.tShift[start_line]
    match = _DEFINITION.match(state.src, start, state.eMarks[start_line])
    return (match is None or not _is_tag(match.group(1))) and reference(state, start_line, end_line, silent)


def _is_tag(label: str) -> bool:
    """Whether something in brackets changes how what follows is said, or is a pause or a sound."""
    read = ((start, read_tags(f"{label} x", start)) for start in (NEUTRAL, Delivery("whisper")))
    return any(tagged.text == "x" and tagged.parts != (Words("x", start),) for start, tagged in read)


def _keep_literal(state: StateCore) -> None:
    """Keep what the author wrote as a character from being read as a tag: escapes, entities, code."""
    for token in state.tokens:
        _make_literal(token.children or ())


def _make_literal(tokens: Iterable[Token]) -> None:
    for token in tokens:
        if token.type in {"text_special", "code_inline"}:
            token.content = literal(token.content)
        _make_literal(token.children or ())


def _tagged(block: Block) -> Block:
    if block.kind is BlockKind.HEADING:
        return heading_block(block.text, block.level)
    return replace(block, text=_AFTER_PREFIX.sub(r"\2 \1", block.text, count=1))


def split_front_matter(text: str) -> tuple[dict[str, list[str]], str]:
    """Fields of the metadata block at the top, and the text after it.

    Only lines `key: value` and lists of strings are read, as plain strings: tags and objects of YAML mean nothing here.
    """
    match = _FRONT_MATTER.match(text)
    if match is None:
        return {}, text
    fields: dict[str, list[str]] = {}
    key = ""
    for line in match.group(1).split("\n"):
        if found := _FIELD.fullmatch(line):
            key = found.group(1).strip().casefold()
            fields[key] = _values(found.group(2) or "")
        elif (item := _LIST_ITEM.fullmatch(line)) and key:
            fields[key].extend(_values(item.group(1)))
        elif not _CONTINUED.fullmatch(line):
            return {}, text  # a rule and running text, no metadata
    return (fields, text[match.end() :]) if fields else ({}, text)


def _values(text: str) -> list[str]:
    text = text.strip()
    inner = text[1:-1].split(",") if text.startswith("[") and text.endswith("]") else [text]
    return [value for part in inner if (value := clean_text(part).strip("\"'"))]


def _metadata(fields: dict[str, list[str]], blocks: list[Block]) -> Metadata:
    def first(*names: str) -> str:
        return next((fields[name][0] for name in names if fields.get(name)), "")

    names = next((fields[key] for key in ("author", "authors", "creator", "by") if fields.get(key)), [])
    title, subtitle = first("title"), first("subtitle")
    top = [plain_text(block.text) for block in blocks if block.kind is BlockKind.HEADING and block.level == 1]
    year = _YEAR.search(first("year", "date", "published"))
    return Metadata(
        title=(f"{title}: {subtitle}" if title and subtitle else title) or (top[0] if len(top) == 1 else ""),
        author=" and ".join(names),
        language=language_tag(first("language", "lang")) or "en",
        year=year.group(1) if year else "",
        publisher=first("publisher"),
        identifier=first("identifier", "isbn", "id"),
        description=first("description", "summary", "abstract"),
    )

"""Final Draft (FDX): written as Fountain, and read as such, so that one play is one manuscript in either format."""

import re
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

from studio.core.errors import InputError
from studio.importers.clean import clean_text
from studio.importers.decode import MAX_TEXT_BYTES
from studio.importers.markup import Element, attribute, local_name
from studio.importers.screenplay import read_script
from studio.importers.xml import parse_xml
from studio.manuscript.model import Manuscript

_SCORE = 95
_ROOT = b"<FinalDraft"
_MARKS = re.compile(r"\\|[*_]|\[\[|\]\]|/\*|\*/")
_LINE = re.compile(r"line (\d+):")
_SPEECH: Final = frozenset({"dialogue", "parenthetical", "lyrics", "singing"})
_NO_TITLE_PAGE: Final = "==="  # a page break
_TITLE_WORDS: Final = ("written by", "by", "screenplay by", "a play by", "story by")


class FdxImporter:
    """Reads Final Draft documents, version 8 and later."""

    suffixes: Final = frozenset({".fdx"})

    def probe(self, _path: Path, head: bytes) -> int | None:
        """By the element that such a document begins with, in UTF-8 or UTF-16."""
        return _SCORE if _ROOT in head.replace(b"\0", b"") else None

    def read(self, path: Path) -> Manuscript:
        """Read the script.

        Raises:
            InputError: it is too large, no well-formed XML, declares entities, or says nothing.
            OSError: the file cannot be read.
        """
        if path.stat().st_size > MAX_TEXT_BYTES:
            raise InputError(
                f"the script is larger than {MAX_TEXT_BYTES // 1024**2} MB", where=path.name, hint="Split it into acts."
            )
        root = parse_xml(path.read_bytes(), path.name)
        if root.getroottree().docinfo.doctype:
            raise InputError("the script has a document type", where=path.name, hint="Save it again in Final Draft.")
        content = next((child for child in root if local_name(child) == "content"), None)
        if content is None:
            raise InputError("the script has no content", where=path.name, hint="Save it again in Final Draft.")
        lines: list[str] = []
        paragraphs = [0]  # for each line, the paragraph it is of
        listed = list(_paragraphs(content))
        for number, (kind, text, dual) in enumerate(listed, 1):
            if kind == "character" and (number == len(listed) or listed[number][0] not in _SPEECH):
                continue  # a name that says nothing
            written = _written(kind, text, dual=dual)
            lines += written
            paragraphs += [number] * len(written)
        # a script in Fountain may begin with a title page, which "INT HOUSE: NIGHT" would be
        book = read_script("\n".join([_NO_TITLE_PAGE, *lines]), path.name)
        title, author = _title_page(root)
        warnings = tuple(
            _LINE.sub(lambda match: f"paragraph {paragraphs[int(match[1]) - 1]}:", each) for each in book.warnings
        )
        return replace(book, metadata=replace(book.metadata, title=title, author=author), warnings=warnings)


def _paragraphs(content: Element) -> Iterator[tuple[str, str, bool]]:
    """Kind, text, and whether it is said at the same time as the speech before it."""
    for paragraph in content:
        if local_name(paragraph) != "paragraph":
            continue
        dual = next((child for child in paragraph if local_name(child) == "dualdialogue"), None)
        if dual is not None:
            for index, (kind, text, _) in enumerate(_paragraphs(dual)):
                yield kind, text, kind == "character" and index > 0
        else:
            yield attribute(paragraph, "Type").lower(), _text(paragraph), False


def _text(paragraph: Element) -> str:
    runs = [child for child in paragraph if local_name(child) == "text"]
    return clean_text("".join("".join(str(part) for part in run.itertext()) for run in runs))


def _written(kind: str, text: str, *, dual: bool) -> list[str]:
    """A paragraph as lines of Fountain, its kind forced. An empty line is before all but what goes on a speech."""
    words = _MARKS.sub(_escaped, text)
    if not words:
        return []
    if kind == "scene heading" and (not words[:1].isalnum() or _is_scene(words)):
        return ["", words, ""]
    forced = {
        "scene heading": ["", f".{words}", ""],
        "character": ["", f"@{words}{' ^' if dual else ''}"],
        "dialogue": [f"\u200b{words}" if words[0] in "(~" else words],  # no direction and no song, but dialogue
        "parenthetical": [f"({words.strip('() ')})"],
        "lyrics": [f"~{words}"],
        "singing": [f"~{words}"],
        "transition": ["", f"> {words}", ""],
        "new act": ["", f"# {words}", ""],
        "end of act": [],
    }
    return forced.get(kind, ["", f"!\u200b{words}" if words[0] == "~" else f"!{words}", ""])


def _escaped(match: re.Match[str]) -> str:
    mark = match[0]
    return f"\\{mark}" if mark in {"*", "_"} else " ".join(mark) if len(mark) > 1 else mark


def _is_scene(words: str) -> bool:
    return re.match(r"(?:INT|EXT|EST|I/E|E/I)\b", words, re.IGNORECASE) is not None


def _title_page(root: Element) -> tuple[str, str]:
    """Title and author, by their places on the title page."""
    page = next((child for child in root if local_name(child) == "titlepage"), None)
    content = next((child for child in page if local_name(child) == "content"), None) if page is not None else None
    lines = [text for _, text, _ in _paragraphs(content) if text] if content is not None else []
    title = lines[0].strip('"“”') if lines else ""
    for index, line in enumerate(lines[1:], 1):
        folded = line.casefold().rstrip(":")
        if folded in _TITLE_WORDS and index + 1 < len(lines):
            return title, lines[index + 1]
        start = next((words for words in _TITLE_WORDS if folded.startswith(f"{words} ")), "")
        if start:
            return title, line[len(start) :].strip()
    return title, ""

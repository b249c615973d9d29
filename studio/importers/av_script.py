"""Two-column audio/video scripts of advertising: what is in the audio column is read, what is seen is not."""

import re
import secrets
from dataclasses import dataclass, field
from typing import Final, Self

from lxml import etree

from studio.importers.blocks import inline_text
from studio.importers.markup import Element, local_name
from studio.importers.tagged import MAX_ROLE_CHARS, delivery_name, is_said, role_name
from studio.manuscript.model import Block, BlockKind
from studio.manuscript.tags import delivery_of_direction

AUDIO: Final = frozenset({
    "audio", "sound", "vo", "voice over", "voiceover", "voice-over", "spoken", "copy", "script", "dialogue", "ton",
    "text", "sprecher", "son", "voix off", "locución", "audio vo", "audio/vo", "audio / vo",
})  # fmt: skip
VIDEO: Final = frozenset({
    "video", "visual", "visuals", "vision", "picture", "image", "images", "shot", "scene", "bild", "imagen", "immagine",
})  # fmt: skip
"""Heads of columns. A table is a script if it has one of each."""

_NOT_SAID: Final = frozenset({
    "sfx", "fx", "sound effect", "sound effects", "music", "musik", "musique", "música", "musica", "super", "title",
    "titles", "graphic", "lower third", "atmo", "ambience", "jingle", "bruitage",
})  # fmt: skip
_CUE = re.compile(
    r"\s*(?P<name>[^\W\d_][^:()\[\]]{0,60}?)\s*(?:\((?P<how>[^()]{1,80})\))?\s*:\s*(?P<words>.*)", re.DOTALL
)
_LEADING = re.compile(r"\s*\((?P<how>[^()]{1,80})\)\s*(?P<words>.+)", re.DOTALL)
_EXTENSION: Final = frozenset(
    {"vo", "v.o.", "os", "o.s.", "off", "cont'd", "cont’d", "contd", "cont.", "on camera", "oc"}
)
_NARRATORS: Final = frozenset(
    {"vo", "v.o.", "voice over", "voiceover", "voice-over", "narrator", "voix off", "sprecher", "off"}
)
_MAX_NAME_WORDS = 4


@dataclass(slots=True)
class AudioColumns:
    """The spoken lines of the script tables of a document, taken out of it.

    Attributes:
        tables: lines of each table, by the word that stands in its place, which no text has.
        warnings: sentences about what was left out.
    """

    tables: dict[str, list[Block]] = field(default_factory=dict)
    warnings: list[str] = field(default_factory=list)

    @classmethod
    def take(cls, root: Element) -> Self:
        """Take every script table out of a document; a mark stays in its place."""
        taken = cls()
        for table in [each for each in root.iter() if local_name(each) == "table"]:
            rows = [_cells(row) for row in table.iter() if local_name(row) == "tr"]
            column = _audio_column(rows[0]) if rows else None
            if column is None or table.getparent() is None:
                continue
            mark = etree.Element("p")
            mark.text, mark.tail = f"table{secrets.token_hex(16)}", table.tail
            table.getparent().replace(table, mark)
            taken.tables[mark.text] = taken.lines([row[column] for row in rows[1:] if column < len(row)])
        return taken

    def put_back(self, blocks: list[Block]) -> list[Block]:
        """The blocks of the document, with the lines of each table in its place."""
        return [line for block in blocks for line in self.tables.get(block.text, [block])]

    def lines(self, cells: list[Element]) -> list[Block]:
        """The lines of an audio column; who speaks goes on speaking until another is named.

        Sounds and music are told in `warnings`.
        """
        found: list[Block] = []
        role = ""
        for text in (text for cell in cells for text in _paragraphs(cell)):
            name, how, words = _cue(text)
            if name.casefold() in _NOT_SAID:
                self.warnings.append(f"Not read: {name.upper()}: {words[:80]}")
                continue
            if name:
                role = "" if name.casefold() in _NARRATORS else role_name(name)[:MAX_ROLE_CHARS]
            direction = how if how.casefold() not in _EXTENSION else ""
            delivery = delivery_of_direction(direction) if direction else None
            if direction and delivery is None:
                self.warnings.append(f"Direction '({direction})' is no delivery of ours: {words[:60]}")
            if is_said(words):
                said = delivery_name(delivery) if delivery else ""
                found.append(Block(BlockKind.PARAGRAPH, words, role=role, delivery=said))
        return found


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row if local_name(cell) in {"td", "th"}]


def _audio_column(head: list[Element]) -> int | None:
    names = [" ".join(inline_text(cell).casefold().replace("*", "").split()).rstrip(":") for cell in head]
    if not any(name in VIDEO for name in names):
        return None
    return next((index for index, name in enumerate(names) if name in AUDIO), None)


def _paragraphs(cell: Element) -> list[str]:
    """Paragraphs and lines of a cell, white space folded."""
    for line_break in [each for each in cell.iter() if local_name(each) == "br"]:
        line_break.tail = f"\n{line_break.tail or ''}"
    parts = [each for each in cell.iter() if local_name(each) in {"p", "li"}]
    texts = ["".join(str(text) for text in part.itertext()) for part in parts or [cell]]
    return [" ".join(line.split()) for text in texts for line in text.split("\n") if line.strip()]


def _cue(text: str) -> tuple[str, str, str]:
    """Who speaks, how, and the words; empty where a line does not say."""
    match = _CUE.fullmatch(text)
    if match is not None and _is_name(match["name"]):
        leading = _LEADING.fullmatch(match["words"]) if not match["how"] else None
        if leading is not None:
            return match["name"].strip(), leading["how"].strip(), leading["words"]
        return match["name"].strip(), (match["how"] or "").strip(), match["words"]
    leading = _LEADING.fullmatch(text)
    return ("", leading["how"].strip(), leading["words"]) if leading is not None else ("", "", text)


def _is_name(name: str) -> bool:
    """Whether what stands before a colon is a speaker: "ANNCR", "Woman 2", not "Remember this"."""
    words = name.split()
    return len(words) <= _MAX_NAME_WORDS and (
        name.isupper()
        or name.casefold() in _NOT_SAID | _NARRATORS
        or all(word[:1].isupper() or word.isdigit() for word in words)
    )

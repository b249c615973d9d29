"""Two-column audio/video scripts of advertising: what is in the audio column is read, what is seen is not."""

import re
import secrets
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final, Self

from lxml import etree

from studio.importers.blocks import inline_text
from studio.importers.clean import clean_text
from studio.importers.markup import Element, attribute, local_name
from studio.importers.tagged import MAX_ROLE_CHARS, delivery_name, is_said, literal, role_name
from studio.manuscript.model import Block, BlockKind
from studio.manuscript.tags import Words, delivery_of_direction, read_tags

_VOICE: Final = frozenset({
    "vo", "v.o.", "voice over", "voiceover", "voice-over", "spoken", "dialogue", "dialog", "sprecher", "sprechertext",
    "off-text", "dialoge", "voix off", "voix", "commentaire", "dialogues", "locución", "locucion", "voz en off", "voz",
    "diálogo", "diálogos",
})  # fmt: skip
_AUDIO: Final = frozenset({"audio", "copy"})
_SOUND: Final = frozenset({"sound", "ton", "son", "sonido", "suono"})
_WORDS: Final = frozenset({"text", "script", "texte", "texto"})
_HEARD: Final = (_VOICE, _AUDIO, _SOUND, _WORDS)
"""Heads of columns of what is heard, those that hold the spoken words most surely first."""

_SEEN: Final = frozenset({
    "video", "visual", "visuals", "vision", "picture", "bild", "vidéo", "visuel", "visuels", "vídeo",
})  # fmt: skip
_SHOWN: Final = frozenset({"image", "images", "shot", "scene", "imagen", "imágenes", "immagine", "plan", "plano"})
"""Heads of columns of what is seen; those of `_SHOWN`, like those of `_WORDS`, stand above many another table."""

_SOUNDS_FIRST: Final = frozenset({"sfx", "fx", "music", "musik", "musique", "música", "musica", "atmo", "jingle"})
_NOT_SAID: Final = frozenset({
    "sfx", "fx", "sound effect", "sound effects", "music", "musik", "musique", "música", "musica", "super", "title",
    "titles", "graphic", "lower third", "atmo", "ambience", "jingle", "bruitage", "bruitages", "geräusch", "geräusche",
    "efecto", "efectos", "efectos de sonido", "sonido",
})  # fmt: skip
_CUE = re.compile(
    r"\s*(?P<name>[^\W\d_][^:()\[\]]{0,60}?)\s*(?:\((?P<how>[^()]{1,80})\))?\s*:\s*(?P<words>.*)", re.DOTALL
)
_TIME = re.compile(r"\d:\d")
_NUMBERED = re.compile(r"\s*\d+$")
_JOINED = re.compile(r"\s*(?:[&/+,]|\band\b|\bund\b|\bet\b|\by\b)\s*")
_BRACKETS = re.compile(r"[(\[](?P<inner>[^()\[\]]{1,200})[)\]]")
_DIRECTION = re.compile(r"\((?P<how>[^()]{1,40})\)\s*")
_LEADING = re.compile(r"\s*\((?P<how>[^()]{1,80})\)\s*(?P<words>.+)", re.DOTALL)
_EXTENSION: Final = frozenset(
    {"vo", "v.o.", "os", "o.s.", "off", "cont'd", "cont’d", "contd", "cont.", "on camera", "oc"}
)
_NARRATORS: Final = frozenset(
    {"vo", "v.o.", "voice over", "voiceover", "voice-over", "narrator", "voix off", "sprecher", "off"}
)
_MAX_NAME_WORDS = 4
_MAX_CUE_WORDS = 6  # of a line such as "MUSIC UP AND UNDER"
_MAX_DIRECTION_WORDS = 3  # of one inside of a line
_MAX_SPAN = 100


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
    def take(cls, root: Element, *, tagged: bool) -> Self:
        """Take every script table out of a document; a mark stays in its place.

        Args:
            root: of the document; it is changed.
            tagged: brackets in it may be delivery tags; else they are words.
        """
        taken = cls()
        for table in [each for each in root.iter() if local_name(each) == "table"]:
            rows = _grid(table)
            names = {column: _head(cell) for column, cell in rows[0].items()} if rows else {}
            column = _audio_column(names)
            if column is None or table.getparent() is None:
                continue
            mark = etree.Element("p")
            mark.text, mark.tail = f"table{secrets.token_hex(16)}", table.tail
            table.getparent().replace(table, mark)
            others = (name for at, name in names.items() if at != column and _rank(name) < len(_HEARD))
            taken.warnings += (f"Not read: the column '{name}' of a script." for name in others)
            for row in rows[1:]:
                across = [cell for at, cell in row.items() if at < column < at + _span(cell, "colspan")]
                taken.warnings += (f"Not read: {text[:80]}" for cell in across for text in _paragraphs(cell))
            taken.tables[mark.text] = taken._lines([row[column] for row in rows[1:] if column in row], tagged)
        return taken

    def put_back(self, blocks: list[Block]) -> list[Block]:
        """The blocks of the document, with the lines of each table in its place."""
        return [line for block in blocks for line in self.tables.get(block.text, [block])]

    def _lines(self, cells: list[Element], tagged: bool) -> list[Block]:
        """The lines of an audio column; who speaks goes on speaking until another is named.

        Sounds and music are told in `warnings`.
        """
        texts = [text for cell in cells for text in _paragraphs(cell)]
        capitals = any(_cue(text, capitals=True)[0] for text in texts)
        found: list[Block] = []
        role, delivery = "", ""
        for text in texts:
            whole = _BRACKETS.fullmatch(text)
            if _is_sound_cue(whole["inner"] if whole else text):
                self.warnings.append(f"Not read: {text[:80]}")
                continue
            if whole and text.startswith("("):
                if _is_tag(inner := whole["inner"].strip().casefold()):
                    found.append(Block(BlockKind.PARAGRAPH, f"[{inner}]", role=role))
                else:
                    delivery = self._delivery(whole["inner"], "")
                continue
            name, how, words = _cue(text, capitals=capitals)
            if name:
                role = "" if name.casefold() in _NARRATORS else role_name(name)[:MAX_ROLE_CHARS]
                if not name.isupper() and name.casefold() not in _NARRATORS:
                    self.warnings.append(f"'{name}' is taken for who speaks: {text[:60]}")
            if how and how.casefold() not in _EXTENSION:
                delivery = self._delivery(how, words)
            said = _directed(words if tagged else literal(words))
            if is_said(said):
                found.append(Block(BlockKind.PARAGRAPH, said, role=role, delivery=delivery))
                delivery = ""
        return found

    def _delivery(self, direction: str, words: str) -> str:
        """What a direction asks for; one that is none is told in `warnings`."""
        delivery = delivery_of_direction(direction)
        if delivery is None:
            self.warnings.append(f"Direction '({direction})' is no delivery of ours: {words[:60]}".rstrip(": "))
            return ""
        return delivery_name(delivery)


def _grid(table: Element) -> list[dict[int, Element]]:
    """Cells of each row by the column they begin in. One that goes on over several rows stands in the first of them."""
    rows = [row for row in table.iter() if local_name(row) == "tr" and next(_tables_around(row)) is table]
    taken: dict[int, int] = {}  # rows that a cell above still fills, by column
    grid = []
    for row in rows:
        found: dict[int, Element] = {}
        below: dict[int, int] = {}
        column = 0
        for cell in (cell for cell in row if local_name(cell) in {"td", "th"}):
            while taken.get(column, 0) > 0:
                column += 1
            found[column] = cell
            wide = _span(cell, "colspan")
            below.update(dict.fromkeys(range(column, column + wide), _span(cell, "rowspan")))
            column += wide
        taken = {at: left - 1 for at, left in {**taken, **below}.items() if left > 1}
        grid.append(found)
    return grid


def _tables_around(element: Element) -> Iterator[Element]:
    return (each for each in element.iterancestors() if local_name(each) == "table")


def _span(cell: Element, name: str) -> int:
    stated = attribute(cell, name)
    return min(max(int(stated), 1), _MAX_SPAN) if stated.isdecimal() and len(stated) < 4 else 1  # noqa: PLR2004 - no table is so wide


def _head(cell: Element) -> str:
    return " ".join(inline_text(cell).casefold().replace("*", "").split()).rstrip(":")


def _rank(name: str) -> int:
    """How surely a column of this name holds what is said; the length of `_HEARD` if it does not."""
    return min(
        (rank for part in _parts(name) for rank, names in enumerate(_HEARD) if part in names), default=len(_HEARD)
    )


def _parts(name: str) -> list[str]:
    return [name, *(part.strip() for part in re.split("[/+&]", name))]


def _audio_column(names: dict[int, str]) -> int | None:
    """The column to read, if this is the head of a script."""
    certain = any(not _SEEN.isdisjoint(_parts(name)) for name in names.values())
    if not certain and all(_SHOWN.isdisjoint(_parts(name)) for name in names.values()):
        return None
    best = min(names, key=lambda column: _rank(names[column]))
    rank = _rank(names[best])
    return best if rank < len(_HEARD) - (0 if certain else 1) else None


def _paragraphs(cell: Element) -> list[str]:
    """Paragraphs and lines of a cell, white space folded."""
    for line_break in [each for each in cell.iter() if local_name(each) == "br"]:
        line_break.tail = f"\n{line_break.tail or ''}"
    parts = [each for each in cell.iter() if local_name(each) in {"p", "li"}]
    texts = ["".join(str(text) for text in part.itertext()) for part in parts or [cell]]
    return [words for text in texts for line in text.split("\n") if (words := clean_text(line))]


def _cue(text: str, *, capitals: bool) -> tuple[str, str, str]:
    """Who speaks, how, and the words; empty where a line does not say.

    Args:
        text: a line of the audio column.
        capitals: the script writes who speaks in capitals, so that "Remember: …" is no name.
    """
    match = _CUE.fullmatch(text)
    at_time = match is not None and _TIME.match(text, match.start("words") - 2) is not None
    if match is not None and not at_time and _is_name(match["name"], capitals=capitals):
        leading = _LEADING.fullmatch(match["words"]) if not match["how"] else None
        if leading is not None:
            return match["name"].strip(), leading["how"].strip(), leading["words"]
        return match["name"].strip(), (match["how"] or "").strip(), match["words"]
    leading = _LEADING.fullmatch(text)
    return ("", leading["how"].strip(), leading["words"]) if leading is not None else ("", "", text)


def _is_name(name: str, *, capitals: bool) -> bool:
    """Whether what stands before a colon is a speaker: "ANNCR", "Woman 2", not "Remember this"."""
    words = name.split()
    if len(words) > _MAX_NAME_WORDS:
        return False
    if name.isupper() or name.casefold() in _NARRATORS:
        return True
    return not capitals and all(word[:1].isupper() or word.isdigit() for word in words)


def _is_sound_cue(text: str) -> bool:
    """Whether a line is about sounds or music: "SFX 1: door", "MUSIC & SFX: fade", "MUSIC UP AND UNDER"."""
    match = _CUE.fullmatch(text)
    if match is not None:
        names = [_NUMBERED.sub("", name).casefold() for name in _JOINED.split(match["name"].strip())]
        if all(name in _NOT_SAID for name in names):
            return True
        if match["name"].isupper() and names[0].split()[:1] and names[0].split()[0] in _SOUNDS_FIRST:
            return True
    words = text.split()
    return text.isupper() and len(words) <= _MAX_CUE_WORDS and words[0].casefold().rstrip(".,") in _SOUNDS_FIRST


def _is_tag(inner: str) -> bool:
    """Whether a parenthetical asks for a pause or a sound."""
    parts = read_tags(f"[{inner}]").parts
    return bool(parts) and not any(isinstance(part, Words) for part in parts)


def _directed(words: str) -> str:
    """A line with the directions inside of it as delivery tags; other parentheses are words."""

    def tag(match: re.Match[str]) -> str:
        how = match["how"]
        delivery = delivery_of_direction(how) if len(how.split()) <= _MAX_DIRECTION_WORDS else None
        return match.group() if delivery is None else f"[{delivery}] "

    return _DIRECTION.sub(tag, words)

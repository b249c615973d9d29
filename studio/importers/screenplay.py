"""Fountain: screenplays and audio plays as plain text, after the syntax published at https://fountain.io/syntax.

Action is the narrator's, dialogue its character's. Parentheticals are how a line is said, never words.
"""

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import dropwhile

from studio.core.errors import InputError
from studio.importers.chapters import chapters_from_headings
from studio.importers.clean import clean_text, has_control_characters
from studio.importers.extract import join_heading
from studio.importers.language import language_tag
from studio.importers.tagged import (
    MAX_ROLE_CHARS,
    delivery_name,
    heading_block,
    is_said,
    line_warnings,
    role_name,
    titled_in_words,
)
from studio.manuscript.matter import is_ordinal, is_part_title, is_scene_break
from studio.manuscript.model import Block, BlockKind, Manuscript, Metadata
from studio.manuscript.tag_lint import lint_tags
from studio.manuscript.tags import Words, delivery_of_direction, plain_text, read_tags

_HIDDEN = "\ue000"  # stands where a note or a boneyard was; of private use, so no book has it
_OUTSIDE_TEXT = re.compile(r"/\*|\*/|\[\[|\]\]|\n[ \t]?\n")
_KEY = re.compile(r"([A-Za-z][\w ]{0,40}):[ \t]*(.*)")
_INDENTED = re.compile(r"\s+\S")
_YEAR = re.compile(r"\b(1[0-9]{3}|20[0-9]{2})\b")
_SCENE = re.compile(r"(?:INT\.?/EXT|EXT\.?/INT|I/E|E/I|INT|EXT|EST)(?:\.\s*|\s+)(?=\S)", re.IGNORECASE)
_SCENE_WORDS = {"INT": "Interior", "EXT": "Exterior", "EST": "Establishing"}
_SCENE_NUMBER = re.compile(r"\s*#[\w.-]{1,20}#\s*$")
_SECTION = re.compile(r"(#{1,6})\s*([^#\s].*)")
_TRANSITION = re.compile(
    r"[^a-z]{0,60}\bTO:|FADE (?:IN|OUT|TO [A-Z]{1,12})[.:]?|CUT TO BLACK\.?|(?:SMASH|MATCH|JUMP) CUT[.:]?"
)
_PAGE_BREAK = re.compile(r"={3,}")
_AND = re.compile(r"[,;.]|\band\b|\bthen\b")
_EXTENSION = re.compile(r"\(([^()]{0,80})\)")
_MARKER = re.compile(r"\\[*_]|\*{1,3}|_")


@dataclass(frozen=True, slots=True)
class _Line:
    """A line of the file as written, without notes; `number` counts from 1."""

    number: int
    text: str

    @property
    def blank(self) -> bool:
        return not self.text.strip()

    @property
    def ends_speech(self) -> bool:
        """Empty; a line of two spaces is written to go on after it."""
        return self.blank and len(self.text) < 2  # noqa: PLR2004 - the two spaces


def read_script(text: str, where: str) -> Manuscript:
    """Read a script in Fountain.

    Args:
        text: of the script.
        where: name of its file.

    Raises:
        InputError: it says nothing.
    """
    control = has_control_characters(text)
    fields, lines = _title_page(_lines_without_notes(text.replace("\f", "\n").expandtabs(4)))
    metadata = _metadata(fields)
    script = _Script(lines, english=metadata.language.startswith("en"))
    if not any(block.text for block in script.blocks):
        raise InputError("the script says nothing", where=where, hint="Choose a file with action or dialogue.")
    blocks = _without_sections(script.blocks)
    chapters = chapters_from_headings(blocks, book_title=metadata.title, language=metadata.language)
    warnings = ("Control characters in the text were removed.",) if control else ()
    return Manuscript(metadata, titled_in_words(chapters), warnings=(*warnings, *line_warnings(script.problems)))


# What is not spoken


def _lines_without_notes(text: str) -> list[_Line]:
    """Lines of a text without [[notes]] and /* boneyards */; lines that held nothing else are not even blank."""
    text = text.replace(_HIDDEN, "")
    kept: list[str] = []
    position = 0
    for start, end in _hidden_spans(text):
        kept.append(text[position:start])
        kept.append(_HIDDEN + f"\n{_HIDDEN}" * text.count("\n", start, end))
        position = end
    kept.append(text[position:])
    numbered = enumerate("".join(kept).split("\n"), start=1)
    return [
        _Line(number, line.replace(_HIDDEN, ""))
        for number, line in numbered
        if _HIDDEN not in line or line.strip(" \t" + _HIDDEN)
    ]


def _hidden_spans(text: str) -> list[tuple[int, int]]:
    """Notes and boneyards in one pass. What is never closed is text; so is a note with an empty line in it."""
    last_boneyard = text.rfind("*/")
    spans: list[tuple[int, int]] = []
    begun, at = "", 0
    for match in _OUTSIDE_TEXT.finditer(text):
        mark = match.group()
        if begun == "/*":
            if mark == "*/" and match.start() >= at + 2:
                spans.append((at, match.end()))
                begun = ""
        elif (mark == "/*" and match.start() < last_boneyard - 1 and not begun) or mark == "[[":
            begun, at = mark, match.start()
        elif begun == "[[" and mark == "]]":
            spans.append((at, match.end()))
            begun = ""
        elif begun == "[[" and mark.startswith("\n"):
            begun = ""
    return spans


def _title_page(lines: list[_Line]) -> tuple[dict[str, list[str]], list[_Line]]:
    """Fields of the title page, and the lines after it."""
    lines = list(dropwhile(lambda line: line.blank, lines))
    first = _KEY.fullmatch(lines[0].text) if lines else None
    if first is None or not (first.group(2).strip() or (len(lines) > 1 and _INDENTED.match(lines[1].text))):
        return {}, lines  # a script may begin with "FADE IN:"
    fields: dict[str, list[str]] = {}
    values: list[str] = []
    for count, line in enumerate(lines):
        if line.blank:
            return fields, lines[count:]
        match = None if _INDENTED.match(line.text) else _KEY.fullmatch(line.text)
        if match is not None:
            values = fields.setdefault(match.group(1).strip().casefold(), [])
        if value := clean_text(_without_emphasis(match.group(2) if match is not None else line.text)):
            values.append(value)
    return fields, []


def _metadata(fields: dict[str, list[str]]) -> Metadata:
    def first(*names: str) -> str:
        return next((" ".join(fields[name]) for name in names if fields.get(name)), "")

    authors = next((fields[name] for name in ("author", "authors", "written by") if fields.get(name)), [])
    year = next((m.group(1) for name in ("draft date", "date", "copyright") if (m := _YEAR.search(first(name)))), "")
    return Metadata(
        title=join_heading(fields.get("title", [])),
        author=" and ".join(authors),
        language=language_tag(first("language", "lang")) or "en",
        year=year,
    )


def _without_sections(blocks: Sequence[Block]) -> list[Block]:
    """Blocks with the headings of one level: the highest that occurs more than once, else the highest.

    The other sections structure a script unseen.
    """
    counts = Counter(block.level for block in blocks if block.kind is BlockKind.HEADING)
    level = min((level for level, count in counts.items() if count > 1), default=min(counts, default=0))
    return [block for block in blocks if block.kind is not BlockKind.HEADING or block.level == level]


def _without_emphasis(text: str) -> str:
    """A line without its marks of bold, italics and underlining; an escaped mark is the character."""
    opened: dict[str, int] = {}
    dropped: set[int] = set()
    pieces: list[str] = []
    position = 0
    for match in _MARKER.finditer(text):
        mark, start, end = match.group(), match.start(), match.end()
        pieces.append(text[position:start])
        position = end
        pieces.append(mark.removeprefix("\\"))
        if mark.startswith("\\"):
            continue
        before, after = text[start - 1 : start], text[end : end + 1]
        if mark in opened and before.strip() and not (mark == "_" and after.isalnum()):
            dropped |= {opened.pop(mark), len(pieces) - 1}
        elif after.strip() and not (mark == "_" and before.isalnum()):
            opened[mark] = len(pieces) - 1
    pieces.append(text[position:])
    return "".join(piece for index, piece in enumerate(pieces) if index not in dropped)


def _is_sound(tag: str) -> bool:
    parts = read_tags(tag).parts
    return bool(parts) and not any(isinstance(part, Words) for part in parts)


# What is spoken


class _Script:
    """The blocks of a script, and what is wrong in it by line number."""

    def __init__(self, lines: Sequence[_Line], *, english: bool) -> None:
        self.blocks: list[Block] = []
        self.problems: list[tuple[int, str]] = []
        self._lines = lines
        self._english = english
        self._next = 0
        self._spoken: list[_Line] = []
        self._sections = any(_SECTION.fullmatch(line.text.strip()) for line in lines)
        while self._next < len(lines):
            if lines[self._next].blank:
                self._next += 1
            else:
                self._element()
        self._lint()

    def _element(self) -> None:
        """The element that begins at the next line, which is not blank."""
        line = self._lines[self._next]
        text = line.text.strip()
        begins = self._next == 0 or self._lines[self._next - 1].blank
        if section := _SECTION.fullmatch(text):
            self._say(line)
            self._add(heading_block(self._inline(section.group(2)), len(section.group(1))))
        elif _PAGE_BREAK.fullmatch(text) or text.startswith("=") or (text[0] == ">" and text[-1] != "<"):
            pass  # page break, synopsis, forced transition
        elif begins and _TRANSITION.fullmatch(text):
            pass
        elif (scene := self._scene(text, begins)) and not self._is_act(scene):
            self._add(Block(BlockKind.SCENE_BREAK))
            self._add(Block(BlockKind.PARAGRAPH, self._inline(scene)))
            self._say(line)
        elif begins and (cue := self._cue()):
            self._speech(cue)
            return
        else:
            self._action()
            return
        self._next += 1

    def _scene(self, text: str, begins: bool) -> str:
        """Words of a scene heading ("INT. KITCHEN - NIGHT" is "Interior. KITCHEN, NIGHT"); empty if it is none."""
        if text.startswith(".") and text[1:2].isalnum():
            found, words = None, text[1:]
        elif begins and (found := _SCENE.match(text)):
            words = text[found.end() :]
        else:
            return ""
        words = re.sub(r"\s+[-–—]{1,2}\s+", ", ", _SCENE_NUMBER.sub("", words))
        if found is None or not self._english:
            return words if found is None else f"{found.group()}{words}"
        letters = found.group().upper().replace("I/E", "INT/EXT").replace("E/I", "EXT/INT")
        places = " and ".join(_SCENE_WORDS[part] for part in re.findall("INT|EXT|EST", letters))
        return f"{places.capitalize()}. {words}"

    def _is_act(self, text: str) -> bool:
        """Whether a line names an act in a script that is not divided by sections."""
        return not self._sections and is_part_title(text) and is_ordinal(text)

    def _cue(self) -> str:
        """The character's name with its extensions and tags, if the next line is a cue."""
        text = self._lines[self._next].text.strip()
        if self._next + 1 >= len(self._lines) or self._lines[self._next + 1].ends_speech:
            return ""
        if text.startswith("@"):
            return text[1:].rstrip("^").strip()
        name = plain_text(_EXTENSION.sub("", text).rstrip("^"))
        is_name = name == name.upper() and name != name.lower() and text[0] not in "!~>.(["
        return text.rstrip("^").strip() if is_name and len(name) <= MAX_ROLE_CHARS else ""

    def _speech(self, cue: str) -> None:
        """Dialogue of one character up to the next empty line. A line of two spaces parts paragraphs inside of it."""
        name = _EXTENSION.sub("", cue)
        role = role_name(plain_text(_without_emphasis(name)))
        directions = [delivery_of_direction(match.group(1)) for match in _EXTENSION.finditer(cue)]
        directions.append(read_tags(name).end)
        delivery = next((delivery_name(found) for found in directions if found is not None), "")
        first = len(self.blocks)
        words: list[str] = []
        pending = ""  # a pause or a sound that a parenthetical asks for
        direction: list[_Line] = []

        def flush() -> None:
            nonlocal pending
            if words:
                self._add(Block(BlockKind.PARAGRAPH, f"{pending} {' '.join(words)}".strip(), 0, role, delivery))
                words.clear()
                pending = ""

        self._next += 1
        while self._next < len(self._lines) and not self._lines[self._next].ends_speech:
            line = self._lines[self._next]
            text = line.text.strip()
            self._next += 1
            if direction or text.startswith("("):
                direction.append(line)
                if text.endswith(")") or len(direction) > 4:  # noqa: PLR2004 - no direction is that long
                    flush()
                    said = " ".join(part.text.strip() for part in direction)
                    sounds, found = self._direction(direction[0].number, said)
                    pending = " ".join(filter(None, (pending, *sounds)))
                    delivery = delivery if found is None else found
                    direction = []
            elif not text:
                flush()
            elif text.startswith("~"):
                flush()
                self._say(line)
                self._add(Block(BlockKind.VERSE, f"{pending} {self._inline(text[1:])}".strip(), 0, role, delivery))
                pending = ""
            else:
                self._say(line)
                words.append(self._inline(text))
        for line in direction:  # never closed: words in parentheses
            self._say(line)
            words.append(self._inline(line.text))
        flush()
        if pending and len(self.blocks) > first:
            self.blocks[-1] = replace(self.blocks[-1], text=f"{self.blocks[-1].text} {pending}")

    def _direction(self, number: int, said: str) -> tuple[list[str], str | None]:
        """What a parenthetical asks for: tags of pauses and sounds, and the delivery of what follows, None to go on."""
        inner = clean_text(_without_emphasis(said)).strip("() ")
        tags = [f"[{piece.strip().removeprefix('a ')}]" for piece in _AND.split(inner)]
        sounds = [tag for tag in tags if _is_sound(tag)]
        found = delivery_of_direction(inner)
        if found is not None:
            return sounds, delivery_name(found)
        if not sounds:
            self.problems.append((number, f"({inner[:60]}) is no delivery; it is left out."))
        return sounds, None if sounds else ""

    def _action(self) -> None:
        """Action up to the next empty line or element that needs none before it."""
        words: list[str] = []
        while self._next < len(self._lines):
            line = self._lines[self._next]
            text = line.text.strip()
            forced = text.startswith("!")
            if not text or (words and not forced and self._interrupts(text)):
                break
            self._next += 1
            self._say(line)
            centred = len(text) > 1 and text[0] == ">" and text[-1] == "<"
            text = text[1:-1] if centred else text[1:] if forced else text
            if text.startswith("~"):
                self._paragraph(words)
                self._add(Block(BlockKind.VERSE, self._inline(text[1:])))
            elif self._is_act(act := self._inline(text.removeprefix("."))):
                self._paragraph(words)
                self._add(heading_block(act, 1))
            else:
                words.append(self._inline(text))
        self._paragraph(words)

    @staticmethod
    def _interrupts(text: str) -> bool:
        synopsis = text.startswith("=")
        transition = text[0] == ">" and text[-1] != "<"
        return synopsis or transition or _SECTION.fullmatch(text) is not None

    def _paragraph(self, words: list[str]) -> None:
        text = " ".join(words)
        words.clear()
        self._add(Block(BlockKind.SCENE_BREAK) if is_scene_break(text) else Block(BlockKind.PARAGRAPH, text))

    def _add(self, block: Block) -> None:
        if block.kind is BlockKind.SCENE_BREAK or is_said(block.text):
            self.blocks.append(block)

    def _say(self, line: _Line) -> None:
        self._spoken.append(line)

    @staticmethod
    def _inline(text: str) -> str:
        return clean_text(_without_emphasis(text))

    def _lint(self) -> None:
        """Find wrong tags in the lines that are spoken; the others are empty lines to the check."""
        source = [""] * max((line.number for line in self._spoken), default=0)
        for line in self._spoken:
            source[line.number - 1] = line.text
        self.problems += ((problem.line, problem.message) for problem in lint_tags("\n".join(source)))

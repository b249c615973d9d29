r"""Delivery tags: the one grammar for how words are said, in every format that is plain text at heart.

    [sad] [sad:0.6] [angry 80%] [whisper rate=-10% pitch=-1st]    until the next tag, [/], or the end of the paragraph
    [these words]{sad:0.6}                                        these words only
    [Hermione]{ipa: hɜːˈmaɪəni} [1984]{say: nineteen eighty-four} [bonjour]{lang: fr}     how these words are said
    {.sad} at the very beginning or end of a paragraph            all of it
    [pause 1.2s] [pause 300ms] [pause] [beat] [long pause]        silence
    [laugh] [sighs] [clears throat]                               sounds that are no words
    \[ \] \{ \\                                                   the characters themselves

Brackets around anything else are no words either: what looks like a tag gone wrong is left out and reported, numbers
and marks ([12], [^1], [x]) are left out as notes, and a remark of several words ([He laughed at this.]) is kept without
its brackets.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from typing import Final

from studio.core.errors import InputError
from studio.manuscript.delivery import NEUTRAL, Delivery
from studio.manuscript.directions import (
    MAX_TAG_CHARS,
    begins_like_a_tag,
    delivery_of,
    delivery_of_direction,
    event_of,
    nearest_tag,
    parse_delivery,
    pause_of,
)
from studio.manuscript.parts import EVENTS, Event, Part, PartsBuilder, Rest, Words, joined_words
from studio.manuscript.said import SAID, Said, read_said

__all__ = [
    "EVENTS", "LINE_MARK", "Event", "Part", "Problem", "Rest", "Said", "Tagged", "Words", "delivery_of_direction",
    "escape_tags", "parse_delivery", "plain_text", "read_tags", "write_tags",
]  # fmt: skip

LINE_MARK: Final = "\ufdd0"
"""Stands in words for a line feed that must survive folding: white space to the grammar, a character to all else."""

_MARK = re.compile(r"\\[\[\]{\\]|[\[\]{]")
_BRACE: Final = re.compile(rf"\{{([^{{}}\[\]\\]{{0,{MAX_TAG_CHARS}}})\}}")
_TO_ESCAPE = re.compile(r"\\(?=[\[\]{\\])|[\[\]{]")
_NESTED = re.compile(r"[\[\]]")
_ESCAPED = re.compile(r"\\([\[\]{\\])")
_OPENERS = frozenset("[]{\\")
_NO_NOTE = frozenset("%:=+")
_SENTENCE_END = re.compile(r"[.!?…][\"'”’»)]*$")
_MAX_WRONG_WORDS = 6
_MAX_SHOWN = 60
_MAX_SUGGESTIONS = 200
_LEFT_OUT = "It is left out."


@dataclass(frozen=True, slots=True)
class Problem:
    """A tag that means nothing.

    Attributes:
        offset: where it begins in the text that was read.
        tag: as it is written there.
        message: sentences saying what is wrong, what was perhaps meant, and what became of it.
    """

    offset: int
    tag: str
    message: str


@dataclass(frozen=True, slots=True)
class Tagged:
    """A paragraph as it is to be said.

    Attributes:
        parts: in reading order; neighbouring words differ in their delivery, or a tag says how one of them is said.
        delivery: of the paragraph: what `[/]` goes back to.
        end: in force where it ends.
        problems: tags that mean nothing, in order.
    """

    parts: tuple[Part, ...]
    delivery: Delivery
    end: Delivery
    problems: tuple[Problem, ...]

    @property
    def text(self) -> str:
        """The words alone."""
        return joined_words(self.parts)


def read_tags(text: str, start: Delivery = NEUTRAL) -> Tagged:
    """Read one paragraph of tagged text. Never raises: what cannot be understood is reported.

    Args:
        text: tagged text.
        start: delivery of the paragraph, unless it names its own.
    """
    if _MARK.search(text) is None:
        folded = " ".join(text.split())
        return Tagged((Words(folded, start),) if folded else (), start, start, ())
    return _Reader(text, start).read()


def write_tags(parts: Sequence[Part], start: Delivery = NEUTRAL) -> str:
    """Write tagged text in canonical form, for a paragraph of delivery `start`.

    Read again with the same `start` it gives the same parts, if their words are folded, neighbours differ in delivery
    or in how they are said, and pauses are whole milliseconds within the limits.
    """
    written: list[str] = []
    current = start
    words_before = False
    for part in parts:
        match part:
            case Words(text, delivery, said, glued):
                if delivery != current:
                    written.append("[/]" if delivery == start else f"[{delivery}]")
                    current = delivery
                    words_before = False
                tagged = escape_tags(text) if said is None else said.tag(_closed(escape_tags(text)))
                if glued and words_before:
                    before = written.pop()
                    tagged = f"{_closed(before) if tagged[0] in _OPENERS else before}{tagged}"
                written.append(tagged)
            case Rest(seconds):
                written.append(f"[pause {round(seconds, 3):g}s]")
            case Event(name):
                written.append(f"[{name}]")
        words_before = isinstance(part, Words)
    return " ".join(written)


def _closed(tagged: str) -> str:
    """Tagged text that can stand before a bracket: a backslash at its end is one."""
    return f"{tagged}\\" if tagged.endswith("\\") else tagged


def escape_tags(text: str) -> str:
    """Tagged text that reads as exactly these words, white space folded. White space stays as it is."""
    return _TO_ESCAPE.sub(_escaped, text)


def plain_text(text: str) -> str:
    """The words of tagged text alone."""
    return read_tags(text).text


def _escaped(match: re.Match[str]) -> str:
    if match[0] == "{":
        brace = _BRACE.match(match.string, match.start())
        if brace is None or not _speaks_of_delivery(brace[1]):
            return "{"
    return f"\\{match[0]}"


def _folded(inner: str) -> str:
    return " ".join(inner.replace(LINE_MARK, " ").split()).lower()


def _speaks_of_delivery(inner: str) -> bool:
    """Whether braces are a paragraph's delivery, or one gone wrong, and not text."""
    folded = _folded(inner)
    return folded.startswith(".") or begins_like_a_tag(folded) or (" " not in folded and nearest_tag(folded) != "")


@dataclass(slots=True)
class _Reader:
    """Reads one paragraph from left to right."""

    text: str
    base: Delivery
    current: Delivery = NEUTRAL
    builder: PartsBuilder = field(default_factory=PartsBuilder)
    problems: list[Problem] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)
    ends: dict[int, int] = field(default_factory=dict)
    """Where to read on after the closing bracket of a span, by its offset."""
    span: tuple[int, Delivery] | None = None
    """Offset of the closing bracket of the span that is being read, and the delivery after it."""

    def read(self) -> Tagged:
        marks = [(match.start(), match[0]) for match in _MARK.finditer(self.text)]
        partner = _partners(marks)
        defaults = self._read_defaults(marks, partner)
        self.current = self.base
        position = 0
        for start, mark in marks:
            if start < position:
                continue
            self.waiting.append(self.text[position:start])
            position = self._read_mark(start, mark, partner, defaults)
        self.waiting.append(self.text[position:])
        self._flush()
        self.problems.sort(key=lambda problem: problem.offset)
        return Tagged(self.builder.build(), self.base, self.current, tuple(self.problems))

    def _read_mark(self, start: int, mark: str, partner: dict[int, int], defaults: dict[int, int]) -> int:
        """Deal with the mark at an offset; where to read on."""
        if mark[0] == "\\":
            self.waiting.append(mark[1])
        elif mark == "{":
            if start not in defaults and not self._is_stray(start):
                self.waiting.append("{")
                return start + 1
            self._flush()
            return defaults.get(start) or self.text.index("}", start) + 1
        elif start not in partner:
            self.waiting.append(mark)
        elif mark == "]":
            self._flush()
            if self.span is not None and self.span[0] == start:
                _, self.current = self.span
                self.span = None
            return self.ends.get(start, start + 1)
        else:
            return self._read_bracket(start, partner[start])
        return start + len(mark)

    def _read_bracket(self, start: int, end: int) -> int:
        text = self.text
        inner = text[start + 1 : end]
        if (
            len(inner) == 1
            and inner.isalpha()
            and text[end + 1 : end + 2].islower()
            and not text[max(0, start - 1) : start].strip()
        ):
            self.waiting.append(inner)  # a letter that an editor put: "[T]he"
            return end + 1
        self._flush()
        if (said := SAID.match(text, end + 1)) is not None:
            return self._read_said(start, end, said)
        brace = _BRACE.match(text, end + 1)
        if brace is not None:
            return self._begin_span(start, end, brace)
        if end - start - 1 > MAX_TAG_CHARS:
            return start + 1
        return end + 1 if self._read_tag(start, end, inner) else start + 1

    def _read_said(self, start: int, end: int, brace: re.Match[str]) -> int:
        """Take words with how they are said; where that is nothing, the words are read on."""
        inner = self.text[start + 1 : end]
        words = " ".join(_ESCAPED.sub(r"\1", inner).replace(LINE_MARK, " ").split())
        nested = _NESTED.search(_ESCAPED.sub("", inner)) is not None
        try:
            said = read_said(brace[1], brace[2], "" if nested else words)
        except InputError as error:
            self.ends[end] = brace.end()
            reason = "There are other tags in these words." if nested else error.sentence
            message = f"{_shown(brace[0])} cannot be followed: {reason} The words are read as they are."
            self._report(end + 1, brace[0], message)
            return start + 1
        self.builder.add_said(words, self.current, said)
        return brace.end()

    def _begin_span(self, start: int, end: int, brace: re.Match[str]) -> int:
        self.ends[end] = brace.end()
        if self.span is not None:
            self._report(end + 1, brace[0], f"{_shown(brace[0])} is inside of another span. {_LEFT_OUT}")
            return start + 1
        self.span = (end, self.current)
        try:
            self.current = parse_delivery(_folded(brace[1]))
        except InputError as error:
            self._report(end + 1, brace[0], _wrong(brace[0], error))
        return start + 1

    def _read_tag(self, start: int, end: int, inner: str) -> bool:
        """Act on what stands in brackets; whether it is done with. If not, its words are read on without brackets."""
        folded = _folded(_NESTED.sub("", inner))
        tag = self.text[start : end + 1]
        if _is_note(folded):
            return True
        try:
            if _NESTED.search(inner) is None and self._obey(start, tag, folded):
                return True
        except InputError as error:
            if _is_tag_gone_wrong(folded):
                self._report(start, tag, _wrong(tag, error))
                return True
            return False
        if not _is_tag_gone_wrong(folded):
            return False
        self._report(start, tag, self._unknown(tag, folded))
        return True

    def _obey(self, start: int, tag: str, folded: str) -> bool:
        """Do what a tag says; whether it says anything."""
        seconds = pause_of(folded)
        event = event_of(folded)
        if seconds is not None:
            self.builder.add(Rest(seconds))
            return True
        if event is not None:
            self.builder.add(Event(event))
            return True
        delivery = self.base if folded == "/" else delivery_of(folded)
        if delivery is None:
            return False
        if self.span is not None:
            self._report(start, tag, f"{tag} is inside of a span, which has its own delivery. {_LEFT_OUT}")
        else:
            self.current = delivery
        return True

    def _read_defaults(self, marks: list[tuple[int, str]], partner: dict[int, int]) -> dict[int, int]:
        """Find and obey the paragraph's own delivery: end of each pair of braces that says one, by its offset."""
        text = self.text
        braces = [
            start for start, mark in marks if mark == "{" and not (start - 1 in partner and text[start - 1] == "]")
        ]
        if not braces:
            return {}
        first, last = braces[0], braces[-1]
        outer = [first] if not text[:first].strip() else []
        match = _BRACE.match(text, last)
        if match is not None and not text[match.end() :].strip() and last not in outer:
            outer.append(last)
        found: dict[int, int] = {}
        for start in outer:
            brace = _BRACE.match(text, start)
            if brace is None or not _speaks_of_delivery(brace[1]):
                continue
            try:
                delivery = parse_delivery(_folded(brace[1]))
            except InputError as error:
                self._report(start, brace[0], _wrong(brace[0], error))
            else:
                if found:
                    self._report(start, brace[0], f"{brace[0]} is the paragraph's second delivery. {_LEFT_OUT}")
                else:
                    self.base = delivery
            found[start] = brace.end()
        return found

    def _is_stray(self, start: int) -> bool:
        """Whether a paragraph's delivery stands where it cannot; it is reported."""
        brace = _BRACE.match(self.text, start)
        if brace is None or not _speaks_of_delivery(brace[1]):
            return False
        message = f"{brace[0]} counts only at the very beginning or end of a paragraph. {_LEFT_OUT}"
        self._report(start, brace[0], message)
        return True

    def _flush(self) -> None:
        self.builder.add_text("".join(self.waiting), self.current)
        self.waiting.clear()

    def _report(self, offset: int, tag: str, message: str) -> None:
        self.problems.append(Problem(offset, tag, message))

    def _unknown(self, tag: str, folded: str) -> str:
        near = nearest_tag(folded) if len(self.problems) < _MAX_SUGGESTIONS else ""
        guess = f"; did you mean [{near}]?" if near else "."
        return f"{_shown(tag)} is no tag{guess} {_LEFT_OUT}"


def _partners(marks: list[tuple[int, str]]) -> dict[int, int]:
    """Offsets of brackets that belong together, each by the other."""
    partner: dict[int, int] = {}
    open_at: list[int] = []
    for start, mark in marks:
        if mark == "[":
            open_at.append(start)
        elif mark == "]" and open_at:
            partner[start] = open_at[-1]
            partner[open_at.pop()] = start
    return partner


def _is_note(folded: str) -> bool:
    """Whether it is the mark of a note or an elision: no letters, one letter, or led by a caret."""
    if len(folded) <= 1:
        return folded != "/"
    return folded.startswith("^") or not (any(map(str.isalpha, folded)) or _NO_NOTE & set(folded))


def _is_tag_gone_wrong(folded: str) -> bool:
    """Whether a thing in brackets was meant as a tag; if not, it is a remark whose words are text."""
    words = folded.split()
    if len(words) == 1:
        return True
    if len(words) > _MAX_WRONG_WORDS or _SENTENCE_END.search(folded):
        return False
    return begins_like_a_tag(folded) or (
        any(character.isdigit() or character in "=%" for character in folded) and nearest_tag(words[0]) != ""
    )


def _shown(tag: str) -> str:
    return tag if len(tag) <= _MAX_SHOWN else f"{tag[: _MAX_SHOWN - 1]}…"


def _wrong(tag: str, error: InputError) -> str:
    return f"{_shown(tag)} cannot be followed: {error.sentence} {_LEFT_OUT}"

"""Chapter headings of plain text: lines that say so, and stand where headings stand."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from studio.importers.clean import clean_text
from studio.importers.extract import join_heading
from studio.manuscript.matter import fold_title, is_bare_ordinal, is_ordinal, is_part_title, kind_from_title
from studio.manuscript.tags import read_tags

PART_LEVEL = 1
CHAPTER_LEVEL = 2
SECTION_LEVEL = 3

_MAX_LINES = 3
_MAX_CHARS = 90
_MAX_TITLE_WORDS = 14
_MIN_BODY_CHARS = 60
_NAMED = re.compile(
    r"((?:chapter|chap\.|letter|canto|stave|kapitel|chapitre|capítulo|capitolo|part|book|volume|vol\.|act|scene|teil|buch"
    r"|partie|livre|parte|libro)\s+(?:the\s+)?[\w-]+(?:[\s-](?:one|two|three|four|five|six|seven|eight|nine|first|second"
    r"|third|fourth|fifth|sixth|seventh|eighth|ninth))?)\s*([.:—–-]*)\s*(.*)",
    re.IGNORECASE,
)
_NUMBERED = re.compile(r"([IVXLC]+|\d{1,3})[.:]\s+(\S.*)")
_SMALL_WORDS = re.compile(
    "(?:an?|and|as|at|but|by|for|from|in|into|is|nor|off?|on|or|over|the|their|to|up|upon|with|without|der|die|das|und|von"
    "|zu|im|de|la|les?|des|du|et|en|el|los|y|il|lo|gli|e|di|da)",
    re.IGNORECASE,
)
_SPEECH = ("“", '"', "'", "‘", "«", "„")


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading among the paragraphs of a plain text.

    Attributes:
        first: index of its first paragraph.
        last: index of its last paragraph.
        text: of the heading, in one line.
        level: 1 for a part, 2 for a chapter, 3 for a section of one.
        key: equal for two mentions of the same heading, as in the contents list and above the chapter.
    """

    first: int
    last: int
    text: str
    level: int
    key: str


def find_headings(paragraphs: Sequence[Sequence[str]]) -> list[Heading]:
    """Find the headings of a text; the entries of its own table of contents are none.

    Args:
        paragraphs: each a list of lines.
    """
    candidates = [found for index, lines in enumerate(paragraphs) if (found := _candidate(index, lines)) is not None]
    candidates = _without_stray_numerals(candidates)
    candidates = _without_contents(candidates)
    begun = {heading.first for heading in candidates}
    return [_with_title(heading, paragraphs, begun) for heading in candidates]


def _candidate(index: int, lines: Sequence[str]) -> Heading | None:
    if not 0 < len(lines) <= _MAX_LINES or any(len(line.strip()) > _MAX_CHARS for line in lines):
        return None
    first, *others = map(_words, lines)
    named = _named(first)
    if named is None:
        found = None if others else _unnamed(first)
        return Heading(index, index, *found) if found else None
    if any(_named(text) is not None or not _is_title(text) for text in others):
        return None  # several in one paragraph: a table of contents; or running text below
    level = PART_LEVEL if is_part_title(named) else CHAPTER_LEVEL
    return Heading(index, index, join_heading([first, *others]), level, fold_title(named))


def _words(line: str) -> str:
    """A line as a title would have it: without marks of italics and delivery tags."""
    if "[" in line or "{" in line:
        tagged = read_tags(line)
        line = line if tagged.problems else tagged.text
    return clean_text(line).strip("_=* ")


def _unnamed(line: str) -> tuple[str, int, str] | None:
    """Text, level and key of a heading without a word such as "Chapter"."""
    if kind_from_title(line) is not None and _is_title(line):
        return line, CHAPTER_LEVEL, fold_title(line)
    if is_bare_ordinal(line):
        return line.rstrip("."), SECTION_LEVEL, f"#{fold_title(line)}"
    numbered = _NUMBERED.fullmatch(line)
    if numbered and _is_title(numbered.group(2)):
        return line, SECTION_LEVEL, f"#{numbered.group(1).casefold()} {fold_title(line)}"
    return None


def _named(line: str) -> str | None:
    """The numbered part of a line such as "Chapter IV. The Arrival", or None if it is a sentence."""
    match = _NAMED.fullmatch(line)
    if match is None or not is_ordinal(match.group(1)):
        return None
    mark, rest = match.group(2), match.group(3)
    return match.group(1) if not rest or mark or _is_title(rest) else None


def _is_title(text: str) -> bool:
    """Whether a line is set like a title: in capitals, or capitalised without the period of a sentence."""
    if not text or text.startswith(_SPEECH) or len(text.split()) > _MAX_TITLE_WORDS:
        return False
    if text.isupper():
        return True
    if text.endswith((".", ",", ";", ":", "”", '"')):
        return False
    words = [word for word in re.findall(r"[^\W\d_][\w'’]*", text) if not _SMALL_WORDS.fullmatch(word)]
    return bool(words) and all(word[0].isupper() for word in words)


def _without_stray_numerals(candidates: list[Heading]) -> list[Heading]:
    """Numerals alone are headings where they count from one; they are chapters where nothing else is."""
    numerals = [heading for heading in candidates if heading.level == SECTION_LEVEL]
    titled = [heading for heading in numerals if " " in heading.key]
    bare = [heading for heading in numerals if " " not in heading.key]
    named = any(h.level == CHAPTER_LEVEL and is_ordinal(h.key) for h in candidates)
    kept: dict[int, Heading] = {}
    for group, level in ((titled, CHAPTER_LEVEL), (bare, SECTION_LEVEL if titled else CHAPTER_LEVEL)):
        numbers = {heading.key.split()[0].strip("#.") for heading in group}
        if len(numbers) > 1 and not numbers.isdisjoint({"i", "1"}) and not numbers.isdisjoint({"ii", "2"}):
            kept |= {h.first: replace(h, level=SECTION_LEVEL if named else level) for h in group}
    return [kept.get(h.first, h) for h in candidates if h.level != SECTION_LEVEL or h.first in kept]


def _without_contents(candidates: list[Heading]) -> list[Heading]:
    """Drop mentions that stand together without text between and come again later: a table of contents."""
    last_mention = {heading.key: number for number, heading in enumerate(candidates)}
    kept = []
    in_list = False
    for number, heading in enumerate(candidates):
        following = candidates[number + 1] if number + 1 < len(candidates) else None
        touches_next = following is not None and following.first == heading.last + 1
        touched = in_list and number > 0 and candidates[number - 1].last + 1 == heading.first
        in_list = last_mention[heading.key] > number and (touches_next or touched)
        if not in_list:
            kept.append(heading)
    return kept


def _with_title(heading: Heading, paragraphs: Sequence[Sequence[str]], begun: set[int]) -> Heading:
    """A heading that only counts takes the title from the paragraph below it."""
    after = heading.last + 1
    if not is_ordinal(heading.text) or after + 1 >= len(paragraphs) or after in begun:
        return heading
    lines = [_words(line) for line in paragraphs[after]]
    body = " ".join(paragraphs[after + 1])
    if len(body) >= _MIN_BODY_CHARS and after + 1 not in begun:
        lines = [line.removesuffix(".") for line in lines]  # as old books set their titles: "Loomings."
    if len(lines) > _MAX_LINES or not all(_is_title(line) for line in lines):
        return heading
    return replace(heading, last=after, text=join_heading([heading.text, *lines]))

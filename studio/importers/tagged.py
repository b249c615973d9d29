"""What importers of tagged text share: reports about tags, literal words, headings, and names of speakers."""

import re
from collections.abc import Iterable
from dataclasses import replace
from typing import Final

from studio.importers.clean import clean_text, has_letter
from studio.importers.spans import tagged_block
from studio.manuscript.delivery import NEUTRAL, Delivery
from studio.manuscript.model import Block, BlockKind, Chapter
from studio.manuscript.tags import Words, escape_tags, plain_text, read_tags

MAX_WARNINGS: Final = 20
"""How many lines with wrong tags are told one by one."""

MAX_ROLE_CHARS: Final = 60

_NARRATOR = "narrator"
_MARKS = re.compile(r"[\\\[\]{]")
_NAME = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_ROMAN = re.compile(r"[IVX]{2,}")
_PREFIXED = re.compile(r"(?:Mc|[A-Z]['’])(?=[^\W\d_]{2})")


def line_warnings(problems: Iterable[tuple[int, str]]) -> tuple[str, ...]:
    """Sentences about single lines of a file in their order, the first of them one by one, the others counted.

    Args:
        problems: line numbers, from 1, and what is wrong there.
    """
    ordered = sorted(set(problems))
    told = tuple(f"line {line}: {message}" for line, message in ordered[:MAX_WARNINGS])
    more = len(ordered) - len(told)
    return (*told, f"and {more} more.") if more else told


def is_said(text: str) -> bool:
    """Whether tagged text holds anything for the listener: a word, a pause or a sound."""
    if "[" not in text and "{" not in text:
        return has_letter(text)
    return any(not isinstance(part, Words) or has_letter(part.text) for part in read_tags(text).parts)


def literal(text: str) -> str:
    """Words of which nothing is a tag, also where they are put between others; `escape_tags` is for whole texts."""
    return _MARKS.sub(r"\\\g<0>", text)


def literal_chapters(chapters: Iterable[Chapter]) -> tuple[Chapter, ...]:
    """Chapters of a format without tags: brackets in their words stay brackets, spans of words become tags."""
    return tuple(replace(chapter, blocks=tuple(map(tagged_block, chapter.blocks))) for chapter in chapters)


def titled_in_words(chapters: Iterable[Chapter]) -> tuple[Chapter, ...]:
    """Chapters divided by headings of tagged text: titles are listed, not spoken, and are words alone."""
    return tuple(
        replace(chapter, title=plain_text(chapter.title), parts=tuple(plain_text(part) for part in chapter.parts))
        for chapter in chapters
    )


def delivery_name(delivery: Delivery) -> str:
    """How `Block.delivery` says a delivery: empty for neutral."""
    return "" if delivery == NEUTRAL else str(delivery)


def heading_block(text: str, level: int) -> Block:
    """A heading of tagged text. Where all of it is said in one way, its text is the words alone, fit to be compared."""
    parts = read_tags(text).parts
    if len(parts) == 1 and isinstance(parts[0], Words):
        return Block(BlockKind.HEADING, escape_tags(parts[0].text), level, delivery=delivery_name(parts[0].delivery))
    return Block(BlockKind.HEADING, text, level)


def role_name(cue: str) -> str:
    """A speaker as listed: "LADY ANNE" is "Lady Anne", "Anne" stays; empty for the narrator.

    At most `MAX_ROLE_CHARS` characters.
    """
    name = clean_text(cue)
    if name.isupper():
        name = _NAME.sub(lambda match: _capitalised(match.group()), name)
    return "" if name.casefold() == _NARRATOR else name[:MAX_ROLE_CHARS].rstrip()


def _capitalised(word: str) -> str:
    if _ROMAN.fullmatch(word):
        return word
    name = word.capitalize()
    match = _PREFIXED.match(name)
    return name[: match.end()] + name[match.end() :].capitalize() if match else name

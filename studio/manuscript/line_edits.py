"""Edits of the text of a line: cut in two, joined, words replaced. Tags stay where they belong."""

import re
from dataclasses import replace
from typing import Final

from studio.core.errors import InputError
from studio.manuscript.delivery import Delivery
from studio.manuscript.parts import Part, Words, join_parts
from studio.manuscript.pieces import share_out
from studio.manuscript.segment import SegmentLimits
from studio.manuscript.tags import plain_text, read_tags, write_tags

_MAX_FIND_CHARS: Final = 200
_ENDS_SENTENCE: Final = re.compile(r"[.!?…][\"'”’»)\]]*$")
_SHOWN_CHARS: Final = 80


def cut_line(text: str, start: Delivery, at: int) -> tuple[str, str, Delivery]:
    """Cut a line in two.

    Args:
        text: tagged text.
        start: delivery in force where it begins.
        at: characters of the tagged text before the cut. Inside a word or tag, it is cut before it.

    Returns:
        tagged text of both halves, and the delivery the second begins in.

    Raises:
        InputError: one of the two would have no word.
    """
    tagged = read_tags(text, start)
    words = tagged.text
    offset = len(read_tags(text[: max(0, at)], start).text)
    while 0 < offset < len(words) and not words[offset].isspace() and not words[offset - 1].isspace():
        offset -= 1
    left, right = words[:offset].rstrip(), words[offset:].lstrip()
    if not _says(left) or not _says(right):
        raise InputError(
            "a line needs a word on either side of the cut",
            where=f"'{shortened(text)}'",
            hint="Put the cursor inside it.",
        )
    leading, (first, second) = share_out(tagged.parts, [(0, len(left)), (len(words) - len(right), len(words))])
    second_start = next(part.delivery for part in second if isinstance(part, Words))
    return write_tags([*leading, *first], start), write_tags(second, second_start), second_start


def ends_sentence(text: str) -> bool:
    """Whether a sentence ends where tagged text does."""
    return _ENDS_SENTENCE.search(plain_text(text)) is not None


def join_lines(first: str, start: Delivery, second: str, second_start: Delivery, *, glued: bool = False) -> str:
    """Tagged text of two lines as that of one which begins in the first one's delivery.

    Args:
        first: tagged text.
        start: delivery in force where it begins.
        second: tagged text.
        second_start: delivery in force where that begins.
        glued: there is no white space between the two.
    """
    parts = join_parts(read_tags(first, start).parts, read_tags(second, second_start).parts, "" if glued else " ")
    return write_tags(parts, start)


def word_pattern(words: str, *, match_case: bool, whole_words: bool) -> re.Pattern[str]:
    """A pattern that finds words, white space folded.

    Raises:
        InputError: there is nothing to look for.
    """
    folded = " ".join(words.split())
    if not folded or len(folded) > _MAX_FIND_CHARS:
        raise InputError("there is nothing to look for", hint=f"Write 1 to {_MAX_FIND_CHARS} characters.")
    pattern = re.escape(folded)
    if whole_words:
        pattern = rf"(?<!\w){pattern}(?!\w)"
    return re.compile(pattern, 0 if match_case else re.IGNORECASE)


def replace_words(text: str, start: Delivery, pattern: re.Pattern[str], by: str) -> tuple[str, int]:
    """Put words in the place of those a pattern finds; how they were said in a way of their own goes with them.

    Returns:
        the tagged text, and how many were replaced.

    Raises:
        InputError: the line would have no words, or too many for one take.
    """
    total = 0
    parts: list[Part] = []
    for part in read_tags(text, start).parts:
        if not isinstance(part, Words):
            parts.append(part)
            continue
        replaced, count = pattern.subn(lambda _: by, part.text)  # as it is: a template would be read for groups
        total += count
        if folded := " ".join(replaced.split()):
            said = part.said if not count or (part.said and part.said.kind == "lang") else None
            parts = join_parts(parts, [replace(part, text=folded, said=said)], "" if part.glued else " ")
    if not total:
        return text, 0
    written = write_tags(parts, start)
    if len(plain_text(written)) > SegmentLimits().max_chars or not _says(plain_text(written)):
        raise InputError(
            "the line would be left without words or be too long for one take",
            where=f"'{shortened(text)}'",
            hint="Edit it by hand.",
        )
    return written, total


def shortened(text: str) -> str:
    """The words of tagged text, cut to the length of a line of a list."""
    words = plain_text(text)
    return words if len(words) <= _SHOWN_CHARS else f"{words[: _SHOWN_CHARS - 1]}…"


def _says(words: str) -> bool:
    return any(character.isalnum() for character in words)

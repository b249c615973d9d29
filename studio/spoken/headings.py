"""Headings: a number alone is a chapter number, and capitals are shouted at the eye only."""

import re

from studio.spoken.numerals import cardinal, title, year
from studio.spoken.roman import roman_value
from studio.spoken.rule import Variety

_NUMBERED = re.compile(r"(?P<number>\d{1,4}|[IVXLC]{1,8}|[ivxlc]{1,8})(?P<mark>\s?[.:)—–-]+)?(?=\s+\S|$)")
_LARGEST = 200
_FIRST_YEAR = 1100
_TITLES = frozenset({"MR", "MRS", "MS", "DR", "ST", "LTD", "JR", "SR"})
_VOWELS = re.compile(r"[AEIOUYÀ-Þ]")


def spoken_number_of_heading(text: str, variety: Variety) -> str:
    """Say the number a heading begins with: "IV. The Letter" becomes "Four. The Letter".

    A lone "I" before words is the pronoun unless a mark follows it.
    """
    match = _NUMBERED.match(text)
    if match is None:
        return text
    rest = text[match.end() :].strip()
    written, mark = match["number"], (match["mark"] or "").strip()
    if not written.isdigit() and rest and not mark and (len(written) == 1 or not rest[0].isupper()):
        return text
    value = int(written) if written.isdigit() else roman_value(written)
    if value is None or (not written.isdigit() and value > _LARGEST) or (rest and not mark and not rest[0].isupper()):
        return text
    words = year(value, variety) if value >= _FIRST_YEAR else cardinal(value, variety)
    if not rest:
        return title(words) + ("." if mark.startswith(".") else "")
    return f"{title(words)}{':' if mark == ':' else '.'} {rest}"


def lowered_capitals(text: str) -> str:
    """Write a heading in capitals with capital initials; Roman numerals and words without a vowel stay."""
    if any(c.islower() for c in text) or not re.search(r"[^\W\d_]{3}", text):
        return text
    return re.sub(r"[^\W\d_]+(?:[’'][^\W\d_]+)*", _lowered_word, text)


def _lowered_word(match: re.Match[str]) -> str:
    word = match[0]
    value = roman_value(word)
    if word in _TITLES:
        return word.capitalize()
    if (value is not None and value <= _LARGEST) or (len(word) > 1 and not _VOWELS.search(word)):
        return word
    return word[0] + word[1:].lower()

"""Numbers as words: cardinals, ordinals, years, digits. The words come from num2words; the reading style is ours."""

import re
from functools import lru_cache

from num2words import num2words

from studio.spoken.rule import Variety

NUMBER = r"(?:\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|(?<!\d)\.\d+)"
"""A plain written number with English separators."""

AMOUNT = rf"(?:\d+ \d{{1,2}}/\d{{1,2}}|{NUMBER})"
"""A number or a mixed number such as "3 1/2"."""

_MAX_DIGITS = 15
_HUNDRED, _THOUSAND = 100, 1000
_DENOMINATORS = {2: ("half", "halves"), 4: ("quarter", "quarters")}


@lru_cache(maxsize=4096)
def cardinal(value: int, variety: Variety) -> str:
    """Say a whole number: "one hundred and four" or "one hundred four"."""
    words = str(num2words(value, lang="en")).replace(",", "")
    return words if variety.british else words.replace(" and ", " ")


@lru_cache(maxsize=4096)
def ordinal(value: int, variety: Variety) -> str:
    """Say an ordinal: "twenty-first"."""
    words = str(num2words(value, lang="en", to="ordinal")).replace(",", "")
    return words if variety.british else words.replace(" and ", " ")


def digits(text: str, zero: str = "oh") -> str:
    """Say each digit of a text by itself, anything else left out."""
    names = (zero, "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
    return " ".join(names[int(c)] for c in text if c in "0123456789")


def title(words: str) -> str:
    """Capitalise each word and each part of a hyphenated word: "Twenty-Third"."""
    small = {"and", "to", "the", "point"}
    return re.sub(r"[a-z]+", lambda m: m[0] if m[0] in small else m[0].capitalize(), words)


def number(text: str, variety: Variety) -> str:
    """Say a number as written, with thousands separators and decimal point; leading zeros are said digit by digit."""
    whole, point, fraction = text.replace(",", "").partition(".")
    if not point:
        if len(whole) > _MAX_DIGITS or (len(whole) > 1 and whole[0] == "0"):
            return digits(whole)
        return cardinal(int(whole), variety)
    decimals = f"point {digits(fraction, 'zero')}"
    return f"{number(whole, variety)} {decimals}" if whole else decimals


def amount(text: str, variety: Variety) -> str:
    """Say a number or mixed number: "three and a half"."""
    mixed = re.fullmatch(r"(\d+) (\d+)/(\d+)", text)
    if mixed is None:
        return number(text, variety)
    part = fraction(int(mixed[2]), int(mixed[3]), variety)
    part = re.sub(r"^one (?=half|quarter|third|[a-z]+th$)", "an " if part.startswith("one eigh") else "a ", part)
    return f"{cardinal(int(mixed[1]), variety)} and {part}"


def is_one(text: str) -> bool:
    """Whether a written number takes the singular."""
    return text.replace(",", "") in {"1", "1.0"}


def fraction(numerator: int, denominator: int, variety: Variety) -> str:
    """Say a fraction: "two thirds", "one half"; "over" where the denominator has no everyday name."""
    if denominator < 2 or denominator > _HUNDRED:  # noqa: PLR2004
        return f"{cardinal(numerator, variety)} over {cardinal(denominator, variety)}"
    singular, plural = _DENOMINATORS.get(
        denominator, (ordinal(denominator, variety), f"{ordinal(denominator, variety)}s")
    )
    return f"{cardinal(numerator, variety)} {singular if numerator == 1 else plural}"


def year(value: int, variety: Variety) -> str:
    """Say a year: "nineteen oh five", "eighteen hundred", "two thousand and five", "twenty twelve", "four ten"."""
    century, rest = divmod(value, _HUNDRED)
    if value < _HUNDRED or value % _THOUSAND == 0 or value // 10 in {100, 200}:
        return cardinal(value, variety)
    if rest == 0:
        return f"{cardinal(century, variety)} hundred"
    return f"{cardinal(century, variety)} {two_digits(rest, variety)}"


def two_digits(value: int, variety: Variety) -> str:
    """Say the last two digits of a year or the minutes of a time: "oh five", "eighteen"."""
    return f"oh {cardinal(value, variety)}" if value < 10 else cardinal(value, variety)  # noqa: PLR2004


def plural(words: str) -> str:
    """Plural of a number word: "nineties", "hundreds"."""
    return f"{words[:-1]}ies" if words.endswith("y") else f"{words}s"

"""Rules for numbers in running text: years, decades, ranges, fractions, ordinals, and plain numbers last."""

import re

from studio.spoken.numerals import (
    AMOUNT,
    NUMBER,
    amount,
    cardinal,
    digits,
    fraction,
    number,
    ordinal,
    plural,
    title,
    two_digits,
    year,
)
from studio.spoken.rule import Rule, Variety, rule

_VULGAR = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5",
    "⅙": "1/6", "⅚": "5/6", "⅐": "1/7", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8", "⅑": "1/9", "⅒": "1/10",
}  # fmt: skip
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_FIRST_YEAR, _LAST_YEAR = 1100, 2099
_YEAR_PLACES = (
    "in|since|by|from|until|till|before|after|of|year|circa|around|between|to|and|spring|summer|autumn|fall|winter|early|"
    "late|mid|during|January|February|March|April|May|June|July|August|September|October|November|December"
)
_STREET = re.compile(r" (?:Avenue|Street|Amendment)\b")
_COUNTED = re.compile(
    r"\s(?:people|men|women|children|sheep|fish|feet|or so|(?!is\b|was\b|has\b|as\b|its\b|his\b|this\b|does\b|us\b)"
    r"[a-z]{2,}(?<![su])s)\b"
)


def _vulgar(m: re.Match[str], _v: Variety) -> str:
    before = m.string[m.start() - 1 : m.start()]
    return (" " if before.isdigit() else "") + _VULGAR[m[0]]


def _decade(m: re.Match[str], v: Variety) -> str:
    value = int(m[1])
    if value < 100:  # noqa: PLR2004
        return plural(cardinal(value, v))
    if value % 1000 == 0:
        return plural(cardinal(value, v))
    return plural(year(value, v))


def _year_range(m: re.Match[str], v: Variety) -> str:
    first, last = int(m[1]), int(m[2])
    if len(m[2]) == 2 and last > first % 100:  # noqa: PLR2004
        return f"{year(first, v)} to {two_digits(last, v)}"
    if len(m[2]) == 4 and last > first:  # noqa: PLR2004
        return f"{year(first, v)} to {year(last, v)}"
    return m[0]


def _era(m: re.Match[str], v: Variety) -> str:
    words = year(int(m["year"] or m["late"]), v)
    return f"{words} {m['era']}" if m["era"] else f"{m['before']} {words}"


def _year(m: re.Match[str], v: Variety) -> str:
    value = int(m["year"])
    if not _FIRST_YEAR <= value <= _LAST_YEAR and not m["place"]:
        return m[0]
    if _COUNTED.match(m.string, m.end()):
        return m[0]
    return (m["place"] or "") + year(value, v)


def _fraction(m: re.Match[str], v: Variety) -> str:
    numerator, denominator = int(m[1]), int(m[2])
    if numerator == denominator:
        return f"{cardinal(numerator, v)} {cardinal(denominator, v)}"
    return fraction(numerator, denominator, v)


def _range(m: re.Match[str], v: Variety) -> str:
    return f"{number(m[1], v)} to {number(m[2], v)}"


def _ordinal(m: re.Match[str], v: Variety) -> str:
    words = ordinal(int(m[1].replace(",", "")), v)
    return title(words) if "-" not in words and _STREET.match(m.string, m.end()) else words


def _letters_and_number(m: re.Match[str], v: Variety) -> str:
    words = digits(m[3]) if len(m[3]) > 2 else number(m[3], v)  # noqa: PLR2004
    after = " " if m.string[m.end() : m.end() + 1].isalpha() else ""
    return f"{m[1]}{m[2] or ' '}{words}{after}"


def _scaled(m: re.Match[str], v: Variety) -> str:
    return f"{amount(m[1], v)} {m[2]}"


WRITTEN: tuple[Rule, ...] = (
    rule("formula", r"(?<=[₀-₉])[A-Z]{1,3}(?=[₀-₉])", lambda m, _v: f" {' '.join(m[0])} "),
    rule(
        "formula", r"\b(?:[A-Z]\d{1,2}){2,6}\b", lambda m, _v: re.sub(r"(?<=\d)(?=[A-Z])|(?<=[A-Z])(?=\d)", " ", m[0])
    ),
    rule("quarter", r"\b([Aa]) 1/4(?=[ -](?:cup|mile|inch|pound|ounce|teaspoon|tablespoon)\b)", r"\1 quarter"),
    rule("quarter", r"(?<!\d)(?<!\d )¼(?= of (?:the|an?|his|her|their|its)\b)", "a quarter"),
    rule("fraction before a noun", r"\b([Aa]) ¾(?= (?:majority|share|length|view|profile|turn))", r"\1 three-quarters"),
    rule(
        "decade of a life",
        r"\b([Ii]n(?:to)? (?:his|her|my|our|your|their) (?:early |late |mid[ -])?)([2-9]0)s\b",
        lambda m, v: f"{m[1]}{plural(cardinal(int(m[2]), v))}",
    ),
    rule("subscripts", "[₀-₉]+", lambda m, _v: m[0].translate(_SUBSCRIPTS)),
    rule("vulgar fractions", "[½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅐⅛⅜⅝⅞⅑⅒]", _vulgar),
    rule("fraction slash", r"(?<=\d)⁄(?=\d)", "/"),
    rule(
        "thousands set apart",
        r"(?<![\d.,])([1-9]\d{0,2}(?: \d{3})+)(?![\d]|[.,]\d)",
        lambda m, _v: m[1].replace(" ", ","),
    ),
)
"""Rules that bring numbers into one written form before any are said."""

RULES: tuple[Rule, ...] = (
    rule("agent", r"(?<![\w.,/–-])007(?![\w/–-]|[.,]\d)", "double oh seven"),
    rule("always", r"(?<![\w.,/–-])24/7(?![\w/–-]|[.,]\d)", "twenty-four seven"),
    rule("even chance", r"(?<![\w.,/–-])50[-/–]50(?![\w/–-]|[.,]\d)", "fifty-fifty"),
    rule("sight", r"(?<![\w.,/–-])20/20(?![\w/–-]|[.,]\d)", "twenty-twenty"),
    rule("decade", r"(?<![\w.,])[’'‘]([1-9]0)[’']?s\b", _decade),
    rule("decade", r"(?<![\w.,])((?:1\d|20)\d0|[2-9]0)[’']?s\b", _decade),
    rule("short year", r"(?<![\w\"”])[’'‘](\d\d)(?![\w'’\"”])", lambda m, v: two_digits(int(m[1]), v)),
    rule(
        "groups of digits",
        r"(?<![\w.,/-])\d+(?:-\d+){2,}+(?![\w/])",
        lambda m, _v: ", ".join(map(digits, m[0].split("-"))),
    ),
    rule("range of years", r"(?<![\w.,/–-])(1\d{3}|20\d\d)\s?[–—-]\s?(\d{4}|\d\d)(?![\w/–-]|[.,]\d)", _year_range),
    rule(
        "year of an era",
        r"(?<![\w.,])(?:(?P<year>\d{1,4})\s?(?P<era>BCE?|AD|CE|B\.C\.E\.|B\.C\.|A\.D\.|C\.E\.)(?!\w)"
        r"|(?P<before>AD|A\.D\.)\s?(?P<late>\d{1,4}))(?!\w)",
        _era,
    ),
    rule(
        "year",
        rf"(?<![\w.,/])(?P<place>\b(?i:{_YEAR_PLACES}) )?(?<![\d.,/-])(?P<year>1\d{{3}}|20\d\d)(?![\w%/]|[.,]\d|-\d)",
        _year,
    ),
    rule("large number", rf"(?<![\w.,/])({AMOUNT}) (thousand|million|billion|trillion)\b", _scaled),
    rule("mixed number", r"(?<![\w.,/])(\d+ \d{1,2}/\d{1,2})(?![\w/])", lambda m, v: amount(m[1], v)),
    rule("fraction", r"(?<![\w.,/])(\d{1,3})/(\d{1,3})(?![\w/])", _fraction),
    rule("range", rf"(?<![\w.,/–-])({NUMBER})[–—-]({NUMBER})(?![\w/–]|[.,]\d|-\d)", _range),
    rule("ordinal", r"(?<![\w.])(\d{1,3}(?:,\d{3})+|\d{1,12})(?:st|nd|rd|th)\b", _ordinal),
    rule("letters and a number", r"(?<![\w])([A-Za-z]+)(-?)(\d+)(?![\d.,]\d)", _letters_and_number),
    rule("number and letters", r"(?<![\w.,])(\d+)(?=[A-Za-z]+)", lambda m, v: f"{number(m[1], v)} "),
    rule("number", NUMBER, lambda m, v: number(m[0], v)),
)
"""Rules that say numbers; they come after all rules that know what a number counts."""

"""Numbers in the five languages: cardinals that agree with what they count, ordinals, fractions, ranges, years."""

import re
from functools import lru_cache

from num2words import num2words

from studio.spoken.rule import Rule
from studio.spoken.tongues.tongue import Inflected, Noun, Tongue

_MAX_DIGITS = 15
_TWO = 2
_VULGAR = {
    "½": "1/2", "⅓": "1/3", "⅔": "2/3", "¼": "1/4", "¾": "3/4", "⅕": "1/5", "⅖": "2/5", "⅗": "3/5", "⅘": "4/5",
    "⅙": "1/6", "⅚": "5/6", "⅛": "1/8", "⅜": "3/8", "⅝": "5/8", "⅞": "7/8",
}  # fmt: skip
_SUBSCRIPTS = str.maketrans("₀₁₂₃₄₅₆₇₈₉", "0123456789")
_REACH = 40
_EDGE = r"(?<![\w.,:/–-])"
_END = r"(?![\w/]|[.,:]\d|[–-]\d)"


@lru_cache(maxsize=4096)
def _library(value: int, code: str, to: str) -> str:
    return str(num2words(value, lang=code, to=to)).replace(",", "")


def _repaired(words: str, tongue: Tongue) -> str:
    for pattern, right in tongue.repairs:
        words = re.sub(pattern, right, words)
    return words


def cardinal(value: int, tongue: Tongue, gender: str = "") -> str:
    """A whole number, agreeing with a noun of a gender ("" for none: the form used in counting)."""
    words = _repaired(_library(value, tongue.code, "cardinal"), tongue)
    for pattern, right in tongue.agreeing.get(gender) or tongue.agreeing.get(gender[:1]) or ():
        words = re.sub(pattern, right, words)
    return words


def ordinal(value: int, tongue: Tongue, place: Inflected) -> str:
    """An ordinal as it is said in its place; "" where the place does not tell its form."""
    return tongue.ordinal_words(ordinal_of(value, tongue), place)


def ordinal_of(value: int, tongue: Tongue) -> str:
    """An ordinal without an ending that depends on its place."""
    return _repaired(_library(value, tongue.code, "ordinal"), tongue)


def year(value: int, tongue: Tongue) -> str:
    """A year."""
    return _repaired(_library(value, tongue.code, "year"), tongue)


def each_digit(text: str, tongue: Tongue) -> str:
    """Each digit of a text by itself."""
    return " ".join(_library(int(c), tongue.code, "cardinal") for c in text if c in "0123456789")


def value_of(written: str, tongue: Tongue) -> tuple[str, str]:
    """Whole part and decimals of a written number, without what parts thousands."""
    whole, _, decimals = written.partition(tongue.point[0])
    return re.sub(r"\D", "", whole), decimals


def number(written: str, tongue: Tongue, gender: str = "") -> str:
    """A number as written, with decimals; leading zeros and endless numbers digit by digit."""
    whole, decimals = value_of(written, tongue)
    doubtful = len(whole) > _MAX_DIGITS or (len(whole) > 1 and whole[0] == "0")
    words = each_digit(whole, tongue) if doubtful else cardinal(int(whole), tongue, "" if decimals else gender)
    return f"{words} {tongue.point[1]} {_decimals(decimals, tongue)}" if decimals else words


def _decimals(decimals: str, tongue: Tongue) -> str:
    if tongue.decimals_as_number and len(decimals) <= _TWO and decimals[0] != "0":
        return cardinal(int(decimals), tongue)
    return each_digit(decimals, tongue)


def is_one(written: str) -> bool:
    """Whether a written number takes the singular."""
    return written == "1"


def case_of(m: re.Match[str], tongue: Tongue) -> str:
    """Case that the words before a match ask for, "" for the nominative."""
    before = m.string[max(0, m.start() - _REACH) : m.start()]
    return next((case for case, pattern in tongue.cases if re.search(pattern, before)), "")


def counted(m: re.Match[str], written: str, noun: Noun, tongue: Tongue) -> str:
    """A number with its noun: "ein Euro", "zweihundert Liter"."""
    case = case_of(m, tongue)
    many = noun.dative if case == "d" and noun.dative else noun.many
    return f"{number(written, tongue, noun.gender + case)} {noun.one if is_one(written) else many}"


def gender_of(noun: str, tongue: Tongue) -> str:
    """Gender of a written noun; "" where it is not certain."""
    return next((gender for gender, pattern in tongue.genders if re.fullmatch(pattern, noun)), "")


def place_of(m: re.Match[str], gender: str = "") -> Inflected:
    """Where a match stands in its text."""
    return Inflected(m.string[max(0, m.start() - _REACH) : m.start()], m.string[m.end() : m.end() + _REACH], gender)


def _next_noun(m: re.Match[str]) -> str:
    found = re.match(r"\s([^\W\d_]+)", m.string[m.end() : m.end() + _REACH])
    return found[1] if found else ""


def _plain(m: re.Match[str], t: Tongue) -> str:
    if t.stop_ordinals and re.match(r"\.\s[a-zäöü]", m.string[m.end() : m.end() + 3]):
        return m[0]  # an ordinal whose ending nothing tells
    noun = _next_noun(m)
    return number(m[0], t, _gender_by_article(m, t) or (gender_of(noun, t) + case_of(m, t) if noun else ""))


def _gender_by_article(m: re.Match[str], tongue: Tongue) -> str:
    before = m.string[max(0, m.start() - _REACH) : m.start()]
    return next((gender for gender, pattern in tongue.articles if re.search(pattern, before)), "")


def _year(m: re.Match[str], t: Tongue) -> str:
    return year(int(m[0]), t) if t.years and t.years[0] <= int(m[0]) <= t.years[1] else m[0]


def _ordinal(m: re.Match[str], t: Tongue) -> str:
    gender = next((g for g, mark in t.ordinal.items() if re.fullmatch(mark, m[2])), "")
    value = int(m[1])
    return ordinal(value, t, place_of(m, gender)) or m[0] if value else m[0]


def fraction(numerator: int, denominator: int, tongue: Tongue) -> str:
    """A fraction whose denominator has a name; "" for others."""
    names = tongue.fractions.get(denominator)
    if names is None or not numerator:
        return ""
    return names[0] if numerator == 1 else f"{cardinal(numerator, tongue)} {names[1]}"


def half_of(m: re.Match[str], noun: str, gender: str, tongue: Tongue) -> str:
    """Half of one thing: "eine halbe Stunde", "un demi-litre"; "" where the gender is not certain."""
    half = tongue.half_of.get(gender)
    if half is None:
        return ""
    article, _, rest = half.partition(" ")
    before = m.string[max(0, m.start() - _REACH) : m.start()]
    if rest and re.search(rf"\b{article}\s$", before, re.IGNORECASE):
        half = rest
    elif tongue.half_weak and re.search(tongue.half_weak[0], before):
        half = tongue.half_weak[1]
    return half + noun if half.endswith(("-", "'")) else f"{half} {noun}"


def _half(m: re.Match[str], t: Tongue) -> str:
    return half_of(m, m["noun"], gender_of(m["noun"], t), t) or m[0]


def _letters(m: re.Match[str], t: Tongue) -> str:
    return f"{m[1]}{m[2] or ' '}{number(m[3], t)}"


def _fraction(m: re.Match[str], t: Tongue) -> str:
    return fraction(int(m[1]), int(m[2]), t) or m[0]


def _mixed(m: re.Match[str], t: Tongue) -> str:
    noun = m["noun"] or ""
    gender = gender_of(noun, t)
    whole = cardinal(int(m["whole"]), t, gender)
    after = f" {noun}" if noun else ""
    if (m["one"], m["under"]) != ("1", "2"):
        part = fraction(int(m["one"]), int(m["under"]), t)
        return f"{whole} {t.signs['&']} {part}{after}" if part else m[0]
    half = t.halves.get(gender) or t.halves[""]
    if t.half_first:
        return half.format(cardinal(int(m["whole"]), t, "m")) + after
    return f"{whole}{after} {half}"


def _vulgar(m: re.Match[str], _t: Tongue) -> str:
    return (" " if m.string[m.start() - 1 : m.start()].isdigit() else "") + _VULGAR[m[0]]


def joined(
    first: str, last: str, m: re.Match[str], tongue: Tongue, *, years: bool = False, falling: bool = False
) -> str:
    """A span of two numbers already said, with the words around them that the language asks for."""
    since, to = tongue.year_since if years and tongue.year_since else (tongue.since, tongue.to)
    if falling or re.search(tongue.no_since, m.string[max(0, m.start() - _REACH) : m.start()]):
        since, to = "", tongue.to
    return f"{since}{first} {to} {last}"


def _span(m: re.Match[str], t: Tongue) -> str:
    gender = gender_of(noun, t) if (noun := _next_noun(m)) else ""
    if any(len(side) > 1 and side[0] == "0" for side in m.groups()):  # a code
        return ", ".join(each_digit(side, t) for side in m.groups())
    falling = int(value_of(m[1], t)[0][:15]) >= int(value_of(m[2], t)[0][:15])
    return joined(number(m[1], t), number(m[2], t, gender), m, t, falling=falling)


def _span_of_years(m: re.Match[str], t: Tongue) -> str:
    first, last = int(m[1]), int(m[2])
    if len(m[2]) == _TWO:
        return joined(year(first, t), cardinal(last, t), m, t, years=True) if last > first % 100 else m[0]
    return joined(year(first, t), year(last, t), m, t, years=True) if last > first else m[0]


def _with_ending(m: re.Match[str], t: Tongue) -> str:
    value = int(m[1])
    words = year(value, t) if t.years and t.years[0] <= value <= t.years[1] else cardinal(value, t, "m")
    return words + m[2].replace("%", "prozent")


def written_numbers(t: Tongue) -> tuple[Rule, ...]:
    """Rules that bring fractions into one written form; they run first."""
    return (
        t.rule("vulgar fractions", f"[{''.join(_VULGAR)}]", _vulgar),
        t.rule("subscripts", "[₀-₉]+", lambda m, _t: m[0].translate(_SUBSCRIPTS)),
    )


def rules(t: Tongue) -> tuple[Rule, ...]:
    """Rules for numbers of which nothing else is known; they run last."""
    ordinals = "|".join(t.ordinal.values())
    endings = (t.rule("number with an ending", rf"{_EDGE}(\d{{1,4}})-?({t.joined_ends})(?!\w)", _with_ending),)
    return (
        *(endings if t.joined_ends else ()),
        t.rule(
            "span of years", r"(?<![\w.,/–-])(1\d{3}|20\d\d)\s?[–—-]\s?(\d{4}|\d\d)(?![\w/–-]|[.,]\d)", _span_of_years
        ),
        t.rule(
            "mixed number",
            r"(?<![\w.,/])(?P<whole>\d{1,3}) (?P<one>\d)/(?P<under>\d{1,2})(?![\w/])(?: (?P<noun>[^\W\d_]+))?",
            _mixed,
        ),
        t.rule("half", r"(?<![\w.,/])(?<!\d )1/2 (?P<noun>[^\W\d_]+)", _half),
        t.rule("fraction", r"(?<![\w.,/–-])(\d)/(\d{1,2})(?![\w/–-]|[.,]\d)", _fraction),
        t.rule("span", rf"{_EDGE}({t.number})[–—-]({t.number})(?![\w/–-]|[.,:]\d)", _span),
        t.rule("ordinal", rf"{_EDGE}([1-9]\d{{0,3}})({ordinals})(?!\w)", _ordinal),
        t.rule("short year", r"(?<![\w”\"’])[’'](\d\d)(?![\w’'])", lambda m, tongue: cardinal(int(m[1]), tongue)),
        t.rule("minus", rf"(?<![\w.,:)\]/–-])[-−](?={t.number}{_END})", lambda _m, tongue: f"{tongue.minus} "),
        t.rule("year", rf"{_EDGE}[12]\d{{3}}{_END}(?! ?[%°])", _year),
        t.rule("letters and a number", r"(?<![\w.,–-])([A-Z]{1,5})(-?)(\d{1,4})(?!\w|[.,:]\d|[–/-]\w)", _letters),
        t.rule("number", rf"{_EDGE}{t.number}{_END}", _plain),
    )

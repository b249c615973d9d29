"""Dates: British day first ("the twelfth of March"), American month first ("March twelfth")."""

import re

from studio.spoken.numerals import ordinal, year
from studio.spoken.rule import Rule, Variety, rule

MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October",
    "November", "December",
)  # fmt: skip
_DAYS = {
    "mon": "Monday", "tue": "Tuesday", "wed": "Wednesday", "thu": "Thursday", "fri": "Friday",
    "sat": "Saturday", "sun": "Sunday",
}  # fmt: skip
_MONTH = (
    r"(?P<month>January|February|March|April|May|June|July|August|September|October|November|December"
    r"|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)"
)
_DAY = r"(?P<day>0?[1-9]|[12]\d|3[01])"
_DAY2 = r"(?P<day2>0?[1-9]|[12]\d|3[01])"
_SUFFIX = r"(?:st|nd|rd|th)?"
_NOT_MORE = r"(?![\w%/]|[.,:]\d)"
_WEEKDAY = r"Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun"
_PIVOT = 50


def _month_name(text: str) -> str:
    return next(name for name in MONTHS if name.startswith(text[:3]))


def _stop(m: re.Match[str]) -> str:
    """Give back the full stop of an abbreviation that also ended the text."""
    return "." if m[0].endswith(".") and not m.string[m.end() :].strip("\"'”’)") else ""


def _day_first(m: re.Match[str], v: Variety) -> str:
    day, month = ordinal(int(m["day"]), v), _month_name(m["month"])
    after = f" {year(int(m['year']), v)}" if m["year"] else _stop(m)
    if v.british or m["the"] or m["of"]:
        return f"{m['the'] or 'the '}{day} of {month}{after}"
    return f"{month} {day}{',' if m['year'] else ''}{after}"


def _month_first(m: re.Match[str], v: Variety) -> str:
    the = "the " if v.british else ""
    words = f"{_month_name(m['month'])} {the}{ordinal(int(m['day']), v)}"
    if m["day2"]:
        words += f" to {the}{ordinal(int(m['day2']), v)}"
    return f"{words}, {year(int(m['year']), v)}" if m["year"] else words


def _day_range(m: re.Match[str], v: Variety) -> str:
    first, last, month = ordinal(int(m["day"]), v), ordinal(int(m["day2"]), v), _month_name(m["month"])
    if m["joint"].strip() == "and":
        return f"the {first} and {last} of {month}{_stop(m)}"
    return f"the {first} to the {last} of {month}{_stop(m)}"


def _spoken_date(day: int, month: int, year_value: int, v: Variety) -> str:
    if v.british:
        return f"the {ordinal(day, v)} of {MONTHS[month - 1]} {year(year_value, v)}"
    return f"{MONTHS[month - 1]} {ordinal(day, v)}, {year(year_value, v)}"


def _numeric(m: re.Match[str], v: Variety) -> str:
    first, second, written = int(m[1]), int(m[3]), m[4]
    day, month = (first, second) if v.british or m[2] == "." else (second, first)
    if month > len(MONTHS):
        day, month = month, day
    if not (1 <= month <= len(MONTHS) and 1 <= day <= 31):  # noqa: PLR2004
        return m[0]
    value = int(written)
    if len(written) == 2:  # noqa: PLR2004
        value += 2000 if value < _PIVOT else 1900
    return _spoken_date(day, month, value, v)


def _iso(m: re.Match[str], v: Variety) -> str:
    if not (1 <= int(m[2]) <= len(MONTHS) and 1 <= int(m[3]) <= 31):  # noqa: PLR2004
        return m[0]
    return _spoken_date(int(m[3]), int(m[2]), int(m[1]), v)


def _weekday(m: re.Match[str], _v: Variety) -> str:
    return _DAYS[m[1][:3].lower()] + _stop(m)


def _weekdays(m: re.Match[str], _v: Variety) -> str:
    return f"{_DAYS[m[1][:3].lower()]} to {_DAYS[m[2][:3].lower()]}"


RULES: tuple[Rule, ...] = (
    rule("attack", r"(?<![\w/.])9/11(?![\w/])", "nine eleven"),
    rule("ISO date", r"(?<![\w./-])(\d{4})-(\d\d)-(\d\d)(?![\w/-])", _iso),
    rule("date in numbers", r"(?<![\w./-])(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d\d)(?![\w/-]|\.\d)", _numeric),
    rule(
        "days of a month",
        rf"(?<![\w.,:/–-])(?:the )?{_DAY}{_SUFFIX}(?P<joint>[–-]| and ){_DAY2}{_SUFFIX}(?: of)? {_MONTH}(?!\w)",
        _day_range,
    ),
    rule(
        "day and month",
        rf"(?<![\w.,:/–-])(?P<the>[Tt]he )?{_DAY}{_SUFFIX}(?P<of> of)? {_MONTH}(?!\w)"
        rf"(?:,? (?P<year>[12]\d{{3}}){_NOT_MORE})?",
        _day_first,
    ),
    rule(
        "month and day",
        rf"\b{_MONTH} (?:the )?{_DAY}{_SUFFIX}(?:[–-]{_DAY2}{_SUFFIX})?{_NOT_MORE}"
        rf"(?:,? (?P<year>[12]\d{{3}}){_NOT_MORE})?",
        _month_first,
    ),
    rule("month and year", rf"\b{_MONTH},? (?=[12]\d{{3}}\b)", lambda m, _v: f"{_month_name(m['month'])} "),
    rule("weekdays", rf"\b({_WEEKDAY})\.?[–-]({_WEEKDAY})\b\.?(?!\w)", _weekdays),
    rule("weekday", r"\b(Mon|Tues?|Thu(?:rs?)?|Fri)\.(?!\w)", _weekday),
    rule(
        "weekdays in a row",
        rf"\b(?:{_WEEKDAY})\b\.?(?:(?:, (?:and |or )?| and | or | to | & )(?:{_WEEKDAY})\b\.?)+",
        lambda m, _v: re.sub(rf"\b({_WEEKDAY})\b\.?", lambda day: _DAYS[day[1][:3].lower()], m[0]) + _stop(m),
    ),
    rule("weekday", rf"\b({_WEEKDAY})\.?(?=,? (?:\d|the \w+(?:st|nd|rd|th)\b|(?:{'|'.join(MONTHS)})\b))", _weekday),
)

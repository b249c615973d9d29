"""Dates with the day first, named or in numbers."""

import re

from studio.spoken.rule import Rule
from studio.spoken.tongues.numbers import cardinal, ordinal, place_of, year
from studio.spoken.tongues.tongue import Inflected, Tongue, final_stop

_MAX_DAY, _MONTHS = 31, 12
_PIVOT, _SHORT = 50, 2


def _day(day: int, t: Tongue, place: Inflected, *, marked: bool) -> str:
    if t.stop_ordinals or marked or (day == 1 and t.first_is_ordinal):
        return ordinal(day, t, place)
    return cardinal(day, t)


def _said(m: re.Match[str], t: Tongue, date: tuple[int, str, int | None], *, marked: bool = False) -> str:
    day, month, value = date
    place = Inflected(place_of(m).before, f" {month}", "m")
    after = f"{t.joint}{year(value, t)}" if value is not None else ""
    return f"{_day(day, t, place, marked=marked)}{t.joint}{month}{after}"


def _named(m: re.Match[str], t: Tongue) -> str:
    day = int(m["day"])
    if not 1 <= day <= _MAX_DAY:
        return m[0]
    value = int(m["year"]) if m["year"] else None
    return _said(m, t, (day, t.month_name(m["month"]), value), marked=bool(m["mark"]))


def _numeric(m: re.Match[str], t: Tongue) -> str:
    day, month, value = int(m["d"]), int(m["m"]), int(m["y"])
    if not (1 <= day <= _MAX_DAY and 1 <= month <= _MONTHS):
        return m[0]
    if len(m["y"]) == _SHORT:
        value += 2000 if value < _PIVOT else 1900
    return _said(m, t, (day, t.months[month - 1], value))


def _ordinals(m: re.Match[str], t: Tongue) -> str:
    day, month = int(m[1]), int(m[2])
    if not (1 <= day <= _MAX_DAY and 1 <= month <= _MONTHS):
        return m[0]
    place = Inflected(place_of(m).before, f" {t.months[0]}", "m")
    return f"{ordinal(day, t, place)} {ordinal(month, t, place)}{final_stop(m, t)}"


def _short_month(m: re.Match[str], t: Tongue) -> str:
    return f"{t.month_name(m['month'])}{m['gap']}"


def rules(t: Tongue) -> tuple[Rule, ...]:
    """Rules for dates."""
    joint = r"\s(?:de\s)?" if "de" in t.joint else r"\s"
    return (
        t.rule("ISO date", r"(?<![\w./-])(?P<y>\d{4})-(?P<m>\d\d)-(?P<d>\d\d)(?![\w/-])", _numeric),
        t.rule(
            "date in numbers",
            r"(?<![\w./-])(?P<d>\d{1,2})(?P<sign>[/.-])\s?(?P<m>\d{1,2})(?P=sign)\s?(?P<y>\d{4}|(?<=[/.])\d\d)(?![\w/-]|\.\d)",
            _numeric,
        ),
        *(
            (t.rule("day and month in numbers", r"(?<![\w./,:–-])(\d{1,2})\.\s?(\d{1,2})\.(?!\s?\d|\w)", _ordinals),)
            if t.stop_ordinals
            else ()
        ),
        t.rule(
            "day and month",
            rf"(?<![\w.,/:–-])(?P<day>\d{{1,2}})(?P<mark>{t.day}){joint}{t.month}(?:{joint}(?P<year>[12]\d{{3}})(?![\w.,]\d|\w))?",
            _named,
        ),
        t.rule("month and year", rf"(?<!\w){t.month}(?P<gap>{joint})(?=[12]\d{{3}}(?!\w))", _short_month),
    )

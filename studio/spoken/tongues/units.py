"""Quantities with a unit, temperatures, percentages."""

import re

from studio.spoken.rule import Rule
from studio.spoken.tongues.numbers import counted, fraction, half_of, is_one, joined, number
from studio.spoken.tongues.tongue import Noun, Tongue

_SCALES = {"C": "Celsius", "F": "Fahrenheit"}


def _said(m: re.Match[str], noun: Noun, t: Tongue) -> str:
    minus = f"{t.minus} " if m["minus"] else ""
    if m["low"]:
        return joined(minus + number(m["low"], t, noun.gender), counted(m, m["value"], noun, t), m, t)
    return minus + counted(m, m["value"], noun, t)


def _quantity(m: re.Match[str], t: Tongue) -> str:
    return _said(m, t.units[m["unit"]], t)


def _temperature(m: re.Match[str], t: Tongue) -> str:
    return f"{_said(m, t.degrees, t)} {_SCALES[m['scale']]}"


def _angle(m: re.Match[str], t: Tongue) -> str:
    return _said(m, t.degrees, t)


def _percent(m: re.Match[str], t: Tongue) -> str:
    minus = f"{t.minus} " if m["minus"] else ""
    value = number(m["value"], t, "m" if is_one(m["value"]) else "")
    words = joined(minus + number(m["low"], t), value, m, t) if m["low"] else minus + value
    return f"{words} {t.percent}"


def _sides(m: re.Match[str], t: Tongue) -> str:
    values = re.split(r"\s?[x×]\s?", m["all"])
    by = t.signs["×"]
    words = f" {by} ".join(number(value, t) for value in values[:-1])
    last = counted(m, values[-1], t.units[m["unit"]], t) if m["unit"] else number(values[-1], t)
    return f"{words} {by} {last}"


def _part(m: re.Match[str], t: Tongue) -> str:
    unit = t.units[m["unit"]]
    half = half_of(m, unit.one, unit.gender, t) if (m[1], m[2]) == ("1", "2") else ""
    words = fraction(int(m[1]), int(m[2]), t)
    return half or (f"{words} {unit.one}" if words else m[0])


def rules(t: Tongue) -> tuple[Rule, ...]:
    """Rules for quantities."""
    symbols = "|".join(re.escape(symbol) for symbol in sorted(t.units, key=len, reverse=True))
    value = rf"(?P<minus>(?<![\w.,:–-])[-−])?(?<![\w.,/:–])(?<!\d-)(?:(?P<low>{t.number})[–-])?(?P<value>{t.number})"
    return (
        t.rule(
            "sides",
            rf"(?<![\w.,/])(?P<all>{t.number}(?:\s?[x×]\s?{t.number}){{1,2}})(?:\s?(?P<unit>{symbols})(?![\w²³]))?(?!\w)",
            _sides,
        ),
        t.rule("temperature", rf"{value}\s?[°º]\s?(?P<scale>[CF])(?!\w)", _temperature),
        t.rule("angle", rf"{value}°(?!\w| [a-z])", _angle),
        t.rule("per cent", rf"{value}\s?%(?!\w)", _percent),
        t.rule("part of a unit", rf"(?<![\w.,/])(?<!\d )(\d)/(\d) (?P<unit>{symbols})(?![\w²³’'])", _part),
        t.rule("quantity", rf"{value}\s?(?P<unit>{symbols})(?![\w²³/’'])", _quantity),
    )

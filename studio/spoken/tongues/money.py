"""Sums of money, with the sign before or after, and of millions."""

import re
from collections.abc import Iterable

from studio.spoken.rule import Rule
from studio.spoken.tongues.numbers import counted, is_one, joined, number, value_of
from studio.spoken.tongues.tongue import Tongue


def _any(words: Iterable[str]) -> str:
    return "|".join(re.escape(word) for word in sorted(words, key=len, reverse=True))


def _sum(m: re.Match[str], t: Tongue) -> str:
    written, sign = m["value"], m["sign"]
    currency = t.currencies[sign]
    minus = f"{t.minus} " if m["minus"] else ""
    if scale := m["scale"]:
        return f"{minus}{_scaled(m, scale, t)} {_of_many(currency.unit.many, t)}"
    whole, decimals = value_of(written, t)
    if currency.part is None or len(decimals) != 2:  # noqa: PLR2004
        return minus + counted(m, written, currency.unit, t)
    small = str(int(decimals))
    part = counted(m, small, currency.part, t) if small != "0" else ""
    if int(whole) == 0 and part:
        return minus + part
    return minus + counted(m, str(int(whole)), currency.unit, t) + (f"{t.cents}{part}" if part else "")


def _of_many(many: str, t: Tongue) -> str:
    """What millions are of: "de euros", "d'euros", in German the word alone."""
    elided = t.signs["of"].endswith("e ") and t.code == "fr" and many[0] in "aeiou"
    return f"d'{many}" if elided else f"{t.signs['of']}{many}"


def _scaled(m: re.Match[str], scale: str, t: Tongue) -> str:
    noun = t.scales.get(scale)  # a word is said as it is written
    return counted(m, m["value"], noun, t) if noun else f"{number(m['value'], t)} {scale}"


def _scale(m: re.Match[str], t: Tongue) -> str:
    return _scaled(m, m["scale"], t)


def _span(m: re.Match[str], t: Tongue) -> str:
    unit = t.currencies[m["sign"]].unit
    last = f"{number(m['value'], t, unit.gender)} {unit.one if is_one(m['value']) else unit.many}"
    return joined(number(m["low"], t, unit.gender), last, m, t)


def _of(m: re.Match[str], t: Tongue) -> str:
    return t.currencies[m["sign"]].unit.many


def rules(t: Tongue) -> tuple[Rule, ...]:
    """Rules for sums; the last one says a sign after "millions of"."""
    sign = rf"(?P<sign>{_any(t.currencies)})"
    names = {word for noun in t.scales.values() for word in (noun.one, noun.many)}
    scales = [sign for sign in t.scales if len(sign) > 1]
    before = rf"(?P<sign>{_any(sign for sign in t.currencies if len(sign) > 1 or not sign.isalpha())})"
    scale = rf"(?:\s?(?P<scale>{_any({*t.scales, *names})})(?!\w))?"
    value = rf"(?P<value>{t.number})"
    minus = r"(?P<minus>(?<![\w.,–-])[-−])?"
    return (
        t.rule("span of sums", rf"(?<![\w.,/–-])(?P<low>{t.number})[–-]{value}\s?{sign}(?!\w)", _span),
        t.rule("sum", rf"{minus}(?<![\w.,/–])(?<!\d-){value}{scale}\s?{sign}(?![\w])", _sum),
        t.rule("sum", rf"{minus}(?<!\w){before}\s?{value}{scale}(?!\w|[.,]\d)", _sum),
        t.rule("large number", rf"(?<![\w.,/–-]){value}\s(?P<scale>{_any(scales)})(?!\w)", _scale),
        t.rule("sign of money", rf"(?:(?<=d['’])|(?<=\b(?:de|di) )|(?<=Millionen )){sign}(?!\w)", _of),
    )

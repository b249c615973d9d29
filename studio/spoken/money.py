"""Sums of money, modern and pre-decimal."""

import re
from dataclasses import dataclass

from studio.spoken.numerals import AMOUNT, amount, cardinal, is_one
from studio.spoken.rule import Rule, Variety, rule


@dataclass(frozen=True, slots=True)
class _Currency:
    one: str
    many: str
    small_one: str = ""
    small_many: str = ""


_SIGNS = {
    "£": _Currency("pound", "pounds", "penny", "pence"),
    "$": _Currency("dollar", "dollars", "cent", "cents"),
    "€": _Currency("euro", "euros", "cent", "cents"),
    "¥": _Currency("yen", "yen"),
    "₹": _Currency("rupee", "rupees", "paisa", "paise"),
}
_COUNTRIES = {
    "US": "US ", "A": "Australian ", "AU": "Australian ", "C": "Canadian ", "CA": "Canadian ", "NZ": "New Zealand ",
    "HK": "Hong Kong ", "S": "Singapore ",
}  # fmt: skip
_CODES = {
    "USD": _Currency("US dollar", "US dollars", "cent", "cents"),
    "GBP": _Currency("pound sterling", "pounds sterling"),
    "EUR": _Currency("euro", "euros", "cent", "cents"),
    "JPY": _Currency("yen", "yen"),
    "CHF": _Currency("Swiss franc", "Swiss francs"),
    "CAD": _Currency("Canadian dollar", "Canadian dollars", "cent", "cents"),
    "AUD": _Currency("Australian dollar", "Australian dollars", "cent", "cents"),
    "INR": _Currency("rupee", "rupees"),
}
_SCALES = {
    "k": "thousand", "K": "thousand", "m": "million", "M": "million", "mn": "million", "b": "billion", "B": "billion",
    "bn": "billion", "tn": "trillion", "trn": "trillion",
}  # fmt: skip
_SIGN = r"(?P<country>\b(?:US|AU?|CA?|NZ|HK|S))?(?P<sign>[£$€¥₹])\s?"
_SCALE = r"(?:(?P<scale>(?:k|K|mn|m|M|bn|b|B|tn|trn)\b)|[ -](?P<word>thousand|million|billion|trillion)\b)?"
_PENCE = ("", "a penny", "twopence", "threepence", "fourpence", "fivepence", "sixpence", "sevenpence", "eightpence",
          "ninepence", "tenpence", "elevenpence")  # fmt: skip
_FARTHINGS = {"1/4": "farthing", "1/2": "halfpenny", "3/4": "three farthings"}
_OLD_D = r"(?P<d>\d{1,2})(?: (?P<part>[123]/[24]))?d"
_ARTICLES = "[Aa]n?|[Tt]he|[Oo]ne|[Hh]is|[Hh]er|[Mm]y|[Oo]ur|[Tt]heir|[Tt]his|[Tt]hat|[Ee]very|[Ee]ach"
_LARGE = re.compile(r"\d{4}|,")
_NO_NOUN = r"(?:an?|and|or|per|each|every|to|for|from|off|more|less|plus|the|that|which|was|is)\b"
_THINGS = "bills?|notes?|coins?|banknotes?|cheques?|checks?|tickets?|fines?|prizes?|rewards?|bets?|pieces?|stamps?"


def _scale(m: re.Match[str]) -> str:
    word = _SCALES.get(m["scale"] or "", m["word"] or "")
    return f" {word}" if word else ""


def _sum(value: str, scale: str, unit: _Currency, country: str, v: Variety) -> str:
    whole, point, small = value.partition(".")
    if scale or not point or len(small) != 2 or not unit.small_one:  # noqa: PLR2004
        words = f"{amount(value, v)}{scale}"
        return f"{words} {country}{unit.one if is_one(value) and not scale else unit.many}"
    pounds, pence = int(whole.replace(",", "") or 0), int(small)
    minor = f"{cardinal(pence, v)} {unit.small_one if pence == 1 else unit.small_many}"
    if pounds == 0 and pence:
        return minor
    major = f"{cardinal(pounds, v)} {country}{unit.one if pounds == 1 else unit.many}"
    if pence == 0:
        return major
    if unit.small_many == "pence" and pence >= 10:  # noqa: PLR2004
        return f"{major} {cardinal(pence, v)}"
    return f"{major} and {minor}"


def _plain(m: re.Match[str], v: Variety) -> str:
    minus = "minus " if m["minus"] else ""
    return minus + _sum(m["value"], _scale(m), _SIGNS[m["sign"]], _COUNTRIES.get(m["country"] or "", ""), v)


def _range(m: re.Match[str], v: Variety) -> str:
    low = amount(m["low"], v)
    low_scale = _SCALES.get(m["lowscale"] or "", "")
    high = _sum(m["value"], _scale(m), _SIGNS[m["sign"]], _COUNTRIES.get(m["country"] or "", ""), v)
    return f"{low}{' ' + low_scale if low_scale else ''} to {high}"


def _attributive(m: re.Match[str], v: Variety) -> str:
    if re.search(r"\.\d\d$", m["value"]) and not _scale(m):
        return m[0]  # pounds and pence
    joint = " " if _scale(m) or _LARGE.search(m["value"]) else "-"
    return f"{m['article']} {amount(m['value'], v)}{_scale(m)}{joint}{_SIGNS[m['sign']].one} {m['thing']}"


def _per(m: re.Match[str], v: Variety) -> str:
    words = _sum(m["value"], _scale(m), _SIGNS[m["sign"]], _COUNTRIES.get(m["country"] or "", ""), v)
    return f"{words} {m['per']} {m['unit']}"


def _coded(m: re.Match[str], v: Variety) -> str:
    return _sum(m["after"] or m["before"], "", _CODES[m["code"] or m["first"]], "", v)


def _pence(m: re.Match[str], v: Variety) -> str:
    if not v.british:
        return m[0]
    return f"{cardinal(int(m[1]), v)} {'penny' if m[1] == '1' else 'pence'}"


def _cents(m: re.Match[str], v: Variety) -> str:
    return f"{amount(m[1], v)} {'cent' if is_one(m[1]) else 'cents'}"


def _old_money(m: re.Match[str], v: Variety) -> str:
    parts = []
    for name, coin in (("l", "pound"), ("s", "shilling")):
        value = int(m[name] or 0)
        if value:
            parts.append(f"{cardinal(value, v)} {coin}{'' if value == 1 else 's'}")
    small = " ".join(word for word in (_old_pence(int(m["d"] or 0), v), _FARTHINGS.get(m["part"] or "", "")) if word)
    stop = "." if m[0].endswith(".") and not m.string[m.end() :].strip("\"'”’)") else ""
    return " and ".join(part for part in (", ".join(parts), small) if part) + stop


def _old_pence(pence: int, v: Variety) -> str:
    return _PENCE[pence] if pence < len(_PENCE) else f"{cardinal(pence, v)} pence"


RULES: tuple[Rule, ...] = (
    rule("pounds, shillings, pence", rf"£(?P<l>\d+) (?P<s>\d{{1,2}})s\.?(?: {_OLD_D}(?:\.|\b))?", _old_money),
    rule("shillings and pence", rf"(?<![\w.,£])(?P<l>(?!))?(?P<s>\d{{1,2}})s\. ?{_OLD_D}(?:\.|\b)", _old_money),
    rule("pence of old", rf"(?<![\w.,£])(?P<l>(?!))?(?P<s>(?!))?{_OLD_D}\.(?!\w)", _old_money),
    rule("shillings", r"(?<![\w.,£])(?P<l>(?!))?(?P<s>\d{1,2})s\.(?P<d>(?!))?(?P<part>(?!))?(?!\w)", _old_money),
    rule(
        "range of sums",
        rf"{_SIGN}(?P<low>{AMOUNT})(?P<lowscale>k|m|bn)?\s?[–—-]\s?(?P=sign)?(?P<value>{AMOUNT}){_SCALE}(?![\w])",
        _range,
    ),
    rule(
        "sum before a thing",
        rf"\b(?P<article>{_ARTICLES}) {_SIGN}(?P<value>{AMOUNT}){_SCALE}[ -](?P<thing>{_THINGS})\b",
        _attributive,
    ),
    rule(
        "sum before a noun",
        rf"\b(?P<article>[Aa]n?) {_SIGN}(?P<value>{AMOUNT}){_SCALE}[ -](?P<thing>(?!{_NO_NOUN})[a-z]{{3,}})\b",
        _attributive,
    ),
    rule("sum by the day", rf"{_SIGN}(?P<value>{AMOUNT}){_SCALE}-(?P<per>an?|per)-(?P<unit>\w+)", _per),
    rule("sum", rf"(?P<minus>(?<!\w)[-−])?{_SIGN}(?P<value>{AMOUNT}){_SCALE}", _plain),
    rule(
        "sum with a code",
        rf"(?<![\w.,])(?:(?P<before>{AMOUNT})\s?(?P<code>{'|'.join(_CODES)})|(?P<first>{'|'.join(_CODES)})\s?(?P<after>{AMOUNT}))\b",
        _coded,
    ),
    rule("pence", r"(?<![\w.,])(\d{1,3})p\b(?!\.\s?\d)", _pence),
    rule("cents", rf"(?<![\w.,])({AMOUNT})\s?¢", _cents),
)

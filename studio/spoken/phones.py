"""Telephone numbers: digit by digit, in the groups they are written in."""

import re

from studio.spoken.numerals import digits
from studio.spoken.rule import Rule, Variety, rule

_MIN_INTERNATIONAL = 8
_FREE = re.compile(r"0?([358])00")
_HUNDREDS = {"3": "three", "5": "five", "8": "eight"}


def _group(text: str, *, first: bool) -> str:
    free = _FREE.fullmatch(text) if first else None
    if free:
        return f"{'oh ' if text[0] == '0' else ''}{_HUNDREDS[free[1]]} hundred"
    return digits(text)


def _groups(text: str) -> str:
    return ", ".join(_group(part, first=i == 0) for i, part in enumerate(re.findall(r"\d+", text)))


def _international(m: re.Match[str], _v: Variety) -> str:
    if len(re.sub(r"\D", "", m[0])) < _MIN_INTERNATIONAL:
        return m[0]
    return f"plus {_groups(m[0])}"


def _american(m: re.Match[str], _v: Variety) -> str:
    return f"{'one ' if m['one'] else ''}{_groups(m['rest'])}"


def _letters(m: re.Match[str], _v: Variety) -> str:
    return f"one {_group(m[1], first=True)} {m[2].replace('-', ' ')}"


def _isbn(m: re.Match[str], _v: Variety) -> str:
    groups = ", ".join(" ".join(digits(c, "zero") if c.isdigit() else c for c in g) for g in re.findall(r"\w+", m[3]))
    kind = {"10": " ten", "13": " thirteen"}.get(m[1] or "", "")
    return f"ISBN{kind}{m[2]}{groups}"


RULES: tuple[Rule, ...] = (
    rule("ISBN", r"\bISBN(?:[- ](1[03])(?!\d|-\d))?(:? )((?:\d[- ]?){9,12}[\dXx])(?!\w)", _isbn),
    rule("international number", r"(?<![\w.])\+\d{1,4}(?:[ -]?\(?\d+\)?)+(?!\w)", _international),
    rule("number with letters", r"(?<![\w.-])1-(\d{3})-([A-Z]{3,}(?:-[A-Z]+)*)\b", _letters),
    rule(
        "American number",
        r"(?<![\w.,-])(?P<one>\+?1[-. ])?(?P<rest>(?:\(\d{3}\) ?|\d{3}[-. ])\d{3}[-. ]\d{4})(?![\w-]|\.\d)",
        _american,
    ),
    rule("local number", r"(?<![\w.,$£€-])[2-9]\d{2}-\d{4}(?![\w-]|\.\d)", lambda m, _v: _groups(m[0])),
    rule(
        "British number",
        r"(?<![\w.,-])\(?0\d{2,4}\)?[ -]\d{3,8}(?:[ -]\d{3,4})?(?![\w-]|\.\d)",
        lambda m, _v: _groups(m[0]),
    ),
    rule(
        "emergency number",
        r"\b((?:call|dial|ring|phone|text)(?:s|ed|ing)? )"
        r"(\d{3,6})(?:( or )(\d{3}))?+(?![\w,]|\.\d)(?! (?:people|times|men|women))",
        lambda m, _v: m[1] + digits(m[2]) + (m[3] + digits(m[4]) if m[3] else ""),
        ignore_case=True,
    ),
)

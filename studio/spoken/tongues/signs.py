"""Telephone numbers, addresses of the web, and signs in running text."""

import re

from studio.spoken.rule import Rule
from studio.spoken.tongues.numbers import cardinal, each_digit
from studio.spoken.tongues.tongue import Tongue
from studio.spoken.web import PATTERNS, TRAILING

_MIN_INTERNATIONAL = 8
_LONG = 3


def _group(digits: str, t: Tongue) -> str:
    if not t.by_pairs or len(digits) > _LONG:
        return each_digit(digits, t)
    zeros = len(digits) - len(digits.lstrip("0")) if len(digits) > 1 else 0
    rest = cardinal(int(digits[zeros:]), t) if digits[zeros:] else ""
    return " ".join(word for word in (each_digit("0" * zeros, t), rest) if word)


def _groups(text: str, t: Tongue) -> str:
    return ", ".join(_group(part, t) for part in re.findall(r"\d+", text))


def _international(m: re.Match[str], t: Tongue) -> str:
    enough = len(re.sub(r"\D", "", m[0])) >= _MIN_INTERNATIONAL
    return f"{t.signs['+']} {_groups(m[0], t)}" if enough else m[0]


def _national(m: re.Match[str], t: Tongue) -> str:
    return _groups(m[0], t)


def _called(m: re.Match[str], t: Tongue) -> str:
    number = m["number"]
    return m["call"] + (each_digit(number, t) if number.isdigit() else _groups(number, t))


def phones(t: Tongue) -> tuple[Rule, ...]:
    """Rules for telephone numbers."""
    return (
        t.rule("international number", r"(?<![\w.])\+\d{1,4}(?:[ /-]?\(?\d+\)?){1,12}(?!\w)", _international),
        t.rule(
            "number called",
            rf"(?P<call>{t.calling})"
            r"(?P<number>[1-9]\d{1,3}(?:[ -]\d{2,4}){2,4}|[1-9]\d{2,5})(?![\w,]|[ .-]?\d|\s[^\W\d_]{4,})",
            _called,
        ),
        t.rule(
            "national number",
            r"(?<![\w.,/–-])(?<!\d )(?:0\d(?:[ .-]\d\d){4}"
            r"|\(?0\d{1,4}\)?[ /-]\d{2,8}(?:[ -]\d{2,8}){0,4})(?![\w-]|[.,]\d)",
            _national,
        ),
    )


def _address(m: re.Match[str], t: Tongue) -> str:
    body = m[0].rstrip(TRAILING)
    after = m[0][len(body) :]
    body = re.sub(r"^(?:https?|ftp)://", "", body).rstrip("/")
    host, slash, rest = body.partition("/")
    host = re.sub(r"\.([a-z]{2})$", lambda end: end[0].upper(), host)
    words = []
    for piece in re.findall(r"[^\W\d_]+|\d+|\S", host + slash + rest):
        if piece.isdigit():
            words.append(cardinal(int(piece), t) if len(piece) < _LONG and piece[0] != "0" else each_digit(piece, t))
        else:
            words.append("W W W" if piece.lower() == "www" else t.web.get(piece, piece))
    return " ".join(words) + after


def _version(m: re.Match[str], t: Tongue) -> str:
    return f" {t.web['.']} ".join(cardinal(int(part[:9]), t) for part in m[0].split("."))


def web(t: Tongue) -> tuple[Rule, ...]:
    """Rules for addresses; a domain alone is one in small letters only."""
    return (
        *(t.rule(name, pattern, _address) for name, pattern in PATTERNS.items()),
        t.rule(
            "version",
            r"(?<![\w.,])(?!\d{1,2}\.\d{1,2}\.(?:\d\d|\d{4})(?!\d))(?:\d{1,2}\.){2,3}\d{1,2}(?!\w|\.\d)",
            _version,
        ),
    )


def _sign(m: re.Match[str], t: Tongue) -> str:
    return f" {t.signs[m[0].strip()]} "


def _before(m: re.Match[str], t: Tongue) -> str:
    return f"{t.signs[m[0].strip()]} "


def _after(m: re.Match[str], t: Tongue) -> str:
    return f" {t.signs[m[0].strip()]}"


def _and(m: re.Match[str], t: Tongue) -> str:
    heard = t.signs.get("& before i")
    i_follows = re.match(r"[Hh]?[IiÍí](?![aeo])", m.string[m.end() :])
    return f" {heard if heard and i_follows else t.signs['&']} "


def symbols(t: Tongue) -> tuple[Rule, ...]:
    """Rules for signs that are words when read aloud."""
    return (
        t.rule("and", r"\s?&\s?", _and),
        t.rule("between", r"(?<=[\w)]) ?[+=×÷±≠≤≥](?: (?=\S)|(?=\w))", _sign),
        t.rule("before", r"(?:(?<!\w)[±~≈§©](?: ?)(?=\w))|(?<!\w)[№#] ?(?=\d)", _before),
        t.rule("after", r"(?<=\w)[²³]|(?<=[^\W\d_]) ?[%‰°]|(?<=\d) ?‰", _after),
    )

"""Addresses of the web: domains, e-mail, handles, file names, versions."""

import re

from studio.spoken.numerals import digits, number, year
from studio.spoken.rule import Rule, Variety, rule

_SIGNS = {
    ".": "dot", "/": "slash", "-": "dash", "_": "underscore", "?": "question mark", "=": "equals", "&": "and",
    "#": "hash", "%": "percent", "~": "tilde", "+": "plus", ":": "colon", "@": "at", ",": "comma",
}  # fmt: skip
_SPELLED = {"uk", "eu", "tv", "io", "ai", "us", "nz", "bbc", "html", "php", "pdf", "www"}
_ENDINGS = "com|org|net|edu|gov|info|io|co|uk|eu|de|fr|tv|ai|app|dev|au|ca|ie|nz"
_FILES = "pdf|txt|docx?|epub|mp3|mp4|m4b|wav|flac|jpe?g|png|gif|html?|csv|xlsx?|zip|py|exe|json|xml|md|toml"
_FIRST_YEAR, _LAST_YEAR = 1100, 2099
TRAILING = ".,;:!?)'’”\""
_REST = r"[^\s<>\"“”‘’«»]*"


def _spelled(text: str, v: Variety) -> str:
    """Say an address sign by sign; runs of letters stay words, runs of digits are said."""
    words = []
    for piece in re.findall(r"[^\W\d_]+|\d+|\S", text):
        if piece.isdigit():
            words.append(number(piece, v) if len(piece) <= 2 and piece[0] != "0" else digits(piece))  # noqa: PLR2004
        elif piece.lower() == "www":
            words.append("W W W")
        elif piece.lower() in _SPELLED:
            words.append(piece.upper())
        else:
            words.append(_SIGNS.get(piece, piece))
    return " ".join(words)


def _address(m: re.Match[str], v: Variety) -> str:
    body = m[0].rstrip(TRAILING)
    after = m[0][len(body) :]
    body = re.sub(r"^(?:https?|ftp)://", "", body).rstrip("/")
    return _spelled(body, v) + after


def _file(m: re.Match[str], v: Variety) -> str:
    return f"{_spelled(m[1], v)} dot {m[2].upper()}"


def _version(m: re.Match[str], v: Variety) -> str:
    parts = m[1].split(".")
    return " point ".join("zero" if part == "0" else number(part, v) for part in parts)


def _numbered_tag(m: re.Match[str], v: Variety) -> str:
    value = int(m[1])
    words = year(value, v) if _FIRST_YEAR <= value <= _LAST_YEAR else number(m[1], v)
    return f"hashtag {words} {m[2].replace('_', ' ')}"


def _network(m: re.Match[str], _v: Variety) -> str:
    return " dot ".join(digits(part, "zero") if part == "0" else digits(part) for part in m[0].split("."))


def _domain(endings: str) -> str:
    return rf"(?<![\w@.-])(?:[a-z0-9][\w-]{{0,62}}\.){{1,9}}(?:{endings})\b(?![\w])(?:/{_REST})?"


PATTERNS = {
    "e-mail": r"(?<![\w.+-])[A-Za-z0-9][\w.+-]{0,63}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,9}",
    "web address": rf"\b(?:(?:https?|ftp)://|www\.){_REST}",
    "domain": _domain(f"{_ENDINGS}|at|br|ch|es|it|pt"),
}
"""How addresses are written in other languages; a domain alone is in small letters."""

RULES: tuple[Rule, ...] = (
    rule("e-mail", PATTERNS["e-mail"], _address),
    rule("web address", PATTERNS["web address"], _address),
    rule("domain", _domain(_ENDINGS), _address, ignore_case=True),
    rule("file", rf"(?<![\w.-])([\w-]{{1,100}})\.({_FILES})\b", _file, ignore_case=True),
    rule("network address", r"(?<![\w.])\d{1,3}(?:\.\d{1,3}){3}(?![\w]|\.\d)", _network),
    rule("version", r"\bv(?=\d+\.\d)", "version "),
    rule(
        "version",
        r"(?<![\w.,])(?!\d{1,2}\.\d{1,2}\.(?:\d\d|\d{4})(?!\d)|\d{3}\.\d{3}\.\d{4}(?!\d))(\d+(?:\.\d+){2,})(?![\w]|\.\d)",
        _version,
    ),
    rule("handle", r"(?<![\w@])@(\w+)", lambda m, v: f"at {_spelled(m[1], v)}"),
    rule("hash tag", r"(?<![\w&])#(\d{1,4})([A-Za-z]{3,}\w*)", _numbered_tag),
    rule("hash tag", r"(?<![\w&])#([A-Za-z]\w*)", lambda m, _v: f"hashtag {m[1].replace('_', ' ')}"),
    rule("number sign", r"(?<![\w&])#\s?(?=\d)", "number "),
)

"""Spoken text cut into words and the marks that Kokoro reads as prosody."""

import re
import unicodedata
from dataclasses import dataclass
from typing import Final

MARKS: Final = frozenset(';:,.!?—…“”()"')
CLAUSE_MARKS: Final = frozenset(";:,.!?—…")

_REWRITES: Final = (
    (re.compile(r"\.(?:\s*\.){1,}"), "…"),
    (re.compile(r"\s*(?:--+|[–―])\s*"), "—"),
    (re.compile(r"\s+-\s+"), "—"),
    (re.compile(r"[‐‑]"), "-"),
    (re.compile(r"(?<![^\W\d_])-+|-+(?![^\W\d_])"), " "),
    (re.compile(r"[\[{]"), "("),
    (re.compile(r"[\]}]"), ")"),
    (re.compile(r"[«„]"), "“"),
    (re.compile(r"»"), "”"),
    (re.compile(r"[\u00ad\u200b-\u200d\ufeff*_~|<>\\]"), ""),
)
_WORD: Final = r"[^\W\d_]+(?:['-]+[^\W\d_]+)*"
_PIECE: Final = re.compile(
    rf"(?P<word>'?{_WORD}'?|\d+)|(?P<mark>[{re.escape(''.join(sorted(MARKS)))}])|(?P<other>[^\s'])"
)


@dataclass(frozen=True, slots=True)
class Piece:
    """A word, a mark, or a character that is neither.

    Attributes:
        text: as written, apostrophes straight, quotation marks curly.
        kind: "word", "mark" or "other".
        spaced: white space follows.
    """

    text: str
    kind: str
    spaced: bool


def prosodic(text: str) -> str:
    """Write all punctuation with the marks that Kokoro knows, apostrophes straight; drop what is not heard."""
    text = unicodedata.normalize("NFC", text)
    for pattern, replacement in _REWRITES:
        text = pattern.sub(replacement, text)
    return _curl(text)


def pieces(text: str) -> list[Piece]:
    """Cut a text into pieces; what is lost is white space, invisible characters and hyphens that join no words."""
    text = prosodic(text)
    found = []
    for match in _PIECE.finditer(text):
        kind = str(match.lastgroup)
        spaced = text[match.end() : match.end() + 1].isspace()
        found.append(Piece(match.group(), kind, spaced))
    return found


def _curl(text: str) -> str:
    """Tell apostrophes from single quotation marks, and give straight double quotes a direction."""
    text = re.sub(r"(?<!\w)‘(?=\w)", "“", text)
    depth = 0
    out = []
    for index, character in enumerate(text):
        before, after = text[index - 1 : index], text[index + 1 : index + 2]
        if character == '"':
            out.append("“" if not before or before.isspace() or before in "(—“" else "”")
        elif character == "“":
            depth += 1
            out.append(character)
        elif character == "’" and depth and not after.isalpha() and not before.isspace():
            depth -= 1
            out.append("”")
        elif character == "”":
            depth = max(0, depth - 1)
            out.append(character)
        else:
            out.append("'" if character in "’‘`´ʼ" else character)
    return "".join(out)

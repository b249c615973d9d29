"""Headings: a number at the beginning is a chapter's, and capitals are shouted at the eye only."""

import re

from studio.spoken.headings import lowered_capitals
from studio.spoken.roman import roman_value
from studio.spoken.tongues.numbers import cardinal
from studio.spoken.tongues.tongue import Tongue, capitalised

_NUMBERED = re.compile(r"(?P<number>\d{1,3}|[IVXLC]{1,8})(?P<mark>\s?[.:)—–-]+)?(?=\s+\S|$)")


def spoken_heading(text: str, tongue: Tongue) -> str:
    """Say the number a heading begins with ("IV. Der Brief" becomes "Vier. Der Brief"); lower its capitals.

    A number before a word without a mark between them ("20 000 lieues") or a small letter after it stays for the rules.
    """
    text = lowered_capitals(text)
    match = _NUMBERED.match(text)
    if match is None:
        return text
    rest = text[match.end() :].strip()
    written, mark = match["number"], (match["mark"] or "").strip()
    value = int(written) if written.isdigit() else roman_value(written)
    ordinal = tongue.stop_ordinals and mark == "." and re.match(r"\w+$", rest)  # "1. Kapitel"
    if value is None or (rest and (not mark or ordinal or not rest[0].isupper())):
        return text
    words = capitalised(cardinal(value, tongue))
    return f"{words}{':' if mark == ':' else '.'} {rest}" if rest else words + ("." if mark.startswith(".") else "")

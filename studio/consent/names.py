"""Names that look alike: told apart by people, found by skeleton."""

import unicodedata
from functools import cache

from confusable_homoglyphs import confusables


def normal_name(name: str) -> str:
    """A name in NFC, with single spaces and without invisible characters."""
    visible = "".join(char for char in unicodedata.normalize("NFC", name) if unicodedata.category(char) != "Cf")
    return " ".join(visible.split())


def skeleton(name: str) -> str:
    """What a name looks like: equal for names that a reader could take for one another.

    After Unicode UTS #39, section 4, with its table of confusable characters; letter case, accents and spaces do not
    count either, so that "JOSÉ", "jose" and a Cyrillic look-alike all meet.
    """
    folded = unicodedata.normalize("NFKD", normal_name(name).casefold())
    return "".join(_prototype(char) for char in folded if char.isalnum())


@cache
def _prototype(char: str) -> str:
    """The plainest of all single characters that look like this one: ASCII first, then the lowest code point."""
    alike = [entry["c"] for entry in confusables.confusables_data.get(char, ()) if len(entry["c"]) == 1]
    candidates = {char, *(other.casefold() for other in alike)}
    single = [each for each in candidates if len(each) == 1 and each.isalnum()]
    return min(single, key=lambda each: (not each.isascii(), ord(each)), default=char)

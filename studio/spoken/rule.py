"""A rule of the spoken form: a pattern in written text and what is said in its place."""

import re
from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Variety:
    """Which English is spoken: British ("one hundred and four", day before month) or American."""

    british: bool

    @classmethod
    def of(cls, language: str) -> "Variety":
        """The variety of a BCP 47 tag; plain "en" and all but en-US, en-CA and en-PH are British."""
        return cls(british=language.lower() not in {"en-us", "en-ca", "en-ph"})


Say = Callable[[re.Match[str], Variety], str]


@dataclass(frozen=True, slots=True)
class Rule:
    """One rewriting.

    Attributes:
        name: what it is about, for the list of rules and for debugging.
        pattern: where it applies.
        say: gives the words for a match; returning the match unchanged declines it.
    """

    name: str
    pattern: re.Pattern[str]
    say: Say


def rule(name: str, pattern: str, say: Say | str, *, ignore_case: bool = False) -> Rule:
    """Make a rule; fixed words may be given as a template with group references."""
    compiled = re.compile(pattern, re.IGNORECASE if ignore_case else 0)
    if isinstance(say, str):
        template = say
        return Rule(name, compiled, lambda match, _variety: match.expand(template))
    return Rule(name, compiled, say)

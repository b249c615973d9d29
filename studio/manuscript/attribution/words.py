"""The words by which speech and people are told apart, from `words.toml`."""

import tomllib
from collections.abc import Mapping
from importlib.resources import files
from typing import Any, Final

MALE: Final = "male"
FEMALE: Final = "female"

_TABLE: Final[Mapping[str, Any]] = tomllib.loads(files(__package__).joinpath("words.toml").read_text(encoding="utf-8"))


def _words(name: str) -> frozenset[str]:
    return frozenset(_TABLE[name].split())


def _by_gender(name: str) -> dict[str, str]:
    genders = {"male": MALE, "female": FEMALE, "either": ""}
    return {word: genders[gender] for gender, words in _TABLE[name].items() for word in words.split()}


SPEECH_VERBS: Final = _words("speech_verbs")
GESTURES: Final = _words("gestures")
ADVERBS_BEFORE: Final = _words("adverbs_before")
EPITHETS: Final = _words("epithets")
NAMELESS: Final = _words("nameless")
GROUPS: Final = _words("groups")
CHILD_WORDS: Final = _words("child_words")
OLD_WORDS: Final = _words("old_words")
YOUNG_WORDS: Final = _words("young_words")
BODY: Final = _words("body")
ELISIONS: Final = _words("elisions")
NOT_NAMES: Final = _words("not_names")
PLACE_WORDS: Final = _words("place_words")
MALE_NAMES: Final = _words("male_names")
FEMALE_NAMES: Final = _words("female_names")
TITLES: Final = _by_gender("titles")
"""Words before a name, in lower case and without full stop, with the gender they tell; empty where either."""
VOICE: Final = "voice"
"""The noun for whoever speaks and is not told: all such lines are one role, "a voice"."""
SOMEBODY: Final = frozenset({VOICE, "a voice", "somebody", "someone"})
"""What a text calls one person whom it does not tell."""
KIN: Final = _words("kin")
PEOPLE: Final = _by_gender("people")
"""Nouns that stand in for a name, with their gender; empty where either."""
TITLES_OF: Final[Mapping[str, frozenset[str]]] = {
    noun: frozenset(titles.split()) for noun, titles in _TABLE["titles_of"].items()
}
"""Nouns that say what another title than themselves says: a priest is Father Roche."""
KIN_NAMES: Final[Mapping[str, str]] = {
    name: noun for noun, names in _TABLE["kin_names"].items() for name in names.split()
}
"""Nouns for those of a family who are called "Dad" or "Gran", by what they are called, in lower case."""
_ENDINGS: Final = {"woman": FEMALE, "girl": FEMALE, "man": MALE, "boy": MALE}


def noun_gender(noun: str) -> str | None:
    """Gender a noun for people tells; empty where either, None if it is no such noun.

    Nouns that end in man or woman are known without being in the table ("Irishman", "cabman").
    """
    lower = noun.lower()
    if lower in PEOPLE:
        return PEOPLE[lower]
    if lower in _NO_PEOPLE:
        return None
    return next((gender for end, gender in _ENDINGS.items() if lower.endswith(end) and lower != end), None)


_NO_PEOPLE: Final = _words("no_people")
SHORT_TITLES: Final = {"dr": "doctor", "prof": "professor", "rev": "reverend"}

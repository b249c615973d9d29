"""Entries of a lexicon: how a written form is said, and where that holds."""

import re
from dataclasses import dataclass
from enum import IntEnum, StrEnum
from typing import Final

from studio.core.errors import InputError
from studio.manuscript.lexicon.ipa import checked_ipa
from studio.manuscript.lexicon.respelling import respelled_ipa

MAX_WRITTEN_CHARS: Final = 100
MAX_ALIAS_CHARS: Final = 300
LANGUAGE: Final = re.compile(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*")
"""A BCP 47 tag as far as its shape goes."""


class Notation(StrEnum):
    """How an entry writes what is said."""

    IPA = "ipa"
    RESPELLING = "respelling"
    ALIAS = "alias"


class PartOfSpeech(StrEnum):
    """What a word is in its sentence, as far as it decides how English words are said."""

    NOUN = "noun"
    VERB = "verb"
    PAST = "past"
    ADJECTIVE = "adjective"


class Scope(IntEnum):
    """Whose lexicon an entry is in. The greater decides."""

    STUDIO = 1
    BOOK = 2
    VOICE = 3


@dataclass(frozen=True, slots=True)
class Entry:
    """How a written form is said. Checked and put into canonical form when it is made.

    Attributes:
        written: one word or several, beginning with a letter or digit; apostrophes straight.
        notation: of `said`.
        said: phonemes in IPA, a respelling, or other words to say.
        language: BCP 47 tag it holds for and for its varieties ("en" holds for en-GB); empty for all.
        exact_case: it holds only for the capitals as they are written here ("Polish").
        part_of_speech: it holds only where the word is that; None anywhere.
        beside: it holds only next to one of these words, in lower case; empty anywhere.

    Raises:
        InputError: one of them is not usable.
    """

    written: str
    notation: Notation
    said: str
    language: str = ""
    exact_case: bool = False
    part_of_speech: PartOfSpeech | None = None
    beside: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        written = " ".join(self.written.replace("’", "'").split())
        if not written[:1].isalnum() or len(written) > MAX_WRITTEN_CHARS:
            raise InputError(
                f"'{written[:MAX_WRITTEN_CHARS]}' cannot be an entry",
                hint=f"A written form begins with a letter or digit and has at most {MAX_WRITTEN_CHARS} characters.",
            )
        if self.language and LANGUAGE.fullmatch(self.language) is None:
            raise InputError(f"'{self.language}' is no language tag", where=written, hint="Such as en-GB.")
        try:
            said = self._checked_said()
        except InputError as error:
            raise InputError(error.message, where=written, hint=error.hint) from error
        object.__setattr__(self, "written", written)
        object.__setattr__(self, "said", said)
        object.__setattr__(self, "beside", tuple(sorted({word.lower() for word in self.beside if word.strip()})))

    def ipa(self, language: str) -> str:
        """Phonemes in the accent of a BCP 47 tag; empty for an alias, which the engine says like any other words."""
        match self.notation:
            case Notation.IPA:
                return self.said
            case Notation.RESPELLING:
                return respelled_ipa(self.said, british=language.lower() != "en-us")
            case Notation.ALIAS:
                return ""

    def words(self) -> str:
        """What an engine that takes only words is given: the alias, the respelling, or the written form."""
        match self.notation:
            case Notation.ALIAS:
                return self.said
            case Notation.RESPELLING:
                return self.said.lower()
            case Notation.IPA:
                return self.written

    def holds_for(self, language: str) -> bool:
        """Whether it is for a text of this BCP 47 tag."""
        wanted, given = self.language.lower(), language.lower()
        return not wanted or given == wanted or given.startswith(f"{wanted}-")

    @property
    def conditions(self) -> int:
        """How many conditions it has: of two entries for one form the more particular decides."""
        return self.exact_case + (self.part_of_speech is not None) + bool(self.beside) + bool(self.language)

    def _checked_said(self) -> str:
        folded = " ".join(self.said.split())
        match self.notation:
            case Notation.IPA:
                return checked_ipa(folded)
            case Notation.RESPELLING:
                respelled_ipa(folded, british=True)
                return folded
            case Notation.ALIAS:
                if not any(map(str.isalnum, folded)) or len(folded) > MAX_ALIAS_CHARS:
                    raise InputError(
                        "an alias is words to say in its place", hint=f"At most {MAX_ALIAS_CHARS} letters."
                    )
                return folded

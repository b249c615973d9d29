"""How single words are said where they stand: a pronunciation, other words in their place, or another language."""

import re
from dataclasses import dataclass
from typing import Final, Literal

from studio.core.errors import InputError
from studio.manuscript.lexicon.entry import LANGUAGE, MAX_ALIAS_CHARS, MAX_WRITTEN_CHARS, Notation
from studio.manuscript.lexicon.ipa import checked_ipa
from studio.manuscript.lexicon.respelling import is_respelling, respelled_ipa

SaidKind = Literal["ipa", "say", "lang"]

SAID: Final = re.compile(rf"\{{\s*(ipa|say|lang)\s*[:=]([^{{}}\[\]\\]{{0,{MAX_ALIAS_CHARS + 20}}})\}}", re.IGNORECASE)
"""The braces behind words in brackets that say how they are said."""
_NOT_IN_BRACES: Final = re.compile(r"[{}\[\]\\]")


@dataclass(frozen=True, slots=True)
class Said:
    """How words are said. Make it with `read_said`, which checks it.

    Attributes:
        kind: "ipa" for phonemes; "say" for other words, or a respelling such as HER-my-oh-nee; "lang" for the language
            the words are in.
        value: phonemes in canonical form, words, or a BCP 47 tag.
    """

    kind: SaidKind
    value: str

    @property
    def notation(self) -> Notation | None:
        """How the value is written; None for a language."""
        if self.kind == "ipa":
            return Notation.IPA
        if self.kind == "lang":
            return None
        return Notation.RESPELLING if is_respelling(self.value) else Notation.ALIAS

    def ipa(self, language: str) -> str:
        """Phonemes in the accent of a BCP 47 tag; empty for an alias and for a language."""
        match self.notation:
            case Notation.IPA:
                return self.value
            case Notation.RESPELLING:
                return respelled_ipa(self.value, british=language.lower() != "en-us")
            case _:
                return ""

    def tag(self, words: str) -> str:
        """The words with this behind them, as the grammar writes it.

        Args:
            words: tagged text without spans, its last character no backslash that could escape a bracket.
        """
        return f"[{words}]{{{self.kind}: {self.value}}}"


def read_said(kind: str, value: str, words: str) -> Said:
    """Check how words are said.

    Args:
        kind: "ipa", "say" or "lang", in any case.
        value: as somebody wrote it.
        words: what it is for.

    Raises:
        InputError: it is nothing that can be said, or the words are too many to be one thing.
    """
    folded = " ".join(_NOT_IN_BRACES.sub(" ", value).split())
    if not words:
        raise InputError("there are no words in the brackets")
    match kind.lower():
        case "lang":
            if LANGUAGE.fullmatch(folded) is None:
                raise InputError(f"'{folded}' is no language tag", hint="Such as fr, or en-GB.")
            return Said("lang", folded)
        case "ipa":
            said = Said("ipa", checked_ipa(folded))
        case _:
            if not any(map(str.isalnum, folded)) or len(folded) > MAX_ALIAS_CHARS:
                raise InputError(
                    "there is nothing to say in their place",
                    hint=f"Write words of at most {MAX_ALIAS_CHARS} letters, or a respelling such as HER-my-oh-nee.",
                )
            said = Said("say", folded)
    if len(words) > MAX_WRITTEN_CHARS:
        raise InputError(
            f"{len(words)} characters are too many for one pronunciation", hint=f"At most {MAX_WRITTEN_CHARS}."
        )
    return said

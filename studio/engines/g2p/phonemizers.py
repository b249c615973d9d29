"""Which languages can be turned into Kokoro's phonemes as installed here, and by what."""

from typing import Final, Protocol

from studio.core.errors import EngineError
from studio.engines.g2p.english import english

G2P_REVISION: Final = 1  # raise it whenever any text gets other phonemes: code, data, or the pinned extra libraries

_ENGLISH: Final = ("en-US", "en-GB")


class Phonemizer(Protocol):
    """Turns text of one language into phonemes."""

    def phonemes(self, text: str) -> str:
        """Phonemes of a text in spoken form, in Kokoro's alphabet, punctuation kept.

        Raises:
            EngineError: something in it cannot be pronounced.
        """
        ...


def installed_languages() -> tuple[str, ...]:
    """BCP 47 tags of the languages that can be spoken here."""
    return _ENGLISH


def phonemizer_for(language: str) -> Phonemizer:
    """The phonemizer of a language.

    Raises:
        EngineError: Kokoro does not speak it, or not as installed here.
    """
    if language in _ENGLISH:
        return english(language)
    raise EngineError(f"Kokoro cannot speak '{language}'", hint=f"Installed: {', '.join(installed_languages())}.")

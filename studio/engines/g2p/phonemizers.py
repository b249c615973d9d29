"""Which languages can be turned into Kokoro's phonemes as installed here, and by what."""

from typing import Final, Protocol

from studio.core.errors import EngineError
from studio.engines.g2p import chinese, espeak
from studio.engines.g2p.english import english

G2P_REVISION: Final = 2
"""Raise it whenever any text gets other phonemes: by our code, our data, or the pins of the extra `languages`.

A test holds it to the phonemes of a fixed text. Versions of installed libraries are not part of it: installing an extra
must not throw away the takes of an English book.
"""

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
    european = tuple(espeak.ESPEAK_VOICES) if espeak.is_installed() else ()
    return (*_ENGLISH, *european, *((chinese.CHINESE,) if chinese.is_installed() else ()))


def nearest_language(language: str) -> str:
    """The installed language that is read in place of one: itself, or another region's; itself if there is none.

    English of a region that is not installed is read as British, but that of the Americas, or of none, as American.
    """
    installed = installed_languages()
    tongue, _, region = language.partition("-")
    same = [tag for tag in installed if tag.partition("-")[0] == tongue.lower()]
    if language in installed or not same:
        return language
    if tongue.lower() == "en":
        return "en-US" if region in {"", "CA", "PH", "PR"} else "en-GB"
    return same[0]


def phonemizer_for(language: str) -> Phonemizer:
    """The phonemizer of a language.

    Raises:
        EngineError: Kokoro does not speak it, or not as installed here.
    """
    language = nearest_language(language)
    if language not in installed_languages():
        hint = f"Installed: {', '.join(installed_languages())}."
        if language in {*espeak.ESPEAK_VOICES, chinese.CHINESE}:
            hint += " For more: pip install 'vivavoce[languages]'."
        raise EngineError(f"Kokoro cannot speak '{language}'", hint=hint)
    if language in _ENGLISH:
        return english(language)
    return chinese.chinese() if language == chinese.CHINESE else espeak.espeak(language)

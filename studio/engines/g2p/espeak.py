"""Kokoro's other European languages and Hindi, through espeak-ng: only with the extra `languages`, for it is GPL."""

import re
from functools import cache
from importlib.util import find_spec
from typing import Final

from studio.core.errors import EngineError
from studio.engines.g2p.text import MARKS, prosodic
from studio.engines.kokoro_tokens import TOKEN_OF_PHONEME

ESPEAK_VOICES: Final = {"es-ES": "es", "fr-FR": "fr-fr", "hi-IN": "hi", "it-IT": "it", "pt-BR": "pt-br"}
"""espeak-ng's name of each language that Kokoro learned from it."""

# One letter for each affricate and diphthong, as Kokoro was trained: espeak-ng joins their halves with a tie.
_JOINED: Final = {
    "a^ɪ": "I", "a^ʊ": "W", "d^z": "ʣ", "d^ʒ": "ʤ", "e^ɪ": "A", "o^ʊ": "O", "ə^ʊ": "Q", "s^s": "S", "t^s": "ʦ",
    "t^ʃ": "ʧ", "ɔ^ɪ": "Y",
}  # fmt: skip
_TILDE: Final = {"ã": "a\u0303", "õ": "o\u0303", "ĩ": "i\u0303", "ũ": "u\u0303", "ẽ": "e\u0303"}
_SILENT: Final = re.compile(r"[\^\-_0-9\u0329\u032a\u0361]")
_MARK: Final = re.compile(f"([{re.escape(''.join(sorted(MARKS)))}])")


def is_installed() -> bool:
    """Whether the extra is there."""
    return find_spec("phonemizer") is not None and find_spec("espeakng_loader") is not None


class EspeakPhonemizer:
    """Pronounces one language with espeak-ng."""

    def __init__(self, language: str) -> None:
        import espeakng_loader  # noqa: PLC0415 (an optional extra)
        from phonemizer.backend import EspeakBackend  # noqa: PLC0415
        from phonemizer.backend.espeak.wrapper import EspeakWrapper  # noqa: PLC0415

        EspeakWrapper.set_library(espeakng_loader.get_library_path())
        EspeakWrapper.set_data_path(espeakng_loader.get_data_path())
        self._backend = EspeakBackend(
            ESPEAK_VOICES[language], with_stress=True, tie="^", language_switch="remove-flags"
        )

    def phonemes(self, text: str) -> str:
        """Phonemes of a text in spoken form, clause by clause, the marks kept.

        Raises:
            EngineError: a word has no sound, or one that Kokoro does not know.
        """
        text = re.sub("[¿¡]", "", prosodic(text)).replace("।", ".")
        return "".join(part if part in MARKS else self._clause(part) for part in _MARK.split(text))

    def _clause(self, text: str) -> str:
        if not text.strip():
            return " " if text else ""
        (spoken,) = self._backend.phonemize([text], strip=True)
        for old, new in (_JOINED | _TILDE).items():
            spoken = spoken.replace(old, new)
        spoken = _SILENT.sub("", spoken)
        if not spoken or set(spoken) - TOKEN_OF_PHONEME.keys():
            raise EngineError("a word cannot be pronounced", hint="Respell it in the project's lexicon.")
        return f"{' ' * text[0].isspace()}{spoken}{' ' * text[-1].isspace()}"


@cache
def espeak(language: str) -> EspeakPhonemizer:
    """The phonemizer of a language, made once per process."""
    return EspeakPhonemizer(language)

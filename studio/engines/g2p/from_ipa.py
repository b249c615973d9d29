"""The phonetic alphabet as people write it, in Kokoro's own: affricates and diphthongs one letter, stress at the vowel.

Kokoro learned the notation of the misaki phonemizer: "həˈləʊ" is "həlˈQ" there. What its token table has no letter for
is refused; what English writes in two ways is written in the one that it knows.
"""

import re
import unicodedata
from functools import cache
from typing import Final

from studio.core.errors import EngineError
from studio.engines.kokoro_tokens import TOKEN_OF_PHONEME
from studio.manuscript.lexicon.ipa import IPA_SYMBOLS, IPA_VOWELS

_SILENT: Final = re.compile("[\u035c\u0361.|‖‿ˑ\u0329\u032f\u032a\u030d\u031a˥˦˧˨˩]")
_BOTH: Final = {
    "aɪ": "I", "aʊ": "W", "ɔɪ": "Y", "eɪ": "A", "tʃ": "ʧ", "dʒ": "ʤ", "ʦ": "ts", "ʣ": "dz", "ʨ": "ʧ", "ʥ": "ʤ",
    "g": "ɡ", "r": "ɹ", "ɻ": "ɹ", "ɫ": "l", "ʍ": "w", "ɱ": "m", "ɦ": "h", "ɹ̩": "əɹ",
}  # fmt: skip
_BRITISH: Final = {
    "əʊ": "Q", "oʊ": "Q", "eə": "ɛː", "ɛə": "ɛː", "ɚ": "ə", "ɝ": "ɜː", "æ": "a", "ɐ": "ʌ", "e": "ɛ", "o": "ɔ", "ɨ": "ɪ",
    "ɾ": "t", "ɵ": "ʊ", "ʉ": "uː",
}  # fmt: skip
_AMERICAN: Final = {
    "əʊ": "O", "oʊ": "O", "eə": "ɛ", "ɛə": "ɛ", "ɚ": "əɹ", "ɝ": "ɜɹ", "ɜːɹ": "ɜɹ", "ɜː": "ɜɹ", "ɒ": "ɑ", "a": "æ",
    "ɐ": "ə", "e": "ɛ", "o": "ɔ", "ɨ": "ɪ", "ɾ": "T", "ɵ": "ʊ", "ʉ": "u", "ː": "",
}  # fmt: skip
_KOKORO_VOWELS: Final = frozenset("AIOQWY") | IPA_VOWELS | {"ᵻ"}
_STRESS: Final = re.compile(f"([ˈˌ]+)([^ˈˌ {''.join(sorted(_KOKORO_VOWELS))}]*)")


def kokoro_phonemes(ipa: str, language: str) -> str:
    """Phonemes of the phonetic alphabet as Kokoro reads them; a word without a stress mark is stressed on its first.

    Args:
        ipa: as `studio.manuscript.lexicon.ipa.checked_ipa` gives it.
        language: BCP 47 tag; of English the variety decides how vowels are written.

    Raises:
        EngineError: a sound is none that Kokoro knows.
    """
    said = _SILENT.sub("", unicodedata.normalize("NFD", ipa))
    said = said.replace("c\u0327", "ç")
    table = dict(_BOTH)
    if language.partition("-")[0] == "en":
        table |= _AMERICAN if language.lower() == "en-us" else _BRITISH
    pattern = re.compile("|".join(sorted(map(re.escape, table), key=lambda spelling: (-len(spelling), spelling))))
    said = pattern.sub(lambda match: table[match[0]], said)
    said = " ".join(_stressed(_STRESS.sub(r"\2\1", word)) for word in said.split())
    strangers = sorted(set(said) - TOKEN_OF_PHONEME.keys())
    if strangers:
        raise EngineError(
            f"Kokoro has no sound for {', '.join(strangers)}", hint="Write the nearest sound of the book's language."
        )
    return said


def _stressed(word: str) -> str:
    if "ˈ" in word or "ˌ" in word:
        return word
    at = next((place for place, phoneme in enumerate(word) if phoneme in _KOKORO_VOWELS), None)
    return word if at is None else f"{word[:at]}ˈ{word[at:]}"


@cache
def sayable_symbols() -> frozenset[str]:
    """Characters of the phonetic alphabet, marks apart from their letters, that Kokoro says or leaves out."""
    known = {"\u0303", "\u0327"}
    for symbol in {*IPA_SYMBOLS, "\u0329", "\u032f", "\u032a", "\u030d", "\u031a", "\u035c", "\u0361"}:
        try:
            kokoro_phonemes(f"a{symbol}", "en-GB")
            kokoro_phonemes(f"a{symbol}", "en-US")
        except EngineError:
            continue
        known.add(symbol)
    return frozenset(known)

"""Phonemes as letters that any English reader says about right: for engines that take words only."""

import re
import unicodedata
from typing import Final

_LETTERS: Final = {
    "tʃ": "ch", "dʒ": "j", "eɪ": "ay", "aɪ": "y", "ɔɪ": "oy", "aʊ": "ow", "əʊ": "oh", "oʊ": "oh", "ɪə": "ear",
    "eə": "air", "ɛə": "air", "ʊə": "oor", "iː": "ee", "uː": "oo", "ɑː": "ah", "ɔː": "aw", "ɜː": "er", "ɛː": "air",
    "juː": "yoo", "i": "ee", "u": "oo", "ɪ": "ih", "ʊ": "uu", "ɛ": "eh", "e": "eh", "æ": "a", "a": "a", "ʌ": "uh",
    "ə": "uh", "ɐ": "uh", "ɒ": "o", "ɑ": "ah", "ɔ": "aw", "ɜ": "er", "o": "oh", "y": "ue", "ø": "ur", "œ": "ur",
    "ɚ": "er", "ɝ": "er", "ɨ": "ih", "ᵻ": "ih", "θ": "th", "ð": "th", "ʃ": "sh", "ʒ": "zh", "ŋ": "ng", "j": "y",
    "ɹ": "r", "ʁ": "r", "ɾ": "r", "x": "kh", "χ": "kh", "ç": "sh", "ɲ": "ny", "ʎ": "ly", "ɡ": "g", "ʔ": "", "ɫ": "l",
}  # fmt: skip
_VOWELS: Final = frozenset("aeiouyæøœɐɑɒɔəɚɛɜɝɨɪʊʌᵻ")
_UNIT: Final = re.compile("|".join(sorted(map(re.escape, _LETTERS), key=lambda unit: (-len(unit), unit))) + "|.")
_MARKS: Final = re.compile("[ˈˌː.\u0300-\u036f‖|‿ˑ]")


def readable(ipa: str) -> str:
    """Letters for phonemes, a hyphen between syllables.

    Args:
        ipa: as `checked_ipa` gives it.
    """
    return " ".join(_word(word) for word in unicodedata.normalize("NFD", ipa).split())


def _word(word: str) -> str:
    units = [unit for unit in _UNIT.findall(word) if unit in _LETTERS or _MARKS.sub("", unit)]
    sounding = [place for place, unit in enumerate(units) if unit[-1] in _VOWELS or unit[0] in _VOWELS]
    said = ""
    for place, unit in enumerate(units):
        starts = place + 1 in sounding and any(vowel < place for vowel in sounding)
        if said and ((starts and place not in sounding) or (place in sounding and place - 1 in sounding)):
            said += "-"
        said += _LETTERS.get(unit, unit)
    return said

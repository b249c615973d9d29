"""X-SAMPA, the phonetic alphabet in ASCII, as IPA (J. C. Wells, Computer-coding the IPA, 1995, revised 2000)."""

import re
from typing import Final

from studio.core.errors import InputError

_SIGNS: Final = {
    "b_<": "ɓ", "d`": "ɖ", "d_<": "ɗ", "g_<": "ɠ", "h\\": "ɦ", "j\\": "ʝ", "l`": "ɭ", "l\\": "ɺ", "n`": "ɳ",
    "p\\": "ɸ", "r`": "ɽ", "r\\": "ɹ", "r\\`": "ɻ", "s`": "ʂ", "s\\": "ɕ", "t`": "ʈ", "v\\": "ʋ", "P": "ʋ",
    "x\\": "ɧ", "z`": "ʐ", "z\\": "ʑ", "g": "ɡ",
    "A": "ɑ", "B": "β", "B\\": "ʙ", "C": "ç", "D": "ð", "E": "ɛ", "F": "ɱ", "G": "ɣ", "G\\": "ɢ", "G\\_<": "ʛ",
    "H": "ɥ", "H\\": "ʜ", "I": "ɪ", "I\\": "ᵻ", "J": "ɲ", "J\\": "ɟ", "J\\_<": "ʄ", "K": "ɬ", "K\\": "ɮ", "L": "ʎ",
    "L\\": "ʟ", "M": "ɯ", "M\\": "ɰ", "N": "ŋ", "N\\": "ɴ", "O": "ɔ", "O\\": "ʘ", "Q": "ɒ", "R": "ʁ", "R\\": "ʀ",
    "S": "ʃ", "T": "θ", "U": "ʊ", "U\\": "ʊ", "V": "ʌ", "W": "ʍ", "X": "χ", "X\\": "ħ", "Y": "ʏ", "Z": "ʒ",
    "1": "ɨ", "2": "ø", "3": "ɜ", "3\\": "ɞ", "4": "ɾ", "5": "ɫ", "6": "ɐ", "7": "ɤ", "8": "ɵ", "9": "œ", "&": "ɶ",
    "@": "ə", "@\\": "ɘ", "@`": "ɚ", "{": "æ", "}": "ʉ", "?": "ʔ", "?\\": "ʕ", "<\\": "ʢ", ">\\": "ʡ", "!\\": "ǃ",
    '"': "ˈ", "%": "ˌ", ":": "ː", ":\\": "ˑ", ".": ".", "|": "|", "||": "‖", "-\\": "‿", "-": "", "_": "\u0361",
    "'": "ʲ", "`": "˞", "~": "\u0303", "=": "\u0329", '_"': "\u0308", "_+": "\u031f", "_-": "\u0320", "_0": "\u0325",
    "_=": "\u0329", "_>": "ʼ", "_?\\": "ˤ", "_^": "\u032f", "_}": "\u031a", "_~": "\u0303", "_A": "\u0318",
    "_a": "\u033a", "_c": "\u031c", "_d": "\u032a", "_e": "\u0334", "_G": "ˠ", "_h": "ʰ", "_j": "ʲ", "_k": "\u0330",
    "_l": "ˡ", "_m": "\u033b", "_N": "\u033c", "_n": "ⁿ", "_O": "\u0339", "_o": "\u031e", "_q": "\u0319",
    "_r": "\u031d", "_t": "\u0324", "_v": "\u032c", "_w": "ʷ", "_X": "\u0306", "_x": "\u033d", "_T": "˥", "_H": "˦",
    "_M": "˧", "_L": "˨", "_B": "˩",
}  # fmt: skip
_PLAIN: Final = frozenset("abcdefhijklmnopqrstuvwxyz ")
_SIGN: Final = re.compile("|".join(re.escape(sign) for sign in sorted(_SIGNS, key=len, reverse=True)) + "|.", re.DOTALL)


def ipa_of_xsampa(text: str) -> str:
    """Phonemes in X-SAMPA as IPA.

    Raises:
        InputError: a character is none of that alphabet.
    """
    return "".join(_ipa(match[0]) for match in _SIGN.finditer(" ".join(text.split())))


def _ipa(sign: str) -> str:
    if sign in _SIGNS:
        return _SIGNS[sign]
    if sign not in _PLAIN:
        raise InputError(f"'{sign}' is no sign of X-SAMPA")
    return sign

"""The International Phonetic Alphabet as lexicon entries may use it (chart of the IPA, revised to 2020)."""

import unicodedata
from typing import Final

from studio.core.errors import InputError

MAX_IPA_CHARS: Final = 200

IPA_VOWELS: Final = frozenset("aeiouyæøœɐɑɒɔəɘɚɛɜɝɞɤɨɪɯɵɶʉʊʌʏᵻ")
_CONSONANTS: Final = frozenset("bcdfhjklmnpqrstvwxzçðħŋɓɕɖɗɟɡɢɣɥɦɧɫɬɭɮɰɱɲɳɴɸɹɺɻɽɾʀʁʂʃʄʈʋʍʎʐʑʒʔʕʘʙʛʜʝʟʡʢʣʤʥʦʧʨβθχ")
_MARKS: Final = frozenset("ˈˌːˑ.|‖‿ʰʲʷˠˤⁿˡ˞ʼ˥˦˧˨˩͜͡ ")
_PLAIN: Final = str.maketrans({"g": "ɡ", "'": "ˈ", ":": "ː", "\u0131": "ɪ"})


def checked_ipa(text: str) -> str:
    """Phonemes in canonical form: composed, white space folded, look-alikes of the keyboard (g ' :) made IPA.

    Slashes or brackets around them are left out.

    Raises:
        InputError: there are none, no vowel, too many, or a character is no IPA.
    """
    folded = " ".join(unicodedata.normalize("NFC", text).split())
    if folded[:1] + folded[-1:] in {"//", "[]"}:
        folded = folded[1:-1].strip()
    said = folded.translate(_PLAIN)
    if len(said) > MAX_IPA_CHARS:
        raise InputError(f"the pronunciation is longer than {MAX_IPA_CHARS} characters")
    for character in unicodedata.normalize("NFD", said):
        if not unicodedata.combining(character) and character not in IPA_VOWELS | _CONSONANTS | _MARKS:
            raise InputError(
                f"'{character}' is no letter of the phonetic alphabet", hint="Or respell it: HER-my-oh-nee."
            )
    if IPA_VOWELS.isdisjoint(unicodedata.normalize("NFD", said)):
        raise InputError(f"'{text}' has no vowel", hint="Write it in the phonetic alphabet, or as a respelling.")
    return said


def plain_symbols(ipa: str) -> frozenset[str]:
    """The characters of phonemes one by one, marks apart from their letters, without white space."""
    return frozenset(unicodedata.normalize("NFD", ipa)) - {" "}


IPA_SYMBOLS: Final = IPA_VOWELS | _CONSONANTS | (_MARKS - {" "})
"""Letters and marks of the alphabet, without those that combine."""

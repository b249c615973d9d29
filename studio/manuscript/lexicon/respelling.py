"""Respellings such as "HER-my-oh-nee" to IPA: syllables parted by hyphens, the stressed one in capitals.

Within a syllable the longest spelling of the table counts, from left to right. The accents are Southern British and
General American, in the broad transcription that dictionaries of each use.
"""

import re
from dataclasses import dataclass
from typing import Final

from studio.core.errors import InputError

_VOWELS: Final[dict[str, tuple[str, str]]] = {
    "ee": ("iː", "i"), "ea": ("iː", "i"), "i": ("ɪ", "ɪ"), "ih": ("ɪ", "ɪ"), "e": ("ɛ", "ɛ"), "eh": ("ɛ", "ɛ"),
    "a": ("æ", "æ"), "ah": ("ɑː", "ɑ"), "aa": ("ɑː", "ɑ"), "u": ("ʌ", "ʌ"), "uh": ("ʌ", "ʌ"), "o": ("ɒ", "ɑ"),
    "aw": ("ɔː", "ɔ"), "au": ("ɔː", "ɔ"), "oo": ("uː", "u"), "uu": ("ʊ", "ʊ"), "ue": ("uː", "u"), "ew": ("juː", "ju"),
    "ay": ("eɪ", "eɪ"), "ai": ("eɪ", "eɪ"), "y": ("aɪ", "aɪ"), "eye": ("aɪ", "aɪ"), "igh": ("aɪ", "aɪ"),
    "ye": ("aɪ", "aɪ"), "oh": ("əʊ", "oʊ"), "oa": ("əʊ", "oʊ"), "oe": ("əʊ", "oʊ"),
    "ow": ("aʊ", "aʊ"), "ou": ("aʊ", "aʊ"),
    "oy": ("ɔɪ", "ɔɪ"), "oi": ("ɔɪ", "ɔɪ"), "ar": ("ɑː", "ɑɹ"), "or": ("ɔː", "ɔɹ"), "ore": ("ɔː", "ɔɹ"),
    "oor": ("ʊə", "ʊɹ"), "er": ("ɜː", "ɜɹ"), "ir": ("ɜː", "ɜɹ"), "ur": ("ɜː", "ɜɹ"), "air": ("ɛː", "ɛɹ"),
    "ear": ("ɪə", "ɪɹ"), "eer": ("ɪə", "ɪɹ"), "ire": ("aɪə", "aɪɹ"), "our": ("aʊə", "aʊɹ"),
}  # fmt: skip
_OPEN: Final = {"a": "ah", "e": "ee", "i": "ee", "o": "oh", "u": "oo"}
"""A single vowel letter at the end of a stressed syllable is long ("LA-ra", "MO-tor")."""
_WEAK: Final = {"a": "ə", "ah": "ə", "uh": "ə", "u": "ə", "ee": "i", "i": "i"}
"""The same at the end of one without stress ("SO-fuh", "HAP-ee")."""
_MAGIC: Final = {"a": "ay", "i": "y", "o": "oh", "u": "oo"}
_CONSONANTS: Final = {
    "tch": "tʃ", "dge": "dʒ", "ch": "tʃ", "sh": "ʃ", "zh": "ʒ", "th": "θ", "dh": "ð", "ng": "ŋ", "nk": "ŋk", "ph": "f",
    "ck": "k", "wh": "w", "kh": "x", "qu": "kw", "j": "dʒ", "g": "ɡ", "c": "k", "x": "ks", "r": "ɹ", "y": "j", "b": "b",
    "d": "d", "f": "f", "h": "h", "k": "k", "l": "l", "m": "m", "n": "n", "p": "p", "s": "s", "t": "t", "v": "v",
    "w": "w", "z": "z",
}  # fmt: skip
_VOWEL: Final = re.compile("|".join(sorted(_VOWELS, key=lambda spelling: (-len(spelling), spelling))))
_CONSONANT: Final = re.compile("|".join(sorted(_CONSONANTS, key=lambda spelling: (-len(spelling), spelling))))
_MAGIC_E: Final = re.compile(r"(?P<onset>[^aeiou]*)(?P<vowel>[aiou])(?P<coda>[bdfgkjlmnpstvz]|th|sh|ch)e")
_SYLLABIC: Final = re.compile(r"(?P<onset>[^aeiouy]*)(?P<sonorant>[lmn])")
_DOUBLED: Final = re.compile(r"([bdfgklmnprstvz])\1")
_SOFT_C: Final = re.compile("c(?=[eiy])")
_HINT: Final = "Write syllables with hyphens and the stressed one in capitals: HER-my-oh-nee."
MAX_RESPELLING_CHARS: Final = 200


@dataclass(frozen=True, slots=True)
class _Syllable:
    onset: str
    nucleus: str
    coda: str
    linking: bool
    """It ends in the vowel of a written r, which British English says only before another vowel."""


def respelled_ipa(respelling: str, *, british: bool) -> str:
    """Phonemes of a respelling, with stress marks before the syllables.

    Args:
        respelling: words of syllables. Of several syllables in capitals the last has the main stress; a single
            syllable needs no capitals.
        british: Southern British; else General American.

    Raises:
        InputError: a syllable has no vowel or more than one, letters that mean nothing, or no syllable is stressed.
    """
    if len(respelling) > MAX_RESPELLING_CHARS:
        raise InputError(f"the respelling is longer than {MAX_RESPELLING_CHARS} characters", hint=_HINT)
    words = respelling.split()
    if not words:
        raise InputError("the respelling is empty", hint=_HINT)
    return " ".join(_word(word, british) for word in words)


def is_respelling(text: str) -> bool:
    """Whether words are a respelling and no ordinary words: syllables with hyphens, one of them in capitals."""
    if not any(part.isupper() for word in text.split() if "-" in word for part in word.split("-")):
        return False
    try:
        respelled_ipa(text, british=True)
    except InputError:
        return False
    return True


def _word(word: str, british: bool) -> str:
    written = [part for part in word.split("-") if part]
    stressed = [place for place, part in enumerate(written) if part.isupper()]
    if len(written) == 1:
        stressed = [0]
    if not stressed:
        raise InputError(f"no syllable of '{word}' is in capitals", hint=_HINT)
    syllables = [_syllable(part, place in stressed, british) for place, part in enumerate(written)]
    said = ""
    for place, syllable in enumerate(syllables):
        mark = "ˈ" if place == stressed[-1] else "ˌ" if place in stressed else ""
        links = british and place > 0 and syllables[place - 1].linking and not syllable.onset
        said += f"{mark}{'ɹ' if links else ''}{syllable.onset}{syllable.nucleus}{syllable.coda}"
    return said


def _syllable(part: str, stressed: bool, british: bool) -> _Syllable:
    text = _SOFT_C.sub("s", _DOUBLED.sub(r"\1", part.lower()))
    if magic := _MAGIC_E.fullmatch(text):
        nucleus = _sound(_MAGIC[magic["vowel"]], british)
        return _Syllable(_consonants(magic["onset"], part), nucleus, _consonants(magic["coda"], part), linking=False)
    if syllabic := _SYLLABIC.fullmatch(text):
        return _Syllable(_consonants(syllabic["onset"], part), "ə", syllabic["sonorant"], linking=False)
    start = next((place for place in range(len(text)) if _is_vowel(text, place)), None)
    if start is None or (match := _VOWEL.match(text, start)) is None:
        raise InputError(f"the syllable '{part}' has no vowel", hint=_HINT)
    spelling, rest = match[0], text[match.end() :]
    onset, coda = _consonants(text[:start], part), _consonants(rest, part)
    linking = not rest and spelling.endswith(("r", "re"))
    return _Syllable(onset, _nucleus(spelling, not rest, stressed, british), coda, linking)


def _nucleus(spelling: str, open_syllable: bool, stressed: bool, british: bool) -> str:
    if not stressed and spelling in {"er", "ur", "ir"}:
        return "ə" if british else "əɹ"
    if open_syllable and not stressed and spelling in _WEAK:
        return _WEAK[spelling]
    return _sound(_OPEN.get(spelling, spelling) if open_syllable else spelling, british)


def _sound(spelling: str, british: bool) -> str:
    return _VOWELS[spelling][0 if british else 1]


def _is_vowel(text: str, place: int) -> bool:
    """Whether a nucleus begins here; y and the u of qu are consonants where a vowel follows."""
    letter = text[place]
    if letter == "y":
        return text[place + 1 : place + 2] not in set("aeiou") or (place > 0 and text[place:] == "ye")
    return letter in "aeio" or (letter == "u" and text[place - 1 : place] != "q")


def _consonants(text: str, part: str) -> str:
    said, place = "", 0
    while place < len(text):
        match = _CONSONANT.match(text, place)
        if match is None:
            reason = "has more than one vowel" if text[place] in "aeiou" else f"has '{text[place]}' in it"
            raise InputError(f"the syllable '{part}' {reason}", hint=_HINT)
        said += _CONSONANTS[match[0]]
        place = match.end()
    return said

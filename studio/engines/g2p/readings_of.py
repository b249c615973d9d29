"""What the English phonemizer knows of a word, and what it decides from context: for lists that people look through."""

from dataclasses import dataclass

from studio.engines.g2p.context import reading_tag
from studio.engines.g2p.english import english
from studio.engines.g2p.phonemizers import nearest_language
from studio.engines.g2p.text import pieces

_FROM_KOKORO = str.maketrans({
    "I": "aɪ", "W": "aʊ", "Y": "ɔɪ", "A": "eɪ", "O": "oʊ", "Q": "əʊ", "ʧ": "tʃ", "ʤ": "dʒ", "T": "t", "ᵊ": "ə",
    "ᵻ": "ɪ",
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Reading:
    """One way to say a word.

    Attributes:
        ipa: in the phonetic alphabet.
        tag: what it is for: NOUN, VERB, ADJ, VBD (past) and such, a sense such as METAL, or DEFAULT.
    """

    ipa: str
    tag: str


def ipa_of(phonemes: str) -> str:
    """Phonemes of Kokoro's alphabet in the phonetic one; stress stays before the vowel."""
    return phonemes.translate(_FROM_KOKORO)


def is_known(word: str, language: str) -> bool:
    """Whether a dictionary has a word or its stem, or for a compound both its parts. Always for other languages."""
    variety = nearest_language(language)
    return not variety.startswith("en-") or english(variety).knows(word)


def readings(text: str, offset: int, language: str) -> tuple[Reading, ...]:
    """The readings of the word at an offset, the one that is decided from context first; empty for other languages."""
    variety = nearest_language(language)
    if not variety.startswith("en-"):
        return ()
    line = [piece.text for piece in pieces(text)]
    index = len(pieces(text[:offset]))
    if index >= len(line):
        return ()
    found = english(variety).readings(line[index])
    if not found:
        return ()
    following = pieces(text)[index + 1 : index + 2]
    final = not following or following[0].kind == "mark"
    tag = reading_tag(line, index, found.keys(), final=final)
    chosen = tag if tag in found else "DEFAULT"
    order = [chosen, *(each for each in found if each != chosen)]
    by_sound: dict[str, str] = {}
    for each in order:
        by_sound.setdefault(ipa_of(found[each]), each)
    return tuple(Reading(ipa, each) for ipa, each in by_sound.items())

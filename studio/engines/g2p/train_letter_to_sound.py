"""Count the letter-to-sound models from the shipped lexicons: two minutes, no data but theirs.

    python -m studio.engines.g2p.train_letter_to_sound

Says how many words it got right of one in fifty that it did not count, then counts all and writes the models.
"""

import io
import logging
import math
import re
from collections import Counter
from collections.abc import Callable, Iterator, Sequence

import numpy as np

from studio.core.files import write_atomic
from studio.engines.g2p.compile_lexicon import from_names
from studio.engines.g2p.letter_to_sound import BEGIN, BITS, END, FIRST_PAIR, ORDER, LetterToSound, pack
from studio.engines.g2p.lexicon import DATA, VARIETIES, Lexicon, lexicon

Word = tuple[str, tuple[str, ...]]
"""Letters, and the units of sound: a vowel with its stress mark and length, or a consonant."""
Pairs = list[tuple[str, str]]
LogProbability = Callable[[str, Sequence[str]], float]

_UNIT = re.compile("[ˈˌ]?[AIOQWYaiuæɑɒɔəɛɜɪʊʌᵻᵊɐ]ː?|.")
_FIRST_PASS_WORDS, _LAST_PASS_WORDS, _PASSES = 12_000, 40_000, 6
_MAX_UNITS = 2
_MIN_PAIR_COUNT = 3
_HELD_OUT = 50
_IMPOSSIBLE = -1e9
_log = logging.getLogger(__name__)


def words(table: Lexicon) -> Iterator[Word]:
    """The lexicon's words but for our list of irregular ones, in an order that is mixed but always the same."""
    irregular = set(from_names("en-GB"))
    lines = [(word.lower(), sound) for word, sound in table.items() if not word.isupper() and word not in irregular]
    for place in np.random.default_rng(7).permutation(len(lines)):
        letters, sound = lines[place]
        units = tuple(_UNIT.findall(sound))
        if re.fullmatch("[a-z]{2,24}", letters) and len(units) <= _MAX_UNITS * len(letters):
            yield letters, units


def align(letters: str, units: Sequence[str], likely: LogProbability) -> Pairs:
    """The likeliest way to give each letter none, one or two of the units, in order (Viterbi)."""
    best = [[_IMPOSSIBLE] * (len(units) + 1) for _ in range(len(letters) + 1)]
    taken = [[0] * (len(units) + 1) for _ in range(len(letters) + 1)]
    best[0][0] = 0.0
    for place, letter in enumerate(letters):
        for used, so_far in enumerate(best[place]):
            if so_far == _IMPOSSIBLE:
                continue
            for take in range(min(_MAX_UNITS, len(units) - used) + 1):
                score = so_far + likely(letter, units[used : used + take])
                if score > best[place + 1][used + take]:
                    best[place + 1][used + take], taken[place + 1][used + take] = score, take
    pairs: Pairs = []
    used = len(units)
    for place in range(len(letters), 0, -1):
        take = taken[place][used]
        pairs.append((letters[place - 1], "".join(units[used - take : used])))
        used -= take
    return pairs[::-1]


def learn_alignment(listed: Sequence[Word]) -> LogProbability:
    """Expectation maximisation along best paths; begins from how near letters and units stand to each other."""
    near: Counter[tuple[str, str]] = Counter()
    of_unit: Counter[str] = Counter()
    for letters, units in listed[:_FIRST_PASS_WORDS]:
        for i, letter in enumerate(letters):
            for j, unit in enumerate(units):
                weight = math.exp(-4 * abs((i + 0.5) / len(letters) - (j + 0.5) / len(units)))
                near[letter, unit] += weight  # type: ignore[assignment]
                of_unit[unit] += weight  # type: ignore[assignment]

    def by_place(letter: str, units: Sequence[str]) -> float:
        fits = sum(math.log((near[letter, unit] + 0.01) / (of_unit[unit] + 1)) for unit in units)
        return fits - (0.0, 0.0, 3.0)[len(units)] if units else -4.0

    likely: LogProbability = by_place
    for turn in range(_PASSES):
        seen: Counter[tuple[str, str]] = Counter()
        of_letter: Counter[str] = Counter()
        for letters, units in listed[: _LAST_PASS_WORDS if turn == _PASSES - 1 else _FIRST_PASS_WORDS]:
            for pair in align(letters, units, likely):
                seen[pair] += 1
                of_letter[pair[0]] += 1
        table = {pair: math.log(count / of_letter[pair[0]]) for pair, count in seen.items()}

        def by_count(letter: str, units: Sequence[str], table: dict[tuple[str, str], float] = table) -> float:
            return table.get((letter, "".join(units)), -14.0)

        likely = by_count
    return likely


def count(listed: Sequence[Word]) -> tuple[list[str], list[Counter[int]]]:
    """The pairs, and for each order the packed n-grams with their counts."""
    likely = learn_alignment(listed)
    aligned = [align(letters, units, likely) for letters, units in listed]
    frequency = Counter(pair for pairs in aligned for pair in pairs)
    kept = sorted(pair for pair, times in frequency.items() if times >= _MIN_PAIR_COUNT)
    if len(kept) + FIRST_PAIR > 1 << BITS:
        raise ValueError(f"{len(kept)} pairs do not fit into {BITS} bits")
    number = {pair: place for place, pair in enumerate(kept, start=FIRST_PAIR)}
    grams: list[Counter[int]] = [Counter() for _ in range(ORDER)]
    for pairs in aligned:
        if not all(pair in number for pair in pairs):
            continue
        line = (BEGIN, *(number[pair] for pair in pairs), END)
        for last in range(1, len(line)):
            for order in range(1, min(ORDER, last + 1) + 1):
                grams[order - 1][pack(line[last - order + 1 : last + 1])] += 1
    return [f"{letter}:{sound}" for letter, sound in kept], grams


def arrays(pairs: list[str], grams: list[Counter[int]]) -> dict[str, np.ndarray]:
    """What the model's file holds: keys as steps from one to the next, since small numbers pack well."""
    held = {"pairs": np.array(pairs)}
    for order, counted in enumerate(grams, start=1):
        keys = np.array(sorted(counted), dtype=np.uint64)
        held[f"steps_{order}"] = np.diff(keys, prepend=np.uint64(0))
        held[f"counts_{order}"] = np.array([counted[int(key)] for key in keys], dtype=np.uint32)
    return held


def model(pairs: list[str], grams: list[Counter[int]]) -> LetterToSound:
    """The model as it is used."""
    keys = [np.array(sorted(counted), dtype=np.uint64) for counted in grams]
    counts = [np.array([counted[int(key)] for key in of_order]) for counted, of_order in zip(grams, keys, strict=True)]
    return LetterToSound(pairs, keys, counts)


def main() -> None:
    """Judge, then write, the model of each variety."""
    for variety in VARIETIES:
        listed = list(words(lexicon(variety)))
        cut = len(listed) // _HELD_OUT
        tried = model(*count(listed[cut:]))
        right = sum(tried.pronounce(letters) == "".join(units) for letters, units in listed[:cut])
        _log.info("%s: %.1f %% of %d words right, stress and all", variety, 100 * right / cut, cut)
        buffer = io.BytesIO()
        np.savez_compressed(buffer, **arrays(*count(listed)))  # type: ignore[arg-type]
        write_atomic(DATA / f"letter-to-sound-{variety}.npz", buffer.getvalue())


if __name__ == "__main__":
    logging.basicConfig(level=logging.INFO)
    main()

"""Words no dictionary has: a joint-sequence model guesses the phonemes from the letters.

Each letter is paired with the phonemes it stands for (none, one or two), and the pairs follow one another as words do
in a language model: an n-gram model with Witten-Bell smoothing over the pairs, after Bisani and Ney, "Joint-sequence
models for grapheme-to-phoneme conversion", Speech Communication 50 (2008). `train_letter_to_sound.py` counts the pairs
in the lexicon of each variety, so that the guess is in that variety and in Kokoro's alphabet.
"""

from functools import cache, lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from studio.engines.g2p.lexicon import DATA

ORDER: Final = 5
BITS: Final = 10
"""A pair's number takes ten bits, so that six of them fit into one integer."""
BEGIN: Final = 1
END: Final = 2
FIRST_PAIR: Final = 3

_BEAM: Final = 8
_WRONG_STRESS: Final = 3.0
"""Cost, as a negative logarithm, of a word with more or less than one primary stress."""

Keys = npt.NDArray[np.uint64]
Counts = npt.NDArray[np.int64]


class LetterToSound:
    """The model of one variety of English.

    Args:
        pairs: "letter:phonemes" of each pair, numbered from `FIRST_PAIR`.
        keys: for each order from 1, the n-grams packed into integers, sorted.
        counts: for each order, how often each n-gram was seen.
    """

    def __init__(self, pairs: list[str], keys: list[Keys], counts: list[Counts]) -> None:
        self._phonemes = [pair.partition(":")[2] for pair in pairs]
        letters = np.array([pair[0] for pair in pairs])
        self._choices = {
            letter: (np.flatnonzero(letters == letter) + FIRST_PAIR).astype(np.uint64)
            for letter in set(letters.tolist())
        }
        self._keys, self._counts = keys, counts
        self._contexts: list[Keys] = []
        self._totals: list[Counts] = []
        self._kinds: list[Counts] = []
        for of_order, seen in zip(keys, counts, strict=True):
            contexts, starts = np.unique(of_order >> np.uint64(BITS), return_index=True)
            self._contexts.append(contexts)
            self._totals.append(np.add.reduceat(seen, starts))
            self._kinds.append(np.diff(np.append(starts, of_order.size)))
        self.pronounce = lru_cache(maxsize=4096)(self._pronounce)

    def _pronounce(self, word: str) -> str:
        """Phonemes in Kokoro's alphabet for a word of the letters a to z."""
        beam: list[tuple[float, tuple[int, ...]]] = [(0.0, (BEGIN,))]
        for letter in word.lower():
            choices = self._choices[letter]
            grown = [
                (cost + step, (*history, int(choice)))
                for cost, history in beam
                for choice, step in zip(choices, self._costs(history, choices), strict=True)
            ]
            beam = sorted(grown)[:_BEAM]
        end = np.array([END], dtype=np.uint64)
        finished = [
            (cost + float(self._costs(history, end)[0]), "".join(self._phonemes[n - FIRST_PAIR] for n in history[1:]))
            for cost, history in beam
        ]
        return min((cost + _WRONG_STRESS * (sound.count("ˈ") != 1), sound) for cost, sound in finished)[1]

    def _costs(self, history: tuple[int, ...], choices: Keys) -> npt.NDArray[np.float64]:
        """Negative log probability of each choice after a history (Witten-Bell interpolation of all orders)."""
        likely = np.full(choices.size, 1 / (len(self._phonemes) + FIRST_PAIR))
        for length in range(min(len(history), ORDER - 1) + 1):
            context = np.uint64(pack(history[len(history) - length :]))
            place = int(np.searchsorted(self._contexts[length], context))
            if place == self._contexts[length].size or self._contexts[length][place] != context:
                break
            keys = (context << np.uint64(BITS)) | choices
            places = np.minimum(np.searchsorted(self._keys[length], keys), self._keys[length].size - 1)
            seen = np.where(self._keys[length][places] == keys, self._counts[length][places], 0)
            total, kinds = self._totals[length][place], self._kinds[length][place]
            likely = (seen + kinds * likely) / (total + kinds)
        costs: npt.NDArray[np.float64] = -np.log(likely)
        return costs


def pack(numbers: tuple[int, ...]) -> int:
    """Numbers of pairs in one integer."""
    packed = 0
    for number in numbers:
        packed = packed << BITS | number
    return packed


@cache
def letter_to_sound(variety: str) -> LetterToSound:
    """The model of "en-US" or "en-GB", loaded once per process when the first unknown word comes."""
    with np.load(DATA / f"letter-to-sound-{variety}.npz", allow_pickle=False) as arrays:
        keys = [np.cumsum(arrays[f"steps_{order}"], dtype=np.uint64) for order in range(1, ORDER + 1)]
        counts = [arrays[f"counts_{order}"].astype(np.int64) for order in range(1, ORDER + 1)]
        return LetterToSound(arrays["pairs"].tolist(), keys, counts)

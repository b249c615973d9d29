"""Words no dictionary has: a small recurrent network reads the letters and guesses the phonemes.

The weights are those of g2p_en 2.1.0 (Kyubyong Park, Jongseok Kim; Apache-2.0), kept in half precision: a GRU encoder
and a GRU decoder of 256 units, trained on CMUdict. It therefore speaks American; `english.py` moves it to Britain.
"""

from functools import cache
from typing import Final

import numpy as np
import numpy.typing as npt

from studio.engines.g2p.lexicon import DATA

_Array = npt.NDArray[np.float32]

_LETTERS: Final = {letter: index for index, letter in enumerate("abcdefghijklmnopqrstuvwxyz", start=3)}
_UNKNOWN_LETTER: Final = 1
_END_OF_WORD: Final = 2
_START: Final = 2
_END: Final = 3
_MAX_PHONES: Final = 40

# The network's output alphabet: ARPAbet in alphabetical order after four control symbols, vowels with their stress.
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


def _output_alphabet() -> tuple[str, ...]:
    symbols = [f"{vowel}{stress}" for vowel in _VOWELS for stress in _STRESS]
    symbols += [*_CONSONANTS, "UW"]  # the training data had a few UW without a stress digit
    return ("", "", "", "", *sorted(symbols))


def _phoneme(symbol: str) -> str:
    vowel, stress = symbol.rstrip("012"), symbol[-1]
    if vowel not in _VOWELS:
        return _CONSONANTS[symbol]
    if stress == "0" and vowel in _UNSTRESSED:
        return _UNSTRESSED[vowel]
    return _STRESS.get(stress, "") + _VOWELS[vowel]


class LetterToSound:
    """The network, run by numpy: some milliseconds a word."""

    def __init__(self) -> None:
        with np.load(DATA / "letter-to-sound.npz", allow_pickle=False) as arrays:
            self._weights: dict[str, _Array] = {name: arrays[name].astype(np.float32) for name in arrays}
        self._symbols = _output_alphabet()

    def pronounce(self, word: str) -> str:
        """American phonemes in Kokoro's alphabet for a word of letters a to z (others are read as unknown letters)."""
        letters = [_LETTERS.get(letter, _UNKNOWN_LETTER) for letter in word.lower()]
        state: _Array = np.zeros(256, dtype=np.float32)
        for letter in [*letters, _END_OF_WORD]:
            state = self._step("enc", self._weights["enc_emb"][letter], state)
        symbol, phonemes = _START, ""
        for _ in range(_MAX_PHONES):
            state = self._step("dec", self._weights["dec_emb"][symbol], state)
            symbol = int(np.argmax(self._weights["fc_w"] @ state + self._weights["fc_b"]))
            if symbol <= _END:
                break
            phonemes += _phoneme(self._symbols[symbol])
        return phonemes

    def _step(self, part: str, value: _Array, state: _Array) -> _Array:
        """One step of a gated recurrent unit (Cho et al. 2014, with the reset gate inside as in cuDNN)."""
        fed = self._weights[f"{part}_w_ih"] @ value + self._weights[f"{part}_b_ih"]
        kept = self._weights[f"{part}_w_hh"] @ state + self._weights[f"{part}_b_hh"]
        size = state.size
        reset, update = np.split(1 / (1 + np.exp(-(fed[: 2 * size] + kept[: 2 * size]))), 2)
        candidate = np.tanh(fed[2 * size :] + reset * kept[2 * size :])
        stepped: _Array = (1 - update) * candidate + update * state
        return stepped


@cache
def letter_to_sound() -> LetterToSound:
    """The network, loaded once per process when the first unknown word comes."""
    return LetterToSound()

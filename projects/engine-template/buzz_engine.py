"""An engine to start your own from: says letters like a robot, from formants alone.

Every letter has a place of the mouth (three formants), a length, and a share of voice and of breath. The voice is a sum
of harmonics whose levels follow the formants from letter to letter; the breath is noise. There is no model and no
recording in it, so it runs anywhere and repeats itself to the bit. Nobody will take it for a person.
"""

import unicodedata
from dataclasses import dataclass
from hashlib import sha256
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.consent.grant import GrantedVoice
from studio.core.errors import EngineError
from studio.engines.base import EngineInfo, EngineVoice, Line, Prepared, Rendered, Run, Word
from studio.manuscript.guide import said_words

Array = npt.NDArray[np.float64]

_RATE_HZ = 16_000
_HARMONICS_TO_HZ = 3_500.0
_FORMANT_WIDTHS_HZ = (90.0, 120.0, 180.0)
_FORMANT_LEVELS = (1.0, 0.5, 0.25)
_GLIDE_S = 0.030
_EDGE_S = 0.05
_WORD_GAP_S = 0.04
_PAUSES_S = {",;:—": 0.18, ".!?…": 0.32}
_FALL_ST = 4.0  # how far the voice falls over a line
_LEVEL = 0.25


@dataclass(frozen=True, slots=True)
class _Letter:
    """How a letter sounds: formants in Hz, length in seconds, voice and breath from 0 to 1."""

    formants_hz: tuple[float, float, float]
    length_s: float
    voice: float
    breath: float


def _vowel(first: float, second: float, third: float) -> _Letter:
    return _Letter((first, second, third), 0.095, 1.0, 0.0)


def _consonant(voice: float, breath: float, second: float = 1500, length_s: float = 0.055) -> _Letter:
    return _Letter((320.0, second, 2600.0), length_s, voice, breath)


_LETTERS = {
    "a": _vowel(750, 1300, 2500), "e": _vowel(530, 1850, 2500), "i": _vowel(330, 2250, 2950),
    "o": _vowel(500, 900, 2450), "u": _vowel(340, 900, 2250), "y": _vowel(320, 2000, 2700),
    "b": _consonant(0.5, 0.05, 900), "c": _consonant(0.0, 0.5), "d": _consonant(0.5, 0.08, 1700),
    "f": _consonant(0.0, 0.35, 1100, 0.08), "g": _consonant(0.45, 0.08, 2000), "h": _consonant(0.0, 0.3),
    "j": _consonant(0.4, 0.3, 2000), "k": _consonant(0.0, 0.45, 2000), "l": _consonant(0.8, 0.0, 1200, 0.07),
    "m": _consonant(0.7, 0.0, 1000, 0.075), "n": _consonant(0.7, 0.0, 1450, 0.07), "p": _consonant(0.0, 0.3, 900),
    "q": _consonant(0.0, 0.45, 1800), "r": _consonant(0.75, 0.0, 1250, 0.07), "s": _consonant(0.0, 0.7, 1800, 0.09),
    "t": _consonant(0.0, 0.55, 1800), "v": _consonant(0.5, 0.2, 1100, 0.07), "w": _consonant(0.75, 0.0, 750, 0.07),
    "x": _consonant(0.0, 0.6, 1900, 0.09), "z": _consonant(0.4, 0.45, 1800, 0.08),
}  # fmt: skip
_OTHER = _vowel(500, 1500, 2500)


@dataclass(frozen=True, slots=True)
class _Buzz:
    """A voice: pitch and length of the throat. This is all its data."""

    voice_id: str
    pitch_hz: float
    formant_scale: float

    @property
    def data_sha256(self) -> str:
        return sha256(f"{self.voice_id} {self.pitch_hz:g} {self.formant_scale:g}".encode()).hexdigest()


_VOICES = {voice.voice_id: voice for voice in (_Buzz("buzz_low", 105.0, 1.0), _Buzz("buzz_high", 190.0, 1.15))}


class BuzzEngine:
    """Says lines letter by letter. Takes pitch, pitch range and pace in figures, and knows when each word is said."""

    def __init__(self, weights_dir: Path) -> None:
        """Make it; an engine with a model loads it in `prepare`, not here."""
        del weights_dir

    @property
    def info(self) -> EngineInfo:
        """What it is and can do. Raise the version whenever the same line would sound different."""
        return EngineInfo(
            name="buzz",
            title="Buzz (template)",
            version="1",
            sample_rate_hz=_RATE_HZ,
            languages=("en",),
            weights=(),
            cloning="none",
            timings="word",
            delivery="prosody",
            deterministic=True,
            commercial_outputs=True,
            licence="Apache-2.0",
            holder="The Viva Voce authors",
            licence_url="https://www.apache.org/licenses/LICENSE-2.0",
            voices=tuple(
                EngineVoice(
                    voice_id=voice.voice_id,
                    name=voice.voice_id.replace("_", " ").title(),
                    language="en",
                    sex="",
                    data_sha256=voice.data_sha256,
                    licence="Apache-2.0",
                    licensor="The Viva Voce authors",
                    licence_url="https://www.apache.org/licenses/LICENSE-2.0",
                    commercial=True,
                    pitch_hz=voice.pitch_hz,
                )
                for voice in _VOICES.values()
            ),
        )

    def missing(self) -> str:
        """Nothing: an engine with a model would say here how to get it."""
        return ""

    def prepare(self, voice: GrantedVoice) -> Prepared:
        """Look a voice up, and hold its data against the grant before anything sounds.

        Raises:
            EngineError: there is no such voice.
            RefusedError: the grant is for other data.
        """
        own = _VOICES.get(voice.voice_id)
        if own is None:
            raise EngineError(f"buzz has no voice '{voice.voice_id}'")
        voice.check_data(own.data_sha256)
        return own

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        """Say a line, run after run.

        Raises:
            EngineError: there is nothing to say, or the voice is another engine's.
        """
        if not isinstance(voice, _Buzz):
            raise EngineError("the voice was prepared by another engine")
        if not said_words(line.text):
            raise EngineError("there is nothing to say")
        parts, words, spans, position = [], [], [], 0
        for run in line.runs:
            sound, times = _say(run, voice, np.random.RandomState(0))
            words += [Word(text, at + position / _RATE_HZ, end + position / _RATE_HZ) for text, at, end in times]
            spans.append((position, position + sound.size))
            parts.append(sound)
            position += sound.size
        return Rendered(
            np.concatenate(parts).astype(np.float32),
            _RATE_HZ,
            words=tuple(words),
            spans=tuple(spans),
            shaped=frozenset({"pitch", "range", "rate"}),
        )


def _say(run: Run, voice: _Buzz, noise: np.random.RandomState) -> tuple[Array, list[tuple[str, float, float]]]:
    """The sound of a run, float64 [n], and each word with its begin and end in seconds."""
    silence = _Letter(_OTHER.formants_hz, 0.0, 0.0, 0.0)
    letters, lengths_s, words, now_s = [silence], [_EDGE_S], [], _EDGE_S
    for word in said_words(run.text):
        begin_s = now_s
        for character in unicodedata.normalize("NFKD", word.lower()):
            if unicodedata.combining(character) or not character.isalnum():
                continue
            letter = _LETTERS.get(character, _OTHER)
            letters.append(letter)
            lengths_s.append(letter.length_s / run.prosody.rate)
            now_s += lengths_s[-1]
        words.append((word, begin_s, now_s))
        gap_s = next((pause for marks, pause in _PAUSES_S.items() if word.rstrip("\"'”’)")[-1:] in marks), _WORD_GAP_S)
        letters.append(silence)
        lengths_s.append(gap_s / run.prosody.rate)
        now_s += lengths_s[-1]
    letters.append(silence)
    lengths_s.append(_EDGE_S)

    # From letters to curves: each value is held over its letter and glides into the next.
    borders_s = np.concatenate([[0.0], np.cumsum(lengths_s)])
    middles_s = (borders_s[:-1] + borders_s[1:]) / 2
    t = np.arange(round(borders_s[-1] * _RATE_HZ)) / _RATE_HZ
    formants = [
        np.interp(t, middles_s, [letter.formants_hz[index] for letter in letters]) * voice.formant_scale
        for index in range(3)
    ]
    voiced, breath = (
        _stepped(t, borders_s, [getattr(letter, kind) for letter in letters]) for kind in ("voice", "breath")
    )

    fall_st = _FALL_ST * run.prosody.pitch_range * (0.5 - t / max(t[-1], _EDGE_S))
    pitch_hz = voice.pitch_hz * 2 ** ((run.prosody.pitch_st + fall_st) / 12)
    turn = np.exp(2j * np.pi * np.cumsum(pitch_hz) / _RATE_HZ)
    turned = np.ones_like(turn)
    sound = np.zeros(t.size)
    for harmonic in range(1, int(_HARMONICS_TO_HZ / pitch_hz.min()) + 1):
        turned *= turn
        here_hz = harmonic * pitch_hz
        level = 0.05 / harmonic + sum(
            strength / (1 + np.square((here_hz - centre) / width))
            for centre, width, strength in zip(formants, _FORMANT_WIDTHS_HZ, _FORMANT_LEVELS, strict=True)
        )
        sound += level * (here_hz < _HARMONICS_TO_HZ) * turned.imag
    hiss = np.diff(noise.standard_normal(t.size + 1)) * 0.3
    mixed = voiced * sound + breath * hiss
    return _LEVEL * mixed / max(1.0, float(np.abs(mixed).max())), words


def _stepped(t: Array, borders_s: Array, values: list[float]) -> Array:
    """A curve that holds each value between two borders, with soft edges."""
    at = np.clip(np.searchsorted(borders_s, t, side="right") - 1, 0, len(values) - 1)
    held = np.array(values)[at]
    width = round(_GLIDE_S * _RATE_HZ)
    window = np.hanning(width + 2)[1:-1]
    return np.convolve(np.pad(held, width // 2, mode="edge"), window / window.sum(), mode="same")[
        width // 2 : width // 2 + t.size
    ]

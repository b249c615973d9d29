"""An engine without a model: every line becomes a soft tone as long as its text. For tests and trial runs."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from studio.consent.grant import GrantedVoice
from studio.core.errors import EngineError
from studio.core.hashing import sha256_bytes
from studio.engines.base import EngineInfo, Line, Prepared, Rendered, Samples, Word
from studio.manuscript.guide import said_words

_RATE_HZ = 24_000
_SECONDS_PER_CHAR = 0.06
_EDGE_S = 0.02
_LOWEST_HZ, _RANGE_HZ = 90.0, 160.0  # where the tones of voices that are made of recordings lie
_LAUGH_S, _LAUGHS_PER_S = 0.6, 5
_TONES_HZ = {"tone_low": 120.0, "tone_high": 210.0, "tone_private": 165.0}


@dataclass(frozen=True, slots=True)
class _Tone:
    voice_id: str
    hz: float


class FakeEngine:
    """Deterministic tones with a syllable-like envelope; the length follows the text at 60 ms a character.

    It "clones" as well: the recordings of a consented voice decide the pitch of its tone. Words take their share of the
    tone by their characters, and a laugh is a burst of short high tones.
    """

    def __init__(self, weights_dir: Path) -> None:
        del weights_dir

    @property
    def info(self) -> EngineInfo:
        """What it is: speaks any of English, needs no weights."""
        return EngineInfo(
            name="fake",
            version="1",
            sample_rate_hz=_RATE_HZ,
            languages=("en-US", "en-GB"),
            weights=(),
            cloning="zero-shot",
            timings="word",
            deterministic=True,
            commercial_outputs=True,
            licence="Apache-2.0",
            for_tests=True,
            events=("laugh",),
        )

    def missing(self) -> str:
        """Nothing is ever missing."""
        return ""

    def prepare(self, voice: GrantedVoice) -> Prepared:
        """Look the tone up, or make one of the recordings of a consented voice.

        Raises:
            EngineError: there is no such tone.
            RefusedError: the grant is for other data.
        """
        clips = voice.reference_clips()
        if clips:
            drawn = int(sha256_bytes(b"".join(sorted(clip.sound for clip in clips)))[:8], 16) / 0xFFFFFFFF
            return _Tone(voice.voice_id, _LOWEST_HZ + _RANGE_HZ * drawn)
        if voice.voice_id not in _TONES_HZ:
            raise EngineError(f"the fake engine has no voice '{voice.voice_id}'")
        hz = _TONES_HZ[voice.voice_id]
        voice.check_data(sha256_bytes(f"{voice.voice_id} {hz:g} Hz".encode()))
        return _Tone(voice.voice_id, hz)

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        """Make a tone with harmonics, 4 swells a second, between two short silences, and a laugh if one is asked for.

        Raises:
            EngineError: there is neither text nor a laugh, or the voice is another engine's.
        """
        laughs = any(run.event == "laugh" for run in line.runs)
        if not line.text.strip() and not laughs:
            raise EngineError("there is nothing to say")
        if not isinstance(voice, _Tone):
            raise EngineError("the voice was prepared by another engine")
        edge = np.zeros(round(_EDGE_S * _RATE_HZ))
        parts = [edge, _tone(voice.hz, len(line.text)), edge, *([_laugh(voice.hz), edge] if laughs else [])]
        samples: Samples = np.concatenate(parts).astype(np.float32)
        return Rendered(samples, _RATE_HZ, words=_words(line.text), events=("laugh",) if laughs else ())


def _tone(hz: float, characters: int) -> npt.NDArray[np.float64]:
    t = np.arange(round(_RATE_HZ * _SECONDS_PER_CHAR * characters), dtype=np.float64) / _RATE_HZ
    tone: npt.NDArray[np.float64] = sum((np.sin(2 * np.pi * hz * k * t) / k for k in range(1, 8)), np.zeros(t.size))
    swell = 0.25 + 0.75 * np.sin(2 * np.pi * 2 * t) ** 2
    return 0.12 * tone * swell


def _laugh(hz: float) -> npt.NDArray[np.float64]:
    t = np.arange(round(_RATE_HZ * _LAUGH_S), dtype=np.float64) / _RATE_HZ
    bursts: npt.NDArray[np.float64] = np.maximum(0, np.sin(2 * np.pi * _LAUGHS_PER_S * t)) ** 2
    return 0.2 * np.sin(2 * np.pi * 2 * hz * t) * bursts


def _words(text: str) -> tuple[Word, ...]:
    words, at = [], 0
    for word in said_words(text):
        begin = text.index(word, at)
        at = begin + len(word)
        words.append(Word(word, _EDGE_S + begin * _SECONDS_PER_CHAR, _EDGE_S + at * _SECONDS_PER_CHAR))
    return tuple(words)

"""An engine without a model: every line becomes a soft tone as long as its text. For tests and trial runs."""

from dataclasses import dataclass
from pathlib import Path

import numpy as np

from studio.consent.grant import GrantedVoice
from studio.core.errors import EngineError
from studio.core.hashing import sha256_bytes
from studio.engines.base import EngineInfo, Line, Prepared, Rendered, Samples

_RATE_HZ = 24_000
_SECONDS_PER_CHAR = 0.06
_EDGE_S = 0.02
_TONES_HZ = {"tone_low": 120.0, "tone_high": 210.0}


@dataclass(frozen=True, slots=True)
class _Tone:
    voice_id: str
    hz: float


class FakeEngine:
    """Deterministic tones with a syllable-like envelope; the length follows the text at 60 ms a character."""

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
            cloning="none",
            timings="none",
            deterministic=True,
            commercial_outputs=True,
            licence="Apache-2.0",
        )

    def prepare(self, voice: GrantedVoice) -> Prepared:
        """Look the tone up.

        Raises:
            EngineError: there is no such tone.
            RefusedError: the grant is for other data.
        """
        if voice.voice_id not in _TONES_HZ:
            raise EngineError(f"the fake engine has no voice '{voice.voice_id}'")
        hz = _TONES_HZ[voice.voice_id]
        voice.check_data(sha256_bytes(f"{voice.voice_id} {hz:g} Hz".encode()))
        return _Tone(voice.voice_id, hz)

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        """Make a tone with harmonics, 4 swells a second, between two short silences.

        Raises:
            EngineError: the text is empty or the voice is another engine's.
        """
        if not line.text.strip():
            raise EngineError("there is nothing to say")
        if not isinstance(voice, _Tone):
            raise EngineError("the voice was prepared by another engine")
        count = round(_RATE_HZ * _SECONDS_PER_CHAR * len(line.text))
        t = np.arange(count, dtype=np.float64) / _RATE_HZ
        tone = sum(np.sin(2 * np.pi * voice.hz * k * t) / k for k in range(1, 8))
        swell = 0.25 + 0.75 * np.sin(2 * np.pi * 2 * t) ** 2
        edge = np.zeros(round(_EDGE_S * _RATE_HZ))
        samples: Samples = np.concatenate([edge, 0.12 * tone * swell, edge]).astype(np.float32)
        return Rendered(samples, _RATE_HZ)

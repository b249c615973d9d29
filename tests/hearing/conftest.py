"""Human speech, and sounds that are none."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.audio.samples import Samples
from studio.hearing.clip import Clip, read_clip
from studio.hearing.speakers import SpeakerEncoder, Voiceprint

SPEECH = Path(__file__).parent.parent / "data" / "speech"


@pytest.fixture(scope="session")
def speech() -> Callable[[str], Clip]:
    """Gives a recording from tests/data/speech by the stem of its name."""
    return lambda name: read_clip(SPEECH / f"{name}.flac", longest_s=60)


@pytest.fixture(scope="session")
def encoder() -> SpeakerEncoder:
    return SpeakerEncoder()


@pytest.fixture(scope="session")
def prints(encoder: SpeakerEncoder, speech: Callable[[str], Clip]) -> dict[str, Voiceprint]:
    """Prints of the human speech, by name."""
    clips = {path.stem: speech(path.stem) for path in sorted(SPEECH.glob("*.flac"))}
    return {name: encoder.voiceprint(clip.samples, clip.sample_rate_hz) for name, clip in clips.items()}


def sine(hz: float, seconds: float = 10.0, rate_hz: int = 16_000) -> Samples:
    return (0.3 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)).astype(np.float32)


def white(seconds: float = 10.0, rate_hz: int = 16_000, seed: int = 0) -> Samples:
    return (0.1 * np.random.default_rng(seed).standard_normal(round(seconds * rate_hz))).astype(np.float32)


def pink(seconds: float = 10.0, rate_hz: int = 16_000, seed: int = 0) -> Samples:
    """Equal power per octave above 50 Hz."""
    spectrum = np.fft.rfft(np.random.default_rng(seed).standard_normal(round(seconds * rate_hz)))
    spectrum[1:] /= np.sqrt(np.arange(1, spectrum.size))
    spectrum[: round(50 * seconds)] = 0
    noise = np.fft.irfft(spectrum, round(seconds * rate_hz))
    return (0.1 * noise / noise.std()).astype(np.float32)

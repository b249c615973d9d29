"""Speech-like takes to master."""

from pathlib import Path

import numpy as np
import pytest

from studio.audio.flac import encode_take
from studio.audio.samples import Samples

RATE_HZ = 24_000


def speech_like(seconds: float, seed: int, level_dbfs: float = -24.0, rate_hz: int = RATE_HZ) -> Samples:
    """A buzz with formants, syllables, sibilants and silent edges of 0.2 s: not speech, but as hard on a limiter."""
    rng = np.random.default_rng(seed)
    count = round(seconds * rate_hz)
    t = np.arange(count) / rate_hz
    pitch_hz = 110 * 2 ** (0.3 * np.sin(2 * np.pi * 0.4 * t + seed) + 0.2 * (seed % 5))
    phase = 2 * np.pi * np.cumsum(pitch_hz) / rate_hz
    voiced = np.zeros(count)
    for k in range(1, 30):
        formants = sum(np.exp(-(((k * 150 - f) / w) ** 2)) for f, w in ((500, 200), (1500, 300), (2500, 400)))
        voiced += (0.05 + formants) * np.cos(k * phase + 0.35 * k * k) / np.sqrt(k)
    syllables = (
        np.clip(np.sin(2 * np.pi * 2.1 * t + seed), 0, None) ** 0.7
        * rng.uniform(0.4, 1.0, count // 6000 + 1)[(np.arange(count) // 6000)]
    )
    hiss = (
        np.diff(rng.standard_normal(count), prepend=0) * np.clip(np.sin(2 * np.pi * 2.1 * t + seed + 2.5), 0, None) ** 6
    )
    sound = voiced / np.abs(voiced).max() * syllables + 0.08 * hiss
    edge = round(0.2 * rate_hz)
    sound[:edge] = sound[count - edge :] = 0
    spoken = sound[edge : count - edge]
    return (sound * 10 ** (level_dbfs / 20) / np.sqrt(np.mean(spoken**2))).astype(np.float32)


def write_take(path: Path, samples: Samples, rate_hz: int = RATE_HZ) -> Path:
    path.parent.mkdir(exist_ok=True)
    path.write_bytes(encode_take(samples, rate_hz))
    return path


@pytest.fixture(scope="session")
def takes(tmp_path_factory: pytest.TempPathFactory) -> list[Path]:
    """Nine takes of 1.5 to 4 s at levels 10 dB apart."""
    folder = tmp_path_factory.mktemp("takes")
    return [
        write_take(folder / f"{n}.flac", speech_like(1.5 + 0.3 * n, n, level_dbfs=-24.0 + 5 * ((n % 3) - 1)))
        for n in range(9)
    ]

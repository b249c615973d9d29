"""The mark in generated speech: found through what recordings go through, and not found in people."""

from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from studio.audio.mp3 import Mp3Writer
from studio.audio.resample import resample
from studio.audio.samples import Samples
from studio.hearing.marks import MARK_THRESHOLD, detect_mark

_DATA = Path(__file__).parent.parent / "data"
_RATE_HZ = 24_000


def _read(*parts: str) -> Samples:
    samples, rate_hz = sf.read(_DATA.joinpath(*parts), dtype="float32")
    assert rate_hz == _RATE_HZ
    return samples


@pytest.fixture(scope="module")
def marked() -> Samples:
    return _read("marked", "marked.flac")


@pytest.fixture(scope="module")
def plain() -> Samples:
    return _read("marked", "plain.flac")


def _with_noise(samples: Samples, below_db: float) -> Samples:
    noise = np.random.default_rng(1).normal(0, 1, samples.size)
    power = np.mean(samples**2) / 10 ** (below_db / 10)
    return (samples + noise * np.sqrt(power)).astype(np.float32)


def _through_mp3(samples: Samples, path: Path, bit_rate_bps: int) -> Samples:
    with Mp3Writer(path, rate_hz=_RATE_HZ, bit_rate_bps=bit_rate_bps) as writer:
        writer.write(samples)
    return sf.read(path, dtype="float32")[0]


def test_a_marked_and_an_unmarked_voice_score_as_with_the_original_detector(marked: Samples, plain: Samples):
    assert min(detect_mark(marked, _RATE_HZ).windows) == pytest.approx(1.0, abs=0.01)
    assert detect_mark(plain, _RATE_HZ).score == pytest.approx(0.0, abs=0.01)
    assert len(detect_mark(plain, _RATE_HZ).windows) >= 5


@pytest.mark.parametrize("reader", ["austenA.flac", "austenB.flac"])
def test_a_human_reader_is_not_marked(reader: str):
    report = detect_mark(_read("speech", reader), _RATE_HZ)
    assert not report.marked
    assert report.score < 0.1


@pytest.mark.parametrize("bit_rate_bps", [32_000, 64_000, 128_000])
def test_mp3_keeps_the_mark(marked: Samples, plain: Samples, tmp_path: Path, bit_rate_bps: int):
    assert detect_mark(_through_mp3(marked, tmp_path / "marked.mp3", bit_rate_bps), _RATE_HZ).score > 0.98
    assert detect_mark(_through_mp3(plain, tmp_path / "plain.mp3", bit_rate_bps), _RATE_HZ).score < 0.1


@pytest.mark.parametrize("gain_db", [-24, -6, 6])
def test_gain_keeps_the_mark(marked: Samples, gain_db: float):
    assert detect_mark(np.clip(marked * np.float32(10 ** (gain_db / 20)), -1, 1), _RATE_HZ).score > 0.98


def test_telephone_band_keeps_the_mark(marked: Samples, plain: Samples):
    assert detect_mark(resample(marked, _RATE_HZ, 8_000), 8_000).score > 0.98
    assert detect_mark(resample(plain, _RATE_HZ, 8_000), 8_000).score < 0.1


@pytest.mark.parametrize("below_db", [20, 30])
def test_noise_keeps_the_mark(marked: Samples, plain: Samples, below_db: float):
    assert detect_mark(_with_noise(marked, below_db), _RATE_HZ).marked
    assert detect_mark(_with_noise(plain, below_db), _RATE_HZ).score < 0.1


def test_a_marked_part_of_a_recording_is_found(marked: Samples, plain: Samples):
    spliced = np.concatenate([plain[: 3 * _RATE_HZ], marked[3 * _RATE_HZ : 7 * _RATE_HZ], plain[7 * _RATE_HZ :]])
    report = detect_mark(spliced, _RATE_HZ)
    assert report.marked
    assert min(report.windows) < 0.3


def test_pauses_do_not_hide_the_mark(marked: Samples):
    pause = np.zeros(2 * _RATE_HZ, np.float32)
    parts = [part for piece in np.array_split(marked, 8) for part in (piece, pause)]
    assert detect_mark(np.concatenate(parts), _RATE_HZ).score > 0.95


@pytest.mark.parametrize(
    "samples",
    [np.zeros(0, np.float32), np.zeros(100, np.float32), np.full(3_000, 0.1, np.float32)],
    ids=["none", "a few", "a tenth of a second"],
)
def test_a_moment_of_sound_has_no_score(samples: Samples):
    assert detect_mark(samples, _RATE_HZ).windows == ()
    assert not detect_mark(samples, _RATE_HZ).marked


@pytest.mark.parametrize("kind", ["silence", "tone", "noise"])
def test_what_is_no_speech_is_not_marked(kind: str):
    t = np.arange(5 * _RATE_HZ) / _RATE_HZ
    sounds = {
        "silence": np.zeros(t.size),
        "tone": 0.3 * np.sin(2 * np.pi * 1_000 * t),
        "noise": np.random.default_rng(2).normal(0, 0.1, t.size),
    }
    assert detect_mark(sounds[kind].astype(np.float32), _RATE_HZ).score < MARK_THRESHOLD

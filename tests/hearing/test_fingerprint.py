"""The same recording is found again whatever was done to it; another reading is another recording."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.audio.mp3 import Mp3Writer
from studio.audio.resample import resample
from studio.audio.samples import Samples
from studio.core.errors import InputError
from studio.hearing.fingerprint import SAME_BELOW, distance, fingerprint, same_recording

_DATA = Path(__file__).parent.parent / "data"
_RATE_HZ = 24_000


def _read(*parts: str) -> Samples:
    samples, rate_hz = sf.read(_DATA.joinpath(*parts), dtype="float32")
    assert rate_hz == _RATE_HZ
    return samples


@pytest.fixture(scope="module")
def reading() -> Samples:
    return _read("speech", "austenA.flac")


@pytest.fixture(scope="module")
def other_reading() -> Samples:
    return _read("speech", "austenB.flac")


def _noisy(samples: Samples, below_db: float) -> Samples:
    noise = np.random.default_rng(3).normal(0, 1, samples.size)
    return (samples + noise * np.sqrt(np.mean(samples**2) / 10 ** (below_db / 10))).astype(np.float32)


_TREATMENTS: dict[str, Callable[[Samples], tuple[Samples, int]]] = {
    "nothing": lambda sound: (sound, _RATE_HZ),
    "-20 dB": lambda sound: (sound * np.float32(0.1), _RATE_HZ),
    "8 kHz": lambda sound: (resample(sound, _RATE_HZ, 8_000), 8_000),
    "44.1 kHz": lambda sound: (resample(sound, _RATE_HZ, 44_100), 44_100),
    "ends cut": lambda sound: (sound[3_301:-24_000], _RATE_HZ),
    "32 ms later": lambda sound: (np.concatenate([np.zeros(768, np.float32), sound]), _RATE_HZ),
    "noise 20 dB below": lambda sound: (_noisy(sound, 20), _RATE_HZ),
    "clipped": lambda sound: (np.clip(sound * 4, -0.5, 0.5), _RATE_HZ),
    "1 % faster": lambda sound: (resample(sound, 101, 100), _RATE_HZ),
    "turned round": lambda sound: (-sound, _RATE_HZ),
}


@pytest.mark.parametrize("treatment", list(_TREATMENTS))
def test_a_treated_copy_is_the_same_recording(reading: Samples, other_reading: Samples, treatment: str):
    treated = fingerprint(*_TREATMENTS[treatment](reading))
    assert same_recording(fingerprint(reading, _RATE_HZ), treated)
    assert not same_recording(fingerprint(other_reading, _RATE_HZ), treated)


@pytest.mark.parametrize("bit_rate_bps", [32_000, 64_000])
def test_an_mp3_of_it_is_the_same_recording(reading: Samples, tmp_path: Path, bit_rate_bps: int):
    with Mp3Writer(tmp_path / "copy.mp3", rate_hz=_RATE_HZ, bit_rate_bps=bit_rate_bps) as writer:
        writer.write(reading)
    copy, rate_hz = sf.read(tmp_path / "copy.mp3", dtype="float32")
    assert distance(fingerprint(reading, _RATE_HZ), fingerprint(copy, rate_hz)) < 0.15


def test_five_seconds_spliced_into_another_recording_are_found(reading: Samples, other_reading: Samples):
    spliced = np.concatenate([other_reading[: 4 * _RATE_HZ], reading[2 * _RATE_HZ : 7 * _RATE_HZ]])
    assert same_recording(fingerprint(reading, _RATE_HZ), fingerprint(spliced, _RATE_HZ))


def test_another_reading_by_the_same_person_is_another_recording(reading: Samples, other_reading: Samples):
    assert distance(fingerprint(reading, _RATE_HZ), fingerprint(other_reading, _RATE_HZ)) > 0.4


def test_it_is_the_same_text_on_every_run_and_small(reading: Samples):
    text = fingerprint(reading, _RATE_HZ)
    assert text == fingerprint(reading.copy(), _RATE_HZ)
    assert text.isascii()
    assert len(text) / (reading.size / _RATE_HZ) < 90


@settings(max_examples=20)
@given(st.integers(0, 9_000), st.integers(0, 9_000))
def test_distance_is_symmetric(begin: int, end: int):
    sound = np.random.default_rng(4).normal(0, 0.1, 8 * 8_000).astype(np.float32)
    whole, part = fingerprint(sound, 8_000), fingerprint(sound[begin : sound.size - end], 8_000)
    assert distance(whole, part) == distance(part, whole) < SAME_BELOW


@pytest.mark.parametrize("seconds", [0.0, 0.1, 1.0])
def test_moments_are_never_the_same_recording(seconds: float):
    moment = fingerprint(np.full(round(seconds * 8_000), 0.1, np.float32), 8_000)
    assert distance(moment, moment) == 1.0


def test_silence_is_no_recording():
    silence = fingerprint(np.zeros(80_000, np.float32), 8_000)
    assert not same_recording(silence, silence)


@pytest.mark.parametrize("text", ["ä", "abc", "AAA=", "not a fingerprint"])
def test_other_text_is_an_error(text: str):
    with pytest.raises(InputError, match="not a fingerprint"):
        distance(text, "")

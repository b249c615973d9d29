"""What counts as speech, and how far it stands above the noise."""

import math
from collections.abc import Callable

import numpy as np
import pytest

from studio.audio.resample import resample
from studio.audio.samples import Samples
from studio.hearing.clip import Clip
from studio.hearing.speech import measure_speech
from tests.hearing.conftest import pink, sine, white

_RATE_HZ = 16_000
_T = np.arange(10 * _RATE_HZ) / _RATE_HZ


def _saw(hz: float) -> Samples:
    return sum((sine(hz * k) / k for k in range(1, 7_500 // round(hz))), np.zeros(_T.size, np.float32))


def _swelling(sound: Samples, per_s: float = 4.0) -> Samples:
    return (sound * (0.5 + 0.5 * np.sin(2 * np.pi * per_s * _T))).astype(np.float32)


def _clicks() -> Samples:
    sound = np.zeros(_T.size, np.float32)
    sound[:: _RATE_HZ // 2] = 0.9
    return sound


def _tune(seconds_per_note: float = 0.5) -> Samples:
    notes = (150, 170, 190, 160, 180, 150, 200, 170)
    return np.concatenate([sine(notes[i % 8], seconds_per_note) for i in range(round(10 / seconds_per_note))])


_TONES = {
    "1 kHz": sine(1000),
    "220 Hz": sine(220),
    "chord": (sine(220) + sine(277.2) + sine(329.6)) / 3,
    "chord of saws": (_saw(220) + _saw(277.2)) / 2,
    "saw": _saw(110),
    "mains hum": 0.2 * _saw(50) + sine(100),
    "swelling tone": _swelling(sine(220)),
    "slowly swelling low tone": _swelling(sine(150), 2.0),
}
_NOISES = {"white": white(), "pink": pink(), "swelling pink": _swelling(pink()), "clicks": _clicks()}
_NEITHER = {"silence": np.zeros(_T.size, np.float32), "swelling tune": _swelling(_tune())}


def _level_dbfs(sound: Samples) -> float:
    return 10 * math.log10(float(np.square(sound, dtype=np.float64).mean()))


@pytest.mark.parametrize("gain", [1.0, 0.03])
@pytest.mark.parametrize("name", [*_TONES, *_NOISES, *_NEITHER])
def test_what_is_no_speech(name: str, gain: float):
    facts = measure_speech((_TONES | _NOISES | _NEITHER)[name] * np.float32(gain), _RATE_HZ)
    assert facts.speech_s == 0
    assert facts.speech_spans == ()
    assert facts.snr_db == 0
    assert facts.duration_s == 10
    if name not in _NEITHER:
        assert facts.is_tone == (name in _TONES)
        assert facts.is_noise == (name in _NOISES)


def test_silence_is_neither_tone_nor_noise():
    facts = measure_speech(_NEITHER["silence"], _RATE_HZ)
    assert (facts.is_tone, facts.is_noise, facts.floor_dbfs) == (False, False, -100)


def test_the_tone_that_swells_needs_the_second_judge(speech: Callable[[str], Clip]):
    """The network alone takes it for speech: the case our own check is there for."""
    from studio.hearing.speech import FRAME_SAMPLES, speech_probability

    frames = _TONES["swelling tone"]
    frames = frames[: frames.size // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    assert np.mean(speech_probability(frames) > 0.5) > 0.8


@pytest.mark.parametrize("name", ["austenA", "austenB", "reader-3005", "reader-1998"])
def test_human_speech_is_found(name: str, speech: Callable[[str], Clip]):
    clip = speech(name)
    facts = measure_speech(clip.samples, clip.sample_rate_hz)
    assert 0.75 * clip.duration_s < facts.speech_s < clip.duration_s
    assert facts.speech_s == pytest.approx(sum(end - begin for begin, end in facts.speech_spans))
    assert 18 < facts.snr_db < 40
    assert not facts.is_tone
    assert not facts.is_noise


@pytest.mark.parametrize("rate_hz", [8_000, 11_025, 44_100, 96_000])
def test_speech_is_found_at_any_rate(rate_hz: int, speech: Callable[[str], Clip]):
    clip = speech("austenA")
    here = measure_speech(clip.samples, clip.sample_rate_hz)
    there = measure_speech(resample(clip.samples, clip.sample_rate_hz, rate_hz), rate_hz)
    assert there.speech_s == pytest.approx(here.speech_s, rel=0.05)
    assert there.speech_rms_dbfs == pytest.approx(here.speech_rms_dbfs, abs=0.5)


@pytest.mark.parametrize("make_noise", [white, pink])
@pytest.mark.parametrize("snr_db", [5, 10, 15, 20, 25])
def test_known_noise_is_measured(make_noise: Callable[..., Samples], snr_db: int, speech: Callable[[str], Clip]):
    clip = speech("austenA")
    clean = measure_speech(clip.samples, clip.sample_rate_hz)
    noise = make_noise(clip.duration_s, clip.sample_rate_hz)[: clip.samples.size]
    noise = noise * 10 ** ((clean.speech_rms_dbfs - snr_db - _level_dbfs(noise)) / 20)
    noisy = measure_speech((clip.samples + noise).astype(np.float32), clip.sample_rate_hz)
    # The recording has a floor of its own, which adds to the noise.
    expected_db = -10 * math.log10(10 ** (-snr_db / 10) + 10 ** (-clean.snr_db / 10))
    assert noisy.snr_db == pytest.approx(expected_db, abs=1.5)
    assert noisy.speech_s == pytest.approx(clean.speech_s, rel=0.12)


def test_speech_in_digital_silence_reads_as_clean(speech: Callable[[str], Clip]):
    """No more than 16 bits hold, but far above any room."""
    clip = speech("austenA")
    facts = measure_speech(clip.samples, clip.sample_rate_hz)
    gated = np.zeros(clip.samples.size + 2 * clip.sample_rate_hz, np.float32)
    for begin_s, end_s in facts.speech_spans:
        begin, end = round(begin_s * clip.sample_rate_hz), round(end_s * clip.sample_rate_hz)
        gated[begin:end] = clip.samples[begin:end]
    assert 50 < measure_speech(gated, clip.sample_rate_hz).snr_db < 80


def test_an_offset_is_not_noise(speech: Callable[[str], Clip]):
    clip = speech("austenB")
    plain = measure_speech(clip.samples, clip.sample_rate_hz)
    offset = measure_speech(clip.samples + np.float32(0.1), clip.sample_rate_hz)
    assert offset.snr_db == pytest.approx(plain.snr_db, abs=1)


def test_a_tone_beside_speech_is_not_speech(speech: Callable[[str], Clip]):
    clip = speech("austenB")
    tone = resample(np.tile(_TONES["swelling tone"], 2), _RATE_HZ, clip.sample_rate_hz)
    alone = measure_speech(clip.samples, clip.sample_rate_hz).speech_s
    both = measure_speech(np.concatenate([clip.samples, tone]), clip.sample_rate_hz)
    assert both.speech_s < alone + 8.5  # of 20 s of tone, at most what is judged together with the speech


@pytest.mark.parametrize("seconds", [0.0, 0.01, 0.4])
def test_a_sound_too_short_to_tell(seconds: float, speech: Callable[[str], Clip]):
    clip = speech("austenA")
    start = clip.sample_rate_hz
    facts = measure_speech(clip.samples[start : start + round(seconds * clip.sample_rate_hz)], clip.sample_rate_hz)
    assert facts.speech_s <= 0.4
    assert facts.duration_s == pytest.approx(seconds, abs=1e-4)

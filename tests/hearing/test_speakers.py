"""Voiceprints: the same from the same voice, none from what is no voice."""

import hashlib
import math
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from studio.audio.resample import resample
from studio.audio.samples import Samples
from studio.core import resources
from studio.core.errors import InputError, MissingError
from studio.core.resources import shipped
from studio.hearing.clip import Clip
from studio.hearing.models import MODELS, load_model
from studio.hearing.speakers import (
    CAMPPLUS_SIZE,
    ENCODER_MODELS,
    RESEMBLYZER_SIZE,
    SpeakerEncoder,
    Voiceprint,
    cosine,
    mean_direction,
)
from tests.hearing.conftest import pink, sine, white


def test_the_shipped_models_are_those_that_were_measured():
    for name, digest in MODELS.items():
        assert hashlib.sha256(shipped("voices", name).read_bytes()).hexdigest() == digest
    assert set(ENCODER_MODELS.items()) < set(MODELS.items())


@pytest.mark.parametrize("name", MODELS)
def test_another_model_is_not_loaded(name: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    (tmp_path / "voices").mkdir()
    data = bytearray(shipped("voices", name).read_bytes())
    monkeypatch.setattr(resources, "_PACKAGE", tmp_path / "studio")
    with pytest.raises(MissingError, match="missing"):
        load_model(name)
    data[-1] ^= 1
    (tmp_path / "voices" / name).write_bytes(data)
    with pytest.raises(MissingError, match="SHA-256"):
        load_model(name)


def test_a_print_has_the_form_it_states(prints: dict[str, Voiceprint]):
    for made in prints.values():
        assert len(made.resemblyzer) == RESEMBLYZER_SIZE
        assert len(made.campplus) == CAMPPLUS_SIZE
        assert math.hypot(*made.resemblyzer) == pytest.approx(1, abs=1e-5)
        assert math.hypot(*made.campplus) == pytest.approx(1, abs=1e-5)
        assert 8 < made.speech_s < 15


def test_a_print_survives_storage_exactly(prints: dict[str, Voiceprint]):
    for made in prints.values():
        stored = made.to_bytes()
        assert Voiceprint.from_bytes(stored) == made
        assert len(stored) == 4 + 8 + 4 * (256 + 192)


@pytest.mark.parametrize("change", [lambda d: b"", lambda d: d[:-1], lambda d: d + b"x", lambda d: b"VVP2" + d[4:]])
def test_other_bytes_are_no_print(change: Callable[[bytes], bytes], prints: dict[str, Voiceprint]):
    with pytest.raises(InputError, match="not a voiceprint"):
        Voiceprint.from_bytes(change(prints["austenA"].to_bytes()))


def test_a_print_of_no_numbers_is_refused(prints: dict[str, Voiceprint]):
    stored = prints["austenA"].to_bytes()
    with pytest.raises(InputError, match="no number"):
        Voiceprint.from_bytes(stored[:-4] + np.float32(np.nan).tobytes())


def test_the_same_sound_gives_the_same_print(
    encoder: SpeakerEncoder, speech: Callable[[str], Clip], prints: dict[str, Voiceprint]
):
    clip = speech("austenB")
    assert encoder.voiceprint(clip.samples, clip.sample_rate_hz) == prints["austenB"]


def test_known_prints_stay_as_they_are(prints: dict[str, Voiceprint]):
    """Figures that an independent front end gave for these two recordings, before this one was written."""
    one, other = prints["austenA"], prints["austenB"]
    assert cosine(one.resemblyzer, other.resemblyzer) == pytest.approx(0.91, abs=0.02)
    assert cosine(one.campplus, other.campplus) == pytest.approx(0.95, abs=0.02)


def test_one_reader_is_nearer_to_himself_than_to_others(prints: dict[str, Voiceprint]):
    for others in ("reader-3005", "reader-1998"):
        for encoder in ("resemblyzer", "campplus"):
            himself = cosine(getattr(prints["austenA"], encoder), getattr(prints["austenB"], encoder))
            assert himself > cosine(getattr(prints["austenA"], encoder), getattr(prints[others], encoder)) + 0.2


@pytest.mark.parametrize("gain", [0.05, 2.0])
def test_level_and_silence_around_do_not_count(
    gain: float, encoder: SpeakerEncoder, speech: Callable[[str], Clip], prints: dict[str, Voiceprint]
):
    clip = speech("austenB")
    around = np.zeros(2 * clip.sample_rate_hz, np.float32)
    changed = np.concatenate([around, np.float32(gain) * clip.samples, around])
    made = encoder.voiceprint(changed, clip.sample_rate_hz)
    assert cosine(made.resemblyzer, prints["austenB"].resemblyzer) > 0.97
    assert cosine(made.campplus, prints["austenB"].campplus) > 0.97


def test_the_rate_does_not_count(encoder: SpeakerEncoder, speech: Callable[[str], Clip], prints: dict[str, Voiceprint]):
    clip = speech("austenB")
    made = encoder.voiceprint(resample(clip.samples, clip.sample_rate_hz, 48_000), 48_000)
    assert cosine(made.resemblyzer, prints["austenB"].resemblyzer) > 0.99
    assert cosine(made.campplus, prints["austenB"].campplus) > 0.99


def test_a_long_recording_is_the_same_voice(
    encoder: SpeakerEncoder, speech: Callable[[str], Clip], prints: dict[str, Voiceprint]
):
    clip = speech("austenB")
    made = encoder.voiceprint(np.tile(clip.samples, 8), clip.sample_rate_hz)
    assert made.speech_s == pytest.approx(8 * prints["austenB"].speech_s, rel=0.05)
    assert cosine(made.resemblyzer, prints["austenB"].resemblyzer) > 0.98
    assert cosine(made.campplus, prints["austenB"].campplus) > 0.95


@pytest.mark.parametrize("sound", [sine(1000), sine(150), white(), pink(), np.zeros(160_000, np.float32), white(0.3)])
def test_what_is_no_speech_has_no_print(sound: Samples, encoder: SpeakerEncoder):
    with pytest.raises(InputError, match="too little speech"):
        encoder.voiceprint(sound, 16_000)
    with pytest.raises(InputError, match="too little speech"):
        encoder.windows(sound, 16_000)


def test_windows_of_one_reader_are_alike(encoder: SpeakerEncoder, speech: Callable[[str], Clip]):
    clip = speech("austenA")
    windows = encoder.windows(clip.samples, clip.sample_rate_hz)
    assert len(windows) == 24  # (14.1 s - 3 s) / 0.48 s, and the first
    assert min(windows) > 0.80  # 0.05 above where a reviewer is asked
    assert max(windows) < 1


def test_windows_drop_where_another_speaks(encoder: SpeakerEncoder, speech: Callable[[str], Clip]):
    clip, other = speech("austenA"), speech("reader-3005")
    four_s = resample(other.samples, other.sample_rate_hz, clip.sample_rate_hz)[: 4 * clip.sample_rate_hz]
    windows = encoder.windows(np.concatenate([clip.samples, four_s]), clip.sample_rate_hz)
    assert int(np.argmin(windows)) >= len(windows) - 3
    assert windows[0] > 0.85
    assert min(windows) < 0.75


def test_a_short_recording_has_one_window(encoder: SpeakerEncoder, speech: Callable[[str], Clip]):
    clip = speech("austenA")
    assert encoder.windows(clip.samples[: 3 * clip.sample_rate_hz], clip.sample_rate_hz) == (1.0,)


def test_a_mean_points_between():
    assert mean_direction([(1.0, 0.0), (0.0, 2.0)]) == pytest.approx((math.sqrt(0.5), math.sqrt(0.5)))
    assert cosine((3.0, 0.0), (0.0, 1.0)) == 0
    assert cosine((0.5, 0.5), (2.0, 2.0)) == pytest.approx(1)

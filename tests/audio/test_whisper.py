import numpy as np
import pytest

from studio.audio.whisper import whisper as whispered
from studio.hearing.pitch import track_pitch
from studio.spoken.compare import word_error_rate
from tests.audio.speech import READERS, alpha_ratio_db, level_change_db, read_speech


@pytest.mark.parametrize("name", READERS)
def test_nothing_is_voiced_and_the_tilt_is_a_whispers(name: str):
    speech, rate_hz = read_speech(name)
    breath = whispered(speech, rate_hz, seed=3)
    assert breath.size == speech.size
    assert breath.dtype == np.float32
    assert track_pitch(speech, rate_hz).voiced.mean() > 0.4
    assert track_pitch(breath, rate_hz).voiced.mean() < 0.05
    assert level_change_db(breath, speech, rate_hz) == pytest.approx(0, abs=0.1)
    assert 5 < alpha_ratio_db(breath, rate_hz) - alpha_ratio_db(speech, rate_hz) < 20


def test_one_seed_is_one_whisper():
    speech, rate_hz = read_speech(READERS[0], 1.0)
    first = whispered(speech, rate_hz, seed=1)
    np.testing.assert_array_equal(first, whispered(speech, rate_hz, seed=1))
    assert not np.array_equal(first, whispered(speech, rate_hz, seed=2))


@pytest.mark.parametrize("count", [0, 1, 100, 5000])
def test_silence_stays_silent(count: int):
    assert not whispered(np.zeros(count, np.float32), 24_000).any()


@pytest.mark.slow
@pytest.mark.models
def test_every_word_is_kept(whisper):
    speech, rate_hz = read_speech("austenA", 8.0)
    plain = whisper.transcribe(speech, rate_hz)
    assert len(plain.split()) > 10
    assert word_error_rate(plain, whisper.transcribe(whispered(speech, rate_hz), rate_hz), "en") <= 0.1

"""WAV files as libsndfile and FFmpeg read them, which share no code with what wrote them."""

import io

import av
import numpy as np
import pytest
import soundfile as sf

from studio.audio.wav import wav_bytes

_SOUND = np.linspace(-1, 1, 4801, dtype=np.float32)


@pytest.mark.parametrize("text", ["a", "ab", "Zoë’s voice. Licence: Some Licence. https://example.com/terms"])
def test_words_stand_in_the_file_and_the_sound_is_as_it_was(text: str):
    data = wav_bytes(_SOUND, 24_000, {"IART": "Zoë", "ICMT": text, "ICOP": text, "IGNR": ""})
    samples, rate_hz = sf.read(io.BytesIO(data), dtype="float32")
    assert rate_hz == 24_000
    assert np.abs(samples - _SOUND).max() < 2 / 32768
    with av.open(io.BytesIO(data)) as file:
        assert dict(file.metadata) == {"artist": "Zoë", "comment": text, "copyright": text}
    with sf.SoundFile(io.BytesIO(data)) as file:
        assert (file.artist, file.comment, file.copyright) == ("Zoë", text, text)


def test_without_words_there_is_no_list_of_them():
    assert b"LIST" not in wav_bytes(_SOUND, 24_000)
    assert wav_bytes(_SOUND, 24_000, {"ICMT": ""}) == wav_bytes(_SOUND, 24_000)


def test_beyond_full_scale_is_clipped():
    samples, _ = sf.read(io.BytesIO(wav_bytes(2 * _SOUND, 24_000)), dtype="float32")
    assert (samples.min(), samples.max()) == pytest.approx((-1, 1), abs=1e-4)

"""The Info frame tells decoders the true length, whatever it is."""

import numpy as np
import pytest
import soundfile

from studio.audio.mp3 import Mp3Writer
from studio.audio.mp3_info import repair_padding

FRAME_SAMPLES = 1152


def write(path, count, rate_hz=44_100):
    sound = (np.random.default_rng(count).standard_normal(count) * 0.05).astype(np.float32)
    with Mp3Writer(path, rate_hz=rate_hz) as writer:
        writer.write(sound)


@pytest.mark.parametrize("over", [0, 1, 16, 45, 46, 47, 48, 576, 1151])
def test_another_decoder_returns_every_length(tmp_path, over):
    path = tmp_path / "a.mp3"
    write(path, 40 * FRAME_SAMPLES + over)
    assert soundfile.info(path).frames == 40 * FRAME_SAMPLES + over
    assert len(soundfile.read(path)[0]) == 40 * FRAME_SAMPLES + over


def test_a_right_frame_and_its_checksum_are_not_touched(tmp_path):
    path = tmp_path / "a.mp3"
    write(path, 40 * FRAME_SAMPLES + 500)
    before = path.read_bytes()
    repair_padding(path, 40 * FRAME_SAMPLES + 400)
    assert path.read_bytes() != before
    repair_padding(path, 40 * FRAME_SAMPLES + 500)
    assert path.read_bytes() == before

"""What a host is given of a recording: the speech in it, at one loudness, however far the microphone was."""

import numpy as np
import pytest
import soundfile as sf

from studio.audio.loudness import Meter
from studio.engines.voice_host import _tidied
from tests.hearing.conftest import SPEECH


@pytest.mark.parametrize("gain", [0.05, 1.0])
def test_a_recording_is_cut_to_its_speech_and_levelled(gain: float):
    speech, rate_hz = sf.read(SPEECH / "austenA.flac", dtype="float32")
    silence = np.zeros(2 * rate_hz, np.float32)
    tidied, kept_hz = _tidied(np.concatenate([silence, gain * speech, silence]), rate_hz)
    assert kept_hz == rate_hz
    assert tidied.size <= speech.size + 0.1 * rate_hz
    assert tidied.size > 0.9 * speech.size
    meter = Meter(rate_hz)
    meter.add(tidied)
    assert meter.figures().lufs == pytest.approx(-23, abs=0.2)

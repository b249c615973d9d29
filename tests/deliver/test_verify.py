"""Any file against the profile: figures, verdict, and sentences that say what to do."""

import json
import re

import numpy as np
import pytest
import soundfile

from studio.core.errors import CancelledError, InputError, NotFoundError
from studio.core.progress import ignore_progress
from studio.deliver.mp3 import Mp3Format
from studio.deliver.verify import check_file
from studio.master.profile import PROFILES

from .conftest import RATE_HZ, speech_like

ACX = PROFILES["acx"]


@pytest.fixture
def delivered(make_release, tmp_path):
    return Mp3Format().write(make_release(), 0, tmp_path, report=ignore_progress, cancelled=lambda: False)


def test_our_own_delivery_passes_with_the_same_figures(delivered):
    report = check_file(delivered.path, ACX)
    assert report.passed
    assert report.failures == ()
    assert report.figures == delivered.figures
    assert set(report.checks) <= set(delivered.checks)


def test_the_report_is_json(delivered):
    said = json.loads(json.dumps(check_file(delivered.path, ACX).to_json()))
    assert said["pass"] is True
    assert said["path"] == str(delivered.path)
    assert said["failures"] == []
    assert {check["name"] for check in said["checks"]} >= {"RMS level", "Noise floor", "Bit rate"}
    heard, _ = soundfile.read(delivered.path)
    assert said["figures"]["rms"] == pytest.approx(10 * np.log10(np.mean(heard**2)), abs=0.01)
    assert set(said["figures"]) == {"duration_s", "rms", "peak", "true_peak", "floor", "lufs", "head", "tail"}


def test_a_foreign_file_hears_everything_that_is_wrong(tmp_path):
    path = tmp_path / "foreign.wav"
    loud = speech_like(8.0, rms_dbfs=-12.0, head_s=0.1)
    soundfile.write(path, np.stack([loud, loud], axis=1), 48_000, subtype="FLOAT")
    report = check_file(path, ACX)
    assert not report.passed
    text = "\n".join(report.failures)
    assert "coded as pcm_f32le; export it as mp3" in text
    assert "48000 Hz; convert it to 44100 Hz" in text
    assert "2 channels; mix it to mono" in text
    assert re.search(r"RMS -1[12]\.\d\d dBFS is louder than -18; lower it by [67]\.\d dB", text)
    assert re.search(r"Peak .* is louder than -3; lower it by", text)
    assert re.search(r"True peak .* dBTP is louder than -3", text)
    assert "before the first word is less than 0.5; add 0." in text
    assert len(report.failures) == sum(not check.passed for check in report.checks)


def mp3_like(path, samples):
    from studio.audio.mp3 import Mp3Writer

    with Mp3Writer(path) as writer:
        writer.write(samples.astype(np.float32))
    return check_file(path, ACX)


def test_doing_what_the_sentence_says_is_enough(tmp_path):
    sound = speech_like(8.0, rms_dbfs=-14.0)
    (failure,) = [said for said in mp3_like(tmp_path / "a.mp3", sound).failures if said.startswith("RMS")]
    less_db = float(re.search(r"lower it by ([\d.]+) dB", failure).group(1))
    mended = mp3_like(tmp_path / "b.mp3", sound * 10 ** (-less_db / 20))
    assert not [said for said in mended.failures if said.startswith("RMS")]
    assert mended.figures.rms_dbfs == pytest.approx(ACX.rms_max_dbfs, abs=0.11)  # enough, and no more than that


def test_too_quiet_and_noisy(tmp_path):
    noise = np.random.default_rng(3).standard_normal(8 * RATE_HZ) * 10 ** (-55 / 20)
    text = "\n".join(mp3_like(tmp_path / "a.mp3", speech_like(8.0, rms_dbfs=-27) + noise).failures)
    assert re.search(r"quieter than -23; raise it by 4\.\d dB", text)
    assert re.search(r"Noise floor -5\d\.\d\d dBFS is louder than -60; reduce the noise by [45]\.\d dB", text)


def test_dead_silence_wants_room_tone(tmp_path):
    sound = speech_like(8.0)
    sound[np.abs(sound) < 0.002] = 0
    text = "\n".join(mp3_like(tmp_path / "a.mp3", sound).failures)
    assert "is dead silence; lay room tone of about -68 dBFS" in text


def test_an_empty_room_fails_without_falling_over(tmp_path):
    report = mp3_like(tmp_path / "a.mp3", np.zeros(4 * RATE_HZ))
    assert not report.passed
    assert json.dumps(report.to_json(), allow_nan=False)


def test_wrong_bit_rate_and_long_edges_are_said(tmp_path):
    from studio.audio.mp3 import Mp3Writer

    path = tmp_path / "a.mp3"
    with Mp3Writer(path, bit_rate_bps=128_000) as writer:
        writer.write(speech_like(12.0, head_s=2.0, tail_s=6.0))
    text = "\n".join(check_file(path, ACX).failures)
    assert "The bit rate is 128 kbps; encode it at a constant 192 kbps" in text
    assert re.search(r"before the first word is more than 1; cut \d\.\d s", text)
    assert re.search(r"after the last word is more than 5; cut \d\.\d s", text)


def test_too_long_a_file_is_to_be_split(delivered):
    from dataclasses import replace

    report = check_file(delivered.path, replace(ACX, max_duration_s=6.0))
    assert report.failures == ("The file is 0.1 min long, more than 0.1; split it at a section break",)


def test_what_is_no_sound_is_bad_input(tmp_path):
    with pytest.raises(NotFoundError):
        check_file(tmp_path / "none.mp3", ACX)
    text = tmp_path / "text.mp3"
    text.write_bytes(b"#EXTM3U\nfile:///etc/passwd\n" * 10)
    with pytest.raises(InputError, match="sound"):
        check_file(text, ACX)


def test_it_can_be_stopped(tmp_path):
    path = tmp_path / "long.wav"
    soundfile.write(path, np.zeros(30 * RATE_HZ), RATE_HZ)
    with pytest.raises(CancelledError):
        check_file(path, ACX, cancelled=lambda: True)

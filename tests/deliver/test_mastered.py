"""What mastering makes is what delivery takes: from takes to a checked MP3."""

import numpy as np
import pytest
import soundfile

from studio.core.progress import ignore_progress
from studio.deliver.mp3 import Mp3Format
from studio.master.assemble import Clip
from studio.master.chapter import master_chapter
from studio.master.profile import PROFILES

from .conftest import RATE_HZ, speech_like

TAKE_RATE_HZ = 24_000


@pytest.fixture
def mastered(tmp_path):
    """A chapter of six takes at different levels, through the whole mastering chain."""
    clips = []
    for number in range(6):
        path = tmp_path / f"take{number}.flac"
        take = speech_like(3.0, rms_dbfs=-22 - number, head_s=0.1, tail_s=0.3, seed=number)
        soundfile.write(path, take[::2], TAKE_RATE_HZ, subtype="PCM_24")
        clips.append(Clip(path, 0.6))
    target = tmp_path / "master.flac"
    return target, master_chapter(clips, target, profile=PROFILES["acx"], seed=7)


def test_a_mastered_chapter_delivers_with_the_figures_it_was_mastered_to(mastered, make_release, tmp_path):
    master, result = mastered
    release = make_release("Chapter One", masters=(master,))
    file = Mp3Format().write(release, 0, tmp_path / "out", report=ignore_progress, cancelled=lambda: False)
    assert file.figures.rms_dbfs == pytest.approx(result.figures.rms_dbfs, abs=0.01)
    assert file.figures.rms_dbfs == pytest.approx(PROFILES["acx"].rms_target_dbfs, abs=0.15)
    heard, rate_hz = soundfile.read(file.path)
    assert (rate_hz, len(heard)) == (RATE_HZ, result.samples)
    assert np.abs(heard).max() <= 10 ** (PROFILES["acx"].peak_max_dbfs / 20)

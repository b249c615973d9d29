from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from studio.audio.measure import measure_file
from studio.core.errors import CancelledError, InputError
from tests.audio.conftest import sweep, write_mp3


def test_an_mp3_is_measured_as_it_sounds(mp3: Path):
    info, figures = measure_file(mp3)
    assert info.bit_rate_bps == 192_000
    assert figures.duration_s == 3.0
    expected = 20 * np.log10(0.97 * np.sqrt(np.mean(sweep(3).astype(float) ** 2)))
    assert figures.rms_dbfs == pytest.approx(expected, abs=0.03)


def test_progress_is_told_and_stopping_stops(tmp_path: Path):
    path = write_mp3(tmp_path / "long.mp3", np.tile(sweep(3), 20))
    told = []
    measure_file(path, report=told.append)
    assert [round(progress.done, -1) for progress in told] == [10, 20, 30, 40, 50, 60][: len(told)]
    assert len(told) >= 5
    with pytest.raises(CancelledError):
        measure_file(path, cancelled=lambda: True)


def test_bad_input_is_not_measured(tmp_path: Path):
    sf.write(tmp_path / "a.wav", np.array([0.1, np.nan]), 44_100, subtype="FLOAT")
    with pytest.raises(InputError):
        measure_file(tmp_path / "a.wav")

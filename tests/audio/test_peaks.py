from pathlib import Path

import numpy as np
import pytest

from studio.audio.flac import encode_take
from studio.audio.peaks import waveform_peaks
from studio.core.errors import StorageError


def _write(path: Path, sound) -> Path:
    path.write_bytes(encode_take(np.asarray(sound, np.float32), 24_000))
    return path


def test_each_point_is_the_greatest_of_its_stretch(tmp_path: Path):
    sound = np.zeros(160_000)
    sound[[0, 50_000, 99_999, 159_999]] = [0.25, -1.0, 0.5, 0.75]
    peaks = waveform_peaks(_write(tmp_path / "a.flac", sound), 160)
    assert {n: peak for n, peak in enumerate(peaks) if peak} == {0: 25, 50: 100, 99: 50, 159: 75}


@pytest.mark.parametrize(("samples", "points"), [(1, 1), (3, 3), (1600, 1600), (70_001, 1600)])
def test_there_are_never_more_points_than_samples(tmp_path: Path, samples: int, points: int):
    assert len(waveform_peaks(_write(tmp_path / "a.flac", np.full(samples, 0.5)))) == points


def test_no_point_is_empty(tmp_path: Path):
    assert set(waveform_peaks(_write(tmp_path / "a.flac", np.full(70_001, -0.5)), 999)) == {50}


def test_a_file_that_is_gone(tmp_path: Path):
    with pytest.raises(StorageError):
        waveform_peaks(tmp_path / "none.flac")

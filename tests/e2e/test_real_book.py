"""A real novel, a real voice: chapter one from EPUB to an MP3 that passes every figure and is understood."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from studio.bootstrap import open_studio, read_settings
from studio.spoken.compare import word_error_rate

pytestmark = [pytest.mark.slow, pytest.mark.models, pytest.mark.timeout(1500)]
_WORDS = 200
_BESIDE = Path(__file__).parents[2].parent / "shared" / "books" / "love-among-the-chickens.epub"


@pytest.fixture(scope="module")
def novel() -> Path:
    path = Path(os.environ.get("VIVAVOCE_TEST_EPUB") or _BESIDE)
    if not path.is_file():
        pytest.skip("the novel is not on this machine: name an EPUB of it in VIVAVOCE_TEST_EPUB")
    return path


def studio(home: Path, *arguments: str) -> Any:
    done = subprocess.run(
        [sys.executable, "-m", "studio", *arguments, "--home", str(home), "--json"],
        capture_output=True, text=True, check=False, timeout=1200,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def skip_all_after(home: Path, chapter: int, words: int) -> None:
    """Leave out what comes after the first words of a chapter: its sound would tell nothing new."""
    opened = open_studio(read_settings({"VIVAVOCE_HOME": str(home)}))
    try:
        said = 0
        for line in opened.manuscript.lines("chickens", {chapter}):
            said += len(line.text.split())
            if said > words:
                opened.manuscript.set_line("chickens", line.id, skipped=True)
    finally:
        opened.close()


def test_chapter_one_is_mastered_and_understood(novel: Path, tmp_path: Path, kokoro_weights: Path, whisper):
    home = tmp_path / "home"
    chapters = studio(home, "import", str(novel), "--name", "chickens")["chapters"]
    first = next(chapter for chapter in chapters if not chapter["skipped"])
    skip_all_after(home, first["index"], _WORDS)
    studio(home, "render", "chickens", "--chapters", str(first["index"]))
    studio(home, "master", "chickens", "--chapters", str(first["index"]))
    file = studio(home, "deliver", "chickens", "--chapters", str(first["index"]))["files"][0]

    assert all(check["passed"] for check in file["checks"]), file["checks"]
    samples, rate_hz = soundfile.read(file["path"], dtype="float32")  # libsndfile decodes by itself, not by our FFmpeg
    assert rate_hz == 44_100
    assert samples.ndim == 1
    rms = 10 * np.log10(np.mean(samples.astype(np.float64) ** 2))
    assert abs(rms - -20.5) <= 0.5
    assert 20 * np.log10(np.abs(samples).max()) <= -3.0
    tenths = samples[: len(samples) // 4410 * 4410].astype(np.float64).reshape(-1, 4410)
    floor = 10 * np.log10(np.convolve((tenths**2).mean(axis=1), np.ones(4) / 4, "valid").min())
    assert -75 <= floor <= -60
    figures = studio(home, "check", file["path"])["files"][0]["figures"]
    assert 0.5 <= figures["head"] <= 1.0
    assert 1.0 <= figures["tail"] <= 5.0
    assert figures["true_peak"] <= -3.0

    segments = studio(home, "segments", "chickens", "--chapter", str(first["index"]))["segments"]
    spoken = " ".join(segment["spoken"] for segment in segments)
    heard = whisper.transcribe(samples, rate_hz)
    error = word_error_rate(spoken, heard, "en-GB")
    assert error <= 0.05, f"word error rate {error:.2%} over {len(spoken.split())} words"

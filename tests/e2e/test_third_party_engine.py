"""An engine in a package of its own, installed as anybody would: the studio finds it, tests it and speaks with it."""

import json
import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
import soundfile as sf

from studio.hearing.pitch import track_pitch

_TEMPLATE = Path(__file__).resolve().parents[2] / "projects" / "engine-template"
_SHOWN = """
import json, sys
from pathlib import Path
from studio.bootstrap import environment, open_studio, read_settings
from studio.ui.components.voices import voices_value
studio = open_studio(read_settings(environment(), home=Path(sys.argv[1]), workers=1))
print(json.dumps(voices_value(studio)))
studio.close()
"""

Run = Callable[..., "subprocess.CompletedProcess[bytes]"]


@pytest.fixture(scope="module")
def package(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder that the template was built and installed into; the studio's own folder is not touched."""
    target = tmp_path_factory.mktemp("package")
    command = [
        sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-build-isolation", "--no-index",
        "--disable-pip-version-check", "--target", str(target), str(_TEMPLATE),
    ]  # fmt: skip
    done = subprocess.run(command, capture_output=True, check=False, timeout=120, cwd=target)
    assert done.returncode == 0, done.stderr.decode()
    return target


@pytest.fixture
def run(package: Path, home: Path, tmp_path: Path) -> Run:
    """Runs Python beside the package, in a process of its own."""

    def python(*arguments: str) -> "subprocess.CompletedProcess[bytes]":
        done = subprocess.run(
            [sys.executable, *arguments],
            capture_output=True, check=False, timeout=120, cwd=tmp_path, env={**os.environ, "PYTHONPATH": str(package)},
        )  # fmt: skip
        assert b"Traceback" not in done.stderr, done.stderr.decode()
        return done

    return python


def _json(done: "subprocess.CompletedProcess[bytes]") -> Any:
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_it_passes_the_test_of_engines(run: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VIVAVOCE_WEIGHTS", str(tmp_path / "no-weights"))  # the recogniser takes seconds
    report = _json(run("-m", "studio", "engines", "test", "buzz", "--voice", "buzz_high", "--json"))
    assert report["passed"]
    assert report["spoke"]
    assert report["voice"] == "buzz_high"


def test_its_voices_are_listed_with_their_licence_and_shown_in_the_browser(run: Run, home: Path):
    listed = {voice["id"]: voice for voice in _json(run("-m", "studio", "voices", "list", "--json"))["voices"]}
    shown = {voice["id"]: voice for voice in _json(run("-c", _SHOWN, str(home)))["voices"]}
    for voices in (listed, shown):
        assert {"buzz_low", "buzz_high", "af_heart"} <= set(voices)
        assert (voices["buzz_low"]["engine"], voices["buzz_low"]["licence"]) == ("buzz", "Apache-2.0")
        assert not voices["buzz_low"].get("reason")


def test_its_voices_speak(run: Run, tmp_path: Path):
    out = tmp_path / "said.wav"
    said = _json(run("-m", "studio", "say", "The kettle sang.", "--voice", "buzz_low", "-o", str(out), "--json"))
    assert said["voice"] == "buzz_low"
    samples, rate_hz = sf.read(out, dtype="float32")
    track = track_pitch(samples, rate_hz)
    assert 0.8 < len(samples) / rate_hz < 2.5
    assert 85 < track.hz[track.voiced].mean() < 130


def test_a_process_without_the_package_knows_nothing_of_it(home: Path):
    command = [sys.executable, "-m", "studio", "engines", "test", "buzz"]
    done = subprocess.run(command, capture_output=True, check=False, timeout=120, cwd=home)
    assert done.returncode == 2
    assert b"there is no engine 'buzz'" in done.stderr

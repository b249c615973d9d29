"""What every test gets: no network beyond this machine, a data home of its own, the real model files on request."""

import ipaddress
import json
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import platformdirs
import pytest
from filelock import FileLock

from studio.core.errors import StudioError
from studio.weights.store import WeightsStore

_KEPT_SETTINGS = {"VIVAVOCE_TEST_EPUB"}
_HOME = Path(os.environ.get("VIVAVOCE_HOME") or platformdirs.user_data_path("vivavoce"))
_WEIGHTS = Path(os.environ.get("VIVAVOCE_WEIGHTS") or _HOME / "weights")
_IN_CI = bool(os.environ.get("CI"))
_WHISPER_RATE_HZ = 16_000


def _is_local(host: object) -> bool:
    name = host.decode() if isinstance(host, bytes) else str(host or "localhost")
    try:
        address = ipaddress.ip_address(name.partition("%")[0])
    except ValueError:
        return name.rstrip(".").lower() == "localhost"
    return address.is_loopback or address.is_unspecified


def _refuse_unless_local(host: object) -> None:
    if not _is_local(host):
        # pytest.fail raises a BaseException: no handler of network errors in the code under test can swallow it.
        pytest.fail(f"a test tried to reach {host!r}: tests stay on this machine", pytrace=True)


@pytest.fixture(scope="session", autouse=True)
def _no_network() -> Iterator[None]:
    """Block look-ups of and connections to anything but loopback addresses, in this process."""
    real_getaddrinfo = socket.getaddrinfo

    def getaddrinfo(host: Any, *args: Any, **kwargs: Any) -> Any:
        _refuse_unless_local(host)
        return real_getaddrinfo(host, *args, **kwargs)

    def guarded(name: str) -> Any:
        real = getattr(socket.socket, name)

        def call(self: socket.socket, *args: Any) -> Any:
            if self.family in {socket.AF_INET, socket.AF_INET6}:
                _refuse_unless_local(args[-1][0])  # the address comes last in connect, connect_ex and sendto
            return real(self, *args)

        return call

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket, "getaddrinfo", getaddrinfo)
        for name in ("connect", "connect_ex", "sendto"):
            patch.setattr(socket.socket, name, guarded(name))
        yield


@pytest.fixture(scope="session", autouse=True)
def _clean_environment(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Hide the settings of whoever runs the tests, and keep every test out of their data home."""
    with pytest.MonkeyPatch.context() as patch:
        for name in list(os.environ):
            if name.startswith("VIVAVOCE_") and name not in _KEPT_SETTINGS:
                patch.delenv(name)
        patch.setenv("VIVAVOCE_HOME", str(tmp_path_factory.mktemp("home-of-none")))
        patch.setenv("VIVAVOCE_WEIGHTS", str(_WEIGHTS))
        patch.setenv("XDG_STATE_HOME", str(tmp_path_factory.mktemp("state-of-none")))
        patch.setenv("HF_HUB_OFFLINE", "1")
        patch.setenv("GRADIO_ANALYTICS_ENABLED", "False")
        yield


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A fresh data home, which the settings name; the weights folder is the real one."""
    folder = tmp_path / "home"
    folder.mkdir(mode=0o700)
    monkeypatch.setenv("VIVAVOCE_HOME", str(folder))
    return folder


@pytest.fixture(scope="session")
def real_model() -> Callable[[str], Path]:
    """Gives the verified folder of a model by name. Without it the test is skipped, but in CI it fails."""

    def folder(name: str) -> Path:
        try:
            return WeightsStore(_WEIGHTS).folder(name)
        except StudioError as error:
            if _IN_CI:
                pytest.fail(f"CI must have the model files: {error.sentence}")
            pytest.skip(error.sentence)

    return folder


@pytest.fixture(scope="session")
def kokoro_weights(real_model: Callable[[str], Path]) -> Path:
    """The weights folder, with Kokoro's model verified in it: what an engine is made with."""
    return real_model("kokoro-82m-v1.0-int8").parent


@pytest.fixture(scope="session")
def whisper_folder(real_model: Callable[[str], Path]) -> Path:
    """The folder of the Whisper base model, verified."""
    return real_model("whisper-base")


@pytest.fixture(scope="session")
def xtts_environment() -> Path:
    """Interpreter of the worker environment `xtts`, installed by its own command the first time: about a minute."""
    _WEIGHTS.mkdir(parents=True, exist_ok=True)
    with FileLock(_WEIGHTS / "environment-for-tests.lock"):  # two workers of one run want it
        command = [sys.executable, "-m", "studio", "engines", "install", "xtts", "--json"]
        done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["environment"]["installed"]
    return _WEIGHTS / "environments" / "xtts" / "bin" / "python"


@pytest.fixture
def models_beside(xtts_environment: Path, tmp_path: Path) -> Path:
    """An empty folder of model files, with the worker environments that are installed beside it."""
    folder = tmp_path / "weights"
    folder.mkdir()
    (folder / "environments").symlink_to(xtts_environment.parents[2], target_is_directory=True)
    return folder


@dataclass(frozen=True, slots=True)
class Listener:
    """Speech recognition that judges what was said by the sound alone."""

    model: Any

    def transcribe(self, samples: npt.NDArray[np.float32], rate_hz: int, *, language: str = "en") -> str:
        """What is heard in float32 mono samples.

        Never told what to expect, since a prompt is "heard" even in noise. Silence is heard as a word or two: measure
        the level before asking.
        """
        import soxr

        heard = samples if rate_hz == _WHISPER_RATE_HZ else soxr.resample(samples, rate_hz, _WHISPER_RATE_HZ)
        segments, _info = self.model.transcribe(
            np.asarray(heard, np.float32),
            language=language,
            beam_size=5,
            temperature=0.0,
            condition_on_previous_text=False,
        )
        return " ".join(segment.text.strip() for segment in segments)


@pytest.fixture(scope="session")
def whisper(whisper_folder: Path) -> Listener:
    """Whisper base in int8 on two threads."""
    from faster_whisper import WhisperModel

    return Listener(WhisperModel(str(whisper_folder), device="cpu", compute_type="int8", cpu_threads=2))

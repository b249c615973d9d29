"""Bad recordings by the command line: each is one line on standard error, status 2, and nothing kept.

Cases 31 to 47 of the test plan; what is measured in them is tested in tests/hearing/test_bad_audio.py. All of them are
handed in to one data home and listened to by one real worker process, which stays up between the commands.
"""

import os
import pickle
import socket
import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from studio.audio.samples import Samples
from studio.bootstrap import open_studio, read_settings
from studio.render.pool import LocalPool
from tests.cli.conftest import Command, Outcome, run_here
from tests.consents import Walk
from tests.hearing.test_bad_audio import (
    _Evil,
    _evil_npy,
    _riff,
    _ten_hours_flac,
    _ten_hours_wav,
    _video,
    _wav,
)

pytestmark = pytest.mark.slow

DATA = Path(__file__).parents[1] / "data"
RATE_HZ = 24_000
UNDECODED = "not a sound file of a known kind"
Make = Callable[[Path, Samples], Path]


class _WarmPool(LocalPool):
    """A worker process that outlives the command that started it."""

    def close(self) -> None:
        """Leave it running."""

    def end(self) -> None:
        """End it."""
        super().close()


@pytest.fixture(scope="module")
def pool() -> Iterator[_WarmPool]:
    warm = _WarmPool(1)
    yield warm
    warm.end()


@pytest.fixture(scope="module")
def reading() -> Samples:
    return sf.read(DATA / "speech" / "austenA.flac", dtype="float32")[0]


@pytest.fixture(scope="module")
def shared_home(tmp_path_factory: pytest.TempPathFactory, pool: _WarmPool) -> Path:
    """A home with two people who agreed to a replica: the second one not to a comparison of voices."""
    home = tmp_path_factory.mktemp("home", numbered=True)
    studio = open_studio(read_settings({"VIVAVOCE_HOME": str(home)}, workers=1))
    walk = Walk(studio)
    walk.answer(walk.asked("Jane Doe"))
    walk.answer(walk.asked("Max Roe"), voice_comparison=False)
    studio.close()
    return home


@pytest.fixture
def hand_in(
    shared_home: Path, pool: _WarmPool, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Command:
    monkeypatch.setattr("studio.bootstrap.LocalPool", lambda _workers: pool)

    def run(voice: str, *files: Path) -> Outcome:
        return run_here(monkeypatch, capfd, "consent", "reference", voice, *map(str, files), "--home", str(shared_home))

    return run


def _noise(level: float, seconds: float = 6.0) -> Samples:
    return (level * np.random.default_rng(1).standard_normal(round(seconds * RATE_HZ))).astype(np.float32)


def _tone() -> Samples:
    return (0.3 * np.sin(2 * np.pi * 1_000 * np.arange(6 * RATE_HZ) / RATE_HZ)).astype(np.float32)


def _clipped(reading: Samples) -> Samples:
    ceiling = np.quantile(np.abs(reading), 0.8)
    return np.clip(reading, -ceiling, ceiling) * 0.9 / ceiling


def _spoilt(reading: Samples, value: float) -> Samples:
    spoilt = reading[: 5 * RATE_HZ].copy()
    spoilt[50_000] = value
    return spoilt


def _cover_of_200_mb(path: Path) -> Path:
    size = 200_000_010
    syncsafe = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    frame = b"APIC" + (size - 10).to_bytes(4) + b"\0\0" + b"\0image/jpeg\0\x03\0"
    path.write_bytes(b"ID3\x03\0\0" + syncsafe + frame)
    with path.open("r+b") as file:
        file.seek(size + 10)
        file.write(b"\xff\xfb\x90\x00" + bytes(413))
    return path


def _text(path: Path, text: str) -> Path:
    path.write_text(text)
    return path


def _bytes(path: Path, data: bytes) -> Path:
    path.write_bytes(data)
    return path


def _two_speakers(reading: Samples) -> Samples:
    other = sf.read(DATA / "marked" / "plain.flac", dtype="float32")[0]
    return np.concatenate([reading, other[: 7 * RATE_HZ]])


def _over_music(reading: Samples) -> Samples:
    t = np.arange(reading.size) / RATE_HZ
    chord = sum(np.sin(2 * np.pi * hz * t) for hz in (220.0, 277.2, 329.6))
    return reading + 0.3 * np.sqrt(np.mean(reading**2)) * chord


BAD: dict[str, tuple[Make, str]] = {
    "31 silence": (lambda p, _: _wav(p / "a.wav", _noise(0)), "no speech"),
    "31 almost silence": (lambda p, _: _wav(p / "a.wav", _noise(1e-4)), "no speech"),
    "32 tone": (lambda p, _: _wav(p / "a.wav", _tone()), "a tone in this recording, and no speech"),
    "33 noise": (lambda p, _: _wav(p / "a.wav", _noise(0.1)), "noise in this recording, and no speech"),
    "34 clipped": (lambda p, r: _wav(p / "a.wav", _clipped(r)), "Turn the microphone down"),
    "35 0.4 s": (lambda p, r: _wav(p / "a.wav", r[RATE_HZ : round(1.4 * RATE_HZ)]), "too short"),
    "36 ten hours of FLAC": (lambda p, _: _ten_hours_flac(p / "a.flac"), "may have 1"),
    "36 ten hours of WAV": (lambda p, _: _ten_hours_wav(p / "a.wav"), "may have 1"),
    "37 NaN": (lambda p, r: _wav(p / "a.wav", _spoilt(r, np.nan), "FLOAT"), "not numbers"),
    "37 infinity": (lambda p, r: _wav(p / "a.wav", _spoilt(r, -np.inf), "FLOAT"), "not numbers"),
    "38 4 GB claimed": (lambda p, _: _riff(p / "a.wav", stated=4_000_000_000, data=bytes(1_000)), "cut short"),
    "39 no channel": (lambda p, _: _riff(p / "a.wav", channels=0), "."),
    "39 0 Hz": (lambda p, _: _riff(p / "a.wav", rate_hz=0), "."),
    "39 768 kHz": (lambda p, _: _riff(p / "a.wav", rate_hz=768_000), "."),
    "39 64 channels": (lambda p, _: _riff(p / "a.wav", channels=64), "."),
    "40 cover of 200 MB": (lambda p, _: _cover_of_200_mb(p / "a.mp3"), "200 MB"),
    "42 concat script": (lambda p, _: _text(p / "a.wav", "ffconcat version 1.0\nfile other.wav\n"), UNDECODED),
    "43 video": (lambda p, r: _video(p / "a.m4a", r), "This is a video"),
    "43 picture": (lambda p, _: _bytes(p / "a.wav", b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(2_000)), UNDECODED),
    "44 two speakers": (lambda p, r: _wav(p / "a.wav", _two_speakers(r)), "another voice"),
    "44 music": (lambda p, r: _wav(p / "a.wav", _over_music(r)), "noise or music behind the voice"),
    "45 marked": (
        lambda p, _: _bytes(p / "a.flac", (DATA / "marked" / "marked.flac").read_bytes()),
        "generated speech",
    ),
    "47 opposite phases": (lambda p, r: _wav(p / "a.wav", np.stack([r, -r], axis=1)), "cancel each other"),
}


@pytest.mark.parametrize("case", BAD)
def test_a_bad_recording_is_one_line_and_nothing_is_kept(
    case: str, hand_in: Command, shared_home: Path, tmp_path: Path, reading: Samples
):
    make, says = BAD[case]
    path = make(tmp_path, reading)
    _refused(hand_in, shared_home, path, says)


def test_41_a_play_list_reaches_nobody(hand_in: Command, shared_home: Path, tmp_path: Path):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        port = listener.getsockname()[1]
        path = _text(tmp_path / "a.wav", f"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:{port}/a.ts\n#EXT-X-ENDLIST\n")
        _refused(hand_in, shared_home, path, UNDECODED)
        with pytest.raises(BlockingIOError):
            listener.accept()


@pytest.mark.parametrize("name", ["voice.pt", "voice.pth", "voice.bin", "voice.npy"])
def test_46_a_voice_file_runs_no_code(hand_in: Command, shared_home: Path, tmp_path: Path, name: str):
    canary = tmp_path / "canary"
    data = _evil_npy(canary) if name.endswith("npy") else pickle.dumps(_Evil(canary))
    _refused(hand_in, shared_home, _bytes(tmp_path / name, data), UNDECODED)
    assert not canary.exists()


def test_of_several_files_the_bad_one_is_named_on_one_line(hand_in: Command, shared_home: Path, tmp_path: Path):
    path = _text(tmp_path / "take\n2.wav", "nothing")
    _refused(hand_in, shared_home, path, "2.wav")
    missing = hand_in("jane-doe", path, tmp_path / "missing.wav")
    assert (missing.status, len(missing.err.splitlines())) == (2, 1)
    assert "missing.wav: there is no such recording" in missing.err


def test_44_whose_voice_may_not_be_compared_is_listened_to_by_the_reviewer(
    hand_in: Command, tmp_path: Path, reading: Samples
):
    done = hand_in("max-roe", _wav(tmp_path / "two.wav", _two_speakers(reading)))
    assert (done.status, done.err) == (0, "")
    assert "one-speaker review" in " ".join(done.out.split())


def _refused(hand_in: Command, home: Path, path: Path, says: str) -> None:
    before = _kept(home)
    done = hand_in("jane-doe", path)
    assert (done.status, done.out) == (2, "")
    (line,) = done.err.splitlines()
    assert line.startswith("error: ")
    assert "this recording cannot be used" in line
    assert says in line
    assert str(path.parent) not in line
    assert _kept(home) == before


def _kept(home: Path) -> tuple[list[str], list[tuple[str, int]]]:
    """All rows of the database, and all files but its own and the log."""
    with closing(sqlite3.connect(home / "studio.db")) as database:
        rows = [row for row in database.iterdump() if not row.startswith('INSERT INTO "clock"')]
    files = [(str(path.relative_to(home)), path.stat().st_size) for path in home.rglob("*") if path.is_file()]
    return rows, sorted(file for file in files if not file[0].startswith(("studio.db", "logs" + os.sep)))

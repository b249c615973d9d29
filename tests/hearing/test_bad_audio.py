"""Recordings that must be refused, as reference clip and as statement: one test each, numbered as in the test plan."""

import io
import json
import os
import pickle
import socket
import struct
import time
import tracemalloc
from collections.abc import Callable, Iterator
from pathlib import Path

import av
import numpy as np
import numpy.typing as npt
import pytest
import soundfile as sf

from studio.audio.samples import Samples
from studio.consent.challenge import Challenge, hash_challenge
from studio.consent.evidence import ClipReport, Outcome, StatementExpectation
from studio.hearing.reference import ReferenceTask, examine_reference
from studio.hearing.statement import StatementTask, examine_statement

_DATA = Path(__file__).parent.parent / "data"
_RATE_HZ = 24_000
_CHALLENGE = hash_challenge(
    Challenge(("bottle", "meadow", "falcon", "copper", "island", "guitar"), "482913"), bytes(16)
)
_EXPECTATION = StatementExpectation(
    "en",
    "I know that recordings of my voice will be used to make a synthetic version of it.",
    "Ann Lee",
    ("zero", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine"),
)
Refused = Callable[[Path], ClipReport]


@pytest.fixture(params=["reference", "statement"])
def refused(request: pytest.FixtureRequest) -> Refused:
    """Examines a file, which must be refused, with words that tell what to do and nothing of where it lay."""

    def examine(path: Path) -> ClipReport:
        if request.param == "reference":
            report, voiceprint = examine_reference(ReferenceTask(path, (), biometric=True))
            assert voiceprint == b""
        else:
            weights = Path(os.environ["VIVAVOCE_WEIGHTS"])
            report = examine_statement(StatementTask(path, _EXPECTATION, _CHALLENGE, (), (), weights))
        assert report.outcome is Outcome.REFUSE
        for check in report.checks:
            assert check.sentence.endswith(".")
            assert str(path.parent) not in check.sentence
        json.dumps([check.to_json() for check in report.checks] + [report.facts], allow_nan=False)
        return report

    return examine


@pytest.fixture(scope="module")
def reading() -> Samples:
    return sf.read(_DATA / "speech" / "austenA.flac", dtype="float32")[0]


def _wav(path: Path, samples: npt.NDArray[np.floating], subtype: str = "PCM_16") -> Path:
    sf.write(path, samples, _RATE_HZ, subtype=subtype, format="WAV")
    return path


def _riff(
    path: Path, *, channels: int = 1, rate_hz: int = 24_000, data: bytes = bytes(4_000), stated: int = -1
) -> Path:
    """A WAV with any header, 16 bit."""
    form = struct.pack(
        "<HHIIHH", 1, channels, rate_hz, (rate_hz * channels * 2) & 0xFFFFFFFF, channels * 2 & 0xFFFF, 16
    )
    size = len(data) if stated < 0 else stated
    chunks = b"WAVEfmt " + struct.pack("<I", 16) + form + b"data" + struct.pack("<I", size) + data
    path.write_bytes(b"RIFF" + struct.pack("<I", min(size + 36, 0xFFFFFFF0)) + chunks)
    return path


def _failed(report: ClipReport) -> dict[str, str]:
    return {check.name: check.sentence for check in report.checks if check.outcome is Outcome.REFUSE}


def _undecoded(report: ClipReport) -> str:
    """Its only check is that it cannot be decoded; gives what was said."""
    (check,) = report.checks
    assert check.name == "decode"
    assert (report.duration_s, report.fingerprint, report.transcript) == (0.0, "", "")
    return check.sentence


def _unspoken(report: ClipReport) -> str:
    """Nobody speaks in it, and so nothing was listened to; gives what was said."""
    assert report.checks[-1].name == "speech"
    assert report.speech_s < 1
    assert report.transcript == ""
    return report.checks[-1].sentence


@pytest.mark.parametrize("level", [0.0, 1e-4])
def test_31_silence(tmp_path: Path, refused: Refused, level: float):
    silence = level * np.random.default_rng(1).standard_normal(15 * _RATE_HZ)
    said = _unspoken(refused(_wav(tmp_path / "a.wav", silence)))
    assert "no speech" in said


def test_32_a_tone(tmp_path: Path, refused: Refused):
    tone = 0.3 * np.sin(2 * np.pi * 1_000 * np.arange(15 * _RATE_HZ) / _RATE_HZ)
    assert "a tone in this recording, and no speech" in _unspoken(refused(_wav(tmp_path / "a.wav", tone)))


def test_33_white_noise(tmp_path: Path, refused: Refused):
    noise = 0.1 * np.random.default_rng(1).standard_normal(15 * _RATE_HZ)
    assert "noise in this recording, and no speech" in _unspoken(refused(_wav(tmp_path / "a.wav", noise)))


@pytest.mark.models
def test_34_one_sample_in_five_clipped(tmp_path: Path, refused: Refused, whisper_folder: Path, reading: Samples):
    ceiling = np.quantile(np.abs(reading), 0.8)
    report = refused(_wav(tmp_path / "a.wav", np.clip(reading, -ceiling, ceiling) * 0.9 / ceiling))
    assert report.facts["clipped_fraction"] == pytest.approx(0.2, abs=0.03)
    assert "Turn the microphone down" in _failed(report)["clipping"]


def test_35_a_clip_of_0_4_s(tmp_path: Path, refused: Refused, reading: Samples):
    report = refused(_wav(tmp_path / "a.wav", reading[_RATE_HZ : round(1.4 * _RATE_HZ)]))
    assert report.duration_s == pytest.approx(0.4)
    assert set(_failed(report)) == {"duration", "speech"}


def _ten_hours_flac(path: Path) -> Path:
    """A second of sound whose STREAMINFO says ten hours."""
    sf.write(path, np.zeros(_RATE_HZ), _RATE_HZ, format="FLAC")
    data = bytearray(path.read_bytes())
    total_samples = 10 * 3600 * _RATE_HZ  # 36 bits, the last four bytes and half of the one before
    data[21] = data[21] & 0xF0 | total_samples >> 32
    data[22:26] = (total_samples & 0xFFFFFFFF).to_bytes(4)
    path.write_bytes(data)
    return path


def _ten_hours_wav(path: Path) -> Path:
    size = 10 * 3600 * _RATE_HZ * 2
    _riff(path, stated=size, data=b"")
    with path.open("r+b") as file:
        file.truncate(44 + size)
    return path


@pytest.mark.parametrize("make", [_ten_hours_flac, _ten_hours_wav])
def test_36_ten_hours_are_refused_by_the_header(tmp_path: Path, refused: Refused, make: Callable[[Path], Path]):
    path = make(tmp_path / "long.wav")
    tracemalloc.start()
    begin_s = time.monotonic()
    said = _undecoded(refused(path))
    taken_s, (_now, peak_bytes) = time.monotonic() - begin_s, tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert "ecording may have 1" in said
    assert taken_s < 2
    assert peak_bytes < 20_000_000


@pytest.mark.parametrize("value", [np.nan, np.inf, -np.inf])
def test_37_samples_that_are_no_numbers(tmp_path: Path, refused: Refused, reading: Samples, value: float):
    spoilt = reading.copy()
    spoilt[100_000] = value
    assert "not numbers" in _undecoded(refused(_wav(tmp_path / "a.wav", spoilt, "FLOAT")))


def test_38_a_header_that_claims_4_gb(tmp_path: Path, refused: Refused):
    path = _riff(tmp_path / "a.wav", stated=4_000_000_000, data=bytes(1_000))
    assert "cut short" in _undecoded(refused(path))


@pytest.mark.parametrize(("channels", "rate_hz"), [(0, 24_000), (1, 0), (1, 768_000), (64, 24_000)])
def test_39_impossible_headers(tmp_path: Path, refused: Refused, channels: int, rate_hz: int):
    assert _undecoded(refused(_riff(tmp_path / "a.wav", channels=channels, rate_hz=rate_hz)))


def test_40_an_mp3_with_200_mb_of_cover(tmp_path: Path, refused: Refused):
    art_bytes = 200_000_000
    frame = b"APIC" + struct.pack(">I", art_bytes) + b"\0\0" + b"\0image/jpeg\0\x03\0"
    size = art_bytes + 10
    syncsafe = bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0))
    path = tmp_path / "a.mp3"
    path.write_bytes(b"ID3\x03\0\0" + syncsafe + frame)
    with path.open("r+b") as file:
        file.seek(size + 10)
        file.write(b"\xff\xfb\x90\x00" + bytes(413))
    begin_s = time.monotonic()
    assert "200 MB" in _undecoded(refused(path))
    assert time.monotonic() - begin_s < 2


@pytest.fixture
def server() -> Iterator[socket.socket]:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setblocking(False)
        yield listener


def test_41_a_play_list_named_wav_reaches_nothing(tmp_path: Path, refused: Refused, server: socket.socket):
    port = server.getsockname()[1]
    path = tmp_path / "a.wav"
    path.write_text(f"#EXTM3U\n#EXTINF:10,\nhttp://127.0.0.1:{port}/a.ts\n#EXTINF:10,\nother.wav\n#EXT-X-ENDLIST\n")
    assert "not a sound file" in _undecoded(refused(path))
    with pytest.raises(BlockingIOError):
        server.accept()


def test_42_a_concat_script_named_wav_reads_no_neighbour(tmp_path: Path, refused: Refused, reading: Samples):
    _wav(tmp_path / "other.wav", reading)
    path = tmp_path / "a.wav"
    path.write_text("ffconcat version 1.0\nfile other.wav\n")
    assert "not a sound file" in _undecoded(refused(path))


def _video(path: Path, samples: Samples) -> Path:
    with av.open(str(path), "w", format="mp4") as file:
        picture = file.add_stream("mpeg4", rate=5)
        picture.width, picture.height, picture.pix_fmt = 32, 32, "yuv420p"
        sound = file.add_stream("aac", rate=_RATE_HZ)
        for _ in range(10):
            file.mux(picture.encode(av.VideoFrame(32, 32, "yuv420p")))
        frame = av.AudioFrame.from_ndarray(samples[None, : 2 * _RATE_HZ], format="fltp", layout="mono")
        frame.sample_rate = _RATE_HZ
        file.mux(sound.encode(frame))
        for stream in (picture, sound):
            file.mux(stream.encode(None))
    return path


def test_43_a_video(tmp_path: Path, refused: Refused, reading: Samples):
    assert "This is a video" in _undecoded(refused(_video(tmp_path / "a.m4a", reading)))


def test_43_an_image(tmp_path: Path, refused: Refused):
    path = tmp_path / "a.wav"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR" + bytes(2_000))
    assert "not a sound file" in _undecoded(refused(path))


@pytest.mark.models
def test_44_two_speakers(tmp_path: Path, whisper_folder: Path, reading: Samples):
    other = sf.read(_DATA / "marked" / "plain.flac", dtype="float32")[0]
    path = _wav(tmp_path / "a.wav", np.concatenate([reading, other[: 7 * _RATE_HZ]]))
    report, voiceprint = examine_reference(ReferenceTask(path, (), biometric=True))
    assert set(_failed(report)) == {"one-speaker"}
    assert "another voice" in _failed(report)["one-speaker"]
    assert voiceprint == b""
    enrolled = examine_reference(ReferenceTask(_DATA / "speech" / "austenB.flac", (), biometric=True))[1]
    statement = examine_statement(StatementTask(path, _EXPECTATION, _CHALLENGE, (enrolled,), (), whisper_folder.parent))
    assert "one-speaker" in _failed(statement)


@pytest.mark.models
def test_44_music_behind_the_voice(tmp_path: Path, refused: Refused, whisper_folder: Path, reading: Samples):
    t = np.arange(reading.size) / _RATE_HZ
    chord = sum(np.sin(2 * np.pi * hz * t) for hz in (220.0, 277.2, 329.6))
    bed = 0.3 * np.sqrt(np.mean(reading**2)) * chord
    assert "noise or music behind the voice" in _failed(refused(_wav(tmp_path / "a.wav", reading + bed)))["snr"]


@pytest.mark.models
def test_45_a_recording_with_the_mark_of_generated_speech(refused: Refused, whisper_folder: Path):
    report = refused(_DATA / "marked" / "marked.flac")
    assert "generated speech" in _failed(report)["synthetic-mark"]
    assert report.facts["mark_score"] > 0.98


class _Evil:
    def __init__(self, canary: Path) -> None:
        self._canary = canary

    def __reduce__(self) -> tuple[object, ...]:
        return os.mkdir, (str(self._canary),)


def _evil_npy(canary: Path) -> bytes:
    stream = io.BytesIO()
    np.save(stream, np.array([_Evil(canary)], dtype=object), allow_pickle=True)
    return stream.getvalue()


@pytest.mark.parametrize("name", ["voice.pt", "voice.pth", "voice.bin", "voice.npy"])
def test_46_a_voice_file_that_runs_code(tmp_path: Path, refused: Refused, name: str):
    canary = tmp_path / "canary"
    path = tmp_path / name
    path.write_bytes(_evil_npy(canary) if name.endswith("npy") else pickle.dumps(_Evil(canary)))
    assert "not a sound file" in _undecoded(refused(path))
    assert not canary.exists()


def test_47_channels_that_cancel_each_other(tmp_path: Path, refused: Refused, reading: Samples):
    (check,) = refused(_wav(tmp_path / "a.wav", np.stack([reading, -reading], axis=1))).checks
    assert check.name == "decode"
    assert "cancel each other" in check.sentence

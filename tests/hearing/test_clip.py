"""Recordings as people hand them in, and as nobody should."""

import resource
import struct
import sys
import time
from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile as sf
from hypothesis import given
from hypothesis import strategies as st

from studio.audio.samples import Samples
from studio.core.errors import InputError, NotFoundError
from studio.hearing.clip import Clip, in_flat_runs, read_clip
from tests.hearing.conftest import SPEECH, sine

_LONGEST_S = 60.0
_RATE_HZ = 16_000


@pytest.fixture
def write(tmp_path: Path) -> Callable[..., Path]:
    def write(sound: np.ndarray, name: str = "clip.wav", rate_hz: int = _RATE_HZ, **options: str) -> Path:
        sf.write(tmp_path / name, sound, rate_hz, **options)
        return tmp_path / name

    return write


def _read(path: Path) -> Clip:
    return read_clip(path, longest_s=_LONGEST_S)


def _refusal(path: Path) -> str:
    with pytest.raises(InputError) as refused:
        _read(path)
    assert "\n" not in refused.value.sentence
    assert refused.value.hint
    return refused.value.sentence


def test_a_recording_comes_as_it_is():
    clip = _read(SPEECH / "austenA.flac")
    whole, rate_hz = sf.read(SPEECH / "austenA.flac", dtype="float32")
    assert np.array_equal(clip.samples, whole)
    assert clip.samples.dtype == np.float32
    assert clip.sample_rate_hz == rate_hz == 24_000
    assert clip.info.container == "flac"
    assert clip.duration_s == pytest.approx(15.39)
    assert clip.clipped_fraction < 0.0001
    assert not clip.phase_cancelled
    assert clip.side_ratio_db == -120


def test_channels_are_mixed_by_their_mean(write: Callable[..., Path]):
    left, right = sine(300, 1), sine(500, 1)
    clip = _read(write(np.stack([left, right], axis=1), subtype="FLOAT"))
    assert np.allclose(clip.samples, (left + right) / 2, atol=1e-7)
    assert clip.side_ratio_db == pytest.approx(0, abs=0.1)
    assert not clip.phase_cancelled


def test_opposite_phase_is_detected(write: Callable[..., Path]):
    sound = sine(300, 1)
    clip = _read(write(np.stack([sound, -sound], axis=1)))
    assert clip.phase_cancelled
    assert clip.side_ratio_db > 60
    assert np.abs(clip.samples).max() < 0.001


def test_one_silent_channel_cancels_nothing(write: Callable[..., Path]):
    sound = sine(300, 1)
    assert not _read(write(np.stack([sound, 0 * sound], axis=1))).phase_cancelled
    assert not _read(write(np.stack([0 * sound, 0 * sound], axis=1))).phase_cancelled


@pytest.fixture(scope="module")
def loud() -> Samples:
    """Speech with its peak at full scale."""
    sound = _read(SPEECH / "austenA.flac").samples
    return sound / np.abs(sound).max()


def _clipped(sound: Samples, share: float) -> Samples:
    bound = np.quantile(np.abs(sound), 1 - share)
    return np.clip(sound, -bound, bound) / bound


@pytest.mark.parametrize("name", ["clip.wav", "clip.flac"])
@pytest.mark.parametrize("peak", [1.0, 0.5, 0.05])
def test_clean_speech_is_not_clipped_however_loud(name: str, peak: float, loud: Samples, write: Callable[..., Path]):
    assert _read(write(peak * loud, name, 24_000)).clipped_fraction < 0.0001


@pytest.mark.parametrize("share", [0.01, 0.2])
@pytest.mark.parametrize("gain", [1.0, 0.3])
@pytest.mark.parametrize("rate_hz", [8_000, 24_000, 48_000])
def test_clipping_is_measured_even_if_turned_down_later(
    share: float, gain: float, rate_hz: int, loud: Samples, write: Callable[..., Path]
):
    from studio.audio.resample import resample

    sound = gain * _clipped(resample(loud, 24_000, rate_hz), share)
    measured = _read(write(sound, rate_hz=rate_hz)).clipped_fraction
    assert 0.3 * share < measured < 1.3 * share


def test_clipping_is_seen_before_mixing(loud: Samples, write: Callable[..., Path]):
    both = np.stack([_clipped(loud, 0.2), 0.3 * np.roll(loud, 500)], axis=1)
    assert 0.07 < _read(write(both, rate_hz=24_000)).clipped_fraction < 0.12  # 20 % of one channel


@given(st.lists(st.booleans(), min_size=1, max_size=80), st.data())
def test_runs_are_counted_the_same_in_any_blocks(flat: list[bool], data: st.DataObject):
    expected = sum(len(run) for run in "".join("x" if one else " " for one in flat).split() if len(run) >= 3)
    cuts = sorted(data.draw(st.lists(st.integers(0, len(flat)), max_size=5)))
    edges = zip([0, *cuts], [*cuts, len(flat)], strict=True)
    blocks = [np.array(flat[begin:end], np.float32)[:, None] for begin, end in edges]
    assert in_flat_runs(blocks, high=np.ones(1), low=np.zeros(1)) == expected


def test_too_long_is_refused_by_the_header(tmp_path: Path):
    path = tmp_path / "long.flac"
    with sf.SoundFile(path, "w", 8_000, 1) as file:  # ten hours of silence
        for _ in range(100):
            file.write(np.zeros(360 * 8_000, np.int16))
    assert path.stat().st_size < 100_000_000
    before, start = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss, time.perf_counter()
    assert "36000 s" in _refusal(path)
    assert time.perf_counter() - start < 2
    grown = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before
    assert grown < 50 * (1024**2 if sys.platform == "darwin" else 1024)


def test_too_long_is_refused_while_decoding(tmp_path: Path):
    """A header that does not tell the length: raw AAC frames."""
    path = tmp_path / "long.aac"
    with av.open(str(path), "w", format="adts") as file:
        stream = file.add_stream("aac", rate=_RATE_HZ, layout="mono")
        frame = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
        frame.sample_rate = _RATE_HZ
        for _ in range(round(70 * _RATE_HZ / 1024)):
            frame.pts = None
            file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    assert "60 s" in _refusal(path)


def test_a_ten_hour_mp3_is_refused_quickly(tmp_path: Path):
    from studio.audio.mp3 import Mp3Writer

    short = tmp_path / "short.mp3"
    with Mp3Writer(short) as writer:
        writer.write(np.zeros(44_100 * 3, np.float32))
    path = tmp_path / "long.mp3"
    with path.open("wb") as file:
        for _ in range(12_000):
            file.write(short.read_bytes())
            if file.tell() > 99_000_000:
                break
    start = time.perf_counter()
    assert "60 s" in _refusal(path)
    assert time.perf_counter() - start < 2


def test_a_huge_file_is_not_opened(tmp_path: Path):
    path = tmp_path / "art.mp3"
    size = 200_000_000
    with path.open("wb") as file:
        file.write(b"ID3\x03\x00\x00" + bytes(size >> shift & 0x7F for shift in (21, 14, 7, 0)))
        file.truncate(size)
    assert "200 MB" in _refusal(path)


def test_a_huge_rate_is_refused(write: Callable[..., Path]):
    assert "384000 Hz" in _refusal(write(np.zeros(4_000, np.float32), rate_hz=384_000))


def _video(path: Path, *, with_sound: bool) -> Path:
    with av.open(str(path), "w", format="mp4") as file:
        picture = file.add_stream("mpeg4", rate=10)
        picture.width, picture.height, picture.pix_fmt = 64, 64, "yuv420p"
        picture.codec_context.time_base = Fraction(1, 10)
        streams = [(picture, av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24"))]
        if with_sound:
            sound = av.AudioFrame.from_ndarray(np.zeros((1, 1024), np.float32), format="fltp", layout="mono")
            sound.sample_rate = _RATE_HZ
            streams.append((file.add_stream("aac", rate=_RATE_HZ, layout="mono"), sound))
        for number in range(5):
            for stream, frame in streams:
                frame.pts = number * (1024 if isinstance(frame, av.AudioFrame) else 1)
                file.mux(stream.encode(frame))
        for stream, _frame in streams:
            file.mux(stream.encode(None))
    return path


def test_video_and_pictures_are_refused(tmp_path: Path):
    assert "video" in _refusal(_video(tmp_path / "film.mp4", with_sound=True))
    assert "no sound" in _refusal(_video(tmp_path / "mute.m4a", with_sound=False))
    picture = tmp_path / "picture.wav"
    picture.write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(100))
    assert "not a sound file" in _refusal(picture)


def test_cover_art_is_no_video(tmp_path: Path):
    from studio.audio.mp3 import Mp3Writer

    path = tmp_path / "cover.mp3"
    with Mp3Writer(path) as writer:
        writer.write(np.zeros(44_100, np.float32))
    import mutagen.id3

    tags = mutagen.id3.ID3()
    png = _png()
    tags.add(mutagen.id3.APIC(encoding=3, mime="image/png", type=3, desc="Cover", data=png))
    tags.save(path)
    assert _read(path).duration_s == pytest.approx(1, abs=0.1)


def _png() -> bytes:
    codec = av.CodecContext.create("png", "w")
    codec.width, codec.height, codec.pix_fmt, codec.time_base = 8, 8, "rgb24", Fraction(1, 1)
    frame = av.VideoFrame.from_ndarray(np.zeros((8, 8, 3), np.uint8), format="rgb24")
    return b"".join(bytes(packet) for packet in [*codec.encode(frame), *codec.encode(None)])


def test_what_cannot_be_sound_is_refused(tmp_path: Path, write: Callable[..., Path]):
    numbers = sine(300, 1)
    numbers[100] = np.nan
    assert "not numbers" in _refusal_without_hint(write(numbers, subtype="FLOAT"))
    playlist = tmp_path / "list.wav"
    playlist.write_text("ffconcat version 1.0\nfile /etc/hostname\n")
    assert "not a sound file" in _refusal(playlist)
    lying = tmp_path / "lying.wav"
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, _RATE_HZ, 2 * _RATE_HZ, 2, 16)
    lying.write_bytes(b"RIFF\xf0\xff\xff\xffWAVE" + form + b"data\xd0\xff\xff\xff" + bytes(1000))
    assert "cut short" in _refusal(lying)
    with pytest.raises(NotFoundError):
        _read(tmp_path / "none.wav")


def _refusal_without_hint(path: Path) -> str:
    with pytest.raises(InputError) as refused:
        _read(path)
    return refused.value.sentence

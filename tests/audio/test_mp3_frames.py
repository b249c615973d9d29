from pathlib import Path

import av
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.audio.mp3_frames import parse_header, scan_frames
from studio.core.errors import InputError
from tests.audio.conftest import sweep, write_mp3


def _frame_sizes(path: Path) -> list[int]:
    with av.open(str(path), format="mp3") as file:
        return [packet.size for packet in file.demux(audio=0) if packet.size]


@pytest.mark.parametrize(("rate_hz", "kbps"), [(44_100, 192), (44_100, 128), (48_000, 320), (22_050, 64)])
def test_every_frame_is_seen_as_ffmpeg_sees_it(tmp_path: Path, rate_hz: int, kbps: int):
    path = write_mp3(
        tmp_path / "a.mp3", sweep(2, rate_hz), rate_hz=rate_hz, bit_rate_bps=kbps * 1000, tags={"title": "a"}
    )
    frames = scan_frames(path)
    assert frames.bit_rates_bps == (kbps * 1000,)
    assert (frames.sample_rates_hz, frames.channels, frames.junk_bytes) == ((rate_hz,), (1,), 0)
    assert frames.count == len(_frame_sizes(path)) + 1  # the Info frame holds no sound


def test_a_variable_bit_rate_shows(tmp_path: Path):
    path = tmp_path / "vbr.mp3"
    with av.open(str(path), "w", format="mp3") as file:
        stream = file.add_stream("libmp3lame", rate=44_100, layout="mono", format="fltp")
        stream.codec_context.options = {"compression_level": "5"}
        stream.codec_context.qscale = True
        stream.codec_context.global_quality = 4 * 118
        sound = sweep(2) * (np.arange(88_200) > 44_100)
        frame = av.AudioFrame.from_ndarray(sound.astype(np.float32)[None], format="fltp", layout="mono")
        frame.sample_rate = 44_100
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    assert len(scan_frames(path).bit_rates_bps) > 1


def test_one_frame_of_another_rate_shows(tmp_path: Path, mp3: Path):
    other = write_mp3(tmp_path / "128.mp3", sweep(1), bit_rate_bps=128_000)
    mixed = tmp_path / "mixed.mp3"
    mixed.write_bytes(mp3.read_bytes() + other.read_bytes()[-418:])
    assert scan_frames(mixed).bit_rates_bps == (128_000, 192_000)


@pytest.mark.parametrize("data", [b"", b"TAG", bytes(100_000), b"ID3\x03\0\0\x7f\x7f\x7f\x7f" + bytes(50)])
def test_what_is_no_mp3_is_refused(tmp_path: Path, data: bytes):
    path = tmp_path / "a.mp3"
    path.write_bytes(data)
    with pytest.raises(InputError):
        scan_frames(path)


@given(st.binary(max_size=8))
def test_any_bytes_are_a_sane_header_or_none(data: bytes):
    header = parse_header(data)
    if header:
        assert 24 <= header.frame_bytes <= 1441
        assert 8_000 <= header.sample_rate_hz <= 48_000

import http.server
import struct
import threading
from pathlib import Path

import av
import numpy as np
import pytest
import soundfile as sf
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.audio.decode import AudioInfo, inspect_audio, open_audio
from studio.core.errors import InputError, NotFoundError, StudioError
from tests.audio.conftest import sweep, write_mp3


def _decode(path: Path):
    with open_audio(path) as reader:
        return np.concatenate(list(reader.blocks())), reader.info


def _encode(path: Path, form: str, codec: str, rate_hz: int = 48_000) -> Path:
    with av.open(str(path), "w", format=form) as file:
        stream = file.add_stream(codec, rate=rate_hz, layout="mono")
        frame = av.AudioFrame.from_ndarray(sweep(2, rate_hz)[None], format="fltp", layout="mono")
        frame.sample_rate = rate_hz
        resampler = av.AudioResampler(stream.format or "fltp", "mono", rate_hz)
        for part in resampler.resample(frame):
            file.mux(stream.encode(part))
        file.mux(stream.encode(None))
    return path


def _wav_header(*, channels: int = 1, rate_hz: int = 44_100, tag: int = 1, bits: int = 16, size: int = 8000) -> bytes:
    block = channels * bits // 8
    form = struct.pack("<HHIIHH", tag, channels, rate_hz, rate_hz * block, block, bits)
    return (
        b"RIFF"
        + struct.pack("<I", 36 + size)
        + b"WAVEfmt "
        + struct.pack("<I", 16)
        + form
        + b"data"
        + struct.pack("<I", size)
    )


@pytest.mark.parametrize("subtype", ["PCM_U8", "PCM_16", "PCM_24", "PCM_32", "FLOAT", "DOUBLE"])
@pytest.mark.parametrize("channels", [1, 2])
def test_wav_of_every_depth_comes_back_as_it_was(tmp_path: Path, subtype: str, channels: int):
    sound = np.stack([sweep(0.5) * (0.5 + n) for n in range(channels)], axis=1)
    sf.write(tmp_path / "a.wav", sound, 44_100, subtype=subtype)
    back, info = _decode(tmp_path / "a.wav")
    assert (info.container, info.sample_rate_hz, info.channels, info.duration_s) == ("wav", 44_100, channels, 0.5)
    assert info.constant_bit_rate
    assert back.shape == sound.shape
    assert back.dtype == np.float32
    np.testing.assert_allclose(back, sound, atol=1 / 127 if subtype == "PCM_U8" else 1 / 32_000)


def test_an_extensible_header_is_read(tmp_path: Path):
    sf.write(tmp_path / "a.wav", sweep(0.5), 48_000, format="WAVEX", subtype="PCM_24")
    assert _decode(tmp_path / "a.wav")[1].codec == "pcm_s24le"


@pytest.mark.parametrize(
    ("name", "form", "codec", "container", "read_as"),
    [
        ("a.m4b", "ipod", "aac", "mp4", "aac"),
        ("a.m4a", "mp4", "alac", "mp4", "alac"),
        ("a.aac", "adts", "aac", "aac", "aac"),
        ("a.opus", "ogg", "libopus", "ogg", "opus"),
        ("a.flac", "flac", "flac", "flac", "flac"),
    ],
)
def test_every_container_is_read_whatever_it_is_named(
    tmp_path: Path, name: str, form: str, codec: str, container: str, read_as: str
):
    path = _encode(tmp_path / name, form, codec).rename(tmp_path / "sound.wav")
    back, info = _decode(path)
    assert (info.container, info.codec, info.sample_rate_hz, info.channels) == (container, read_as, 48_000, 1)
    assert not info.constant_bit_rate
    assert len(back) == pytest.approx(96_000, abs=2048)
    assert (
        np.corrcoef(np.abs(np.fft.rfft(back[:96_000, 0], 96_000)), np.abs(np.fft.rfft(sweep(2, 48_000))))[0, 1] > 0.97
    )


def test_vorbis_is_read(tmp_path: Path):
    sf.write(tmp_path / "a.ogg", np.stack([sweep(1)] * 2, axis=1), 44_100, format="OGG", subtype="VORBIS")
    back, info = _decode(tmp_path / "a.ogg")
    assert (info.container, info.codec, back.shape[1]) == ("ogg", "vorbis", 2)
    assert len(back) == pytest.approx(44_100, abs=256)


def test_an_mp3_is_described_frame_by_frame(mp3: Path):
    assert inspect_audio(mp3) == AudioInfo("mp3", "mp3", 44_100, 1, 192_000, True, 3.0)


def test_sound_over_full_scale_keeps_its_level(tmp_path: Path):
    sf.write(tmp_path / "a.wav", sweep(0.5) * 10, 44_100, subtype="FLOAT")
    assert np.abs(_decode(tmp_path / "a.wav")[0]).max() == pytest.approx(3.0, abs=0.01)


class _Trap(http.server.BaseHTTPRequestHandler):
    hits = 0

    def do_GET(self):
        type(self).hits += 1
        self.send_response(404)
        self.end_headers()

    def log_message(self, *_args):
        return


@pytest.mark.parametrize("suffix", [".wav", ".mp3", ".m4a", ".m3u8"])
@pytest.mark.parametrize("list_kind", ["concat", "hls-file", "hls-http"])
def test_a_play_list_is_refused_and_nothing_it_names_is_opened(tmp_path: Path, suffix: str, list_kind: str):
    sf.write(tmp_path / "private.wav", sweep(0.5), 44_100)
    server = http.server.HTTPServer(("127.0.0.1", 0), _Trap)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    before = _Trap.hits
    target = (
        f"http://127.0.0.1:{server.server_port}/x.wav" if list_kind == "hls-http" else str(tmp_path / "private.wav")
    )
    text = (
        "ffconcat version 1.0\nfile private.wav\n"
        if list_kind == "concat"
        else f"#EXTM3U\n#EXT-X-TARGETDURATION:10\n#EXTINF:10.0,\n{target}\n#EXT-X-ENDLIST\n"
    )
    path = tmp_path / f"list{suffix}"
    path.write_text(text)
    try:
        with pytest.raises(InputError, match="not a sound file"):
            _decode(path)
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
    assert _Trap.hits == before


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"RIFF",
        b"RIFF\0\0\0\0AVI LIST",
        b"\x89PNG\r\n\x1a\n" + bytes(200),
        b"\xff\xd8\xff\xe0" + bytes(200),
        b"PK\x03\x04" + bytes(200),
        b"hello, this is text",
        b"ID3\x03\0\0\0\0\0\0hello, this is text",
        b"\0\0\0\x18ftypM4A \0\0\0\0" + bytes(50),
        b"OggS" + bytes(200),
        b"fLaC" + bytes(200),
        b"\xff\xfb\xb0\xc0" + bytes(40),
        b"RIFF\x24\0\0\0WAVE" + bytes(100),
        _wav_header(channels=0) + bytes(8000),
        _wav_header(channels=9) + bytes(8000),
        _wav_header(rate_hz=4000) + bytes(8000),
        _wav_header(rate_hz=0) + bytes(8000),
        _wav_header(rate_hz=1_000_000) + bytes(8000),
        _wav_header(tag=2, bits=4) + bytes(8000),
        _wav_header(size=0),
    ],
)
def test_what_is_no_sound_is_bad_input(tmp_path: Path, data: bytes):
    path = tmp_path / "a.wav"
    path.write_bytes(data)
    with pytest.raises(InputError, match=r"a\.wav"):
        _decode(path)


def test_a_film_without_sound_is_bad_input(tmp_path: Path):
    path = tmp_path / "film.m4a"
    with av.open(str(path), "w", format="mp4") as file:
        stream = file.add_stream("mpeg4", rate=25)
        stream.width, stream.height = 64, 64
        file.mux(stream.encode(av.VideoFrame.from_ndarray(np.zeros((64, 64, 3), np.uint8), format="rgb24")))
        file.mux(stream.encode(None))
    with pytest.raises(InputError, match="no sound"):
        _decode(path)


def test_a_file_that_is_not_there(tmp_path: Path):
    with pytest.raises(NotFoundError):
        inspect_audio(tmp_path / "none.wav")
    with pytest.raises(NotFoundError):
        inspect_audio(tmp_path)


def test_a_name_that_looks_like_an_address_is_a_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.chdir(tmp_path)
    sf.write(tmp_path / "concat:a.wav", sweep(0.5), 44_100, format="WAV")
    assert inspect_audio(Path("concat:a.wav")).duration_s == 0.5


@pytest.mark.parametrize("bad", [np.nan, np.inf, -np.inf])
def test_samples_that_are_not_numbers_are_bad_input(tmp_path: Path, bad: float):
    sound = sweep(0.5).copy()
    sound[1234] = bad
    sf.write(tmp_path / "a.wav", sound, 44_100, subtype="FLOAT")
    with pytest.raises(InputError, match="not numbers"):
        _decode(tmp_path / "a.wav")


@pytest.mark.parametrize("kind", ["wav", "flac", "mp3", "m4a"])
def test_a_file_cut_short_is_bad_input(tmp_path: Path, kind: str):
    path = tmp_path / f"a.{kind}"
    if kind == "mp3":
        write_mp3(path, sweep(3))
    elif kind == "m4a":
        _encode(path, "ipod", "aac")
    else:
        sf.write(path, sweep(3), 44_100, subtype="PCM_16")
    path.write_bytes(path.read_bytes()[: path.stat().st_size * 6 // 10])
    with pytest.raises(InputError):
        _decode(path)


def test_errors_of_the_caller_pass_through(mp3: Path):
    with pytest.raises(OSError, match="disk full"), open_audio(mp3):
        raise OSError("disk full")


@settings(max_examples=60)
@given(data=st.data())
def test_any_damage_is_read_or_refused_but_never_crashes(tmp_path_factory: pytest.TempPathFactory, mp3: Path, data):
    broken = bytearray(mp3.read_bytes())
    for _ in range(data.draw(st.integers(1, 20))):
        broken[data.draw(st.integers(0, len(broken) - 1))] = data.draw(st.integers(0, 255))
    path = tmp_path_factory.mktemp("broken") / "a.mp3"
    path.write_bytes(broken)
    try:
        back, _info = _decode(path)
    except StudioError:
        return
    assert np.isfinite(back).all()

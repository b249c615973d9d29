import struct
import zlib
from pathlib import Path

import av
import numpy as np
import pytest
from mutagen.id3 import ID3
from mutagen.mp3 import MP3, BitrateMode

from studio.audio.decode import open_audio
from studio.audio.mp3 import Mp3Writer
from studio.core.errors import InputError, StorageError
from tests.audio.conftest import sweep, write_mp3

_TAGS = {
    "title": "Ein Brief für Œdipe 第一章",
    "artist": "P. G. Wodehouse",
    "album": "Love Among the Chickens",
    "composer": "Emma, a digital voice",
    "track": "3/24",
    "date": "1906",
    "genre": "Audiobook",
    "publisher": "Nobody & Sons",
    "language": "eng",
    "comment": "Chapter three",
    "copyright": "",
    "AI_DISCLOSURE": "Read by a synthetic voice.",
}


def _png() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 4, 4, 8, 2, 0, 0, 0)
    rows = zlib.compress((b"\0" + b"\x80\x20\x40" * 4) * 4)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def _jpeg(folder: Path) -> bytes:
    path = folder / "cover.jpg"
    with av.open(str(path), "w", format="mjpeg") as file:
        stream = file.add_stream("mjpeg")
        stream.width, stream.height, stream.pix_fmt = 16, 16, "yuvj420p"
        frame = av.VideoFrame.from_ndarray(np.full((16, 16, 3), 90, np.uint8), format="rgb24")
        file.mux(stream.encode(frame))
        file.mux(stream.encode(None))
    return path.read_bytes()


@pytest.mark.parametrize("samples", [1, 100, 1151, 1152, 1153, 44_100, 100_003])
def test_decoding_gives_exactly_the_samples_written(tmp_path: Path, samples: int):
    with open_audio(write_mp3(tmp_path / "a.mp3", sweep(3)[:samples])) as reader:
        assert sum(len(block) for block in reader.blocks()) == samples


def test_decoded_sound_is_in_time_and_three_percent_softer(mp3: Path):
    with open_audio(mp3) as reader:
        decoded = np.concatenate(list(reader.blocks()))[:, 0].astype(float)
    sound = sweep(3.0).astype(float)
    spectrum = np.fft.rfft(decoded, 2 * len(sound)) * np.conj(np.fft.rfft(sound, 2 * len(sound)))
    assert int(np.argmax(np.fft.irfft(spectrum))) == 0
    assert np.dot(decoded, sound) / np.dot(sound, sound) == pytest.approx(0.97, abs=0.003)
    assert np.abs(decoded - 0.97 * sound).max() < 0.01


@pytest.mark.parametrize("kind", ["image/png", "image/jpeg"])
def test_tags_and_cover_as_mutagen_reads_them(tmp_path: Path, kind: str):
    picture = _png() if kind == "image/png" else _jpeg(tmp_path)
    path = write_mp3(tmp_path / "a.mp3", sweep(1), tags=_TAGS, cover=(picture, kind))
    tags = ID3(path, translate=False)
    assert tags.version == (2, 3, 0)
    read = {
        frame: str(tags[frame]) for frame in ("TIT2", "TPE1", "TALB", "TCOM", "TRCK", "TYER", "TCON", "TPUB", "TLAN")
    }
    assert read == {
        "TIT2": _TAGS["title"],
        "TPE1": _TAGS["artist"],
        "TALB": _TAGS["album"],
        "TCOM": _TAGS["composer"],
        "TRCK": "3/24",
        "TYER": "1906",
        "TCON": "Audiobook",
        "TPUB": "Nobody & Sons",
        "TLAN": "eng",
    }
    assert str(tags["TXXX:AI_DISCLOSURE"]) == "Read by a synthetic voice."
    assert str(tags["TXXX:comment"]) == "Chapter three"
    assert "TCOP" not in tags
    (cover,) = tags.getall("APIC")
    assert (cover.data, cover.mime, cover.type) == (picture, kind, 3)


def test_the_stream_is_constant_192_mono_with_an_info_frame(mp3: Path):
    info = MP3(mp3).info
    assert (info.sample_rate, info.channels, info.bitrate_mode) == (44_100, 1, BitrateMode.CBR)
    assert info.bitrate == pytest.approx(192_000, abs=10)
    assert b"Info" in mp3.read_bytes()[:600]


def test_equal_input_gives_equal_bytes_however_it_is_cut(tmp_path: Path):
    files = [
        write_mp3(tmp_path / f"{n}.mp3", sweep(2), n, tags=_TAGS, cover=(_png(), "image/png")) for n in (1, 7, 190)
    ]
    assert len({file.read_bytes() for file in files}) == 1


def test_a_cover_of_another_kind_is_refused_before_anything_is_written(tmp_path: Path):
    with pytest.raises(InputError, match="image/webp"):
        Mp3Writer(tmp_path / "a.mp3", cover=(b"RIFF", "image/webp"))
    assert not list(tmp_path.iterdir())


def test_a_folder_that_is_not_there_is_a_storage_error(tmp_path: Path):
    with pytest.raises(StorageError):
        Mp3Writer(tmp_path / "none" / "a.mp3")

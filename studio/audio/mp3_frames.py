"""The frame headers of an MP3 file, read one by one: the only proof of a constant bit rate.

Layout of a header: ISO/IEC 11172-3 §2.4.1.3 (MPEG-1) and ISO/IEC 13818-3 (MPEG-2 low rates); MPEG-2.5 after
Fraunhofer's extension. Only layer III is read.
"""

from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

from studio.core.errors import InputError

_KBPS_MPEG1 = (0, 32, 40, 48, 56, 64, 80, 96, 112, 128, 160, 192, 224, 256, 320)
_KBPS_MPEG2 = (0, 8, 16, 24, 32, 40, 48, 56, 64, 80, 96, 112, 128, 144, 160)
_RATES_HZ = {3: (44_100, 48_000, 32_000), 2: (22_050, 24_000, 16_000), 0: (11_025, 12_000, 8_000)}
_SYNC = 0xFFE0
_MPEG1 = 3
_LAYER_III = 1
_MONO = 3
_RESERVED_RATE = 3
_NO_INDEX = 15
_HEADER_BYTES = 4
_ID3V2_HEADER_BYTES = 10
_READ_BYTES = 1 << 20
_MAX_JUNK_BYTES = 1 << 16


@dataclass(frozen=True, slots=True)
class FrameHeader:
    """What one frame says of itself."""

    bit_rate_bps: int
    sample_rate_hz: int
    channels: int
    frame_bytes: int


@dataclass(frozen=True, slots=True)
class Mp3Frames:
    """What all frames of a file have in common, or not.

    Attributes:
        count: number of frames.
        bit_rates_bps: each bit rate that occurs, ascending: a single one is a constant bit rate.
        sample_rates_hz: each sample rate that occurs.
        channels: each number of channels that occurs.
        junk_bytes: bytes between frames that belong to none, ID3 tags not counted.
    """

    count: int
    bit_rates_bps: tuple[int, ...]
    sample_rates_hz: tuple[int, ...]
    channels: tuple[int, ...]
    junk_bytes: int


def parse_header(data: bytes) -> FrameHeader | None:
    """Read the four bytes of a layer III frame header; None if they are not one."""
    if len(data) < _HEADER_BYTES or int.from_bytes(data[:2]) & _SYNC != _SYNC:
        return None
    version, layer = data[1] >> 3 & 3, data[1] >> 1 & 3
    bit_rate_index, rate_index = data[2] >> 4, data[2] >> 2 & 3
    if layer != _LAYER_III or version not in _RATES_HZ or rate_index == _RESERVED_RATE:
        return None
    if bit_rate_index in {0, _NO_INDEX}:
        return None
    kbps = (_KBPS_MPEG1 if version == _MPEG1 else _KBPS_MPEG2)[bit_rate_index]
    rate_hz = _RATES_HZ[version][rate_index]
    slots = (144_000 if version == _MPEG1 else 72_000) * kbps // rate_hz
    channels = 1 if data[3] >> 6 == _MONO else 2
    return FrameHeader(kbps * 1000, rate_hz, channels, slots + (data[2] >> 1 & 1))


def skip_id3v2(stream: BinaryIO) -> int:
    """Move past the ID3v2 tags at the start of a file; returns the position of what follows."""
    position = 0
    while True:
        stream.seek(position)
        head = stream.read(_ID3V2_HEADER_BYTES)
        if len(head) < _ID3V2_HEADER_BYTES or head[:3] != b"ID3":
            stream.seek(position)
            return position
        size = 0
        for byte in head[6:10]:
            size = size << 7 | byte & 0x7F
        footer = _ID3V2_HEADER_BYTES if head[5] & 0x10 else 0
        position += _ID3V2_HEADER_BYTES + size + footer


def scan_frames(path: Path) -> Mp3Frames:
    """Read every frame header of an MP3 file, in constant memory.

    Raises:
        InputError: there are no frames, or too much that is no frame.
        OSError: the file cannot be read.
    """
    seen: dict[tuple[int, int, int], int] = {}
    junk = 0
    with path.open("rb") as stream:
        skip_id3v2(stream)
        data, at = b"", 0
        while True:
            if len(data) - at < _READ_BYTES // 2 and (more := stream.read(_READ_BYTES)):
                data, at = data[at:] + more, 0
            if len(data) - at < _HEADER_BYTES or data[at : at + 3] == b"TAG":
                break
            header = parse_header(data[at : at + _HEADER_BYTES])
            if header is None:
                junk += 1
                at += 1
                if junk > _MAX_JUNK_BYTES:
                    raise InputError("this is not an MP3 file, or a damaged one", where=str(path))
                continue
            kind = (header.bit_rate_bps, header.sample_rate_hz, header.channels)
            seen[kind] = seen.get(kind, 0) + 1
            at += header.frame_bytes
    if not seen:
        raise InputError("there are no MP3 frames in this file", where=str(path))
    rates, sample_rates, channels = ({kind[i] for kind in seen} for i in range(3))
    return Mp3Frames(
        sum(seen.values()), tuple(sorted(rates)), tuple(sorted(sample_rates)), tuple(sorted(channels)), junk
    )

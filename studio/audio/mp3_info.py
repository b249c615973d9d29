"""Repair of the length in an MP3's Info frame.

FFmpeg's muxer knows the padding of the last frame only. Where a file ends 1 to 46 samples into a frame, the last frame
is nothing but padding and more lies in the one before it: without repair every decoder returns up to 46 samples
too many.

Layout of the frame: the LAME tag, revision 1 (http://gabriel.mp3-tech.org/mp3infotag.html).
"""

from pathlib import Path

from studio.audio.mp3_frames import FrameHeader, parse_header, skip_id3v2

_FRAME_SAMPLES = {True: 1152, False: 576}  # of MPEG-1, and of the lower rates of MPEG-2
_MPEG1_LEAST_HZ = 32_000
_TAG_AT = {(True, 1): 21, (True, 2): 36, (False, 1): 13, (False, 2): 21}  # after header and side information
_FRAMES_AT, _DELAY_AT, _CRC_AT = 8, 141, 154  # from the tag's "Info"
_CRC_COVERS_BYTES = 190
_CRC_POLYNOMIAL = 0xA001  # CRC-16/ARC, reflected
_PADDING_BITS = 12


def repair_padding(path: Path, samples: int) -> None:
    """Write the true padding into the Info frame, so that decoders return exactly `samples`. A no-op if it is right.

    Raises:
        OSError: the file cannot be read or written.
    """
    with path.open("rb+") as stream:
        start = skip_id3v2(stream)
        stream.seek(start)
        frame = bytearray(stream.read(_CRC_COVERS_BYTES))
        header = parse_header(bytes(frame[:4]))
        if header is None or (at := _tag_position(header)) is None or frame[at : at + 4] != b"Info":
            return
        frames = int.from_bytes(frame[at + _FRAMES_AT : at + _FRAMES_AT + 4])
        delay = int.from_bytes(frame[at + _DELAY_AT : at + _DELAY_AT + 3]) >> _PADDING_BITS
        padding = frames * _FRAME_SAMPLES[header.sample_rate_hz >= _MPEG1_LEAST_HZ] - delay - samples
        if not 0 <= padding < 1 << _PADDING_BITS:
            return
        frame[at + _DELAY_AT : at + _DELAY_AT + 3] = (delay << _PADDING_BITS | padding).to_bytes(3)
        frame[at + _CRC_AT : at + _CRC_AT + 2] = bytes(2)
        frame[at + _CRC_AT : at + _CRC_AT + 2] = _crc16(frame).to_bytes(2)
        stream.seek(start)
        stream.write(frame)


def _tag_position(header: FrameHeader) -> int | None:
    return _TAG_AT.get((header.sample_rate_hz >= _MPEG1_LEAST_HZ, header.channels))


def _crc16(data: bytes | bytearray) -> int:
    crc = 0
    for byte in data:
        crc ^= byte
        for _ in range(8):
            crc = crc >> 1 ^ (_CRC_POLYNOMIAL if crc & 1 else 0)
    return crc

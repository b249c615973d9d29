"""Decoding of sound files that come from outside: only what is known to be sound, and never another file.

FFmpeg guesses a format from content and will follow play lists (HLS, ffconcat) to other files and hosts. Here the
container is decided by its first bytes, FFmpeg is told to read that container and no other, and gets an open file
instead of a path, so that it cannot open anything by itself.
"""

import io
import os
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import av
import numpy as np
from av.audio.frame import AudioFrame
from av.audio.stream import AudioStream
from av.container import InputContainer
from av.stream import Disposition

from studio.audio.mp3_frames import parse_header, scan_frames, skip_id3v2
from studio.audio.samples import Frames, Samples
from studio.core.errors import InputError, NotFoundError

MIN_RATE_HZ = 8_000
MAX_RATE_HZ = 384_000
MAX_CHANNELS = 8

_CODECS = ("mp3", "flac", "vorbis", "opus", "aac", "alac")
_SNIFF_BYTES = 16
_ADTS_MASK, _ADTS_SYNC = 0xFFF6, 0xFFF0
_HINT = "Hand in a WAV, MP3, FLAC, Ogg, M4A, M4B or AAC file."
_FULL_SCALE = {"u8": 2.0**7, "s16": 2.0**15, "s32": 2.0**31, "s64": 2.0**63, "flt": 1.0, "dbl": 1.0}
_CUT_HINT = "Copy it again from where it came from."
_SHORT_BY_S = 0.2
_RIFF_UNKNOWN_LENGTH = 0xFFFFFFFF  # written to pipes, and in RF64
_RIFF_SLACK_BYTES = 16


@dataclass(frozen=True, slots=True)
class AudioInfo:
    """What a sound file is.

    Attributes:
        container: "wav", "mp3", "flac", "ogg", "mp4" or "aac".
        codec: FFmpeg's name of the codec ("mp3", "pcm_s24le", "flac", …).
        sample_rate_hz: its rate.
        channels: 1 for mono, 2 for stereo.
        bit_rate_bps: of the sound; 0 if unknown. For MP3 the smallest that occurs in any frame.
        constant_bit_rate: every MP3 frame has the same bit rate, or the samples are not compressed.
        duration_s: as the container says; 0 if it does not.
    """

    container: str
    codec: str
    sample_rate_hz: int
    channels: int
    bit_rate_bps: int
    constant_bit_rate: bool
    duration_s: float


class AudioReader:
    """An open sound file: what it is, and its sound, once, in blocks."""

    def __init__(self, path: Path, info: AudioInfo, file: InputContainer, stream: AudioStream) -> None:
        self.info = info
        self._path = path
        self._file = file
        self._stream = stream

    @property
    def has_video(self) -> bool:
        """Moving pictures come with the sound; cover art does not count."""
        return any(not stream.disposition & Disposition.attached_pic for stream in self._file.streams.video)

    def blocks(self) -> Iterator[Frames]:
        """The sound as float32 blocks [n, channels] of uneven length.

        Raises:
            InputError: it is damaged, cut short, changes its rate or channels, or holds samples that are not numbers.
        """
        frames = 0
        try:
            for frame in self._file.decode(self._stream):
                if frame.sample_rate != self.info.sample_rate_hz or len(frame.layout.channels) != self.info.channels:
                    raise InputError("the file changes its sample rate or channels midway", where=str(self._path))
                frames += frame.samples
                yield self._checked(frame)
        except (av.FFmpegError, OSError, ValueError) as error:
            raise InputError(f"the sound is damaged: {_reason(error)}", where=str(self._path)) from error
        if not frames:
            raise InputError("there is no sound in this file", where=str(self._path))
        if frames / self.info.sample_rate_hz < self.info.duration_s - _SHORT_BY_S:
            raise InputError(
                f"the file is cut short: {frames / self.info.sample_rate_hz:.1f} s of {self.info.duration_s:.1f} s",
                where=str(self._path),
                hint=_CUT_HINT,
            )

    def _checked(self, frame: AudioFrame) -> Frames:
        data = frame.to_ndarray()
        block = data.T if frame.format.is_planar else data.reshape(-1, self.info.channels)
        kind = frame.format.packed.name
        scaled: Frames = block.astype(np.float32)
        if kind == "u8":
            scaled -= _FULL_SCALE[kind]
        scaled /= np.float32(_FULL_SCALE[kind])
        if not np.isfinite(scaled).all():
            raise InputError("the file holds samples that are not numbers", where=str(self._path))
        return scaled


@contextmanager
def open_audio(path: Path) -> Iterator[AudioReader]:
    """Open a sound file of unknown origin.

    Raises:
        NotFoundError: there is no such file.
        InputError: it is not sound of a kind that is read here, or is damaged.
    """
    if not path.is_file():
        raise NotFoundError("there is no such file", where=str(path))
    with ExitStack() as stack:
        try:
            raw = stack.enter_context(path.open("rb"))
            container = _sniff(raw, path)
            if container == "wav":
                _refuse_cut_wav(raw, path)
            raw.seek(0)
            file = stack.enter_context(
                av.open(raw, "r", format=container, options={"protocol_whitelist": "file"}, metadata_errors="replace")
            )
            reader = _reader(path, container, file)
        except (av.FFmpegError, OSError) as error:
            raise InputError(
                f"this sound file cannot be read: {_reason(error)}", where=str(path), hint=_HINT
            ) from error
        yield reader


def decode_mono(data: bytes, where: str) -> tuple[Samples, int]:
    """The sound of a recording that is in memory, as one from the vault: float32 mono [n], and its rate in Hz.

    Raises:
        InputError: it is not sound of a kind that is read here, or is damaged.
    """
    path = Path(where)
    with ExitStack() as stack:
        try:
            raw = stack.enter_context(io.BytesIO(data))
            container = _sniff(raw, path)
            raw.seek(0)
            file = stack.enter_context(
                av.open(raw, "r", format=container, options={"protocol_whitelist": "file"}, metadata_errors="replace")
            )
            stream = _sound_of(file, path)
        except (av.FFmpegError, OSError) as error:
            raise InputError(f"this recording cannot be read: {_reason(error)}", where=where, hint=_HINT) from error
        info = AudioInfo(container, "", stream.sample_rate, stream.channels, 0, constant_bit_rate=False, duration_s=0.0)
        blocks = [block.mean(axis=1, dtype=np.float32) for block in AudioReader(path, info, file, stream).blocks()]
        return np.concatenate(blocks), info.sample_rate_hz


def inspect_audio(path: Path) -> AudioInfo:
    """What a sound file is, without decoding it (of an MP3, every frame header is read).

    Raises:
        NotFoundError: there is no such file.
        InputError: it is not sound of a kind that is read here, or is damaged.
    """
    with open_audio(path) as reader:
        return reader.info


def _sniff(raw: BinaryIO, path: Path) -> str:
    head = raw.read(_SNIFF_BYTES)
    if head[:4] in {b"RIFF", b"RF64"} and head[8:12] == b"WAVE":
        return "wav"
    if head[4:8] == b"ftyp":
        return "mp4"
    tagged = head[:3] == b"ID3"
    if tagged:
        skip_id3v2(raw)
        head = raw.read(_SNIFF_BYTES)
    if head[:4] == b"fLaC":
        return "flac"
    if head[:4] == b"OggS" and not tagged:
        return "ogg"
    if int.from_bytes(head[:2]) & _ADTS_MASK == _ADTS_SYNC:
        return "aac"
    if parse_header(head) or (tagged and any(parse_header(head[i:]) for i in range(len(head)))):
        return "mp3"
    raise InputError("this is not a sound file of a known kind", where=str(path), hint=_HINT)


def _refuse_cut_wav(raw: BinaryIO, path: Path) -> None:
    """Hold the length in a RIFF header against the file: FFmpeg takes a cut file for a shorter one."""
    raw.seek(4)
    stated = int.from_bytes(raw.read(4), "little")
    missing = stated + 8 - raw.seek(0, os.SEEK_END)
    if stated != _RIFF_UNKNOWN_LENGTH and missing > _RIFF_SLACK_BYTES:
        raise InputError(f"the file is cut short by {missing} bytes", where=str(path), hint=_CUT_HINT)


def _sound_of(file: InputContainer, path: Path) -> AudioStream:
    if not file.streams.audio:
        raise InputError("there is no sound in this file", where=str(path), hint=_HINT)
    stream = file.streams.audio[0]
    codec = stream.codec_context.codec.canonical_name
    if codec not in _CODECS and not codec.startswith("pcm_"):
        raise InputError(f"sound coded as '{codec}' is not read here", where=str(path), hint=_HINT)
    rate_hz, channels = stream.sample_rate or 0, stream.channels or 0
    if not MIN_RATE_HZ <= rate_hz <= MAX_RATE_HZ:
        raise InputError(f"a sample rate of {rate_hz} Hz is out of bounds", where=str(path), hint=_HINT)
    if not 1 <= channels <= MAX_CHANNELS:
        raise InputError(f"{channels} channels are out of bounds", where=str(path), hint=_HINT)
    return stream


def _reader(path: Path, container: str, file: InputContainer) -> AudioReader:
    stream = _sound_of(file, path)
    codec = stream.codec_context.codec.canonical_name
    rate_hz, channels = stream.sample_rate, stream.channels
    bit_rate_bps, constant = stream.bit_rate or file.bit_rate or 0, codec.startswith("pcm_")
    if container == "mp3":
        frames = scan_frames(path)
        bit_rate_bps, constant = frames.bit_rates_bps[0], len(frames.bit_rates_bps) == 1
    duration_s = float(stream.duration * stream.time_base) if stream.duration and stream.time_base else 0.0
    info = AudioInfo(container, codec, rate_hz, channels, bit_rate_bps, constant, duration_s)
    return AudioReader(path, info, file, stream)


def _reason(error: Exception) -> str:
    return getattr(error, "strerror", None) or str(error)

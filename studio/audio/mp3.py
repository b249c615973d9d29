"""MP3 as the audiobook shops want it: constant bit rate, gapless, tagged."""

from collections.abc import Mapping
from fractions import Fraction
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING, Self, cast

import av
import numpy as np
from av.stream import Disposition, Stream

from studio.audio.mp3_info import repair_padding
from studio.audio.samples import Samples
from studio.core.errors import InputError, StorageError

if TYPE_CHECKING:
    from av.video.stream import VideoStream

_COVER_CODECS = {"image/jpeg": "mjpeg", "image/png": "png"}
_ID3_TIME_BASE = Fraction(1, 90_000)


class Mp3Writer:
    """Writes mono MP3 block by block: constant bit rate, ID3v2.3 tags, cover, and an Info frame for gapless play.

    The Info frame (the LAME tag) holds the encoder's delay and padding, so that a decoder gives back exactly the
    samples that were written. Nothing in the file depends on the clock: equal input gives equal bytes. LAME scales its
    input at constant rates (192 kbps: 0.97, or -0.27 dB), so a file's level must be measured on the decoded MP3.

    Tags are FFmpeg's keys: `title` (TIT2), `artist` (TPE1), `album` (TALB), `album_artist` (TPE2), `composer` (TCOM,
    where audiobooks name the narrator), `track` ("3/12", TRCK), `date` (TYER), `genre` (TCON), `publisher` (TPUB),
    `copyright` (TCOP), `language` (TLAN, ISO 639-2 such as "eng"). Any other key, `comment` among them, becomes a TXXX
    frame of that name. Empty values are left out.

    Wrap the path in `atomic_path` for a whole-or-nothing file.
    """

    def __init__(
        self,
        path: Path,
        *,
        tags: Mapping[str, str] | None = None,
        cover: tuple[bytes, str] | None = None,
        rate_hz: int = 44_100,
        bit_rate_bps: int = 192_000,
    ) -> None:
        """Open the file and write its tags.

        Args:
            path: where to write.
            tags: see above.
            cover: the front cover as bytes and media type (image/jpeg or image/png).
            rate_hz: of the blocks to come.
            bit_rate_bps: of every frame.

        Raises:
            InputError: the cover is neither JPEG nor PNG.
            StorageError: the file cannot be written.
        """
        if cover and cover[1] not in _COVER_CODECS:
            raise InputError(f"a cover of type '{cover[1]}' cannot go into an MP3", hint="Use a JPEG or PNG picture.")
        self._path = path
        self._rate_hz = rate_hz
        self._position = 0
        try:
            self._file = av.open(f"file:{path}", "w", format="mp3", options={"id3v2_version": "3", "write_xing": "1"})
            self._file.metadata.update({key: value for key, value in (tags or {}).items() if value})
            self._sound = self._file.add_stream("libmp3lame", rate=rate_hz, layout="mono", format="fltp")
            self._sound.bit_rate = bit_rate_bps
            picture = self._add_cover(*cover) if cover else None
            self._file.start_encoding()
            if picture:
                self._file.mux(picture)
        except (av.FFmpegError, OSError) as error:
            raise StorageError(f"the MP3 file cannot be written: {error}", where=str(path)) from error

    def _add_cover(self, picture: bytes, media_type: str) -> "av.Packet[Stream]":
        stream = cast("VideoStream", self._file.add_stream(_COVER_CODECS[media_type]))
        stream.width = stream.height = 1  # the muxer wants a size but writes none: the picture brings its own
        stream.pix_fmt = "yuvj420p" if media_type == "image/jpeg" else "rgb24"
        stream.codec_context.time_base = _ID3_TIME_BASE
        stream.disposition = Disposition.attached_pic
        stream.metadata["title"] = "Cover"
        stream.metadata["comment"] = "Cover (front)"
        packet = av.Packet(picture)
        packet.stream = stream
        packet.pts = packet.dts = 0
        packet.is_keyframe = True
        return packet

    def write(self, block: Samples) -> None:
        """Append a block.

        Raises:
            StorageError: the disk is full.
        """
        if not len(block):
            return
        frame = av.AudioFrame.from_ndarray(np.ascontiguousarray(block)[np.newaxis], format="fltp", layout="mono")
        frame.sample_rate = self._rate_hz
        frame.pts = self._position
        self._position += len(block)
        try:
            self._file.mux(self._sound.encode(frame))
        except (av.FFmpegError, OSError) as error:
            raise StorageError(f"the MP3 file cannot be written: {error}", where=str(self._path)) from error

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        try:
            if kind is None:
                self._file.mux(self._sound.encode(None))
            self._file.close()
            if kind is None:
                repair_padding(self._path, self._position)
        except (av.FFmpegError, OSError) as failure:
            if kind is None:
                raise StorageError(f"the MP3 file cannot be written: {failure}", where=str(self._path)) from failure

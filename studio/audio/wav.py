"""WAV with 16 bits: the form in which single sounds are handed out, with words about them in the file itself."""

import io
import struct
import wave
from collections.abc import Mapping
from typing import Final

import numpy as np

from studio.audio.samples import Samples

_PCM16_SCALE: Final = 32767.0
_RIFF_HEAD_BYTES: Final = 8  # "RIFF" and the size of what follows


def wav_bytes(samples: Samples, rate_hz: int, info: Mapping[str, str] | None = None) -> bytes:
    """Mono sound as a WAV file of 16 bits. Equal arguments give equal bytes; beyond full scale samples are clipped.

    Args:
        samples: float32 mono [n], full scale ±1.
        rate_hz: their rate.
        info: words about the sound by the names of RIFF's INFO list (Multimedia Programming Interface 1.0, 1991):
            "IART" artist, "ICMT" comment, "ICOP" copyright. They stand behind the sound, in UTF-8; empty ones are left
            out.
    """
    buffer = io.BytesIO()
    with wave.open(buffer, "wb") as stream:
        stream.setnchannels(1)
        stream.setsampwidth(2)
        stream.setframerate(rate_hz)
        stream.writeframes((np.clip(samples, -1, 1) * _PCM16_SCALE).round().astype("<i2").tobytes())
    chunks = b"".join(_chunk(name, text) for name, text in (info or {}).items() if text)
    if not chunks:
        return buffer.getvalue()
    whole = buffer.getvalue() + struct.pack("<4sI4s", b"LIST", len(chunks) + 4, b"INFO") + chunks
    return b"RIFF" + struct.pack("<I", len(whole) - _RIFF_HEAD_BYTES) + whole[_RIFF_HEAD_BYTES:]


def _chunk(name: str, text: str) -> bytes:
    data = text.encode() + b"\0"
    return (
        struct.pack("<4sI", name.encode("ascii"), len(data)) + data + bytes(len(data) % 2)
    )  # chunks begin at even places

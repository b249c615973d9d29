"""Bytes of a text file as characters."""

import codecs
from pathlib import Path

from charset_normalizer import from_bytes

from studio.core.errors import InputError

MAX_TEXT_BYTES = 32 * 1024 * 1024
"""Ten times the longest novels."""

_MARKS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_SAMPLE_BYTES = 256 * 1024
_WESTERN_SHARE = 0.12  # letters with accents and typographic marks in Western text; other scripts have far more
_CANDIDATES = [
    "cp1252", "cp1250", "cp1251", "cp1253", "cp1254", "cp1257", "koi8_r", "mac_roman", "gb18030", "big5", "shift_jis",
    "euc_jp", "euc_kr",
]  # fmt: skip


def read_text(path: Path) -> str:
    """Read a text file in whatever encoding it is in; all line ends become line feeds.

    UTF-8 and UTF-16 are recognised for certain; mostly-ASCII text that is neither is taken as Windows-1252 (which
    contains Latin-1), and only text in other scripts is guessed at.

    Raises:
        InputError: it is too large or is no text.
        OSError: it cannot be read.
    """
    if path.stat().st_size > MAX_TEXT_BYTES:
        raise InputError(
            f"the text is larger than {MAX_TEXT_BYTES // 1024**2} MB", where=path.name, hint="Split it into volumes."
        )
    data = path.read_bytes()
    text = decode(data)
    if text is None:
        raise InputError(
            "the encoding of the text cannot be recognised", where=path.name, hint="Save it as UTF-8 and try again."
        )
    return text.replace("\r\n", "\n").replace("\r", "\n").replace("\x85", "\n")


def decode(data: bytes) -> str | None:
    """Decode a text; None if no encoding fits."""
    for mark, encoding in _MARKS:
        if data.startswith(mark):
            return _try(data, encoding)
    zeros = data.count(0)
    if zeros > len(data) // 4:
        order = "utf-16-le" if data[1::2].count(0) >= data[0::2].count(0) else "utf-16-be"
        return _try(data, order)
    return _try(data, "utf-8") or _eight_bit(data)


def _eight_bit(data: bytes) -> str | None:
    high = sum(byte >= 0x80 for byte in data[:_SAMPLE_BYTES])  # noqa: PLR2004 - above ASCII
    if high <= _WESTERN_SHARE * min(len(data), _SAMPLE_BYTES):
        return _try(data, "cp1252") or _try(data, "latin-1")
    best = from_bytes(data[:_SAMPLE_BYTES], cp_isolation=_CANDIDATES).best()
    return _try(data, best.encoding) if best is not None else None


def _try(data: bytes, encoding: str) -> str | None:
    try:
        return data.decode(encoding)
    except UnicodeDecodeError:
        return None

"""What a file is by its first bytes, whatever it is called."""

from typing import Final

_MAGIC: Final = (
    (b"%PDF-", "a PDF document"),
    (b"\x89PNG\r\n\x1a\n", "a PNG picture"),
    (b"\xff\xd8\xff", "a JPEG picture"),
    (b"GIF8", "a GIF picture"),
    (b"BM", "a BMP picture"),
    (b"II*\0", "a TIFF picture"),
    (b"MM\0*", "a TIFF picture"),
    (b"{\\rtf", "an RTF document"),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "an old Microsoft Office document"),
    (b"PK\x03\x04", "a zip file"),
    (b"PK\x05\x06", "a zip file"),
    (b"\x1f\x8b", "a gzip file"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip file"),
    (b"Rar!\x1a\x07", "a RAR file"),
    (b"BZh", "a bzip2 file"),
    (b"\xfd7zXZ\0", "an xz file"),
    (b"ID3", "an MP3 recording"),
    (b"fLaC", "a FLAC recording"),
    (b"OggS", "an Ogg recording"),
    (b"\x7fELF", "a program"),
    (b"MZ", "a program"),
    (b"SQLite format 3\0", "a database"),
    (b"%!PS", "a PostScript document"),
    (b"AT&TFORM", "a DjVu document"),
)
_ZIPPED: Final = (
    (b"word/", "a Word document"),
    (b"application/vnd.oasis.opendocument", "an OpenDocument file"),
    (b"xl/", "an Excel document"),
    (b"ppt/", "a PowerPoint document"),
)
_SHORT_MAGIC_BYTES = 3
_MOBI_AT = 60
_RIFF_AT = 8
_TEXT_MARKUP: Final = ((b"<!doctype html", "an HTML page"), (b"<html", "an HTML page"), (b"<?xml", "an XML document"))
_BYTE_ORDER_MARKS: Final = (b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf")


def foreign_format(head: bytes) -> str:
    """What a file is, in words with an article, if it is neither plain text nor unknown; else the empty string.

    Args:
        head: its first 4096 bytes.
    """
    if head[_MOBI_AT : _MOBI_AT + 8] in {b"BOOKMOBI", b"TEXtREAd"}:
        return "a Kindle (MOBI) book"
    if head.startswith(b"RIFF"):
        return {b"WAVE": "a WAV recording", b"WEBP": "a WebP picture"}.get(head[_RIFF_AT : _RIFF_AT + 4], "a RIFF file")
    if head[4:8] == b"ftyp":
        return "an MPEG-4 recording or video"
    for magic, name in _MAGIC:
        if head.startswith(magic) and (len(magic) > _SHORT_MAGIC_BYTES or b"\0" in head[:512]):
            if magic.startswith(b"PK"):
                return next((inner for sign, inner in _ZIPPED if sign in head), name)
            return name
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n")[:64].lower()
    return next((name for sign, name in _TEXT_MARKUP if start.startswith(sign)), "")


def looks_like_text(head: bytes) -> bool:
    """Whether the first bytes can be the beginning of a text in any encoding we read."""
    if foreign_format(head):
        return False
    if head.startswith(_BYTE_ORDER_MARKS):
        return True
    if head.count(0) > max(1, len(head) // 500) and not _is_utf16(head):
        return False
    controls = sum(byte < 32 and byte not in b"\t\n\v\f\r\x1b\x1a\0" for byte in head)  # noqa: PLR2004 - C0 controls
    return controls <= max(8, len(head) // 50)


def _is_utf16(head: bytes) -> bool:
    """Whether every other byte is nearly always zero, as in UTF-16 text of a Western language without a mark."""
    half = max(1, len(head) // 2)
    even, odd = head[0::2].count(0) / half, head[1::2].count(0) / half
    return max(even, odd) > 0.7 and min(even, odd) < 0.05  # noqa: PLR2004 - measured on English and German text

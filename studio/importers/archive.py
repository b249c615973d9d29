"""The zip container of a book, checked before anything in it is inflated."""

import posixpath
import re
import struct
import unicodedata
import zipfile
import zlib
from pathlib import Path
from types import TracebackType
from typing import BinaryIO, Final, Self
from urllib.parse import unquote, urlsplit

from studio.core.errors import InputError

MAX_ENTRIES: Final = 10_000
MAX_RATIO: Final = 100
MAX_TOTAL_BYTES: Final = 500 * 1024 * 1024
MAX_DOCUMENT_BYTES: Final = 16 * 1024 * 1024
MAX_READ_BYTES: Final = 96 * 1024 * 1024
"""All documents of a book together: the longest novels have about 20 MB of markup."""

_BIG_ENTRY_BYTES = 1024 * 1024
_BLOCK_BYTES = 1024 * 1024
_MAX_DIRECTORY_BYTES = 16 * 1024 * 1024
_LOCAL_HEADER_BYTES = 30
_END_RECORD = struct.Struct("<4s4H2LH")  # APPNOTE.TXT 4.3.16, end of central directory record
_END_MAGIC = b"PK\x05\x06"
_ENCRYPTED_FLAG = 0x1
_DRIVE = re.compile(r"[A-Za-z]:")
_AGAIN: Final = "Download it again, or get it from the publisher."
_REFUSED: Final = "It is refused for safety; open it in an e-book editor and save it anew."


class DamagedEntryError(InputError):
    """One entry of the container cannot be inflated; the others may be sound."""


class Archive:
    """An open container. Entries are read by the paths the book itself uses, never from the disk.

    Use as a context manager.

    Raises:
        InputError: it is no zip file, damaged, too large, password-protected or built to do harm.
    """

    def __init__(self, path: Path) -> None:
        self._where = path.name
        self._read_bytes = 0
        self._stream: BinaryIO = path.open("rb")
        try:
            self._check_end_record()
            self._zip = zipfile.ZipFile(self._stream)
            self._check_entries()
        except (
            zipfile.BadZipFile,
            struct.error,
            UnicodeDecodeError,
            NotImplementedError,
            ValueError,
            OverflowError,
        ) as error:
            self._stream.close()
            raise InputError("the file is damaged or incomplete", where=self._where, hint=_AGAIN) from error
        except BaseException:
            self._stream.close()
            raise
        self._names = {_fold(info.filename): info for info in self._zip.infolist()}

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._zip.close()
        self._stream.close()

    @property
    def names(self) -> tuple[str, ...]:
        """Paths of all files in it."""
        return tuple(info.filename for info in self._zip.infolist() if not info.is_dir())

    def __contains__(self, name: str) -> bool:
        return _fold(name) in self._names

    def read(self, name: str, *, max_bytes: int = MAX_DOCUMENT_BYTES) -> bytes:
        """Inflate one entry, never more than `max_bytes`.

        Raises:
            KeyError: there is no such entry.
            DamagedEntryError: it cannot be inflated, or its checksum is wrong.
            InputError: it is longer, or the documents of the book are too long together.
        """
        info = self._names[_fold(name)]
        if info.file_size > max_bytes:
            raise InputError(f"'{name}' is larger than {max_bytes // 1024**2} MB", where=self._where, hint=_REFUSED)
        parts = []
        size = 0
        try:
            with self._zip.open(info) as stream:
                while block := stream.read(_BLOCK_BYTES):  # in blocks: the stated size may be a lie
                    size += len(block)
                    self._read_bytes += len(block)
                    if size > max_bytes or self._read_bytes > MAX_READ_BYTES:
                        raise InputError("the text of the book is too long", where=self._where, hint=_REFUSED)
                    parts.append(block)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise DamagedEntryError(f"'{name}' is damaged", where=self._where, hint=_AGAIN) from error
        return b"".join(parts)

    def read_head(self, name: str, size: int) -> bytes:
        """The first bytes of an entry, at most `size`.

        Raises:
            KeyError: there is no such entry.
            DamagedEntryError: it cannot be inflated.
        """
        try:
            with self._zip.open(self._names[_fold(name)]) as stream:
                return stream.read(size)
        except (zipfile.BadZipFile, zlib.error, EOFError, OSError, NotImplementedError, RuntimeError) as error:
            raise DamagedEntryError(f"'{name}' is damaged", where=self._where, hint=_AGAIN) from error

    def _check_end_record(self) -> None:
        """Read the count and size of the directory before anything builds a list of it."""
        size = self._stream.seek(0, 2)
        if size == 0:
            raise InputError("the file is empty", where=self._where, hint=_AGAIN)
        tail_bytes = min(size, 0xFFFF + _END_RECORD.size)
        self._stream.seek(size - tail_bytes)
        tail = self._stream.read(tail_bytes)
        at = tail.rfind(_END_MAGIC)
        if at < 0 or at + _END_RECORD.size > len(tail):
            raise InputError("the file is damaged or incomplete: its end is missing", where=self._where, hint=_AGAIN)
        fields = _END_RECORD.unpack_from(tail, at)
        if fields[4] > MAX_ENTRIES or fields[5] > _MAX_DIRECTORY_BYTES:
            raise self._too_many()

    def _too_many(self) -> InputError:
        return InputError(f"the container holds more than {MAX_ENTRIES:,} files", where=self._where, hint=_REFUSED)

    def _check_entries(self) -> None:
        entries = self._zip.infolist()
        if len(entries) > MAX_ENTRIES:
            raise self._too_many()
        total = 0
        for info in entries:
            self._check_name(info.filename)
            if info.flag_bits & _ENCRYPTED_FLAG:
                raise InputError(
                    "the file is protected by a password", where=self._where, hint="Remove the password first."
                )
            total += info.file_size
            if info.file_size > _BIG_ENTRY_BYTES and info.file_size > MAX_RATIO * max(1, info.compress_size):
                raise InputError(
                    f"'{info.filename}' inflates more than {MAX_RATIO} times", where=self._where, hint=_REFUSED
                )
        if total > MAX_TOTAL_BYTES:
            raise InputError(
                f"the contents inflate to more than {MAX_TOTAL_BYTES // 1024**2} MB", where=self._where, hint=_REFUSED
            )
        end = 0
        for info in sorted(entries, key=lambda info: info.header_offset):
            if info.header_offset < end:
                raise InputError("entries of the container overlap", where=self._where, hint=_REFUSED)
            end = info.header_offset + _LOCAL_HEADER_BYTES + info.compress_size

    def _check_name(self, name: str) -> None:
        parts = name.replace("\\", "/").split("/")
        if ".." in parts or parts[0] == "" or _DRIVE.match(name) or "\0" in name:
            raise InputError(
                f"the container names a file outside of itself: '{name[:80]}'", where=self._where, hint=_REFUSED
            )


def resolve(base: str, href: str) -> tuple[str, str] | None:
    """Path inside the container and fragment that an href means.

    Args:
        base: folder of the document it stands in, "" for the root of the container.
        href: as written, percent-encoded.

    Returns:
        None if it leads out of the container or to another scheme.
    """
    try:
        parts = urlsplit(href.strip())
    except ValueError:
        return None
    if parts.scheme or parts.netloc:
        return None
    path = unquote(parts.path).replace("\\", "/")
    if path.startswith("/") or _DRIVE.match(path):
        return None
    path = posixpath.normpath(posixpath.join(base, path))
    if path == ".." or path.startswith(("../", "/")):
        return None
    return path, unquote(parts.fragment)


def _fold(name: str) -> str:
    """Names that differ only in case or in the Unicode form are one file, as on the systems such books are made on."""
    return unicodedata.normalize("NFC", name.replace("\\", "/")).casefold()

"""Content-addressed files: named by their SHA-256, written whole, never changed."""

import re
from pathlib import Path

from studio.core.errors import StorageError
from studio.core.files import atomic_path, sync_folder
from studio.core.hashing import sha256_bytes, sha256_file

_SHA256 = re.compile(r"^[0-9a-f]{64}$")


class BlobStore:
    """A folder of blobs, `ab/abcdef…`, safe to be written by several processes at once."""

    def __init__(self, root: Path) -> None:
        self._root = root

    def path(self, sha256: str) -> Path:
        """Path of a stored blob.

        Raises:
            StorageError: it is not a hash, or there is no such blob.
        """
        path = self._locate(sha256)
        if not path.is_file():
            raise StorageError(
                "a stored sound file is gone", where=str(path), hint="Restore it from a backup, or render again."
            )
        return path

    def has(self, sha256: str) -> bool:
        """Whether a blob is stored."""
        return self._locate(sha256).is_file()

    def put_bytes(self, data: bytes) -> str:
        """Store bytes; returns their SHA-256. Storing the same bytes again does nothing.

        Raises:
            OSError: the disk is full or cannot be written.
        """
        sha256 = sha256_bytes(data)
        target = self._locate(sha256)
        if not target.exists():
            with atomic_path(target) as temporary:
                temporary.write_bytes(data)
        return sha256

    def adopt(self, finished: Path) -> str:
        """Move a finished file of the same file system into the store; returns its SHA-256.

        Raises:
            OSError: it cannot be moved.
        """
        sha256 = sha256_file(finished)
        target = self._locate(sha256)
        target.parent.mkdir(parents=True, exist_ok=True)
        finished.replace(target)
        sync_folder(target.parent)
        return sha256

    def remove(self, sha256: str) -> None:
        """Delete a blob if it is there."""
        self._locate(sha256).unlink(missing_ok=True)

    def _locate(self, sha256: str) -> Path:
        if not _SHA256.match(sha256):
            raise StorageError("a blob was asked for by something that is not a SHA-256")
        return self._root / sha256[:2] / sha256

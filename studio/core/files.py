"""Files written whole or not at all."""

import os
import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

PART_PREFIX = ".part-"  # begins the name of every unfinished file


def sync_folder(folder: Path) -> None:
    """Flush a folder's entries to disk, so that a rename in it survives a power cut (a no-op on Windows)."""
    if os.name == "nt":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


@contextmanager
def atomic_path(target: Path, *, mode: int = 0o666) -> Iterator[Path]:
    """Give a temporary path beside the target; on success sync it and rename it over the target.

    On any exception the temporary file is removed and the target is left as it was. The temporary file keeps the
    target's suffix, since some encoders choose their container by it.

    Args:
        target: where the file goes; its folder is made if need be.
        mode: permissions of the file, less the process's umask.

    Raises:
        OSError: the folder cannot be written or the disk is full.
    """
    target.parent.mkdir(parents=True, exist_ok=True)
    temporary = target.parent / f"{PART_PREFIX}{secrets.token_hex(8)}{target.suffix}"
    os.close(os.open(temporary, os.O_CREAT | os.O_EXCL | os.O_WRONLY, mode))
    try:
        yield temporary
        with temporary.open("rb+") as stream:
            os.fsync(stream.fileno())
        temporary.replace(target)
        sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)


def write_atomic(target: Path, data: bytes, *, mode: int = 0o666) -> None:
    """Write bytes to a file whole or not at all, with permissions `mode` less the process's umask.

    Raises:
        OSError: the folder cannot be written or the disk is full.
    """
    with atomic_path(target, mode=mode) as temporary:
        temporary.write_bytes(data)

"""Many delivered files in one ZIP, for "download all"."""

import unicodedata
import zipfile
from collections.abc import Callable, Sequence
from pathlib import Path

from studio.core.errors import CancelledError, InputError, NotFoundError, StorageError
from studio.core.files import atomic_path

_BLOCK_BYTES = 1 << 20
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # the first time a ZIP can name: the same files then make the same archive
_UNIX = 3
_READABLE = 0o100644 << 16  # a plain file, rw-r--r--


def zip_files(paths: Sequence[Path], target: Path, *, cancelled: Callable[[], bool]) -> None:
    """Put files into one flat ZIP archive, written whole or not at all.

    Members are stored, not deflated (coded sound does not shrink), under their file names, in the order given, and with
    a fixed time: the same files make the same bytes. Files and archives above 4 GiB are written as ZIP64.

    Args:
        paths: files to put in; at least one, no two of which may have the same name (compared without case and in NFC,
            as Windows and macOS do when they unpack).
        target: the archive to write; an older one is replaced.
        cancelled: asked before each MiB.

    Raises:
        InputError: no files, or two of one name.
        NotFoundError: a file is not there.
        CancelledError: `cancelled` said so; the target is left as it was.
        StorageError: the disk is full or cannot be read or written.
    """
    _refuse_clashes(paths)
    try:
        with atomic_path(target) as temporary, zipfile.ZipFile(temporary, "w", zipfile.ZIP_STORED) as archive:
            for path in paths:
                _add(archive, path, cancelled)
    except OSError as error:
        raise StorageError(
            f"the archive cannot be written: {error.strerror or error}",
            where=str(target),
            hint="Free some disk space or choose another folder.",
        ) from error


def _refuse_clashes(paths: Sequence[Path]) -> None:
    if not paths:
        raise InputError("there are no files to put into an archive")
    seen: set[str] = set()
    for path in paths:
        if not path.is_file():
            raise NotFoundError("there is no such file", where=str(path), hint="Deliver the book again.")
        name = unicodedata.normalize("NFC", path.name).casefold()
        if name in seen:
            raise InputError("two files of one name cannot lie in one archive", where=path.name)
        seen.add(name)


def _add(archive: zipfile.ZipFile, path: Path, cancelled: Callable[[], bool]) -> None:
    member = zipfile.ZipInfo(unicodedata.normalize("NFC", path.name), _EARLIEST)
    member.create_system = _UNIX
    member.external_attr = _READABLE
    member.file_size = path.stat().st_size
    with path.open("rb") as source, archive.open(member, "w") as sink:
        while True:
            if cancelled():
                raise CancelledError("the archive was stopped", hint="Run it again to make it.")
            block = source.read(_BLOCK_BYTES)
            if not block:
                break
            sink.write(block)

"""Recordings and voice files that come in as the body of a request: private files that are gone afterwards."""

import shutil
import tempfile
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import anyio
from fastapi import Request

from studio.core.errors import InputError, StudioError

_UPLOAD = "recording-"
_RECORDING = "recording"
_SURELY_DEAD_S = 3600.0


@asynccontextmanager
async def received(
    request: Request, folder: Path, largest_bytes: int, *, name: str = _RECORDING
) -> AsyncIterator[Path]:
    """The body of a request as a private file that is gone afterwards; where it lay, no error tells.

    Args:
        request: whose body is read block by block.
        folder: of temporary files.
        largest_bytes: what is taken at most.
        name: what the file is, and its name; messages say it.

    Raises:
        InputError: it is empty, or too large.
    """
    with tempfile.TemporaryDirectory(prefix=_UPLOAD, dir=folder) as private:  # mode 0700
        path = Path(private) / name
        size = 0
        async with await anyio.open_file(path, "wb") as sink:
            async for block in request.stream():
                size += len(block)
                if size > largest_bytes:
                    raise InputError(f"the {name} is larger than {largest_bytes // 2**20} MB")
                await sink.write(block)
        if size == 0:
            again = "Record it again." if name == _RECORDING else "Choose another file."
            raise InputError(f"the {name} is empty", hint=again)
        try:
            yield path
        except StudioError as error:
            error.where = "" if error.where == str(path) else error.where
            raise


def sweep_uploads(folder: Path) -> None:
    """Remove recordings that a killed server left; no request takes an hour."""
    for left in folder.glob(f"{_UPLOAD}*"):
        if time.time() - left.stat().st_mtime > _SURELY_DEAD_S:
            shutil.rmtree(left, ignore_errors=True)

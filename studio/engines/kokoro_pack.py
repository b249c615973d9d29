"""Kokoro voice packs, shipped or made elsewhere: one style vector of 256 for each number of tokens up to 510."""

import io
import math
import zipfile
from typing import Final

import numpy as np
import numpy.typing as npt

from studio.core.errors import InputError

PACK_FILE: Final = "pack.f16"
"""Name of the only file of an imported pack: float16 [510, 256], C order, little-endian."""

PACK_SHAPE: Final = (510, 256)
LARGEST_PACK_BYTES: Final = 4_000_000
_VALUES: Final = math.prod(PACK_SHAPE)
_LARGEST_STYLE: Final = 8.0  # the shipped packs stay within ±2.2
_NPY, _ZIP, _PICKLE = b"\x93NUMPY", b"PK\x03\x04", b"\x80"
_CONVERT: Final = (
    "Where it was made, write it with numpy: np.savez('voice.npz', pack.numpy()), or pack.numpy().tofile('voice.bin')."
)

Pack = npt.NDArray[np.float16]


def read_pack(data: bytes, where: str) -> Pack:
    """Read a pack: .npz or .npy as numpy writes them, or bare float32 or float16 numbers (.bin). Never a pickle.

    Args:
        data: the file.
        where: its name, for messages.

    Returns:
        float16 [510, 256].

    Raises:
        InputError: it is something else, too large, or holds numbers that no voice has.
    """
    if len(data) > LARGEST_PACK_BYTES:
        raise InputError("this is too large for one Kokoro voice", where=where, hint="Give the pack of a single voice.")
    values = _numbers(data, where)
    if values.size != _VALUES or values.shape not in {PACK_SHAPE, (510, 1, 256), (_VALUES,)}:
        raise InputError(
            f"this holds numbers of shape {list(values.shape)}; a Kokoro voice is 510 × 256", where=where, hint=_CONVERT
        )
    if not np.isfinite(values).all() or float(np.abs(values).max()) > _LARGEST_STYLE or not values.any():
        raise InputError("the numbers in this file are not those of a voice", where=where, hint="Export it again.")
    return np.ascontiguousarray(values.reshape(PACK_SHAPE), np.float16)


def pack_of_file(data: bytes) -> Pack:
    """An imported pack from the bytes that `PACK_FILE` holds.

    Raises:
        InputError: they are not such a pack.
    """
    if len(data) != 2 * _VALUES:
        raise InputError("this is no Kokoro pack", where=PACK_FILE, hint="Import the voice again.")
    return np.frombuffer(data, "<f2").reshape(PACK_SHAPE)


def _numbers(data: bytes, where: str) -> npt.NDArray[np.floating]:
    if data.startswith(_ZIP):
        return _from_zip(data, where)
    if data.startswith(_NPY):
        return _from_npy(data, where)
    if len(data) in {2 * _VALUES, 4 * _VALUES}:
        return np.frombuffer(data, "<f2" if len(data) == 2 * _VALUES else "<f4")
    if data.startswith(_PICKLE):
        raise _pickled(where)
    raise InputError("this is no Kokoro voice: neither .npz, .npy nor bare numbers", where=where, hint=_CONVERT)


def _from_zip(data: bytes, where: str) -> npt.NDArray[np.floating]:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = archive.infolist()
            if any(entry.filename.endswith(".pkl") for entry in entries):  # what PyTorch writes
                raise _pickled(where)
            if len(entries) != 1 or entries[0].file_size > LARGEST_PACK_BYTES:
                raise InputError(f"this archive holds {len(entries)} voices or more than a voice", where=where,
                                 hint="Give an archive with one voice.")  # fmt: skip
            return _from_npy(archive.read(entries[0]), where)
    except (zipfile.BadZipFile, NotImplementedError, RuntimeError, OSError, EOFError) as error:
        raise InputError("this archive is damaged", where=where, hint="Export it again.") from error


def _from_npy(data: bytes, where: str) -> npt.NDArray[np.floating]:
    try:
        found = np.load(io.BytesIO(data), allow_pickle=False)
    except ValueError as error:
        raise (_pickled(where) if "pickle" in str(error) else _damaged(where)) from error
    except (OSError, EOFError, SyntaxError) as error:
        raise _damaged(where) from error
    if not isinstance(found, np.ndarray) or not np.issubdtype(found.dtype, np.floating):
        raise InputError("this holds no decimal numbers", where=where, hint=_CONVERT)
    return found


def _pickled(where: str) -> InputError:
    return InputError(
        "this file can run programs when it is opened (a Python pickle, as PyTorch writes), so it is not opened",
        where=where,
        hint=_CONVERT,
    )


def _damaged(where: str) -> InputError:
    return InputError("this file is damaged", where=where, hint="Export it again.")

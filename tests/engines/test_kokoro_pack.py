"""Voice packs made elsewhere: every form that numpy writes is read, everything else is told apart and refused."""

import io
import os
import pickle
import zipfile

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import InputError
from studio.engines.kokoro_pack import PACK_SHAPE, pack_of_file, read_pack

PACK = np.random.default_rng(7).normal(0, 0.3, PACK_SHAPE).astype(np.float16)


def npz(**arrays: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.savez(buffer, **arrays)
    return buffer.getvalue()


def npy(array: np.ndarray) -> bytes:
    buffer = io.BytesIO()
    np.save(buffer, array)
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [
        npz(voice=PACK),
        npz(voice=PACK.astype(np.float32).reshape(510, 1, 256)),
        npy(PACK.astype(np.float64)),
        PACK.tobytes(),
        PACK.astype("<f4").tobytes(),
    ],
    ids=["npz", "npz of torch's shape", "npy", "bare float16", "bare float32"],
)
def test_forms(data: bytes):
    read = read_pack(data, "voice")
    assert read.dtype == np.float16
    assert np.array_equal(read, PACK)
    assert np.array_equal(pack_of_file(read.tobytes()), PACK)


class _Runs:
    def __reduce__(self) -> tuple[object, ...]:
        return (os._exit, (3,))  # ends the test run if it is ever called


def _torch_like() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w") as archive:
        archive.writestr("voice/data.pkl", pickle.dumps(_Runs()))
    return buffer.getvalue()


def _objects(writer) -> bytes:
    buffer = io.BytesIO()
    writer(buffer, np.array([_Runs()], dtype=object))
    return buffer.getvalue()


@pytest.mark.parametrize(
    "data",
    [pickle.dumps(_Runs()), _torch_like(), _objects(np.save), _objects(lambda f, a: np.savez(f, voice=a))],
    ids=["pickle", "as PyTorch writes", "npy of objects", "npz of objects"],
)
def test_no_pickle_is_opened(data: bytes):
    with pytest.raises(InputError, match="can run programs when it is opened"):
        read_pack(data, "voice.pt")


def _bomb() -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("voice.npy", bytes(50_000_000))
    return buffer.getvalue()


def _spoiled(value: float) -> np.ndarray:
    pack = PACK.astype(np.float32)
    pack[3, 4] = value
    return pack


@pytest.mark.parametrize(
    ("data", "says"),
    [
        (b"", "no Kokoro voice"),
        (b"RIFF....WAVE", "no Kokoro voice"),
        (npz(a=PACK, b=PACK), "holds 2 voices"),
        (npz(voice=PACK[:100]), "shape"),
        (npy(np.zeros(PACK_SHAPE, np.int16)), "no decimal numbers"),
        (npy(_spoiled(np.nan)), "not those of a voice"),
        (npy(_spoiled(40.0)), "not those of a voice"),
        (npy(np.zeros(PACK_SHAPE, np.float32)), "not those of a voice"),
        (npy(PACK)[:2000], "damaged"),
        (npz(voice=PACK)[:3000], "damaged"),
        (bytes(5_000_000), "too large"),
        (_bomb(), "more than a voice"),
    ],
)
def test_what_is_no_voice_is_told(data: bytes, says: str):
    with pytest.raises(InputError, match=says):
        read_pack(data, "voice.npz")


@given(st.binary(max_size=400), st.sampled_from([b"", b"PK\x03\x04", b"\x93NUMPY\x01\x00", b"\x80\x04"]))
def test_any_bytes_are_read_or_refused(data: bytes, head: bytes):
    with pytest.raises(InputError):
        read_pack(head + data, "voice")

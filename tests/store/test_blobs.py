from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import StorageError
from studio.core.hashing import sha256_bytes
from studio.store.blobs import BlobStore


@given(data=st.binary(max_size=2000))
def test_what_is_put_is_found_under_its_hash(tmp_path_factory: pytest.TempPathFactory, data: bytes):
    store = BlobStore(tmp_path_factory.mktemp("blobs"))
    sha256 = store.put_bytes(data)
    assert sha256 == sha256_bytes(data)
    assert store.path(sha256).read_bytes() == data
    assert store.put_bytes(data) == sha256


def test_a_finished_file_is_adopted_by_moving(tmp_path: Path):
    store = BlobStore(tmp_path / "blobs")
    finished = tmp_path / "finished.flac"
    finished.write_bytes(b"sound")
    sha256 = store.adopt(finished)
    assert not finished.exists()
    assert store.path(sha256).read_bytes() == b"sound"
    assert not list((tmp_path / "blobs").rglob(".part-*"))


def test_a_removed_blob_is_gone_and_said_so(tmp_path: Path):
    store = BlobStore(tmp_path)
    sha256 = store.put_bytes(b"x")
    store.remove(sha256)
    store.remove(sha256)
    assert not store.has(sha256)
    with pytest.raises(StorageError, match="gone"):
        store.path(sha256)


@pytest.mark.parametrize("name", ["../../etc/passwd", "", "A" * 64, "a" * 63, "a" * 64 + "/x"])
def test_only_hashes_are_looked_up(tmp_path: Path, name: str):
    with pytest.raises(StorageError, match="not a SHA-256"):
        BlobStore(tmp_path).has(name)

from pathlib import Path

import pytest

from studio.core.errors import MissingError, NotFoundError
from studio.weights.store import Finding, WeightsStore
from tests.weights.conftest import CONTENT, registry_of, weight_file

_CONFIG = b'{"layers": 2}'
_FLIPPED = CONTENT[:1000] + bytes([CONTENT[1000] ^ 1]) + CONTENT[1001:]


@pytest.fixture
def store(tmp_path: Path) -> WeightsStore:
    files = weight_file(), weight_file(content=_CONFIG, name="config.json")
    return WeightsStore(tmp_path / "weights", registry_of(*files))


def _put(tmp_path: Path, name: str, content: bytes) -> Path:
    path = tmp_path / "weights" / "small" / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    return path


def test_a_right_file_is_handed_out(store: WeightsStore, tmp_path: Path):
    path = _put(tmp_path, "net.bin", CONTENT)
    assert store.path("small", "net.bin") == path


def test_a_missing_file_names_the_command_that_fetches_it(store: WeightsStore):
    with pytest.raises(MissingError) as caught:
        store.path("small", "net.bin")
    assert caught.value.sentence == "model file net.bin is not installed. Run `studio weights pull small`."


@pytest.mark.parametrize(
    "content", [b"", CONTENT[:-1], CONTENT + b"x", _FLIPPED], ids=["empty", "short", "long", "bit"]
)
def test_a_file_with_a_wrong_hash_is_refused(store: WeightsStore, tmp_path: Path, content: bytes):
    path = _put(tmp_path, "net.bin", content)
    _put(tmp_path, "config.json", _CONFIG)
    with pytest.raises(MissingError, match="does not match its SHA-256; refused") as caught:
        store.path("small", "net.bin")
    assert caught.value.where == str(path)
    with pytest.raises(MissingError, match="refused"):
        store.folder("small")
    assert store.status("small") == "wrong"
    assert store.verify("small") == [Finding("net.bin", "wrong", "net.bin does not match its SHA-256")]


def test_a_file_altered_after_it_was_verified_is_refused_the_next_time(store: WeightsStore, tmp_path: Path):
    import os

    path = _put(tmp_path, "net.bin", CONTENT)
    store.path("small", "net.bin")
    before = path.stat()
    with path.open("rb+") as stream:
        stream.write(_FLIPPED)
    os.utime(path, ns=(before.st_atime_ns, before.st_mtime_ns))  # same size, same time, same inode
    with pytest.raises(MissingError, match="refused"):
        store.path("small", "net.bin")


def test_a_folder_in_the_place_of_a_file_is_wrong(store: WeightsStore, tmp_path: Path):
    (tmp_path / "weights" / "small" / "net.bin").mkdir(parents=True)
    assert store.status("small") == "wrong"


def test_status_and_findings_follow_the_files(store: WeightsStore, tmp_path: Path):
    assert store.status("small") == "missing"
    assert [finding.state for finding in store.verify("small")] == ["missing", "missing"]
    _put(tmp_path, "config.json", _CONFIG)
    assert store.status("small") == "partial"
    _put(tmp_path, "net.bin", CONTENT)
    assert store.status("small") == "present"
    assert store.verify("small") == []
    assert store.folder("small") == tmp_path / "weights" / "small"


def test_unknown_names_are_told_with_the_known_ones(store: WeightsStore):
    with pytest.raises(NotFoundError, match="Known: small"):
        store.path("big", "net.bin")
    with pytest.raises(NotFoundError, match=r"no file 'x\.bin'"):
        store.path("small", "x.bin")
    with pytest.raises(NotFoundError, match="no model"):
        store.status("../small")


def test_looking_writes_nothing(store: WeightsStore, tmp_path: Path):
    store.status("small")
    store.verify("small")
    with pytest.raises(MissingError):
        store.folder("small")
    assert not (tmp_path / "weights").exists()


@pytest.mark.models
def test_the_installed_models_are_what_the_registry_says(kokoro_weights: Path, whisper_folder: Path):
    assert WeightsStore(kokoro_weights).verify("kokoro-82m-v1.0-int8") == []
    assert WeightsStore(whisper_folder.parent).verify("whisper-base") == []

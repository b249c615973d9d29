import multiprocessing
import os
import resource
import signal
import threading
from pathlib import Path

import pytest

from studio.core.files import atomic_path, write_atomic


class _Stop(BaseException):
    """Like the interrupt of a user: not an Exception."""


def _names(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir())


def test_a_file_is_written_into_folders_that_it_makes(tmp_path: Path):
    target = tmp_path / "a" / "b" / "book.mp3"
    write_atomic(target, b"sound")
    assert target.read_bytes() == b"sound"
    assert _names(target.parent) == ["book.mp3"]


def test_an_earlier_file_is_replaced_whole(tmp_path: Path):
    target = tmp_path / "book.mp3"
    write_atomic(target, b"a long first version")
    write_atomic(target, b"second")
    assert target.read_bytes() == b"second"
    assert _names(tmp_path) == ["book.mp3"]


@pytest.mark.parametrize("failure", [OSError(28, "No space left on device"), ValueError("bad"), _Stop()])
@pytest.mark.parametrize("before", [None, b"earlier"])
def test_a_failure_leaves_everything_as_it_was(tmp_path: Path, failure: BaseException, before: bytes | None):
    target = tmp_path / "book.mp3"
    if before is not None:
        target.write_bytes(before)

    def write_and_fail() -> None:
        with atomic_path(target) as temporary:
            temporary.write_bytes(b"half")
            raise failure

    with pytest.raises(type(failure)):
        write_and_fail()
    assert _names(tmp_path) == ([] if before is None else ["book.mp3"])
    assert before is None or target.read_bytes() == before


def test_a_disk_that_refuses_leaves_the_earlier_file(tmp_path: Path):
    target = tmp_path / "book.mp3"
    write_atomic(target, b"earlier")
    limits = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (1000, limits[1]))
    try:
        with pytest.raises(OSError, match="File too large"):
            write_atomic(target, bytes(100_000))
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, limits)
    assert target.read_bytes() == b"earlier"
    assert _names(tmp_path) == ["book.mp3"]


def test_the_temporary_file_is_beside_the_target_with_its_suffix_and_hidden(tmp_path: Path):
    with atomic_path(tmp_path / "book.m4b") as temporary:
        assert temporary.parent == tmp_path
        assert temporary.suffix == ".m4b"
        assert temporary.name.startswith(".")


def test_the_target_is_not_there_before_the_end(tmp_path: Path):
    target = tmp_path / "book.mp3"
    with atomic_path(target) as temporary:
        temporary.write_bytes(b"sound")
        assert not target.exists()
    assert target.exists()


def test_a_writer_that_replaces_its_temporary_file_is_served_too(tmp_path: Path):
    target = tmp_path / "book.mp3"
    with atomic_path(target) as temporary:
        other = tmp_path / "encoded"
        other.write_bytes(b"sound")
        other.replace(temporary)
    assert target.read_bytes() == b"sound"


def test_a_link_is_replaced_and_what_it_points_to_left_alone(tmp_path: Path):
    outside = tmp_path / "outside"
    outside.write_bytes(b"precious")
    target = tmp_path / "exports" / "book.mp3"
    target.parent.mkdir()
    target.symlink_to(outside)
    write_atomic(target, b"sound")
    assert outside.read_bytes() == b"precious"
    assert target.read_bytes() == b"sound"
    assert not target.is_symlink()


def test_a_folder_in_the_place_of_the_target_is_an_error_and_stays(tmp_path: Path):
    (tmp_path / "book.mp3" / "inside").mkdir(parents=True)
    with pytest.raises(OSError, match="directory"):
        write_atomic(tmp_path / "book.mp3", b"sound")
    assert _names(tmp_path) == ["book.mp3"]


def test_readers_see_one_version_or_the_other_while_two_write(tmp_path: Path):
    target = tmp_path / "state.json"
    versions = [bytes([value]) * 200_000 for value in (1, 2)]
    write_atomic(target, versions[0])
    writers = [
        threading.Thread(target=lambda data=data: [write_atomic(target, data) for _ in range(10)]) for data in versions
    ]
    for writer in writers:
        writer.start()
    while any(writer.is_alive() for writer in writers):
        assert target.read_bytes() in versions
    for writer in writers:
        writer.join()
    assert _names(tmp_path) == ["state.json"]


def _write_half_and_die(target: str) -> None:
    with atomic_path(Path(target)) as temporary:
        temporary.write_bytes(b"half")
        os.kill(os.getpid(), signal.SIGKILL)


def test_a_killed_writer_leaves_the_earlier_file(tmp_path: Path):
    target = tmp_path / "book.mp3"
    write_atomic(target, b"earlier")
    process = multiprocessing.get_context("spawn").Process(target=_write_half_and_die, args=(str(target),))
    process.start()
    process.join(60)
    assert process.exitcode == -signal.SIGKILL
    assert target.read_bytes() == b"earlier"


@pytest.mark.parametrize(("mode", "expected"), [(0o666, 0o644), (0o600, 0o600)])
def test_permissions_are_what_was_asked_less_the_umask(tmp_path: Path, mode: int, expected: int):
    old = os.umask(0o022)
    try:
        write_atomic(tmp_path / "book.mp3", b"x", mode=mode)
    finally:
        os.umask(old)
    assert (tmp_path / "book.mp3").stat().st_mode & 0o777 == expected

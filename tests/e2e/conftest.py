"""A real server process on a fresh data home, and a real browser that notices everything that goes wrong in a page."""

import os
import shutil
import socket
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cached_property
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import Any

import httpx
import pytest

from studio.bootstrap import Studio, open_studio, read_settings
from tests.e2e.launch import launch

ARTIFACTS = Path(__file__).resolve().parent.parent / "artifacts"
DESKTOP = {"width": 1440, "height": 900}
PHONE = {"width": 390, "height": 844}
_BROWSERS = ("chromium", "chromium-browser", "google-chrome")
_PATIENCE_MS = 20_000  # the other worker may have both cores
_FLAGS = (
    "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking",
    "--disable-component-update", "--disable-sync", "--autoplay-policy=no-user-gesture-required",
)  # fmt: skip
_START_LIMIT_S = 90.0


@dataclass
class Server:
    """`studio serve` as a process of its own, and its services as the test's process sees them."""

    address: str
    home: Path
    process: BaseProcess | None = None

    @cached_property
    def studio(self) -> Studio:
        return open_studio(read_settings({}, home=self.home, workers=1))

    def start(self) -> None:
        port = self.address.rpartition(":")[2]
        log = self.home.parent / "server.log"
        command = ["serve", "--port", port, "--home", str(self.home), "--no-open"]
        self.process = launch(command, self.home.parent, log)
        limit = time.monotonic() + _START_LIMIT_S
        while self.process.is_alive() and time.monotonic() < limit:
            try:
                if httpx.get(f"{self.address}/healthz", timeout=2).status_code == 200:
                    return
            except httpx.TransportError:
                time.sleep(0.1)
        pytest.fail(f"the server did not start: {log.read_text(errors='replace')[-2000:]}")

    def stop(self, *, kill: bool = False) -> None:
        if self.process is None:
            return
        if not kill:
            self.process.terminate()
            self.process.join(30)
        self.process.kill()
        self.process.join()


@dataclass
class Watch:
    """What a page did that no page of the studio may do."""

    origin: str
    errors: list[str] = field(default_factory=list)
    foreign: list[str] = field(default_factory=list)

    def follow(self, page: Any) -> None:
        page.on("pageerror", lambda error: self.errors.append(f"script: {error}"))
        page.on("console", self._console)
        page.on("request", self._request)

    def _console(self, message: Any) -> None:
        if message.type == "error":
            self.errors.append(f"console: {message.text} ({message.location.get('url', '')})")

    def _request(self, request: Any) -> None:
        if not request.url.startswith((self.origin + "/", "blob:", "data:")):
            self.foreign.append(request.url)

    def check(self) -> None:
        assert not self.foreign, self.foreign
        assert not self.errors, self.errors


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium: the system's, or the one Playwright installed."""
    playwright = pytest.importorskip("playwright.sync_api")
    playwright.expect.set_options(timeout=_PATIENCE_MS)
    system = next((path for name in _BROWSERS if (path := shutil.which(name))), None)
    with playwright.sync_playwright() as driver:
        if system is None and not Path(driver.chromium.executable_path).exists():
            reason = "no Chromium: install it, or run `playwright install chromium`"
            if os.environ.get("CI"):
                pytest.fail(reason)
            pytest.skip(reason)
        chromium = driver.chromium.launch(executable_path=system, args=list(_FLAGS))
        yield chromium
        chromium.close()


@pytest.fixture
def server(home: Path) -> Iterator[Server]:
    """A server on a fresh data home and a free port, whose working directory is the test's folder."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    running = Server(f"http://127.0.0.1:{port}", home)
    try:
        running.start()
        yield running
    finally:
        running.stop()
        if "studio" in vars(running):
            running.studio.close()


@pytest.fixture
def watch(server: Server) -> Iterator[Watch]:
    """Checked at the end of the test: no script error, no error on the console, no request to anywhere else."""
    watched = Watch(server.address)
    yield watched
    watched.check()


@pytest.fixture
def page(browser: Any, server: Server, watch: Watch) -> Iterator[Any]:
    """A page of the server at desktop size."""
    context = browser.new_context(
        base_url=server.address, viewport=DESKTOP, accept_downloads=True, color_scheme="light"
    )
    opened = context.new_page()
    watch.follow(opened)
    yield opened
    context.close()

"""Models from the hub: fetched by its own library from a server on this machine that answers as the hub does."""

import hashlib
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from huggingface_hub import constants

from studio.core.errors import CancelledError, InputError, MissingError
from studio.core.time import utc_now
from studio.weights.adoption import load_adoptable
from studio.weights.store import WeightsStore

FILES = {"config.json": b"{}", "vocab.json": b"[]", "model.pth": bytes(range(256)) * 4000}


class _Hub(BaseHTTPRequestHandler):
    files: dict[str, bytes]
    stated: dict[str, str]

    def do_HEAD(self) -> None:
        self._answer(with_body=False)

    def do_GET(self) -> None:
        self._answer(with_body=True)

    def _answer(self, *, with_body: bool) -> None:
        name = self.path.removeprefix("/coqui/XTTS-v2/resolve/main/")
        content = self.files.get(name)
        self.send_response(200 if content is not None else 404)
        if content is not None:
            self.send_header("ETag", f'"{self.stated.get(name) or hashlib.sha256(content).hexdigest()}"')
            self.send_header("X-Repo-Commit", "a" * 40)
        self.send_header("Content-Length", str(len(content or b"")))
        self.end_headers()
        if with_body and content:
            self.wfile.write(content)

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[type[_Hub]]:
    handler = type("Hub", (_Hub,), {"files": dict(FILES), "stated": {}})
    with ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        address = f"http://127.0.0.1:{server.server_port}"
        monkeypatch.setattr(constants, "ENDPOINT", address)
        monkeypatch.setattr(
            constants,
            "HUGGINGFACE_CO_URL_TEMPLATE",
            address + "/{repo_id}/resolve/{revision}/{filename}",
        )
        yield handler
        server.shutdown()


def test_a_model_is_fetched_once_its_terms_are_accepted(hub: type[_Hub], tmp_path: Path):
    store = WeightsStore(tmp_path)
    with pytest.raises(InputError, match="nobody is named"):
        store.adopt("xtts-v2", None, " ", utc_now())
    assert list(tmp_path.iterdir()) == []
    seen = []
    accepted = store.adopt("xtts-v2", None, "Ada Finch", utc_now(), progress=seen.append)
    assert {file.name for file in accepted.files} == set(load_adoptable()["xtts-v2"].files)
    assert (store.folder("xtts-v2") / "model.pth").read_bytes() == hub.files["model.pth"]
    assert seen[-1].done == seen[-1].total > 0
    assert list((tmp_path / ".hub").iterdir()) == []


def test_what_the_hub_does_not_have_or_does_not_match_is_not_accepted(hub: type[_Hub], tmp_path: Path):
    store = WeightsStore(tmp_path)
    hub.stated["model.pth"] = "0" * 64
    with pytest.raises(MissingError, match=r"another file for model\.pth"):
        store.adopt("xtts-v2", None, "Ada Finch", utc_now())
    hub.stated.clear()
    del hub.files["vocab.json"]
    with pytest.raises(MissingError, match=r"vocab\.json of 'xtts-v2' cannot be fetched") as refused:
        store.adopt("xtts-v2", None, "Ada Finch", utc_now())
    assert "\n" not in refused.value.sentence
    assert store.accepted("xtts-v2") is None
    with pytest.raises(MissingError, match="not on the hub"):
        store.adopt("wavlm-large", None, "Ada Finch", utc_now())


@pytest.mark.usefixtures("hub")
def test_a_pull_can_be_stopped(tmp_path: Path):
    store = WeightsStore(tmp_path)
    with pytest.raises(CancelledError):
        store.adopt("xtts-v2", None, "Ada Finch", utc_now(), cancelled=lambda: True)
    assert store.accepted("xtts-v2") is None

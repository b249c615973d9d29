"""The optional director, asked over a real connection: what it says becomes suggestions, and nothing else."""

import contextlib
import json
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from studio.bootstrap import Studio, open_studio, read_settings
from studio.core.errors import EngineError, InputError, MissingError
from studio.services.chat import LARGEST_ANSWER_BYTES, make_chat_server

BOOK = """# The Boathouse

The harbour lay in fog. Nobody had come down the hill since the bells rang.

“Is it late?” asked Mr. Dale.

“It is past nine,” said Anna.

The gulls had gone. The river was brown and high, and a barge was going down to the sea without a light.

They waited for a long time. The rope hung from the beam.

The stove was cold. There was no wood left.

Somebody by the door coughed. “Good evening.”

Far away a dog barked at the tide, and the lamp in the window of the inn went out at last.
"""
KEY = "sk-test-0123456789"


@dataclass
class Server:
    """A chat server on this machine that remembers what it was asked, and answers what a test says."""

    answer: Callable[[dict[str, Any]], bytes]
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    asked: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    port: int = 0


def content(said: object) -> bytes:
    return json.dumps({"choices": [{"message": {"role": "assistant", "content": said}}]}).encode()


def _lines(answer: Callable[[dict[str, Any]], list[Any]]) -> Callable[[dict[str, Any]], bytes]:
    return lambda question: content(json.dumps({"lines": answer(question)}))


@pytest.fixture
def serve() -> Iterator[Callable[[Server], Server]]:
    running: list[ThreadingHTTPServer] = []

    def start(server: Server) -> Server:
        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
                server.asked.append((self.path, dict(self.headers), body))
                data = server.answer(json.loads(body["messages"][1]["content"]))
                self.send_response(server.status)
                for name, value in {"Content-Length": str(len(data)), **server.headers}.items():
                    self.send_header(name, value)
                self.end_headers()
                with contextlib.suppress(OSError):  # the client had enough
                    self.wfile.write(data)

            def log_message(self, *_: Any) -> None:
                pass

        http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        server.port = http.server_port
        threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
        running.append(http)
        return server

    yield start
    for http in running:
        http.shutdown()
        http.server_close()


@pytest.fixture
def opened(home: Path) -> Iterator[Callable[[str], Studio]]:
    studios: list[Studio] = []

    def start(url: str, model: str = "local-model") -> Studio:
        environment = {"VIVAVOCE_HOME": str(home), "VIVAVOCE_DIRECTOR_URL": url, "VIVAVOCE_DIRECTOR_MODEL": model}
        studios.append(open_studio(read_settings(environment | {"VIVAVOCE_DIRECTOR_KEY": KEY}, workers=1)))
        return studios[-1]

    yield start
    for studio in studios:
        studio.close()


@pytest.fixture
def directed(
    serve: Callable[[Server], Server], opened: Callable[[str], Studio], tmp_path: Path
) -> Callable[[Server], tuple[Studio, str]]:
    """A studio whose director is a server, and a project with one unsure line."""

    def make(server: Server) -> tuple[Studio, str]:
        studio = opened(f"http://127.0.0.1:{serve(server).port}")
        path = tmp_path / "boathouse.md"
        path.write_text(BOOK, encoding="utf-8")
        project = studio.projects.import_file(path, language="en-GB").id
        assert studio.speakers.find(project).unsure == 1
        return studio, project

    return make


def test_its_answers_are_suggestions_that_somebody_has_to_accept(
    directed: Callable[[Server], tuple[Studio, str]],
) -> None:
    server = Server(
        _lines(
            lambda asked: [{"id": asked["who"][0], "role": "anna", "delivery": "Whisper", "why": "she\nstands there"}]
        )
    )
    studio, project = directed(server)
    before = studio.manuscript.lines(project)

    done = studio.director.direct(project)

    assert (done.asked, done.proposed, done.left_out, done.unusable) == (1, 2, 0, 0)
    assert done.on_this_machine
    delivery, role = studio.suggestions.open(project)
    assert (role.kind, role.value, role.source, role.reason) == ("role", "Anna", "local-model", "she stands there")
    assert (delivery.kind, delivery.value, role.text) == ("delivery", "whisper", "“Good evening.”")
    assert studio.manuscript.lines(project) == before, "nothing is followed by itself"

    studio.suggestions.decline(project, [delivery.id])
    studio.suggestions.accept(project, [role.id])
    line = next(line for line in studio.manuscript.lines(project) if line.id == role.segment)
    assert (line.role, line.speaker, line.delivery) == ("Anna", "confirmed", "neutral")


def test_only_the_lines_that_are_needed_are_sent_and_the_key_only_in_its_header(
    directed: Callable[[Server], tuple[Studio, str]],
) -> None:
    server = Server(_lines(lambda _: []))
    studio, project = directed(server)

    studio.director.direct(project)

    ((path, headers, body),) = server.asked
    assert path == "/v1/chat/completions"
    assert headers["Authorization"] == f"Bearer {KEY}"
    sent = json.loads(body["messages"][1]["content"])
    texts = [line["text"] for line in sent["lines"]]
    assert "“Good evening.”" in texts
    assert len(texts) <= 9
    assert not any("fog" in text for text in texts)
    assert "role" not in sent["lines"][sent["who"][0]]
    assert KEY not in json.dumps(body)
    assert KEY not in repr(studio.settings)
    assert project not in json.dumps(body)


def test_deliveries_of_all_speech_are_asked_for_on_request(directed: Callable[[Server], tuple[Studio, str]]) -> None:
    server = Server(_lines(lambda asked: [{"id": each, "delivery": "sad"} for each in asked["how"]]))
    studio, project = directed(server)

    assert studio.director.direct(project, deliveries=True).asked == 3
    assert {each.text for each in studio.suggestions.open(project)} == {
        "“Is it late?”", "“It is past nine,”", "“Good evening.”",
    }  # fmt: skip
    assert studio.director.direct(project, deliveries=True, most=1).asked == 1


@pytest.mark.parametrize(
    "said",
    [
        {"id": 10_000, "role": "Anna"},
        {"id": "0", "role": "Anna"},
        {"id": True, "role": "Anna"},
        {"id": None},
        "Anna",
        ["Anna"],
        {"role": "Anna"},
    ],
)
def test_lines_that_were_not_asked_about_are_left_out(
    directed: Callable[[Server], tuple[Studio, str]], said: object
) -> None:
    studio, project = directed(Server(_lines(lambda _: [said])))

    done = studio.director.direct(project)

    assert (done.proposed, done.left_out) == (0, 1)
    assert studio.suggestions.open(project) == ()


def test_unknown_roles_and_deliveries_are_left_out(directed: Callable[[Server], tuple[Studio, str]]) -> None:
    strange = {"role": "Robert'); DROP TABLE segment", "delivery": "[pause 10s]", "why": ["no"], "text": "New words."}
    studio, project = directed(Server(_lines(lambda asked: [{"id": asked["who"][0], **strange}])))
    before = studio.manuscript.lines(project)

    done = studio.director.direct(project)

    assert (done.proposed, done.left_out) == (0, 2)
    assert studio.manuscript.lines(project) == before


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"<html>",
        b"[]",
        b'{"choices": []}',
        content("Anna says it."),
        content("[1]"),
        content('{"lines": "Anna"}'),
        content(None),
        content("[" * 5000),
        b" " * (LARGEST_ANSWER_BYTES + 1),
    ],
    ids=range(10),
)
def test_an_answer_that_cannot_be_read_is_an_error_and_nothing_is_stored(
    directed: Callable[[Server], tuple[Studio, str]], data: bytes
) -> None:
    studio, project = directed(Server(lambda _: data))

    with pytest.raises(EngineError):
        studio.director.direct(project)

    assert studio.suggestions.open(project) == ()


@pytest.mark.parametrize(
    ("status", "error"),
    [(401, MissingError), (404, InputError), (429, EngineError), (500, EngineError), (302, InputError)],
)
def test_what_a_server_refuses_is_said(
    directed: Callable[[Server], tuple[Studio, str]], status: int, error: type[Exception]
) -> None:
    server = Server(lambda _: b"{}", status=status, headers={"Location": "http://127.0.0.1:1/"})
    studio, project = directed(server)

    with pytest.raises(error) as refused:
        studio.director.direct(project)

    assert KEY not in str(refused.value)
    assert len(server.asked) == 1


def test_without_settings_there_is_no_director(studio: Studio, story: Path) -> None:
    project = studio.projects.import_file(story).id

    assert studio.director.server is None
    with pytest.raises(MissingError, match="no director"):
        studio.director.direct(project)


def test_a_server_that_is_away_is_said(opened: Callable[[str], Studio], tmp_path: Path) -> None:
    studio = opened("http://127.0.0.1:9")
    path = tmp_path / "boathouse.md"
    path.write_text(BOOK, encoding="utf-8")
    project = studio.projects.import_file(path, language="en-GB").id
    studio.speakers.find(project)

    with pytest.raises(MissingError, match="cannot be reached"):
        studio.director.direct(project)


@pytest.mark.parametrize(
    "url",
    [
        "ftp://localhost", "http://chat.example.com", "https://user:pw@chat.example.com", "https://10.0.0.300",
        "https://chat.example.com/?to=x", "localhost:8080", "https://", "http://127.0.0.1:99999", "http://a b",
        "https://chat.example.com/../x", "https://[::1",
    ],
)  # fmt: skip
def test_words_are_sent_only_to_a_named_host_and_never_unencrypted(url: str) -> None:
    with pytest.raises(InputError):
        make_chat_server(url, "model")


@pytest.mark.parametrize(
    ("url", "endpoint"),
    [
        ("http://localhost:11434", "http://localhost:11434/v1/chat/completions"),
        ("http://[::1]:8080/v1/", "http://[::1]:8080/v1/chat/completions"),
        ("https://Chat.example.com/api/v1", "https://chat.example.com/api/v1/chat/completions"),
        ("https://chat.example.com/x/chat/completions", "https://chat.example.com/x/chat/completions"),
    ],
)
def test_addresses_lead_to_the_chat_endpoint(url: str, endpoint: str) -> None:
    assert make_chat_server(url, "model").url == endpoint

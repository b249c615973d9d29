"""Speech servers, through a real one on this machine."""

import io
import json
import logging
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from studio.core.errors import EngineError, InputError, MissingError, RefusedError, StudioError
from studio.engines import speech_server
from studio.engines.base import Line, Rendered, Run
from studio.engines.openai import OpenAIEngine
from studio.engines.speech_server import make_server
from studio.render.engine_kit import run_kit
from tests.engines.imported import Imported, imported

_TEXT = "The kettle sang."
_KEY = "sk-very-secret-0123456789"


def _tone(seconds: float = 1.0, rate_hz: int = 24_000) -> Any:
    t = np.arange(round(seconds * rate_hz)) / rate_hz
    return (0.3 * np.sin(2 * np.pi * 220 * t)).astype(np.float32)


def _file(samples: Any, rate_hz: int = 24_000, **form: str) -> bytes:
    buffer = io.BytesIO()
    sf.write(buffer, samples, rate_hz, **{"format": "WAV", "subtype": "PCM_16", **form})
    return buffer.getvalue()


@dataclass
class Answer:
    """What the server says next."""

    status: int = 200
    body: bytes | Callable[[str], bytes] = b""
    headers: dict[str, str] = field(default_factory=dict)
    drip_s: float = 0.0


@dataclass
class Server:
    """A speech server on this machine that remembers what it was asked, and says what it is told to."""

    answers: list[Answer] = field(default_factory=list)
    asked: list[tuple[str, dict[str, str], Any]] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def _serve(server: Server) -> ThreadingHTTPServer:
    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = json.loads(self.rfile.read(int(self.headers["Content-Length"])))
            server.asked.append((self.path, dict(self.headers), body))
            answer = server.answers.pop(0) if len(server.answers) > 1 else server.answers[0]
            data = answer.body(body["input"]) if callable(answer.body) else answer.body
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(data)), **answer.headers}.items():
                self.send_header(name, value)
            self.end_headers()
            try:
                for begin in range(0, len(data), 4096):
                    self.wfile.write(data[begin : begin + 4096])
                    time.sleep(answer.drip_s)
            except OSError:
                pass  # the client had enough

        def do_GET(self) -> None:  # what a client that follows a redirection may send
            server.asked.append((self.path, dict(self.headers), None))
            self.send_error(405)

        def log_message(self, *_: Any) -> None:
            pass

    http = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.port = http.server_port
    threading.Thread(target=http.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    return http


@pytest.fixture
def servers() -> Iterator[Callable[..., Server]]:
    running: list[ThreadingHTTPServer] = []

    def start(*answers: Answer) -> Server:
        server = Server(list(answers))
        running.append(_serve(server))
        return server

    yield start
    for http in running:
        http.shutdown()
        http.server_close()


def _voice(folder: Path, url: str, sound_format: str = "wav") -> Imported:
    return imported(folder, "openai", {"server.json": make_server(url, "kokoro", "af_sky", sound_format).to_bytes()})


def _say(voice: Imported, text: str = _TEXT) -> Rendered:
    engine = OpenAIEngine(Path())
    return engine.synthesize(Line((Run(text),), "en-GB"), engine.prepare(voice.granted()))


@pytest.mark.parametrize(
    ("sound_format", "body"),
    [
        ("wav", _file(_tone())),
        ("wav", _file(_tone(rate_hz=48_000), 48_000, subtype="FLOAT")),
        ("wav", _file(np.stack([_tone(), _tone()], axis=1))),
        ("flac", _file(_tone(), format="FLAC")),
        ("pcm", (_tone() * 32767).astype("<i2").tobytes()),
        ("pcm", (_tone() * 32767).astype("<i2").tobytes() + b"\0"),
    ],
)
def test_a_line_is_said_by_the_server(servers: Callable[..., Server], tmp_path: Path, sound_format: str, body: bytes):
    server = servers(Answer(body=body))
    rendered = _say(_voice(tmp_path, server.url, sound_format))
    ((path, headers, asked),) = server.asked
    assert path == "/v1/audio/speech"
    assert asked == {"model": "kokoro", "voice": "af_sky", "input": _TEXT, "response_format": sound_format}
    assert "Authorization" not in headers
    assert rendered.sample_rate_hz == 44_100
    assert rendered.samples.dtype == np.float32
    np.testing.assert_allclose(rendered.samples[4000:-4000], _tone(rate_hz=44_100)[4000:-4000], atol=2e-3)


def test_sound_of_unknown_length_as_servers_stream_it_is_read(servers: Callable[..., Server], tmp_path: Path):
    data = bytearray(_file(_tone()))
    data[4:8] = data[40:44] = b"\xff\xff\xff\xff"
    assert _say(_voice(tmp_path, servers(Answer(body=bytes(data))).url)).samples.size == 44_100


def test_what_is_louder_than_full_scale_is_brought_within(servers: Callable[..., Server], tmp_path: Path):
    server = servers(Answer(body=_file(5 * _tone(), subtype="FLOAT")))
    assert np.abs(_say(_voice(tmp_path, server.url)).samples).max() <= 1


def test_the_key_goes_to_its_host_and_nowhere_else(
    servers: Callable[..., Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
):
    caplog.set_level(logging.DEBUG)
    server, other = servers(Answer(body=_file(_tone())), Answer(401)), servers(Answer(body=_file(_tone())))
    monkeypatch.setenv(f"VIVAVOCE_SPEECH_KEY_LOCALHOST_{server.port}", _KEY)
    voice = _voice(tmp_path, server.url)
    _say(voice)
    assert server.asked[0][1]["Authorization"] == f"Bearer {_KEY}"
    _say(_voice(tmp_path, other.url))
    assert "Authorization" not in other.asked[0][1]
    with pytest.raises(MissingError, match=r"wants another key \(401\).*VIVAVOCE_SPEECH_KEY_LOCALHOST_\d+") as caught:
        _say(voice)
    assert _KEY not in str(caught.value)
    assert _KEY not in caplog.text
    assert not [file for file in tmp_path.rglob("*") if file.is_file() and _KEY.encode() in file.read_bytes()]


def test_a_key_that_would_break_out_of_its_header_is_not_sent(
    servers: Callable[..., Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    server = servers(Answer(body=_file(_tone())))
    monkeypatch.setenv(f"VIVAVOCE_SPEECH_KEY_LOCALHOST_{server.port}", "a\r\nX-Other: b")
    with pytest.raises(MissingError, match="is not one line of plain letters"):
        _say(_voice(tmp_path, server.url))
    assert not server.asked


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_a_server_that_sends_on_gets_no_second_request(servers: Callable[..., Server], tmp_path: Path, status: int):
    elsewhere = servers(Answer(body=_file(_tone())))
    server = servers(Answer(status, headers={"Location": f"{elsewhere.url}/v1/audio/speech"}))
    with pytest.raises(InputError, match="sends on to another address, which is not followed"):
        _say(_voice(tmp_path, server.url))
    assert len(server.asked) == 1
    assert not elsewhere.asked


def test_no_proxy_of_the_environment_gets_the_words(
    servers: Callable[..., Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    proxy, server = servers(Answer(body=_file(_tone()))), servers(Answer(body=_file(_tone())))
    for name in ("HTTP_PROXY", "http_proxy", "HTTPS_PROXY", "ALL_PROXY", "all_proxy"):
        monkeypatch.setenv(name, proxy.url)
    _say(_voice(tmp_path, server.url))
    assert (len(server.asked), len(proxy.asked)) == (1, 0)


def test_a_busy_server_is_given_a_little_time(servers: Callable[..., Server], tmp_path: Path):
    busy = Answer(429, headers={"Retry-After": "0"})
    server = servers(busy, busy, Answer(body=_file(_tone())))
    assert _say(_voice(tmp_path, server.url)).samples.size == 44_100
    assert len(server.asked) == 3


@pytest.mark.parametrize(("wait", "requests"), [("0", 3), ("0.01", 3), ("3600", 1)])
def test_a_server_that_stays_busy_is_given_up(servers: Callable[..., Server], tmp_path: Path, wait: str, requests: int):
    server = servers(Answer(429, headers={"Retry-After": wait}))
    with pytest.raises(EngineError, match=r"too busy \(429\)"):
        _say(_voice(tmp_path, server.url))
    assert len(server.asked) == requests


@pytest.mark.parametrize(
    ("answer", "kind", "words"),
    [
        (Answer(404, b'{"error": {"message": "no  model\\u0007 \\nx"}}'), InputError, r"\(404\): no model x\."),
        (Answer(422, b'{"detail": "voice unknown"}'), InputError, r"refuses to say it \(422\): voice unknown\."),
        (Answer(400, b"<html>" * 99), InputError, r"refuses to say it \(400\)\. Check the names"),
        (Answer(400, b"[" * 9000), InputError, r"refuses to say it \(400\)\. Check"),
        (Answer(400, json.dumps({"error": "x" * 5000}).encode()), InputError, r"\(400\): x{200}\. Check"),
        (Answer(403), MissingError, r"wants another key \(403\)"),
        (Answer(500, b"broken"), EngineError, r"failed \(500\)"),
        (Answer(204), EngineError, r"failed \(204\)"),
        (Answer(body=b"<html>Welcome</html>"), EngineError, "did not send sound"),
        (Answer(body=b""), EngineError, "did not send sound"),
        (Answer(body=_file(_tone())[:30]), EngineError, "did not send sound"),
        (Answer(body=_file(_tone(), format="OGG", subtype="VORBIS")), EngineError, "sent OGG, not plain wav"),
        (Answer(body=_file(np.full(100, np.nan, np.float32), subtype="FLOAT")), EngineError, "no usable sound"),
        (Answer(body=_file(np.zeros(0, np.float32))), EngineError, "no usable sound"),
        (Answer(body=_file(_tone(), 24_000), headers={"Content-Length": "9999999"}), EngineError, "broke off"),
    ],
)  # fmt: skip
def test_each_failure_is_one_clear_sentence(
    servers: Callable[..., Server], tmp_path: Path, answer: Answer, kind: type[StudioError], words: str
):
    server = servers(answer)
    with pytest.raises(StudioError, match=words) as caught:
        _say(_voice(tmp_path, server.url))
    assert type(caught.value) is kind
    assert f"127.0.0.1:{server.port}" in str(caught.value)
    assert str(caught.value).isprintable()
    assert len(server.asked) == 1


def test_a_server_that_is_away_is_told(servers: Callable[..., Server], tmp_path: Path):
    with pytest.raises(MissingError, match=r"cannot be reached\. Start it, or check its address"):
        _say(_voice(tmp_path, "http://127.0.0.1:1"))


def test_a_server_that_takes_too_long_is_given_up(
    servers: Callable[..., Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(speech_server, "LONGEST_ANSWER_S", 0.3)
    slow = servers(Answer(body=_file(_tone(9)), drip_s=0.05))
    with pytest.raises(EngineError, match="does not answer in time"):
        _say(_voice(tmp_path, slow.url))
    mute = servers(Answer(body=lambda _: time.sleep(0.7) or b""))  # type: ignore[func-returns-value]
    with pytest.raises(EngineError, match="does not answer in time"):
        _say(_voice(tmp_path, mute.url))


def test_a_server_that_sends_without_end_is_given_up(
    servers: Callable[..., Server], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(speech_server, "LARGEST_SOUND_BYTES", 50_000)
    with pytest.raises(EngineError, match="sends more than a line can be"):
        _say(_voice(tmp_path, servers(Answer(body=_file(_tone(3)))).url))


def test_nothing_leaves_before_the_gate_has_let_the_voice_sound(servers: Callable[..., Server], tmp_path: Path):
    server, elsewhere = servers(Answer(body=_file(_tone()))), servers(Answer(body=_file(_tone())))
    voice = _voice(tmp_path, server.url)
    with pytest.raises(RefusedError, match="licence record"):
        voice.granted(replace(voice.record, licence=""))
    other = voice.blobs.put_bytes(make_server(elsewhere.url, "kokoro", "af_sky").to_bytes())
    redirected = replace(voice.record, files=(("server.json", other),))
    engine = OpenAIEngine(Path())
    with pytest.raises(RefusedError, match="is not what its licence record describes"):
        engine.prepare(voice.granted(redirected))
    engine.prepare(voice.granted())
    assert not server.asked
    assert not elsewhere.asked


def test_a_file_altered_on_disk_is_refused(servers: Callable[..., Server], tmp_path: Path):
    server = servers(Answer(body=_file(_tone())))
    voice = _voice(tmp_path, server.url)
    path = voice.blobs.path(dict(voice.record.files)["server.json"])
    path.chmod(0o600)
    path.write_bytes(make_server("https://evil.example", "m", "v").to_bytes())
    with pytest.raises(RefusedError, match="missing or was altered"):
        OpenAIEngine(Path()).prepare(voice.granted())
    assert not server.asked


@pytest.mark.parametrize(
    ("files", "words"),
    [({}, "names no speech server"), ({"server.json": b"{}"}, "does not describe a speech server")],
)
def test_a_voice_that_names_no_server_is_an_error(tmp_path: Path, files: dict[str, bytes], words: str):
    with pytest.raises(EngineError, match=words):
        OpenAIEngine(Path()).prepare(imported(tmp_path, "openai", files).granted())


def test_it_passes_the_kit(servers: Callable[..., Server], tmp_path: Path):
    server = servers(Answer(body=lambda text: _file(_tone(0.06 * len(text)))))
    voice = _voice(tmp_path, server.url)
    report = run_kit("openai", tmp_path, {"ada": voice.record}, blobs=voice.blobs)
    assert report.passed, report
    assert report.spoke
    assert len(server.asked) > 20

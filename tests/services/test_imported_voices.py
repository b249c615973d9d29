"""Imported voices of other engines, from their record to a finished take, through the workers."""

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import numpy as np
import pytest
import soundfile as sf

from studio.bootstrap import Studio
from studio.consent.licences import files_sha256
from studio.core.errors import InputError, MissingError, RefusedError
from studio.render.voice_files import PIPER_FILES, SERVER_FILE, make_server
from studio.store.voice_tables import LibraryVoiceRow
from tests.engines.tiny_piper import tiny_config, tiny_model


def _shelve(studio: Studio, voice_id: str, engine: str, files: dict[str, bytes]) -> None:
    """Put a voice on the shelf, as an import does."""
    context = studio._context
    hashes = {name: context.blobs.put_bytes(data) for name, data in files.items()}
    facts: dict[str, Any] = {
        "id": voice_id, "name": voice_id.title(), "engine": engine, "language": "en-GB", "sex": "female",
        "licence": "CC0-1.0", "licensor": "Ada Finch", "licence_url": "", "commercial": True, "attribution": "",
        "files": hashes, "data_sha256": files_sha256(hashes), "pitch_hz": 0.0, "declared": "nobody's voice",
        "added_by": "Lou", "created_at": "2026-01-01T00:00:00+00:00",
    }  # fmt: skip
    with context.database.write() as session:
        session.add(LibraryVoiceRow(**facts))


@pytest.fixture
def heard() -> Iterator[list[tuple[str, Any]]]:
    """A speech server; what it was asked, with its address first."""
    asked: list[tuple[str, Any]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked.append((self.path, json.loads(self.rfile.read(int(self.headers["Content-Length"])))))
            t = np.arange(24_000) / 24_000
            sound = (8000 * np.sin(2 * np.pi * 200 * t)).astype("<i2").tobytes()
            self.send_response(200)
            self.send_header("Content-Length", str(len(sound)))
            self.end_headers()
            self.wfile.write(sound)

        def log_message(self, *_: Any) -> None:
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    asked.append((f"http://127.0.0.1:{server.server_port}", None))
    threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True).start()
    yield asked
    server.shutdown()
    server.server_close()


def test_a_piper_voice_speaks_and_reads_its_own_language_only(studio: Studio):
    pytest.importorskip("piper", reason="the extra `piper` is not installed")
    _shelve(studio, "joe", "piper", dict(zip(PIPER_FILES, (tiny_model(), tiny_config()), strict=True)))
    said = studio.auditions.say("The kettle sang.", "joe")
    assert sf.info(said.take).samplerate == 22_050
    assert said.duration_s > 0.5
    with pytest.raises(InputError, match="voice 'joe' cannot read 'de': piper speaks en-GB here"):
        studio.auditions.say("Niemand sprach.", "joe", language="de")
    assert studio.engine_tests.run("piper", "joe").spoke


def test_the_words_of_a_line_go_to_the_server_that_the_voice_names(studio: Studio, heard: list[tuple[str, Any]]):
    server = make_server(heard[0][0], "kokoro", "af_sky", "pcm")
    _shelve(studio, "sky", "openai", {SERVER_FILE: server.to_bytes()})
    said = studio.auditions.say("The kettle sang.", "sky", delivery="sad")
    assert heard[1:] == [("/v1/audio/speech", {
        "model": "kokoro", "voice": "af_sky", "input": "The kettle sang.", "response_format": "pcm",
    })]  # fmt: skip
    assert sf.info(said.take).samplerate == 44_100
    assert "processing" in said.methods
    studio.auditions.say("The kettle sang.", "sky", delivery="sad")
    assert len(heard) == 2  # what was said is in the store


def test_nothing_is_sent_for_a_voice_whose_record_was_altered(studio: Studio, heard: list[tuple[str, Any]]):
    _shelve(studio, "sky", "openai", {SERVER_FILE: make_server("https://elsewhere.example", "m", "v").to_bytes()})
    other = studio._context.blobs.put_bytes(make_server(heard[0][0], "m", "v").to_bytes())
    with studio._context.database.write() as session:
        row = session.get(LibraryVoiceRow, "sky")
        assert row is not None
        row.files = {SERVER_FILE: other}
    with pytest.raises(RefusedError, match="is not what its licence record describes"):
        studio.auditions.say("The kettle sang.", "sky")
    assert len(heard) == 1


def test_a_server_that_is_away_is_told_at_once(studio: Studio):
    _shelve(studio, "sky", "openai", {SERVER_FILE: make_server("http://127.0.0.1:1", "m", "v").to_bytes()})
    with pytest.raises(MissingError, match="cannot be reached"):
        studio.auditions.say("The kettle sang.", "sky")

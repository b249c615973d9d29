"""Voices brought in over HTTP: what comes in is kept whole, what is refused leaves nothing and names its field."""

import io
import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from fastapi.testclient import TestClient

from studio.bootstrap import Studio
from tests.consents import LOCAL, PRODUCER, REVIEWER
from tests.engines.tiny_piper import tiny_config, tiny_model

PACKS, PIPER, SERVERS = "/media/library/packs", "/media/library/piper", "/media/library/servers"
FACTS = {
    "voice_id": "af_dawn",
    "name": "Dawn",
    "language": "en-US",
    "licence": "CC-BY-4.0",
    "licensor": "Ann Lee",
    "licence_url": "https://example.com/licence",
    "declared": "nobody",
    "sex": "female",
}


@pytest.fixture
def pack() -> bytes:
    sink = io.BytesIO()
    np.savez(sink, voice=np.random.default_rng(3).normal(0, 0.3, (510, 1, 256)).astype(np.float32))
    return sink.getvalue()


def files_of(home: Path) -> set[Path]:
    return {path for folder in ("blobs", "tmp") for path in (home / folder).rglob("*") if path.is_file()}


def imported(studio: Studio) -> dict[str, Any]:
    return {voice.id: voice for voice in studio.casting.voices() if voice.origin == "imported"}


def test_a_pack_comes_in_is_kept_at_hand_and_goes(client: TestClient, studio: Studio, home: Path, pack: bytes):
    before = files_of(home)
    added = client.post(PACKS, params={**FACTS, "attribution": "Dawn, by Ann Lee"}, content=pack)
    assert (added.status_code, added.json()) == (201, {"voice": "af_dawn"})
    voice = imported(studio)["af_dawn"]
    assert (voice.engine, voice.sex, voice.attribution, voice.commercial) == (
        "kokoro",
        "female",
        "Dawn, by Ann Lee",
        True,
    )
    assert len(files_of(home) - before) == 1  # the voice, and no upload beside it

    assert client.put("/media/library/af_dawn/favourite").status_code == 200
    assert studio.library.favourites(None) == {"af_dawn"}  # as on the command line, where nobody signs in either
    assert client.delete("/media/library/af_dawn/favourite").status_code == 200
    assert studio.library.favourites(None) == frozenset()
    assert client.put("/media/library/nobody/favourite").status_code == 404

    assert client.delete("/media/library/af_dawn").status_code == 200
    assert files_of(home) == before
    assert client.delete("/media/library/af_heart").json()["detail"].startswith("there is no imported voice")


def test_a_voice_that_is_cast_stays(client: TestClient, studio: Studio, project: str, pack: bytes):
    client.post(PACKS, params=FACTS, content=pack)
    studio.casting.set_voice(project, "narrator", "af_dawn")
    refused = client.delete("/media/library/af_dawn")
    assert refused.status_code == 409
    assert studio.projects.get(project).name in refused.json()["detail"]
    assert "af_dawn" in imported(studio)


WRONG_FACTS = [
    ({"voice_id": "No Such Id"}, "voice_id", "'No Such Id' is no id for a voice"),
    ({"voice_id": "af_heart"}, "voice_id", "there is a voice 'af_heart' already"),
    ({"name": ""}, "name", "the name of the voice is missing"),
    ({"licence": ""}, "licence", "the licence of the voice is missing"),
    ({"licensor": "x" * 300}, "licensor", "the licensor of the voice is missing or too long"),
    ({"licence_url": "ftp://example.com"}, "licence_url", "the address of the licence begins with https"),
    ({"language": "english!"}, "language", "'english!' is no language tag"),
    ({"sex": "other"}, "sex", "'other' is neither female nor male"),
    ({"declared": "Jane Doe"}, "declared", "sounds only with their consent"),
]
NO_PACKS = [
    (pickle.dumps({"voice": [1.0]}), "can run programs when it is opened"),
    (b"not a voice", "neither .npz, .npy nor bare numbers"),
    (b"", "the pack is empty. Choose another file."),
    (b"x" * 4_000_001, "the pack is larger than 3 MB"),
]


def test_a_problem_names_its_field_and_leaves_nothing(client: TestClient, studio: Studio, home: Path, pack: bytes):
    before = files_of(home)
    for changes, field, says in WRONG_FACTS:
        refused = client.post(PACKS, params={**FACTS, **changes}, content=pack)
        assert refused.headers["content-type"] == "application/problem+json"
        assert refused.json()["field"] == field
        assert says in refused.json()["detail"]
        assert not refused.json()["detail"].startswith(field)
    assert files_of(home) == before
    assert imported(studio) == {}


def test_a_file_that_is_no_pack_leaves_nothing(client: TestClient, studio: Studio, home: Path):
    before = files_of(home)
    for data, says in NO_PACKS:
        refused = client.post(PACKS, params=FACTS, content=data)
        assert refused.status_code == 422
        assert says in refused.json()["detail"]
        assert refused.json().get("field", "pack") == "pack"
    assert files_of(home) == before
    assert imported(studio) == {}


def test_the_two_files_of_a_piper_voice_are_told_apart(client: TestClient, studio: Studio, home: Path):
    pytest.importorskip("piper", reason="the extra `piper` is not installed")
    network, settings = tiny_model(), tiny_config()
    before = files_of(home)
    for first, second, field, says in (
        (network, b"{}", "model.onnx.json", "these are not the settings of a Piper voice"),
        (network, b"", "model.onnx.json", "these are not the settings of a Piper voice"),
        (network, b" " * 1_000_001, "model.onnx.json", "too large"),
        (b"no network", settings, "model.onnx", "this is not an ONNX model"),
        (b"", settings, "model.onnx", "this ONNX model is not a Piper voice"),
    ):
        refused = client.post(PIPER, params={**FACTS, "network_bytes": len(first)}, content=first + second)
        assert (refused.status_code, refused.json()["field"]) == (422, field)
        assert says in refused.json()["detail"]
    assert files_of(home) == before
    assert imported(studio) == {}

    added = client.post(PIPER, params={**FACTS, "network_bytes": len(network)}, content=network + settings)
    assert added.status_code == 201, added.text
    assert imported(studio)["af_dawn"].engine == "piper"
    assert {path.read_bytes() for path in files_of(home) - before} == {network, settings}


def test_voices_of_a_server_are_for_a_reviewer_to_add(client: TestClient, studio: Studio):
    server = {**FACTS, "url": "http://127.0.0.1:8880", "model": "m", "voice": "v"}
    studio.staff.add(LOCAL, PRODUCER.name, PRODUCER.role, "a long enough password")
    studio.staff.add(LOCAL, REVIEWER.name, REVIEWER.role, "another long password")
    refused = client.post(SERVERS, json=server, auth=("Pat Lane", "a long enough password"))
    assert (refused.status_code, imported(studio)) == (403, {})
    open_words = client.post(
        SERVERS, json={**server, "url": "http://speech.example.com"}, auth=("Rita Moss", "another long password")
    )
    assert open_words.status_code == 422
    added = client.post(SERVERS, json=server, auth=("Rita Moss", "another long password"))
    assert added.status_code == 201, added.text
    assert imported(studio)["af_dawn"].engine == "openai"
    client.put("/media/library/af_dawn/favourite", auth=("Pat Lane", "a long enough password"))
    assert studio.library.favourites(PRODUCER) == {"af_dawn"}
    assert studio.library.favourites(REVIEWER) == frozenset()

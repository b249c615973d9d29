import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile as sf
from fastapi.testclient import TestClient

from studio.api import guides as guide_routes
from studio.audio.loudness import Meter
from studio.bootstrap import Studio, open_studio, read_settings
from tests.consents import PRODUCER, Walk

BOOK = """# Chapter One

The lamp went out.

[sad:0.6] She had not meant to stay. [pause 1.2s] Nobody [laugh] said a [river]{.whisper} of it.

A line, and \\[not a tag\\] at all.

# Chapter Two

Nobody lit it again.
"""
MEASURED = 1.0  # LUFS of a short tone after the gain is applied


@dataclass(frozen=True)
class Lines:
    client: TestClient
    project: str

    def all(self, chapter: int = 1) -> list[dict[str, Any]]:
        answer = self.client.get(f"/media/{self.project}/segments", params={"chapter": chapter})
        assert answer.status_code == 200, answer.text
        return list(answer.json())

    def line(self, words: str) -> dict[str, Any]:
        return next(line for line in self.all() if words in line["text"])

    def at(self, line: dict[str, Any], rest: str = "") -> str:
        return f"/media/{self.project}/segments/{line['id']}{rest}"

    def preview(self, line: dict[str, Any], **wanted: str) -> dict[str, Any]:
        answer = self.client.post(self.at(line, "/preview"), json=wanted)
        assert answer.status_code == 200, answer.text
        return dict(answer.json())

    def lufs(self, address: str) -> float:
        samples, rate_hz = sf.read(io.BytesIO(self.client.get(address).content), dtype="float32")
        meter = Meter(rate_hz, 1)
        meter.add(np.asarray(samples)[:, None])
        return meter.figures().lufs


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Studio]:
    """One studio for all tests here, each with a book of its own: its worker starts once."""
    opened = open_studio(read_settings({}, home=tmp_path_factory.mktemp("lines") / "home", workers=1))
    yield opened
    opened.close()


@pytest.fixture
def lines(client: TestClient, studio: Studio, tmp_path: Path) -> Lines:
    book = tmp_path / "lamp.md"
    book.write_text(BOOK, encoding="utf-8")
    made = studio.projects.import_file(book, language="en-US")
    studio.casting.set_voice(made.id, "narrator", "tone_low")
    return Lines(client, made.id)


def test_lines_come_in_pieces_without_a_bracket(lines: Lines):
    odd = lines.line("not a tag")
    saved = lines.client.put(lines.at(odd), json={"text": f"[sadd] {odd['text']}"}).json()
    assert "[sadd]" in saved["text"]  # still there to be mended
    assert "sad" in saved["notes"][0]
    found = lines.all()
    assert [line["chapter"] for line in found] == [1] * len(found)
    line = next(line for line in found if "meant to stay" in line["text"])
    assert (line["delivery"]["preset"], line["delivery"]["intensity"]) == ("sad", 0.6)
    assert not line["text"].startswith("[")
    kinds = [piece["kind"] for other in found for piece in other["pieces"]]
    assert {"words", "rest", "event", "delivery"} == set(kinds)
    shown = " ".join(piece["text"] for other in found for piece in other["pieces"] if piece["kind"] == "words")
    assert "[sadd]" not in shown
    assert "[not a tag]" in shown
    assert "pause" not in shown


def test_a_chapter_or_line_that_is_not_there_is_said(lines: Lines):
    assert lines.client.get(f"/media/{lines.project}/segments", params={"chapter": 9}).status_code == 404
    assert lines.client.get(f"/media/{lines.project}/segments", params={"chapter": -1}).status_code == 422
    assert lines.client.get("/media/nobody/segments", params={"chapter": 1}).status_code == 404
    for method, rest in (("GET", ""), ("PUT", ""), ("POST", "/preview"), ("GET", "/lane"), ("GET", "/guide")):
        answer = lines.client.request(
            method, f"/media/{lines.project}/segments/nothing{rest}", json={} if method != "GET" else None
        )
        assert answer.status_code == 404, (method, rest)
        assert answer.json()["detail"].endswith(".")


def test_saving_changes_the_line_and_nothing_else(lines: Lines):
    line = lines.line("lamp went out")
    others = [other for other in lines.all() if other["id"] != line["id"]]
    saved = lines.client.put(lines.at(line), json={"text": "The lamp [pause 300ms] went out.", "delivery": "warm:0.8"})
    assert saved.status_code == 200
    assert saved.json()["delivery"]["preset"] == "warm"
    assert lines.client.get(lines.at(line)).json() == saved.json()
    assert [other for other in lines.all() if other["id"] != line["id"]] == others
    assert saved.json()["state"] == "new"


@pytest.mark.parametrize(
    "wanted",
    [
        {"text": "[laugh] [beat]"},
        {"text": "word " * 1500},
        {"text": "x" * 10_001},
        {"text": 5},
        {"delivery": "sadd"},
        {"delivery": "sad:9"},
        {"delivery": "x" * 300},
    ],
)
def test_what_cannot_be_said_is_refused_and_changes_nothing(lines: Lines, wanted: dict[str, Any]):
    line = lines.line("lamp went out")
    for answer in (
        lines.client.put(lines.at(line), json=wanted),
        lines.client.post(lines.at(line, "/preview"), json=wanted),
    ):
        assert answer.status_code == 422
        assert answer.headers["content-type"] == "application/problem+json"
    assert lines.client.get(lines.at(line)).json() == line


def test_a_preview_sounds_and_changes_nothing(lines: Lines):
    line = lines.line("lamp went out")
    made = lines.preview(line, text="The lamp [pause 300ms] went out.", delivery="shout")
    assert made["delivery"] == "shout"
    assert made["methods"]
    assert made["peaks"]
    assert lines.client.get(lines.at(line)).json() == line
    sound = lines.client.get(made["url"])
    assert sound.headers["cache-control"] == "no-store"
    assert sound.headers["content-type"] == "audio/flac"
    samples, rate_hz = sf.read(io.BytesIO(sound.content))
    assert len(samples) / rate_hz == pytest.approx(made["duration_s"], abs=0.01)
    part = lines.client.get(made["url"], headers={"range": "bytes=10-19"})
    assert (part.status_code, part.content) == (206, sound.content[10:20])


def test_previews_differ_in_loudness_as_in_the_book_or_not_at_all(lines: Lines):
    line = lines.line("lamp went out")
    soft, loud = (lines.preview(line, delivery=delivery) for delivery in ("tender", "shout"))
    assert lines.lufs(soft["equal_url"]) == pytest.approx(lines.lufs(loud["equal_url"]), abs=MEASURED)
    asked_db = loud["level_db"] - soft["level_db"]
    assert asked_db == pytest.approx(7.0, abs=0.5)
    assert lines.lufs(loud["url"]) - lines.lufs(soft["url"]) == pytest.approx(asked_db, abs=MEASURED)


def test_a_sound_that_is_not_there_or_too_loud_is_refused(lines: Lines):
    made = lines.preview(lines.line("lamp went out"))
    assert lines.client.get(f"/media/{lines.project}/previews/{'0' * 64}.flac").status_code == 404
    assert lines.client.get(made["equal_url"], params={"level_db": 60}).status_code == 422
    assert lines.client.get(made["equal_url"], params={"level_db": "nan"}).status_code == 422
    assert lines.client.get(f"/media/{lines.project}/previews/..%2f..%2fstudio.db.flac").status_code == 404


def test_the_lane_of_a_line_tells_what_was_asked(lines: Lines):
    line = lines.all(2)[1]  # no other test says it
    before = lines.client.get(lines.at(line, "/lane"))
    assert (before.status_code, before.json()["type"]) == (404, "urn:vivavoce:not-found")
    made = lines.preview(line, delivery="sad:0.5")
    lane = lines.client.get(lines.at(line, "/lane"), params={"key": made["key"]}).json()
    assert [(each["preset"], each["intensity"]) for each in lane["asked"]] == [("sad", 0.5)]
    assert lane["duration_s"] == pytest.approx(made["duration_s"])
    assert len(lane["pitch"]) == len(lane["level"]) > 10
    assert lane["peaks"]


def test_text_is_read_without_being_kept(lines: Lines):
    read = lines.client.post("/media/tags", json={"text": "[sadd] Well, [whisper] no.", "delivery": "warm"}).json()
    assert [piece["kind"] for piece in read["pieces"]] == ["words", "delivery", "words"]
    assert read["plain"] == "Well, no."
    assert "[sad]" in read["problems"][0]["message"]
    assert lines.client.post("/media/tags", json={"text": "x" * 10_001}).status_code == 422
    assert lines.client.post("/media/tags", json={"text": "x", "delivery": "no such"}).status_code == 422


def test_no_take_is_served_after_a_withdrawal(lines: Lines, studio: Studio):
    consent = Walk(studio).verified("Jane Doe").consent_id
    voice = studio.consents.get(PRODUCER, consent).summary.voice_id
    studio.casting.set_voice(lines.project, "narrator", voice)
    made = lines.preview(lines.line("lamp went out"))
    assert lines.client.get(made["url"]).status_code == 200
    studio.endings.withdraw(PRODUCER, consent)
    assert lines.client.get(made["url"]).status_code in {403, 404}


def test_changes_must_come_from_this_site(lines: Lines):
    line = lines.line("lamp went out")
    foreign = {"origin": "https://evil.example"}
    for method, rest in (
        ("PUT", ""),
        ("POST", "/preview"),
        ("PUT", "/guide"),
        ("POST", "/guide"),
        ("DELETE", "/guide"),
    ):
        assert lines.client.request(method, lines.at(line, rest), headers=foreign).status_code == 403, (method, rest)


def test_a_guide_that_is_no_recording_is_refused_and_nothing_stays(
    lines: Lines, studio: Studio, monkeypatch: pytest.MonkeyPatch
):
    address = lines.at(lines.line("lamp went out"), "/guide")
    assert lines.client.get(address).json() is None
    assert lines.client.delete(address).status_code == 404
    assert lines.client.post(address).status_code == 404
    assert lines.client.get(f"{address}/sound").status_code == 404
    for body in (b"", b"this is no sound" * 100):
        answer = lines.client.put(address, content=body)
        assert answer.status_code == 422
        assert str(studio.settings.home) not in answer.text
    monkeypatch.setattr(guide_routes, "LARGEST_GUIDE_BYTES", 2**20)
    answer = lines.client.put(address, content=b"\0" * (2**20 + 1))
    assert "larger than 1 MB" in answer.json()["detail"]
    assert lines.client.get(address).json() is None
    assert not list(studio.settings.temporary.glob("recording-*"))

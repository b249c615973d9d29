"""The voice owner's page over HTTP; its way through a browser is tests/e2e/test_browser_consent.py."""

import io
import re
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile
from fastapi.testclient import TestClient

from studio.api import portal_api
from studio.bootstrap import Studio
from studio.consent.actors import Actor, Role
from studio.consent.states import ConsentState
from studio.consent.texts import language_pack, languages
from studio.services.consents.sentences import _EVENTS

LOCAL = Actor("Sam Studio", Role.LOCAL)
ASSETS = Path(portal_api.__file__).parent / "portal_assets"
ENDS = ("refused", "expired", "withdrawn", "revoked", "invalidated", "superseded")
STEPS = ("notice", "references", "statement", "waiting", "active", "ended")


@dataclass
class Owner:
    """Somebody with a link."""

    client: TestClient
    id: str
    token: str

    def ask(self, method: str, path: str, **more: Any) -> Any:
        return self.client.request(
            method, f"/my-voice/api/{path}", headers={"authorization": f"Bearer {self.token}"}, **more
        )

    def page(self, **query: str) -> dict[str, Any]:
        answer = self.ask("GET", "page", params=query)
        assert answer.status_code == 200, answer.text
        return dict(answer.json()["page"])

    def answer(self, **changes: Any) -> Any:
        page = self.page()
        given = {
            "purposes": {purpose["name"]: purpose["needed"] for purpose in page["purposes"]},
            "signature_name": page["person"],
            "language": page["language"],
            "notice_sha256": page["notice_sha256"],
        }
        return self.ask("POST", "answer", json={**given, **changes})


@pytest.fixture
def invite(studio: Studio, client: TestClient) -> Callable[[str], Owner]:
    def make(person: str = "Emma Hart") -> Owner:
        today = datetime.now(UTC).date()
        drafted = studio.consents.draft(
            LOCAL,
            {
                "language": "en",
                "subject": {"legal_name": person, "contact": "mailto:emma@example.org", "country": "IE"},
                "controller": {"role": "studio", "name": "Harbour Lights", "contact": "mailto:studio@example.org"},
                "terms": {
                    "uses": ["audiobook"],
                    "description": "Narration of the novels of the Lamp series as audiobooks, sold by shops in Europe.",
                    "languages": ["en"],
                    "first_day": today.isoformat(),
                    "last_day": (today + timedelta(days=90)).isoformat(),
                },
            },
        )
        return Owner(client, drafted.summary.id, studio.consents.invite(LOCAL, drafted.summary.id))

    return make


@pytest.fixture
def owner(invite: Callable[..., Owner]) -> Owner:
    return invite()


def test_the_page_is_static_and_strict_about_what_runs_in_it(client: TestClient):
    page = client.get("/my-voice")
    assert page.status_code == 200
    policy = page.headers["content-security-policy"]
    assert "unsafe" not in policy
    assert "script-src 'self'" in policy
    assert "frame-ancestors 'none'" in policy
    assert page.headers["referrer-policy"] == "no-referrer"
    assert "microphone=(self)" in page.headers["permissions-policy"]
    assert not re.search(r"<script(?![^>]*\bsrc=)|<style|\sstyle=|\son[a-z]+=|https?:", page.text)
    for address in re.findall(r'(?:src|href)="([^"]+)"', page.text):
        assert client.get(address).status_code == 200, address
    for name in ("capture.js", "my-voice.css"):
        assert client.get(f"/my-voice/assets/{name}").headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize("name", ["..%2fportal.py", "index.html", "nothing.js", "%2e%2e/%2e%2e/main.py"])
def test_no_other_file_is_served(client: TestClient, name: str):
    assert client.get(f"/my-voice/assets/{name}").status_code == 404


@pytest.mark.parametrize("header", ["", "Bearer", "Bearer ", "Bearer nonsense", "Basic QTpC", "Bearer " + "x" * 5000])
def test_a_wrong_link_opens_nothing_and_costs_time(client: TestClient, header: str):
    started = time.monotonic()
    answer = client.get("/my-voice/api/page", headers={"authorization": header})
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"
    assert time.monotonic() - started > 0.4


def test_a_newer_link_replaces_the_older(studio: Studio, owner: Owner):
    assert owner.page()["consent_id"] == owner.id
    newer = studio.consents.invite(LOCAL, owner.id)
    assert owner.ask("GET", "page").status_code == 403
    owner.token = newer
    assert owner.page()["step"] == "notice"


def test_a_link_opens_no_page_of_the_staff(studio: Studio, owner: Owner, client: TestClient):
    studio.staff.add(LOCAL, "Rita Reviewer", "reviewer", "a long password")
    time.sleep(1.1)  # accounts are looked at anew each second
    link = {"authorization": f"Bearer {owner.token}"}
    for path in (f"/media/consents/{owner.id}/papers/receipt.html", "/", "/media/x/cover", "/healthz"):
        assert client.get(path, headers=link).status_code == 401, path
    assert owner.page()["step"] == "notice"
    for path in ("/my-voice/", "/my-voice/api", "/my-voice/media/x/cover", "/my-voice/gradio_api/info"):
        assert client.get(path, headers=link).status_code in {403, 404}, path


def test_what_the_page_gets_is_never_kept_by_a_browser(owner: Owner):
    answer = owner.ask("GET", "page")
    assert answer.headers["cache-control"] == "no-store"
    assert answer.headers["referrer-policy"] == "no-referrer"


def test_answering_brings_the_next_step_and_its_faults_are_told(studio: Studio, owner: Owner):
    assert all(not purpose["ticked"] for purpose in owner.page()["purposes"])
    assert owner.answer(signature_name="Somebody Else").status_code == 422
    assert owner.answer(purposes={"create_replica": True, "render_works": False}).status_code == 422
    assert owner.answer(notice_sha256="0" * 64).status_code == 409
    assert owner.answer(purposes={"create_replica": "perhaps"}).status_code == 422
    assert owner.page()["step"] == "notice"
    answered = owner.answer()
    assert answered.status_code == 200, answered.text
    assert answered.json()["page"]["step"] == "references"
    assert owner.page()["step"] == "references"
    assert studio.consents.get(LOCAL, owner.id).record.signature_name == "Emma Hart"


def test_the_notice_comes_in_the_language_asked_for_and_is_answered_in_it(owner: Owner):
    for tag, _name in languages():
        page = owner.page(language=tag)
        assert page["language"] == tag
        assert page["strings"]["agree"] == language_pack(tag).strings["agree"]
    assert owner.ask("GET", "page", params={"language": "xx"}).status_code == 422
    last = languages()[-1][0]
    page = owner.page(language=last)
    answered = owner.answer(language=last, notice_sha256=page["notice_sha256"])
    assert answered.status_code == 200, answered.text
    assert owner.page()["language"] == last


def test_declining_is_one_request_and_final(studio: Studio, owner: Owner):
    assert owner.ask("POST", "decline").json()["page"]["step"] == "ended"
    assert studio.consents.get(LOCAL, owner.id).summary.state is ConsentState.REFUSED
    assert owner.answer().status_code == 409


def test_recordings_before_the_answer_or_without_sound_are_refused_and_nothing_stays(studio: Studio, owner: Owner):
    assert owner.ask("POST", "recordings/reference", content=b"x" * 100).status_code == 403
    owner.answer()
    refused = owner.ask("POST", "recordings/reference", content=b"this is no sound" * 1000)
    assert refused.status_code == 422
    assert str(studio.settings.home) not in refused.text
    assert owner.ask("POST", "recordings/reference", content=b"").status_code == 422
    assert owner.page()["references"] == []
    assert not list(studio.settings.temporary.glob("recording-*"))


def test_a_recording_that_is_too_large_is_cut_off(studio: Studio, owner: Owner, monkeypatch: pytest.MonkeyPatch):
    owner.answer()
    monkeypatch.setattr(portal_api, "LARGEST_RECORDING_BYTES", 2**20)

    def endless() -> Any:
        yield from (b"\0" * 2**16 for _ in range(64))

    answer = owner.ask("POST", "recordings/reference", content=endless())
    assert answer.status_code == 422
    assert "larger than 1 MB" in answer.json()["detail"]
    assert not list(studio.settings.temporary.glob("recording-*"))


def test_recordings_left_by_a_killed_server_go(studio: Studio):
    import os

    old, new = studio.settings.temporary / "recording-old", studio.settings.temporary / "recording-new"
    for folder in (old, new):
        folder.mkdir()
        (folder / "recording").write_bytes(b"voice")
    os.utime(old, (0, 0))
    portal_api.owner_routes(studio)
    assert not old.exists()
    assert new.exists()


def test_another_persons_recording_or_approval_is_not_found(invite: Callable[..., Owner]):
    mine, theirs = invite(), invite("Tom Berg")
    mine.answer()
    for method, path in (
        ("GET", "recordings/any"),
        ("DELETE", "recordings/any"),
        ("GET", f"papers/{theirs.id}"),
    ):
        assert mine.ask(method, path).status_code in {404, 422}, path
    assert mine.ask("POST", "approvals/any", json={"approve": True}).status_code == 404
    assert mine.page()["consent_id"] == mine.id


def test_a_statement_without_its_code_is_refused(owner: Owner):
    owner.answer()
    assert owner.ask("POST", "challenge").status_code == 409  # the references come first
    missing = owner.ask("POST", "recordings/statement", content=b"x")
    assert missing.status_code == 422
    unknown = owner.ask("POST", "recordings/statement", content=b"x", params={"challenge": "nothing"})
    assert unknown.status_code in {403, 404, 409}


def test_withdrawing_is_one_request_and_gives_a_certificate(studio: Studio, owner: Owner):
    owner.answer()
    ended = owner.ask("POST", "withdraw")
    assert ended.status_code == 200, ended.text
    assert ended.json()["page"]["state"] == "withdrawn"
    certificate = owner.ask("GET", "papers/certificate.html")
    assert certificate.status_code == 200
    assert certificate.headers["content-disposition"].startswith("attachment")
    assert certificate.headers["cache-control"] == "no-store"
    assert owner.ask("POST", "withdraw").status_code == 200
    assert studio.consents.get(LOCAL, owner.id).summary.state is ConsentState.WITHDRAWN


def test_the_timeline_names_nobody_of_the_studio(studio: Studio, owner: Owner):
    reviewer = Actor("Rita Reviewer", Role.REVIEWER)
    studio.reviews.refuse(reviewer, owner.id, name="Rita Reviewer", note="It is not her voice.")
    page = owner.ask("GET", "page", params={"language": "de"})
    sentences = [event["sentence"] for event in page.json()["page"]["events"]]
    assert all(sentences)
    assert "Das Studio hat die Aufnahmen nicht angenommen." in sentences
    assert "Rita" not in page.text
    assert "not her voice" not in page.text


def test_papers_are_downloads_of_the_owner(owner: Owner):
    owner.answer()
    for name, kind in (
        ("receipt.html", "text/html"),
        ("receipt.pdf", "application/pdf"),
        ("account.html", "text/html"),
    ):
        paper = owner.ask("GET", f"papers/{name}")
        assert paper.status_code == 200, paper.text
        assert paper.headers["content-type"].startswith(kind)
        assert "sandbox" in paper.headers["content-security-policy"]
    assert owner.ask("GET", "papers/certificate.html").status_code in {404, 409}


def test_the_retention_policy_is_public_and_runs_nothing(client: TestClient):
    policy = client.get("/my-voice/policy")
    assert policy.status_code == 200
    assert "default-src 'none'" in policy.headers["content-security-policy"]


def test_words_are_there_for_those_without_a_link(client: TestClient):
    assert client.get("/my-voice/api/words", params={"language": "xx-nonsense"}).json()["language"] == "en"
    assert client.get("/my-voice/api/words", params={"language": "en-GB"}).json()["strings"]["wrong_link"]


@pytest.mark.parametrize("tag", [tag for tag, _name in languages()])
def test_every_language_has_every_word_the_page_says(tag: str):
    strings = language_pack(tag).strings
    said = set()
    for script in ASSETS.glob("*.js"):
        text = script.read_text(encoding="utf-8")
        for call in re.findall(r"\bt\(((?:[^()]|\([^()]*\))*)\)", text):
            said |= set(re.findall(r'"([a-z]+(?:_[a-z]+)*)"', call.split(", {")[0]))
    said -= {"final-audio", "refused"}
    said |= {f"title_{step}" for step in STEPS} | {f"ended_{end}" for end in ENDS}
    said |= {f"step_{step}" for step in STEPS[:4]}
    assert len(said) > 90
    assert not said - set(strings)
    english = language_pack("en").strings
    for name in said:
        assert set(re.findall(r"\{\w+\}", strings[name])) == set(re.findall(r"\{\w+\}", english[name])), name


def _told(tag: str) -> dict[str, str]:
    """What is said about failed checks and about events."""
    return {
        name: text
        for name, text in language_pack(tag).strings.items()
        if name.startswith(("wrong_", "event_")) and not name.startswith("wrong_link")
    }


def test_every_check_and_event_is_told_in_every_language(owner: Owner):
    english = _told("en")
    assert english["wrong_snr"]
    assert {f"event_{kind.replace('-', '_')}" for kind in _EVENTS} <= set(english)
    for tag, _name in languages():
        told = _told(tag)
        assert set(told) == set(english), tag
        assert tag == "en" or not set(told.values()) & set(english.values()), tag
    owner.answer()
    silence = io.BytesIO()
    soundfile.write(silence, np.zeros(5 * 16_000, np.float32), 16_000, format="WAV")
    refused = owner.ask("POST", "recordings/reference", content=silence.getvalue())
    assert refused.status_code == 422
    assert refused.json()["type"] == "urn:vivavoce:bad-recording"
    assert "speech" in refused.json()["checks"]
    assert all(f"wrong_{name.replace('-', '_')}" in english for name in refused.json()["checks"])

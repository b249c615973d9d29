"""Recordings and papers for staff: who may have them, and how they come."""

import time
from collections.abc import Iterator

import pytest
from fastapi.testclient import TestClient

from studio.api.app import create_api
from studio.bootstrap import Studio
from studio.consent.actors import Actor, Role
from tests.consents import make_verified

LOCAL = Actor("Sam Studio", Role.LOCAL)
PAPERS = {
    "receipt.html": "text/html",
    "receipt.pdf": "application/pdf",
    "record.jsonld": "application/ld+json",
    "account.html": "text/html",
}


@pytest.fixture
def consent(studio: Studio) -> str:
    return make_verified(studio)


@pytest.fixture
def clip(studio: Studio, consent: str) -> str:
    return studio.consents.get(LOCAL, consent).clips[0].id


@pytest.fixture
def staffed(studio: Studio) -> Iterator[TestClient]:
    studio.staff.add(LOCAL, "Rita", "reviewer", "a long password")
    studio.staff.add(LOCAL, "Paul", "producer", "another password")
    with TestClient(create_api(studio), base_url="http://studio.lan", client=("192.0.2.7", 50_000)) as session:
        yield session


def test_a_recording_is_played_whole_and_by_ranges_and_never_kept(
    client: TestClient, studio: Studio, consent: str, clip: str
):
    whole = client.get(f"/media/consents/{consent}/clips/{clip}")
    assert whole.status_code == 200
    assert whole.headers["content-type"] == "audio/wav"
    assert whole.headers["cache-control"] == "no-store"
    assert whole.headers["content-disposition"] == "inline"
    assert "sandbox" in whole.headers["content-security-policy"]
    assert whole.content == studio.consents.clip(LOCAL, consent, clip)
    size = len(whole.content)
    for asked, first, last in (("bytes=0-1", 0, 1), ("bytes=100-199", 100, 199), ("bytes=44-", 44, size - 1)):
        part = client.get(f"/media/consents/{consent}/clips/{clip}", headers={"range": asked})
        assert part.status_code == 206
        assert part.content == whole.content[first : last + 1]
        assert part.headers["content-range"] == f"bytes {first}-{last}/{size}"
    beyond = client.get(f"/media/consents/{consent}/clips/{clip}", headers={"range": f"bytes={size}-"})
    assert (beyond.status_code, beyond.content) == (416, b"")


def test_only_a_reviewer_listens(staffed: TestClient, consent: str, clip: str):
    address = f"/media/consents/{consent}/clips/{clip}"
    assert staffed.get(address).status_code == 401
    assert staffed.get(address, auth=("Rita", "a long password")).status_code == 200
    refused = staffed.get(address, auth=("Paul", "another password"))
    assert refused.status_code == 403
    assert "reviewer" in refused.json()["detail"]


def test_papers_are_downloads_that_run_nothing(client: TestClient, consent: str):
    for name, kind in PAPERS.items():
        paper = client.get(f"/media/consents/{consent}/papers/{name}")
        assert paper.status_code == 200, paper.text
        assert paper.headers["content-type"].startswith(kind)
        assert paper.headers["content-disposition"] == f'attachment; filename="consent-{name}"'
        assert paper.headers["cache-control"] == "no-store"
        assert "script-src" not in paper.headers["content-security-policy"]


def test_a_certificate_is_there_once_everything_is_gone(client: TestClient, studio: Studio, consent: str, clip: str):
    address = f"/media/consents/{consent}/papers/certificate"
    assert client.get(f"{address}.json").status_code in {404, 409}
    studio.endings.withdraw(LOCAL, consent)
    told = client.get(f"{address}.json")
    assert told.status_code == 200
    assert consent in told.text
    assert client.get(f"{address}.html").status_code == 200
    assert client.get(f"/media/consents/{consent}/clips/{clip}").status_code in {403, 404}


def test_what_is_not_there_is_a_problem_with_a_sentence(client: TestClient, studio: Studio, consent: str, clip: str):
    other = make_verified(studio, name="Tom Berg")
    for path in (
        f"{consent}/clips/nothing",
        f"{other}/clips/{clip}",
        f"nobody/clips/{clip}",
        f"{consent}/papers/nothing.html",
        f"{consent}/papers/..%2f..%2fstudio.db",
        "nobody/papers/receipt.html",
    ):
        answer = client.get(f"/media/consents/{path}")
        assert answer.status_code == 404, path
        assert "detail" in answer.json()


def test_a_link_of_a_voice_owner_opens_none_of_it(staffed: TestClient, studio: Studio, consent: str, clip: str):
    time.sleep(1.1)  # accounts are looked at anew each second
    token = studio.consents.invite(LOCAL, consent)
    link = {"authorization": f"Bearer {token}"}
    assert staffed.get(f"/media/consents/{consent}/clips/{clip}", headers=link).status_code == 401
    assert staffed.get(f"/my-voice/api/recordings/{clip}", headers=link).status_code == 200
    other = make_verified(studio, name="Tom Berg")
    theirs = studio.consents.get(LOCAL, other).clips[0].id
    assert staffed.get(f"/my-voice/api/recordings/{theirs}", headers=link).status_code == 404

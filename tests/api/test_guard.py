import base64
import time

import pytest
from fastapi.testclient import TestClient

from studio.api.app import create_api
from studio.bootstrap import Studio

POST = "/media/auditions"
BODY = {"text": "Good morning.", "voice": "tone_low"}


@pytest.mark.parametrize("host", ["127.0.0.1:7860", "localhost:9000", "[::1]:7860", "LOCALHOST"])
def test_loopback_hosts_are_answered(client: TestClient, host: str):
    assert client.get("/healthz", headers={"host": host}).status_code == 200


@pytest.mark.parametrize(
    "host", ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:7860", "192.168.1.5:7860", "", "[::1"]
)
def test_a_name_rebound_to_this_machine_is_refused(client: TestClient, host: str):
    answer = client.get("/healthz", headers={"host": host})
    assert answer.status_code == 403
    assert answer.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("origin", ["https://evil.example", "http://127.0.0.1:9999", "http://localhost:7860", "null"])
def test_a_foreign_page_cannot_change_anything(client: TestClient, origin: str):
    answer = client.post(POST, json=BODY, headers={"origin": origin})
    assert answer.status_code == 403
    assert "another site" in answer.json()["detail"]


def test_our_own_page_can(client: TestClient):
    answer = client.post(POST, json={**BODY, "text": " "}, headers={"origin": "http://127.0.0.1:7860"})
    assert answer.status_code == 422  # the guard let it through to the service, which wants a word


@pytest.mark.parametrize("site", ["cross-site", "same-site"])
def test_a_foreign_page_cannot_load_parts_but_may_link_here(client: TestClient, site: str):
    parts = {"sec-fetch-site": site, "sec-fetch-mode": "no-cors"}
    link = {"sec-fetch-site": site, "sec-fetch-mode": "navigate"}
    assert client.get("/healthz", headers=parts).status_code == 403
    assert client.get("/healthz", headers=link).status_code == 200
    assert client.post(POST, json=BODY, headers=link).status_code == 403


def test_every_answer_forbids_framing_and_foreign_content(client: TestClient):
    headers = client.get("/healthz").headers
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert "http" not in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


def test_a_password_is_asked_of_everything(studio: Studio):
    with TestClient(create_api(studio, password="pässword"), base_url="http://studio.lan:7860") as session:
        for address in ("/healthz", "/media/x/cover", "/nowhere"):
            answer = session.get(address)
            assert answer.status_code == 401, address
            assert answer.headers["www-authenticate"].startswith("Basic ")
        assert session.get("/healthz", auth=("anyone", "pässword")).status_code == 200
        foreign = session.post(POST, json=BODY, auth=("x", "pässword"), headers={"origin": "http://evil.example"})
        assert foreign.status_code == 403


@pytest.mark.parametrize(
    "header",
    ["Basic", "Basic ?", "Bearer abc", "Basic " + base64.b64encode(b"secret").decode(), "Basic " + "QQ" * 5000],
)
def test_a_wrong_password_is_refused_slowly(studio: Studio, header: str):
    with TestClient(create_api(studio, password="secret"), base_url="http://studio.lan:7860") as session:
        started = time.monotonic()
        assert session.get("/healthz", headers={"authorization": header}).status_code == 401
        assert time.monotonic() - started > 0.4

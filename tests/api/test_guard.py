import base64
import time
from collections.abc import Callable, Iterator

import pytest
from fastapi import FastAPI, Request
from fastapi.testclient import TestClient

from studio.api.app import create_api
from studio.bootstrap import Studio
from studio.consent.actors import Actor, Role
from studio.services.signed_in import actor_of

LOCAL = Actor("the person at the studio", Role.LOCAL)
LAN = "http://studio.lan:7860"
POST = "/media/auditions"
BODY = {"text": "Good morning.", "voice": "tone_low"}
PASSWORD = "a pässword: long enough"


@pytest.fixture
def app(studio: Studio) -> FastAPI:
    """The app with one more route, which tells who the guard says is there."""
    made = create_api(studio)

    @made.get("/who")
    def who(request: Request) -> list[str]:
        actor = actor_of(request)
        return [actor.name, actor.role.value]

    return made


@pytest.fixture
def lan(studio: Studio, app: FastAPI) -> Iterator[TestClient]:
    """A client elsewhere, of a studio with one account."""
    studio.staff.add(LOCAL, "Ada", "reviewer", PASSWORD)
    with TestClient(app, base_url=LAN, client=("192.0.2.7", 50_000)) as session:
        yield session


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


@pytest.mark.parametrize("address", ["192.0.2.7", "::ffff:192.0.2.7", "2001:db8::1", "testclient", ""])
def test_without_accounts_nobody_elsewhere_is_answered_whatever_host_they_name(app: FastAPI, address: str):
    with TestClient(app, base_url="http://127.0.0.1:7860", client=(address, 50_000)) as session:
        for path in ("/healthz", "/my-voice", "/my-voice/api/page", "/who"):
            assert session.get(path).status_code == 403, path


@pytest.mark.parametrize("address", ["127.0.0.1", "127.0.0.9", "::1", "::ffff:127.0.0.1"])
def test_without_accounts_the_local_person_acts(app: FastAPI, address: str):
    with TestClient(app, base_url="http://127.0.0.1:7860", client=(address, 50_000)) as session:
        assert session.get("/who").json() == ["the person at the studio", "local"]


@pytest.mark.parametrize(
    "origin", ["https://evil.example", "http://127.0.0.1:9999", "http://localhost:7860", "null", "http://[::1"]
)
def test_a_foreign_page_cannot_change_anything(client: TestClient, origin: str):
    answer = client.post(POST, json=BODY, headers={"origin": origin})
    assert answer.status_code == 403
    assert "another site" in answer.json()["detail"]
    assert client.post("/my-voice/api/withdraw", headers={"origin": origin}).json()["detail"] == answer.json()["detail"]


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


def test_with_an_account_everything_but_the_voice_owners_page_wants_staff(lan: TestClient):
    for address in ("/healthz", "/media/x/cover", "/nowhere", "/", "/my-voices", "/my-voice/../who", "/who"):
        answer = lan.get(address)
        assert answer.status_code == 401, address
        assert answer.headers["www-authenticate"].startswith("Basic ")
    assert lan.put("/my-voice/api/page").status_code == 401
    assert lan.get("/my-voice").status_code == 200
    foreign = lan.post(POST, json=BODY, auth=("Ada", PASSWORD), headers={"origin": "http://evil.example"})
    assert foreign.status_code == 403


def test_who_signed_in_is_who_acts(lan: TestClient, studio: Studio):
    studio.staff.add(LOCAL, "Bo", "producer", "another: password")
    assert lan.get("/who", auth=("Ada", PASSWORD)).json() == ["Ada", "reviewer"]
    assert lan.get("/who", auth=("Bo", "another: password")).json() == ["Bo", "producer"]
    assert lan.get("/who", auth=("Bo", PASSWORD)).status_code == 401


def test_a_right_password_is_slow_once_and_quick_after(lan: TestClient):
    first, then = (_seconds(lambda: lan.get("/who", auth=("Ada", PASSWORD))) for _ in range(2))
    assert then < first / 2, (first, then)


def test_a_removed_account_is_out_at_once(lan: TestClient, studio: Studio):
    studio.staff.add(LOCAL, "Bo", "producer", "another: password")
    assert lan.get("/who", auth=("Bo", "another: password")).status_code == 200
    studio.staff.remove(LOCAL, "Bo")
    time.sleep(1.1)  # accounts are looked at anew each second
    assert lan.get("/who", auth=("Bo", "another: password")).status_code == 401
    assert lan.get("/who", auth=("Ada", PASSWORD)).status_code == 200


@pytest.mark.parametrize(
    "header",
    [
        "Basic",
        "Basic ?",
        "Bearer abc",
        "Basic " + base64.b64encode(b"Ada").decode(),
        "Basic " + base64.b64encode(b"Ada:wrong").decode(),
        "Basic " + base64.b64encode(b"\xff:\xff").decode(),
        "Basic " + "QQ" * 5000,
    ],
)
def test_a_wrong_password_is_refused_slowly(lan: TestClient, header: str):
    assert _seconds(lambda: lan.get("/healthz", headers={"authorization": header}), status=401) > 0.4


def _seconds(ask: Callable[[], object], *, status: int = 200) -> float:
    started = time.monotonic()
    answer = ask()
    assert answer.status_code == status  # type: ignore[attr-defined]
    return time.monotonic() - started

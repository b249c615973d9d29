"""Words of a book are words: whatever they look like, nothing in a page or on the server acts on them."""

from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Server
from tests.e2e.test_browser_journey import WAIT_MS, import_book

pytestmark = pytest.mark.browser

HOSTILE = (
    "${document.body.setAttribute('x','1')}",
    "`+document.body.setAttribute('x','2')+`",
    "<img src=x onerror=\"document.body.setAttribute('x','3')\">",
    "<script>document.body.setAttribute('x','4')</script>",
    "{{7*7}} {{constructor.constructor('document.body.setAttribute(`x`,5)')()}}",
    "\"'><svg onload=document.body.setAttribute('x','6')>",
    "[Click](javascript:document.body.setAttribute('x','7'))",
)


def assert_nothing_ran(page: Any) -> None:
    assert page.evaluate("document.body.getAttribute('x')") is None
    assert page.locator("img[src=x], svg[onload], a[href^='javascript:' i]").count() == 0
    assert page.locator(".error-container").count() == 0  # Gradio's box for a template that failed


def test_hostile_words_are_shown_as_words(page: Any, server: Server, tmp_path: Path):
    text = "\n\n".join(f"# {words}\n\nHe wrote: {words} and went home." for words in HOSTILE)
    project = import_book(page, tmp_path, text=f"# Plain\n\n{text}\n", name="hostile.txt")
    titles = (
        "${document.body.setAttribute('x','1')}",
        "<img src=x onerror=\"document.body.setAttribute('x','3')\">",
        "{{7*7}} `",
        HOSTILE[-1],
    )
    for number, title in enumerate(titles, 1):
        if number <= len(server.studio.projects.chapters(project)):
            server.studio.projects.rename_chapter(project, number, title)
    server.studio.casting.set_voice(project, "narrator", "tone_low")
    page.reload()
    expect(page.locator(".vv-chapter-title").first).to_have_text(titles[0])
    assert_nothing_ran(page)
    page.goto("/")
    expect(page.locator(".vv-card")).to_have_count(1)
    assert_nothing_ran(page)
    page.goto(f"/book?p={project}&step=narrator")
    expect(page.get_by_label("Sentence to hear")).not_to_have_value("")
    assert_nothing_ran(page)
    page.goto(f"/book?p={project}&step=produce")
    page.get_by_role("button", name="Produce audiobook").click()
    expect(page.locator("#production")).to_contain_text("Finished.", timeout=WAIT_MS)
    assert_nothing_ran(page)
    page.get_by_role("button", name="Listen and download").click()
    expect(page.locator(".vv-sound h3").filter(has_text=titles[0])).to_be_visible()
    assert_nothing_ran(page)


def test_a_hostile_title_and_file_name_are_shown_as_words(page: Any, tmp_path: Path):
    title = "${document.body.setAttribute('x','1')} <b>`{{7*7}}"
    import_book(page, tmp_path, text=f'---\ntitle: "{title}"\nlanguage: en\n---\n\n# One\n\nThe lamp went out.\n')
    expect(page.locator("#book h1")).to_have_text(title)
    assert_nothing_ran(page)
    page.goto("/")
    expect(page.locator(".vv-card h2")).to_have_text(title)
    page.get_by_role("button", name="Delete").click()
    expect(page.get_by_role("dialog")).to_contain_text(title)
    assert_nothing_ran(page)


def test_files_of_the_data_home_and_elsewhere_are_not_served(server: Server, tmp_path: Path):
    secret = tmp_path / "secret.txt"  # the server's working directory is here
    secret.write_text("a secret")
    keys = [path for path in (server.home / "keys").iterdir() if path.is_file()]
    assert keys
    targets = [secret, server.home / "studio.db", *keys, Path("/etc/passwd")]
    with httpx.Client(base_url=server.address) as session:
        assert session.get("/").status_code == 200
        for target in targets:
            for address in (f"/gradio_api/file={target}", f"/gradio_api/file={target.name}", f"/file={target}"):
                answer = session.get(address)
                assert answer.status_code in {403, 404}, (address, answer.status_code)


def test_foreign_pages_and_hosts_are_refused_by_the_pages_too(server: Server):
    with httpx.Client(base_url=server.address) as session:
        for headers in ({"origin": "https://evil.example"}, {"host": "evil.example"}, {"sec-fetch-site": "cross-site"}):
            for address in (
                "/gradio_api/queue/join",
                "/gradio_api/upload",
                "/gradio_api/run/predict",
                "/gradio_api/call/x",
            ):
                assert session.post(address, json={}, headers=headers).status_code == 403, (address, headers)
        assert session.get("/", headers={"host": "evil.example"}).status_code == 403


def test_no_event_of_the_pages_is_a_public_endpoint(server: Server):
    with httpx.Client(base_url=server.address) as session:
        info = session.get("/gradio_api/info").json()
    assert info["named_endpoints"] == {}
    assert info["unnamed_endpoints"] == {}

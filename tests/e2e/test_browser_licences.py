"""What a book is for, chosen in a real browser, and what the licence of a voice says to that."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import ARTIFACTS, DESKTOP, PHONE, Server

pytestmark = pytest.mark.browser

RULES = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"]}


def test_a_book_is_marked_private_where_its_voice_may_not_be_sold(page: Any, server: Server, tmp_path: Path):
    book = tmp_path / "pier.md"
    book.write_text("# One\n\nThe tide went out.\n", encoding="utf-8")
    projects = server.studio.projects
    project = projects.import_file(book, name="pier", language="en-US")
    server.studio.casting.set_voice(project.id, "narrator", "tone_private")

    page.goto(f"/book?p={project.id}&step=produce")
    warned = "Narrator cannot be delivered in voice 'tone_private'"
    expect(page.locator("#production .vv-notice.warning")).to_contain_text(warned)
    page.get_by_role("tab", name="Narrator", exact=True).click()
    purpose = page.get_by_label("What this book is for")
    expect(purpose).to_have_value("audiobook")
    expect(page.locator("#purpose .vv-notice.warning")).to_contain_text(warned)
    for size, viewport in (("phone", PHONE), ("desktop", DESKTOP)):
        page.set_viewport_size(viewport)
        page.wait_for_timeout(200)
        page.screenshot(path=ARTIFACTS / f"purpose-{size}.png")
        assert page.evaluate("document.documentElement.scrollWidth <= document.documentElement.clientWidth")
        answer = Axe().run(page, context="#purpose", options=RULES).response
        assert any(rule["id"] == "color-contrast" for rule in answer["passes"]), "axe looked at nothing"
        assert not [rule["id"] for rule in answer["violations"]]

    purpose.select_option("private")
    expect(page.locator("#purpose .vv-notice.warning")).to_have_count(0)
    assert (projects.get(project.id).purpose, projects.get(project.id).commercial) == ("private", False)

    page.get_by_text("It holds: nothing special").click()
    page.get_by_label("Religion").check()
    expect(page.get_by_text("It holds: Religion")).to_be_visible()
    page.get_by_label("Gambling").check()
    expect(page.get_by_text("It holds: Religion, Gambling")).to_be_visible()
    assert projects.get(project.id).content == ("gambling", "religion")
    page.reload()
    expect(purpose).to_have_value("private")
    expect(page.get_by_text("It holds: Religion, Gambling")).to_be_visible()

    purpose.select_option("prompt")
    expect(page.locator("#purpose .vv-notice.warning")).to_contain_text("marked 'prompt'")

"""Every page in both colour schemes: accessible by axe's rules, and a picture of it to look at."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import ARTIFACTS, DESKTOP, Server, Watch
from tests.e2e.looks import every_look, violations
from tests.e2e.test_browser_journey import WAIT_MS, import_book

pytestmark = pytest.mark.browser
STEPS = ("chapters", "narrator", "produce", "listen")


def test_pages_are_accessible_and_photographed(browser: Any, page: Any, server: Server, tmp_path: Path, watch: Watch):
    page.goto("/")
    expect(page.locator("#projects")).to_contain_text("Bring your first book")
    page.screenshot(path=ARTIFACTS / "empty-desktop.png")
    project = import_book(page, tmp_path)
    server.studio.casting.set_voice(project, "narrator", "tone_low")
    page.goto(f"/book?p={project}&step=produce")
    page.get_by_role("button", name="Produce audiobook").click()
    expect(page.locator("#production")).to_contain_text("Mastering", timeout=WAIT_MS)
    page.screenshot(path=ARTIFACTS / "running-desktop.png")
    expect(page.locator("#production")).to_contain_text("Finished.", timeout=WAIT_MS)
    addresses = {"projects": "/", "voices": "/voices"} | {step: f"/book?p={project}&step={step}" for step in STEPS}
    found = []
    context = browser.new_context(base_url=server.address, viewport=DESKTOP, color_scheme="light")
    photo = context.new_page()
    watch.follow(photo)
    for name, address in addresses.items():
        photo.goto(address)
        expect(photo.locator(".vv-part:not(:empty)").first).to_be_visible()
        photo.wait_for_timeout(800)
        for size, scheme in every_look(photo):
            photo.screenshot(path=ARTIFACTS / f"{name}-{size}-{scheme}.png", full_page=name in STEPS)
            found += violations(photo, f"{name} {size} {scheme}", colors_only=scheme == "dark")
    context.close()
    assert not found, "\n".join(map(str, found))

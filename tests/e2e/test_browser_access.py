"""Every page in both colour schemes: accessible by axe's rules, and a picture of it to look at."""

from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import expect

from tests.e2e.conftest import ARTIFACTS, DESKTOP, PHONE, Server, Watch
from tests.e2e.test_browser_journey import WAIT_MS, import_book

pytestmark = pytest.mark.browser
RULES = {"runOnly": {"type": "tag", "values": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22aa"]}}
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
    for scheme in ("light", "dark"):
        for size, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
            context = browser.new_context(base_url=server.address, viewport=viewport, color_scheme=scheme)
            photo = context.new_page()
            watch.follow(photo)
            for name, address in addresses.items():
                photo.goto(address)
                expect(photo.locator(".vv-part:not(:empty)").first).to_be_visible()
                photo.wait_for_timeout(800)
                photo.screenshot(path=ARTIFACTS / f"{name}-{size}-{scheme}.png", full_page=name in STEPS)
                answer = Axe().run(photo, options=RULES).response
                assert any(rule["id"] == "color-contrast" for rule in answer["passes"]), "axe looked at nothing"
                for violation in answer["violations"]:
                    nodes = [node["html"][:160] for node in violation["nodes"]]
                    found.append((scheme, size, name, violation["id"], len(nodes), nodes[:3]))
            context.close()
    assert not found, "\n".join(map(str, found))

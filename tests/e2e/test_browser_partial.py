"""A book of which only a part was made, by a command: the pages say so."""

from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from studio.services.jobs import JobRequest
from tests.e2e.conftest import Server
from tests.e2e.test_browser_journey import WAIT_MS, import_book

pytestmark = pytest.mark.browser


def test_a_book_that_was_only_rendered_is_not_shown_as_finished(page: Any, server: Server, tmp_path: Path):
    page.goto("/")
    project = import_book(page, tmp_path)
    server.studio.casting.set_voice(project, "narrator", "tone_low")
    server.studio.jobs.submit(project, JobRequest(("render",)))
    page.goto(f"/book?p={project}&step=produce")
    expect(page.locator("#production .vv-notice")).to_contain_text("Finished.", timeout=WAIT_MS)
    expect(page.locator("#production .vv-steps .done")).to_have_text(["Speak"])
    expect(page.get_by_role("button", name="Produce audiobook")).to_be_visible()
    expect(page.get_by_role("button", name="Listen and download")).to_be_hidden()
    page.goto(f"/book?p={project}&step=listen")
    sounds = page.locator("#sounds")
    expect(sounds).to_contain_text("Nothing is produced yet.")
    assert "0" not in sounds.inner_text().split("\n")
    page.goto("/")
    expect(page.locator("#projects")).to_contain_text("Rendered")

"""A chapter of a real novel in a real voice, made and heard in the browser."""

import os
from pathlib import Path
from typing import Any

import av
import numpy as np
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import Server
from tests.e2e.test_browser_journey import open_step

pytestmark = [pytest.mark.browser, pytest.mark.slow, pytest.mark.models, pytest.mark.timeout(1500)]
_BESIDE = Path(__file__).parents[2].parent / "shared" / "books" / "love-among-the-chickens.epub"
_RENDER_LIMIT_MS = 1_200_000
_A_PAGE_WORDS = 200


@pytest.fixture
def novel() -> Path:
    path = Path(os.environ.get("VIVAVOCE_TEST_EPUB") or _BESIDE)
    if not path.is_file():
        pytest.skip("the novel is not on this machine: name an EPUB of it in VIVAVOCE_TEST_EPUB")
    return path


@pytest.mark.usefixtures("kokoro_weights")
def test_a_real_chapter_is_produced_heard_and_kept(page: Any, server: Server, novel: Path):
    page.goto("/")
    page.locator("#import input[type=file]").set_input_files(novel)
    page.wait_for_url("**/book?p=*", timeout=60_000)
    expect(page.locator("#book h1")).to_be_visible()
    project = str(page.url).split("p=")[1].split("&")[0]
    of_a_page = [chapter for chapter in server.studio.projects.chapters(project) if chapter.words > _A_PAGE_WORDS]
    shortest = min(of_a_page, key=lambda chapter: chapter.words)

    page.get_by_role("button", name="Skip all").click()
    expect(page.locator("#chapters")).to_contain_text("0 of ")
    page.get_by_role("checkbox", name=shortest.title, exact=True).check()
    expect(page.locator("#chapters")).to_contain_text("1 of ")
    page.get_by_label("Opening and closing credits").uncheck()
    open_step(page, "Narrator")
    page.get_by_role("button", name="Hear Emma").click()
    expect(page.get_by_role("button", name="Hear Emma")).to_have_attribute("aria-pressed", "true", timeout=60_000)
    page.get_by_role("button", name="Hear Emma").click()
    page.get_by_role("radio", name="Emma").check()
    expect(page.locator(".vv-narrator")).to_have_text("Read by Emma")

    open_step(page, "Produce")
    expect(page.locator("#production")).to_contain_text("1 chapter")
    page.get_by_role("button", name="Produce audiobook").click()
    expect(page.locator("#production")).to_contain_text("Finished.", timeout=_RENDER_LIMIT_MS)
    page.get_by_role("button", name="Listen and download").click()
    expect(page.get_by_text("meets ACX")).to_have_count(1)
    page.get_by_role("button", name=f"Play {shortest.title}").click()
    page.wait_for_function("document.querySelector('audio').currentTime > 1", timeout=15_000)
    with page.expect_download() as download:
        page.get_by_role("link", name=f"Download {shortest.title}").click()
    with av.open(str(download.value.path())) as sound:
        block = np.concatenate(
            [frame.to_ndarray().ravel() for frame, _ in zip(sound.decode(audio=0), range(400), strict=False)]
        )
        minutes = float(sound.duration or 0) / av.time_base / 60
    assert np.abs(block).max() > 0.05
    assert 100 < shortest.words / minutes < 230  # words a minute of a person reading aloud

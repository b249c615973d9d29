"""The way of a user through the studio, in a real browser, with a real server; test tones stand in for a voice."""

import re
from pathlib import Path
from typing import Any

import av
import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import PHONE, Server, Watch

pytestmark = pytest.mark.browser

BOOK = """---
title: The Mill on the River
author: A. Writer
language: en-US
---

# Chapter One

{long}

# Chapter Two

It was short. It said nothing that she did not know already.

# Chapter Three

They went home by the river, slowly, and without a word.
"""
LONG = "\n\n".join(
    f"The lamp went out for the {word} time, and nobody in the mill said anything until morning came over the hills."
    for word in ("first", "second", "third", "fourth", "fifth", "sixth", "seventh", "eighth", "ninth", "tenth")
)
WAIT_MS = 120_000


def import_book(page: Any, tmp_path: Path, text: str = BOOK.format(long=LONG), name: str = "mill.md") -> str:
    """Import through the upload field, and give the id of the project that opens."""
    book = tmp_path / name
    book.write_text(text, encoding="utf-8")
    page.goto("/")
    page.locator("#import input[type=file]").set_input_files(book)
    page.wait_for_url("**/book?p=*", timeout=30_000)
    expect(page.locator("#book h1")).to_be_visible()
    return str(page.url).split("p=")[1].split("&")[0]


def open_step(page: Any, name: str) -> None:
    page.get_by_role("tab", name=name, exact=True).click()


def chapter(page: Any, title: str) -> Any:
    return page.locator("#chapters .vv-chapter").filter(has_text=title)


def test_from_a_file_to_a_checked_audiobook(page: Any, server: Server, tmp_path: Path):
    project = import_book(page, tmp_path)
    expect(page.locator("#book h1")).to_have_text("The Mill on the River")

    chapter(page, "Chapter Two").get_by_role("checkbox").uncheck()
    expect(page.locator("#chapters")).to_contain_text("2 of 3 will be spoken")
    page.get_by_role("button", name="Rename Chapter Three").click()
    page.get_by_label("Title of chapter 3").fill("The Way Back")
    page.keyboard.press("Enter")
    expect(chapter(page, "The Way Back")).to_be_visible()
    page.get_by_role("button", name="Move The Way Back up").press("Enter")
    expect(page.locator(".vv-chapter").nth(1)).to_contain_text("The Way Back")
    page.get_by_label("Opening and closing credits").uncheck()
    expect(page.get_by_label("Opening and closing credits")).not_to_be_checked()
    page.reload()
    expect(page.locator(".vv-chapter").nth(1)).to_contain_text("The Way Back")
    expect(chapter(page, "Chapter Two").get_by_role("checkbox")).not_to_be_checked()
    expect(page.get_by_label("Opening and closing credits")).not_to_be_checked()

    open_step(page, "Narrator")
    page.get_by_role("radio", name="Emma").check()
    expect(page.locator(".vv-narrator")).to_have_text("Read by Emma")
    assert server.studio.projects.get(project).narrator == "bf_emma"
    server.studio.casting.set_voice(project, "narrator", "tone_low")

    open_step(page, "Produce")
    page.get_by_role("button", name="Produce audiobook").click()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.get_by_role("button", name="Cancel")).to_be_visible()
    page.reload()
    expect(page.get_by_role("progressbar")).to_be_visible()
    expect(page.locator("#production")).to_contain_text("Mastering", timeout=WAIT_MS)
    expect(page.locator("#production")).to_contain_text("Finished.", timeout=WAIT_MS)

    page.get_by_role("button", name="Listen and download").click()
    listen_and_download(page)


def listen_and_download(page: Any) -> None:
    sounds = page.locator(".vv-sound")
    expect(sounds).to_have_count(2)
    expect(page.get_by_text("meets ACX")).to_have_count(2)
    expect(page.locator(".vv-measured td.pass").first).to_be_visible()
    assert page.locator(".vv-measured td.fail").count() == 0
    page.get_by_role("button", name="Play Chapter One").click()
    page.wait_for_function("document.querySelector('audio').currentTime > 0.5", timeout=10_000)
    expect(page.get_by_role("button", name="Pause Chapter One")).to_be_visible()
    slider = page.get_by_role("slider", name="Position in Chapter One")
    slider.press("ArrowRight")
    page.wait_for_function("document.querySelector('audio').currentTime > 5", timeout=10_000)
    expect(slider).to_have_attribute("aria-valuetext", re.compile(r"0:(0[5-9]|1\d)"))
    slider.press("Space")
    expect(page.get_by_role("button", name="Play Chapter One")).to_be_visible()

    with page.expect_download() as download:
        page.get_by_role("link", name="Download Chapter One").click()
    with av.open(str(download.value.path())) as sound:
        assert sound.streams.audio[0].codec_context.name.startswith("mp3")
        assert float(sound.duration or 0) / av.time_base > 20
    with page.expect_download() as download:
        page.get_by_role("link", name="Download all").click()
    assert download.value.suggested_filename == "The Mill on the River.zip"


def test_cancel_and_resume(page: Any, server: Server, tmp_path: Path):
    project = import_book(page, tmp_path)
    server.studio.casting.set_voice(project, "narrator", "tone_low")
    page.goto(f"/book?p={project}&step=produce")
    page.get_by_role("button", name="Produce audiobook").click()
    page.get_by_role("button", name="Cancel").click()
    expect(page.locator("#production .vv-notice.error")).to_be_visible(timeout=WAIT_MS)
    expect(page.locator("#production")).to_contain_text("What is finished is kept.")
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("#production")).to_contain_text("Finished.", timeout=WAIT_MS)


def test_a_failure_is_said_inline(page: Any, server: Server, tmp_path: Path):
    project = import_book(page, tmp_path)
    server.studio.projects.choose_chapters(project, skip=frozenset({1, 2, 3}), credits=False)
    page.goto(f"/book?p={project}&step=produce")
    page.get_by_role("button", name="Produce audiobook").click()
    expect(page.locator("#production .vv-notice.error")).to_contain_text("every chapter is skipped", timeout=WAIT_MS)
    expect(page.get_by_role("button", name="Resume")).to_be_visible()


def test_after_a_crash_the_book_goes_on_from_there(page: Any, server: Server, tmp_path: Path, watch: Watch):
    # The same lines again are spoken once but mastered each time: long enough to be cut off in the middle of it.
    project = import_book(page, tmp_path, BOOK.format(long="\n\n".join([LONG] * 6)))
    server.studio.casting.set_voice(project, "narrator", "tone_low")
    page.goto(f"/book?p={project}&step=produce")
    page.get_by_role("button", name="Produce audiobook").click()
    expect(page.locator("#production")).to_contain_text("Mastering", timeout=WAIT_MS)
    watch.check()
    server.stop(kill=True)
    server.start()
    page.goto(f"/book?p={project}&step=produce")
    expect(page.locator("#production .vv-notice.error")).to_contain_text(
        "stopped while this was running", timeout=WAIT_MS
    )
    page.get_by_role("button", name="Resume").click()
    expect(page.locator("#production")).to_contain_text("Finished.", timeout=WAIT_MS)
    expect(page.locator("#production")).to_contain_text("0 lines spoken")
    watch.errors.clear()  # while the server was down, the browser said that it could not be reached


def test_a_second_tab_sees_the_same_job(page: Any, server: Server, tmp_path: Path, watch: Watch):
    project = import_book(page, tmp_path)
    server.studio.casting.set_voice(project, "narrator", "tone_low")
    page.goto(f"/book?p={project}&step=produce")
    expect(page.get_by_role("button", name="Produce audiobook")).to_be_visible()
    other = page.context.new_page()
    watch.follow(other)
    other.goto(f"/book?p={project}&step=produce")
    page.get_by_role("button", name="Produce audiobook").click()
    expect(other.get_by_role("button", name="Cancel")).to_be_visible(timeout=10_000)
    expect(other.locator("#production")).to_contain_text("Finished.", timeout=WAIT_MS)
    other.goto("/")
    expect(other.locator("#projects")).to_contain_text("Produced")


def test_what_cannot_be_imported_is_said_inline(page: Any, server: Server, tmp_path: Path):
    book = tmp_path / "broken.epub"
    book.write_bytes(b"this is no archive")
    page.goto("/")
    expect(page.locator("#projects")).to_contain_text("Bring your first book")
    page.locator("#import input[type=file]").set_input_files(book)
    expect(page.locator("#import-message [role=alert], #import-message [role=alert] *").first).to_contain_text(
        "broken.epub"
    )
    assert server.studio.projects.all() == ()


def test_delete_asks_first(page: Any, server: Server, tmp_path: Path):
    import_book(page, tmp_path)
    page.goto("/")
    page.get_by_role("button", name="Delete The Mill on the River").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Keep it").press("Enter")
    assert len(server.studio.projects.all()) == 1
    page.get_by_role("button", name="Delete The Mill on the River").press("Enter")
    page.get_by_role("dialog").get_by_role("button", name="Delete").press("Enter")
    expect(page.locator("#projects")).to_contain_text("Bring your first book")
    assert server.studio.projects.all() == ()


def test_an_unknown_book_is_said_plainly(page: Any):
    page.goto("/book?p=nobody")
    expect(page.locator("#book")).to_contain_text("there is no project 'nobody'")


def test_nothing_is_wider_than_a_phone(page: Any, server: Server, tmp_path: Path):
    project = import_book(page, tmp_path)
    page.set_viewport_size(PHONE)
    addresses = [
        "/",
        "/voices",
        *(f"/book?p={project}&step={step}" for step in ("chapters", "narrator", "produce", "listen")),
    ]
    for address in addresses:
        page.goto(address)
        expect(page.locator(".vv-part:not(:empty)").first).to_be_visible()
        assert page.evaluate("document.documentElement.scrollWidth - innerWidth") <= 0, address

"""The lines of a book in a browser: tagged, tuned, heard, compared, led by a recording; looked at in every size."""

import re
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile as sf
import soxr
from playwright.sync_api import expect

from studio.manuscript.delivery import presets
from tests.e2e.conftest import ARTIFACTS, DESKTOP, PHONE, Server, Watch
from tests.e2e.looks import Violation, too_wide, violations
from tests.e2e.test_browser_hostile import HOSTILE, assert_nothing_ran

pytestmark = pytest.mark.browser

BOOK = """---
title: The Mill on the River
author: A. Writer
language: en-US
---

# Chapter One

The lamp went out, and nobody in the mill said anything until morning.

[sad:0.6] She had not meant [pause 1.2s] to stay so long. They could hear the [river]{.whisper} under the floor.

[laugh] Well, that was a thing to say, and not the last.

There was a place for hostile words here.

# Chapter Two

"""
LONG = "\n\n".join(f"The lamp went out for the {number}th time, and nobody said anything." for number in range(4, 504))
SPOKEN = "The lamp went out, and nobody in the mill said anything until morning."
HEARD_MS = 30_000
INK = """selector => {
  const canvas = document.querySelector(selector);
  const data = canvas.getContext('2d').getImageData(0, 0, canvas.width, canvas.height).data;
  const colors = new Set();
  for (let at = 0; at < data.length; at += 4) if (data[at + 3] > 200) colors.add(data.slice(at, at + 3).join());
  return colors.size;
}"""


@pytest.fixture
def project(server: Server, tmp_path: Path) -> str:
    book = tmp_path / "mill.md"
    book.write_text(BOOK + LONG, encoding="utf-8")
    made = server.studio.projects.import_file(book).id
    server.studio.casting.set_voice(made, "narrator", "tone_low")
    return made


def open_lines(page: Any, project: str, chapter: int = 1) -> Any:
    page.goto(f"/book?p={project}&step=lines&chapter={chapter}")
    rows = page.locator("#lines .vv-line")
    expect(rows.first).to_be_visible()
    return rows


def row(page: Any, words: str) -> Any:
    return page.locator("#lines .vv-line").filter(has_text=words)


def choose(page: Any, preset: str) -> None:
    page.locator("#vv-delivery summary").click()
    page.locator(f'.vv-option[data-preset="{preset}"]').click()


def test_a_line_is_tagged_heard_compared_and_saved(page: Any, server: Server, project: str):
    hostile = next(view for view in server.studio.segments.script(project, 1) if "hostile" in view.text)
    server.studio.segments.set_line(project, hostile.id, "Here: " + " ".join(HOSTILE[:4]))
    odd = next(view for view in server.studio.segments.script(project, 1) if "Well" in view.text)
    server.studio.segments.set_line(project, odd.id, odd.text.replace("thing", "[sadd] thing"))
    rows = open_lines(page, project)
    assert "[" not in page.locator(".vv-lines").inner_text().replace(hostile.text, "")
    for words in HOSTILE[:4]:
        expect(row(page, "Here:")).to_contain_text(words)
    assert_nothing_ran(page)
    expect(row(page, "She had not").locator(".vv-chip.delivery").first).to_have_text("said Sad · 60 %")
    expect(row(page, "She had not").locator(".vv-chip.rest").first).to_contain_text("1.2 s")
    expect(row(page, "Well, that was").locator(".vv-chip.event")).to_contain_text("laugh")
    expect(row(page, "Well, that was")).to_contain_text("1 note")

    rows.first.focus()
    page.keyboard.press("ArrowDown")
    page.keyboard.press("Enter")
    editor = page.locator("#line-editor")
    expect(editor.get_by_role("heading", name="Line 2")).to_be_visible()
    words = editor.get_by_label("Words", exact=True)
    expect(words).to_have_value(SPOKEN)

    hear_and_save(page, server, project)
    mend_and_insert(editor)

    words.press("Alt+ArrowDown")
    expect(editor.get_by_role("heading", name="Line 3")).to_be_visible()
    words.press("Alt+ArrowUp")
    expect(words).to_have_value(SPOKEN.replace("lamp", "[lamp]{.whisper} [beat]"))
    editor.get_by_role("button", name="Reset").click()
    compare(page, editor)
    editor.get_by_role("button", name="Reset").click()

    editor.get_by_role("button", name="Close").click()
    expect(rows.nth(1)).to_be_focused()
    page.get_by_label("Chapter", exact=True).select_option(label="Chapter Two")
    expect(rows).to_have_count(501)
    page.reload()
    expect(page.get_by_label("Chapter", exact=True)).to_have_value("2")
    expect(rows).to_have_count(501)
    assert_nothing_ran(page)


def hear_and_save(page: Any, server: Server, project: str) -> None:
    editor, second = page.locator("#line-editor"), page.locator("#lines .vv-line").nth(1)
    words, segment = editor.get_by_label("Words", exact=True), second.get_attribute("data-line")
    choose(page, "sad")
    slider = editor.get_by_label("Intensity")
    slider.focus()
    for _ in range(8):
        page.keyboard.press("ArrowLeft")
    expect(slider).to_have_attribute("aria-valuetext", "60 per cent, a hint")
    expect(second).to_have_class(re.compile("unsaved"))
    words.press("Control+Enter")
    page.wait_for_function("document.querySelector('#line-editor > audio').currentTime > 0.3", timeout=HEARD_MS)
    expect(editor.locator(".vv-verdict")).to_contain_text("Asked for Sad · 60 %", timeout=HEARD_MS)
    assert page.evaluate(INK, ".vv-lane canvas") > 2
    assert "translateX" in editor.locator(".vv-playhead").get_attribute("style")
    expect(editor.locator(".vv-made")).to_contain_text("Made by:")
    assert server.studio.segments.one(project, segment).delivery == "neutral"
    words.press("Control+s")
    expect(editor.get_by_text("Saved", exact=True)).to_be_visible()
    expect(second.locator(".vv-chip.delivery")).to_have_text("said Sad · 60 %")
    expect(second.locator(".vv-dot")).to_have_text("spoken")
    assert server.studio.segments.one(project, segment).delivery == "sad:0.6"


def mend_and_insert(editor: Any) -> None:
    words = editor.get_by_label("Words", exact=True)
    words.press("Home")
    words.type("[sadd] ")
    expect(editor.locator(".vv-problems")).to_contain_text("did you mean [sad]?")
    editor.get_by_role("button", name="Reset").click()
    expect(words).to_have_value(SPOKEN)
    expect(editor.locator(".vv-problems li")).to_have_count(0)
    words.evaluate("field => field.setSelectionRange(4, 8)")
    editor.locator(".vv-insert summary").click()
    editor.get_by_label("Only the marked words").select_option("whisper")
    expect(words).to_have_value(SPOKEN.replace("lamp", "[lamp]{.whisper}"))
    editor.locator(".vv-insert summary").click()
    editor.get_by_role("button", name="Beat").click()
    expect(words).to_have_value(SPOKEN.replace("lamp", "[lamp]{.whisper} [beat]"))


def compare(page: Any, editor: Any) -> None:
    """Stop once, then hear all, go from one to the next and back by keys, and take one over."""
    editor.get_by_role("button", name="Hear every delivery").click()
    takes = editor.locator(".vv-take")
    expect(takes.first).to_be_visible(timeout=HEARD_MS)
    editor.get_by_role("button", name="Cancel").click()
    again = editor.get_by_role("button", name="Hear every delivery again")
    expect(again).to_be_visible()
    assert takes.count() < len(presets())
    again.click()
    expect(takes).to_have_count(len(presets()), timeout=2 * HEARD_MS)
    expect(editor.get_by_text("All at the same loudness")).to_be_visible()
    wide = page.viewport_size
    found = []
    for size, viewport in (("desktop", wide), ("phone", PHONE)):
        page.set_viewport_size(viewport)
        editor.get_by_text("All at the same loudness").scroll_into_view_if_needed()
        found += seen(page, f"lines-compared-{size}-light")
    assert not found, found
    page.set_viewport_size(wide)
    editor.get_by_role("button", name="Hear Neutral").click()
    expect(takes.nth(0)).to_have_class(re.compile("playing"))
    page.keyboard.press("ArrowRight")
    expect(takes.nth(1)).to_have_class(re.compile("playing"))
    page.keyboard.press("b")
    expect(takes.nth(0)).to_have_class(re.compile("playing"))
    expect(takes.nth(1)).not_to_have_class(re.compile("playing"))
    editor.get_by_role("button", name="Use Fearful").click()
    expect(page.locator("#vv-delivery summary")).to_contain_text("Fearful")


@pytest.fixture
def reader(browser: Any, server: Server, tmp_path: Path) -> Iterator[tuple[Any, Path]]:
    """A browser whose microphone hears somebody else read the line, and the same reading as a file."""
    said = {"text": SPOKEN, "voice": "am_michael", "language": "en-US"}
    take = httpx.post(f"{server.address}/media/auditions", json=said, timeout=HEARD_MS / 1000)
    file, heard = tmp_path / "reading.flac", tmp_path / "microphone.wav"
    file.write_bytes(take.raise_for_status().content)
    samples, rate_hz = sf.read(file, dtype="float32")
    quiet = np.zeros(24_000, np.float32)
    sf.write(heard, np.concatenate([quiet, soxr.resample(samples, rate_hz, 48_000), quiet]), 48_000, subtype="PCM_16")
    flags = [
        "--no-sandbox",
        "--disable-gpu",
        "--autoplay-policy=no-user-gesture-required",
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={heard}%noloop",
    ]
    kind = browser.browser_type
    system = next((path for name in ("chromium", "google-chrome") if (path := shutil.which(name))), None)
    launched = kind.launch(executable_path=system, args=flags)
    yield launched, file
    launched.close()


@pytest.mark.models
@pytest.mark.usefixtures("kokoro_weights", "whisper_folder")
def test_a_voice_follows_a_reading_and_everything_can_be_seen_and_used(
    reader: tuple[Any, Path], server: Server, project: str, watch: Watch
):
    hearing, file = reader
    server.studio.casting.set_voice(project, "narrator", "af_heart")
    context = hearing.new_context(base_url=server.address, viewport=DESKTOP, color_scheme="light")
    page = context.new_page()
    watch.follow(page)
    open_lines(page, project)
    row(page, SPOKEN).click()
    editor = page.locator("#line-editor")
    choose(page, "sad")
    editor.get_by_role("button", name="Hear it").click()
    expect(editor.locator(".vv-verdict")).to_contain_text("Sounds like", timeout=HEARD_MS)
    expect(editor.locator(".vv-verdict")).to_contain_text("nothing about a person")
    expect(editor.locator(".vv-made")).to_contain_text("the engine’s own prosody")
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.get_by_text("Saved", exact=True)).to_be_visible()
    segment = row(page, SPOKEN).get_attribute("data-line")

    editor.locator(".vv-guide summary").click()
    editor.locator(".vv-guide input[type=file]").set_input_files(file)
    expect(editor.get_by_text("Following this reading")).to_be_visible(timeout=2 * HEARD_MS)
    expect(editor.locator(".vv-guide blockquote")).to_contain_text(re.compile("lamp went out", re.IGNORECASE))
    expect(row(page, SPOKEN).locator(".vv-chip.guide")).to_be_visible()
    assert server.studio.segments.one(project, segment).guide
    editor.get_by_role("button", name="Hear it").click()
    expect(editor.locator(".vv-verdict")).to_contain_text("your reading", timeout=HEARD_MS)
    look_at_all(hearing, server, project, watch)

    editor.get_by_label("Words", exact=True).fill(SPOKEN.replace("until morning", "until the morning"))
    editor.get_by_role("button", name="Save", exact=True).click()
    expect(editor.get_by_text("recorded for other words")).to_be_visible()
    expect(page.locator("#lines .vv-chip.guide")).to_have_count(0)
    editor.get_by_role("button", name="Realign").click()
    expect(editor.get_by_text("Following this reading")).to_be_visible(timeout=2 * HEARD_MS)
    assert server.studio.segments.one(project, segment).guide
    editor.get_by_role("button", name="Remove").click()
    expect(editor.get_by_role("button", name="Record", exact=True)).to_be_visible()
    assert server.studio.guides.get(project, segment) is None
    editor.get_by_role("button", name="Record", exact=True).click()
    page.wait_for_timeout(5_500)  # as long as the reading, with the silence before and after it
    editor.locator(".vv-guide").get_by_role("button", name="Stop").click()
    expect(editor.get_by_text("Following this reading")).to_be_visible(timeout=2 * HEARD_MS)
    context.close()


def look_at_all(hearing: Any, server: Server, project: str, watch: Watch) -> None:
    found = []
    for size, viewport in (("desktop", DESKTOP), ("phone", PHONE)):
        context = hearing.new_context(base_url=server.address, viewport=viewport, color_scheme="light")
        photo = context.new_page()
        watch.follow(photo)
        rows = open_lines(photo, project)
        found += in_both_schemes(photo, f"lines-{size}")
        row(photo, SPOKEN).click()
        expect(photo.locator(".vv-verdict")).to_be_visible(timeout=HEARD_MS)
        expect(photo.get_by_text("Following this reading")).to_be_visible(timeout=HEARD_MS)
        folds = ("#vv-delivery", ".vv-fine", ".vv-insert")
        for fold in folds:
            photo.locator(f"{fold} summary").click()
        found += in_both_schemes(photo, f"lines-editor-{size}")
        for fold in folds:
            photo.locator(f"{fold} summary").click()
        for part, place in (("lane", ".vv-lane-key"), ("guide", ".vv-guide")):
            photo.locator(place).scroll_into_view_if_needed()
            in_both_schemes(photo, f"lines-{part}-{size}", axe=False)
        if viewport is PHONE:
            small = photo.evaluate(
                "[...document.querySelectorAll('#line-editor :is(button, summary, textarea, select)')]"
                ".filter(each => each.checkVisibility() && each.getBoundingClientRect().height < 43.5)"
                ".map(each => each.outerHTML.slice(0, 120))"
            )
            assert not small, small
        assert rows.count() > 3
        context.close()
    assert not found, "\n".join(map(str, found))


def in_both_schemes(page: Any, name: str, *, axe: bool = True) -> list[Violation]:
    found = []
    for scheme in ("light", "dark"):
        page.emulate_media(color_scheme=scheme)
        found += seen(page, f"{name}-{scheme}", axe=axe)
    page.emulate_media(color_scheme="light")
    return found


def seen(page: Any, name: str, *, axe: bool = True) -> list[Violation]:
    page.wait_for_timeout(250)
    page.screenshot(path=ARTIFACTS / f"{name}.png")
    assert not too_wide(page), f"{name} is too wide"
    return violations(page, name, colors_only=name.endswith("-dark")) if axe else []

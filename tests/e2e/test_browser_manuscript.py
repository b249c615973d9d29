"""The manuscript in a browser: a book of 5,000 lines is edited, searched, mended and looked at in every size."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.e2e.conftest import ARTIFACTS, Server
from tests.e2e.looks import Violation, every_look, too_wide, violations
from tests.e2e.test_browser_hostile import HOSTILE, assert_nothing_ran

pytestmark = pytest.mark.browser

_HEAD = """---
title: The Mill on the River
author: A. Writer
language: en-GB
---

# Chapter One

The lamp went out on 12 May 1906. Nobody in the mill said anything until morning.

“It was you,” said Dale. She had not meant to stay so long.

Here: {hostile}

"""
_PARAGRAPHS = 250
_CHAPTERS = 20


def _book() -> str:
    hostile = " ".join(HOSTILE[:4]).replace("[", "(").replace("\n", " ")
    chapters = (
        f"# Chapter {number}\n\n"
        + "\n\n".join(f"Line {line} of it was said and heard again in chapter {number}." for line in range(_PARAGRAPHS))
        for number in range(2, _CHAPTERS + 2)
    )
    return _HEAD.format(hostile=hostile) + "\n\n".join(chapters)


@pytest.fixture
def project(server: Server, tmp_path: Path) -> str:
    book = tmp_path / "mill.md"
    book.write_text(_book(), encoding="utf-8")
    made = server.studio.projects.import_file(book).id
    lines = server.studio.manuscript.lines(made)
    line = next(each for each in lines if "It was you" in each.text)
    server.studio.manuscript.set_line(made, line.id, role="Dale")
    line = next(each for each in lines if "She had" in each.text)
    server.studio.manuscript.set_line(made, line.id, text=f"[whispr] {line.text}")
    return made


def _row(page: Any, words: str) -> Any:
    return page.locator("#manuscript .vv-script-line").filter(has_text=words)


def test_a_long_manuscript_is_edited_searched_and_undone(page: Any, server: Server, project: str) -> None:
    lines = server.studio.manuscript.lines(project)
    assert len(lines) > 5_000
    page.goto(f"/book?p={project}")
    page.get_by_role("link", name="Edit the manuscript").click()
    expect(page.locator(".vv-script-line").first).to_be_visible()
    assert page.locator(".vv-script-line").count() == len(lines)
    assert_nothing_ran(page)

    # What wants a look leads to its place.
    page.locator(".vv-problem", has_text="whispr").click()
    expect(page.locator("#vv-script-text")).to_be_in_viewport()
    expect(page.locator("#vv-script-text")).to_be_focused()
    page.fill("#vv-script-text", "[whisper] She had meant to pay £5.")
    expect(page.locator(".vv-said")).to_contain_text("five pounds")
    expect(page.locator(".vv-said li")).to_contain_text("£5")
    page.keyboard.press("Control+s")
    expect(_row(page, "She had meant")).to_be_visible()
    expect(page.locator(".vv-problem", has_text="whispr")).to_have_count(0)

    # A line is cut at the cursor, given a speaker, joined and skipped.
    _row(page, "The lamp went out").click()
    page.evaluate("document.querySelector('#vv-script-text').setSelectionRange(13, 13)")
    page.get_by_role("button", name="Split at cursor").click()
    expect(page.locator("#vv-script-text")).to_have_value("out on 12 May 1906.")
    page.fill("#vv-script-role", "Ada")
    page.keyboard.press("Control+s")
    expect(_row(page, "out on 12 May").locator(".vv-speaker")).to_have_text("Ada")
    expect(page.locator(".vv-problem", has_text="Ada has no voice yet")).to_be_visible()
    page.get_by_role("button", name="Skip this line").click()
    expect(_row(page, "out on 12 May").get_by_text("skipped")).to_be_visible()
    page.keyboard.press("Escape")
    for _ in range(3):
        page.get_by_role("button", name="Undo").click()
        page.wait_for_timeout(300)
    expect(_row(page, "The lamp went out on 12 May 1906.")).to_be_visible()

    # Words are found and replaced in the whole book, and that is one step back.
    page.keyboard.press("Control+f")
    page.keyboard.type("heard again")
    expect(page.get_by_text(f"{_PARAGRAPHS * _CHAPTERS} in {_PARAGRAPHS * _CHAPTERS:,} lines")).to_be_visible()
    page.get_by_role("button", name="Next line found").click()
    expect(page.locator("#chapter-2 .vv-script-line").nth(1)).to_be_in_viewport()
    page.get_by_label("Find", exact=True).fill("heard again in chapter 7")
    expect(page.get_by_text(f"{_PARAGRAPHS} in {_PARAGRAPHS} lines")).to_be_visible()
    page.locator(".vv-replace summary").click()
    page.get_by_label("Replace with").fill("told twice")
    page.get_by_role("button", name="Replace all").click()
    expect(page.get_by_text(f"{_PARAGRAPHS} places replaced")).to_be_visible()
    assert sum("told twice" in line.text for line in server.studio.manuscript.lines(project)) == _PARAGRAPHS
    page.get_by_role("button", name="Undo").click()
    expect(page.locator("#chapter-7 .vv-script-line").nth(1)).to_contain_text("heard again")

    # The tree leads to a chapter, and the keys go from line to line.
    page.get_by_role("navigation", name="Chapters").get_by_role("button", name="Chapter 15", exact=True).click()
    expect(page.locator("#chapter-15 h2")).to_be_in_viewport()
    page.keyboard.press("ArrowDown")
    expect(page.locator("#chapter-15 .vv-script-line").nth(1)).to_be_focused()


def test_the_manuscript_fits_and_reads_well_in_every_size(page: Any, project: str) -> None:
    found: list[Violation] = []
    page.goto(f"/manuscript?p={project}")
    expect(page.locator(".vv-script-line").first).to_be_visible()
    _row(page, "It was you").click()
    expect(page.locator(".vv-said")).to_contain_text("Will be said")
    page.locator(".vv-fold summary", has_text="How things are said").click()
    for size, scheme in every_look(page):
        ARTIFACTS.mkdir(exist_ok=True)
        page.screenshot(path=ARTIFACTS / f"manuscript-{size}-{scheme}.png")
        assert not too_wide(page), size
        if size == "desktop":
            # axe looks at every node: the chapters that are all alike are taken away first.
            page.evaluate(
                "document.querySelectorAll('.vv-script > section:nth-child(n+3)').forEach(each => each.remove())"
            )
            found += violations(page, f"manuscript {scheme}", colors_only=scheme == "dark")
    assert found == []


_TALK = """---
title: The Lamp
author: A. Writer
language: en-GB
---

# Chapter One

Mary Dale came into the kitchen. Her husband John sat by the fire.

"Is it late?" whispered Mary.

"Very late," said John. "He is gone."

"Who is gone?"

"The keeper."

"I do not believe it," said Mary.

Nobody moved for a long while. The wind was in the chimney, and all the three of them, Mary and John and old Ruth Finch,
looked at the window.

"Somebody must go."

# Chapter Two

Nobody in Yeovilly lit it again, and the wound was deep.
"""


def _keep_for_series(page: Any) -> None:
    page.locator("#cast .vv-fold summary").click()
    page.get_by_label("Series").fill("The Lamp books")
    page.get_by_role("button", name="Set", exact=True).click()
    page.get_by_role("button", name="Keep this cast for the series").click()
    expect(page.get_by_label("Voice of Mary")).to_be_disabled()


def test_who_speaks_is_found_confirmed_and_cast(page: Any, server: Server, tmp_path: Path) -> None:
    book = tmp_path / "lamp.md"
    book.write_text(_TALK, encoding="utf-8")
    project = server.studio.projects.import_file(book).id
    page.goto(f"/manuscript?p={project}")
    page.get_by_role("button", name="Find who speaks").click()
    expect(page.locator(".vv-script-help [role=status]")).to_contain_text("lines of speech by")
    expect(_row(page, "I do not believe it").locator(".vv-speaker")).to_have_text("Mary")

    # One key says who speaks, and leads to the next line that is not sure.
    unsure = [line for line in server.studio.manuscript.lines(project) if line.speaker == "unsure"]
    assert unsure, "the text is made so that somebody has to be asked"
    page.locator(f'[data-line="{unsure[0].id}"]').click()
    page.keyboard.press("1")
    expect(page.locator(f'[data-line="{unsure[0].id}"] .vv-badge.warn')).to_have_count(0)
    decided = {line.id: line for line in server.studio.manuscript.lines(project)}[unsure[0].id]
    assert decided.speaker == "confirmed"
    page.keyboard.press("Escape")

    # What the book says of a line is proposed with its evidence, and followed only when somebody says so.
    page.get_by_role("button", name="Suggest deliveries").click()
    asked = page.locator("li", has=page.locator(".vv-problem", has_text="whisper"))
    expect(asked.locator(".vv-problem")).to_contain_text("whispered")
    asked.get_by_role("button", name="Use it").click()
    expect(_row(page, "Is it late?").locator(".vv-chip.delivery")).to_contain_text("Whisper")

    # A word no dictionary has is said as somebody writes it, in the whole book; one with two readings where it stands.
    page.locator("summary", has_text="Words to check").click()
    word = page.locator(".vv-word-list > details", has_text="Yeovilly")
    word.locator("summary").click()
    word.get_by_label("How Yeovilly is said").fill("YO-vil-ee")
    word.get_by_role("button", name="Use in the whole book").click()
    expect(page.get_by_text("Yeovilly is said YO-vil-ee from now on.")).to_be_visible()
    assert [each.entry.written for each in server.studio.lexicon.entries(project=project)] == ["Yeovilly"]
    wound = page.locator(".vv-word-list > details", has_text="wound")
    wound.locator("summary").click()
    wound.get_by_role("button", name="Here /").first.click()
    expect(page.locator("#vv-script-text")).to_have_value(re.compile(r"\[wound\]\{ipa: .+\}"))
    page.keyboard.press("Escape")

    page.goto(f"/book?p={project}&step=narrator")
    expect(page.locator(".vv-role")).to_have_count(len(server.studio.casting.roles(project)) - 1)
    page.get_by_role("button", name="Use the suggested voices").click()
    expect(page.locator("#cast").get_by_text("cast", exact=False).first).to_contain_text("roles")
    expect(page.get_by_role("button", name="Use the suggested voices")).to_be_disabled()
    voices = {voice.id: voice.sex for voice in server.studio.casting.voices()}
    cast = {role.role: voices[role.voice] for role in server.studio.casting.roles(project)}
    assert (cast["Mary"], cast["John"]) == ("female", "male")
    _keep_for_series(page)
    found: list[Violation] = []
    for size, scheme in every_look(page):
        page.screenshot(path=ARTIFACTS / f"cast-{size}-{scheme}.png")
        assert not too_wide(page), size
        if size == "desktop":
            found += violations(page, f"cast {scheme}", colors_only=scheme == "dark")
    assert found == []

"""The manuscript in a browser: 5,000 lines are edited, searched and mended; who speaks is found, confirmed and cast."""

import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.consents import LOCAL, Walk
from tests.e2e.conftest import ARTIFACTS, Server, Watch
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
    server.studio.casting.set_voice(made, "narrator", "tone_low")
    server.studio.projects.choose_chapters(made, skip=frozenset({_CHAPTERS + 1}))
    lines = server.studio.manuscript.lines(made, {1})
    line = next(each for each in lines if "It was you" in each.text)
    server.studio.manuscript.set_line(made, line.id, role="Dale")
    line = next(each for each in lines if "She had" in each.text)
    server.studio.manuscript.set_line(made, line.id, text=f"[whispr] {line.text}")
    return made


@dataclass(frozen=True)
class _Rows:
    """The rows of the first chapter by their words, found without asking the browser to read 5,000 of them."""

    page: Any
    server: Server
    project: str

    def __call__(self, words: str) -> Any:
        lines = self.server.studio.manuscript.lines(self.project, {1})
        return self.page.locator(f'[data-line="{next(each.id for each in lines if words in each.text)}"]')


def _bar(page: Any) -> Any:
    """Undo, search and replace: names are looked for there, not in 5,000 rows."""
    return page.locator(".vv-script-bar")


def _form(page: Any) -> Any:
    """The line that is open."""
    return page.locator(".vv-script-form")


# An `expect` that is not true at once describes all 5,000 rows for its message, which takes seconds; `wait_for` not.
def test_a_long_manuscript_is_edited_searched_and_undone(page: Any, server: Server, watch: Watch, project: str) -> None:
    row = _Rows(page, server, project)
    text = page.locator("#vv-script-text")
    lines = len(server.studio.manuscript.lines(project))
    assert lines > 5_000
    page.goto(f"/book?p={project}")
    page.get_by_role("link", name="Edit the manuscript").click()
    page.locator(".vv-script-line").first.wait_for()
    assert page.locator(".vv-script-line").count() == lines
    assert_nothing_ran(page)

    # What wants a look leads to its place; the preview has the line in its order, with tags too.
    page.locator(".vv-script-side .vv-problem", has_text="whispr").click()
    expect(text).to_be_in_viewport()
    expect(text).to_be_focused()
    page.fill("#vv-script-text", "[whisper] On 3 May [Dr.]{say: Doc} Dale had meant to pay [cinq]{lang: fr} or £5.")
    page.locator(".vv-said-why li", has_text="£5").wait_for()
    expect(page.locator(".vv-said-why li")).to_contain_text(["3 May", "Dr.", "cinq", "£5"])
    expect(page.locator(".vv-said")).to_contain_text("Doc Dale had meant to pay cinq or five pounds")
    page.keyboard.press("Control+s")
    page.locator(".vv-script-side .vv-problem", has_text="whispr").wait_for(state="detached")
    said = row("had meant").locator(".vv-said-so").first
    expect(said.locator(".vv-said-words")).to_have_text("Dr.")
    expect(said.locator(".vv-chip")).to_have_text("“Doc”")
    expect(row("had meant")).to_have_accessible_name(re.compile(r"Dr\. \(said “Doc”\) Dale"))
    expect(row("had meant")).to_have_accessible_name(re.compile(r"cinq \(said in French\)"))

    # A line is heard where it stands, saved or not.
    page.keyboard.press("Control+Enter")
    _form(page).get_by_role("button", name="Stop").wait_for()

    _refused_and_kept(page, watch, row)
    _cut_given_skipped_and_undone(page, row)

    _found_and_replaced(page, server, project)
    _led_to_chapters(page)
    _heard_on_and_tuned(page, row)


def _refused_and_kept(page: Any, watch: Watch, row: _Rows) -> None:
    """What is refused is told next to the line, what was typed stays, and Esc does not throw it away."""
    page.fill("#vv-script-text", "…")
    page.keyboard.press("Control+s")
    wrong = page.locator(".vv-script-form [role=alert]")
    wrong.wait_for()
    expect(wrong).to_contain_text("nothing to say")
    expect(wrong).to_be_in_viewport()
    expect(page.locator("#vv-script-text")).to_have_value("…")
    expect(page.locator("#vv-script-text")).to_be_focused()
    watch.errors[:] = [error for error in watch.errors if "422" not in error]
    page.keyboard.press("Escape")
    expect(page.locator(".vv-script-form [role=status]").last).to_contain_text("Not saved")
    expect(page.locator("#vv-script-text")).to_have_value("…")
    page.keyboard.press("Escape")
    expect(page.locator(".vv-script-form")).to_have_count(0)
    expect(row("had meant")).to_be_focused()


def _found_and_replaced(page: Any, server: Server, project: str) -> None:
    """Words are found and replaced in the whole book, and that is one step back."""
    page.keyboard.press("Control+f")
    page.keyboard.type("heard again")
    total = f"{_PARAGRAPHS * _CHAPTERS:,}"
    _bar(page).get_by_text(f"{total} in {total} lines").wait_for()
    _bar(page).get_by_role("button", name="Next line found").click()
    expect(page.locator("#chapter-2 .vv-script-line").nth(1)).to_be_in_viewport()
    _bar(page).get_by_label("Find", exact=True).fill("heard again in chapter 7")
    _bar(page).get_by_text(f"{_PARAGRAPHS} in {_PARAGRAPHS} lines").wait_for()
    page.locator(".vv-replace summary").click()
    _bar(page).get_by_label("Replace with").fill("told twice")
    _bar(page).get_by_role("button", name="Replace all").click()
    _bar(page).get_by_text(f"{_PARAGRAPHS} places replaced").wait_for()
    page.locator("#chapter-7 .found").first.wait_for(state="detached")
    expect(_bar(page).get_by_text(f"{_PARAGRAPHS} places replaced")).to_be_visible()
    assert sum("told twice" in line.text for line in server.studio.manuscript.lines(project, {7})) == _PARAGRAPHS
    _bar(page).get_by_role("button", name="Undo").click()
    page.locator("#chapter-7 .vv-script-line", has_text="Line 0 of it was said and heard again").wait_for()


def _led_to_chapters(page: Any) -> None:
    """The tree leads to a chapter and says where one is, and the keys go from line to line."""
    tree = page.locator(".vv-script-nav")
    tree.get_by_role("button", name="Chapter 15", exact=True).click()
    expect(page.locator("#chapter-15 h2")).to_be_in_viewport()
    expect(tree.locator("[aria-current]")).to_have_text("Chapter 15")
    page.keyboard.press("ArrowDown")
    expect(page.locator("#chapter-15 .vv-script-line").nth(1)).to_be_focused()

    # A chapter that is not read takes no room until a line of it is wanted.
    last = page.locator(f"#chapter-{_CHAPTERS + 1}")
    expect(last.locator("ol")).to_be_hidden()
    _bar(page).get_by_label("Find", exact=True).fill(
        f"Line 3 of it was said and heard again in chapter {_CHAPTERS + 1}"
    )
    _bar(page).get_by_text("1 in 1 line", exact=True).wait_for()
    page.keyboard.press("Enter")
    expect(last.locator(".vv-script-line").nth(4)).to_be_in_viewport()
    expect(_bar(page).get_by_label("Find", exact=True)).to_be_focused()
    page.keyboard.press("Escape")
    expect(last.locator(".vv-script-line").nth(4)).to_be_focused()


def _heard_on_and_tuned(page: Any, row: _Rows) -> None:
    """Line after line is heard and opened until somebody stops it; that line can be tuned."""
    row("The lamp went out").click()
    page.fill("#vv-script-text", "The lamp went out.")
    page.keyboard.press("Control+Shift+Enter")
    third = page.locator("#chapter-1 .vv-script-lines > li.open", has_text="had meant")
    third.wait_for()
    row("The lamp went out.").wait_for()
    _form(page).get_by_role("button", name="Stop").wait_for()
    page.locator("#vv-script-text").press("End")  # who changes the line stays with it
    page.locator("#vv-script-text").press("Space")
    _form(page).get_by_role("button", name="Hear on").wait_for()
    page.locator("#vv-script-text").press("Backspace")
    _form(page).get_by_role("button", name="Hear", exact=True).wait_for()
    expect(third.locator(".vv-script-form")).to_be_visible()

    _form(page).get_by_role("link", name="Tune").click()
    editor = page.locator("#line-editor")
    expect(editor.get_by_label("Words", exact=True)).to_have_value(re.compile("had meant to pay"))
    assert "line=" not in page.url


def _cut_given_skipped_and_undone(page: Any, row: _Rows) -> None:
    """A line is cut at the cursor, given a speaker and skipped; what is typed elsewhere outlives an Undo."""
    row("The lamp went out").click()
    page.evaluate("document.querySelector('#vv-script-text').setSelectionRange(13, 13)")
    page.keyboard.press("Alt+Enter")
    page.locator("#chapter-1 .open", has_text="out on").wait_for()
    expect(page.locator("#vv-script-text")).to_have_value("out on 12 May 1906.")
    page.fill("#vv-script-role", "Ada")
    _form(page).get_by_text("“Ada” is a new speaker").wait_for()
    page.keyboard.press("Control+s")
    row("out on 12 May").locator(".vv-speaker", has_text="Ada").wait_for()
    page.locator(".vv-script-side .vv-problem", has_text="Ada has no voice yet").wait_for()
    _form(page).get_by_role("button", name="Skip this line").click()
    row("out on 12 May").get_by_text("skipped").wait_for()
    page.keyboard.press("Escape")
    row("Nobody in the mill").click()
    page.fill("#vv-script-text", "Nobody said it until noon.")
    for _ in range(3):
        with page.expect_response(re.compile("/undo$")):
            _bar(page).get_by_role("button", name="Undo").click()
    page.locator("#chapter-1 .vv-script-line", has_text="The lamp went out on 12 May 1906.").wait_for()
    expect(page.locator("#vv-script-text")).to_have_value("Nobody said it until noon.")
    page.locator("#vv-script-text").press("Escape")
    page.keyboard.press("Escape")


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

Again it was still. The rain had come over the hill, and the fire was low; Ruth and John and Mary listened to the door.

"It is too late for that."

# Chapter Two

Nobody in Yeovilly lit it again, and the wound was deep.
"""


def _said_otherwise(page: Any, server: Server, project: str) -> None:
    """A word no dictionary has is said so in the whole book; one with two readings where it stands."""
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
    expect(page.locator(".vv-said-why li")).to_contain_text(["Yeovilly", "wound"])


def _keep_for_series(page: Any) -> None:
    page.locator("#cast .vv-fold summary").click()
    page.get_by_label("Series").fill("The Lamp books")
    page.get_by_role("button", name="Set", exact=True).click()
    page.get_by_role("button", name="Keep this cast for the series").click()
    expect(page.get_by_label("Voice of Mary")).to_be_disabled()
    page.get_by_role("button", name="Let Mary have another voice").click()
    expect(page.get_by_label("Voice of Mary")).to_be_enabled()
    page.get_by_label("Voice of Mary").select_option(label="Read by the narrator")
    expect(page.locator(".vv-cast-body")).to_contain_text("2 roles, 1 cast")


def test_who_speaks_is_found_confirmed_and_cast(page: Any, server: Server, tmp_path: Path) -> None:
    page.goto("/")
    old = {
        "name": "old.doc",
        "mimeType": "application/msword",
        "buffer": bytes.fromhex("d0cf11e0a1b11ae1") + bytes(600),
    }
    page.locator("#import input[type=file]").set_input_files(old)
    expect(page.locator("#import-message")).to_contain_text("old Word document")

    book = tmp_path / "lamp.md"
    book.write_text(_TALK, encoding="utf-8")
    project = server.studio.projects.import_file(book).id
    lines = lambda: {line.id: line for line in server.studio.manuscript.lines(project)}  # noqa: E731 - short and local
    row = lambda words: page.locator(".vv-script-line", has_text=words)  # noqa: E731
    page.goto(f"/manuscript?p={project}")
    page.get_by_role("button", name="Find who speaks").click()
    expect(page.locator(".vv-script-help [role=status]")).to_contain_text("lines of speech by")
    expect(row("I do not believe it").locator(".vv-speaker")).to_have_text("Mary")

    # One key leads to the next line that is not sure, one says who speaks it; the rest of a role is confirmed at once.
    unsure = [line.id for line in lines().values() if line.speaker == "unsure"]
    assert len(unsure) > 1, "the text is made so that somebody has to be asked"
    page.keyboard.press("Alt+n")
    expect(page.locator(f'[data-line="{unsure[0]}"]')).to_be_in_viewport()
    page.keyboard.press("1")
    expect(page.locator(f'[data-line="{unsure[0]}"] .vv-badge.warn')).to_have_count(0)
    assert lines()[unsure[0]].speaker == "confirmed"
    page.keyboard.press("Escape")
    role = page.locator(".vv-role-list details", has=page.locator(f'[data-key="role-{lines()[unsure[1]].role}"]'))
    role.locator("summary").click()
    role.get_by_role("button", name="Confirm all").click()
    expect(page.locator(f'[data-line="{unsure[1]}"] .vv-badge.warn')).to_have_count(0)
    assert lines()[unsure[1]].speaker == "confirmed"

    # What the book says of a line is proposed with its evidence, and followed only when somebody says so.
    page.get_by_role("button", name="Suggest deliveries").click()
    asked = page.locator("li", has=page.locator(".vv-problem", has_text="whisper"))
    expect(asked.locator(".vv-problem")).to_contain_text("whispered")
    asked.get_by_role("button", name="Use it").click()
    expect(row("Is it late?").locator(".vv-chip.delivery")).to_contain_text("Whisper")

    _said_otherwise(page, server, project)
    page.locator(".vv-fold summary", has_text="How things are said").click()
    found = _looks(page, "manuscript")

    page.goto(f"/book?p={project}&step=narrator")
    expect(page.locator(".vv-role")).to_have_count(len(server.studio.casting.roles(project)) - 1)
    expect(page.locator(".vv-role").first).to_contain_text("Suggested: ")
    page.get_by_role("button", name="Use the suggested voices").click()
    expect(page.get_by_role("button", name="Use the suggested voices")).to_be_disabled()
    voices = {voice.id: voice.sex for voice in server.studio.casting.voices()}
    cast = {role.role: voices[role.voice] for role in server.studio.casting.roles(project)}
    assert (cast["Mary"], cast["John"]) == ("female", "male")
    _keep_for_series(page)
    assert found + _looks(page, "cast") == []


def test_hearing_on_ends_with_the_book_and_at_a_voice_whose_consent_ended(
    page: Any, server: Server, watch: Watch, tmp_path: Path
) -> None:
    book = tmp_path / "lamp.md"
    book.write_text("# The Lamp\n\nIt was late.\n\n“Go home,” said Jane.\n\nNobody went.\n", encoding="utf-8")
    project = server.studio.projects.import_file(book, language="en-GB").id
    server.studio.casting.set_voice(project, "narrator", "tone_low")
    said = next(line for line in server.studio.manuscript.lines(project) if "Go home" in line.text)
    server.studio.manuscript.set_line(project, said.id, role="Jane")
    owner = Walk(server.studio).verified("Jane Doe")
    server.studio.casting.set_voice(project, "Jane", "jane-doe")
    server.studio.endings.withdraw(LOCAL, owner.consent_id)

    page.goto(f"/manuscript?p={project}")
    row = lambda words: page.locator(".vv-script-line", has_text=words)  # noqa: E731 - short and local
    stopped = _form(page).get_by_role("button", name="Hear on")
    row("Nobody went").click()
    page.keyboard.press("Control+Shift+Enter")
    _form(page).get_by_role("button", name="Stop").wait_for()
    stopped.wait_for()
    expect(page.locator("#vv-script-text")).to_have_value("Nobody went.")
    expect(_form(page).get_by_role("alert")).to_be_hidden()
    page.keyboard.press("Escape")

    row("It was late").click()
    page.keyboard.press("Control+Shift+Enter")
    expect(_form(page).get_by_role("alert")).to_contain_text("consent")
    expect(page.locator("#vv-script-text")).to_have_value("“Go home,” said Jane.")
    stopped.wait_for()
    watch.errors[:] = [error for error in watch.errors if "status of 40" not in error]


def _looks(page: Any, name: str) -> list[Violation]:
    """What axe finds in a page, which fits at every width."""
    ARTIFACTS.mkdir(exist_ok=True)
    found: list[Violation] = []
    for size, scheme in every_look(page):
        page.screenshot(path=ARTIFACTS / f"{name}-{size}-{scheme}.png")
        assert not too_wide(page), (name, size)
        if size == "desktop":
            found += violations(page, f"{name} {scheme}", colors_only=scheme == "dark")
    return found

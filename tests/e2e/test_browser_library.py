"""The voice library in a real browser: find a voice, hear it, keep it, compare two, bring one in and remove it."""

import pickle
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from playwright.sync_api import expect

from studio.core.resources import shipped
from studio.engines.kokoro import VOICES_FILE
from studio.services.library import VoiceFacts
from studio.store.voice_tables import LibraryVoiceRow
from tests.consents import LOCAL
from tests.e2e.conftest import ARTIFACTS, DESKTOP, PHONE, Server, Watch
from tests.e2e.looks import every_look, too_wide, violations

pytestmark = pytest.mark.browser
HEARD_MS = 60_000
STOCK, MANY, PAGE = 54, 450, 50
HEARD = (
    "index => { const sound = document.querySelectorAll('.vv-pair audio')[index];"
    " return !sound.paused && sound.currentTime > 0.2; }"
)


@pytest.fixture
def pack(tmp_path: Path) -> Path:
    """A voice made elsewhere: one that ships, a little changed."""
    with np.load(shipped("voices", VOICES_FILE), allow_pickle=False) as packs:
        values = packs["af_heart"].astype(np.float32)
    path = tmp_path / "dawn.npz"
    np.savez(path, voice=values * np.float32(0.97))
    return path


@pytest.fixture
def many(server: Server, pack: Path) -> None:
    """A library of hundreds of voices: one that is imported, and copies of its record."""
    facts = VoiceFacts("number_0", "Number 0", "en-IE", "CC-BY-4.0", "Ann Lee", "https://example.com", "nobody")
    server.studio.library.import_pack(pack, facts, LOCAL)
    with server.studio.library._context.database.write() as session:
        first = session.get_one(LibraryVoiceRow, "number_0")
        columns = {column.key: getattr(first, column.key) for column in LibraryVoiceRow.__table__.columns}
        for number in range(1, MANY):
            session.add(LibraryVoiceRow(**columns | {"id": f"number_{number}", "name": f"Number {number}"}))


@pytest.mark.usefixtures("many")
def test_a_voice_is_found_kept_compared_brought_in_and_removed(
    page: Any, server: Server, pack: Path, tmp_path: Path, watch: Watch
):
    page.goto("/voices")
    find(page, server)
    keep(page, server)
    compare(page)
    found = look(page)
    bring_in(page, server, pack, tmp_path, watch, found)
    remove(page, server, tmp_path, watch)
    assert not found, "\n".join(map(str, found))


def row(page: Any, voice: str) -> Any:
    return page.locator(f".vv-lib[data-voice={voice}]")


def ids(page: Any) -> list[str]:
    return list(page.locator(".vv-lib").evaluate_all("rows => rows.map(row => row.dataset.voice)"))


def look(page: Any) -> list[Any]:
    page.get_by_label("Search voices").fill("british")  # a row is like the others: axe need not look at fifty
    expect(page.locator(".vv-lib")).to_have_count(8)
    found = []
    for size, scheme in every_look(page):
        page.evaluate("scrollTo(0, 0)")
        page.screenshot(path=ARTIFACTS / f"library-{size}-{scheme}.png", full_page=size == "phone")
        assert not too_wide(page), f"the library is wider than a {size}"
        found += violations(page, f"library {size} {scheme}", colors_only=scheme == "dark")
    page.emulate_media(color_scheme="light")
    return found


def find(page: Any, server: Server) -> None:
    expect(page.locator("#library")).to_contain_text(f"{STOCK + MANY} voices")
    expect(page.locator(".vv-lib")).to_have_count(PAGE)
    page.get_by_role("button", name=f"Show {PAGE} more").click()
    expect(page.locator(".vv-lib")).to_have_count(2 * PAGE)
    names = page.locator(".vv-lib h3").evaluate_all("heads => heads.map(head => head.firstChild.textContent)")
    plain = [name for name in names if not name.startswith("Number")]
    assert plain == sorted(plain)
    assert names[names.index("Number 0") :][:11] == [f"Number {number}" for number in range(11)]  # not 1, 10, 100
    search = page.get_by_label("Search voices")
    search.fill("number 333")
    expect(page.locator(".vv-lib")).to_have_count(1, timeout=1_000)
    search.fill("")

    page.get_by_label("All languages").select_option("en-GB")
    page.get_by_label("Female and male").select_option("female")
    expect(page.locator("#library")).to_contain_text(f"4 of {STOCK + MANY} voices")
    page.get_by_label("Sort by").select_option("low")
    pitches = {voice.id: voice.pitch_hz for voice in server.studio.casting.voices()}
    assert ids(page) == sorted(ids(page), key=pitches.__getitem__)
    page.get_by_label("Any licence").select_option("private")
    expect(page.get_by_text("No voice fits.")).to_be_visible()
    page.get_by_label("Any licence").select_option("sale")
    search.fill("emma")
    expect(page.locator(".vv-lib")).to_have_count(1)
    emma = row(page, "bf_emma")
    expect(emma).to_contain_text(f"{pitches['bf_emma']:.0f} Hz")
    expect(emma).to_contain_text("may be sold")
    expect(emma.get_by_role("link")).to_have_attribute("href", "https://huggingface.co/hexgrad/Kokoro-82M")


def keep(page: Any, server: Server) -> None:
    star = row(page, "bf_emma").get_by_role("button", name="Favourite: Emma")
    with page.expect_response("**/bf_emma/favourite"):
        star.click()
    expect(star).to_have_attribute("aria-pressed", "true")
    assert server.studio.library.favourites(None) == {"bf_emma"}
    page.reload()
    kept = page.get_by_role("button", name="Favourites", exact=True)
    kept.click()
    expect(page.locator(".vv-lib")).to_have_count(1)
    expect(star).to_have_attribute("aria-pressed", "true")
    kept.click()


def compare(page: Any) -> None:
    page.get_by_label("Your sentence").fill("Good evening, and good night.")
    for name in ("Emma", "Heart"):
        page.get_by_role("button", name=f"Compare {name}").click()
    pair = page.get_by_role("region", name="Compare two voices")
    pair.get_by_role("button", name="Play").click()
    page.wait_for_function(HEARD, arg=0, timeout=HEARD_MS)
    pair.get_by_role("button", name="B Heart").click()
    page.wait_for_function(HEARD, arg=1, timeout=2_000)
    assert page.evaluate("document.querySelectorAll('.vv-pair audio')[0].paused")
    assert page.evaluate("document.querySelectorAll('.vv-pair audio')[1].duration") > 0.8
    pair.get_by_role("button", name="B Heart").press("a")
    expect(pair.get_by_role("button", name="A Emma")).to_have_attribute("aria-pressed", "true")
    page.wait_for_function(HEARD, arg=0, timeout=2_000)


def bring_in(page: Any, server: Server, pack: Path, folder: Path, watch: Watch, found: list[Any]) -> None:
    page.get_by_role("button", name="Stop comparing").click()
    expect(page.locator(".vv-pair")).to_be_hidden()
    page.get_by_role("button", name="Add a voice").click()
    dialog = page.get_by_role("dialog", name="Add a voice")
    add, file = dialog.get_by_role("button", name="Add the voice"), dialog.get_by_label("Voice pack", exact=True)
    add.click()
    expect(dialog.get_by_text("Choose a file.")).to_be_visible()
    for size, viewport in (("phone", PHONE), ("desktop", DESKTOP)):
        page.set_viewport_size(viewport)
        page.wait_for_timeout(200)
        page.screenshot(path=ARTIFACTS / f"library-add-{size}-light.png")
        assert not too_wide(page)
        found += violations(page, f"add a voice {size}")
    dialog.get_by_label("A person’s").check()
    expect(dialog.get_by_role("link", name="Ask for their consent")).to_be_visible()
    expect(add).to_be_hidden()

    dialog.get_by_label("Nobody’s").check()
    dialog.get_by_label("Name", exact=True).fill("Dawn")
    expect(dialog.get_by_label("Id", exact=True)).to_have_value("dawn")
    dialog.get_by_label("Language").fill("en-US")
    dialog.get_by_label("Licence", exact=True).fill("CC-BY-NC-4.0")
    address = "https://creativecommons.org/licenses/by-nc/4.0/"
    expect(dialog.get_by_label("Address of the licence")).to_have_value(address)
    dialog.get_by_label("Licensor").fill("Ann Lee")
    pickled = folder / "voice.bin"
    pickled.write_bytes(pickle.dumps({"voice": [1.0]}))
    file.set_input_files(pickled)
    before = files_of(server)
    add.click()
    expect(dialog.locator("[data-field=pack] .vv-field-error")).to_contain_text("can run programs when it is opened")
    expect(file).to_be_focused()
    assert files_of(server) == before
    forget(watch, "422")

    file.set_input_files(pack)
    add.click()
    expect(page.get_by_text("Dawn is in the library. What it says may not be sold")).to_be_visible()
    expect(page.locator(".vv-lib").first).to_have_attribute("data-voice", "dawn")
    expect(row(page, "dawn")).to_contain_text("private only")
    hear = row(page, "dawn").get_by_role("button", name="Hear Dawn")
    hear.click()
    expect(hear).to_have_attribute("aria-pressed", "true", timeout=HEARD_MS)


def remove(page: Any, server: Server, folder: Path, watch: Watch) -> None:
    book = folder / "pier.md"
    book.write_text("# One\n\nThe tide went out.\n", encoding="utf-8")
    project = server.studio.projects.import_file(book, language="en-US", name="pier")
    server.studio.casting.set_voice(project.id, "narrator", "dawn")
    yes = page.get_by_role("dialog").get_by_role("button", name="Remove")
    page.get_by_role("button", name="Remove Dawn").click()
    yes.click()
    expect(page.get_by_text("Voice 'dawn' is cast in pier.")).to_be_visible()
    forget(watch, "409")
    server.studio.casting.set_voice(project.id, "narrator", "af_heart")
    page.get_by_role("button", name="Remove Dawn").click()
    yes.click()
    expect(page.get_by_text("Dawn is removed.")).to_be_visible()
    expect(row(page, "dawn")).to_have_count(0)


def files_of(server: Server) -> set[Path]:
    return {path for name in ("blobs", "tmp") for path in (server.home / name).rglob("*") if path.is_file()}


def forget(watch: Watch, status: str) -> None:
    """The browser notes an answer that is an error on its console, and that is all it noted."""
    assert len(watch.errors) == 1, watch.errors
    assert status in watch.errors.pop()

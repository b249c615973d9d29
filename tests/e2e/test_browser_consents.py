"""The studio's pages of consent in a browser: every page and state accessible and photographed, and the journey."""

import re
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from studio.consent.evidence import Outcome
from tests.consents import PRODUCER, Walk, stand_in
from tests.e2e.conftest import ARTIFACTS, DESKTOP, PHONE, Server, Watch
from tests.e2e.looks import every_look, too_wide, violations
from tests.e2e.test_browser_hostile import HOSTILE, assert_nothing_ran
from tests.e2e.test_browser_journey import BOOK, LONG

pytestmark = pytest.mark.browser

LOOK_MS = 15_000
DESCRIPTION = "Narration of The Mill on the River by A. Writer, all chapters and credits, sold as an audiobook."


def settle(page: Any) -> None:
    expect(page.locator(".vv-part:not(:empty)").first).to_be_visible()
    page.wait_for_timeout(900)


def fill_who(page: Any, name: str) -> None:
    page.get_by_label("Legal name").fill(name)
    page.get_by_label("E-mail or phone", exact=True).fill("jane@example.org")
    page.get_by_label("Where they live").select_option("IE")
    page.get_by_role("button", name="Next").click()


def fill_studio(page: Any) -> None:
    page.get_by_label("Studio", exact=True).fill("Harbour Audio")
    page.get_by_label("Studio’s e-mail or phone").fill("studio@example.org")
    page.get_by_role("button", name="Next").click()


def fill_form(page: Any, name: str, description: str = DESCRIPTION) -> None:
    page.goto("/consents?new=1")
    fill_who(page, name)
    fill_studio(page)
    page.get_by_label("Audiobooks", exact=True).check()
    page.get_by_label("What the voice will be used for").fill(description)
    page.get_by_role("button", name="Next").click()


def import_mill(server: Server, folder: Path) -> str:
    book = folder / "mill.md"
    book.write_text(BOOK.format(long=LONG), encoding="utf-8")
    return server.studio.projects.import_file(book).id


def populate(server: Server, folder: Path) -> dict[str, str]:
    """Records in every state, and a book to cast; gives their addresses."""
    project = import_mill(server, folder)
    walk = Walk(server.studio)
    doubtful = Walk(server.studio, stand_in(speaker=Outcome.REVIEW))
    verified = walk.verified("Jane Doe", max_finished_minutes=600.0, project_approval=True).consent_id
    draft = walk.draft("Thomas Featherstonehaugh-Cholmondeley of Lower Wolverhampton-on-Sea")
    walk.asked("Ada Marsh", excluded_content=["adult", "political"])
    waiting = doubtful.given("Björn Åkesson").consent_id
    walk.given("Kay Young", purposes={"voice_comparison": False})
    suspended = walk.verified("Maria Pérez").consent_id
    server.studio.reviews.suspend(PRODUCER, suspended, "A doubt about the reference clips.")
    withdrawn = walk.verified("Lee Over").consent_id
    server.studio.endings.withdraw(PRODUCER, withdrawn)
    named = {"draft": draft, "verified": verified, "given": waiting, "suspended": suspended, "withdrawn": withdrawn}
    tabs = {f"verified-{tab}": f"/consents?c={verified}&tab={tab}" for tab in ("use", "history")}
    return {
        "consents": "/consents",
        "consent-form": "/consents?new=1",
        "consent-renewal": f"/consents?renew={verified}",
        **{f"consent-{state}": f"/consents?c={consent}" for state, consent in named.items()},
        **{f"consent-{name}": address for name, address in tabs.items()},
        "consent-evidence": f"/consents?c={waiting}&tab=evidence",
        "review": f"/review?c={waiting}",
        "voices-replicas": "/voices",
        "narrator-replicas": f"/book?p={project}&step=narrator",
    }


def test_pages_in_every_state_are_accessible_and_photographed(
    browser: Any, server: Server, watch: Watch, tmp_path: Path
):
    addresses = populate(server, tmp_path)
    found = []
    context = browser.new_context(base_url=server.address, viewport=DESKTOP, color_scheme="light")
    photo = context.new_page()
    watch.follow(photo)
    for name, address in addresses.items():
        photo.goto(address)
        settle(photo)
        for size, scheme in every_look(photo):
            photo.screenshot(path=ARTIFACTS / f"{name}-{size}-{scheme}.png", full_page="replicas" not in name)
            assert not too_wide(photo), f"{name} is wider than a {size}"
            found += violations(photo, f"{name} {size} {scheme}", colors_only=scheme == "dark")
    context.close()
    assert not found, "\n".join(map(str, found))


def test_steps_and_dialogs_are_accessible_and_photographed(browser: Any, server: Server, watch: Watch):
    verified = Walk(server.studio).verified("Jane Doe", max_finished_minutes=600.0).consent_id
    found = []
    for size, viewport, scheme in (("desktop", DESKTOP, "light"), ("phone", PHONE, "dark")):
        context = browser.new_context(base_url=server.address, viewport=viewport, color_scheme=scheme)
        page = context.new_page()
        watch.follow(page)

        def look(name: str, *, page: Any = page, size: str = size) -> None:
            page.wait_for_timeout(300)
            page.screenshot(path=ARTIFACTS / f"{name}-{size}.png", full_page=True)
            found.extend(violations(page, f"{name} {size}"))

        page.goto("/consents?new=1")
        page.get_by_role("button", name="Next").click()
        expect(page.get_by_label("Legal name")).to_be_focused()
        look("consent-form-errors")
        fill_who(page, "Jane Doe")
        look("consent-form-studio")
        fill_studio(page)
        for fold in page.locator(".vv-fold summary").all():
            fold.click()
        page.get_by_label("Pay", exact=True).select_option("flat")
        page.get_by_label("are taken down").check()
        page.get_by_label("What the voice will be used for").fill("Any and all media.")
        page.get_by_role("button", name="Next").click()
        look("consent-form-terms")
        page.get_by_label("Pay", exact=True).select_option("none")
        page.get_by_label("Audiobooks", exact=True).check()
        page.get_by_label("What the voice will be used for").fill(DESCRIPTION)
        page.get_by_role("button", name="Next").click()
        expect(page.locator(".vv-answer dl")).to_be_visible()
        look("consent-form-check")
        page.goto(f"/consents?c={verified}")
        for name in ("Withdraw", "Revoke", "Suspend"):
            page.get_by_role("button", name=name, exact=True).click()
            expect(page.get_by_role("dialog")).to_be_visible()
            look(f"consent-{name.lower()}-dialog")
            page.keyboard.press("Escape")
            expect(page.get_by_role("dialog")).to_have_count(0)
        page.get_by_role("button", name=re.compile("^New link")).click()
        expect(page.get_by_label("Link for the voice owner")).to_be_visible()
        look("consent-link")
        context.close()
    assert not found, "\n".join(map(str, found))


def test_from_the_form_to_a_verified_consent_and_its_withdrawal(page: Any, server: Server):
    fill_form(page, "Jane Doe")
    expect(page.locator(".vv-answer dl")).to_contain_text("Jane Doe")
    page.get_by_role("button", name="Save as draft").click()
    expect(page.locator("#consent h1")).to_have_text("Jane Doe", timeout=LOOK_MS)
    expect(page.locator("#consent")).to_contain_text("Draft")
    page.get_by_role("button", name="Create the link for Jane Doe").click()
    address = page.get_by_label("Link for the voice owner").input_value()
    assert address.startswith(f"{server.address}/my-voice#")
    expect(page.locator("#consent")).to_contain_text("Waiting for the voice owner")
    expect(page.get_by_role("link", name="Review")).to_have_count(0)

    walk = Walk(server.studio)
    owner = walk.giving.open(address.partition("#")[2])
    walk.answer(owner)
    walk.clips(owner)
    walk.speak(owner)
    expect(page.locator("#consent")).to_contain_text("Given, to be reviewed", timeout=LOOK_MS)  # by itself

    page.locator("#consent").get_by_role("link", name="Review").click()
    expect(page.locator("#review")).to_contain_text("Jane Doe")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".vv-decision .vv-field-error")).to_contain_text("Write your name")
    page.get_by_label("Your name").fill("Rita Moss")
    page.get_by_role("button", name="Approve").click()
    expect(page.locator(".vv-decision .vv-field-error")).to_contain_text("Tick the sentence")
    for recording in page.locator("#review audio").all():
        recording.evaluate("audio => audio.play()")
        expect(recording).to_have_js_property("ended", True)
    expect(page.locator(".vv-decision")).to_contain_text("4 of 4 recordings played to the end")
    page.get_by_label("I have listened to all of it").check()
    page.get_by_role("button", name="Approve").click()
    expect(page.locator("#review-message")).to_contain_text("reviewed and verified")
    expect(page.locator("#review")).to_contain_text("Nothing waits for you")

    page.goto(f"/consents?c={owner.consent_id}")
    expect(page.locator("#consent")).to_contain_text("Reviewed and verified")
    page.get_by_role("button", name="Withdraw", exact=True).click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Destroyed at once")
    dialog.get_by_role("button", name="Keep it").click()
    assert server.studio.consents.get(PRODUCER, owner.consent_id).summary.state == "verified"
    page.get_by_role("button", name="Withdraw", exact=True).click()
    dialog.get_by_role("button", name="Withdraw for good").click()
    expect(page.locator("#consent")).to_contain_text("Withdrawn", timeout=LOOK_MS)
    expect(page.get_by_role("button", name="Withdraw", exact=True)).to_have_count(0)
    page.get_by_role("tab", name="History").click()
    expect(page.locator("#consent-history")).to_contain_text("ledger entry")


def test_nothing_typed_is_lost_on_an_error(page: Any, server: Server):
    fill_form(page, "!!!")
    expect(page.locator("#consent-form [role=alert]")).to_contain_text("no letters")
    expect(page.get_by_role("button", name="Save as draft")).to_be_disabled()
    page.get_by_role("button", name="Who").click()
    expect(page.get_by_label("Legal name")).to_have_value("!!!")
    expect(page.get_by_label("E-mail or phone", exact=True)).to_have_value("jane@example.org")
    page.get_by_label("Legal name").fill("Jane Doe")
    page.get_by_role("button", name="Check").click()
    expect(page.get_by_role("button", name="Save as draft")).to_be_enabled()
    expect(page.locator(".vv-answer dl")).to_contain_text("Jane Doe")
    assert server.studio.consents.list(PRODUCER) == ()


def test_the_list_is_searched_and_filtered(page: Any, server: Server):
    walk = Walk(server.studio)
    walk.given("Jane Doe")
    walk.draft("Ada Marsh")
    page.goto("/consents")
    expect(page.locator(".vv-consent")).to_have_count(2)
    page.get_by_label("Search by name or voice").fill("marsh")
    expect(page.locator(".vv-consent h2")).to_have_text(["Ada Marsh"])
    expect(page.get_by_label("Search by name or voice")).to_be_focused()
    page.get_by_label("State").select_option("given")
    expect(page.locator("#consents")).to_contain_text("No consent fits")
    page.get_by_label("Search by name or voice").fill("")
    expect(page.locator(".vv-consent h2")).to_have_text(["Jane Doe"])


def test_a_form_and_a_record_are_worked_with_the_keyboard(page: Any, server: Server):
    verified = Walk(server.studio).verified("Jane Doe").consent_id
    page.goto(f"/consents?c={verified}")
    withdraw = page.get_by_role("button", name="Withdraw", exact=True)
    expect(withdraw).to_be_visible()
    withdraw.focus()
    page.keyboard.press("Enter")
    expect(page.get_by_role("button", name="Keep it")).to_be_visible()
    page.keyboard.press("Escape")
    expect(page.get_by_role("dialog")).to_have_count(0)
    page.goto("/consents?new=1")
    page.get_by_label("Legal name").focus()
    page.keyboard.type("Jane Doe")
    page.get_by_role("button", name="Next").focus()
    page.keyboard.press("Space")
    expect(page.get_by_label("E-mail or phone", exact=True)).to_be_focused()


def test_a_replica_is_cast_under_its_consent_and_refused_with_the_reason(page: Any, server: Server, tmp_path: Path):
    walk = Walk(server.studio)
    walk.verified("Jane Doe")
    walk.draft("Ada Marsh")
    withdrawn = walk.verified("Lee Over").consent_id
    server.studio.endings.withdraw(PRODUCER, withdrawn)
    page.goto(f"/book?p={import_mill(server, tmp_path)}&step=narrator")
    refused = page.locator(".vv-voice").filter(has_text="Ada Marsh")
    expect(refused.get_by_role("radio")).to_be_disabled()
    expect(refused.locator(".vv-reason")).not_to_be_empty()
    expect(refused).to_contain_text("Draft")
    expect(page.locator(".vv-voice").filter(has_text="Lee Over")).to_have_count(0)
    page.get_by_role("radio", name=re.compile("^Jane Doe")).check()
    expect(page.locator(".vv-narrator")).to_have_text("Read by Jane Doe")
    expect(page.locator(".vv-voice.chosen")).to_contain_text("Reviewed and verified")


def test_hostile_words_of_a_consent_are_shown_as_words(page: Any, server: Server):
    walk = Walk(server.studio)
    names = [f"Q {words}"[:200] for words in HOSTILE]
    for name in names:
        walk.draft(name, exclusivity=name, controller={"name": name, "contact": name})
    given = walk.given(names[0], excluded_content=list(HOSTILE)).consent_id
    for address in ("/consents", f"/consents?c={given}", f"/consents?c={given}&tab=evidence", "/review", "/voices"):
        page.goto(address)
        expect(page.get_by_text(names[0], exact=True).first).to_be_visible()
        assert_nothing_ran(page)
    page.goto(f"/consents?edit={walk.draft(names[2])}")
    expect(page.get_by_label("Legal name")).to_have_value(names[2])
    page.goto(f"/consents?c={given}")
    page.get_by_role("button", name="Withdraw", exact=True).click()
    expect(page.get_by_role("dialog")).to_contain_text(names[0])
    assert_nothing_ran(page)
    page.goto("/consents?c=${document.body.setAttribute('x','7')}")
    expect(page.get_by_role("alert")).to_be_visible()
    assert_nothing_ran(page)

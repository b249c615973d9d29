"""A voice owner alone with a link and a fake microphone: consent given in minutes, withdrawn in seconds."""

import contextlib
import io
import os
import re
import shutil
import sys
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import numpy as np
import pytest
import soundfile
import soxr
from playwright.sync_api import expect

from studio.bootstrap import Studio, open_studio, read_settings
from studio.consent.actors import Actor, Role
from studio.consent.states import ConsentState
from tests.e2e.conftest import _BROWSERS as SYSTEM_BROWSERS
from tests.e2e.conftest import ARTIFACTS, PHONE, Server, Watch
from tests.e2e.looks import every_look, violations

pytestmark = [pytest.mark.browser]
LOCAL = Actor("Sam Studio", Role.LOCAL)
PERSON = "Emma Hart"
CHECK_MS = 240_000
RATE_HZ = 48_000
LATER = (
    "Nobody in the village had expected the ferry on such a morning. The wind had turned in the night, and the harbour "
    "wall stood white with salt. An old man counted the boats twice, and then he counted them again."
)
GIVING_LIMIT_S = 180.0
WITHDRAWING_LIMIT_S = 30.0


@dataclass
class FakeMicrophone:
    """What Chromium hears: a file that it reads anew with each stream, and plays once."""

    file: Path
    studio: Studio
    voice: str = "bf_emma"
    spent_s: float = field(default=0.0)

    def say(self, text: str) -> float:
        """Put a text in the voice before the microphone; returns its length in seconds."""
        started = time.monotonic()
        samples = self.speak(text)
        soundfile.write(self.file, samples, RATE_HZ, subtype="PCM_16", format="WAV")
        self.spent_s += time.monotonic() - started
        return len(samples) / RATE_HZ

    def wav(self, text: str) -> bytes:
        """A text in the voice as a file to hand in."""
        sound = io.BytesIO()
        soundfile.write(sound, self.speak(text), RATE_HZ, subtype="PCM_16", format="WAV")
        return sound.getvalue()

    def speak(self, text: str) -> Any:
        pause = np.zeros(round(0.4 * RATE_HZ), np.float32)
        parts = [pause]
        for sentence in re.split(r"(?<=[.:!?])\s+", text):
            take = self.studio.auditions.say(sentence, self.voice, language="en-GB").take
            samples, rate_hz = soundfile.read(take, dtype="float32")
            parts += [soxr.resample(samples, rate_hz, RATE_HZ), pause]
        return np.concatenate(parts)


@pytest.fixture
def microphone(tmp_path: Path) -> Iterator[FakeMicrophone]:
    """Speaks with the studio's own voices, from a data home beside the server's."""
    studio = open_studio(read_settings(os.environ, home=tmp_path / "voices", workers=1))
    yield FakeMicrophone(tmp_path / "microphone.wav", studio)
    studio.close()


@pytest.fixture
def owners_browser(browser: Any, microphone: FakeMicrophone) -> Iterator[Any]:
    """A browser that hears the fake microphone and asks nobody about it."""
    soundfile.write(microphone.file, np.zeros(RATE_HZ, np.float32), RATE_HZ, subtype="PCM_16")
    yield from _launched(
        browser,
        "--use-fake-device-for-media-stream",
        "--use-fake-ui-for-media-stream",
        f"--use-file-for-fake-audio-capture={microphone.file}%noloop",
    )


@pytest.fixture
def refusing_browser(browser: Any) -> Iterator[Any]:
    """A browser whose person says no to the microphone."""
    yield from _launched(browser, "--use-fake-device-for-media-stream", "--deny-permission-prompts")


def _launched(browser: Any, *flags: str) -> Iterator[Any]:
    base = ("--no-sandbox", "--disable-gpu", "--autoplay-policy=no-user-gesture-required")
    kind = browser.browser_type
    system = next((path for name in SYSTEM_BROWSERS if (path := shutil.which(name))), None)
    launched = kind.launch(executable_path=system, args=[*base, *flags])
    yield launched
    launched.close()


@dataclass
class Invited:
    """A record and the link to it."""

    id: str
    token: str

    @property
    def link(self) -> str:
        return f"/my-voice#{self.token}"


@pytest.fixture
def invite(server: Server) -> Callable[..., Invited]:
    def make(person: str = PERSON) -> Invited:
        drafted = server.studio.consents.draft(LOCAL, consent(person))
        return Invited(drafted.summary.id, server.studio.consents.invite(LOCAL, drafted.summary.id))

    return make


def consent(person: str) -> dict[str, Any]:
    """What a studio fills in."""
    today = datetime.now(UTC).date()
    return {
        "language": "en",
        "subject": {"legal_name": person, "contact": "mailto:emma@example.org", "country": "IE"},
        "controller": {"role": "studio", "name": "Harbour Lights", "contact": "mailto:studio@example.org"},
        "terms": {
            "uses": ["audiobook"],
            "description": "Narration of the novels of the Lamp series as audiobooks, sold by shops in Europe.",
            "languages": ["en"],
            "first_day": today.isoformat(),
            "last_day": (today + timedelta(days=365)).isoformat(),
            "excluded_content": ["political"],
            "max_finished_minutes": 600,
        },
    }


@dataclass
class Camera:
    """Pictures of a step in both sizes and both schemes, and what axe says about each."""

    found: list[object] = field(default_factory=list)

    def take(self, page: Any, name: str) -> None:
        for size, scheme in every_look(page):
            page.screenshot(path=ARTIFACTS / f"my-voice-{name}-{size}-{scheme}.png", full_page=True)
            if page.evaluate("document.documentElement.scrollWidth > innerWidth"):
                self.found.append((name, size, "wider than the screen"))
            self.found += violations(page, f"{name} {size} {scheme}", colors_only=scheme == "dark")
        page.emulate_media(color_scheme="light")
        page.set_viewport_size(PHONE)


@contextlib.contextmanager
def owner(launched: Any, server: Server, watch: Watch) -> Iterator[Any]:
    """A page of the voice owner's phone."""
    context = launched.new_context(base_url=server.address, viewport=PHONE, accept_downloads=True, locale="en-GB")
    page = context.new_page()
    watch.follow(page)
    yield page
    context.close()


def agree(page: Any, *, compare: bool = True) -> None:
    for purpose in ("create_replica", "render_works", *(["voice_comparison"] if compare else [])):
        page.locator(f"#purpose-{purpose}").check()
    page.locator("#signature").fill(PERSON)
    page.get_by_role("button", name="I agree", exact=True).click()


def shown_statement(page: Any) -> str:
    return str(page.locator("#prompt").inner_text()).replace("\n", " ")


def hand_in(page: Any, data: bytes) -> None:
    page.locator("input[type=file]").set_input_files({"name": "memo.wav", "mimeType": "audio/wav", "buffer": data})
    page.get_by_role("button", name="Use this recording").click()


def record(page: Any, microphone: FakeMicrophone, text: str, button: str) -> None:
    seconds = microphone.say(text)
    page.get_by_role("button", name=button, exact=True).click()
    stop = page.get_by_role("button", name="Stop")
    expect(stop).to_be_visible()
    page.wait_for_timeout(1000 * seconds + 500)
    stop.click()
    page.get_by_role("button", name="Use this recording").click()


@pytest.mark.slow
@pytest.mark.models
@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("kokoro_weights", "whisper_folder")
def test_consent_is_given_alone_in_three_minutes_and_withdrawn_in_thirty_seconds(  # noqa: PLR0915 - one walk
    owners_browser: Any,
    server: Server,
    watch: Watch,
    microphone: FakeMicrophone,
    invite: Callable[..., Invited],
    capsys: pytest.CaptureFixture[str],
):
    invited = invite()
    microphone.say("Good morning.")  # loads the voice before the clock runs
    camera = Camera()
    with owner(owners_browser, server, watch) as page:
        started, microphone.spent_s, paused_s = time.monotonic(), 0.0, 0.0

        def picture(name: str) -> None:
            nonlocal paused_s
            began = time.monotonic()
            camera.take(page, name)
            paused_s += time.monotonic() - began

        page.goto(invited.link)
        expect(page.locator("article.notice section").first).to_contain_text("withdraw")
        assert invited.token not in page.url
        words = len(str(page.locator("main").inner_text()).split())
        picture("1-notice")
        agree(page)
        prompt = page.locator("#prompt")
        expect(prompt).to_be_visible()
        picture("2-references")
        page.reload()
        expect(page.get_by_role("button", name="Record", exact=True)).to_be_visible()
        clips = 0
        while page.get_by_role("button", name="Record", exact=True).is_visible():
            clips += 1
            text = str(prompt.inner_text())
            page.get_by_label("How did you read it?").select_option("calmly" if clips == 2 else "as I normally speak")
            record(page, microphone, text, "Record")
            next_one = page.locator("#prompt").filter(has_not_text=text)
            expect(next_one.or_(page.get_by_role("button", name="Show my code"))).to_be_visible(timeout=CHECK_MS)
        picture("3-statement")
        page.get_by_role("button", name="Show my code").click()
        expect(page.locator("#prompt strong.word")).to_have_count(6)
        spoken = shown_statement(page)
        picture("4-code")
        page.reload()
        expect(prompt).to_be_visible()
        assert shown_statement(page) == spoken
        record(page, microphone, spoken, "Record statement")
        expect(page.locator("h1")).to_have_text("Thank you: everything is handed in", timeout=CHECK_MS)
        given_s = time.monotonic() - started - microphone.spent_s - paused_s
        picture("5-waiting")

        reviewer = Actor("Rita Reviewer", Role.REVIEWER)
        server.studio.reviews.approve(reviewer, invited.id, name=reviewer.name, note="", listened=True)
        assert server.studio.consents.get(LOCAL, invited.id).summary.state is ConsentState.VERIFIED
        expect(page.locator("h1")).to_have_text("Your consent is in force", timeout=30_000)
        picture("6-active")
        page.get_by_role("button", name="Listen").first.click()
        expect(page.locator("audio")).not_to_have_js_property("currentTime", 0, timeout=15_000)
        for label, ending in (("Receipt (PDF)", ".pdf"), ("Receipt (web page)", ".html")):
            with page.expect_download() as download:
                page.get_by_role("button", name=label).click()
            assert download.value.suggested_filename.endswith(ending)
            assert Path(str(download.value.path())).stat().st_size > 1000

        page.get_by_text("Add a recording").click()
        page.get_by_label("How did you read it?").select_option("seriously")
        camera.take(page, "6-add")
        hand_in(page, microphone.wav(LATER))
        expect(page.locator(".sounds li")).to_have_count(clips + 1, timeout=CHECK_MS)
        expect(page.locator(".sounds li").last).to_contain_text("seriously")
        kept = [clip for clip in server.studio.consents.get(LOCAL, invited.id).clips if clip.kind == "reference"]
        assert [clip.delivery for clip in kept] == [*["neutral", "calm", "neutral"][:clips], "serious"]

        started = time.monotonic()
        page.goto("about:blank")
        page.goto(invited.link)
        page.get_by_role("button", name="Withdraw my consent").click()
        dialog = page.get_by_role("dialog")
        expect(dialog).to_be_visible()
        before_dialog = time.monotonic()
        camera.take(page, "7-withdraw")
        started += time.monotonic() - before_dialog
        dialog.get_by_role("button", name="Withdraw my consent").click()
        expect(page.locator("main")).to_contain_text("Your consent is withdrawn", timeout=30_000)
        withdrawn_s = time.monotonic() - started
        camera.take(page, "8-ended")
        with page.expect_download() as download:
            page.get_by_role("button", name="Certificate of destruction").click()
        assert invited.id in Path(str(download.value.path())).read_text()
    assert server.studio.consents.get(LOCAL, invited.id).summary.state is ConsentState.WITHDRAWN
    assert not list((server.home / "tmp").glob("recording-*"))
    with capsys.disabled():
        sys.stdout.write(
            f"\ngiven in {given_s:.0f} s with {clips} clips, withdrawn in {withdrawn_s:.1f} s, {words} words to read\n"
        )
    assert given_s < GIVING_LIMIT_S
    assert withdrawn_s < WITHDRAWING_LIMIT_S
    assert not camera.found, "\n".join(map(str, camera.found))


@pytest.mark.slow
@pytest.mark.models
@pytest.mark.timeout(1800)
@pytest.mark.usefixtures("kokoro_weights", "whisper_folder")
def test_bad_recordings_are_told_plainly_and_an_old_statement_is_refused(
    owners_browser: Any, server: Server, watch: Watch, microphone: FakeMicrophone, invite: Callable[..., Invited]
):
    invited = invite()
    with owner(owners_browser, server, watch) as page:
        page.goto(invited.link)
        agree(page)
        expect(page.locator("#prompt")).to_be_visible()
        silence = io.BytesIO()
        soundfile.write(silence, np.zeros(5 * RATE_HZ, np.float32), RATE_HZ, subtype="PCM_16", format="WAV")
        watch.errors.clear()
        hand_in(page, silence.getvalue())
        expect(page.locator(".recorder .message.bad")).to_contain_text("No speech", timeout=CHECK_MS)
        hand_in(page, b"this is no sound at all" * 100)
        expect(page.locator(".recorder .message.bad")).to_be_visible(timeout=CHECK_MS)
        _forget_refusals(watch)
        while page.get_by_role("button", name="Record", exact=True).is_visible():
            text = str(page.locator("#prompt").inner_text())
            hand_in(page, microphone.wav(text))
            next_one = page.locator("#prompt").filter(has_not_text=text)
            expect(next_one.or_(page.get_by_role("button", name="Show my code"))).to_be_visible(timeout=CHECK_MS)

        page.get_by_role("button", name="Show my code").click()
        expect(page.locator("#prompt strong.word")).to_have_count(6)
        old = microphone.wav(shown_statement(page))
        page.evaluate("sessionStorage.removeItem('my-voice-challenge')")
        page.reload()
        page.get_by_role("button", name="Show my code").click()
        expect(page.locator("#prompt strong.word")).to_have_count(6)
        hand_in(page, old)
        expect(page.locator(".message.bad:visible")).to_contain_text("code words", timeout=CHECK_MS)
        expect(page.get_by_text("Attempts left: 2")).to_be_visible()
        page.screenshot(path=ARTIFACTS / "my-voice-refused-phone.png", full_page=True)
        assert server.studio.consents.get(LOCAL, invited.id).summary.state is ConsentState.REQUESTED


def test_a_refused_microphone_is_met_with_plain_help(
    refusing_browser: Any, server: Server, watch: Watch, invite: Callable[..., Invited]
):
    with owner(refusing_browser, server, watch) as page:
        page.goto(invite().link)
        agree(page)
        page.get_by_role("button", name="Record", exact=True).click()
        help_ = page.locator(".recorder .message.bad")
        expect(help_).to_contain_text("microphone")
        expect(page.get_by_role("button", name="Use a file from this device instead")).to_be_visible()
        page.screenshot(path=ARTIFACTS / "my-voice-no-microphone-phone.png", full_page=True)


def test_links_open_one_record_only_and_two_windows_agree_in_the_end(
    browser: Any, server: Server, watch: Watch, invite: Callable[..., Invited]
):
    mine, theirs = invite(), invite("Tom Berg")
    with owner(browser, server, watch) as page:
        page.goto("/my-voice#not-a-link")
        expect(page.locator("h1")).to_have_text("This link does not work")
        _forget_refusals(watch)
        page.goto(f"/my-voice#{theirs.token}")
        expect(page.locator("main")).to_contain_text("Tom Berg")
        page.goto("about:blank")
        page.goto(mine.link)
        expect(page.locator("main")).to_contain_text(PERSON)
        expect(page.locator("input[type=checkbox]:checked")).to_have_count(0)
        assert page.get_by_role("button", name="I agree", exact=True).bounding_box()["height"] == pytest.approx(
            page.get_by_role("button", name="I do not agree").bounding_box()["height"], abs=1
        )
        page.get_by_role("button", name="I agree", exact=True).click()
        expect(page.locator("#missing")).to_be_visible()
        expect(page.locator("#purpose-create_replica")).to_be_focused()

        second = page.context.new_page()
        second.goto(mine.link)
        agree(second)
        expect(second.locator("#prompt")).to_be_visible()
        agree(page)
        expect(page.locator(".message.bad.top").or_(page.locator("#prompt")).first).to_be_visible()
        expect(page.locator("#prompt")).to_be_visible()
        second.close()
        _forget_refusals(watch)
    link = {"authorization": f"Bearer {mine.token}"}
    for path in ("/my-voice/api/recordings/nothing", f"/my-voice/api/papers/{theirs.id}"):
        assert httpx.get(server.address + path, headers=link).status_code == 404


def test_every_language_is_shown_whole_and_declining_takes_one_click_more(
    browser: Any, server: Server, watch: Watch, invite: Callable[..., Invited]
):
    invited = invite()
    with owner(browser, server, watch) as page:
        page.goto(invited.link)
        expect(page.locator("form")).to_be_visible()
        tags = page.locator("#language option").evaluate_all("options => options.map((each) => each.value)")
        assert len(tags) >= 6
        headings = set()
        for tag in tags:
            page.get_by_role("combobox").select_option(tag)
            expect(page.locator("html")).to_have_attribute("lang", tag)
            headings.add(page.locator("h1").inner_text())
            assert not page.evaluate("document.documentElement.scrollWidth > innerWidth"), tag
            page.screenshot(path=ARTIFACTS / f"my-voice-{tag}-phone.png", full_page=True)
        assert len(headings) == len(tags)
        page.get_by_role("combobox").select_option("en")
        page.get_by_role("button", name="I do not agree").click()
        page.get_by_role("dialog").get_by_role("button", name="I do not agree").click()
        expect(page.locator("main")).to_contain_text("You did not agree")
    assert server.studio.consents.get(LOCAL, invited.id).summary.state is ConsentState.REFUSED


def _forget_refusals(watch: Watch) -> None:
    """The browser logs answers of 403, 409 and 422 as errors: here they are what was asked for."""
    kept = [error for error in watch.errors if not re.search(r"status of (403|409|422)", error)]
    watch.errors[:] = kept

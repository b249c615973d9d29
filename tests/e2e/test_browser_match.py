"""A real person's voice in the browser: consent on paper, recordings, match, book, and silence after the withdrawal."""

import re
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import av
import httpx
import numpy as np
import pytest
import soundfile as sf
from fpdf import FPDF
from playwright.sync_api import expect
from sqlalchemy import select

from studio.consent.actors import Actor, Role
from studio.consent.states import ConsentState
from studio.core.errors import StudioError
from studio.hearing.quality import loaded_encoder
from studio.hearing.speakers import cosine
from studio.render.match.bank import load_bank
from studio.services.consents.evidence import Reading
from studio.store.tables import JobRow, TakeRow
from tests.conftest import Listener
from tests.consents import LOCAL, Walk
from tests.e2e.conftest import ARTIFACTS, Server, Watch
from tests.e2e.looks import every_look, too_wide, violations
from tests.e2e.test_browser_consents import LOOK_MS, fill_studio
from tests.e2e.test_browser_journey import open_step

pytestmark = [pytest.mark.browser, pytest.mark.models]
BESIDE = Path(__file__).parents[2].parent / "shared" / "speech"
SPEECH = Path(__file__).parents[1] / "data" / "speech"
PERSON = "Martin Reed"
VOICE = "martin-reed"
WORK_MS = 300_000
WORDS = "The tide went out before breakfast, and nobody in the village could say why."
BOOK = f"---\ntitle: The Quiet Pier\nauthor: Ada Finch\nlanguage: en-GB\n---\n\n## One\n\n{WORDS}\n"


@pytest.fixture
def reading() -> Callable[[str], Path]:
    """Gives a recording of the reader by name."""

    def find(name: str) -> Path:
        path = BESIDE / f"{name}.wav"
        if not path.is_file():
            pytest.skip(f"the recording {path.name} of a real reader is not beside the checkout")
        return path

    return find


def signed_paper() -> bytes:
    paper = FPDF()
    paper.add_page()
    paper.set_font("helvetica", size=12)
    paper.multi_cell(0, 8, f"I, {PERSON}, agree to a replica of my voice.\n\nSigned: {PERSON}")
    return bytes(paper.output())


def draft_by_paper(page: Any) -> str:
    """Draw up the record of a consent on paper; gives its address."""
    page.goto("/consents?new=1")
    page.get_by_label("Legal name").fill(PERSON)
    page.get_by_label("E-mail or phone", exact=True).fill("martin@example.org")
    page.get_by_label("Where they live").select_option("IE")
    page.get_by_label("By a signed paper").check()
    page.get_by_role("button", name="Next").click()
    fill_studio(page)
    page.get_by_label("Audiobooks", exact=True).check()
    page.get_by_label("What the voice will be used for").fill(
        "Narration of The Quiet Pier by Ada Finch, all chapters and credits, sold as an audiobook by the usual shops."
    )
    page.get_by_role("button", name="Next").click()
    page.get_by_role("button", name="Save as draft").click()
    expect(page.locator("#consent h1")).to_have_text(PERSON, timeout=LOOK_MS)
    return str(page.url)


def agree(owner: Any, link: str) -> None:
    """What the voice owner does on their own page."""
    owner.goto(link)
    for purpose in ("create_replica", "render_works", "voice_comparison"):
        owner.locator(f"#purpose-{purpose}").check()
    owner.locator("#signature").fill(PERSON)
    owner.get_by_role("button", name="I agree", exact=True).click()
    expect(owner.locator("form")).to_have_count(0)


def approve(page: Any, name: str) -> None:
    page.goto("/review")
    page.get_by_label("Your name").fill(name)
    page.get_by_label("paper").check()
    page.get_by_role("button", name="Approve").click()


def judged(path: Path, other: Path) -> tuple[float, float]:
    """CAM++ likeness of two recordings, and the mean of all built-in voices to the second."""
    prints = []
    for each in (path, other):
        samples, rate_hz = sf.read(each, dtype="float32")
        prints.append(loaded_encoder().voiceprint(samples, rate_hz))
    return cosine(prints[0].campplus, prints[1].campplus), float((load_bank().campplus @ prints[1].campplus).mean())


def heard(page: Any, button: str) -> None:
    play = page.get_by_role("button", name=button)
    play.click()
    expect(play).to_have_attribute("aria-pressed", "true", timeout=WORK_MS)
    play.click()


@pytest.mark.slow
@pytest.mark.timeout(1200)
@pytest.mark.usefixtures("kokoro_weights")
def test_a_real_voice_is_consented_matched_tuned_cast_rendered_and_withdrawn(  # noqa: PLR0915 - one walk
    page: Any,
    server: Server,
    watch: Watch,
    reading: Callable[[str], Path],
    whisper: Listener,
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
):
    known, held_out = reading("austenA"), reading("austenB")
    began = time.monotonic()
    record = draft_by_paper(page)
    page.get_by_role("button", name=f"Create the link for {PERSON}").click()
    link = page.get_by_label("Link for the voice owner").input_value()
    owner = page.context.new_page()
    watch.follow(owner)
    agree(owner, link)

    page.goto(f"{record}&tab=evidence")
    page.locator("#attach-clip input[type=file]").set_input_files(known)
    expect(page.locator("#consent-evidence")).to_contain_text("all passed", timeout=WORK_MS)
    page.locator("#attach-paper input[type=file]").set_input_files(
        {"name": "signed.pdf", "mimeType": "application/pdf", "buffer": signed_paper()}
    )
    expect(page.locator("#consent")).to_contain_text("Given, to be reviewed", timeout=LOOK_MS)
    approve(page, "Rita Moss")
    expect(page.locator("#review-message")).to_contain_text("A second reviewer is needed")
    approve(page, "Sam Holt")
    expect(page.locator("#review-message")).to_contain_text("reviewed and verified")

    page.goto("/voices")
    panel = page.locator(f".vv-match[data-voice={VOICE}]")
    expect(panel).to_contain_text("Not matched")
    panel.get_by_role("button", name="Find the nearest voices").click()
    expect(panel.get_by_role("status")).to_contain_text("some seconds")
    ranked = panel.locator(".vv-ranked li")
    expect(ranked).to_have_count(3, timeout=WORK_MS)
    heard(page, str(ranked.first.get_by_role("button").first.get_attribute("aria-label")))
    ranked.first.get_by_role("button", name="Use this voice").click()
    expect(panel).to_contain_text("will not be mistaken for", timeout=WORK_MS)
    heard(page, f"Hear {PERSON}, as matched")
    panel.get_by_role("button", name="Quick tune").click()
    expect(panel.get_by_role("progressbar")).to_be_visible()
    page.reload()
    expect(panel.get_by_role("progressbar")).to_be_visible()
    expect(panel.get_by_text("Nearest voice, measured")).to_be_visible(timeout=WORK_MS)
    expect(panel).to_contain_text("It will not be mistaken for the person")

    made = tmp_path / "made.wav"
    answer = httpx.post(
        f"{server.address}/media/auditions", json={"voice": VOICE, "text": WORDS, "language": "en"}, timeout=60
    )
    made.write_bytes(answer.content)
    likeness, everyone = judged(made, held_out)
    own, _ = judged(known, held_out)
    match = server.studio.matching.result(VOICE)
    assert match is not None
    assert match.figures["kept"] == "nearest"
    assert match.figures["floor"] < match.figures["ceiling"]
    assert not list(server.studio.settings.temporary.glob("match-*"))
    shown = match.figures["judge_likeness"]
    assert likeness == pytest.approx(shown, abs=0.12)  # what people are told holds for speech that nothing ever heard
    assert max(likeness, shown) < own - 0.2  # and it is not mistaken for the person

    book = tmp_path / "pier.md"
    book.write_text(BOOK, encoding="utf-8")
    page.goto("/")
    page.locator("#import input[type=file]").set_input_files(book)
    page.wait_for_url("**/book?p=*", timeout=LOOK_MS)
    project = str(page.url).split("p=")[1].split("&")[0]
    page.get_by_label("Opening and closing credits").uncheck()
    open_step(page, "Narrator")
    page.get_by_role("radio", name=re.compile(f"^{PERSON}")).check()
    expect(page.locator(".vv-narrator")).to_have_text(f"Read by {PERSON}")
    open_step(page, "Produce")
    page.get_by_role("button", name="Produce audiobook").click()
    expect(page.locator("#production")).to_contain_text("Finished.", timeout=WORK_MS)
    page.get_by_role("button", name="Listen and download").click()
    page.get_by_role("button", name="Play One").click()
    page.wait_for_function("[...document.querySelectorAll('audio')].some((each) => each.currentTime > 0.2)")
    with page.expect_download() as download:
        page.get_by_role("link", name="Download One").click()
    assert "tide went out before breakfast" in transcript(whisper, Path(str(download.value.path()))).lower()
    assert list(server.studio.settings.blobs.rglob("*/*"))

    owner.reload()
    owner.get_by_role("button", name="Withdraw my consent").click()
    owner.get_by_role("dialog").get_by_role("button", name="Withdraw my consent").click()
    expect(owner.locator("main")).to_contain_text("Your consent is withdrawn", timeout=30_000)
    page.goto("/voices")
    expect(page.locator("#library")).to_contain_text("Emma")
    expect(page.locator(".vv-match")).to_have_count(0)
    expect(page.locator("#replicas")).not_to_contain_text(PERSON)
    silent(server)
    page.goto(f"/book?p={project}&step=produce")
    page.get_by_role("button", name=re.compile("^Produce")).click()
    expect(page.locator("#production [role=alert]").or_(page.locator("#message [role=alert]")).first).to_contain_text(
        "consent", timeout=LOOK_MS
    )
    watch.errors[:] = [error for error in watch.errors if "status of 40" not in error]
    with capsys.disabled():
        sys.stdout.write(
            f"\nwhole way in {time.monotonic() - began:.0f} s; likeness to speech never heard {likeness:.2f}, "
            f"all built-in voices {everyone:.2f}, the reader {own:.2f}\n"
        )


def transcript(whisper: Listener, path: Path) -> str:
    with av.open(str(path)) as sound:
        rate_hz = sound.streams.audio[0].rate
        blocks = [frame.to_ndarray().mean(axis=0) for frame in sound.decode(audio=0)]
    return whisper.transcribe(np.concatenate(blocks).astype(np.float32), rate_hz)


def silent(server: Server) -> None:
    """The voice is refused wherever it could be asked for; nothing is left of it but finished works, as was agreed."""
    studio = server.studio
    with pytest.raises(StudioError):
        studio.auditions.say(WORDS, VOICE)
    with pytest.raises(StudioError):
        studio.matching.rank(VOICE, LOCAL)
    asked = {"voice": VOICE, "text": WORDS, "language": "en"}
    assert httpx.post(f"{server.address}/media/auditions", json=asked).status_code in {403, 404}
    assert httpx.post(f"{server.address}/media/matches/{VOICE}/ranking").status_code in {403, 404}
    assert studio.consents.newest(LOCAL)[0][0].state is ConsentState.WITHDRAWN
    assert not [path for path in (server.home / "vault").rglob("*") if path.is_file()]
    with studio._context.database.read() as session:
        takes = session.scalars(select(TakeRow).where(TakeRow.voice_id == VOICE)).all()
    assert not takes


def people(server: Server, recording: Path) -> None:
    """Somebody to match, somebody in the middle of it, and somebody who did not agree to comparing."""
    Walk(server.studio, recordings=[(recording, Reading())]).verified("Jane Doe", engine="kokoro")
    walk = Walk(server.studio)
    walk.verified("Kim Sato", engine="kokoro")
    alone = walk.given("Lou Ferris", purposes={"voice_comparison": False}, engine="kokoro").consent_id
    for name in ("Rita Moss", "Sam Holt"):
        server.studio.reviews.approve(Actor(name, Role.REVIEWER), alone, name=name, note="", listened=True)
    job = server.studio.matching.tune("kim-sato", LOCAL)
    server.studio.jobs.cancel(job.id)
    while server.studio.jobs.get(job.id).active:
        time.sleep(0.1)
    with server.studio._context.database.write() as session:
        row = session.get_one(JobRow, job.id)
        row.state, row.stage, row.fraction, row.eta_s = "running", "Matching", 0.34, 95.0


@pytest.mark.usefixtures("kokoro_weights")
def test_the_panel_is_accessible_and_photographed_and_refusals_are_one_line(page: Any, server: Server, tmp_path: Path):
    recording = tmp_path / "reader.wav"
    samples, rate_hz = sf.read(SPEECH / "austenA.flac", dtype="float32")
    sf.write(recording, samples[: 15 * rate_hz], rate_hz, subtype="PCM_16")
    people(server, recording)
    page.goto("/voices")
    jane, kim, lou = (
        page.locator(f".vv-match[data-voice={voice}]") for voice in ("jane-doe", "kim-sato", "lou-ferris")
    )
    expect(lou).to_contain_text("did not agree to comparing voices")
    expect(lou.get_by_role("button", name="Tune")).to_have_count(0)
    expect(kim.get_by_role("progressbar")).to_have_attribute("aria-valuenow", "34")
    expect(kim).to_contain_text("about 2 min left")
    jane.get_by_role("button", name="Find the nearest voices").click()
    expect(jane.locator(".vv-ranked li")).to_have_count(3, timeout=WORK_MS)
    jane.get_by_role("button", name="Use this voice").nth(1).click()
    expect(jane.get_by_text("In use")).to_be_visible(timeout=WORK_MS)
    expect(jane).to_contain_text("Nearest voice, not tuned")
    found = []
    for size, scheme in every_look(page):
        page.screenshot(path=ARTIFACTS / f"voice-match-{size}-{scheme}.png", full_page=True)
        assert not too_wide(page), f"wider than a {size}"
        found += violations(page, f"voice match {size} {scheme}", colors_only=scheme == "dark")
    assert not found, "\n".join(map(str, found))
    kim.get_by_role("button", name="Cancel").click()
    jane.get_by_role("button", name="Forget the match").click()
    page.get_by_role("dialog").get_by_role("button", name="Forget it").click()
    expect(jane).to_contain_text("Not matched")
    assert server.studio.matching.result("jane-doe") is None

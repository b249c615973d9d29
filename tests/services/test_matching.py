"""Matching the voice of a person who consented, on the real model and encoders; the reader of the test data is them."""

import threading
import time
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
import soundfile as sf
from sqlalchemy import select

from studio.bootstrap import Studio, open_studio, read_settings
from studio.consent.actors import Actor, Role
from studio.core.errors import ConflictError, InputError, MissingError, NotFoundError, RefusedError
from studio.core.progress import ignore_progress
from studio.core.time import utc_now
from studio.services.consents.evidence import Reading
from studio.services.jobs import INTERRUPTED
from studio.services.views import JobView
from studio.store.consent_tables import VoiceAssetRow
from studio.store.tables import JobRow
from tests.consents import LOCAL, PRODUCER, Walk

pytestmark = [pytest.mark.models]
SPEECH = Path(__file__).parents[1] / "data" / "speech"
VOICE = "jane-doe"
OWNER = Actor("Jane Doe", Role.VOICE_OWNER)


@pytest.fixture
def studio(home: Path, kokoro_weights: Path, whisper_folder: Path) -> Iterator[Studio]:
    assert whisper_folder.parent == kokoro_weights
    settings = read_settings({"VIVAVOCE_HOME": str(home), "VIVAVOCE_WEIGHTS": str(kokoro_weights)}, workers=1)
    opened = open_studio(settings)
    yield opened
    opened.close()


@pytest.fixture
def person(studio: Studio, tmp_path: Path) -> Callable[..., str]:
    """A verified consent of the reader; gives its id. The purposes they agreed to by keyword."""
    recording = tmp_path / "reader.wav"
    samples, rate_hz = sf.read(SPEECH / "austenA.flac", dtype="float32")
    sf.write(recording, samples[: 20 * rate_hz], rate_hz, subtype="PCM_16")
    walk = Walk(studio, recordings=[(recording, Reading())])

    def make(**purposes: bool) -> str:
        consent = walk.given("Jane Doe", purposes=purposes, engine="kokoro").consent_id
        for name in ("Rita Moss", "Sam Holt"):
            if studio.consents.get(LOCAL, consent).summary.state != "verified":
                reviewer = Actor(name, Role.REVIEWER)
                studio.reviews.approve(reviewer, consent, name=name, note="", listened=True)
        return consent

    return make


def finished(studio: Studio, job: JobView, interrupted: Callable[[], bool] = lambda: False) -> JobView:
    return studio.dispatcher.run(job.id, ignore_progress, interrupted)


def matches_kept(studio: Studio) -> list[bool]:
    """Of every match there ever was, oldest first, whether it still exists."""
    with studio._context.database.read() as session:
        found = select(VoiceAssetRow).filter_by(kind="latents").order_by(VoiceAssetRow.created_at)
        return [asset.destroyed_at is None for asset in session.scalars(found)]


def test_a_voice_is_ranked_chosen_heard_and_forgotten(studio: Studio, person: Callable[..., str]):
    person()
    with pytest.raises(MissingError, match="no voice match"):
        studio.auditions.say("Good morning.", VOICE)
    found = studio.matching.rank(VOICE, PRODUCER)
    assert len(found) == len({each.voice_id for each in found}) == 3
    for each in found:
        assert each.floor < each.ceiling <= 1
        assert each.share == pytest.approx((each.judge_likeness - each.floor) / (each.ceiling - each.floor))

    nearest, second = (each.voice_id for each in found[:2])
    made = studio.matching.choose(VOICE, second, PRODUCER)
    assert (made.figures["kept"], made.figures["nearest"]) == ("chosen", second)
    assert made.figures["judge_likeness"] == pytest.approx(found[1].judge_likeness)
    assert made.figures["share"] == pytest.approx(found[1].share)
    assert studio.matching.standing(VOICE, PRODUCER).match == made
    one = studio.auditions.say("Good morning.", VOICE).take.read_bytes()
    studio.matching.choose(VOICE, nearest, PRODUCER)
    assert studio.auditions.say("Good morning.", VOICE).take.read_bytes() != one
    assert matches_kept(studio) == [False, True]

    with pytest.raises(InputError, match="none of the built-in voices near"):
        studio.matching.choose(VOICE, "af_heart", PRODUCER)
    studio.matching.forget(VOICE, PRODUCER)
    assert studio.matching.result(VOICE) is None
    with pytest.raises(MissingError, match="no voice match"):
        studio.auditions.say("Good morning.", VOICE)


def test_nothing_is_compared_without_that_consent(studio: Studio, person: Callable[..., str]):
    person(voice_comparison=False)
    refusal = "did not agree to comparing voices"
    for attempt in (
        lambda: studio.matching.rank(VOICE, PRODUCER),
        lambda: studio.matching.choose(VOICE, "am_puck", PRODUCER),
        lambda: studio.matching.tune(VOICE, PRODUCER),
    ):
        with pytest.raises(RefusedError, match=refusal):
            attempt()
    standing = studio.matching.standing(VOICE, PRODUCER)
    assert refusal in standing.refused
    assert "\n" not in standing.refused
    assert (standing.match, standing.job) == (None, None)


def test_only_staff_work_on_matches_and_only_of_people(studio: Studio, person: Callable[..., str]):
    person()
    for verb in (studio.matching.rank, studio.matching.tune, studio.matching.forget, studio.matching.standing):
        with pytest.raises(RefusedError, match="may not do this"):
            verb(VOICE, OWNER)
        with pytest.raises(NotFoundError, match=r"no voice of a person|no consent"):
            verb("nobody", PRODUCER)
    with pytest.raises(RefusedError, match="may not do this"):
        studio.matching.cancel(VOICE, OWNER)


@pytest.mark.slow
def test_a_search_that_was_cut_off_is_started_again(studio: Studio, person: Callable[..., str]):
    """The server was killed: a row says running, and nobody holds the dispatcher's lock."""
    person()
    cut = studio.matching.tune(VOICE, PRODUCER)
    with studio._context.database.write() as session:
        row = session.get_one(JobRow, cut.id)
        row.state, row.created_at = "running", (utc_now() - timedelta(minutes=2)).isoformat()
    queued = studio.matching.tune(VOICE, PRODUCER, quick=True)
    assert (studio.jobs.get(cut.id).state, studio.jobs.get(cut.id).error) == ("failed", INTERRUPTED)
    assert (queued.state, queued.voice_id, queued.kind) == ("queued", VOICE, "match")
    with pytest.raises(ConflictError, match="being worked on"):
        studio.matching.tune(VOICE, PRODUCER)
    assert finished(studio, queued, lambda: studio.jobs.get(queued.id).fraction > 0).state == "cancelled"


@pytest.mark.slow
def test_a_search_is_cancelled_while_it_waits_and_while_it_runs(studio: Studio, person: Callable[..., str]):
    person()
    waiting = studio.matching.tune(VOICE, PRODUCER)
    studio.matching.cancel(VOICE, PRODUCER)
    assert studio.jobs.get(waiting.id).state == "cancelled"

    running = studio.matching.tune(VOICE, PRODUCER)
    began = time.monotonic()
    ended = finished(studio, running, lambda: studio.jobs.get(running.id).fraction > 0)
    assert ended.state == "cancelled"
    assert time.monotonic() - began < 30
    assert studio.matching.result(VOICE) is None
    assert not list(studio.settings.temporary.glob("match-*"))


@pytest.mark.slow
def test_withdrawal_stops_a_search_and_destroys_the_match(studio: Studio, person: Callable[..., str]):
    consent = person()
    studio.matching.choose(VOICE, studio.matching.rank(VOICE, PRODUCER)[0].voice_id, PRODUCER)
    assert matches_kept(studio) == [True]
    job = studio.matching.tune(VOICE, PRODUCER)
    ended: list[JobView] = []
    worker = threading.Thread(target=lambda: ended.append(finished(studio, job)))
    worker.start()
    while studio.jobs.get(job.id).state == "queued":
        time.sleep(0.05)
    studio.endings.withdraw(PRODUCER, consent)
    worker.join(60)
    assert ended[0].state in {"failed", "cancelled"}
    assert studio.matching.result(VOICE) is None
    assert matches_kept(studio) == [False]
    files: list[Any] = [path for path in (studio.settings.home / "vault").rglob("*") if path.is_file()]
    assert not files
    for attempt in (studio.matching.rank, studio.matching.tune):
        with pytest.raises(RefusedError):
            attempt(VOICE, PRODUCER)


def test_the_engine_is_chosen_among_those_that_can(studio: Studio, person: Callable[..., str]):
    person()
    standing = studio.matching.standing(VOICE, PRODUCER)
    missing = {each.name: each.missing for each in standing.engines}
    assert (standing.engine, missing["kokoro"]) == ("kokoro", "")
    assert "fake" not in missing
    studio.matching.use_engine(VOICE, "kokoro", PRODUCER)
    for name, why in missing.items():
        if why:
            with pytest.raises(InputError, match=r"\w"):
                studio.matching.use_engine(VOICE, name, PRODUCER)
    with pytest.raises(InputError, match="is no engine that can take on a voice"):
        studio.matching.use_engine(VOICE, "nothing", PRODUCER)
    assert studio.matching.standing(VOICE, PRODUCER).engine == "kokoro"

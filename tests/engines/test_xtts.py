"""XTTS through coqui-tts's own code, in its environment, with a tiny model of random numbers: it babbles."""

import os
import pickle
import shutil
import subprocess
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from studio.bootstrap import Studio, open_studio, read_settings
from studio.consent.grant import GrantedVoice, redeem_for_line
from studio.consent.requests import AUDITION, GateRequest
from studio.core.errors import EngineError, MissingError
from studio.core.progress import ignore_progress
from studio.core.time import utc_now
from studio.engines.base import Line, Run
from studio.engines.xtts import MODEL, XttsEngine
from studio.engines.xtts_text import longest_s
from studio.manuscript.delivery import Delivery, prosody_of
from studio.services.consents.evidence import Reading
from studio.services.jobs import JobRequest
from studio.services.views import JobView
from studio.store.tables import TakeRow
from studio.weights.adoption import adopt
from tests.consents import Walk
from tests.hearing.conftest import SPEECH

pytestmark = [pytest.mark.slow, pytest.mark.models]
HERE = Path(__file__).parent
NOW = datetime(2026, 1, 1, tzinfo=UTC)
ANGRY = Delivery("angry")


def line_of(text: str = "Good evening, dear readers.", delivery: str = "neutral", seed: int = 1) -> Line:
    preset, _, intensity = delivery.partition(":")
    asked = Delivery(preset, float(intensity or 1))
    return Line((Run(text, asked, prosody_of(asked)),), "en-GB", seed)


@pytest.fixture(scope="module")
def handed_over(xtts_environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a tiny model, as somebody would have got it."""
    folder = tmp_path_factory.mktemp("got") / MODEL
    subprocess.run(
        [str(xtts_environment), "-I", str(HERE / "tiny_xtts.py"), str(folder)], check=True, capture_output=True
    )
    return folder


@pytest.fixture(scope="module")
def weights(
    handed_over: Path, xtts_environment: Path, whisper_folder: Path, tmp_path_factory: pytest.TempPathFactory
) -> Path:
    """Model files, with the environment beside them."""
    folder = tmp_path_factory.mktemp("weights")
    (folder / "environments").symlink_to(xtts_environment.parents[2], target_is_directory=True)
    (folder / whisper_folder.name).symlink_to(whisper_folder, target_is_directory=True)
    adopt(folder, MODEL, handed_over, person="Pat Lane", now=NOW)
    return folder


@pytest.fixture(scope="module")
def engine(weights: Path) -> Iterator[XttsEngine]:
    made = XttsEngine(weights)
    yield made
    made._host.close()


@pytest.fixture
def studio(home: Path, weights: Path) -> Iterator[Studio]:
    opened = open_studio(read_settings({"VIVAVOCE_HOME": str(home), "VIVAVOCE_WEIGHTS": str(weights)}, workers=1))
    yield opened
    opened.close()


@pytest.fixture
def jane(studio: Studio, tmp_path: Path) -> str:
    """The voice of a reader who consented: two clips read neutrally, and one angrily."""
    clips = []
    for name, delivery in (("austenA", "neutral"), ("austenB", "neutral"), ("reader-3005", "angry")):
        samples, rate_hz = sf.read(SPEECH / f"{name}.flac", dtype="float32")
        sf.write(tmp_path / f"{name}.wav", samples[: 4 * rate_hz], rate_hz)
        clips.append((tmp_path / f"{name}.wav", Reading(delivery)))
    Walk(studio, recordings=clips).verified(engine="xtts")
    return "jane-doe"


@pytest.fixture
def granted(studio: Studio, jane: str, home: Path) -> GrantedVoice:
    grant = studio.casting._context.gate.authorize(GateRequest(jane, AUDITION, "en", line_key="line"))
    return redeem_for_line(grant, "line", home=home, now=utc_now())


def test_it_says_what_is_missing_and_which_command_helps(tmp_path: Path, weights: Path):
    nothing = XttsEngine(tmp_path)
    assert "studio engines install xtts" in nothing.missing()
    (tmp_path / "environments").symlink_to(weights / "environments", target_is_directory=True)
    assert "studio weights pull xtts-v2" in nothing.missing()
    assert "--accept-terms" in nothing.missing()
    (tmp_path / MODEL).symlink_to(weights / MODEL, target_is_directory=True)
    assert nothing.missing() == ""


def test_a_person_is_spoken_after_their_clips(engine: XttsEngine, granted: GrantedVoice):
    assert engine.missing() == ""
    voice = engine.prepare(granted)
    said = engine.synthesize(line_of(), voice)
    assert said.sample_rate_hz == engine.info.sample_rate_hz
    assert said.samples.dtype == np.float32
    assert np.isfinite(said.samples).all()
    assert 0 < np.abs(said.samples).max() <= 1
    assert said.spans == ((0, said.samples.size),)

    again, other = engine.synthesize(line_of(), voice), engine.synthesize(line_of(seed=2), voice)
    assert np.array_equal(said.samples, again.samples)
    assert not np.array_equal(said.samples, other.samples)

    angry, half = (engine.synthesize(line_of(delivery=each), voice) for each in ("angry", "angry:0.5"))
    sad = engine.synthesize(line_of(delivery="sad"), voice)
    assert not np.array_equal(angry.samples, said.samples)
    assert not np.array_equal(half.samples, said.samples)
    assert not np.array_equal(half.samples, angry.samples)
    assert np.array_equal(sad.samples, said.samples), "there is no sad clip: the studio shapes the neutral reading"
    assert angry.shaped == {"pitch", "range", "rate", "pauses", "tilt"}
    assert sad.shaped == frozenset()

    by_figures = Delivery("angry", rate_percent=20)
    faster = engine.synthesize(replace(line_of(), runs=(Run("Go.", by_figures, prosody_of(by_figures)),)), voice)
    assert faster.shaped == {"pitch", "range", "pauses", "tilt"}

    two = replace(line_of(), runs=(Run("Good evening."), Run("Go away!", ANGRY, prosody_of(ANGRY))))
    runs = engine.synthesize(two, voice)
    assert len(runs.spans) == 2
    assert (runs.spans[0][0], runs.spans[0][1], runs.spans[1][1]) == (0, runs.spans[1][0], runs.samples.size)


def test_what_has_no_end_is_cut_off_and_what_is_long_is_said_in_pieces(engine: XttsEngine, granted: GrantedVoice):
    voice = engine.prepare(granted)
    for seed in range(4):
        short = engine.synthesize(line_of("No.", seed=seed), voice)
        assert short.samples.size / short.sample_rate_hz < longest_s("No.", "en")
    long = "The harbour lights went out, one after the other, and nobody said a word about it. " * 5
    said = engine.synthesize(line_of(long), voice)
    assert said.samples.size > engine.synthesize(line_of(long[:80]), voice).samples.size
    for nothing in ("", "…!"):
        with pytest.raises(EngineError, match="nothing to say"):
            engine.synthesize(line_of(nothing), voice)
    with pytest.raises(EngineError, match="does not speak 'fi'"):
        engine.synthesize(replace(line_of(), language="fi"), voice)


@pytest.mark.parametrize(
    ("language", "text"), [("ja", "こんばんは、みなさん。"), ("zh-CN", "晚上好。"), ("ko", "안녕하세요.")]
)
def test_scripts_that_need_more_packages_are_read(language: str, text: str, engine: XttsEngine, granted: GrantedVoice):
    said = engine.synthesize(replace(line_of(text), language=language), engine.prepare(granted))
    assert said.samples.size > 0


def test_a_voice_that_is_dropped_is_dropped_in_the_host_and_one_that_a_crash_took_is_told_of(
    engine: XttsEngine, granted: GrantedVoice
):
    voice = engine.prepare(granted)
    said = engine.synthesize(line_of(), voice)
    host = engine._host._host
    assert host is not None
    host.close()
    with pytest.raises(EngineError, match="not held ready"):
        engine.synthesize(line_of(), voice)
    voice = engine.prepare(granted)
    assert np.array_equal(engine.synthesize(line_of(), voice).samples, said.samples)

    asked = {"voice": voice.token, "text": "Hello.", "language": "en", "seed": 1, "delivery": "neutral"}
    asked |= {"intensity": 1.0, "longest_s": 1.0}
    assert host.call("say", asked)[1][0].size
    del voice
    with pytest.raises(EngineError, match="not held ready"):
        host.call("say", asked)


def test_clips_that_are_too_short_and_none_at_all_are_told(
    engine: XttsEngine, granted: GrantedVoice, monkeypatch: pytest.MonkeyPatch
):
    clips = granted.reference_clips()
    monkeypatch.setattr(GrantedVoice, "reference_clips", lambda _: ())
    with pytest.raises(EngineError, match="has no reference clips"):
        engine.prepare(granted)
    monkeypatch.setattr(
        "studio.engines.voice_host.decode_mono", lambda _sound, _where: (np.zeros(4000, np.float32), 24_000)
    )
    monkeypatch.setattr(GrantedVoice, "reference_clips", lambda _: clips)
    with pytest.raises(EngineError, match="clips are too short"):
        engine.prepare(granted)


def test_a_model_that_would_run_something_is_refused(
    handed_over: Path, weights: Path, granted: GrantedVoice, tmp_path: Path
):
    mark = tmp_path / "it-was-run"
    evil = type("Evil", (), {"__reduce__": lambda _: (os.mkdir, (str(mark),))})
    got, own = tmp_path / "got", tmp_path / "weights"
    got.mkdir()
    for name in ("config.json", "vocab.json"):
        shutil.copy(handed_over / name, got)
    (got / "model.pth").write_bytes(pickle.dumps({"model": evil(), "config": {}}, protocol=2))
    adopt(own, MODEL, got, person="Pat Lane", now=NOW)
    (own / "environments").symlink_to(weights / "environments", target_is_directory=True)
    engine = XttsEngine(own)
    with pytest.raises(EngineError, match="holds more than tensors") as refused:
        engine.prepare(granted)
    assert "\n" not in refused.value.sentence
    assert not mark.exists()

    (own / MODEL / "vocab.json").write_text("{}")
    with pytest.raises(MissingError, match=r"vocab\.json"):
        XttsEngine(own).prepare(granted)


def _run(studio: Studio, project: str, *stages: str) -> JobView:
    job = studio.jobs.submit(project, JobRequest(stages, chapters=frozenset({1})))
    return studio.dispatcher.run(job.id, ignore_progress, lambda: False)


def test_from_consent_to_takes_that_cannot_be_sold(studio: Studio, jane: str, tmp_path: Path):
    source = tmp_path / "pier.csv"
    source.write_text("role,text\nAnna,The tide went out.\n", encoding="utf-8")
    project = studio.projects.import_file(source, name="pier", language="en", purpose="audiobook")
    for role in ("narrator", "Anna"):
        studio.casting.set_voice(project.id, role, jane)
    rendered = _run(studio, project.id, "render")
    assert rendered.state == "done", rendered.error
    with studio._context.database.read() as session:
        takes = [(take.licences[0]["licence"], take.flags, take.cpu_s) for take in session.query(TakeRow)]
    assert {licence for licence, *_ in takes} == {"LicenseRef-CPML-1.0"}
    assert all("misheard" in flags for _, flags, _ in takes), "random numbers speak no words, and it is heard"

    refused = _run(studio, project.id, "master", "deliver")
    assert refused.state == "failed"
    assert not refused.result, "nothing was mastered that could not be delivered"
    for words in ("chapter 1, line 1", "Coqui Public Model License", "https://coqui.ai/cpml.txt", "private"):
        assert words in refused.error

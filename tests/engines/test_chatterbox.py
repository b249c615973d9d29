"""Chatterbox's adapter and host in an environment with torch; its model is a stand-in that tells what it was given.

The released models are gigabytes, so what they sound like is not tested.
"""

import shutil
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from studio.audio.decode import decode_mono
from studio.bootstrap import Studio, open_studio, read_settings
from studio.consent.grant import GrantedVoice, redeem_for_line
from studio.consent.requests import AUDITION, GateRequest
from studio.core.errors import EngineError, MissingError
from studio.core.time import utc_now
from studio.engines.base import Line, Run
from studio.engines.chatterbox import ChatterboxEngine, ChatterboxTurboEngine
from studio.engines.environments import find_recipe
from studio.engines.voice_host import _tidied
from studio.manuscript.delivery import Delivery, prosody_of
from studio.services.consents.evidence import Reading
from studio.weights.adoption import adopt, load_adoptable
from tests.consents import Walk
from tests.hearing.conftest import SPEECH

pytestmark = [pytest.mark.slow, pytest.mark.models]
STAND_IN = Path(__file__).parent / "chatterbox_stand_in"
ANGRY = Delivery("angry")
WORDS = "Good evening, dear readers."


def line_of(*runs: Run, seed: int = 1) -> Line:
    return Line(runs or (Run(WORDS),), "en-GB", seed)


@pytest.fixture(scope="module")
def weights(xtts_environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Model files that only the stand-in takes, and an environment that has it beside torch."""
    folder, got = tmp_path_factory.mktemp("weights"), tmp_path_factory.mktemp("got")
    real = xtts_environment.parents[1]
    place = folder / "environments" / "chatterbox"
    (place / "bin").mkdir(parents=True)
    (place / "bin" / "python").symlink_to(xtts_environment)
    shutil.copy(real / "pyvenv.cfg", place)
    (packages,) = real.glob("lib/python*/site-packages")
    own = place / packages.relative_to(real)
    own.mkdir(parents=True)
    (own / "more.pth").write_text(f"{STAND_IN}\n{packages}\n", encoding="utf-8")
    (place / "installed").write_text(find_recipe("chatterbox").key, encoding="ascii")
    for name in ("chatterbox", "chatterbox-turbo"):
        for file in load_adoptable()[name].files:
            (got / file).write_bytes(b"numbers")
        adopt(folder, name, got, person="Ada Finch", now=utc_now())
    return folder


@pytest.fixture
def studio(home: Path, weights: Path) -> Iterator[Studio]:
    opened = open_studio(read_settings({"VIVAVOCE_HOME": str(home), "VIVAVOCE_WEIGHTS": str(weights)}, workers=1))
    yield opened
    opened.close()


def granted(studio: Studio, folder: Path, *clips: tuple[str, float, str]) -> GrantedVoice:
    """The voice of somebody who consented, with clips: of whom, how many seconds, how they were read."""
    handed_in = []
    for name, seconds, delivery in clips:
        samples, rate_hz = sf.read(SPEECH / f"{name}.flac", dtype="float32")
        sf.write(folder / f"{name}.wav", samples[: round(seconds * rate_hz)], rate_hz)
        handed_in.append((folder / f"{name}.wav", Reading(delivery)))
    Walk(studio, recordings=handed_in).verified(engine="chatterbox")
    grant = studio.casting._context.gate.authorize(GateRequest("jane-doe", AUDITION, "en", line_key="line"))
    return redeem_for_line(grant, "line", home=studio.settings.home, now=utc_now())


@pytest.fixture
def jane(studio: Studio, tmp_path: Path) -> GrantedVoice:
    return granted(studio, tmp_path, ("austenA", 6, "neutral"), ("reader-3005", 6, "angry"))


def test_deliveries_choose_the_clip_and_turn_the_dials(weights: Path, jane: GrantedVoice):
    engine = ChatterboxEngine(weights)
    assert engine.missing() == ""
    voice = engine.prepare(jane)
    calm, again, other = (engine.synthesize(line_of(seed=seed), voice) for seed in (1, 1, 2))
    assert calm.samples.size == 0.4 * calm.sample_rate_hz
    assert np.array_equal(calm.samples, again.samples)
    assert not np.array_equal(calm.samples, other.samples)

    angry = Run("Go!", ANGRY, prosody_of(ANGRY))
    both = engine.synthesize(line_of(Run(WORDS), angry), voice)
    (_, turn), (begin, end) = both.spans
    assert (turn, end) == (begin, both.samples.size)
    loudest = {
        clip.delivery: np.abs(_tidied(*decode_mono(clip.sound, "clip"))[0]).max() for clip in jane.reference_clips()
    }
    assert np.abs(both.samples[:turn]).max() == pytest.approx(loudest["neutral"] * 0.5 * 0.5, abs=0.002)
    assert np.abs(both.samples[begin:]).max() == pytest.approx(loudest["angry"] * 0.7 * 0.3, abs=0.002)


def test_turbo_laughs_where_it_is_asked_to_and_the_larger_model_does_not(weights: Path, jane: GrantedVoice):
    laughing = line_of(Run(WORDS, event="laugh"))
    turbo, larger = ChatterboxTurboEngine(weights), ChatterboxEngine(weights)
    with_laugh = turbo.synthesize(laughing, turbo.prepare(jane))
    assert with_laugh.samples.size == 0.5 * with_laugh.sample_rate_hz, "the tag is a word more"
    assert with_laugh.events == ("laugh",)
    without = larger.synthesize(laughing, larger.prepare(jane))
    assert without.samples.size == 0.4 * without.sample_rate_hz
    assert without.events == ()
    with pytest.raises(EngineError, match="nothing to say"):
        turbo.synthesize(line_of(Run("…")), turbo.prepare(jane))


def test_too_little_of_a_voice_and_broken_files_are_told_in_a_line(weights: Path, studio: Studio, tmp_path: Path):
    short = granted(studio, tmp_path, ("austenA", 4.5, "neutral"), ("austenB", 4.5, "angry"))
    with pytest.raises(EngineError, match="needs 5 seconds of one delivery"):
        ChatterboxEngine(weights).prepare(short)

    spoiled = tmp_path / "spoiled"
    shutil.copytree(weights, spoiled, symlinks=True)
    (tmp_path / "got").mkdir()
    for file in load_adoptable()["chatterbox"].files:
        (tmp_path / "got" / file).write_bytes(b"broken")
    adopt(spoiled, "chatterbox", tmp_path / "got", person="Ada Finch", now=utc_now())
    with pytest.raises(EngineError, match="model files of chatterbox cannot be used") as refused:
        ChatterboxEngine(spoiled).prepare(short)
    assert "\n" not in refused.value.sentence
    (spoiled / "chatterbox" / "tokenizer.json").unlink()
    assert "studio weights pull chatterbox " in ChatterboxEngine(spoiled).missing()
    with pytest.raises(MissingError, match=r"tokenizer\.json"):
        ChatterboxEngine(spoiled).prepare(short)

"""Voice conversion through the real converters of coqui-tts, in their environment, with tiny random weights."""

import os
import pickle
import shutil
import subprocess
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
from studio.core.progress import ignore_progress
from studio.core.time import utc_now
from studio.engines.base import Line, Run, SourceReading
from studio.engines.conversion import ConversionEngine
from studio.services.consents.evidence import Reading
from studio.services.jobs import JobRequest
from studio.store.tables import TakeRow
from studio.weights.adoption import adopt
from tests.consents import LOCAL, Walk
from tests.hearing.conftest import SPEECH

pytestmark = [pytest.mark.slow, pytest.mark.models]
NAMES = ("openvoice", "knnvc", "freevc")
HERE = Path(__file__).parent


def recording(folder: Path, name: str, begin_s: float, end_s: float) -> Path:
    """A stretch of somebody's reading, as a WAV file."""
    samples, rate_hz = sf.read(SPEECH / f"{name}.flac", dtype="float32")
    sf.write(folder / f"{name}.wav", samples[round(begin_s * rate_hz) : round(end_s * rate_hz)], rate_hz)
    return folder / f"{name}.wav"


@pytest.fixture(scope="module")
def tiny_weights(xtts_environment: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Model files of the three converters, with the environment beside them."""
    folder, download = tmp_path_factory.mktemp("weights"), tmp_path_factory.mktemp("download")
    (folder / "environments").symlink_to(xtts_environment.parents[2], target_is_directory=True)
    made = [str(xtts_environment), "-I", str(HERE / "tiny_converters.py"), str(download)]
    subprocess.run(made, check=True, capture_output=True)
    for model in download.iterdir():
        adopt(folder, model.name, model, person="Ada Finch", now=utc_now())
    return folder


@pytest.fixture
def studio(home: Path, tiny_weights: Path) -> Iterator[Studio]:
    environment = {"VIVAVOCE_HOME": str(home), "VIVAVOCE_WEIGHTS": str(tiny_weights)}
    opened = open_studio(read_settings(environment, workers=1))
    yield opened
    opened.close()


@pytest.fixture
def voice(studio: Studio, home: Path, tmp_path: Path) -> GrantedVoice:
    """A real reader, who consented."""
    clips = [(recording(tmp_path, name, 0, 4), Reading()) for name in ("reader-1998", "reader-3005")]
    Walk(studio, recordings=clips).verified()
    gate = studio.casting._context.gate
    grant = gate.authorize(GateRequest("jane-doe", AUDITION, "en", line_key="line", engine="openvoice"))
    return redeem_for_line(grant, "line", home=home, now=utc_now())


@pytest.fixture(scope="module")
def reading() -> SourceReading:
    """Two seconds of somebody else."""
    samples, rate_hz = decode_mono((SPEECH / "austenB.flac").read_bytes(), "austenB")
    return SourceReading(samples[: 2 * rate_hz], rate_hz)


def line_of(reading: SourceReading | None, seed: int = 0) -> Line:
    return Line((Run("He might even have been made amiable himself."),), "en-GB", seed, None, reading)


@pytest.mark.parametrize("name", NAMES)
def test_a_reading_is_revoiced_and_keeps_its_length(
    name: str, tiny_weights: Path, voice: GrantedVoice, reading: SourceReading
):
    engine = ConversionEngine(name, tiny_weights)
    assert engine.missing() == ""
    held = engine.prepare(voice)
    first, again = (engine.synthesize(line_of(reading), held) for _ in range(2))
    assert np.isfinite(first.samples).all()
    assert np.abs(first.samples).max() > 0
    seconds = reading.samples.size / reading.sample_rate_hz
    assert first.samples.size / first.sample_rate_hz == pytest.approx(seconds, abs=0.002)
    assert np.array_equal(first.samples, again.samples)
    with pytest.raises(EngineError, match="needs a performance"):
        engine.synthesize(line_of(None), held)


@pytest.mark.parametrize(
    ("name", "file"), [("openvoice", "openvoice-v2/checkpoint.pth"), ("knnvc", "wavlm-large/WavLM-Large.pt")]
)
def test_a_model_file_that_would_run_something_is_refused(
    name: str, file: str, tiny_weights: Path, voice: GrantedVoice, tmp_path: Path
):
    weights = tmp_path / "spoiled"
    shutil.copytree(tiny_weights, weights, symlinks=True)
    mark = tmp_path / "it-was-run"
    evil = type("Evil", (), {"__reduce__": lambda _: (os.mkdir, (str(mark),))})
    spoiled = tmp_path / "download"
    shutil.copytree(weights / file.split("/", maxsplit=1)[0], spoiled)
    (spoiled / file.split("/")[1]).write_bytes(pickle.dumps({"model": evil()}, protocol=2))
    adopt(weights, file.split("/", maxsplit=1)[0], spoiled, person="Eve", now=utc_now())
    engine = ConversionEngine(name, weights)
    with pytest.raises((EngineError, MissingError)) as refused:
        engine.prepare(voice)
    assert "\n" not in refused.value.sentence
    assert not mark.exists()


def test_a_performance_is_a_take_in_the_voice_of_a_person_until_they_withdraw(
    home: Path, tiny_weights: Path, kokoro_weights: Path, whisper_folder: Path, tmp_path: Path
):
    weights = tmp_path / "weights"
    weights.mkdir()
    for folder in (*tiny_weights.iterdir(), *kokoro_weights.glob("kokoro*"), whisper_folder):
        (weights / folder.name).symlink_to(folder, target_is_directory=True)
    environment = {"VIVAVOCE_HOME": str(home), "VIVAVOCE_WEIGHTS": str(weights)}
    studio = open_studio(read_settings(environment, workers=1))
    try:
        clips = [(recording(tmp_path, name, 0, 5), Reading()) for name in ("reader-1998", "reader-3005")]
        owner = Walk(studio, recordings=clips).verified(purposes={"voice_comparison": True})
        studio.matching.choose("jane-doe", studio.matching.rank("jane-doe", LOCAL)[0].voice_id, LOCAL)
        source = tmp_path / "line.txt"
        source.write_text("He might even have been made amiable himself.\n", encoding="utf-8")
        project = studio.projects.import_file(source, name="line", language="en")
        studio.casting.set_voice(project.id, "narrator", "jane-doe")
        line = (project.id, studio.segments.script(project.id, 1)[0].id)
        performance = recording(tmp_path, "austenB", 6.1, 9.1)
        guide = studio.guides.record(*line, performance, converter="openvoice")
        assert guide.converter == "openvoice"
        rendered = JobRequest(("render",), chapters=frozenset({1}))
        done = studio.dispatcher.run(studio.jobs.submit(project.id, rendered).id, ignore_progress, lambda: False)
        assert done.state == "done", done.error
        with studio._context.database.read() as session:
            (take,) = session.query(TakeRow).where(TakeRow.engine == "openvoice")
            assert take.duration_s == pytest.approx(3.0, abs=0.01)
            assert take.licences[0]["licence"] == "MIT"
            sound = studio._context.blobs.path(take.blob_sha256)
        assert sound.is_file()
        studio.endings.withdraw(LOCAL, owner.consent_id)
        assert not sound.exists()
        again = studio.dispatcher.run(studio.jobs.submit(project.id, rendered).id, ignore_progress, lambda: False)
        assert (again.state, again.error_code) == ("failed", "refused")
    finally:
        studio.close()

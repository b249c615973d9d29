"""A guide recording is kept only while its guide is, and only if it is a reading of the line."""

from collections.abc import Callable, Iterator
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from studio.audio.resample import resample
from studio.bootstrap import Studio, open_studio, read_settings
from studio.core.errors import InputError, NotFoundError
from studio.hearing.delivery import DeliveryFacts, measure_delivery
from studio.manuscript.guide import said_words
from studio.services.guides import suggested_delivery
from studio.services.views import ProjectView
from tests.hearing.conftest import SPEECH

_LINE = "He might even have been made amiable himself."
_OTHER = "He might even have been made more amiable himself."

pytestmark = [pytest.mark.models, pytest.mark.slow]


@pytest.fixture
def studio(home: Path, whisper_folder: Path) -> Iterator[Studio]:
    """With the real recogniser, and one worker, so that it is loaded once."""
    environment = {"VIVAVOCE_HOME": str(home), "VIVAVOCE_WEIGHTS": str(whisper_folder.parent)}
    opened = open_studio(read_settings(environment, workers=1))
    yield opened
    opened.close()


@pytest.fixture
def reading(tmp_path: Path) -> Path:
    """Somebody reads the line."""
    samples, rate_hz = sf.read(SPEECH / "austenB.flac", dtype="float32")
    sf.write(tmp_path / "reading.wav", samples[round(6.1 * rate_hz) :], rate_hz)
    return tmp_path / "reading.wav"


@pytest.fixture
def line(studio: Studio, import_story: Callable[..., ProjectView]) -> tuple[str, str]:
    """A project, and a segment of it with the line."""
    project = import_story()
    segment = studio.segments.script(project.id, 1)[-1]
    studio.segments.set_line(project.id, segment.id, _LINE)
    return project.id, segment.id


def _blobs(studio: Studio) -> set[str]:
    return {path.name for path in studio.settings.blobs.rglob("*") if path.is_file()}


def _facts() -> DeliveryFacts:
    samples, rate_hz = sf.read(SPEECH / "austenA.flac", dtype="float32")
    return measure_delivery(samples, rate_hz)


def test_a_line_follows_its_guide_until_the_guide_is_removed(studio: Studio, line: tuple[str, str], reading: Path):
    guide = studio.guides.record(*line, reading)
    assert guide.current
    assert "amiable" in guide.heard
    assert [text for text, _, _ in guide.words] == list(said_words(_LINE))
    assert guide.duration_s == pytest.approx(sf.info(reading).duration, abs=0.01)
    assert guide.suggestion
    assert studio.guides.get(*line) == guide
    assert studio.segments.one(*line).guide

    recording = studio.guides.sound(*line)
    kept, rate_hz = sf.read(recording, dtype="float32")
    given, given_rate_hz = sf.read(reading, dtype="float32")
    assert np.abs(kept - resample(given, given_rate_hz, rate_hz)).max() < 1e-5

    studio.guides.remove(*line)
    assert not recording.exists()
    assert studio.guides.get(*line) is None
    assert not studio.segments.one(*line).guide
    for gone in (studio.guides.remove, studio.guides.sound, studio.guides.realign):
        with pytest.raises(NotFoundError, match="no guide"):
            gone(*line)


def test_a_new_recording_takes_the_place_of_the_old_one(studio: Studio, line: tuple[str, str], reading: Path):
    studio.guides.record(*line, reading)
    first = studio.guides.sound(*line)
    samples, rate_hz = sf.read(reading, dtype="float32")
    sf.write(reading, 0.5 * samples, rate_hz)
    studio.guides.record(*line, reading)
    assert not first.exists()
    assert studio.guides.sound(*line).exists()
    again = studio.guides.sound(*line)
    studio.guides.record(*line, reading)
    assert studio.guides.sound(*line) == again
    assert again.exists()


def test_a_guide_waits_when_the_words_change_and_can_be_realigned(studio: Studio, line: tuple[str, str], reading: Path):
    studio.guides.record(*line, reading)
    studio.segments.set_line(*line, _OTHER)
    waiting = studio.guides.get(*line)
    assert waiting is not None
    assert not waiting.current
    assert not studio.segments.one(*line).guide
    realigned = studio.guides.realign(*line)
    assert realigned.current
    assert [text for text, _, _ in realigned.words] == list(said_words(_OTHER))
    assert realigned.heard == waiting.heard

    studio.segments.set_line(*line, "The tide went out and nobody knew.")
    with pytest.raises(InputError, match="not a reading of the line"):
        studio.guides.realign(*line)
    kept = studio.guides.get(*line)
    assert kept is not None
    assert kept.words == realigned.words
    assert studio.guides.sound(*line).exists()


@pytest.mark.parametrize(
    ("wrong", "said"),
    [
        ("other words", "not a reading of the line"),
        ("silence", "nobody speaks"),
        ("text", "sound"),
        ("missing", "no such file"),
    ],
)
def test_what_is_no_reading_of_the_line_leaves_nothing(
    studio: Studio, line: tuple[str, str], reading: Path, wrong: str, said: str
):
    if wrong == "other words":
        studio.segments.set_line(*line, "The tide went out and nobody knew.")
    elif wrong == "silence":
        sf.write(reading, np.zeros(48_000, np.float32), 24_000)
    elif wrong == "text":
        reading.write_text(_LINE, encoding="utf-8")
    else:
        reading.unlink()
    before = _blobs(studio)
    with pytest.raises(InputError, match=said):
        studio.guides.record(*line, reading)
    assert _blobs(studio) == before
    assert studio.guides.get(*line) is None


def test_the_recording_goes_with_its_project_unless_another_needs_it(
    studio: Studio, line: tuple[str, str], import_story: Callable[..., ProjectView], reading: Path
):
    other = import_story("other")
    segment = studio.segments.script(other.id, 1)[-1]
    studio.segments.set_line(other.id, segment.id, _LINE)
    studio.guides.record(*line, reading)
    studio.guides.record(other.id, segment.id, reading)
    recording = studio.guides.sound(*line)
    assert studio.guides.sound(other.id, segment.id) == recording
    studio.projects.delete(line[0])
    assert recording.exists()
    studio.projects.delete(other.id)
    assert not recording.exists()


def test_a_suggestion_has_the_pace_of_the_reading_and_no_pitch():
    facts = _facts()
    same = suggested_delivery(facts, facts)
    assert same.pitch_st == 0
    assert suggested_delivery(facts, None).rate_percent == 0
    slower = DeliveryFacts(**{
        **{name: getattr(facts, name) for name in facts.__slots__},
        "speech_s": 1.25 * facts.speech_s,
    })  # fmt: skip
    assert suggested_delivery(slower, facts).rate_percent < same.rate_percent
    assert suggested_delivery(slower, facts).pitch_st == 0

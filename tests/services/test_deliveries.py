"""Lines tried out, compared and looked at."""

import io
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.audio.levelling import PREVIEW_LUFS
from studio.audio.loudness import Meter
from studio.bootstrap import Studio, open_studio, read_settings
from studio.core.errors import CancelledError, NotFoundError
from studio.manuscript.delivery import presets
from studio.services.views import ProjectView

Import = Callable[..., ProjectView]


@pytest.fixture
def book(import_story: Import) -> ProjectView:
    return import_story()


@pytest.fixture
def line(studio: Studio, book: ProjectView) -> str:
    return max(studio.segments.script(book.id, 2), key=lambda view: len(view.text)).id


def _loudness(flac: bytes) -> float:
    samples, rate_hz = soundfile.read(io.BytesIO(flac), dtype="float32")
    meter = Meter(rate_hz)
    meter.add(np.ascontiguousarray(samples))
    return meter.figures().lufs


def test_a_preview_changes_nothing(studio: Studio, book: ProjectView, line: str):
    before = studio.segments.script(book.id)
    preview = studio.deliveries.preview(book.id, line, "[sadd] Something else, quite long enough.", "shout")
    assert preview.delivery == "shout"
    assert preview.level_db == presets()["shout"].level_db
    assert any("[sadd]" in note for note in preview.notes)
    assert max(preview.peaks) > 0
    assert studio.segments.script(book.id) == before


def test_a_line_is_heard_as_loud_as_in_its_book_or_as_all_others(studio: Studio, book: ProjectView, line: str):
    preview = studio.deliveries.preview(book.id, line, delivery="angry")
    equal = _loudness(studio.deliveries.sound(book.id, preview.key))
    raised = _loudness(studio.deliveries.sound(book.id, preview.key, level_db=preview.level_db))
    assert equal == pytest.approx(PREVIEW_LUFS, abs=0.2)
    assert raised - equal == pytest.approx(3.0, abs=0.1)


def test_every_delivery_side_by_side_is_equally_loud(studio: Studio, book: ProjectView, line: str):
    steps = []
    heard = studio.deliveries.compare(book.id, line, report=steps.append)
    assert [preview.delivery for preview in heard] == list(presets())
    loudness = [_loudness(studio.deliveries.sound(book.id, preview.key)) for preview in heard]
    assert max(loudness) - min(loudness) < 0.3
    assert [step.fraction for step in steps] == sorted(step.fraction for step in steps)
    assert steps[-1].fraction == 1
    again = studio.deliveries.compare(book.id, line)
    assert [preview.key for preview in again] == [preview.key for preview in heard]


def test_comparing_stops_when_asked(studio: Studio, book: ProjectView, line: str):
    answers = iter([False, False, True])
    with pytest.raises(CancelledError):
        studio.deliveries.compare(book.id, line, cancelled=lambda: next(answers))


def test_a_take_that_is_not_there_is_not_found(studio: Studio, book: ProjectView, line: str):
    with pytest.raises(NotFoundError):
        studio.deliveries.sound(book.id, "0" * 64)
    with pytest.raises(NotFoundError, match="not been said"):
        studio.deliveries.lane(book.id, line)


def test_a_single_sentence_is_said_in_a_delivery(studio: Studio):
    plain = studio.auditions.say("The tide went out again this evening.", "tone_low")
    fast = studio.auditions.say("The tide went out again this evening.", "tone_low", delivery="urgent")
    assert (plain.delivery, plain.methods, plain.notes) == ("neutral", (), ())
    assert fast.delivery == "urgent"
    assert plain.duration_s > fast.duration_s
    assert fast.level_db == presets()["urgent"].level_db


@pytest.mark.slow
@pytest.mark.models
def test_the_lane_shows_what_a_take_delivers(home: Path, kokoro_weights: Path, tmp_path: Path):
    studio = open_studio(
        read_settings({"VIVAVOCE_HOME": str(home), "VIVAVOCE_WEIGHTS": str(kokoro_weights)}, workers=1)
    )
    path = tmp_path / "book.txt"
    path.write_text("You came back after all these years, and nobody told me.", encoding="utf-8")
    project = studio.projects.import_file(path, name="real", language="en-GB")
    studio.casting.set_voice(project.id, "narrator", "bf_emma")
    report = studio.auditions.report("bf_emma")
    assert 140 < report.facts.pitch_hz < 260
    assert 2 < report.facts.rate_sps < 8
    segment = studio.segments.script(project.id, 1)[-1]
    studio.segments.retake(project.id, segment.id, delivery="excited")
    lane = studio.deliveries.lane(project.id, segment.id)
    assert lane.asked == "excited"
    assert lane.delivered
    figures = {each.name: each for each in lane.compared}
    assert figures["pitch"].asked == presets()["excited"].pitch_st
    assert abs(figures["pitch"].measured - figures["pitch"].asked) <= 1
    voiced = [st for _, st in lane.pitch if st is not None]
    assert 0.2 < len(voiced) / len(lane.pitch) < 0.9
    assert np.mean(voiced) == pytest.approx(figures["pitch"].measured, abs=0.3)
    assert [word for word, _, _ in lane.words][:3] == ["You", "came", "back"]
    assert lane.heard is not None
    assert lane.heard.arousal > 0.5
    assert sum(share for _, share in lane.heard.likeness) == pytest.approx(1, abs=0.01)
    studio.segments.retake(project.id, segment.id, delivery="whisper")
    whispered = studio.deliveries.lane(project.id, segment.id)
    assert whispered.delivered
    assert {each.name for each in whispered.compared} == {"rate", "voice"}
    studio.close()

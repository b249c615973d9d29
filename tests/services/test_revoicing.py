"""A recording is re-voiced only in a person's voice, by what re-voices, and after the gate was asked for both."""

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.bootstrap import Studio
from studio.core.errors import InputError, NotFoundError, RefusedError
from studio.core.time import utc_now
from studio.manuscript.guide import said_words
from studio.services.script import REVOICE
from studio.services.segments import plan_one
from studio.services.views import ProjectView
from studio.store.tables import GuideRow
from tests.consents import LOCAL, Walk

_BLOB = "ab" * 32
_OTHER = "cd" * 32


@pytest.fixture
def walk(studio: Studio, tmp_path: Path) -> Walk:
    made = Walk(studio)
    made.folder = tmp_path
    return made


@pytest.fixture
def line(studio: Studio, import_story: Callable[..., ProjectView]) -> tuple[str, str]:
    """A project in a ready voice, and its first segment."""
    project = import_story()
    return project.id, studio.segments.script(project.id, 1)[0].id


@pytest.fixture
def person(studio: Studio, walk: Walk) -> Callable[..., str]:
    """Casts the voice of somebody who consented; returns its id."""

    def cast(project: str, **terms: object) -> str:
        owner = walk.verified(**terms)
        voice = walk.consents.get(LOCAL, owner.consent_id).summary.voice_id
        studio.casting.set_voice(project, "narrator", voice)
        return voice

    return cast


def revoiced(studio: Studio, line: tuple[str, str], blob: str = _BLOB, engine: str = "fake") -> None:
    """Give the line a guide that is to be re-voiced; any engine can plan for that, only converters can do it."""
    spoken = studio.segments.one(*line).spoken
    count = len(said_words(spoken))
    with studio._context.database.write() as session:
        session.merge(
            GuideRow(
                segment_id=line[1], blob_sha256=blob, spoken=spoken, heard=spoken,
                words=[[0.1 + 0.2 * n, 0.2 + 0.2 * n] for n in range(count)], pitch_st=[], level_db=[],
                mode=REVOICE, engine=engine, created_at=utc_now().isoformat(),
            )
        )  # fmt: skip


def test_a_ready_voice_re_voices_nothing(studio: Studio, line: tuple[str, str]):
    found = studio.guides.converters(*line)
    assert found.ready == ()
    assert "person who consented" in found.missing


def test_an_engine_that_says_words_is_no_converter(studio: Studio, line: tuple[str, str], person: Callable[..., str]):
    person(line[0])
    with pytest.raises(InputError, match="re-voices no recordings"):
        studio.guides.choose(*line, "fake")
    with pytest.raises(NotFoundError, match="no engine 'nobody'"):
        studio.guides.choose(*line, "nobody")


def test_the_recording_itself_decides_the_take(studio: Studio, line: tuple[str, str], person: Callable[..., str]):
    voice = person(line[0])
    followed = plan_one(studio._context, *line).segment.line
    revoiced(studio, line)
    planned = plan_one(studio._context, *line).segment.line
    assert (planned.voice_id, planned.engine, planned.reading_sha256) == (voice, "fake", _BLOB)
    assert "guide" in planned.deliveries
    assert planned.shape_sha256
    revoiced(studio, line, _OTHER)
    other = plan_one(studio._context, *line).segment.line
    assert len({followed.key, planned.key, other.key}) == 3
    revoiced(studio, line)
    assert plan_one(studio._context, *line).segment.line == planned
    assert studio.segments.one(*line).guide


def test_in_a_ready_voice_the_timing_is_followed_and_that_is_told(studio: Studio, line: tuple[str, str]):
    revoiced(studio, line)
    planned = plan_one(studio._context, *line).segment
    assert planned.line.reading_sha256 == ""
    assert planned.line.guide is not None
    assert any("Only the voice of a person" in problem for problem in planned.problems)


def test_other_words_make_the_recording_wait(studio: Studio, line: tuple[str, str], person: Callable[..., str]):
    person(line[0])
    revoiced(studio, line)
    studio.segments.set_line(*line, "The sea came back.")
    planned = plan_one(studio._context, *line).segment
    assert planned.line.reading_sha256 == ""
    assert any("other words" in problem for problem in planned.problems)


def test_who_excludes_guides_is_not_re_voiced(studio: Studio, line: tuple[str, str], person: Callable[..., str]):
    person(line[0], excluded_deliveries=["guide"])
    revoiced(studio, line)
    with pytest.raises(RefusedError, match="excludes the delivery 'guide'"):
        studio.segments.script(line[0], 1)

"""Voice match in a worker: nothing is opened without a grant that is good for it, and good once."""

import json
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from studio.consent.gate import Gate
from studio.consent.requests import GateRequest
from studio.core.errors import InputError, RefusedError
from studio.core.progress import Progress
from studio.render.match.values import MatchTask
from studio.render.match.worker import _telling, match_voice, rank_voice


@pytest.fixture
def task(gate: Gate, home: Path) -> MatchTask:
    """A grant for a voice that is no person's."""
    granted = gate.authorize(GateRequest("bf_emma", "audition", "en-GB", line_key="match-1"))
    return MatchTask(granted, home, home / "weights")


@pytest.mark.parametrize("work", [rank_voice, match_voice])
def test_a_grant_that_was_altered_opens_nothing(work: Callable[[MatchTask], object], task: MatchTask):
    with pytest.raises(RefusedError, match="not genuine"):
        work(replace(task, grant=replace(task.grant, consent_id="somebody")))


@pytest.mark.parametrize("work", [rank_voice, match_voice])
def test_a_voice_without_recordings_is_nobody_to_match_and_its_grant_is_spent(
    work: Callable[[MatchTask], object], task: MatchTask
):
    with pytest.raises(InputError, match="0 s of speech"):
        work(task)
    with pytest.raises(RefusedError, match="used before"):
        work(task)


def test_progress_is_told_through_a_file_and_not_at_every_step(tmp_path: Path):
    told = tmp_path / "progress.json"
    tell = _telling(told)
    tell(Progress("Matching", 1, 40, eta_s=20.0))
    tell(Progress("Matching", 2, 40, eta_s=19.0))
    assert json.loads(told.read_bytes())["done"] == 1
    assert json.loads(told.read_bytes())["eta_s"] == 20.0
    _telling(None)(Progress("Matching", 1, 40))
    assert [path.name for path in tmp_path.iterdir()] == ["progress.json"]

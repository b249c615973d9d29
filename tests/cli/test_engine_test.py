from pathlib import Path

import pytest

from tests.cli.conftest import Command

_MUTE = """
from studio.engines.fake import FakeEngine
from dataclasses import replace

class Mute(FakeEngine):
    @property
    def info(self):
        return replace(super().info, name="mute", version="")
"""


@pytest.fixture(autouse=True)
def _without_recogniser(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is said is not listened to here, which takes seconds."""
    monkeypatch.setenv("VIVAVOCE_WEIGHTS", str(tmp_path / "no-weights"))


def test_an_engine_that_passes_ends_with_status_0(quick_command: Command):
    told = quick_command("engines", "test", "fake")
    assert told.status == 0
    assert told.out.startswith("fake does what an engine has to do.")
    report = quick_command("engines", "test", "fake", "--voice", "tone_high", "--json").json
    assert (report["engine"], report["voice"], report["passed"]) == ("fake", "tone_high", True)
    assert {check["outcome"] for check in report["checks"]} == {"pass", "skip"}


def test_an_engine_that_fails_ends_with_status_1(
    quick_command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    facts = tmp_path / "mute-1.dist-info"
    facts.mkdir()
    (facts / "METADATA").write_text("Metadata-Version: 2.1\nName: mute\nVersion: 1\n", "ascii")
    (facts / "entry_points.txt").write_text("[vivavoce.engines]\nmute = mute_engine:Mute\n", "ascii")
    (tmp_path / "mute_engine.py").write_text(_MUTE, "ascii")
    monkeypatch.syspath_prepend(tmp_path)
    told = quick_command("engines", "test", "mute")
    assert told.status == 1
    assert told.out.startswith("mute fails 1 of ")
    assert "It has no version." in told.out


def test_an_engine_without_a_voice_is_not_called_tested(quick_command: Command):
    told = quick_command("engines", "test", "piper")
    assert told.status == 0
    assert "it did not speak: little of it was tested" in told.out


def test_an_engine_that_is_not_there_ends_with_status_2(quick_command: Command):
    told = quick_command("engines", "test", "parrot")
    assert told.status == 2
    assert "there is no engine 'parrot'" in told.err

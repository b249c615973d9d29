"""Whatever a file holds, an importer reads it or says what is wrong with it; and so do tags and lexicons."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.importers.registry import import_manuscript
from tests.importers.fuzzed import Trial, formats, whole_files

_FORMATS = formats()
_QUICK = settings(
    max_examples=25, derandomize=True, deadline=None, database=None, suppress_health_check=list(HealthCheck)
)


@pytest.mark.parametrize("suffix", whole_files())
def test_the_files_that_are_damaged_are_whole(tmp_path: Path, suffix: str) -> None:
    path = tmp_path / f"book{suffix}"
    path.write_bytes(whole_files()[suffix])
    assert import_manuscript(path).chapters


@pytest.mark.parametrize("kind", _FORMATS)
def test_no_example_makes_a_reader_fail(kind: str) -> None:
    trial = Trial()

    @settings(_QUICK, max_examples=300 if kind in {"tags", "lexicon", "pls"} else 25)
    @given(st.data())
    def run(data: st.DataObject) -> None:
        trial(kind, data.draw(_FORMATS[kind]))

    run()
    assert trial.read, "some of it is read"


def test_a_failure_of_an_importer_is_not_taken_for_a_refusal(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("studio.importers.fountain.FountainImporter.read", lambda *_: {}["x"])
    with pytest.raises(KeyError):
        Trial()(".fountain", whole_files()[".fountain"])

"""Models that are handed over: nothing without a name under the terms, and nothing that changed since."""

import json
import os
from datetime import UTC, datetime
from pathlib import Path

import pytest

from studio.core.errors import InputError, MissingError, NotFoundError
from studio.weights.adoption import adopt, load_adoptable, terms_shown
from studio.weights.store import WeightsStore

NOW = datetime(2026, 3, 1, tzinfo=UTC)


@pytest.fixture
def model(tmp_path: Path) -> Path:
    folder = tmp_path / "download"
    folder.mkdir()
    for name in load_adoptable()["xtts-v2"].files:
        (folder / name).write_bytes(name.encode() * 100)
    return folder


def take(root: Path, folder: Path, person: str = "Ada Finch"):
    return adopt(root, "xtts-v2", folder, person=person, now=NOW)


def test_a_model_is_used_only_once_somebody_accepted(tmp_path: Path, model: Path):
    store = WeightsStore(tmp_path / "weights")
    assert store.accepted("xtts-v2") is None
    assert store.status("xtts-v2") == "missing"
    assert not store.fetched("xtts-v2")
    with pytest.raises(MissingError):
        store.folder("xtts-v2")
    with pytest.raises(MissingError, match="--accept-terms"):
        store.pull("xtts-v2")
    accepted = take(tmp_path / "weights", model, "  Ada   Finch ")
    assert store.accepted("xtts-v2") == accepted
    assert (accepted.person, accepted.at) == ("Ada Finch", NOW.isoformat())
    assert accepted.terms_url == "https://coqui.ai/cpml.txt"
    assert store.status("xtts-v2") == "present"
    assert store.fetched("xtts-v2")
    assert (store.folder("xtts-v2") / "vocab.json").read_bytes() == (model / "vocab.json").read_bytes()
    assert store.verify("xtts-v2") == []


def test_what_changed_since_is_refused(tmp_path: Path, model: Path):
    take(tmp_path / "weights", model)
    store = WeightsStore(tmp_path / "weights")
    changed = tmp_path / "weights" / "xtts-v2" / "model.pth"
    changed.write_bytes(changed.read_bytes()[:-1] + b"?")
    with pytest.raises(MissingError, match="does not match"):
        store.folder("xtts-v2")
    assert [finding.file for finding in store.verify("xtts-v2")] == ["model.pth"]
    take(tmp_path / "weights", model)
    assert store.verify("xtts-v2") == []


def test_optional_files_come_along(tmp_path: Path, model: Path):
    (model / "speakers_xtts.pth").write_bytes(b"speakers")
    (model / "something-else.bin").write_bytes(b"no part of it")
    accepted = take(tmp_path / "weights", model)
    assert {file.name for file in accepted.files} == {"config.json", "model.pth", "vocab.json", "speakers_xtts.pth"}
    assert not (tmp_path / "weights" / "xtts-v2" / "something-else.bin").exists()


@pytest.mark.parametrize("person", ["", "   ", "a" * 200, "Ada\x07Finch"])
def test_somebody_has_to_be_named(tmp_path: Path, model: Path, person: str):
    with pytest.raises(InputError, match="nobody is named"):
        take(tmp_path / "weights", model, person)
    assert not (tmp_path / "weights").exists()


def test_folders_that_are_no_model_leave_nothing(tmp_path: Path, model: Path):
    (model / "vocab.json").unlink()
    with pytest.raises(NotFoundError, match=r"vocab\.json of model 'xtts-v2' is not in this folder"):
        take(tmp_path / "weights", model)
    secret = tmp_path / "secret"
    secret.write_text("not a model", encoding="utf-8")
    (model / "vocab.json").symlink_to(secret)
    with pytest.raises(InputError, match="no plain file"):
        take(tmp_path / "weights", model)
    (model / "vocab.json").unlink()
    os.mkfifo(model / "vocab.json")
    with pytest.raises(InputError, match="no plain file"):
        take(tmp_path / "weights", model)
    assert not (tmp_path / "weights").exists()
    with pytest.raises(NotFoundError, match="no model 'other' to hand over"):
        adopt(tmp_path / "weights", "other", model, person="Ada", now=NOW)


def test_a_copy_that_was_cut_off_was_never_accepted(tmp_path: Path, model: Path, monkeypatch: pytest.MonkeyPatch):
    take(tmp_path / "weights", model)

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shutil.copyfile", full)
    with pytest.raises(Exception, match="No space left"):
        take(tmp_path / "weights", model)
    assert WeightsStore(tmp_path / "weights").accepted("xtts-v2") is None


def test_the_terms_are_shown_with_the_licence_of_the_folder(model: Path):
    terms = load_adoptable()["xtts-v2"]
    shown = terms_shown(terms, model)
    assert "non-commercial" in shown
    assert terms.licence_url in shown
    (model / "LICENSE.txt").write_text("The whole text.", encoding="utf-8")
    assert terms_shown(terms, model).endswith("The whole text.")


def test_the_note_is_readable_by_others(tmp_path: Path, model: Path):
    take(tmp_path / "weights", model)
    note = json.loads((tmp_path / "weights" / "xtts-v2" / "accepted.json").read_bytes())
    assert note["person"] == "Ada Finch"
    assert {file["name"] for file in note["files"]} == set(load_adoptable()["xtts-v2"].files)

"""Worker environments: made whole or not at all, once, and told apart when their recipe changes."""

import re
import subprocess
import sys
import threading
from dataclasses import replace
from pathlib import Path

import pytest

from studio.core.errors import CancelledError, ConflictError, EngineError, MissingError, NotFoundError, StorageError
from studio.core.progress import Progress, ignore_progress
from studio.engines import environments
from studio.engines.environments import (
    Recipe,
    environment_python,
    install,
    recipes,
    remove,
    require_environment,
    torch_requirements,
)

EMPTY = Recipe("empty", "Nothing", "MIT", 0.001, "1", (), (), "import sys; assert sys.prefix != sys.base_prefix", ())


@pytest.fixture
def recipe(monkeypatch: pytest.MonkeyPatch):
    """Put a recipe in the place of those there are."""

    def use(wanted: Recipe) -> None:
        monkeypatch.setattr(environments, "recipes", lambda: {wanted.name: wanted})

    return use


def never() -> bool:
    return False


def made(weights: Path, **changes) -> Path:
    return install(weights, "empty", report=ignore_progress, cancelled=changes.get("cancelled", never))


def test_an_environment_is_made_once(tmp_path: Path, recipe):
    recipe(EMPTY)
    told: list[Progress] = []
    python = install(tmp_path, "empty", report=told.append, cancelled=never)
    assert python.is_file()
    assert told[-1].fraction == 1
    assert {progress.stage for progress in told} >= {"Making the environment", "Trying it out"}
    stamp = (python.parent.parent / "pyvenv.cfg").stat().st_mtime_ns
    assert made(tmp_path) == python
    assert (python.parent.parent / "pyvenv.cfg").stat().st_mtime_ns == stamp
    assert environment_python(tmp_path, "empty") == require_environment(tmp_path, "empty") == python


def test_another_recipe_makes_it_anew(tmp_path: Path, recipe):
    recipe(EMPTY)
    python = made(tmp_path)
    left = python.parent.parent / "left-over"
    left.touch()
    recipe(replace(EMPTY, torch="2"))
    assert environment_python(tmp_path, "empty") is None
    with pytest.raises(MissingError, match=r"is not installed\. Run `studio engines install empty`"):
        require_environment(tmp_path, "empty")
    made(tmp_path)
    assert not left.exists()


def test_what_was_cut_off_is_made_anew(tmp_path: Path, recipe):
    recipe(EMPTY)
    place = tmp_path / "environments" / "empty"
    place.mkdir(parents=True)
    (place / "half").touch()
    assert environment_python(tmp_path, "empty") is None
    made(tmp_path)
    assert not (place / "half").exists()


@pytest.mark.parametrize(
    ("broken", "says"),
    [
        (replace(EMPTY, probe="raise SystemExit('no')"), "trying it out"),
        (replace(EMPTY, steps=(("--no-index", "no-such-package-anywhere"),)), "No matching distribution"),
    ],
)
def test_what_does_not_work_leaves_nothing(tmp_path: Path, recipe, broken: Recipe, says: str):
    recipe(broken)
    with pytest.raises(EngineError, match=says):
        made(tmp_path)
    assert not (tmp_path / "environments" / "empty").exists()
    assert environment_python(tmp_path, "empty") is None


def test_cancelling_ends_the_program_and_leaves_nothing(tmp_path: Path, recipe):
    recipe(replace(EMPTY, probe="import time; time.sleep(120)"))
    asked = threading.Event()

    def watch(progress: Progress) -> None:
        if progress.stage == "Trying it out":
            asked.set()

    with pytest.raises(CancelledError):
        install(tmp_path, "empty", report=watch, cancelled=asked.is_set)
    assert not (tmp_path / "environments" / "empty").exists()


def test_two_at_once(tmp_path: Path, recipe):
    recipe(replace(EMPTY, probe="import time; time.sleep(120)"))
    begun, stop = threading.Event(), threading.Event()

    def first() -> None:
        with pytest.raises(CancelledError):
            install(tmp_path, "empty", report=lambda _: begun.set(), cancelled=stop.is_set)

    thread = threading.Thread(target=first)
    thread.start()
    try:
        assert begun.wait(30)
        with pytest.raises(ConflictError, match="already"):
            made(tmp_path)
        with pytest.raises(ConflictError, match="already"):
            remove(tmp_path, "empty")
    finally:
        stop.set()
        thread.join()


def test_room_is_looked_for_first(tmp_path: Path, recipe):
    recipe(replace(EMPTY, size_gb=1e9))
    with pytest.raises(StorageError, match="are needed"):
        made(tmp_path)


def test_removing(tmp_path: Path, recipe):
    recipe(EMPTY)
    assert not remove(tmp_path, "empty")
    made(tmp_path)
    assert remove(tmp_path, "empty")
    assert environment_python(tmp_path, "empty") is None
    with pytest.raises(NotFoundError, match=r"there is no environment .other.\. There are: empty"):
        remove(tmp_path, "other")


def test_torch_comes_without_cuda_where_there_is_no_gpu(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr("platform.system", lambda: "Linux")
    first, then = torch_requirements("2.13.0", gpu=False)
    assert first[0] == "torch==2.13.0+cpu"
    assert then == ("torch==2.13.0",)
    assert torch_requirements("2.13.0", gpu=True) == [("torch==2.13.0",)]
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    assert torch_requirements("2.13.0", gpu=False) == [("torch==2.13.0",)]


def test_the_recipes_that_ship_are_complete():
    assert {"xtts", "chatterbox"} <= set(recipes())
    for each in recipes().values():
        assert each.steps
        assert each.size_gb > 1
        compile(each.probe, each.name, "exec")
        assert all(re.fullmatch(r"[\w.-]+==[\w.]+", pin) for pin in each.pins)
    assert sys.version_info[:2] >= (3, 11)


def test_what_the_steps_bring_along_is_held_to_its_pins(tmp_path: Path, recipe):
    recipe(replace(EMPTY, steps=(("--no-index", "pip"),), pins=("pip==0.1",)))
    with pytest.raises(EngineError, match="ResolutionImpossible"):
        made(tmp_path)


def test_every_package_of_the_environment_is_pinned(xtts_environment: Path):
    """What is not could change between two installations, and has: an engine failed with a newer transformers."""
    listing = subprocess.run([xtts_environment, "-m", "pip", "freeze"], capture_output=True, text=True, check=True)
    recipe = recipes()["xtts"]
    written = " ".join(word for step in (*recipe.steps, recipe.pins) for word in step)
    installed = [line for line in listing.stdout.splitlines() if not line.startswith(("torch==", "fugashi=="))]
    assert [line for line in installed if line.split()[0] not in written.split()] == []


def test_the_larger_torch_is_taken_where_the_smaller_is_not_to_be_had(
    tmp_path: Path, recipe, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(environments, "torch_requirements", lambda _version, gpu: [("--no-index", "absent"), ("pip",)])
    recipe(replace(EMPTY, steps=(("{torch}",), ("--no-index", "{torch}"))))
    assert made(tmp_path).is_file()
    monkeypatch.setattr(environments, "torch_requirements", lambda _version, gpu: [("--no-index", "absent")])
    recipe(replace(EMPTY, steps=(("{torch}",),), torch="2"))
    with pytest.raises(EngineError, match="No matching distribution"):
        made(tmp_path)

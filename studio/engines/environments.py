"""Worker environments: installed by one command, whole or not at all, apart from the studio's own packages."""

import contextlib
import importlib.util
import logging
import os
import platform
import shutil
import signal
import subprocess
import sys
import time
import tomllib
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Final

from filelock import FileLock, Timeout

from studio.core.errors import CancelledError, ConflictError, EngineError, MissingError, NotFoundError, StorageError
from studio.core.files import write_atomic
from studio.core.hashing import content_key
from studio.core.progress import Progress, ReportProgress

FOLDER: Final = "environments"
"""Folder of the environments, beside the model files."""

_MARKER: Final = "installed"
_STEPS_BEFORE: Final = 1  # making the environment itself
_GIGABYTE: Final = 1_000_000_000
_CPU_WHEELS: Final = "https://download.pytorch.org/whl/cpu"
_POLL_S: Final = 0.2
_END_PATIENCE_S: Final = 5.0
_TAIL_LINES: Final = 30

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Recipe:
    """How an environment is made.

    Attributes:
        name: of the environment.
        title: what people read.
        licence: SPDX identifier of what is installed.
        size_gb: room it takes on disk, in 10^9 bytes.
        torch: version of torch.
        steps: arguments of each call of `pip install`; "{torch}" stands for torch itself.
        pins: requirements that hold for whatever the steps bring along.
        probe: Python code that ends well if the environment is usable.
        cuda_only: files, relative to its packages, that only load where there is CUDA and that can be left out.
    """

    name: str
    title: str
    licence: str
    size_gb: float
    torch: str
    steps: tuple[tuple[str, ...], ...]
    pins: tuple[str, ...]
    probe: str
    cuda_only: tuple[str, ...]

    @property
    def key(self) -> str:
        """Changes whenever the environment has to be made again."""
        return content_key(
            {"steps": self.steps, "pins": self.pins, "torch": self.torch, "python": sys.version_info[:2]}
        )


@lru_cache(maxsize=1)
def recipes() -> dict[str, Recipe]:
    """All environments there are recipes for, by name."""
    data = tomllib.loads((Path(__file__).parent / "environments.toml").read_text(encoding="utf-8"))
    return {
        name: Recipe(
            name=name,
            title=entry["title"],
            licence=entry["licence"],
            size_gb=float(entry["size_gb"]),
            torch=entry["torch"],
            steps=tuple(tuple(step) for step in entry["steps"]),
            pins=tuple(entry["pins"]),
            probe=entry["probe"],
            cuda_only=tuple(entry["cuda_only"]),
        )
        for name, entry in data.items()
    }


def find_recipe(name: str) -> Recipe:
    """The recipe of an environment.

    Raises:
        NotFoundError: there is none.
    """
    found = recipes().get(name)
    if found is None:
        raise NotFoundError(f"there is no environment '{name}'", hint=f"There are: {', '.join(recipes())}.")
    return found


def environment_python(weights_dir: Path, name: str) -> Path | None:
    """The interpreter of an environment that is installed as its recipe says; None if it is not.

    Where the packages were installed beside the studio itself (`pip install 'vivavoce[xtts]'`), its own interpreter.
    """
    recipe = find_recipe(name)
    place = weights_dir / FOLDER / name
    with contextlib.suppress(OSError):
        if (place / _MARKER).read_text(encoding="ascii") == recipe.key:
            return _python_of(place)
    if name == "xtts" and importlib.util.find_spec("TTS") is not None:
        return Path(sys.executable)
    return None


def install(weights_dir: Path, name: str, *, report: ReportProgress, cancelled: Callable[[], bool]) -> Path:
    """Make an environment, unless it is there as its recipe says.

    A marker is written last: an environment without it was cut off, and is made anew.

    Args:
        weights_dir: folder of the model files; environments lie beside them.
        name: of the environment.
        report: gets the step and what pip is at.
        cancelled: asked several times a second.

    Returns:
        Its interpreter.

    Raises:
        NotFoundError: there is no such recipe.
        ConflictError: it is being installed by another process.
        StorageError: there is too little room, or it cannot be written.
        EngineError: a package could not be installed, or the result does not work; the log has pip's words.
        CancelledError: `cancelled` said so; nothing is left.
    """
    recipe = find_recipe(name)
    place = weights_dir / FOLDER / name
    try:
        place.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        with _locked(place):
            installed = environment_python(weights_dir, name)
            if installed == _python_of(place):
                report(Progress.complete("Installing"))
                return installed
            _require_room(place.parent, recipe)
            shutil.rmtree(place, ignore_errors=True)
            try:
                _make(recipe, place, report, cancelled)
            except BaseException:
                shutil.rmtree(place, ignore_errors=True)
                raise
            write_atomic(place / _MARKER, recipe.key.encode())
    except OSError as error:
        raise StorageError(
            f"the environment cannot be written: {error.strerror}", where=str(place), hint="Check the disk."
        ) from error
    report(Progress.complete("Installing"))
    return _python_of(place)


def remove(weights_dir: Path, name: str) -> bool:
    """Delete an environment; returns whether there was one.

    Raises:
        NotFoundError: there is no such recipe.
        ConflictError: it is being installed.
        StorageError: it cannot be deleted.
    """
    find_recipe(name)
    place = weights_dir / FOLDER / name
    if not place.parent.exists():
        return False
    try:
        with _locked(place):
            if not place.exists():
                return False
            (place / _MARKER).unlink(missing_ok=True)
            shutil.rmtree(place)
    except OSError as error:
        raise StorageError(f"the environment cannot be deleted: {error.strerror}", where=str(place)) from error
    return True


def torch_requirements(version: str, *, gpu: bool) -> list[tuple[str, ...]]:
    """Arguments of pip for torch, those to try first in front.

    On Linux without a GPU these are the wheels without CUDA, which are gigabytes smaller. They are on an index of their
    own; where that cannot be reached, the others do the same work.
    """
    anywhere = (f"torch=={version}",)
    if gpu or platform.system() != "Linux":
        return [anywhere]
    return [(f"torch=={version}+cpu", "--extra-index-url", _CPU_WHEELS), anywhere]


def has_gpu() -> bool:
    """Whether this machine has a GPU of NVIDIA's that programs can use."""
    return shutil.which("nvidia-smi") is not None


def _make(recipe: Recipe, place: Path, report: ReportProgress, cancelled: Callable[[], bool]) -> None:
    total = _STEPS_BEFORE + len(recipe.steps) + 1
    run = _Runs(report, cancelled, total)
    run.step("Making the environment", [sys.executable, "-m", "venv", str(place)])
    pins = place / "pins.txt"
    pins.write_text("\n".join(recipe.pins), encoding="ascii")
    python = str(_python_of(place))
    torch = torch_requirements(recipe.torch, gpu=has_gpu())
    pip = [python, "-m", "pip", "install", "--disable-pip-version-check", "--no-input", "--no-compile",
           "--retries", "1", "--timeout", "15", "--prefer-binary", "--constraint", str(pins)]  # fmt: skip
    for step in recipe.steps:
        try:
            run.step(f"Installing {recipe.title}", [*pip, *_filled(step, torch[0])])
        except EngineError:
            if step is not recipe.steps[0] or len(torch) == 1:
                raise
            del torch[0]
            _log.warning("torch without CUDA is not to be had here: the larger wheels are installed")
            run.step(f"Installing {recipe.title}, with CUDA", [*pip, *_filled(step, torch[0])])
    if not has_gpu():
        for packages in (place / "lib").glob("python*/site-packages"):
            for file in recipe.cuda_only:
                (packages / file).unlink(missing_ok=True)
    run.step("Trying it out", [python, "-I", "-c", recipe.probe])


def _filled(step: Sequence[str], torch: Sequence[str]) -> list[str]:
    return [word for each in step for word in (torch if each == "{torch}" else (each,))]


class _Runs:
    """Runs programs one after the other, and tells how far they are."""

    def __init__(self, report: ReportProgress, cancelled: Callable[[], bool], total: int) -> None:
        self._report, self._cancelled, self._total = report, cancelled, total
        self._done = 0
        self._began = time.monotonic()

    def step(self, title: str, command: list[str]) -> None:
        """Run a program to its end.

        Raises:
            EngineError: it ended badly.
            CancelledError: somebody said so; the program and all it started are ended.
        """
        environment = {name: value for name, value in os.environ.items() if not name.startswith(("PYTHON", "VIRTUAL_"))}
        with subprocess.Popen(
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            env=environment,
            start_new_session=True,
        ) as process:
            lines: list[str] = []
            try:
                self._follow(process, title, lines)
            except BaseException:
                _end(process)
                raise
        if process.returncode:
            _log.error("%s ended with status %d:\n%s", command[:4], process.returncode, "\n".join(lines[-_TAIL_LINES:]))
            reason = next((line for line in reversed(lines) if line.startswith("ERROR")), "see the log for its words")
            raise EngineError(
                f"a step of the installation failed ({title.lower()}): {reason.removeprefix('ERROR: ')[:200]}",
                hint="Check the network and the disk, and start it again.",
            )
        self._done += 1

    def _follow(self, process: "subprocess.Popen[bytes]", title: str, lines: list[str]) -> None:
        stream = process.stdout
        if stream is None:
            return
        os.set_blocking(stream.fileno(), False)
        pending = b""
        while True:
            if self._cancelled():
                raise CancelledError("the installation was cancelled", hint="Start it again at any time.")
            ended = process.poll() is not None
            pending += stream.read() or b""
            *whole, pending = pending.split(b"\n")
            lines += [line.decode(errors="replace").strip() for line in whole]
            at = next(
                (line for line in reversed(lines) if line.startswith(("Collecting", "Downloading", "Installing"))), ""
            )
            self._report(Progress(title, self._done, self._total, at[:60], self._left_s()))
            if ended:
                lines.append(pending.decode(errors="replace").strip())
                return
            time.sleep(_POLL_S)

    def _left_s(self) -> float | None:
        if self._done <= _STEPS_BEFORE:
            return None
        return (time.monotonic() - self._began) / self._done * (self._total - self._done)


def _end(process: "subprocess.Popen[bytes]") -> None:
    for number in (signal.SIGTERM, signal.SIGKILL):
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, number)
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(_END_PATIENCE_S)
            return


@contextlib.contextmanager
def _locked(place: Path) -> Iterator[None]:
    try:
        with FileLock(f"{place}.lock", timeout=0):
            yield
    except Timeout as error:
        raise ConflictError(
            f"the environment '{place.name}' is being installed already", hint="Wait for it, then try again."
        ) from error


def _require_room(folder: Path, recipe: Recipe) -> None:
    free = shutil.disk_usage(folder).free
    wanted = 2 * recipe.size_gb * _GIGABYTE  # wheels and what they unpack to are there at once
    if free < wanted:
        raise StorageError(
            f"there are {free / _GIGABYTE:.1f} GB free, and {wanted / _GIGABYTE:.1f} GB are needed",
            where=str(folder),
            hint="Free some disk space.",
        )


def _python_of(place: Path) -> Path:
    windows = place / "Scripts" / "python.exe"
    return windows if os.name == "nt" else place / "bin" / "python"


def require_environment(weights_dir: Path, name: str) -> Path:
    """The interpreter of an environment.

    Raises:
        MissingError: it is not installed.
    """
    python = environment_python(weights_dir, name)
    if python is None:
        raise MissingError(f"the environment '{name}' is not installed", hint=f"Run `studio engines install {name}`.")
    return python

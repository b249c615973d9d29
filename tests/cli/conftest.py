import io
import json
import logging
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from studio.main import run as run_studio


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a command left behind: exit status, standard output, standard error."""

    status: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


Command = Callable[..., Outcome]


@pytest.fixture
def command(home: Path, tmp_path: Path) -> Command:
    """Run the real command in a process of its own, away from the checkout, on a fresh data home."""
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()

    def run(*arguments: str, stdin: str = "") -> Outcome:
        done = subprocess.run(
            [sys.executable, "-m", "studio", *arguments],
            input=stdin.encode(), capture_output=True, check=False, timeout=300, cwd=elsewhere,
        )  # fmt: skip
        assert not list(elsewhere.iterdir()), "a command wrote to the working directory"
        assert b"Traceback" not in done.stderr
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run


@pytest.fixture
def quick_command(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Command:
    """Run the real command in this process: as `command`, without the time that a process takes to start.

    With `terminal=True` its standard input says that somebody sits there.
    """
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    monkeypatch.chdir(elsewhere)

    def run(*arguments: str, stdin: str = "", terminal: bool = False) -> Outcome:
        done = run_here(monkeypatch, capfd, *arguments, stdin=stdin, terminal=terminal)
        assert not list(elsewhere.iterdir()), "a command wrote to the working directory"
        return done

    return run


def run_here(
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
    *arguments: str,
    stdin: str = "",
    terminal: bool = False,
) -> Outcome:
    """Run the real command in this process; no error that nobody expected may show."""
    root = logging.getLogger()
    level, handlers = root.level, list(root.handlers)
    capfd.readouterr()
    status = 0
    with monkeypatch.context() as patch:
        patch.setattr(sys, "argv", ["studio", *arguments])
        typed = io.TextIOWrapper(io.BytesIO(stdin.encode()), encoding="utf-8")
        patch.setattr(sys, "stdin", typed)
        patch.setattr(typed, "isatty", lambda: terminal)
        try:
            run_studio()
        except SystemExit as ended:
            status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    for handler in set(root.handlers) - set(handlers):
        root.removeHandler(handler)
        handler.close()
    root.setLevel(level)
    out, err = capfd.readouterr()
    assert "something went wrong that should not" not in err, err
    assert "Traceback" not in err, err
    return Outcome(status, out, err)

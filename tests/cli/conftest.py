import json
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest


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
            [sys.executable, "-m", "studio.main", *arguments],
            input=stdin.encode(), capture_output=True, check=False, timeout=300, cwd=elsewhere,
        )  # fmt: skip
        assert not list(elsewhere.iterdir()), "a command wrote to the working directory"
        assert b"Traceback" not in done.stderr
        return Outcome(done.returncode, done.stdout.decode(), done.stderr.decode())

    return run

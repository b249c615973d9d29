"""Starts the real server in a process forked from one that has loaded its modules: four seconds less for every test."""

import multiprocessing
import os
import sys
from multiprocessing.process import BaseProcess
from pathlib import Path

_FORKS = multiprocessing.get_context("forkserver")
_FORKS.set_forkserver_preload([__name__, "studio.main", "studio.ui.app", "studio.api.app", "uvicorn"])


def launch(arguments: list[str], folder: Path, log: Path) -> BaseProcess:
    """Run `studio` with these arguments in a folder; it has this process's environment and writes into the log."""
    process = _FORKS.Process(target=_run, args=(arguments, dict(os.environ), folder, log))
    process.start()
    return process


def _run(arguments: list[str], environment: dict[str, str], folder: Path, log: Path) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    with log.open("ab") as sink:
        os.dup2(sink.fileno(), sys.stdout.fileno())
        os.dup2(sink.fileno(), sys.stderr.fileno())
    sys.argv = ["studio", *arguments]

    from studio.main import run  # here: the settings of the environment are read when it is loaded

    run()

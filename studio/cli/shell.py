"""What all commands share: the options, opening the studio, writing results, showing progress, ending with a status."""

import json
import signal
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, is_dataclass
from datetime import date
from decimal import Decimal
from pathlib import Path
from types import FrameType
from typing import Annotated, Any

import typer
from rich.console import Console
from rich.progress import BarColumn, TaskID, TaskProgressColumn, TextColumn
from rich.progress import Progress as Bar
from rich.table import Table

from studio.bootstrap import Studio, environment, log_to_file, open_studio, read_settings
from studio.core.errors import StudioError
from studio.core.progress import Progress, ReportProgress
from studio.core.time import clock_text

Json = Annotated[bool, typer.Option("--json", help="Write one JSON document to standard output.")]
Home = Annotated[
    Path | None, typer.Option("--home", help="Data home. Default: $VIVAVOCE_HOME, else the user's data folder.")
]
_PLAIN_EVERY = 0.1
_PIPED_WIDTH = 160
results = Console(soft_wrap=True, width=None if sys.stdout.isatty() else _PIPED_WIDTH)
notes = Console(stderr=True, soft_wrap=True)


@contextmanager
def open_home(home: Path | None, *, workers: int | None = None) -> Iterator[Studio]:
    """A studio on a data home, closed at the end."""
    settings = read_settings(environment(), home=home, workers=workers)
    studio = open_studio(settings)
    log_to_file(settings)
    try:
        yield studio
    finally:
        studio.close()


def log_at(home: Path | None) -> None:
    """Log to a data home without opening it: for commands that need nothing of it but a place for the details."""
    log_to_file(read_settings(environment(), home=home))


def exit_status(code: str) -> int:
    """Process exit status for an error code."""
    kinds = [StudioError]
    while kinds:
        kind = kinds.pop()
        if kind.code == code:
            return kind.exit_status
        kinds.extend(kind.__subclasses__())
    return 1


def show_error(sentence: str) -> None:
    """One line on standard error."""
    notes.print(f"[bold red]error:[/] {_plain(sentence)}", highlight=False)


def show_warning(sentence: str) -> None:
    """One line on standard error about something that goes on all the same."""
    notes.print(f"[bold yellow]warning:[/] {_plain(sentence)}", highlight=False)


def _plain(text: str) -> str:
    return text.replace("[", r"\[")


def to_json(value: object) -> Any:
    """Dataclasses, tuples, days, exact amounts and paths as JSON has them."""
    if is_dataclass(value) and not isinstance(value, type):
        return {key: to_json(item) for key, item in asdict(value).items()}
    if isinstance(value, Mapping):
        return {key: to_json(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [to_json(item) for item in value]
    return str(value) if isinstance(value, Path | date | Decimal) else value


def show(value: object, as_json: bool, table: Callable[[], Table | str]) -> None:
    """Write a result: as one JSON document, or for people."""
    if as_json:
        sys.stdout.write(json.dumps(to_json(value), ensure_ascii=False, indent=2) + "\n")
        return
    shown = table()
    if isinstance(shown, str):
        results.print(shown, markup=False, highlight=False)
    else:
        results.print(shown)


def table_of(columns: list[str], rows: list[list[object]], title: str | None = None) -> Table:
    """A plain table; cells are text, never markup."""
    table = Table(
        title=_plain(title) if title else None,
        box=None,
        pad_edge=False,
        header_style="bold",
        title_justify="left",
    )
    for column in columns:
        name = column.removesuffix(">")
        right = column.endswith(">")
        table.add_column(name, justify="right" if right else "left", overflow="fold", no_wrap=right)
    for row in rows:
        table.add_row(*(_plain(str(cell)) for cell in row))
    return table


@contextmanager
def progress_shown() -> Iterator[ReportProgress]:
    """Show progress on standard error: a bar on a terminal, else a line now and then."""
    if not notes.is_terminal:
        yield _PlainProgress().report
        return
    columns = (
        TextColumn("{task.description}"), BarColumn(), TaskProgressColumn(), TextColumn("{task.fields[left]}"),
    )  # fmt: skip
    with Bar(*columns, console=notes, transient=True) as bar:
        tasks: dict[str, TaskID] = {}

        def report(progress: Progress) -> None:
            if progress.stage not in tasks:
                tasks[progress.stage] = bar.add_task(progress.stage, total=1.0, left="")
            left = f"{clock_text(progress.eta_s)} left" if progress.eta_s else ""
            detail = _plain(progress.detail[:40])
            bar.update(
                tasks[progress.stage], completed=progress.fraction, left=" · ".join(filter(None, (left, detail)))
            )

        yield report


class _PlainProgress:
    def __init__(self) -> None:
        self._last: dict[str, float] = {}

    def report(self, progress: Progress) -> None:
        last = self._last.get(progress.stage)
        if last is not None and progress.fraction < min(1.0, last + _PLAIN_EVERY):
            return
        if last == progress.fraction:
            return
        self._last[progress.stage] = progress.fraction
        left = f", {clock_text(progress.eta_s)} left" if progress.eta_s else ""
        notes.print(f"{progress.stage}: {progress.fraction:.0%}{left}", markup=False, highlight=False)


@contextmanager
def interruptible() -> Iterator[Callable[[], bool]]:
    """Turn the first Ctrl-C or termination signal into a question that says yes; the second ends the program."""
    asked = threading.Event()

    def ask(number: int, _frame: FrameType | None) -> None:
        if asked.is_set():
            raise KeyboardInterrupt
        asked.set()
        notes.print("Stopping after the lines under way; press Ctrl-C again to stop at once.", highlight=False)
        del number

    old = {number: signal.signal(number, ask) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        yield asked.is_set
    finally:
        for number, handler in old.items():
            signal.signal(number, handler)


def run_job(studio: Studio, job_id: str) -> dict[str, Any]:
    """See a job through with progress shown, and give its results by stage.

    Raises:
        typer.Exit: the job failed or was cancelled; the reason is shown.
    """
    started = time.monotonic()
    with progress_shown() as report, interruptible() as interrupted:
        job = studio.dispatcher.run(job_id, report, interrupted)
    if job.state != "done":
        show_error(job.error or "it did not finish")
        raise typer.Exit(exit_status(job.error_code or "error"))
    notes.print(f"Done in {clock_text(time.monotonic() - started)}.", highlight=False)
    return job.result or {}

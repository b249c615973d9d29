"""The command that tests an engine."""

from typing import Annotated

import typer

from studio.cli.shell import Home, Json, open_home, show, table_of
from studio.render.engine_kit import KitReport

_MARKS = {"pass": "ok", "fail": "FAIL", "skip": "skipped"}


def add_to(engines: typer.Typer) -> None:
    """Register the command among those about engines."""
    engines.command("test")(check_engine)


def check_engine(
    engine: Annotated[str, typer.Argument(help="Name of an engine, from `studio engines list`.")],
    voice: Annotated[str, typer.Option(help="Voice to test it with; by default one that comes with it.")] = "",
    json: Json = False,
    home: Home = None,
) -> None:
    """Test whether an engine does all that the studio needs, whoever wrote it. Ends with status 1 if it does not."""
    with open_home(home) as studio:
        report = studio.engine_tests.run(engine, voice)
    rows: list[list[object]] = [[_MARKS[check.outcome], check.name, check.detail] for check in report.checks]
    show(report.to_json(), json, lambda: table_of(["", "Check", "Found"], rows, _verdict(report)))
    if not report.passed:
        raise typer.Exit(1)


def _verdict(report: KitReport) -> str:
    failed = sum(check.outcome == "fail" for check in report.checks)
    if failed:
        return f"{report.engine} fails {failed} of {len(report.checks)} checks."
    if not report.spoke:
        return f"{report.engine} fails nothing, but it did not speak: little of it was tested."
    return f"{report.engine} does what an engine has to do."

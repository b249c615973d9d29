"""Commands about engines: which there are, what they need, whether they do what they must."""

from typing import Annotated

import typer

from studio.cli import engine_test
from studio.cli.shell import Home, Json, interruptible, open_home, progress_shown, show, table_of

engines_app = typer.Typer(help="Speech engines.", no_args_is_help=True)

Environment = Annotated[str, typer.Argument(metavar="NAME", help="Name of a worker environment, such as xtts.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    engines_app.command("list")(list_engines)
    engines_app.command("install")(install)
    engines_app.command("remove")(remove)
    engine_test.add_to(engines_app)
    app.add_typer(engines_app, name="engines")


def list_engines(json: Json = False, home: Home = None) -> None:
    """List the engines with what they can do and whether they are ready, and what can be installed."""
    with open_home(home) as studio:
        engines, environments = studio.engines.list(), studio.engines.environments()
    rows: list[list[object]] = [
        [e.name, ", ".join(e.languages) or "its voices'", e.cloning, e.licence, e.missing or "ready"] for e in engines
    ]
    show(
        {"engines": engines, "environments": environments},
        json,
        lambda: table_of(["Engine", "Languages", "Cloning", "Licence", "Standing"], rows),
    )


def install(name: Environment, json: Json = False, home: Home = None) -> None:
    """Install the worker environment an engine needs. It takes minutes and gigabytes; interrupt it at any time."""
    with open_home(home) as studio, progress_shown() as report, interruptible() as interrupted:
        done = studio.engines.install(name, report, interrupted)
    show({"environment": done}, json, lambda: f"{done.title} is installed.")


def remove(name: Environment, json: Json = False, home: Home = None) -> None:
    """Delete a worker environment. Model files and voices stay."""
    with open_home(home) as studio:
        removed = studio.engines.remove(name)
    show({"environment": name, "removed": removed}, json, lambda: f"{name} is {'removed' if removed else 'not there'}.")

"""The command that asks the optional director."""

from typing import Annotated

import typer

from studio.cli.books import Project
from studio.cli.shell import Home, Json, notes, open_home, progress_shown, show
from studio.core.errors import MissingError
from studio.services.director import MODEL_VARIABLE, URL_VARIABLE, Directed


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("direct")(direct)


def direct(
    project: Project,
    deliveries: Annotated[
        bool, typer.Option("--deliveries", help="Ask of every line of speech how it is said, not only of unsure ones.")
    ] = False,
    most: Annotated[int, typer.Option(help="Lines to ask about, at most.")] = 200,
    json: Json = False,
    home: Home = None,
) -> None:
    """Ask a chat model of your choice who says the unsure lines and how. Its answers become suggestions.

    It is off unless $VIVAVOCE_DIRECTOR_URL and $VIVAVOCE_DIRECTOR_MODEL name one, on this machine or at a host of your
    choice; $VIVAVOCE_DIRECTOR_KEY holds its key, if it wants one. Unsure lines are sent there with the lines around.
    """
    with open_home(home) as studio:
        server = studio.director.server
        if server is None:
            raise MissingError(
                "no director is set up", hint=f"Name one with {URL_VARIABLE} and {MODEL_VARIABLE}; it is optional."
            )
        if not server.on_this_machine:
            notes.print(f"Lines of the book are sent to {server.host}.", markup=False, highlight=False)
        with progress_shown() as report:
            done = studio.director.direct(project, deliveries=deliveries, most=most, report=report)
        show({"directed": done}, json, lambda: _told(done))


def _told(done: Directed) -> str:
    told = f"{done.model} was asked about {done.asked} lines and proposes {done.proposed} things."
    if done.left_out or done.unusable:
        told += f" Left out: {done.left_out} things that were no answer, {done.unusable} answers nobody can read."
    return f"{told} See `studio suggestions`; nothing is changed yet."

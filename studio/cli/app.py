"""The command line: parse, call a service, show."""

import typer

from studio import __version__
from studio.cli import (
    books,
    casting,
    consent,
    deliveries,
    director,
    engines,
    lexicon,
    production,
    sounds,
    speakers,
    staff,
    suggestions,
    tools,
    voices,
)
from studio.cli.shell import Home, Json, log_at, show

app = typer.Typer(
    name="studio",
    help="Viva Voce: from a book to mastered audiobook files, with licensed and consented voices.",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    add_completion=False,
    rich_markup_mode=None,
)

for module in (
    books,
    casting,
    speakers,
    lexicon,
    suggestions,
    director,
    production,
    deliveries,
    sounds,
    voices,
    engines,
    consent,
    staff,
    tools,
):
    module.add_to(app)


@app.command("version")
def version(json: Json = False, home: Home = None) -> None:
    """Print the version."""
    log_at(home)
    show({"version": __version__}, json, lambda: __version__)

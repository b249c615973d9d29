"""The command for suggestions: what might be better about lines, to accept or decline."""

from typing import Annotated

import typer

from studio.cli.books import Project
from studio.cli.shell import Home, Json, open_home, show, table_of

_COLUMNS = ["Suggestion", "Chapter>", "Likely>", "Why", "From", "Line"]
_ALL = "all"
_SHOWN_CHARS = 60


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("suggestions")(suggestions)


def suggestions(
    project: Project,
    propose: Annotated[bool, typer.Option("--propose", help="Look for deliveries the book itself asks for.")] = False,
    accept: Annotated[
        list[str] | None, typer.Option("--accept", metavar="ID|all", help="Follow one, or all; may be repeated.")
    ] = None,
    decline: Annotated[
        list[str] | None, typer.Option("--decline", metavar="ID|all", help="Put one away for good; may be repeated.")
    ] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """List what is suggested about lines, with the evidence, and follow it or put it away."""
    with open_home(home) as studio:
        found = studio.suggestions.propose(project) if propose else studio.suggestions.open(project)
        every = [each.id for each in found]
        accepted: tuple[str, ...] = ()
        if decline:
            studio.suggestions.decline(project, every if _ALL in decline else decline)
        if accept:
            gone = set(decline or ())
            wanted = [each for each in every if each not in gone] if _ALL in accept else accept
            accepted = studio.suggestions.accept(project, wanted)
        if accept or decline:
            found = studio.suggestions.open(project)
    rows: list[list[object]] = [
        [each.id, each.chapter, f"{each.confidence:.0%}", each.reason, each.source, _short(each.text)] for each in found
    ]
    show({"suggestions": found, "changed": accepted}, json, lambda: table_of(_COLUMNS, rows))
    if not json:
        show(None, json, lambda: f"{len(found)} open suggestions; {len(accepted)} lines changed.")


def _short(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS else f"{text[: _SHOWN_CHARS - 1].rstrip()}…"

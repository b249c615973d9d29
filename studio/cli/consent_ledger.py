"""The ledger: verify it, go on after a restored backup, change its key, print its head."""

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.acting import As, Reason, local_actor
from studio.cli.shell import Home, Json, open_home, show

ledger_app = typer.Typer(help="The signed log of everything that happened to consents.", no_args_is_help=True)


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    ledger_app.command("verify")(verify)
    ledger_app.command("restored")(restored)
    ledger_app.command("rotate")(rotate)
    ledger_app.command("head")(head)
    app.add_typer(ledger_app, name="ledger")


def verify(
    against: Annotated[
        list[Path] | None, typer.Option(help="Receipt, certificate or export to hold it against; repeatable.")
    ] = None,
    full: Annotated[bool, typer.Option("--full", help="Look at every event again.")] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Verify the ledger. Ends with status 1 if something is wrong."""
    with open_home(home) as studio:
        verdict = studio.ledger_book.verify(local_actor(None), against=against or (), full=full)
        good = f"{verdict.events} events, nothing wrong; held against {verdict.anchors} papers.\n{verdict.head}"
        show(verdict, json, lambda: "\n".join(verdict.problems) or good.rstrip())
        if verdict.problems:
            raise typer.Exit(1)


def restored(reason: Reason, who: As = None, json: Json = False, home: Home = None) -> None:
    """Go on with a ledger that was restored from a backup: what was lost is noted, verified consents are suspended."""
    with open_home(home) as studio:
        suspended = studio.endings.accept_restore(local_actor(who), reason)
        show({"suspended": suspended}, json, lambda: f"{suspended} consents are suspended until a reviewer looks.")


def rotate(who: As = None, json: Json = False, home: Home = None) -> None:
    """Change to a new signing key, which the old one endorses."""
    with open_home(home) as studio:
        key = studio.ledger_book.rotate(local_actor(who))
        show({"key": key}, json, lambda: f"The signing key is {key} now.")


def head(json: Json = False, home: Home = None) -> None:
    """Print the newest signed head, as it stands on papers."""
    with open_home(home) as studio:
        line = studio.ledger_book.head(local_actor(None))
        show({"head": line}, json, lambda: line or "The ledger is empty.")

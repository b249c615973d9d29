"""What a reviewer does: listen, attest, refuse, suspend, resume."""

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.acting import As, Consent, Out, Reason, Reviewer, local_actor, write_private
from studio.cli.shell import Home, Json, open_home, show, table_of
from studio.services.consents.views import ConsentDetail

review_app = typer.Typer(help="Consents that wait for a reviewer.", no_args_is_help=True)
Note = Annotated[str, typer.Option(help="What to remember.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    review_app.command("list")(waiting)
    review_app.command("approve")(approve)
    review_app.command("refuse")(refuse)
    app.add_typer(review_app, name="review")
    app.command("clip")(clip)
    app.command("suspend")(suspend)
    app.command("resume")(resume)


def _show_state(detail: ConsentDetail, as_json: bool) -> None:
    summary = detail.summary
    following = f" Next: {summary.next_step}" if summary.next_step else ""
    show(detail, as_json, lambda: f"{summary.id} is {summary.state}.{following}")


def waiting(json: Json = False, home: Home = None) -> None:
    """List the consents that wait for a reviewer, oldest first."""
    with open_home(home) as studio:
        found = studio.reviews.queue(local_actor(None))
        show(
            {"consents": found},
            json,
            lambda: (
                table_of(
                    ["Consent", "Voice", "Person", "Next"], [[c.id, c.voice_id, c.person, c.next_step] for c in found]
                )
                if found
                else "No consent waits for a reviewer."
            ),
        )


def approve(
    consent: Consent,
    name: Reviewer,
    note: Note = "",
    listened: Annotated[
        bool, typer.Option("--listened", help="You listened to all of it, or read the papers; required.")
    ] = False,
    who: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Attest that you listened and that it holds. Where two people are needed, the first approval waits for another."""
    with open_home(home) as studio:
        _show_state(studio.reviews.approve(local_actor(who), consent, name=name, note=note, listened=listened), json)


def refuse(
    consent: Consent,
    name: Reviewer,
    note: Annotated[str, typer.Option(help="Why.")],
    who: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Refuse a consent for good; what was recorded is destroyed."""
    with open_home(home) as studio:
        _show_state(studio.reviews.refuse(local_actor(who), consent, name=name, note=note), json)


def suspend(consent: Consent, reason: Reason, who: As = None, json: Json = False, home: Home = None) -> None:
    """Stop the use of a verified consent until a reviewer lifts the suspension."""
    with open_home(home) as studio:
        _show_state(studio.reviews.suspend(local_actor(who), consent, reason), json)


def resume(
    consent: Consent,
    name: Reviewer,
    note: Annotated[str, typer.Option(help="Why it may go on.")],
    who: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Lift a suspension."""
    with open_home(home) as studio:
        _show_state(studio.reviews.resume(local_actor(who), consent, name=name, note=note), json)


def clip(
    consent: Consent,
    clip_id: Annotated[str, typer.Argument(metavar="CLIP", help="Recording or paper, from `studio consent show`.")],
    out: Out,
    who: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Write a recording or a paper to a file, decrypted, to listen to or read. Delete it afterwards."""
    with open_home(home) as studio:
        path = write_private(Path(out), studio.consents.clip(local_actor(who), consent, clip_id))
        show({"path": path}, json, lambda: f"{path} holds it unencrypted: delete it when you have listened.")

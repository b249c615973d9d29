"""What the voice owner does in person at this machine: read the notice, answer, record, decide."""

from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from studio.cli.acting import As, Consent, local_actor
from studio.cli.consent_shown import checks_text, giving_text, notice_text
from studio.cli.shell import Home, Json, open_home, show
from studio.consent.evidence import Outcome
from studio.core.errors import ConflictError, InputError
from studio.core.time import utc_now
from studio.services.consents.views import StatementView

_S_PER_MINUTE = 60


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("notice")(notice)
    app.command("answer")(answer)
    app.command("confirm")(confirm)
    app.command("decline")(decline)
    app.command("challenge")(challenge)
    app.command("record")(record)
    app.command("approve")(approve)


def notice(
    consent: Consent,
    language: Annotated[str | None, typer.Option(help="Show it in this language; the record's by default.")] = None,
    who: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Print the notice and what can be ticked (* is needed for a replica). It counts as shown by this."""
    with open_home(home) as studio:
        page = studio.giving.page(local_actor(who), consent, language)
        value = {
            "id": page.consent_id,
            "state": page.state,
            "language": page.language,
            "notice": page.notice,
            "notice_sha256": page.notice_sha256,
            "purposes": page.purposes,
            "prompts": page.prompts,
        }
        show(value, json, lambda: notice_text(page))


def answer(
    consent: Consent,
    agree: Annotated[str, typer.Option(help='Purposes ticked, such as "create_replica,render_works".')],
    signed: Annotated[str, typer.Option(help="Name typed as the written release.")],
    who: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Answer the notice that was shown by `studio consent notice`: a tick for each purpose, and the typed name."""
    ticked = [name.strip() for name in agree.split(",") if name.strip()]
    actor = local_actor(who)
    with open_home(home) as studio:
        shown = studio.consents.get(actor, consent).record
        if shown is None or not shown.notice.sha256:
            raise ConflictError("the notice was not shown yet", hint="Read it first: studio consent notice.")
        page = studio.giving.answer(
            actor,
            consent,
            purposes=dict.fromkeys(ticked, True),
            signature_name=signed,
            language=shown.notice.language,
            notice_sha256=shown.notice.sha256,
        )
        show(page, json, lambda: giving_text(page))


def confirm(consent: Consent, who: As = None, json: Json = False, home: Home = None) -> None:
    """Confirm a renewal that only narrows what was agreed: it needs no new statement."""
    with open_home(home) as studio:
        page = studio.giving.confirm_narrowing(local_actor(who), consent)
        show(page, json, lambda: giving_text(page))


def decline(consent: Consent, who: As = None, json: Json = False, home: Home = None) -> None:
    """Say no. That is final for this record, and what was recorded is destroyed."""
    with open_home(home) as studio:
        page = studio.giving.decline(local_actor(who), consent)
        show(page, json, lambda: giving_text(page))


def challenge(consent: Consent, who: As = None, json: Json = False, home: Home = None) -> None:
    """Print the statement to read aloud, with code words and a number that are good for minutes."""
    with open_home(home) as studio:
        drawn = studio.giving.challenge(local_actor(who), consent)
        left_s = (datetime.fromisoformat(drawn.expires_at) - utc_now()).total_seconds()
        minutes = max(0, round(left_s / _S_PER_MINUTE))
        show(
            {**asdict(drawn), "minutes_left": minutes},
            json,
            lambda: (
                f"Read this aloud in one go:\n\n{drawn.text}\n\n"
                f"Code words: {', '.join(drawn.words)}\nCode number: {' '.join(drawn.digits)}\n"
                f"Good for {minutes} minutes and {drawn.attempts_left} attempts. Hand it in: studio consent record"
            ),
        )


def record(
    consent: Consent,
    file: Annotated[Path, typer.Argument(help="Recording of the statement.")],
    challenge_id: Annotated[
        str, typer.Option("--challenge", metavar="ID", help="Code words that were read; the newest by default.")
    ] = "",
    who: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Hand in the spoken statement, and print every check of it. Ends with status 2 if the checks refuse it."""
    with open_home(home, workers=1) as studio:
        view = studio.giving.record_statement(local_actor(who), consent, challenge_id, file)
        show({"statement": view}, json, lambda: f"{view.outcome}: “{view.transcript}”\n{checks_text(view.checks)}")
        if view.outcome is Outcome.REFUSE:
            raise _refused(view, file)


def _refused(view: StatementView, file: Path) -> InputError:
    reasons = " ".join(check.sentence for check in view.checks if check.outcome is Outcome.REFUSE)
    return InputError(
        "the statement did not pass its checks",
        where=str(file),
        hint=f"{reasons} Attempts left with these code words: {view.attempts_left}.",
    )


def approve(
    consent: Consent,
    approval: Annotated[str, typer.Argument(metavar="APPROVAL", help="What is asked, from `studio consent ask`.")],
    no: Annotated[bool, typer.Option("--decline", help="Do not approve it.")] = False,
    who: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Approve a project or final audio that was asked about, or decline to."""
    with open_home(home) as studio:
        view = studio.giving.decide(local_actor(who), consent, approval, not no)
        show({"approval": view}, json, lambda: f"{view.project_title}, {view.kind}: {view.decision}")

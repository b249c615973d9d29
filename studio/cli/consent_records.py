"""Consent records as the studio's people work with them: draft, change, renew, invite, list, show, attach, ask."""

from pathlib import Path
from typing import Annotated, Any

import typer

from studio.cli.acting import As, Consent, local_actor, read_record, warn
from studio.cli.consent_shown import clips_table, detail_text
from studio.cli.shell import Home, Json, log_at, open_home, show, table_of
from studio.core.errors import InputError, MissingError, NotFoundError
from studio.core.resources import shipped
from studio.manuscript.delivery import NEUTRAL_NAME
from studio.services.consents.evidence import Reading
from studio.services.consents.views import ConsentDetail

_OWNER_PAGE = "my-voice"
Many = list[str] | None
Delivery = Annotated[str, typer.Option(help="How it was read: one of `studio deliveries`.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("template")(template)
    app.command("new")(new)
    app.command("change")(change)
    app.command("renew")(renew)
    app.command("link")(link)
    app.command("list")(list_consents)
    app.command("show")(show_consent)
    app.command("reference")(reference)
    app.command("label")(label)
    app.command("attach")(attach)
    app.command("ask")(ask)


def template(json: Json = False, home: Home = None) -> None:
    """Print a record to fill in, with everything that can be said in it (TOML)."""
    log_at(home)
    try:
        text = shipped("consent", "templates", "record.toml").read_text(encoding="utf-8")
    except OSError as error:
        raise MissingError("the template is missing", hint="Reinstall the package.") from error
    show({"template": text}, json, lambda: text.rstrip("\n"))


def new(  # an option for each field of the common case
    file: Annotated[str | None, typer.Argument(help="JSON or TOML file, or - for standard input.")] = None,
    name: Annotated[str | None, typer.Option(help="Legal name of the person.")] = None,
    contact: Annotated[str | None, typer.Option(help="How to reach them, such as mailto:jane@example.com.")] = None,
    country: Annotated[str | None, typer.Option(help="Their country, such as IE or US-CA.")] = None,
    studio: Annotated[str | None, typer.Option("--studio", help="Name of the studio.")] = None,
    studio_contact: Annotated[str | None, typer.Option(help="How to reach the studio.")] = None,
    use: Annotated[Many, typer.Option(help="What it may be used for, such as audiobook; repeatable.")] = None,
    description: Annotated[str | None, typer.Option(help="The uses described, in 80 characters or more.")] = None,
    language: Annotated[Many, typer.Option(help="Language it may speak; the first is the notice's too.")] = None,
    first_day: Annotated[str | None, typer.Option("--from", metavar="DAY", help="First day, as 2027-01-31.")] = None,
    last_day: Annotated[str | None, typer.Option("--until", metavar="DAY", help="Last day, included.")] = None,
    time_zone: Annotated[str | None, typer.Option(help="That the days are counted in; UTC by default.")] = None,
    minutes: Annotated[float | None, typer.Option(help="Limit of finished minutes.")] = None,
    exclude: Annotated[Many, typer.Option(help="Content it must not be used for; repeatable.")] = None,
    credit: Annotated[str | None, typer.Option(help="Name the voice is credited by.")] = None,
    engine: Annotated[str | None, typer.Option(help="Engine that is to speak the voice.")] = None,
    who: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Draft a record from a file, or from options; an option wins over the file."""
    data = read_record(file) if file else {}
    if not data and name is None:
        raise InputError("there is nothing to draft", hint="Give a file or --name; see `studio consent template`.")
    _put(data, "subject", legal_name=name, contact=contact, country=country)
    _put(data, "controller", name=studio, contact=studio_contact)
    if isinstance(data.get("controller"), dict):
        data["controller"].setdefault("role", "studio")
    _put(
        data, "terms", uses=use, description=description, languages=language, first_day=first_day, last_day=last_day,
        time_zone=time_zone, max_finished_minutes=minutes, excluded_content=exclude, credit=credit,
    )  # fmt: skip
    if language:
        data.setdefault("language", language[0])
    if engine:
        data["engine"] = engine
    with open_home(home) as opened:
        _show_draft(opened.consents.draft(local_actor(who), data), json)


def _put(data: dict[str, Any], part: str, **fields: object) -> None:
    given = {name: value for name, value in fields.items() if value is not None}
    if not given:
        return
    before = data.get(part, {})
    if not isinstance(before, dict):
        raise InputError(f"'{part}' is not right: it has fields of its own", where="consent record")
    data[part] = {**before, **given}


def _show_draft(detail: ConsentDetail, as_json: bool) -> None:
    warn(detail.warnings)
    summary = detail.summary
    show(
        detail,
        as_json,
        lambda: (
            f"{summary.id}\n{summary.state} · voice '{summary.voice_id}' · {summary.person}\nNext: {summary.next_step}"
        ),
    )


def change(
    consent: Consent,
    file: Annotated[str, typer.Argument(help="JSON or TOML with what changes, or - for standard input.")],
    who: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Change a record that was not given yet. What the file leaves out stays."""
    data = read_record(file)
    with open_home(home) as studio:
        _show_draft(studio.consents.change(local_actor(who), consent, data), json)


def renew(
    consent: Consent,
    file: Annotated[str | None, typer.Argument(help="JSON or TOML with what changes, or - for standard input.")] = None,
    last_day: Annotated[str | None, typer.Option("--until", metavar="DAY", help="New last day.")] = None,
    who: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Draft the record that is to take the place of another. That one stays in force until this one is verified."""
    data = read_record(file) if file else {}
    _put(data, "terms", last_day=last_day)
    with open_home(home) as studio:
        _show_draft(studio.consents.renew(local_actor(who), consent, data), json)


def link(
    consent: Consent,
    base: Annotated[str, typer.Option(help="Address the studio is reached at.")] = "http://127.0.0.1:7860",
    who: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Make the voice owner's own link. It is shown this once; the one before is good no more."""
    if not base.startswith(("http://", "https://")):
        raise InputError(f"'{base}' is not an address", hint="Write it like https://studio.example.com.")
    with open_home(home) as studio:
        token = studio.consents.invite(local_actor(who), consent)
        address = f"{base.rstrip('/')}/{_OWNER_PAGE}#{token}"
        consent_id = studio.consents.get(local_actor(who), consent).summary.id
        show({"id": consent_id, "link": address}, json, lambda: address)


def list_consents(
    query: Annotated[str, typer.Argument(help="Words of a person's name, credit or voice.")] = "",
    state: Annotated[str | None, typer.Option(help="Only those in this state, such as verified.")] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """List consents, newest first."""
    with open_home(home) as studio:
        found = studio.consents.list(local_actor(None), state=state, query=query)
        show(
            {"consents": found},
            json,
            lambda: (
                table_of(
                    ["Consent", "Voice", "Person", "State", "Until", "Minutes>", "Next"],
                    [
                        [c.id, c.voice_id, c.person, c.state, c.last_day, f"{c.used_minutes:.1f}", c.next_step]
                        for c in found
                    ],
                )
                if found
                else "There is no such consent. Draft one with `studio consent new`."
            ),
        )


def show_consent(consent: Consent, json: Json = False, home: Home = None) -> None:
    """Show a consent: its scope, the checks of its recordings, who attested, what happened, what it was used for."""
    with open_home(home) as studio:
        detail = studio.consents.get(local_actor(None), consent)
        warn(detail.warnings)
        show(detail, json, lambda: detail_text(detail))


def reference(
    consent: Consent,
    files: Annotated[list[Path] | None, typer.Argument(help="Recordings of the voice.")] = None,
    remove: Annotated[Many, typer.Option(metavar="CLIP", help="Destroy a clip handed in before; repeatable.")] = None,
    delivery: Delivery = NEUTRAL_NAME,
    transcript: Annotated[str, typer.Option(help="The words of the recording, if it is one.")] = "",
    who: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Add recordings of the voice, once its owner agreed to a replica; each is listened to before it is kept."""
    if not files and not remove:
        raise InputError("no recording is named", hint="Give a file, or --remove CLIP.")
    if transcript and len(files or []) > 1:
        raise InputError("these are the words of one recording only", hint="Hand the recordings in one by one.")
    for file in files or []:
        if not file.is_file():
            raise NotFoundError("there is no such recording", where=str(file))
    actor = local_actor(who)
    with open_home(home, workers=1) as studio:
        for clip_id in remove or []:
            studio.consents.remove_reference(actor, consent, clip_id)
        reading = Reading(delivery, transcript)
        added = [studio.consents.add_reference(actor, consent, file, file.name, reading) for file in files or []]
        show({"clips": added, "removed": remove or []}, json, lambda: clips_table(added))


def label(
    consent: Consent,
    clip: Annotated[str, typer.Argument(metavar="CLIP", help="Id of a reference clip.")],
    delivery: Delivery = NEUTRAL_NAME,
    transcript: Annotated[str, typer.Option(help="The words of the recording.")] = "",
    who: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Say how a reference clip was read, and its words. Engines that clone take the clip of the delivery asked for."""
    with open_home(home) as studio:
        shown = studio.consents.label_reference(local_actor(who), consent, clip, Reading(delivery, transcript))
        show({"clip": shown}, json, lambda: f"{shown.label}: {shown.delivery}")


def attach(
    consent: Consent,
    file: Annotated[Path, typer.Argument(help="A signed paper: PDF, PNG or JPEG.")],
    label: Annotated[str, typer.Option(help="What it is, such as 'Signed release'.")] = "",
    who: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Attach a signed paper."""
    with open_home(home) as studio:
        clip = studio.consents.attach_document(local_actor(who), consent, file, label or file.stem)
        show({"clip": clip}, json, lambda: f"{clip.id}: {clip.label}")


def ask(
    consent: Consent,
    project: Annotated[str, typer.Argument(metavar="PROJECT", help="Name or id of a project.")],
    final: Annotated[bool, typer.Option("--final", help="Ask about its final audio, not the project.")] = False,
    who: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Ask the voice owner to approve a project, or its final audio."""
    with open_home(home) as studio:
        kind = "final-audio" if final else "project"
        approval = studio.consents.ask_approval(local_actor(who), consent, project, kind)
        show(
            {"approval": approval},
            json,
            lambda: f"{approval.id}: {approval.project_title}, {approval.kind}: {approval.decision or 'not answered'}",
        )

"""Commands about delivery: the table, a line in every delivery, guide recordings, and what can be heard in a sound."""

from pathlib import Path
from typing import Annotated, Any

import typer

from studio.cli.books import Project
from studio.cli.shell import Home, Json, interruptible, log_at, open_home, progress_shown, show, table_of
from studio.core.errors import InputError
from studio.core.files import write_atomic
from studio.manuscript.delivery import presets
from studio.manuscript.tags import EVENTS
from studio.services.measuring import Listened, listen_to

Segment = Annotated[str, typer.Argument(metavar="SEGMENT", help="Id of a segment, from `studio segments`.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("deliveries")(deliveries)
    app.command("compare")(compare)
    app.command("guide")(guide)
    app.command("listen")(listen)


def deliveries(json: Json = False, home: Home = None) -> None:
    """List the deliveries that tags name, with what each does, and the sounds that are no words."""
    log_at(home)
    table = tuple(presets().values())
    show(
        {"deliveries": table, "events": EVENTS},
        json,
        lambda: table_of(
            ["Tag", "Pitch>", "Range>", "Pace>", "Level>", "Tone>", "Pauses>", "What it is"],
            [[row.name, *row.written(), row.about] for row in table],
            "Written [sad], [sad:0.6], [sad rate=-10% pitch=-1st range=+20% volume=-3dB], or [a few words]{sad}.",
        ),
    )


def compare(
    project: Project,
    segment: Segment,
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the FLAC files.")],
    text: Annotated[str | None, typer.Option(help="Other words for the line.")] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Say a line in every delivery, one file each, all equally loud."""
    with open_home(home) as studio:
        with progress_shown() as report, interruptible() as interrupted:
            heard = studio.deliveries.compare(project, segment, text, report=report, cancelled=interrupted)
        files: list[dict[str, Any]] = []
        for preview in heard:
            path = out / f"{preview.delivery}.flac"
            sound = studio.deliveries.sound(project, preview.key)
            try:
                out.mkdir(parents=True, exist_ok=True)
                write_atomic(path, sound)
            except OSError as error:
                raise InputError(f"it cannot be written: {error.strerror}", where=str(path)) from error
            files.append({
                "delivery": preview.delivery,
                "path": str(path.absolute()),
                "duration_s": preview.duration_s,
                "methods": preview.methods,
                "notes": preview.notes,
            })  # fmt: skip
        show(
            {"files": files},
            json,
            lambda: table_of(
                ["Delivery", "Length>", "File"], [[f["delivery"], f"{f['duration_s']:.1f} s", f["path"]] for f in files]
            ),
        )


def guide(
    project: Project,
    segment: Segment,
    file: Annotated[Path | None, typer.Argument(help="A recording of the line, read as you want it.")] = None,
    remove: Annotated[bool, typer.Option("--remove", help="Forget the guide and destroy its recording.")] = False,
    revoice: Annotated[
        bool | None,
        typer.Option("--revoice/--follow", help="Re-voice the recording itself, or follow its timing and melody."),
    ] = None,
    engine: Annotated[str, typer.Option(help="Which engine re-voices.")] = "openvoice",
    json: Json = False,
    home: Home = None,
) -> None:
    """Let a line follow the pace, pauses, pitch and energy of a recording, in its own voice; or show its guide.

    With --revoice the recording itself is converted into the voice, which has to be one a person consented to. It is
    kept to be heard, realigned and re-voiced only; it never becomes a voice.
    """
    if remove and (file is not None or revoice is not None):
        raise InputError("a guide is either recorded or removed", hint="Leave out --remove, or everything else.")
    with open_home(home) as studio:
        if remove:
            studio.guides.remove(project, segment)
            show({"guide": None}, json, lambda: "The guide and its recording are gone.")
            return
        converter = engine if revoice else ""
        if file:
            studio.guides.record(project, segment, file, converter=converter)
        elif revoice is not None:
            studio.guides.choose(project, segment, converter)
        view = studio.guides.get(project, segment)
        show(
            {"guide": view},
            json,
            lambda: (
                "This line has no guide."
                if view is None
                else f"Heard: {view.heard}\nReads like: {view.suggestion}"
                + (f"\nRe-voiced by {view.converter}." if view.converter else "\nThe voice follows it.")
                + ("" if view.current else "\nIt was made for other words: record it again, or remove it.")
            ),
        )


def listen(
    files: Annotated[list[Path], typer.Argument(help="Sound files with speech, at most five minutes each.")],
    against: Annotated[
        Path | None, typer.Option(help="The same voice reading plainly; what is heard is then surer.")
    ] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Measure how something is read: pitch, pace, level, tone, pauses, and the delivery it resembles."""
    log_at(home)
    found = [listen_to(file, against) for file in files]
    show({"files": found}, json, lambda: "\n\n".join(map(_listened, found)))


def _listened(each: Listened) -> str:
    facts, heard = each.facts, each.heard
    likely = ", ".join(f"{name} {share:.0%}" for name, share in heard.likeness[:3])
    between = f"between {heard.arousal_low:.2f} and {heard.arousal_high:.2f}"
    return "\n".join((
        each.path,
        f"  pitch {facts.pitch_hz:.0f} Hz, range {facts.pitch_range_st:.1f} semitones, voiced {facts.voiced:.0%}",
        f"  pace {facts.rate_sps:.1f} syllables a second",
        f"  {len(facts.pauses)} pauses, {facts.pause_share:.0%} of the time",
        f"  level {facts.level_dbfs:.1f} dBFS, tone {facts.tilt_db:+.1f} dB",
        f"  reads like {likely} (measured against {heard.against})",
        f"  arousal {heard.arousal:.2f} ({between}), where 0 is calm and 1 excited",
        "  An estimate of how the words are read. It says nothing about what a person feels.",
    ))  # fmt: skip

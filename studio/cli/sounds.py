"""Commands about single sounds: say, check."""

from pathlib import Path
from typing import Annotated

import typer

from studio.cli.shell import Home, Json, log_at, open_home, results, show
from studio.core.time import clock_text
from studio.manuscript.delivery import NEUTRAL_NAME
from studio.services.auditions import write_wav
from studio.services.checkups import check_audio


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("say")(say)
    app.command("check")(check)


def say(
    text: Annotated[str, typer.Argument(help="A sentence.")],
    voice: Annotated[str, typer.Option(help="Id of a voice, from `studio voices list`.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="WAV file to write.")],
    language: Annotated[str | None, typer.Option(help="BCP 47 tag; the voice's own by default.")] = None,
    delivery: Annotated[str, typer.Option(help='How to say it, such as "sad:0.6 rate=-10%".')] = NEUTRAL_NAME,
    json: Json = False,
    home: Home = None,
) -> None:
    """Say a sentence in a voice and write it to a WAV file. It may hold delivery tags: see `studio deliveries`.

    What licences of voice and engine demand goes into the file's tags and is shown.
    """
    with open_home(home, workers=1) as studio:
        audition = studio.auditions.say(text, voice, language=language, delivery=delivery)
        write_wav(audition, out)
        value = {
            "path": str(out.absolute()),
            "voice": audition.voice,
            "spoken": audition.spoken,
            "duration_s": audition.duration_s,
            "delivery": audition.delivery,
            "methods": audition.methods,
            "notes": audition.notes,
            "licences": audition.licences,
            "notices": audition.notices,
        }
        show(
            value,
            json,
            lambda: "\n".join((f"{out}: {audition.duration_s:.1f} s", *audition.notes, *audition.notices)),
        )


def check(
    files: Annotated[list[Path], typer.Argument(help="Audio files.")],
    profile: Annotated[str, typer.Option(help="Mastering profile.")] = "acx",
    json: Json = False,
    home: Home = None,
) -> None:
    """Measure audio files against a profile. Ends with status 1 if one does not meet it."""
    log_at(home)
    reports = [check_audio(file, profile) for file in files]
    show({"files": [report.to_json() for report in reports]}, json, lambda: "")
    if not json:
        for report in reports:
            verdict = "pass" if report.passed else "FAIL"
            results.print(
                f"{verdict}  {report.path}  {clock_text(report.figures.duration_s)}", markup=False, highlight=False
            )
            for item in report.checks:
                mark = "ok  " if item.passed else "FAIL"
                results.print(
                    f"  {mark}  {item.name}: {item.value} {item.unit} (required: {item.required})",
                    markup=False,
                    highlight=False,
                )
    if not all(report.passed for report in reports):
        raise typer.Exit(1)

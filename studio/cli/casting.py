"""The command for the cast: who speaks, which voices suit, what several sound like, and what a series keeps."""

from pathlib import Path
from typing import Annotated

import typer

from studio.bootstrap import Studio
from studio.cli.books import Project, warn_of
from studio.cli.shell import Home, Json, open_home, show, table_of
from studio.core.errors import InputError
from studio.services.auditions import write_wav
from studio.services.casting import RoleSheet
from studio.services.series import SeriesView
from studio.services.views import RoleView
from studio.services.voice_fit import VoiceFit

_SHOWN_CHARS = 60


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("cast")(cast)
    app.command("hear-role")(hear_role)


def cast(
    project: Project,
    settings: Annotated[
        list[str] | None,
        typer.Option(
            "--set", metavar="ROLE=VOICE", help='Cast a voice; "ROLE=" has the narrator read it. May be repeated.'
        ),
    ] = None,
    suggest: Annotated[
        bool, typer.Option("--suggest", help="Name voices that suit each role, with the reasons. Casts nothing.")
    ] = False,
    series: Annotated[
        str | None,
        typer.Option(help='Make the book part of a series, with the voices the series keeps; "" for no series.'),
    ] = None,
    lock: Annotated[
        bool, typer.Option("--lock", help="Keep the voices of this cast in all books of its series.")
    ] = False,
    unlock: Annotated[
        list[str] | None,
        typer.Option("--unlock", metavar="ROLE", help="Keep a role's voice no longer; may be repeated."),
    ] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show who speaks, and cast voices. Warns of voices whose licence forbids what the project is for."""
    with open_home(home) as studio:
        if series is not None:
            studio.casting.set_series(project, series)
        for role in unlock or []:
            studio.casting.unlock(project, role)
        for setting in settings or []:
            role, equals, voice = setting.partition("=")
            if not equals:
                raise InputError(f"'{setting}' is not ROLE=VOICE", hint="Write it like narrator=bf_emma.")
            studio.casting.set_voice(project, role.strip(), voice.strip() or None)
        if lock:
            studio.casting.lock_cast(project)
        _show(studio, project, suggest=suggest, json=json)


def hear_role(
    project: Project,
    role: Annotated[str, typer.Argument(help="A role of the project.")],
    voices: Annotated[list[str], typer.Argument(metavar="VOICE...", help="Ids of up to eight voices.")],
    out: Annotated[Path, typer.Option("-o", "--out", help="Folder for the WAV files.")],
    json: Json = False,
    home: Home = None,
) -> None:
    """Have several voices say a real line of a role, equally loud."""
    with open_home(home) as studio:
        said = studio.casting.audition(project, role, voices)
        out.mkdir(parents=True, exist_ok=True)
        files = []
        for audition in said:
            path = out / f"{audition.voice}.wav"
            write_wav(audition, path)
            files.append({"voice": audition.voice, "path": str(path.absolute()), "spoken": audition.spoken})
        show({"files": files}, json, lambda: "\n".join(file["path"] for file in files))


def _show(studio: Studio, project: str, *, suggest: bool, json: bool) -> None:
    roles, warnings = studio.casting.roles(project), studio.licensing.warnings(project)
    kept = studio.casting.series(project)
    document: dict[str, object] = {"roles": roles, "warnings": warnings}
    if kept.name:
        document["series"] = kept
    if suggest:
        sheets, fits = studio.casting.sheet(project), studio.casting.suggest(project)
        document |= {"sheet": sheets, "suggested": fits}
        show(
            document,
            json,
            lambda: table_of(_FIT_COLUMNS, [_fit_row(sheet, fits.get(sheet.role, ())) for sheet in sheets]),
        )
    else:
        show(document, json, lambda: table_of(["Role", "Lines>", "Voice"], [_role_row(role, kept) for role in roles]))
    if kept.name and not json:
        show(None, json, lambda: _series_told(kept))
    warn_of(warnings, json)


_FIT_COLUMNS = ["Role", "Lines>", "Words>", "Known of it", "Voice", "Suggested", "Why", "Line"]


def _fit_row(sheet: RoleSheet, fits: tuple[VoiceFit, ...]) -> list[object]:
    known = ", ".join(filter(None, (sheet.portrait.gender, sheet.portrait.age)))
    sample = sheet.samples[0] if sheet.samples else ""
    return [
        sheet.role,
        sheet.lines,
        sheet.words,
        known,
        sheet.voice if sheet.cast else "",
        ", ".join(fit.voice for fit in fits),
        fits[0].reason if fits else "",
        sample if len(sample) <= _SHOWN_CHARS else f"{sample[: _SHOWN_CHARS - 1].rstrip()}…",
    ]


def _role_row(role: RoleView, kept: SeriesView) -> list[object]:
    return [role.role, role.lines, f"{role.voice or 'none'}{' (kept)' if role.role in kept.locked else ''}"]


def _series_told(kept: SeriesView) -> str:
    told = f"Series {kept.name}: {', '.join(kept.books)}; keeps the voices of {', '.join(kept.locked) or 'nobody yet'}."
    return f"{told} Other voices in: {', '.join(kept.differing)}." if kept.differing else told

"""Commands that make sound of a project: render, retake, master, deliver, demo."""

from pathlib import Path
from typing import Annotated, Any

import typer

from studio.bootstrap import Studio
from studio.cli.books import Project
from studio.cli.shell import Home, Json, notes, open_home, progress_shown, run_job, show, show_warning, table_of
from studio.core.errors import InputError
from studio.core.resources import shipped
from studio.core.time import clock_text
from studio.services.context import parse_numbers
from studio.services.jobs import JobRequest

Chapters = Annotated[str | None, typer.Option(help='Only these chapters, such as "1,3-5"; 0 for the credits.')]
ProfileOption = Annotated[str, typer.Option(help="Mastering profile.")]
_FIGURES = ("rms", "peak", "true_peak", "floor", "lufs")
_COLUMNS = ["Length>", "RMS>", "Peak>", "TruePk>", "Floor>", "LUFS>", "Head>", "Tail>"]
_UNITS = "RMS, peak and floor in dBFS, true peak in dBTP, head and tail in seconds"
_SAMPLE = "The Lamplighter's Ledger"
_MODEL = "kokoro-82m-v1.0-int8"


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("render")(render)
    app.command("retake")(retake)
    app.command("master")(master)
    app.command("deliver")(deliver)
    app.command("demo")(demo)


def _numbers(chapters: str | None) -> frozenset[int] | None:
    return frozenset(parse_numbers(chapters, what="chapters")) if chapters is not None else None


def render(
    project: Project,
    chapters: Chapters = None,
    workers: Annotated[int | None, typer.Option(min=1, help="Worker processes; one per core by default.")] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Make the takes that are missing. Interrupt it at any time; run it again to go on."""
    with open_home(home, workers=workers) as studio:
        job = studio.jobs.submit(project, JobRequest(("render",), _numbers(chapters)))
        result = run_job(studio, job.id)["render"]
        show(
            result,
            json,
            lambda: (
                f"{result['segments']} segments: {result['rendered']} lines rendered, {result['reused']} reused, "
                f"{result['flagged']} flagged; {clock_text(result['audio_seconds'])} of sound made "
                f"in {result['cpu_seconds']:.0f} processor seconds."
            ),
        )
        for fault in () if json else result["licences"]:
            show_warning(fault["sentence"])


def retake(
    project: Project,
    segment: Annotated[str, typer.Argument(help="Id of a segment, from `studio segments`.")],
    text: Annotated[str | None, typer.Option(help="The words to say instead; they may hold delivery tags.")] = None,
    delivery: Annotated[str | None, typer.Option(help='How to say it, such as "sad:0.6 rate=-10%".')] = None,
    seed: Annotated[int | None, typer.Option(help="Another attempt, with engines that vary.")] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Say one segment again: with other words, another delivery, or another seed."""
    if text is None and delivery is None and seed is None:
        raise InputError("nothing about the line is to change", hint="Give --text, --delivery or --seed.")
    with open_home(home, workers=1) as studio:
        view = studio.segments.retake(project, segment, text, delivery=delivery, seed=seed)
        show({"segment": view}, json, lambda: "\n".join((f"{view.state}: {view.spoken}", *view.notes)))


def master(
    project: Project,
    profile: ProfileOption = "acx",
    chapters: Chapters = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Master the rendered chapters and show what was measured."""
    with open_home(home) as studio:
        job = studio.jobs.submit(project, JobRequest(("master",), _numbers(chapters), profile))
        result = run_job(studio, job.id)["master"]
        show(result, json, lambda: _master_table(result["chapters"]))


def _master_table(chapters: list[dict[str, Any]]) -> Any:
    rows: list[list[object]] = [
        [
            c["chapter"],
            c["title"],
            clock_text(c["duration_s"]),
            *(f"{c[name]:.1f}" for name in _FIGURES),
            *(f"{c[name]:.2f}" for name in ("head", "tail")),
        ]
        for c in chapters
    ]
    return table_of(["#>", "Chapter", *_COLUMNS], rows, _UNITS)


def deliver(
    project: Project,
    formats: Annotated[str, typer.Option("--format", help="Delivery formats, separated by commas.")] = "mp3",
    out: Annotated[
        Path | None, typer.Option(help="Folder to write to; the exports of the data home by default.")
    ] = None,
    profile: ProfileOption = "acx",
    chapters: Chapters = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Write the finished files, each checked by opening it again."""
    with open_home(home) as studio:
        names = tuple(name.strip() for name in formats.split(",") if name.strip())
        target = out.absolute() if out else None
        job = studio.jobs.submit(project, JobRequest(("deliver",), _numbers(chapters), profile, names, target))
        result = run_job(studio, job.id)["deliver"]
        show(result, json, lambda: _files_table(result["files"]))


def _files_table(files: list[dict[str, Any]]) -> Any:
    rows: list[list[object]] = [
        [
            Path(file["path"]).name,
            clock_text(file["figures"]["duration_s"]),
            *(f"{file['figures'][name]:.1f}" for name in _FIGURES),
            *(f"{file['figures'][name]:.2f}" for name in ("head", "tail")),
        ]
        for file in files
        if file["figures"]
    ]
    folder = str(Path(files[0]["path"]).parent) if files else ""
    return table_of(["File", *_COLUMNS], rows, f"In {folder}\n{_UNITS}")


def demo(
    out: Annotated[
        Path | None, typer.Option(help="Folder for the MP3s; the exports of the data home by default.")
    ] = None,
    quick: Annotated[bool, typer.Option("--quick", help="Only the first chapter.")] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Make an audiobook of the sample story, and show the files with what was measured on them."""
    with open_home(home) as studio:
        _pull_model(studio)
        project = next((p for p in studio.projects.all() if p.name == _SAMPLE), None)
        if project is None:
            notes.print("Importing the sample story …", highlight=False)
            project = studio.projects.import_file(shipped("projects", "sample", "story.md"), name=_SAMPLE)
        request = JobRequest(
            ("render", "master", "deliver"),
            frozenset({_first_chapter(studio, project.id)}) if quick else None,
            out=out.absolute() if out else None,
        )
        notes.print(f"Rendering, mastering and delivering '{project.title}' …", highlight=False)
        job = studio.jobs.submit(project.id, request)
        result = run_job(studio, job.id)["deliver"]
        show(result, json, lambda: _files_table(result["files"]))


def _first_chapter(studio: Studio, project_id: str) -> int:
    return next(chapter.index for chapter in studio.projects.chapters(project_id) if not chapter.skipped)


def _pull_model(studio: Studio) -> None:
    if studio.weights.status(_MODEL) == "present":
        return
    notes.print("Fetching the speech model once (92 MB) …", highlight=False)
    with progress_shown() as report:
        studio.weights.pull(_MODEL, progress=report)

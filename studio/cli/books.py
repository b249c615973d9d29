"""Commands about books: import, chapters, text, segments."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from studio.cli.shell import Home, Json, log_at, open_home, show, show_warning, table_of
from studio.core.errors import InputError
from studio.manuscript.delivery import NEUTRAL_NAME
from studio.services.context import parse_numbers
from studio.services.licensing import LicenceWarning
from studio.services.purposes import PURPOSES, Purpose
from studio.services.texts import SpokenSegment, spoken_segments, spoken_segments_of
from studio.services.views import ChapterView, ProjectView

_PURPOSES = f"What it is for: {', '.join(PURPOSES)}."
Project = Annotated[str, typer.Argument(metavar="PROJECT", help="Name or id of a project.")]


def add_to(app: typer.Typer) -> None:
    """Register the commands."""
    app.command("import")(import_book)
    app.command("projects")(list_projects)
    app.command("delete")(delete_project)
    app.command("chapters")(chapters)
    app.command("text")(text)
    app.command("purpose")(purpose)
    app.command("segments")(segments)


def _chapters_json(project: ProjectView, chapters: tuple[ChapterView, ...]) -> dict[str, object]:
    return {
        "project": project.name,
        "id": project.id,
        "title": project.title,
        "author": project.author,
        "language": project.language,
        "pace": project.pace,
        "credits": project.credits,
        "purpose": project.purpose,
        "use": project.use,
        "commercial": project.commercial,
        "warnings": project.warnings,
        "chapters": [
            {
                "index": chapter.index,
                "title": chapter.title,
                "kind": chapter.kind,
                "parts": chapter.parts,
                "skipped": chapter.skipped,
                "words": chapter.words,
            }
            for chapter in chapters
        ],
    }


def _show_chapters(project: ProjectView, chapters: tuple[ChapterView, ...], as_json: bool) -> None:
    heading = f"{project.title} · {project.author or 'unknown author'} · project '{project.name}'"
    show(
        _chapters_json(project, chapters),
        as_json,
        lambda: table_of(
            ["#>", "Chapter", "Kind", "Words>", "Read"],
            [[c.index, c.title, c.kind, c.words, "no" if c.skipped else "yes"] for c in chapters],
            heading,
        ),
    )


def import_book(
    file: Annotated[
        Path,
        typer.Argument(
            help="EPUB, Word, PDF, HTML, Markdown, text, Fountain, Final Draft, CSV or SSML, or a folder of such files."
        ),
    ],
    name: Annotated[str | None, typer.Option(help="Unique name; made of the title by default.")] = None,
    language: Annotated[str | None, typer.Option(help="BCP 47 tag such as en-GB; as the book says by default.")] = None,
    purpose: Annotated[str | None, typer.Option(help=f"{_PURPOSES} An audiobook for sale by default.")] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Make a project of a book and list its chapters."""
    with open_home(home) as studio:
        project = studio.projects.import_file(file, name=name, language=language, purpose=purpose)
        _show_chapters(project, studio.projects.chapters(project.id), json)
        if not json and project.warnings:
            for warning in project.warnings:
                typer.echo(f"note: {warning}", err=True)


def list_projects(json: Json = False, home: Home = None) -> None:
    """List all projects."""
    with open_home(home) as studio:
        projects = studio.projects.all()
        show(
            {"projects": projects},
            json,
            lambda: (
                table_of(
                    ["Project", "Title", "Author", "Chapters>", "Words>", "Narrator"],
                    [[p.name, p.title, p.author, p.spoken_chapters, p.words, p.narrator] for p in projects],
                )
                if projects
                else "There is no project yet. Make one with `studio import FILE`."
            ),
        )


def delete_project(project: Project, json: Json = False, home: Home = None) -> None:
    """Delete a project. Delivered files stay where they are."""
    with open_home(home) as studio:
        name = studio.projects.get(project).name
        studio.projects.delete(project)
        show({"deleted": name}, json, lambda: f"Deleted '{name}'.")


def chapters(
    project: Project,
    skip: Annotated[str | None, typer.Option(help='Chapters to leave out, such as "1,3-5".')] = None,
    keep: Annotated[str | None, typer.Option(help="Chapters to read.")] = None,
    credits: Annotated[bool | None, typer.Option("--credits/--no-credits", help="Opening and closing credits.")] = None,  # noqa: A002
    rename: Annotated[
        list[str] | None, typer.Option(metavar="NUMBER=TITLE", help="List a chapter under another title; repeatable.")
    ] = None,
    move: Annotated[str | None, typer.Option(metavar="NUMBER=PLACE", help="Put a chapter at another place.")] = None,
    pace: Annotated[float | None, typer.Option(help="Scale all pauses: 0.5 is brisk, 2 is calm.")] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """List the chapters of a project; choose which are read, and name and order them."""
    skipped = parse_numbers(skip, what="chapters") if skip is not None else set()
    kept = parse_numbers(keep, what="chapters") if keep is not None else set()
    titles = [_setting(text) for text in rename or []]
    moved = _setting(move) if move else None
    if moved and not moved[1].isdecimal():
        raise InputError(f"'{move}' does not say where to", hint="Write it like 5=2.")
    with open_home(home) as studio:
        if skipped or kept or credits is not None:
            studio.projects.choose_chapters(project, skip=frozenset(skipped), keep=frozenset(kept), credits=credits)
        for number, title in titles:
            studio.projects.rename_chapter(project, number, title)
        if moved:
            studio.projects.move_chapter(project, moved[0], int(moved[1]))
        if pace is not None:
            studio.projects.set_pace(project, pace)
        _show_chapters(studio.projects.get(project), studio.projects.chapters(project), json)


def _setting(text: str) -> tuple[int, str]:
    number, equals, value = text.partition("=")
    if not equals or not number.strip().isdecimal():
        raise InputError(f"'{text}' does not begin with the number of a chapter", hint='Write it like 3="The Letter".')
    return int(number), value.strip()


def text(
    file: Annotated[str, typer.Argument(help="A file, or - for standard input.")] = "-",
    language: Annotated[str | None, typer.Option(help="BCP 47 tag such as en-GB.")] = None,
    ssml: Annotated[bool, typer.Option("--ssml", help="As speech markup (SSML) for other systems.")] = False,
    without: Annotated[
        list[str] | None,
        typer.Option("--without", metavar="CLASS", help="Leave out a class of rules, such as roman; may be repeated."),
    ] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show how a text is cut into segments, what is said for each and by which rule, and how."""
    log_at(home)
    off = frozenset(without or ())
    found = (
        spoken_segments_of(sys.stdin.buffer.read(), language, off)
        if file == "-"
        else spoken_segments(Path(file), language, off)
    )
    if ssml:
        show({"ssml": [segment.ssml for segment in found]}, json, lambda: "\n".join(s.ssml for s in found))
        return
    show({"segments": found}, json, lambda: "\n".join(_spoken_row(segment) for segment in found))


def _spoken_row(segment: SpokenSegment) -> str:
    """A segment for people: what is said, the delivery before it where it is not neutral, what is wrong behind it."""
    marks = [f"[{segment.delivery}] " if segment.delivery != NEUTRAL_NAME else "", segment.spoken]
    marks += [f"  ({problem})" for problem in segment.problems]
    marks += [f"\n    {r.written} → {r.spoken or 'nothing'}  [{r.rule_class}: {r.rule}]" for r in segment.rewrites]
    return "".join(marks)


def warn_of(warnings: tuple[LicenceWarning, ...], as_json: bool) -> None:
    """Warn of licences on standard error, unless the result is a document that holds the warnings."""
    for warning in () if as_json else warnings:
        show_warning(warning.sentence)


def purpose(
    project: Project,
    name: Annotated[str | None, typer.Argument(metavar="[PURPOSE]", help=_PURPOSES)] = None,
    use: Annotated[
        str | None, typer.Option(help="The use in the words of consents, such as podcast: a private one stays private.")
    ] = None,
    content: Annotated[
        str | None, typer.Option(metavar="K,..", help='Kinds of content it holds, such as "political"; "" for none.')
    ] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Show or say what a project is for and what it holds: licences and consents of living voices are held against it.

    Private is what nobody sells and nobody is paid for.
    """
    with open_home(home) as studio:
        if name is None and use is None and content is None:
            view = studio.projects.get(project)
        else:
            kinds = content.split(",") if content is not None else None
            view = studio.projects.set_purpose(project, purpose=name, use=use, content=kinds)
        warnings = studio.licensing.warnings(view.id)
        value = {
            "project": view.name,
            "purpose": view.purpose,
            "use": view.use,
            "commercial": view.commercial,
            "content": view.content,
            "warnings": warnings,
        }
        words = Purpose(view.use, view.commercial).words
        show(value, json, lambda: f"{view.name}: {words}; content: {', '.join(view.content) or 'nothing special'}")
        warn_of(warnings, json)


def segments(
    project: Project,
    chapter: Annotated[int | None, typer.Option(help="One chapter by number; 0 for the credits.")] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """List segments: what is written, what is said, by whom, and whether it is rendered."""
    with open_home(home) as studio:
        found = studio.segments.script(project, chapter)
        show(
            {"segments": found},
            json,
            lambda: table_of(
                ["Segment", "Ch>", "State", "Voice", "Delivery", "Text"],
                [[s.id, s.chapter, s.state, s.voice, s.delivery, s.text] for s in found],
            ),
        )

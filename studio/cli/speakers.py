"""The command that says who speaks in a book, before it is made a project."""

from pathlib import Path
from typing import Annotated, Any

import typer

from studio.cli.shell import Home, Json, log_at, show, table_of
from studio.importers.registry import import_manuscript
from studio.manuscript.attribution.roles import Role, roles_of
from studio.manuscript.attribution.speakers import Attribution, Line, attribute
from studio.manuscript.model import Manuscript

_SHOWN_CHARS = 70


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("speakers")(speakers)


def speakers(
    file: Annotated[Path, typer.Argument(help="A book: EPUB, Markdown, text and the other formats of `import`.")],
    samples: Annotated[int, typer.Option(min=0, max=20, help="Sample lines for each role.")] = 1,
    unsure: Annotated[
        bool, typer.Option("--unsure", help="List the lines that need a look, with the reasons.")
    ] = False,
    json: Json = False,
    home: Home = None,
) -> None:
    """Tell who speaks in a book: roles with their lines, how sure each is, and samples. Nothing is stored."""
    log_at(home)
    book = import_manuscript(file)
    found = attribute(book)
    roles = roles_of(found, samples=samples)
    if json:
        show(_document(book, found, roles), json, str)
        return
    show(None, json, lambda: table_of(["Role", "Lines>", "Sure>", "Words>", "Known of it", "Sample"], _rows(roles)))
    doubtful = [line for line in found.lines if not line.sure]
    if unsure:
        rows: list[list[object]] = [
            [
                book.chapters[line.chapter].title,
                line.speaker or "?",
                f"{line.confidence:.0%}",
                line.evidence,
                _short(line.text),
            ]
            for line in doubtful
        ]
        show(None, json, lambda: table_of(["Chapter", "Role", "Likely>", "Why", "Line"], rows))
    show(None, json, lambda: _summary(found, doubtful))


def _summary(found: Attribution, doubtful: list[Line]) -> str:
    if not found.lines:
        return "Nobody speaks in this book: all of it is the narrator's."
    sure = len(found.lines) - len(doubtful)
    return f"{len(found.lines)} lines of speech; {sure} are sure, {len(doubtful)} need a look."


def _rows(roles: tuple[Role, ...]) -> list[list[object]]:
    return [
        [
            role.name,
            role.lines,
            role.sure,
            role.words,
            _known(role),
            " / ".join(_short(line.text) for line in role.samples),
        ]
        for role in roles
    ]


def _known(role: Role) -> str:
    also = f"also {', '.join(role.aliases)}" if role.aliases else ""
    return "; ".join(filter(None, ("tells the story" if role.narrator else "", role.gender, role.age, also)))


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN_CHARS else text[: _SHOWN_CHARS - 1].rstrip() + "…"


def _document(book: Manuscript, found: Attribution, roles: tuple[Role, ...]) -> dict[str, Any]:
    return {
        "title": book.metadata.title,
        "roles": [
            {
                "name": role.name, "aliases": role.aliases, "gender": role.gender, "age": role.age,
                "narrator": role.narrator, "lines": role.lines, "sure": role.sure, "words": role.words,
                "samples": [line.text for line in role.samples],
            }
            for role in roles
        ],
        "lines": [
            {
                "chapter": line.chapter, "block": line.block, "start": line.start, "end": line.end, "text": line.text,
                "speaker": line.speaker, "confidence": line.confidence, "sure": line.sure, "evidence": line.evidence,
                "suggested": str(line.suggestion.delivery) if line.suggestion else None,
                "suggested_from": line.suggestion.evidence if line.suggestion else None,
            }
            for line in found.lines
        ],
    }  # fmt: skip

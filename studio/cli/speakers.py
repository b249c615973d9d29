"""The command that says who speaks in a book, before it is made a project and in one."""

from pathlib import Path
from typing import Annotated, Any

import typer

from studio.cli.shell import Home, Json, log_at, open_home, show, table_of
from studio.core.errors import InputError
from studio.importers.registry import import_manuscript
from studio.manuscript.attribution.roles import Role, roles_of
from studio.manuscript.attribution.speakers import Attribution, Line, attribute
from studio.manuscript.model import Manuscript
from studio.services.review_queue import UnsureLine
from studio.services.speakers import Speakers, SpokenRole

_SHOWN_CHARS = 70
_ROLE_COLUMNS = ["Role", "Lines>", "Sure>", "Unsure>", "Confirmed>", "Likely>"]
_QUEUE_COLUMNS = ["Line", "Chapter>", "Role", "Likely>", "Why", "Or", "Words"]


def add_to(app: typer.Typer) -> None:
    """Register the command."""
    app.command("speakers")(speakers)


def speakers(
    what: Annotated[
        str,
        typer.Argument(metavar="BOOK|PROJECT", help="A book in any format of `import`, or a project by name or id."),
    ],
    samples: Annotated[int, typer.Option(min=0, max=20, help="Of a book: sample lines for each role.")] = 1,
    unsure: Annotated[
        bool, typer.Option("--unsure", help="List the lines that need a look, with the reasons.")
    ] = False,
    apply: Annotated[
        bool, typer.Option("--apply", help="Of a project: give each line of speech the role that says it.")
    ] = False,
    forget: Annotated[
        bool, typer.Option("--forget", help="Of a project: give what was found back to the narrator.")
    ] = False,
    decided: Annotated[
        list[str] | None, typer.Option("--set", metavar="SEGMENT=ROLE", help="Of a project: say who speaks a line.")
    ] = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Tell who speaks in a book or project: roles with their lines, and how sure each is.

    Of a book, nothing is stored. Of a project, nothing is changed without --apply, --forget or --set.
    """
    changing = apply or forget or bool(decided)
    if Path(what).is_file() and not changing:
        _show_book(Path(what), samples=samples, unsure=unsure, json=json, home=home)
        return
    if apply and forget:
        raise InputError("--apply and --forget undo each other", hint="Give one of them.")
    roles = dict(_decision(each) for each in decided or ())
    with open_home(home) as studio:
        found = studio.speakers.forget(what) if forget else studio.speakers.find(what, apply=apply)
        if roles:
            studio.speakers.decide_many(what, roles)
            found = studio.speakers.state(what)
        queue = studio.speakers.review(what) if unsure else ()
    document = {"speakers": found, "applied": changing} | ({"unsure": queue} if unsure else {})
    show(document, json, lambda: table_of(_ROLE_COLUMNS, [_role_row(role) for role in found.roles]))
    if json:
        return
    if queue:
        show(None, json, lambda: table_of(_QUEUE_COLUMNS, [_queue_row(line) for line in queue]))
    show(None, json, lambda: _told(found, applied=changing))


def _decision(text: str) -> tuple[str, str]:
    segment, equals, role = text.partition("=")
    if not equals or not segment.strip() or not role.strip():
        raise InputError(f"'{text}' is not SEGMENT=ROLE", hint="See `studio speakers PROJECT --unsure` for the ids.")
    return segment.strip(), role


def _role_row(role: SpokenRole) -> list[object]:
    return [role.role, role.lines, role.sure, role.unsure, role.confirmed, f"{role.confidence:.0%}"]


def _queue_row(line: UnsureLine) -> list[object]:
    others = ", ".join(candidate.role for candidate in line.candidates[1:4])
    return [line.segment, line.chapter, line.role, f"{line.confidence:.0%}", line.reason, others, _short(line.text)]


def _told(found: Speakers, *, applied: bool) -> str:
    if not found.lines:
        return "No line of speech has a role of its own: the narrator reads all of it."
    told = (
        f"{found.lines} lines of speech: {found.sure} are sure, {found.unsure} need a look, "
        f"{found.confirmed} are confirmed."
    )
    return told if applied or not found.changed else f"{told} Nothing is changed yet: use --apply."


def _show_book(file: Path, *, samples: int, unsure: bool, json: bool, home: Path | None) -> None:
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

"""Use cases of a series: the books that share a cast, and the voices its roles keep."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from studio.core.errors import ConflictError, InputError, NotFoundError, StudioError
from studio.core.time import utc_now
from studio.render.plan import check_language
from studio.services.context import Context
from studio.services.crediting import credit_cast
from studio.services.credits import credited
from studio.services.licensing import cast_licences
from studio.services.rows import NARRATOR, cast_voices, find_project, gate_request
from studio.store.tables import CastRow, ChapterRow, ProjectRow, SegmentRow, SeriesRoleRow

_LONGEST_NAME: Final = 80


@dataclass(frozen=True, slots=True)
class SeriesView:
    """A series as it stands.

    Attributes:
        name: of the series; empty if the project is in none.
        books: names of its projects, by name.
        locked: voice of each role that is the same in every book.
        differing: books where a locked role has another voice: it was cast before the role was locked.
    """

    name: str
    books: tuple[str, ...]
    locked: Mapping[str, str]
    differing: tuple[str, ...]


def series_of(session: Session, project: ProjectRow) -> SeriesView:
    """The series of a project."""
    if not project.series:
        return SeriesView("", (), {}, ())
    books = session.scalars(select(ProjectRow).where(ProjectRow.series == project.series).order_by(ProjectRow.name))
    locked = locked_voices(session, project)
    names, differing = [], []
    for book in books:
        names.append(book.name)
        cast = cast_voices(session, book.id)
        if any(cast.get(role, locked[role]) != locked[role] for role in locked):
            differing.append(book.name)
    return SeriesView(project.series, tuple(names), locked, tuple(differing))


def locked_voices(session: Session, project: ProjectRow) -> dict[str, str]:
    """Voice of each role that the series of a project has locked."""
    if not project.series:
        return {}
    rows = session.scalars(
        select(SeriesRoleRow).where(SeriesRoleRow.series == project.series).order_by(SeriesRoleRow.role)
    )
    return {row.role: row.voice_id for row in rows}


def check_unlocked(session: Session, project: ProjectRow, role: str, voice_id: str | None) -> None:
    """See that a role may have a voice.

    Raises:
        ConflictError: its series has locked it to another.
    """
    held = locked_voices(session, project).get(role)
    if held is not None and held != voice_id:
        raise ConflictError(
            f"the series '{project.series}' keeps the voice '{held}' for {role}",
            where=project.name,
            hint=f'Unlock it for the whole series with `studio cast {project.name} --unlock "{role}"`.',
        )


def join_series(context: Context, session: Session, project: ProjectRow, name: str) -> None:
    """Make a project part of a series, or of none, and give its roles the voices the series has locked.

    Raises:
        InputError: the name is too long; a voice cannot read the book's language.
        NotFoundError: a voice is no longer there.
        RefusedError: the gate does not let a voice sound.
    """
    folded = " ".join(name.split())
    if len(folded) > _LONGEST_NAME or not folded.isprintable():
        raise InputError("this is no name of a series", hint=f"Use up to {_LONGEST_NAME} characters.")
    project.series = folded
    put_cast(context, session, project, _wanted(session, project))


def follow_series(context: Context, session: Session, project: ProjectRow) -> None:
    """Give roles that are new in a book the voices its series has locked, as far as they may sound in it."""
    for role, voice_id in _wanted(session, project).items():
        try:
            put_cast(context, session, project, {role: voice_id})
        except StudioError:  # left to the narrator, which the list of problems says
            continue


def lock_roles(session: Session, project: ProjectRow) -> None:
    """Keep the voices of a project's cast for its whole series.

    Raises:
        ConflictError: the project is in no series.
    """
    if not project.series:
        raise ConflictError(
            "the book is part of no series",
            where=project.name,
            hint="Name one with `studio cast PROJECT --series NAME`.",
        )
    now = utc_now().isoformat()
    known = locked_voices(session, project)
    present = _roles(session, project)
    for role, voice_id in cast_voices(session, project.id).items():
        if role in present and known.get(role) != voice_id:
            session.merge(SeriesRoleRow(series=project.series, role=role, voice_id=voice_id, created_at=now))
    session.flush()


def unlock_role(session: Session, project: ProjectRow, role: str) -> None:
    """Let a role have another voice in each book of a series.

    Raises:
        NotFoundError: it is not locked.
    """
    row = session.get(SeriesRoleRow, (project.series, role))
    if not project.series or row is None:
        raise NotFoundError(f"the role '{role}' is not locked", where=project.name, hint="See `studio cast PROJECT`.")
    session.delete(row)
    session.flush()


def put_cast(context: Context, session: Session, project: ProjectRow, wanted: Mapping[str, str | None]) -> None:
    """Cast voices for roles; None gives a role back to the narrator's voice.

    A new narrator, and whom a licence says to name, are also named in the credits.

    Raises:
        NotFoundError: there is no such voice.
        InputError: a voice cannot read the book's language.
        RefusedError: the gate does not let a voice sound.
    """
    before = cast_voices(session, project.id)
    for role, voice_id in wanted.items():
        if voice_id is None:
            session.execute(delete(CastRow).where(CastRow.project_id == project.id, CastRow.role == role))
            continue
        context.gate.check(gate_request(project, voice_id, "cast"))
        check_language(context.voice(voice_id), project.language)
        session.merge(CastRow(project_id=project.id, role=role, voice_id=voice_id))
    cast = {role: voice_id for role, voice_id in {**before, **wanted}.items() if voice_id is not None}
    named, named_before = (credited(cast_licences(context, voices)) for voices in (cast, before))
    if wanted.get(NARRATOR, before.get(NARRATOR)) != before.get(NARRATOR) or named != named_before:
        credit_cast(context, session, project, cast)


def _wanted(session: Session, project: ProjectRow) -> dict[str, str]:
    """Voices of locked roles that the book has and that another voice, or none, speaks."""
    locked = locked_voices(session, project)
    if not locked:
        return {}
    present, cast = _roles(session, project), cast_voices(session, project.id)
    return {role: voice for role, voice in locked.items() if role in present and cast.get(role) != voice}


def _roles(session: Session, project: ProjectRow) -> frozenset[str]:
    found = session.scalars(
        select(SegmentRow.role).join(ChapterRow).where(ChapterRow.project_id == find_project(session, project.id).id)
    )
    return frozenset(found) | {NARRATOR}

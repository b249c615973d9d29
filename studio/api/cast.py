"""The cast of a book over HTTP: its roles, voices that suit them, and the series that keeps them."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from studio.bootstrap import Studio
from studio.manuscript.tags import plain_text

Name = Annotated[str, Field(max_length=200)]


class Choice(BaseModel):
    """The voice of a role; none: the narrator reads it."""

    role: Name
    voice: Name | None


class Series(BaseModel):
    """The series a book is part of; empty for none."""

    name: Name


class Role(BaseModel):
    """A role by its name."""

    role: Name


def cast_routes(studio: Studio) -> APIRouter:
    """Routes under `/media/{project}/cast`. Every change is answered by the cast as it is then."""
    routes = APIRouter(prefix="/media/{project}/cast", tags=["cast"])

    @routes.get("")
    def cast(project: str) -> dict[str, Any]:
        """Roles with what there is to cast them by, voices that suit each, and the series."""
        language = studio.projects.get(project).language
        voices = [voice for voice in studio.casting.voices(language) if voice.available and not voice.reason]
        return {
            "roles": [
                {**asdict(sheet), "line": plain_text(sheet.samples[0]) if sheet.samples else ""}
                for sheet in studio.casting.sheet(project)
            ],
            "suggested": {
                role: [asdict(fit) for fit in fits] for role, fits in studio.casting.suggest(project).items()
            },
            "voices": [{"id": voice.id, "name": voice.name, "sex": voice.sex} for voice in voices],
            "series": asdict(studio.casting.series(project)),
        }

    @routes.put("")
    def choose(project: str, wanted: list[Choice]) -> dict[str, Any]:
        """Cast voices for roles."""
        for choice in wanted[:1_000]:
            studio.casting.set_voice(project, choice.role, choice.voice)
        return cast(project)

    @routes.put("/series")
    def join(project: str, wanted: Series) -> dict[str, Any]:
        """Make the book part of a series, or of none."""
        studio.casting.set_series(project, wanted.name)
        return cast(project)

    @routes.post("/locked")
    def lock(project: str) -> dict[str, Any]:
        """Keep the cast for the whole series."""
        studio.casting.lock_cast(project)
        return cast(project)

    @routes.post("/unlocked")
    def unlock(project: str, wanted: Role) -> dict[str, Any]:
        """Keep the voice of a role no longer."""
        studio.casting.unlock(project, wanted.role)
        return cast(project)

    return routes

"""Sound and pictures over HTTP: finished chapters, all of them in one archive, the cover, and auditions."""

from pathlib import Path
from typing import Annotated

from fastapi import APIRouter, Query, Response
from fastapi.responses import FileResponse
from pydantic import BaseModel, Field

from studio.bootstrap import Studio
from studio.core.errors import NotFoundError
from studio.services.auditions import audition_wav

_COVER_TYPES = frozenset({"image/jpeg", "image/png"})
_REVALIDATE = {"cache-control": "private, no-cache"}


class AuditionRequest(BaseModel):
    """A sentence to hear; the service holds the limits."""

    text: Annotated[str, Field(max_length=10_000)]
    voice: Annotated[str, Field(max_length=200)]
    language: Annotated[str, Field(max_length=35)] | None = None
    delivery: Annotated[str, Field(max_length=200)] = "neutral"


def media_routes(studio: Studio) -> APIRouter:
    """Routes under `/media`. A project goes by name or id, a chapter by id; no path ever comes from the request."""
    routes = APIRouter(prefix="/media", tags=["media"])

    @routes.get("/{project}/chapters/{chapter}.mp3")
    def chapter_file(project: str, chapter: str, *, download: Annotated[bool, Query()] = False) -> FileResponse:
        """The finished MP3 of a chapter, whole or by ranges, to play or (`?download=1`) to keep."""
        return _file(studio.listening.delivered_file(project, chapter), "audio/mpeg", download=download)

    @routes.get("/{project}/audiobook.zip")
    def archive(project: str) -> FileResponse:
        """All finished chapters in one archive."""
        title = studio.projects.get(project).name
        return _file(studio.listening.archive(project), "application/zip", name=f"{title}.zip", download=True)

    @routes.get("/{project}/cover")
    def cover(project: str) -> Response:
        """The cover picture."""
        picture = studio.projects.cover(project)
        if picture is None or picture.media_type not in _COVER_TYPES:
            raise NotFoundError("the book has no cover picture")
        return Response(picture.data, media_type=picture.media_type, headers=_REVALIDATE)

    @routes.post("/auditions")
    def audition(wanted: AuditionRequest) -> Response:
        """A sentence said in a voice, as loud as in any other: a WAV file."""
        said = studio.auditions.say(wanted.text, wanted.voice, language=wanted.language, delivery=wanted.delivery)
        return Response(audition_wav(said), media_type="audio/wav", headers={"cache-control": "no-store"})

    return routes


def _file(path: Path, media_type: str, *, name: str | None = None, download: bool) -> FileResponse:
    return FileResponse(
        path,
        media_type=media_type,
        filename=name or path.name,
        content_disposition_type="attachment" if download else "inline",
        headers=_REVALIDATE,
    )

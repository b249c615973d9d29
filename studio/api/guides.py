"""Guide recordings of lines over HTTP: hand one in, hear it, realign it, remove it."""

from dataclasses import asdict
from typing import Any
from urllib.parse import quote

from anyio.to_thread import run_sync
from fastapi import APIRouter, Request
from fastapi.responses import FileResponse

from studio.api.uploads import received
from studio.bootstrap import Studio
from studio.manuscript.tags import parse_delivery
from studio.services.guides import GuideView

LARGEST_GUIDE_BYTES = 50 * 1024 * 1024
_PRIVATE = {"cache-control": "no-store"}


def guide_routes(studio: Studio) -> APIRouter:
    """Routes under `/media/{project}/segments/{segment}/guide`. A project goes by name or id, a segment by id."""
    routes = APIRouter(prefix="/media", tags=["guides"])
    address = "/{project}/segments/{segment}/guide"

    @routes.get(address)
    def look(project: str, segment: str) -> dict[str, Any] | None:
        """The guide recording of a line, if it has one."""
        return _guide_value(project, studio.guides.get(project, segment))

    @routes.put(address)
    async def record(project: str, segment: str, request: Request, revoice: str = "") -> dict[str, Any] | None:
        """Lead a line by a recording, the request's body; or have it re-voiced by the engine that is named."""
        async with received(request, studio.settings.temporary, LARGEST_GUIDE_BYTES) as path:
            guide = await run_sync(lambda: studio.guides.record(project, segment, path, converter=revoice))
        return _guide_value(project, guide)

    @routes.post(address)
    def realign(project: str, segment: str) -> dict[str, Any] | None:
        """Align the recording there is to the words the line has now."""
        return _guide_value(project, studio.guides.realign(project, segment))

    @routes.put(f"{address}/mode")
    def choose(project: str, segment: str, revoice: str = "") -> dict[str, Any] | None:
        """Have the recording there is re-voiced by an engine, or followed if none is named."""
        return _guide_value(project, studio.guides.choose(project, segment, revoice))

    @routes.get(f"{address}/converters")
    def converters(project: str, segment: str) -> dict[str, Any]:
        """What can re-voice recordings of this line, or why nothing can."""
        found = studio.guides.converters(project, segment)
        return {"ready": [{"name": name, "title": title} for name, title in found.ready], "missing": found.missing}

    @routes.delete(address)
    def remove(project: str, segment: str) -> None:
        """Lead the line by its tags again; the recording goes."""
        studio.guides.remove(project, segment)

    @routes.get(f"{address}/sound")
    def guide_sound(project: str, segment: str) -> FileResponse:
        """The recording itself, whole or by ranges; no browser keeps it."""
        return FileResponse(studio.guides.sound(project, segment), media_type="audio/flac", headers=_PRIVATE)

    return routes


def _guide_value(project: str, guide: GuideView | None) -> dict[str, Any] | None:
    if guide is None:
        return None
    address = f"/media/{quote(project, safe='')}/segments/{quote(guide.segment_id, safe='')}/guide/sound"
    return {
        "heard": guide.heard,
        "duration_s": guide.duration_s,
        "current": guide.current,
        "converter": guide.converter,
        "suggestion": asdict(parse_delivery(guide.suggestion)) if guide.suggestion else None,
        "url": address,
    }

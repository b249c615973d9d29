"""The lines of a book over HTTP: change one, hear it in any delivery, see how it is said."""

from dataclasses import asdict
from typing import Annotated, Any
from urllib.parse import quote

from fastapi import APIRouter, Header, Query, Response
from pydantic import BaseModel, Field

from studio.api.documents import recording_response
from studio.bootstrap import Studio
from studio.manuscript.delivery import NEUTRAL, Delivery
from studio.manuscript.tags import Event, Rest, Words, escape_tags, parse_delivery, read_tags, write_tags
from studio.services.deliveries import Preview
from studio.services.views import SegmentView

_GUIDED = "guide: "

Tagged = Annotated[str, Field(max_length=10_000)]
Tag = Annotated[str, Field(max_length=200)]
Level = Annotated[float, Query(ge=-20, le=20)]
Key = Annotated[str, Query(max_length=64)]


class LineRequest(BaseModel):
    """A line as it would be; what is not given stays as it is. The services hold the limits."""

    text: Tagged | None = None
    delivery: Tag | None = None


class TextRequest(BaseModel):
    """Tagged text to read, and the delivery in force where it begins."""

    text: Tagged
    delivery: Tag = "neutral"


def line_routes(studio: Studio) -> APIRouter:
    """Routes under `/media`. A project goes by name or id, a segment by id, a take by its key."""
    routes = APIRouter(prefix="/media", tags=["lines"])
    _editing(routes, studio)
    _hearing(routes, studio)
    return routes


def _editing(routes: APIRouter, studio: Studio) -> None:
    @routes.post("/tags")
    def read(wanted: TextRequest) -> dict[str, Any]:
        """What tagged text says: its pieces, its bare words, and the tags that mean nothing."""
        tagged = read_tags(wanted.text, parse_delivery(wanted.delivery))
        return {
            "pieces": pieces(wanted.text, parse_delivery(wanted.delivery)),
            "plain": escape_tags(tagged.text),
            "problems": [asdict(problem) for problem in tagged.problems],
        }

    @routes.get("/{project}/segments")
    def chapter_lines(project: str, chapter: Annotated[int, Query(ge=0, le=100_000)]) -> list[dict[str, Any]]:
        """The lines of a chapter in reading order."""
        return [line_value(view) for view in studio.segments.script(project, chapter)]

    @routes.get("/{project}/segments/{segment}")
    def one_line(project: str, segment: str) -> dict[str, Any]:
        """A line as it stands."""
        return line_value(studio.segments.one(project, segment))

    @routes.put("/{project}/segments/{segment}")
    def save(project: str, segment: str, wanted: LineRequest) -> dict[str, Any]:
        """Change a line without saying it."""
        return line_value(studio.segments.set_line(project, segment, wanted.text, delivery=wanted.delivery))


def _hearing(routes: APIRouter, studio: Studio) -> None:
    @routes.post("/{project}/segments/{segment}/preview")
    def preview(project: str, segment: str, wanted: LineRequest) -> dict[str, Any]:
        """Say a line as it would be, changing nothing.

        Its `url` is as loud as it will be in the book, its `equal_url` as loud as every other.
        """
        made = studio.deliveries.preview(project, segment, wanted.text, wanted.delivery)
        return {**asdict(made), **_addresses(project, made)}

    @routes.get("/{project}/previews/{key}.flac")
    def sound(
        project: str, key: str, *, level_db: Level = 0.0, wanted: Annotated[str | None, Header(alias="range")] = None
    ) -> Response:
        """The sound of a take, whole or by ranges; the gate is asked every time, so no browser keeps it."""
        return recording_response(studio.deliveries.sound(project, key, level_db=level_db), wanted)

    @routes.get("/{project}/segments/{segment}/lane")
    def lane(project: str, segment: str, key: Key | None = None) -> dict[str, Any]:
        """How a take of the line is said, moment by moment, and what it sounds like."""
        found = studio.deliveries.lane(project, segment, key)
        return {**asdict(found), "asked": asked_value(found.asked)}


def line_value(view: SegmentView) -> dict[str, Any]:
    """A line as the scripts show it: its delivery in figures, its words in pieces.

    A delivery tag at its very beginning is the delivery of the line, and so it is shown.
    """
    start = parse_delivery(view.delivery)
    tagged = read_tags(view.text, start)
    first = next((part.delivery for part in tagged.parts if isinstance(part, Words)), start)
    text = view.text
    if first != start and not tagged.problems:  # what means nothing stays in the text, to be seen and mended
        start, text = first, write_tags(tagged.parts, first)
    return {**asdict(view), "text": text, "delivery": asdict(start), "pieces": pieces(text, start)}


def pieces(text: str, start: Delivery = NEUTRAL) -> list[dict[str, Any]]:
    """Tagged text as what can be shown one after the other: words, and each tag by what it means.

    A delivery stands where it begins to differ from what was in force before. Words that a tag has said otherwise are a
    piece of their own, with how as `said`; `glued` ones stand against the words before them.
    """
    found: list[dict[str, Any]] = []
    force = start
    for part in read_tags(text, start).parts:
        match part:
            case Words(words, delivery, said, glued):
                if delivery != force:
                    found.append({"kind": "delivery", "delivery": asdict(delivery)})
                    force = delivery
                told = {} if said is None else {"said": asdict(said)}
                found.append({"kind": "words", "text": words, **told, **({"glued": True} if glued else {})})
            case Rest(seconds):
                found.append({"kind": "rest", "seconds": seconds})
            case Event(name):
                found.append({"kind": "event", "name": name})
    return found


def asked_value(asked: str) -> list[dict[str, Any]]:
    """The deliveries of a take in figures, in their order; `{"guide": true}` alone where a recording leads it."""
    if asked.startswith(_GUIDED):
        return [{"guide": True}]
    return [asdict(parse_delivery(each)) for each in asked.split(" | ")]


def _addresses(project: str, made: Preview) -> dict[str, str]:
    address = f"/media/{quote(project, safe='')}/previews/{made.key}.flac"
    return {"url": f"{address}?level_db={max(-20.0, min(20.0, made.level_db)):g}", "equal_url": address}

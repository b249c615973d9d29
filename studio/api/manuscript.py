"""The manuscript of a book over HTTP: its script, edits of lines, search and replace, undo, problems, spoken form."""

from collections.abc import Collection, Iterable
from dataclasses import asdict, replace
from typing import Annotated, Any

from fastapi import APIRouter, Query
from pydantic import BaseModel, Field

from studio.api.lines import pieces
from studio.bootstrap import Studio
from studio.manuscript.tags import parse_delivery
from studio.services.lexicon import entry_from
from studio.services.manuscript_views import ScriptLine
from studio.spoken.form import RULE_CLASSES

_SHOWN_WORDS = 300
_SHOWN_PLACES = 20

Tagged = Annotated[str, Field(max_length=10_000)]
Short = Annotated[str, Field(max_length=300)]
Asked = Annotated[str, Query(max_length=300)]


class LineChange(BaseModel):
    """What becomes of a line; what is not given stays."""

    text: Tagged | None = None
    role: Short | None = None
    delivery: Short | None = None
    skipped: bool | None = None


class Cut(BaseModel):
    """Where a line is cut: characters of its tagged text before the cut."""

    at: int = Field(ge=0, le=10_000)


class Replacement(BaseModel):
    """Words to put in the place of others; in one line where a segment is named."""

    words: Short
    by: Short
    match_case: bool = False
    whole_words: bool = False
    segment: str | None = Field(default=None, max_length=64)


class Wording(BaseModel):
    """Words a line might have; its own if not given."""

    text: Tagged | None = None


class Rules(BaseModel):
    """Classes of rules of the spoken form that a book leaves out."""

    off: list[Short] = Field(max_length=100)


class Answer(BaseModel):
    """Suggestions that are accepted or declined, by id."""

    ids: list[Short] = Field(min_length=1, max_length=10_000)


class Speaker(BaseModel):
    """Who speaks what a role was given: its unsure lines, or all of them; the role itself if nobody else is named."""

    role: Short
    to: Short | None = None
    all_lines: bool = False


class Pronunciation(BaseModel):
    """How a word is said: phonemes between slashes, a respelling, or other words; in one place, or the whole book."""

    word: Short
    said: Short
    segment: str | None = Field(default=None, max_length=64)
    number: int = Field(default=1, ge=1, le=1_000)


def manuscript_routes(studio: Studio) -> APIRouter:
    """Routes under `/media/{project}/manuscript`. Every edit is answered by the lines of the chapters it touched."""
    routes = APIRouter(prefix="/media/{project}/manuscript", tags=["manuscript"])
    _reading(routes, studio)
    _editing(routes, studio)
    _proposing(routes, studio)
    _pronouncing(routes, studio)
    return routes


def _reading(routes: APIRouter, studio: Studio) -> None:
    @routes.get("")
    def whole(project: str) -> dict[str, Any]:
        """The whole script, with the chapters it is divided into."""
        return {
            **_answer(studio, project),
            "chapters": [asdict(chapter) for chapter in studio.projects.chapters(project)],
            "presets": [{"name": each.name, "title": each.title} for each in studio.deliveries.table()],
            "rules": {"all": sorted(RULE_CLASSES), "off": studio.manuscript.rules_off(project)},
        }

    @routes.get("/problems")
    def problems(project: str) -> list[dict[str, Any]]:
        """What wants a look."""
        return [asdict(problem) for problem in studio.manuscript.problems(project)]

    @routes.get("/search")
    def search(
        project: str, words: Asked, *, match_case: bool = False, whole_words: bool = False
    ) -> list[dict[str, Any]]:
        """The lines that hold some words."""
        found = studio.manuscript.search(project, words, match_case=match_case, whole_words=whole_words)
        return [asdict(each) for each in found]

    @routes.post("/lines/{segment}/spoken")
    def spoken(project: str, segment: str, wanted: Wording) -> dict[str, Any]:
        """How a line is said, and by which rules."""
        return asdict(studio.manuscript.preview(project, segment, wanted.text))

    @routes.put("/rules")
    def rules(project: str, wanted: Rules) -> list[str]:
        """Leave classes of rules out of this book."""
        return list(studio.manuscript.set_rules(project, frozenset(wanted.off)))


def _editing(routes: APIRouter, studio: Studio) -> None:
    @routes.put("/lines/{segment}")
    def change(project: str, segment: str, wanted: LineChange) -> dict[str, Any]:
        """Change a line."""
        line = studio.manuscript.set_line(
            project, segment, text=wanted.text, role=wanted.role, delivery=wanted.delivery, skipped=wanted.skipped
        )
        return _answer(studio, project, {line.chapter})

    @routes.post("/lines/{segment}/split")
    def split(project: str, segment: str, wanted: Cut) -> dict[str, Any]:
        """Cut a line in two."""
        first, second = studio.manuscript.split(project, segment, wanted.at)
        return {**_answer(studio, project, {first.chapter}), "made": second.id}

    @routes.post("/lines/{segment}/merge")
    def merge(project: str, segment: str) -> dict[str, Any]:
        """Join a line with the next."""
        return _answer(studio, project, {studio.manuscript.merge(project, segment).chapter})

    @routes.post("/replace")
    def replace(project: str, wanted: Replacement) -> dict[str, Any]:
        """Put words in the place of others."""
        changed = studio.manuscript.replace(
            project,
            wanted.words,
            wanted.by,
            match_case=wanted.match_case,
            whole_words=wanted.whole_words,
            segment_id=wanted.segment,
        )
        count = sum(each.count for each in changed)
        return {**_answer(studio, project, {each.chapter for each in changed}), "replaced": count}

    @routes.post("/undo")
    def undo(project: str) -> dict[str, Any]:
        """Undo the last edit."""
        return _answer(studio, project, studio.manuscript.undo(project))

    @routes.post("/redo")
    def redo(project: str) -> dict[str, Any]:
        """Do the edit again that was undone last."""
        return _answer(studio, project, studio.manuscript.redo(project))


def _proposing(routes: APIRouter, studio: Studio) -> None:
    @routes.post("/speakers")
    def find_speakers(project: str) -> dict[str, Any]:
        """Find who speaks: lines are cut at the borders of speech, and each is given its role."""
        found = studio.speakers.find(project)
        return {**_answer(studio, project), "found": asdict(found)}

    @routes.delete("/speakers")
    def forget_speakers(project: str) -> dict[str, Any]:
        """Take back what was found, but for what a person confirmed."""
        found = studio.speakers.forget(project)
        return {**_answer(studio, project), "found": asdict(found)}

    @routes.post("/speakers/confirmed")
    def confirm(project: str, wanted: Speaker) -> dict[str, Any]:
        """Say at once who speaks the unsure lines of a role, or all of its lines; one step to undo."""
        lines = [
            line
            for line in studio.manuscript.lines(project)
            if line.role == wanted.role and (wanted.all_lines or line.speaker == "unsure")
        ]
        to = wanted.role if wanted.to is None else wanted.to
        studio.speakers.decide_many(project, {line.id: to for line in lines})
        return {**_answer(studio, project, {line.chapter for line in lines}), "confirmed": len(lines)}

    @routes.post("/suggestions")
    def propose(project: str) -> dict[str, int]:
        """Look for deliveries that the book asks for."""
        return {"open": len(studio.suggestions.propose(project))}

    @routes.post("/suggestions/accepted")
    def accept(project: str, wanted: Answer) -> dict[str, Any]:
        """Follow suggestions."""
        changed = set(studio.suggestions.accept(project, wanted.ids))
        chapters = {line.chapter for line in studio.manuscript.lines(project) if line.id in changed}
        return _answer(studio, project, chapters)

    @routes.post("/suggestions/declined")
    def decline(project: str, wanted: Answer) -> dict[str, Any]:
        """Put suggestions away for good."""
        studio.suggestions.decline(project, wanted.ids)
        return _answer(studio, project, ())


def _pronouncing(routes: APIRouter, studio: Studio) -> None:
    @routes.get("/words")
    def words(project: str) -> list[dict[str, Any]]:
        """Words that are worth a look, each with its first places and how often it comes."""
        return [
            {**asdict(replace(each, places=each.places[:_SHOWN_PLACES])), "count": len(each.places)}
            for each in studio.lexicon.risky(project)[:_SHOWN_WORDS]
        ]

    @routes.post("/words")
    def say(project: str, wanted: Pronunciation) -> dict[str, Any]:
        """Say a word in a way of its own: where it stands in a line, or by an entry of the book's lexicon."""
        if wanted.segment is None:
            studio.lexicon.add(entry_from(wanted.word, wanted.said), project=project)
            return _answer(studio, project, ())
        studio.lexicon.fix(project, wanted.segment, wanted.word, wanted.number, wanted.said)
        chapters = {line.chapter for line in studio.manuscript.lines(project) if line.id == wanted.segment}
        return _answer(studio, project, chapters)


def _answer(studio: Studio, project: str, chapters: Collection[int] | None = None) -> dict[str, Any]:
    lines = studio.manuscript.lines(project, chapters)
    return {
        "changed": sorted({line.chapter for line in lines}),
        "lines": _values(lines),
        "history": asdict(studio.manuscript.history(project)),
    }


def _values(lines: Iterable[ScriptLine]) -> list[dict[str, Any]]:
    return [
        {**asdict(line), "delivery": asdict(start), "pieces": pieces(line.text, start)}
        for line in lines
        for start in (parse_delivery(line.delivery),)
    ]

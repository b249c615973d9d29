"""Commands about who speaks a person's voice: voice match, and the engine."""

from typing import Annotated, Any, Final

import typer

from studio.cli.acting import As, local_actor
from studio.cli.shell import Home, Json, open_home, run_job, show, table_of
from studio.core.errors import InputError
from studio.render.match.words import RANKED, TUNED
from studio.services.matching import CandidateView

Person = Annotated[str, typer.Argument(metavar="VOICE", help="Id of the voice of a person who consented.")]


_COLUMNS: Final = ["Voice", "Timbre>", "Pitch>", "Judge>", "Floor>", "Ceiling>"]


def add_to(voices: typer.Typer) -> None:
    """Register the commands among those about voices."""
    voices.command("match")(match)
    voices.command("use")(use)


def match(
    voice: Person,
    rank: Annotated[bool, typer.Option("--rank", help="Only list the nearest built-in voices.")] = False,
    choose: Annotated[str | None, typer.Option(metavar="STOCK", help="Take this one of them, untuned.")] = None,
    forget: Annotated[bool, typer.Option("--forget", help="Destroy the match.")] = False,
    seed: Annotated[int, typer.Option(min=0, help="Another seed searches along another way.")] = 0,
    quick: Annotated[bool, typer.Option("--quick", help="Only the nearest voices, blended with nothing.")] = False,
    as_: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Find the built-in voice that comes closest to a person, and tune it: one to a few minutes.

    A voice match will not be mistaken for the person. It needs their consent, also to the comparison of voices.
    """
    if rank + forget + (choose is not None) > 1:
        raise InputError("--rank, --choose and --forget exclude each other")
    actor = local_actor(as_)
    with open_home(home) as studio:
        if rank:
            found = studio.matching.rank(voice, actor)
            rows: list[list[object]] = [_row(each) for each in found]
            show({"candidates": found}, json, lambda: table_of(_COLUMNS, rows, RANKED))
        elif forget:
            studio.matching.forget(voice, actor)
            show({"voice": voice, "match": None}, json, lambda: f"The match of {voice} is destroyed.")
        elif choose is not None:
            made = studio.matching.choose(voice, choose, actor)
            show({"voice": voice, "match": made}, json, lambda: made.words)
        else:
            figures: dict[str, Any] = run_job(studio, studio.matching.tune(voice, actor, seed=seed, quick=quick).id)[
                "match"
            ]
            show({"voice": voice, "match": figures}, json, lambda: TUNED.format(voice=voice, **figures))


def use(
    voice: Person,
    engine: Annotated[str | None, typer.Option(help="Engine that speaks the voice from now on.")] = None,
    as_: As = None,
    json: Json = False,
    home: Home = None,
) -> None:
    """Choose the engine that speaks a person's voice, or list those that could."""
    with open_home(home) as studio:
        if engine is not None:
            studio.matching.use_engine(voice, engine, local_actor(as_))
            show({"voice": voice, "engine": engine}, json, lambda: f"{voice} is spoken by {engine} now.")
            return
        engines = studio.matching.engines()
        rows: list[list[object]] = [[each.name, each.title, each.missing or "ready"] for each in engines]
        show({"engines": engines}, json, lambda: table_of(["Engine", "Name", "Standing"], rows))


def _row(found: CandidateView) -> list[object]:
    judged = (found.judge_likeness, found.floor, found.ceiling)
    return [
        found.voice_id,
        f"{found.likeness:.2f}",
        f"{found.pitch_hz:.0f} Hz",
        *(f"{figure:.2f}" for figure in judged),
    ]

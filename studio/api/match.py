"""Who speaks a person's voice, over HTTP: the nearest built-in voices, the match, the search for it, the engine."""

from dataclasses import asdict
from typing import Annotated, Any

from fastapi import APIRouter
from pydantic import BaseModel, Field

from studio.api.signed_in import SignedIn
from studio.bootstrap import Studio
from studio.consent.actors import Actor

Name = Annotated[str, Field(max_length=200)]


class ChoiceRequest(BaseModel):
    """One of the ranked voices."""

    stock: Name


class SearchRequest(BaseModel):
    """How long is searched."""

    quick: bool = False


class EngineRequest(BaseModel):
    """An engine by name."""

    engine: Name


def match_routes(studio: Studio) -> APIRouter:
    """Routes under `/media/matches/{voice}`, the voice by id; each but the ranking answers how it stands then."""
    routes = APIRouter(prefix="/media/matches/{voice}", tags=["match"])

    def standing(voice: str, actor: Actor) -> dict[str, Any]:
        return asdict(studio.matching.standing(voice, actor))

    @routes.get("")
    def look(voice: str, actor: SignedIn) -> dict[str, Any]:
        """How it stands."""
        return standing(voice, actor)

    @routes.post("/ranking")
    def rank(voice: str, actor: SignedIn) -> list[dict[str, Any]]:
        """The nearest built-in voices; takes seconds."""
        return [asdict(found) for found in studio.matching.rank(voice, actor)]

    @routes.put("")
    def choose(voice: str, wanted: ChoiceRequest, actor: SignedIn) -> dict[str, Any]:
        """Take one of the ranked voices as it is."""
        studio.matching.choose(voice, wanted.stock, actor)
        return standing(voice, actor)

    @routes.delete("")
    def forget(voice: str, actor: SignedIn) -> dict[str, Any]:
        """Destroy the match."""
        studio.matching.forget(voice, actor)
        return standing(voice, actor)

    @routes.post("/search")
    def search(voice: str, wanted: SearchRequest, actor: SignedIn) -> dict[str, Any]:
        """Queue the search."""
        studio.matching.tune(voice, actor, quick=wanted.quick)
        return standing(voice, actor)

    @routes.delete("/search")
    def cancel(voice: str, actor: SignedIn) -> dict[str, Any]:
        """Stop the search."""
        studio.matching.cancel(voice, actor)
        return standing(voice, actor)

    @routes.put("/engine")
    def use(voice: str, wanted: EngineRequest, actor: SignedIn) -> dict[str, Any]:
        """Have the voice spoken by an engine from now on."""
        studio.matching.use_engine(voice, wanted.engine, actor)
        return standing(voice, actor)

    return routes

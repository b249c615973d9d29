"""The voice library over HTTP: bring a voice in, remove it, keep it at hand."""

from collections.abc import Callable
from pathlib import Path
from typing import Annotated

from anyio.to_thread import run_sync
from fastapi import APIRouter, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from studio.api.problems import problem_response
from studio.api.signed_in import SignedIn
from studio.api.uploads import received
from studio.bootstrap import Studio
from studio.consent.licences import StockVoice
from studio.core.errors import StudioError
from studio.services.library import LARGEST_NETWORK_BYTES, LARGEST_PACK_BYTES, LARGEST_SETTINGS_BYTES, VoiceFacts

_PACK = "pack"
_NETWORK, _SETTINGS = "model.onnx", "model.onnx.json"

Words = Annotated[str, Field(max_length=1_000)]


class NewVoice(BaseModel):
    """What is known of a voice that comes in, as `VoiceFacts`; the service says what is missing."""

    voice_id: Words = ""
    name: Words = ""
    language: Words = ""
    licence: Words = ""
    licensor: Words = ""
    licence_url: Words = ""
    declared: Words = ""
    sex: Words = ""
    commercial: bool | None = None
    attribution: Words = ""

    def facts(self) -> VoiceFacts:
        """As the service takes it."""
        return VoiceFacts(**{name: getattr(self, name) for name in VoiceFacts.__dataclass_fields__})


class NewPiperVoice(NewVoice):
    """A Piper voice: how much of the body is its network."""

    network_bytes: Annotated[int, Field(ge=0)]


class NewServerVoice(NewVoice):
    """A voice of a speech server."""

    url: Words = ""
    model: Words = ""
    voice: Words = ""
    sound_format: Words = "wav"


def library_routes(studio: Studio) -> APIRouter:
    """Routes under `/media/library`. Voices go by id."""
    routes = APIRouter(prefix="/media/library", tags=["library"])
    _bringing_in(routes, studio)

    @routes.delete("/{voice}")
    def remove(voice: str, actor: SignedIn) -> None:
        """Remove an imported voice."""
        studio.library.remove(voice, actor)

    @routes.put("/{voice}/favourite")
    def keep(voice: str, actor: SignedIn) -> None:
        """Keep a voice at hand."""
        studio.library.set_favourite(voice, actor, favourite=True)

    @routes.delete("/{voice}/favourite")
    def let_go(voice: str, actor: SignedIn) -> None:
        """Keep a voice at hand no more."""
        studio.library.set_favourite(voice, actor, favourite=False)

    return routes


def _bringing_in(routes: APIRouter, studio: Studio) -> None:
    temporary = studio.settings.temporary

    @routes.post("/packs")
    async def import_pack(request: Request, new: Annotated[NewVoice, Query()], actor: SignedIn) -> Response:
        """Import a Kokoro voice made elsewhere: the request's body."""
        async with received(request, temporary, LARGEST_PACK_BYTES, name=_PACK) as path:
            return await run_sync(lambda: _added(lambda: studio.library.import_pack(path, new.facts(), actor)))

    @routes.post("/piper")
    async def add_piper(request: Request, new: Annotated[NewPiperVoice, Query()], actor: SignedIn) -> Response:
        """Import a Piper voice: its network and then its settings are the request's body."""
        largest = LARGEST_NETWORK_BYTES + LARGEST_SETTINGS_BYTES
        async with received(request, temporary, largest, name=_NETWORK) as network:

            def add() -> StockVoice:
                settings = network.with_name(_SETTINGS)
                _split(network, settings, new.network_bytes)
                return studio.library.add_piper(network, settings, new.facts(), actor)

            return await run_sync(lambda: _added(add))

    @routes.post("/servers")
    def add_server(new: NewServerVoice, actor: SignedIn) -> Response:
        """Add a voice of a speech server."""
        return _added(
            lambda: studio.library.add_server(
                new.url, new.model, new.voice, new.facts(), actor, sound_format=new.sound_format
            )
        )


def _split(whole: Path, rest: Path, first_bytes: int) -> None:
    """Move what comes after the first file of a body into a file of its own; no more than the service would read."""
    with whole.open("r+b") as body:
        body.seek(first_bytes)
        rest.write_bytes(body.read(LARGEST_SETTINGS_BYTES + 1))
        body.truncate(first_bytes)


def _added(add: Callable[[], StockVoice]) -> Response:
    """The id of the voice that came in, or a problem that names the fact or file it is about as its `field`."""
    try:
        return JSONResponse({"voice": add().voice_id}, status_code=201)
    except StudioError as error:
        plain = StudioError(error.message, hint=error.hint)
        return problem_response(error.http_status, error.code, plain.sentence, more={"field": error.where})

"""The voice owner's own page: a static page and its API, for whoever holds the link of one consent record.

The link is `/my-voice#TOKEN`: a fragment never reaches a server log or a referrer. The page sends the token as
`Authorization: Bearer TOKEN`; it opens the API below for one record and nothing else of the studio.
"""

import tempfile
from collections.abc import AsyncIterator, Mapping
from contextlib import asynccontextmanager
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import Annotated, Any

import anyio
from anyio.to_thread import run_sync
from fastapi import APIRouter, Body, Depends, Header, Query, Request, Response
from fastapi.responses import JSONResponse
from pydantic import BaseModel, Field

from studio.api.documents import document_response, policy_response, recording_response
from studio.api.throttle import Throttle
from studio.bootstrap import Studio
from studio.consent.actors import Actor
from studio.consent.texts import language_pack, languages
from studio.core.errors import InputError, NotFoundError, RefusedError
from studio.core.time import utc_now

LARGEST_RECORDING_BYTES = 50 * 1024 * 1024
_ASSETS = Path(__file__).resolve().parent / "portal_assets"
_TYPES: Mapping[str, str] = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_LONGEST_TOKEN = 200
_PAGE_HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'"
    ),
    "permissions-policy": "microphone=(self), camera=(), geolocation=(), display-capture=()",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}
_PRIVATE: Mapping[str, str] = {**_PAGE_HEADERS, "cache-control": "no-store"}

Language = Annotated[str | None, Query(max_length=35)]


class AnswerRequest(BaseModel):
    """The answer to the notice: what was ticked, and the name typed as signature."""

    purposes: Annotated[dict[str, bool], Field(max_length=50)]
    signature_name: Annotated[str, Field(max_length=200)]
    language: Annotated[str, Field(max_length=35)]
    notice_sha256: Annotated[str, Field(max_length=64)]


def portal_routes(studio: Studio) -> APIRouter:
    """Routes under `/my-voice`. Each act answers with the page as it stands after it, in the language asked for."""
    routes = APIRouter(prefix="/my-voice", tags=["voice owner"], default_response_class=_PrivateJson)
    throttle = Throttle()
    assets = {path.name: path for path in _ASSETS.iterdir() if path.suffix in _TYPES}

    async def owner_of(request: Request, authorization: Annotated[str, Header()] = "") -> Actor:
        scheme, _, token = authorization.partition(" ")
        client = request.client.host if request.client else ""

        def look() -> Actor | None:
            if scheme.lower() != "bearer" or not 0 < len(token) <= _LONGEST_TOKEN:
                return None
            try:
                return studio.giving.open(token)
            except (RefusedError, NotFoundError):
                return None

        owner = await throttle.guess(client, look)
        if owner is None:
            raise RefusedError("this link is not valid", hint="Ask the studio for a new one.")
        return owner

    owner_link = Depends(owner_of)

    def stand(owner: Actor, language: str | None, **more: Any) -> dict[str, Any]:
        view = asdict(studio.giving.page(owner, owner.consent_id, language))
        for work in view["works"]:
            del work["path"]  # where it lies on the studio's disk is not theirs to know
        return {"page": view, **more}

    @routes.get("")
    def page() -> Response:
        """The page itself, the same for everybody."""
        return Response((_ASSETS / "index.html").read_bytes(), media_type="text/html", headers=_PAGE_HEADERS)

    @routes.get("/assets/{name}")
    def asset(name: str) -> Response:
        """Scripts, style and picture of the page."""
        path = assets.get(name)
        if path is None:
            raise NotFoundError("there is no such file")
        return Response(path.read_bytes(), media_type=_TYPES[path.suffix], headers=_PAGE_HEADERS)

    @routes.get("/policy")
    def policy() -> Response:
        """The written retention policy, public as BIPA demands."""
        return policy_response(studio.papers.policy_html())

    @routes.get("/api/words")
    def words(language: Language = None) -> dict[str, Any]:
        """The page's words for somebody without a valid link."""
        try:
            pack = language_pack(language or "en")
        except InputError:
            pack = language_pack("en")
        return {"strings": pack.strings, "language": pack.language, "languages": languages()}

    @routes.get("/api/page")
    def look(owner: Annotated[Actor, owner_link], language: Language = None) -> dict[str, Any]:
        """Where the consent stands, with all that the page shows."""
        return stand(owner, language)

    @routes.post("/api/answer")
    def answer(owner: Annotated[Actor, owner_link], given: AnswerRequest, language: Language = None) -> dict[str, Any]:
        """Agree to the notice exactly as it was shown."""
        studio.giving.answer(
            owner,
            owner.consent_id,
            purposes=given.purposes,
            signature_name=given.signature_name,
            language=given.language,
            notice_sha256=given.notice_sha256,
        )
        return stand(owner, language)

    @routes.post("/api/decline")
    def decline(owner: Annotated[Actor, owner_link], language: Language = None) -> dict[str, Any]:
        """Say no."""
        studio.giving.decline(owner, owner.consent_id)
        return stand(owner, language)

    @routes.post("/api/challenge")
    def challenge(owner: Annotated[Actor, owner_link], language: Language = None) -> dict[str, Any]:
        """Issue code words and number; `seconds_left` spares the page a comparison of clocks."""
        issued = studio.giving.challenge(owner, owner.consent_id)
        left = datetime.fromisoformat(issued.expires_at) - utc_now()
        return stand(owner, language, challenge={**asdict(issued), "seconds_left": max(0.0, left.total_seconds())})

    @routes.post("/api/recordings/reference")
    async def reference(
        request: Request, owner: Annotated[Actor, owner_link], language: Language = None
    ) -> dict[str, Any]:
        """Hand in a reference recording, the request's body; its checks come back at once."""
        async with _received(request, studio.settings.temporary) as path:
            clip = await run_sync(lambda: studio.giving.record_reference(owner, owner.consent_id, path))
        return await run_sync(lambda: stand(owner, language, clip=asdict(clip)))

    @routes.post("/api/recordings/statement")
    async def statement(
        request: Request,
        owner: Annotated[Actor, owner_link],
        challenge: Annotated[str, Query(max_length=100)],
        language: Language = None,
    ) -> dict[str, Any]:
        """Hand in the spoken statement, the request's body, for a challenge."""
        async with _received(request, studio.settings.temporary) as path:
            said = await run_sync(lambda: studio.giving.record_statement(owner, owner.consent_id, challenge, path))
        return await run_sync(lambda: stand(owner, language, statement=asdict(said)))

    @routes.get("/api/recordings/{clip}")
    def recording(
        owner: Annotated[Actor, owner_link], clip: str, wanted: Annotated[str | None, Header(alias="range")] = None
    ) -> Response:
        """A recording of one's own, to listen to."""
        return recording_response(studio.consents.clip(owner, owner.consent_id, clip), wanted)

    @routes.post("/api/approvals/{approval}")
    def decide(
        owner: Annotated[Actor, owner_link],
        approval: str,
        approve: Annotated[bool, Body(embed=True)],
        language: Language = None,
    ) -> dict[str, Any]:
        """Approve a project or final audio, or do not."""
        studio.giving.decide(owner, owner.consent_id, approval, approve)
        return stand(owner, language)

    @routes.post("/api/confirm-narrowing")
    def confirm(owner: Annotated[Actor, owner_link], language: Language = None) -> dict[str, Any]:
        """Confirm a renewal that allows less than before, which needs no new statement."""
        studio.giving.confirm_narrowing(owner, owner.consent_id)
        return stand(owner, language)

    @routes.post("/api/withdraw")
    def withdraw(owner: Annotated[Actor, owner_link], language: Language = None) -> dict[str, Any]:
        """End the consent, at once and for good."""
        studio.endings.withdraw(owner, owner.consent_id)
        return stand(owner, language)

    @routes.get("/api/papers/{name}")
    def paper(owner: Annotated[Actor, owner_link], name: str) -> Response:
        """A paper to keep; names as in `studio.api.documents.DOCUMENTS`."""
        return document_response(studio, owner, owner.consent_id, name)

    @routes.api_route("/{_rest:path}", methods=["GET", "POST", "PUT", "PATCH", "DELETE"])
    def nothing(_rest: str) -> Response:
        """Nothing else is under this path: the guard lets it through without sign-in, so no other app may see it."""
        raise NotFoundError("there is no such page", hint="Open the link that the studio sent.")

    return routes


class _PrivateJson(JSONResponse):
    """JSON that no browser or proxy keeps."""

    def init_headers(self, headers: Mapping[str, str] | None = None) -> None:
        super().init_headers({**_PRIVATE, **(headers or {})})


@asynccontextmanager
async def _received(request: Request, folder: Path) -> AsyncIterator[Path]:
    """The body of a request as a private file that is gone afterwards.

    Raises:
        InputError: it is empty, or too large.
    """
    with tempfile.TemporaryDirectory(prefix="recording-", dir=folder) as private:  # mode 0700
        path = Path(private) / "recording"
        size = 0
        async with await anyio.open_file(path, "wb") as sink:
            async for block in request.stream():
                size += len(block)
                if size > LARGEST_RECORDING_BYTES:
                    raise InputError(f"the recording is larger than {LARGEST_RECORDING_BYTES // 2**20} MB")
                await sink.write(block)
        if size == 0:
            raise InputError("the recording is empty", hint="Record it again.")
        yield path

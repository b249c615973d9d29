"""The voice owner's own page: static files, and what is open to everybody; its API is `studio.api.portal_api`.

The link is `/my-voice#TOKEN`: a fragment never reaches a server log or a referrer. The page sends the token as
`Authorization: Bearer TOKEN`; it opens the API for one record and nothing else of the studio.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from fastapi import APIRouter, Response

from studio.api.documents import policy_response
from studio.api.portal_api import Language, owner_routes
from studio.bootstrap import Studio
from studio.consent.texts import language_pack, languages
from studio.core.errors import InputError, NotFoundError

_ASSETS = Path(__file__).resolve().parent / "portal_assets"
_TYPES: Mapping[str, str] = {".css": "text/css", ".js": "text/javascript", ".svg": "image/svg+xml"}
_HEADERS: Mapping[str, str] = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; "
        "media-src 'self' blob:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'; "
        "require-trusted-types-for 'script'"
    ),
    "permissions-policy": "microphone=(self), camera=(), geolocation=(), display-capture=()",
    "referrer-policy": "no-referrer",
    "cache-control": "no-cache",
}


def portal_routes(studio: Studio) -> APIRouter:
    """Every route under `/my-voice`, which the guard lets through without sign-in."""
    routes = APIRouter(prefix="/my-voice", tags=["voice owner"])
    assets = {path.name: path for path in _ASSETS.iterdir() if path.suffix in _TYPES}

    @routes.get("")
    def page() -> Response:
        """The page itself, the same for everybody."""
        return Response((_ASSETS / "index.html").read_bytes(), media_type="text/html", headers=_HEADERS)

    @routes.get("/assets/{name}")
    def asset(name: str) -> Response:
        """Scripts, style and picture of the page."""
        path = assets.get(name)
        if path is None:
            raise NotFoundError("there is no such file")
        return Response(path.read_bytes(), media_type=_TYPES[path.suffix], headers=_HEADERS)

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
        return {"strings": dict(pack.strings), "language": pack.tag, "languages": languages()}

    routes.include_router(owner_routes(studio))

    @routes.api_route("/{_rest:path}", methods=["GET", "POST", "DELETE"])
    def nothing(_rest: str) -> Response:
        """Nothing else is here, so that no other app gets to see a request that nobody signed in for."""
        raise NotFoundError("there is no such page", hint="Open the link that the studio sent.")

    return routes

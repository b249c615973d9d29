"""Who may talk to the server: the right host name, no foreign page, and a password if one is set."""

import asyncio
import base64
import binascii
import hmac
from collections.abc import Mapping
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.api.problems import problem_response

_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_FAILED_LOGIN_S = 0.5
_HEADERS: Mapping[str, str] = {
    # Gradio compiles its component scripts in the page, hence the two unsafe words; nothing loads from elsewhere.
    "content-security-policy": (
        "default-src 'self'; script-src 'self' 'unsafe-inline' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
        "img-src 'self' data: blob:; media-src 'self' blob:; font-src 'self' data:; worker-src 'self' blob:; "
        "object-src 'none'; base-uri 'self'; form-action 'self'; frame-ancestors 'none'"
    ),
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "referrer-policy": "same-origin",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
}


class Guard:
    """Middleware that answers 403 or 401 before anything else runs.

    Without a password the server is for this machine alone: the Host header must name a loopback address, which stops
    DNS rebinding. Always, a request that changes something must come from a page of this server (OWASP cross-site
    request forgery cheat sheet: Origin and Fetch Metadata).
    """

    def __init__(self, app: ASGIApp, *, password: str | None = None) -> None:
        self._app = app
        self._password = password
        self._failing = asyncio.Lock()

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        method = scope.get("method", "GET") if scope["type"] == "http" else "POST"
        reason = _foreign(headers, method, any_host=self._password is not None)
        if reason:
            await problem_response(403, "refused", reason)(scope, receive, send)
            return
        if self._password is not None and not _knows(headers.get("authorization", ""), self._password):
            async with self._failing:  # one wrong guess at a time, so that guessing is slow
                await asyncio.sleep(_FAILED_LOGIN_S if headers.get("authorization") else 0)
            challenge = {"www-authenticate": 'Basic realm="Viva Voce", charset="UTF-8"'}
            answer = problem_response(401, "unauthorized", "The password is missing or wrong.", headers=challenge)
            await answer(scope, receive, send)
            return

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._app(scope, receive, send_safely)


def _foreign(headers: Headers, method: str, *, any_host: bool) -> str:
    """Why a request is not from a page of this server; empty if it may be."""
    host = headers.get("host", "")
    if not any_host and _host_name(host) not in _LOOPBACK:
        return "This studio answers only on this machine: open it as http://127.0.0.1."
    origin = headers.get("origin")
    if origin is not None and method not in _SAFE_METHODS and urlsplit(origin).netloc.lower() != host.lower():
        return "The request came from another site."
    site = headers.get("sec-fetch-site", "none")
    opened = method in _SAFE_METHODS and headers.get("sec-fetch-mode") == "navigate"
    if site in {"cross-site", "same-site"} and not opened:
        return "The request came from another site."
    return ""


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _knows(authorization: str, password: str) -> bool:
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return False
    try:
        _user, _, given = base64.b64decode(encoded, validate=True).partition(b":")
    except (binascii.Error, ValueError):
        return False
    return hmac.compare_digest(given, password.encode())

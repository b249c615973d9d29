"""Who may talk to the server: the right host name, no foreign page, and staff who sign in if there are accounts."""

import base64
import binascii
import hashlib
import ipaddress
import secrets
import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from urllib.parse import urlsplit

import anyio.to_thread
from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from studio.api.problems import problem_response
from studio.api.throttle import Throttle
from studio.consent.actors import Actor, Role
from studio.services.staff import StaffService

LOCAL_PERSON = Actor("the person at the studio", Role.LOCAL)
"""Who acts at a studio without accounts; what they attest, they sign by name."""
OWNER_PAGE = "/my-voice"
_LOOPBACK = frozenset({"127.0.0.1", "localhost", "::1"})
_SAFE_METHODS = frozenset({"GET", "HEAD", "OPTIONS"})
_OWNER_METHODS = frozenset({"GET", "POST", "DELETE"})
"""What the routes of the voice owner's page answer, every path of it; anything else might reach another app."""
_REMEMBERED_S = 60.0
_REMEMBERED = 256
_ACCOUNTS_SEEN_S = 1.0
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
    """Middleware that answers 403 or 401 before anything else runs, and notes in the request's state who acts.

    Without accounts the server is for this machine alone: the client must be on it, and the Host header must name a
    loopback address, which stops DNS rebinding. With accounts, everything but the voice owner's page wants staff who
    sign in (HTTP Basic); that page has links of its own (`studio.api.portal`). Always, a request that changes something
    must come from a page of this server (OWASP cross-site request forgery cheat sheet: Origin and Fetch Metadata).
    """

    def __init__(self, app: ASGIApp, *, staff: StaffService) -> None:
        self._app = app
        self._accounts = _Accounts(staff)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, or refuse it."""
        if scope["type"] not in {"http", "websocket"}:
            await self._app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        method = scope.get("method", "GET") if scope["type"] == "http" else "POST"
        accounts = await self._accounts.exist()
        reason = _foreign(headers, method) or ("" if accounts else _elsewhere(headers, scope))
        if reason:
            await problem_response(403, "refused", reason)(scope, receive, send)
            return
        if not _for_voice_owner(scope):
            actor = await self._accounts.sign_in(headers, _client(scope)) if accounts else LOCAL_PERSON
            if actor is None:
                challenge = {"www-authenticate": 'Basic realm="Viva Voce", charset="UTF-8"'}
                sentence = "The name or the password is missing or wrong."
                await problem_response(401, "unauthorized", sentence, headers=challenge)(scope, receive, send)
                return
            scope.setdefault("state", {})["actor"] = actor

        async def send_safely(message: Message) -> None:
            if message["type"] == "http.response.start":
                told = MutableHeaders(scope=message)
                for name, value in _HEADERS.items():
                    told.setdefault(name, value)  # a route may say something stricter
            await send(message)

        await self._app(scope, receive, send_safely)


@dataclass(frozen=True, slots=True)
class _SignedIn:
    actor: Actor
    until: float


class _Accounts:
    """Signs staff in.

    A right password is remembered for a minute, as a keyed hash, since checking one is slow by design; a change of the
    accounts, by whatever process, forgets all of them within a second.
    """

    def __init__(self, staff: StaffService, clock: Callable[[], float] = time.monotonic) -> None:
        self._staff = staff
        self._clock = clock
        self._throttle = Throttle()
        self._key = secrets.token_bytes(32)
        self._known: dict[bytes, _SignedIn] = {}
        self._version: str | None = None
        self._looked_at = 0.0

    async def exist(self) -> bool:
        """Whether anybody has an account."""
        now = self._clock()
        if self._version is None or now - self._looked_at > _ACCOUNTS_SEEN_S:
            version = await anyio.to_thread.run_sync(self._staff.version)
            if version != self._version:
                self._known.clear()
            self._version, self._looked_at = version, now
        return bool(self._version)

    async def sign_in(self, headers: Headers, client: str) -> Actor | None:
        """Who the credentials are of; None, late, if they are wrong."""
        authorization = headers.get("authorization", "")
        if not authorization:
            return None  # a browser asks like this first: no guess
        seen = self._version
        key = hashlib.blake2b(authorization.encode(), key=self._key).digest()
        known = self._known.get(key)
        if known and self._clock() < known.until:
            return known.actor
        name, password = _credentials(authorization)
        actor = await self._throttle.guess(client, lambda: self._staff.authenticate(name, password))
        if actor is not None and seen == self._version:
            if len(self._known) >= _REMEMBERED:
                self._known.clear()
            self._known[key] = _SignedIn(actor, self._clock() + _REMEMBERED_S)
        return actor


def _for_voice_owner(scope: Scope) -> bool:
    path = scope["path"]
    inside = path == OWNER_PAGE or path.startswith(f"{OWNER_PAGE}/")
    return scope["type"] == "http" and scope["method"] in _OWNER_METHODS and inside and ".." not in path.split("/")


def _foreign(headers: Headers, method: str) -> str:
    """Why a request is not from a page of this server; empty if it may be."""
    host = headers.get("host", "")
    origin = headers.get("origin")
    if origin is not None and method not in _SAFE_METHODS and _host_of(origin) != host.lower():
        return "The request came from another site."
    site = headers.get("sec-fetch-site", "none")
    opened = method in _SAFE_METHODS and headers.get("sec-fetch-mode") == "navigate"
    if site in {"cross-site", "same-site"} and not opened:
        return "The request came from another site."
    return ""


def _elsewhere(headers: Headers, scope: Scope) -> str:
    """Why a request is not from this machine; empty if it is."""
    if _host_name(headers.get("host", "")) in _LOOPBACK and _is_loopback(_client(scope)):
        return ""
    return "This studio has no accounts and answers only on its own machine: open it there as http://127.0.0.1."


def _client(scope: Scope) -> str:
    return str((scope.get("client") or ("", 0))[0])


def _is_loopback(client: str) -> bool:
    try:
        address = ipaddress.ip_address(client.partition("%")[0])
    except ValueError:
        return False
    mapped = address.ipv4_mapped if isinstance(address, ipaddress.IPv6Address) else None
    return (mapped or address).is_loopback


def _host_of(origin: str) -> str:
    try:
        return urlsplit(origin).netloc.lower()
    except ValueError:
        return ""


def _host_name(host: str) -> str:
    try:
        return (urlsplit(f"//{host}").hostname or "").lower()
    except ValueError:
        return ""


def _credentials(authorization: str) -> tuple[str, str]:
    """Name and password of a Basic header (RFC 7617, UTF-8); two empty strings if it is none."""
    scheme, _, encoded = authorization.partition(" ")
    if scheme.lower() != "basic":
        return "", ""
    try:
        name, _, password = base64.b64decode(encoded, validate=True).decode().partition(":")
    except (binascii.Error, ValueError):
        return "", ""
    return name, password

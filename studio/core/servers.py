"""Servers that words are sent to: which addresses are allowed, and what an answer may be.

Only a server that somebody named gets words, over an encrypted connection unless it runs on this machine; it cannot
pass them on by a redirection, and nothing in the environment puts a proxy between.
"""

import ipaddress
import re
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpx

from studio.core.errors import EngineError, InputError, MissingError

KEY: Final = re.compile(r"[\x21-\x7e]{1,1000}")
"""A key: one line of plain letters."""
PORTS: Final[Mapping[str, int]] = {"https": 443, "http": 80}

_CONNECT_S: Final = 10.0
_LONGEST_ADDRESS: Final = 500
_NAME: Final = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_WAY: Final = re.compile(r"[\w./~-]*", re.ASCII)
_REFUSED: Final = frozenset({httpx.codes.BAD_REQUEST, httpx.codes.NOT_FOUND, httpx.codes.UNPROCESSABLE_ENTITY})


@dataclass(frozen=True, slots=True)
class AnswerHints:
    """What is said of answers that are not good.

    Attributes:
        much: what an answer is never longer than: "a line can be".
        refuses: how a refusal is told: "refuses to say it".
        refused: what to do then.
        elsewhere: what to do where the server sends on to another address.
        key: what to do where it wants another key.
        reason: what the body of a refusal says of it, as the end of a sentence.
    """

    much: str
    refuses: str
    refused: str
    elsewhere: str
    key: str = ""
    reason: Callable[[bytes], str] = lambda _: ""


def is_loopback(host: str) -> bool:
    """Whether a host is this machine."""
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def checked_address(url: str, *, what: str, path: str, hint: str, key_hint: str = "") -> str:
    """The address of an endpoint in canonical form.

    Args:
        url: of the server ("https://example.com", "http://localhost:8880/v1") or of the endpoint itself.
        what: kind of server, for messages: "speech server".
        path: of the endpoint from its version on: "/v1/audio/speech".
        hint: how such an address is written.
        key_hint: where a key goes, since it does not go into the address.

    Raises:
        InputError: it is not one that words may be sent to.
    """
    wrong = InputError(f"this is not the address of a {what}", hint=hint)
    try:
        parts = urlsplit(url.strip())
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise wrong from error
    if parts.scheme not in PORTS or not host or len(url) > _LONGEST_ADDRESS or not url.strip().isprintable():
        raise wrong
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise InputError(f"the address of a {what} holds nothing but host, port and path", hint=key_hint or hint)
    loopback = is_loopback(host)
    if not loopback and (not _NAME.fullmatch(host) or host.rpartition(".")[2].isdecimal()):
        raise InputError(f"'{host[:80]}' is not the name of a host", hint=hint)
    if parts.scheme == "http" and not loopback:
        raise InputError(f"words would go to {host} unencrypted", hint="Use https, or a server on this machine.")
    if ".." in parts.path or "//" in parts.path or not _WAY.fullmatch(parts.path):
        raise wrong
    name = f"[{host}]" if ":" in host else host
    netloc = name if port in {None, PORTS[parts.scheme]} else f"{name}:{port}"
    trimmed, version = parts.path.rstrip("/"), f"/{path.split('/')[1]}"
    end = path.removeprefix(version)
    way = trimmed if trimmed.endswith(end) else trimmed.removesuffix(version) + path
    return SplitResult(parts.scheme, netloc, way, "", "").geturl()


@contextmanager
def connected(name: str, headers: Mapping[str, str], *, longest_s: float) -> Iterator[httpx.Client]:
    """A client for one server; what goes wrong on the way is told in its name.

    Args:
        name: of the server, for messages: "the speech server at example.com".
        headers: of every request.
        longest_s: how long any step may take, in seconds.

    Raises:
        MissingError: the server is away.
        EngineError: it is too slow, or the connection broke off.
    """
    own = {"Accept-Encoding": "identity", "User-Agent": "vivavoce", **headers}
    limits = httpx.Timeout(longest_s, connect=_CONNECT_S)
    try:
        with httpx.Client(trust_env=False, follow_redirects=False, timeout=limits, headers=own) as client:
            yield client
    except httpx.ConnectError as error:
        raise MissingError(f"{name} cannot be reached", hint="Start it, or check its address.") from error
    except httpx.TimeoutException as error:
        raise EngineError(f"{name} does not answer in time") from error
    except httpx.HTTPError as error:
        raise EngineError(f"the connection to {name} broke off") from error


def good_answer(name: str, answer: httpx.Response, *, most_bytes: int, deadline: float, hints: AnswerHints) -> bytes:
    """The body of a good answer.

    Args:
        name: of the server, for messages.
        answer: as it streams in.
        most_bytes: an answer is never longer.
        deadline: of `time.monotonic`.
        hints: what to do where it is none.

    Raises:
        MissingError: it wants another key.
        InputError: the address leads elsewhere, or the server does not take the request.
        EngineError: it is too slow, sends too much, or failed.
    """
    status = answer.status_code
    if answer.is_redirect or answer.has_redirect_location:
        raise InputError(f"{name} sends on to another address, which is not followed", hint=hints.elsewhere)
    if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        raise MissingError(f"{name} wants another key ({status})", hint=hints.key)
    body = bytearray()
    for block in answer.iter_bytes():
        body += block
        if len(body) > most_bytes:
            raise EngineError(f"{name} sends more than {hints.much}")
        if time.monotonic() > deadline:
            raise EngineError(f"{name} does not answer in time")
    if status in _REFUSED:
        raise InputError(f"{name} {hints.refuses} ({status}){hints.reason(bytes(body))}", hint=hints.refused)
    if status != httpx.codes.OK:
        raise EngineError(f"{name} failed ({status})")
    return bytes(body)

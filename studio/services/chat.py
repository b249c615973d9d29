"""One request to a chat server that speaks OpenAI's protocol.

Words of the book leave this machine here, or go to another program on it. Only the server that the owner named in the
settings gets them, over an encrypted connection unless it runs on this machine; it cannot pass them on by a
redirection, and nothing in the environment puts a proxy between. Its answer is data: it is read as JSON, and nothing in
it is followed.
"""

import ipaddress
import json
import re
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit, urlunsplit

import httpx

from studio.core.errors import EngineError, InputError, MissingError

LARGEST_ANSWER_BYTES: Final = 500_000
LONGEST_ANSWER_S: Final = 180.0
_CONNECT_S: Final = 10.0
_LONGEST_FIELD: Final = 500
_LONGEST_MODEL: Final = 100
_LONGEST_REASON: Final = 200
_PATH: Final = "/v1/chat/completions"
_NAME: Final = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_WAY: Final = re.compile(r"[\w./~-]*", re.ASCII)
_KEY: Final = re.compile(r"[\x21-\x7e]{1,1000}")
_HINT: Final = 'Write it like "http://localhost:11434" or "https://chat.example.com".'


@dataclass(frozen=True, slots=True)
class ChatServer:
    """A model on a server, and the key to it.

    Attributes:
        url: address of the chat endpoint.
        model: name of the model there.
        key: for the server; empty for none. Never shown.
    """

    url: str
    model: str
    key: str = field(default="", repr=False)

    @property
    def host(self) -> str:
        """Where the words go, with the port if it is named."""
        return urlsplit(self.url).netloc

    @property
    def on_this_machine(self) -> bool:
        """Whether the words stay on this machine."""
        return _is_loopback(urlsplit(self.url).hostname or "")


def make_chat_server(url: str, model: str, key: str = "") -> ChatServer:
    """Check an address, a name and a key.

    Raises:
        InputError: the address is not one that words may be sent to, or model or key are not plain text.
    """
    name = model.strip()
    if not name or len(name) > _LONGEST_MODEL or not name.isprintable():
        raise InputError("the name of the model on the chat server is missing or not plain text")
    if key.strip() and not _KEY.fullmatch(key.strip()):
        raise InputError("the key of the chat server is not one line of plain letters")
    return ChatServer(_endpoint(url.strip()), name, key.strip())


def ask_chat(server: ChatServer, instructions: str, question: Mapping[str, Any]) -> dict[str, Any]:
    """Ask a model something and read its answer as a JSON object.

    Args:
        server: whom to ask.
        instructions: what it is to do.
        question: what it is asked, sent as JSON.

    Raises:
        MissingError: the server is away, or wants another key.
        InputError: the address leads elsewhere, or the server does not know the model.
        EngineError: it is too slow, too busy, or its answer is no JSON object.
    """
    headers = {"Accept": "application/json", "Accept-Encoding": "identity", "User-Agent": "vivavoce"}
    if server.key:
        headers["Authorization"] = f"Bearer {server.key}"
    body = {
        "model": server.model,
        "temperature": 0,
        "response_format": {"type": "json_object"},
        "messages": [
            {"role": "system", "content": instructions},
            {"role": "user", "content": json.dumps(question, ensure_ascii=False)},
        ],
    }
    limits = httpx.Timeout(LONGEST_ANSWER_S, connect=_CONNECT_S)
    deadline = time.monotonic() + LONGEST_ANSWER_S
    try:
        with (
            httpx.Client(trust_env=False, follow_redirects=False, timeout=limits, headers=headers) as client,
            client.stream("POST", server.url, json=body) as answer,
        ):
            data = _body(server, answer, deadline)
    except httpx.ConnectError as error:
        raise MissingError(
            f"the chat server at {server.host} cannot be reached", hint="Start it, or check its address."
        ) from error
    except httpx.TimeoutException as error:
        raise EngineError(f"the chat server at {server.host} does not answer in time") from error
    except httpx.HTTPError as error:
        raise EngineError(f"the connection to the chat server at {server.host} broke off") from error
    return _content(server, data)


def _endpoint(url: str) -> str:
    try:
        parts = urlsplit(url)
        host, port = (parts.hostname or "").lower(), parts.port
    except ValueError as error:
        raise InputError("this is not the address of a chat server", hint=_HINT) from error
    if parts.scheme not in {"http", "https"} or not host or len(url) > _LONGEST_FIELD or not url.isprintable():
        raise InputError("this is not the address of a chat server", hint=_HINT)
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise InputError("the address of a chat server holds nothing but host, port and path", hint=_HINT)
    loopback = _is_loopback(host)
    if not loopback and (not _NAME.fullmatch(host) or host.rpartition(".")[2].isdecimal()):
        raise InputError(f"'{host[:80]}' is not the name of a host", hint=_HINT)
    if parts.scheme == "http" and not loopback:
        raise InputError(f"words would go to {host} unencrypted", hint="Use https, or a server on this machine.")
    path = parts.path.rstrip("/")
    if ".." in path or "//" in path or not _WAY.fullmatch(path):
        raise InputError("this is not the address of a chat server", hint=_HINT)
    name = f"[{host}]" if ":" in host else host
    way = path if path.endswith("/chat/completions") else path.removesuffix("/v1") + _PATH
    return urlunsplit((parts.scheme, name if port is None else f"{name}:{port}", way, "", ""))


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _body(server: ChatServer, answer: httpx.Response, deadline: float) -> bytes:
    status = answer.status_code
    if answer.is_redirect or answer.has_redirect_location:
        raise InputError(
            f"the chat server at {server.host} sends on to another address, which is not followed",
            hint="Name the address that is meant.",
        )
    if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        raise MissingError(f"the chat server at {server.host} wants another key ({status})")
    if status == httpx.codes.TOO_MANY_REQUESTS:
        raise EngineError(f"the chat server at {server.host} is too busy (429)", hint="Wait a while and start again.")
    data = bytearray()
    for block in answer.iter_bytes():
        data += block
        if len(data) > LARGEST_ANSWER_BYTES:
            raise EngineError(f"the chat server at {server.host} sends more than an answer can be")
        if time.monotonic() > deadline:
            raise EngineError(f"the chat server at {server.host} does not answer in time")
    if status in {httpx.codes.BAD_REQUEST, httpx.codes.NOT_FOUND, httpx.codes.UNPROCESSABLE_ENTITY}:
        raise InputError(
            f"the chat server at {server.host} refuses the request ({status})", hint="Check the name of the model."
        )
    if status != httpx.codes.OK:
        raise EngineError(f"the chat server at {server.host} failed ({status})")
    return bytes(data)


def _content(server: ChatServer, data: bytes) -> dict[str, Any]:
    """The JSON object in the first message of an answer."""
    try:
        said = json.loads(data)["choices"][0]["message"]["content"]
        found = json.loads(said) if isinstance(said, str) else None
    except (ValueError, KeyError, IndexError, TypeError, RecursionError) as error:
        raise EngineError(
            f"the answer of '{server.model}' at {server.host} is not the JSON it was asked for"
        ) from error
    if not isinstance(found, dict):
        raise EngineError(f"the answer of '{server.model}' at {server.host} is not the JSON it was asked for")
    return found

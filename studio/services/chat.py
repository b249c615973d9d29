"""One request to a chat server that speaks OpenAI's protocol.

Words of the book leave this machine here, or go to another program on it. Only the server that the owner named in the
settings gets them, over an encrypted connection unless it runs on this machine; it cannot pass them on by a
redirection, and nothing in the environment puts a proxy between. Its answer is data: it is read as JSON, and nothing in
it is followed.
"""

import json
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from studio.core.errors import EngineError, InputError
from studio.core.servers import KEY, AnswerHints, checked_address, connected, good_answer, is_loopback

LARGEST_ANSWER_BYTES: Final = 500_000
LONGEST_ANSWER_S: Final = 180.0
_LONGEST_MODEL: Final = 100
_PATH: Final = "/v1/chat/completions"
_HINTS: Final = AnswerHints(
    much="an answer can be",
    refuses="refuses the request",
    refused="Check the name of the model.",
    elsewhere="Name the address that is meant.",
)
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
        return is_loopback(urlsplit(self.url).hostname or "")


def make_chat_server(url: str, model: str, key: str = "") -> ChatServer:
    """Check an address, a name and a key.

    Raises:
        InputError: the address is not one that words may be sent to, or model or key are not plain text.
    """
    name = model.strip()
    if not name or len(name) > _LONGEST_MODEL or not name.isprintable():
        raise InputError("the name of the model on the chat server is missing or not plain text")
    if key.strip() and not KEY.fullmatch(key.strip()):
        raise InputError("the key of the chat server is not one line of plain letters")
    return ChatServer(checked_address(url, what="chat server", path=_PATH, hint=_HINT), name, key.strip())


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
    headers = {"Accept": "application/json"} | ({"Authorization": f"Bearer {server.key}"} if server.key else {})
    body = {
        "model": server.model,
        "temperature": 0,
        "response_format": {"type": "json_object"},
        "messages": [
            {"role": "system", "content": instructions},
            {"role": "user", "content": json.dumps(question, ensure_ascii=False)},
        ],
    }
    deadline = time.monotonic() + LONGEST_ANSWER_S
    name = f"the chat server at {server.host}"
    with (
        connected(name, headers, longest_s=LONGEST_ANSWER_S) as client,
        client.stream("POST", server.url, json=body) as answer,
    ):
        if answer.status_code == httpx.codes.TOO_MANY_REQUESTS:
            raise EngineError(f"{name} is too busy (429)", hint="Wait a while and start again.")
        data = good_answer(name, answer, most_bytes=LARGEST_ANSWER_BYTES, deadline=deadline, hints=_HINTS)
    return _content(server, data)


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

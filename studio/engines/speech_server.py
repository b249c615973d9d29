"""Speech servers that speak OpenAI's protocol: the file that names one, and one request to it.

Words leave this machine here, or go to another program on it. Only a server that a voice's file names gets them, over
an encrypted connection unless it runs on this machine; it cannot pass them on by a redirection, and nothing in the
environment puts a proxy between.
"""

import json
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass, replace
from typing import Final
from urllib.parse import urlsplit

import httpx

from studio.core.errors import EngineError, InputError, MissingError
from studio.core.hashing import canonical_json
from studio.core.servers import KEY, PORTS, AnswerHints, checked_address, connected, good_answer, is_loopback

SERVER_FILE: Final = "server.json"
FORMATS: Final = ("wav", "flac", "pcm")
KEY_VARIABLE: Final = "VIVAVOCE_SPEECH_KEY_"
"""How environment variables begin that hold the keys of servers; they are kept nowhere else."""

LARGEST_SOUND_BYTES: Final = 64_000_000
LONGEST_ANSWER_S: Final = 150.0
"""A line that takes longer is given up; a little less than what a worker is given for a line."""

_LARGEST_FILE_BYTES: Final = 10_000
_LONGEST_FIELD: Final = 500
_LONGEST_REASON: Final = 200
_LONGEST_WAIT_S: Final = 30.0
_MOST_WAITS: Final = 2
_PATH: Final = "/v1/audio/speech"


@dataclass(frozen=True, slots=True)
class SpeechServer:
    """What a voice's `server.json` says.

    Attributes:
        url: address of the speech endpoint, in canonical form.
        model: name of the model there ("tts-1", "kokoro").
        voice: name of the voice there.
        format: in which form sound is asked for, one of `FORMATS`.
    """

    url: str
    model: str
    voice: str
    format: str = "wav"

    @property
    def host(self) -> str:
        """Where the words go, with the port if it is not the usual one."""
        parts = urlsplit(self.url)
        return parts.netloc

    @property
    def on_this_machine(self) -> bool:
        """Whether the words stay on this machine."""
        return is_loopback(urlsplit(self.url).hostname or "")

    @property
    def key_variable(self) -> str:
        """Name of the environment variable with the server's key: VIVAVOCE_SPEECH_KEY_API_EXAMPLE_COM.

        A dot becomes one underscore and a hyphen two, so that no two hosts share a variable. A port that is not the
        usual one comes last.
        """
        parts = urlsplit(self.url)
        host = "LOCALHOST" if self.on_this_machine else (parts.hostname or "")
        port = f"_{parts.port}" if parts.port and parts.port != PORTS[parts.scheme] else ""
        return KEY_VARIABLE + host.upper().replace("-", "__").replace(".", "_") + port

    def to_bytes(self) -> bytes:
        """As the file has it: canonical JSON."""
        return canonical_json(asdict(self))


def make_server(url: str, model: str, voice: str, sound_format: str = "wav") -> SpeechServer:
    """Check an address and the names used there.

    Args:
        url: of the server ("https://api.example.com", "http://localhost:8880/v1") or of its speech endpoint.
        model: name of the model there.
        voice: name of the voice there.
        sound_format: one of `FORMATS`.

    Raises:
        InputError: the address is not one that words may be sent to, or a name is missing.
    """
    for name, value in (("model", model), ("voice", voice)):
        if not value.strip() or len(value) > _LONGEST_FIELD or not value.isprintable():
            raise InputError(f"the name of the {name} on the server is missing or not plain text")
    if sound_format not in FORMATS:
        raise InputError(f"'{sound_format}' is not a sound format that is read here", hint=f"Use {', '.join(FORMATS)}.")
    return SpeechServer(_checked_url(url), model.strip(), voice.strip(), sound_format)


def read_server(data: bytes) -> SpeechServer:
    """Read a voice's `server.json`.

    Raises:
        InputError: it is not one.
    """
    try:
        fields = json.loads(data) if len(data) <= _LARGEST_FILE_BYTES else None
    except (ValueError, RecursionError) as error:
        raise InputError("this does not describe a speech server", where=SERVER_FILE) from error
    names = {"url", "model", "voice", "format"}
    if not isinstance(fields, dict) or set(fields) != names or not all(isinstance(v, str) for v in fields.values()):
        raise InputError("this does not describe a speech server", where=SERVER_FILE)
    return make_server(fields["url"], fields["model"], fields["voice"], fields["format"])


def ask_for_speech(server: SpeechServer, text: str, environment: Mapping[str, str]) -> bytes:
    """Have a server say a text: the sound as it came, in the format that was asked for.

    Where the server asks to wait, that is done twice and for half a minute each at most.

    Args:
        server: whom to ask.
        text: what to say.
        environment: holds the server's key, if it wants one.

    Raises:
        MissingError: the server is away, or wants another key.
        InputError: the address leads elsewhere, or the server knows neither model nor voice.
        EngineError: it is too slow, too busy, or its answer is not sound.
    """
    deadline = time.monotonic() + LONGEST_ANSWER_S
    headers = {"Accept": "audio/*"}
    key = environment.get(server.key_variable, "").strip()
    if key:
        if not KEY.fullmatch(key):
            raise MissingError(f"the key in {server.key_variable} is not one line of plain letters")
        headers["Authorization"] = f"Bearer {key}"
    body = {"model": server.model, "voice": server.voice, "input": text, "response_format": server.format}
    name = f"the speech server at {server.host}"
    hints = replace(_HINTS, key=f"Put its key into the environment variable {server.key_variable}.")
    with connected(name, headers, longest_s=LONGEST_ANSWER_S) as client:
        for waited in range(_MOST_WAITS + 1):
            with client.stream("POST", server.url, json=body) as answer:
                if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
                    return good_answer(name, answer, most_bytes=LARGEST_SOUND_BYTES, deadline=deadline, hints=hints)
                pause_s = _retry_after_s(answer)
            if waited == _MOST_WAITS or pause_s > _LONGEST_WAIT_S or time.monotonic() + pause_s > deadline:
                break
            time.sleep(pause_s)
    raise EngineError(f"{name} is too busy (429)", hint="Wait a while and start again.")


def _checked_url(url: str) -> str:
    return checked_address(
        url,
        what="speech server",
        path=_PATH,
        hint='Write it like "https://speech.example.com" or "http://localhost:8880".',
        key_hint=f"A key goes into the environment variable {KEY_VARIABLE}…, named after the host.",
    )


def _retry_after_s(answer: httpx.Response) -> float:
    """Seconds that a busy server asks to wait; one if it does not say, or names a day."""
    said = answer.headers.get("Retry-After", "").strip()
    return float(said) if re.fullmatch(r"\d{1,6}(\.\d{1,6})?", said, re.ASCII) else 1.0


def _reason(body: bytes) -> str:
    """What a server says of its refusal, as the end of a sentence; empty if that is not plain."""
    try:
        said = json.loads(body[:_LARGEST_FILE_BYTES])
        told = said.get("error", said)
        words = told.get("message") or told.get("detail") if isinstance(told, dict) else told
    except (ValueError, AttributeError, RecursionError):
        return ""
    plain = "".join(letter if letter.isprintable() else " " for letter in words) if isinstance(words, str) else ""
    folded = " ".join(plain.split())[:_LONGEST_REASON]
    return f": {folded}" if folded else ""


_HINTS: Final = AnswerHints(
    much="a line can be",
    refuses="refuses to say it",
    refused="Check the names of model and voice.",
    elsewhere="Add the voice again with the address that is meant.",
    reason=_reason,
)

"""Speech servers that speak OpenAI's protocol: the file that names one, and one request to it.

Words leave this machine here, or go to another program on it. Only a server that a voice's file names gets them, over
an encrypted connection unless it runs on this machine; it cannot pass them on by a redirection, and nothing in the
environment puts a proxy between.
"""

import ipaddress
import json
import re
import time
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Final
from urllib.parse import SplitResult, urlsplit

import httpx

from studio.core.errors import EngineError, InputError, MissingError
from studio.core.hashing import canonical_json

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
_CONNECT_S: Final = 10.0
_LONGEST_WAIT_S: Final = 30.0
_MOST_WAITS: Final = 2
_PATH: Final = "/v1/audio/speech"
_PORTS: Final[Mapping[str, int]] = {"https": 443, "http": 80}
_NAME: Final = re.compile(r"(?=.{1,253}\Z)[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?(\.[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?)*")
_KEY: Final = re.compile(r"[\x21-\x7e]{1,1000}")


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
        return _is_loopback(urlsplit(self.url).hostname or "")

    @property
    def key_variable(self) -> str:
        """Name of the environment variable with the server's key: VIVAVOCE_SPEECH_KEY_API_EXAMPLE_COM.

        A dot becomes one underscore and a hyphen two, so that no two hosts share a variable. A port that is not the
        usual one comes last.
        """
        parts = urlsplit(self.url)
        host = "LOCALHOST" if self.on_this_machine else (parts.hostname or "")
        port = f"_{parts.port}" if parts.port and parts.port != _PORTS[parts.scheme] else ""
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
    headers = {"Accept": "audio/*", "Accept-Encoding": "identity", "User-Agent": "vivavoce"}
    key = environment.get(server.key_variable, "").strip()
    if key:
        if not _KEY.fullmatch(key):
            raise MissingError(f"the key in {server.key_variable} is not one line of plain letters")
        headers["Authorization"] = f"Bearer {key}"
    body = {"model": server.model, "voice": server.voice, "input": text, "response_format": server.format}
    limits = httpx.Timeout(LONGEST_ANSWER_S, connect=_CONNECT_S)
    with httpx.Client(trust_env=False, follow_redirects=False, timeout=limits, headers=headers) as client:
        for waited in range(_MOST_WAITS + 1):
            pause_s = 0.0
            try:
                with client.stream("POST", server.url, json=body) as answer:
                    if answer.status_code != httpx.codes.TOO_MANY_REQUESTS:
                        return _sound(server, answer, deadline)
                    pause_s = _retry_after_s(answer)
            except httpx.ConnectError as error:
                raise MissingError(
                    f"the speech server at {server.host} cannot be reached", hint="Start it, or check its address."
                ) from error
            except httpx.TimeoutException as error:
                raise EngineError(f"the speech server at {server.host} does not answer in time") from error
            except httpx.HTTPError as error:
                raise EngineError(f"the connection to the speech server at {server.host} broke off") from error
            if waited == _MOST_WAITS or pause_s > _LONGEST_WAIT_S or time.monotonic() + pause_s > deadline:
                break
            time.sleep(pause_s)
    raise EngineError(f"the speech server at {server.host} is too busy (429)", hint="Wait a while and start again.")


def _checked_url(url: str) -> str:
    hint = 'Write it like "https://speech.example.com" or "http://localhost:8880".'
    try:
        parts = urlsplit(url.strip())
        port = parts.port
    except ValueError as error:
        raise InputError("this is not the address of a server", hint=hint) from error
    host = (parts.hostname or "").lower()
    if parts.scheme not in _PORTS or not host or len(url) > _LONGEST_FIELD or not url.strip().isprintable():
        raise InputError("this is not the address of a server", hint=hint)
    if parts.username is not None or parts.password is not None or parts.query or parts.fragment:
        raise InputError(
            "the address of a speech server holds nothing but host, port and path",
            hint=f"A key goes into the environment variable {KEY_VARIABLE}…, named after the host.",
        )
    loopback = _is_loopback(host)
    if not loopback and (not _NAME.fullmatch(host) or host.rpartition(".")[2].isdecimal()):
        raise InputError(f"'{host}' is not the name of a host", hint=hint)
    if parts.scheme == "http" and not loopback:
        raise InputError(f"words would go to {host} unencrypted", hint="Use https, or a server on this machine.")
    return SplitResult(parts.scheme, _netloc(host, port, parts.scheme), _endpoint(parts.path, hint), "", "").geturl()


def _netloc(host: str, port: int | None, scheme: str) -> str:
    name = f"[{host}]" if ":" in host else host
    return name if port in {None, _PORTS[scheme]} else f"{name}:{port}"


def _endpoint(path: str, hint: str) -> str:
    if ".." in path or "//" in path or not re.fullmatch(r"[\w./~-]*", path, re.ASCII):
        raise InputError("this is not the address of a server", hint=hint)
    trimmed = path.rstrip("/")
    if trimmed.endswith("/audio/speech"):
        return trimmed
    return trimmed.removesuffix("/v1") + _PATH


def _is_loopback(host: str) -> bool:
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return host.lower() == "localhost"


def _sound(server: SpeechServer, answer: httpx.Response, deadline: float) -> bytes:
    """The body of a good answer.

    Raises:
        MissingError, InputError, EngineError: as `ask_for_speech`.
    """
    status = answer.status_code
    if answer.is_redirect or answer.has_redirect_location:
        raise InputError(
            f"the speech server at {server.host} sends on to another address, which is not followed",
            hint="Add the voice again with the address that is meant.",
        )
    if status in {httpx.codes.UNAUTHORIZED, httpx.codes.FORBIDDEN}:
        raise MissingError(
            f"the speech server at {server.host} wants another key ({status})",
            hint=f"Put its key into the environment variable {server.key_variable}.",
        )
    body = bytearray()
    for block in answer.iter_bytes():
        body += block
        if len(body) > LARGEST_SOUND_BYTES:
            raise EngineError(f"the speech server at {server.host} sends more than a line can be")
        if time.monotonic() > deadline:
            raise EngineError(f"the speech server at {server.host} does not answer in time")
    if status in {httpx.codes.BAD_REQUEST, httpx.codes.NOT_FOUND, httpx.codes.UNPROCESSABLE_ENTITY}:
        raise InputError(
            f"the speech server at {server.host} refuses to say it ({status}){_reason(bytes(body))}",
            hint="Check the names of model and voice.",
        )
    if status != httpx.codes.OK:
        raise EngineError(f"the speech server at {server.host} failed ({status})")
    return bytes(body)


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

"""Engines that run in a Python environment of their own: calls over a pipe to a script of `studio.engines.hosts`."""

import contextlib
import json
import logging
import os
import queue
import subprocess
import threading
import weakref
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import numpy as np

from studio.core.errors import EngineError, InputError, MissingError, StudioError
from studio.engines.base import Samples

HOSTS: Final = Path(__file__).parent / "hosts"
"""Scripts that worker environments run; they import nothing of the studio."""

CALL_LIMIT_S: Final = 170.0
"""How long an answer may take, unless the caller says otherwise; a little less than what a line has in a worker."""

_LENGTH_BYTES: Final = 8
_LARGEST_HEADER_BYTES: Final = 10_000_000
_LARGEST_ARRAY_VALUES: Final = 100_000_000
_END_PATIENCE_S: Final = 2.0
_KINDS: Final[Mapping[str, type[StudioError]]] = {"engine": EngineError, "input": InputError, "missing": MissingError}

# What a host may know of where it runs. No tokens, no proxies: it is to reach nothing.
_PASSED_ON: Final = (
    "PATH",
    "HOME",
    "LANG",
    "LC_ALL",
    "TMPDIR",
    "TEMP",
    "SYSTEMROOT",
    "LD_LIBRARY_PATH",
    "CUDA_VISIBLE_DEVICES",
)
_OFFLINE: Final = {
    "HF_HUB_OFFLINE": "1",
    "TRANSFORMERS_OFFLINE": "1",
    "PYTHONUTF8": "1",
    "TOKENIZERS_PARALLELISM": "false",
}

_log = logging.getLogger(__name__)
_Answer = tuple[dict[str, Any], list[Samples]]


class Host:
    """A script that runs in a worker environment and answers calls, one at a time.

    It is started at the first call, and again after it died. It ends with this process: its standard input closes then.

    Args:
        python: interpreter of the environment.
        script: file name in `HOSTS`, or the path of a script elsewhere.
        environment: further environment variables.
    """

    def __init__(self, python: Path, script: str | Path, *, environment: Mapping[str, str] | None = None) -> None:
        self._command = [str(python), "-I", "-X", "utf8", str(HOSTS / script)]
        self._environment = dict(environment or {})
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._ending: weakref.finalize[Any, Any] | None = None
        self._forgotten: queue.SimpleQueue[str] = queue.SimpleQueue()

    def call(
        self, op: str, args: Mapping[str, Any], arrays: Sequence[Samples] = (), *, limit_s: float = CALL_LIMIT_S
    ) -> _Answer:
        """Have something done there.

        Args:
            op: name of the call.
            args: as JSON has it.
            arrays: float32 mono [n] each.
            limit_s: after so many seconds the host is ended.

        Returns:
            The result, and arrays.

        Raises:
            InputError: what was given cannot be used there.
            MissingError: a file is not there, or the environment itself.
            EngineError: the work failed, took too long, or the host died.
        """
        with self._lock:
            while not self._forgotten.empty():
                token = self._forgotten.get()
                if self._process is not None:
                    self._exchange("forget", {"voice": token}, (), limit_s)
            return self._exchange(op, args, arrays, limit_s)

    def forget(self, token: str) -> None:
        """Have a voice dropped there before anything else is done; may be called from a finalizer at any time."""
        self._forgotten.put(token)
        if self._lock.acquire(blocking=False):
            try:
                if self._process is None:
                    return
                while not self._forgotten.empty():
                    self._exchange("forget", {"voice": self._forgotten.get()}, (), CALL_LIMIT_S)
            except StudioError as error:
                _log.debug("a voice could not be dropped: %s", error.code)
            finally:
                self._lock.release()

    def close(self) -> None:
        """End the host; the next call starts another."""
        self._process = None
        if self._ending is not None:
            self._ending()

    def _exchange(self, op: str, args: Mapping[str, Any], arrays: Sequence[Samples], limit_s: float) -> _Answer:
        process = self._running()
        late = threading.Event()

        def give_up() -> None:
            late.set()
            process.kill()

        watch = threading.Timer(limit_s, give_up)
        watch.start()
        try:
            _write(cast("BinaryIO", process.stdin), {"op": op, "args": dict(args)}, arrays)
            answer = _read(cast("BinaryIO", process.stdout))
        except (OSError, ValueError) as error:
            answer = None
            _log.debug("a host broke off: %s", error)
        finally:
            watch.cancel()
        if answer is None:
            self.close()
            if late.is_set():
                raise EngineError(f"the engine gave no answer within {limit_s:.0f} s")
            raise EngineError("the engine's process died", hint="Close other programs to free memory; see the log.")
        header, sounds = answer
        if not header.get("ok"):
            kind = _KINDS.get(str(header.get("kind")), EngineError)
            raise kind(" ".join(str(header.get("message") or "the engine failed").split()))
        return header["result"], sounds

    def _running(self) -> "subprocess.Popen[bytes]":
        if self._process is not None and self._process.poll() is None:
            return self._process
        self.close()
        inherited = {name: os.environ[name] for name in _PASSED_ON if name in os.environ}
        try:
            self._process = subprocess.Popen(
                self._command,
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                env={**inherited, **_OFFLINE, **self._environment},
            )
        except OSError as error:
            raise MissingError(
                f"the engine's environment cannot be started: {error.strerror}", hint="Install it again."
            ) from error
        self._ending = weakref.finalize(self, _end, self._process)
        told = cast("BinaryIO", self._process.stderr)
        threading.Thread(target=_log_lines, args=(told,), name="host-log", daemon=True).start()
        return self._process


def _end(process: "subprocess.Popen[bytes]") -> None:
    """Close a host's pipes, which ends it, and see that it did."""
    for pipe in (process.stdin, process.stdout):
        if pipe is not None:
            with contextlib.suppress(OSError):
                pipe.close()
    try:
        process.wait(_END_PATIENCE_S)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait()


def _log_lines(stream: BinaryIO) -> None:
    """What a host and its libraries print, for the log: it may hold words of a book, so no higher than DEBUG."""
    with stream:
        for line in stream:
            _log.debug("host: %s", line.decode(errors="replace").rstrip())


def _write(stream: BinaryIO, header: dict[str, Any], arrays: Sequence[Samples]) -> None:
    sounds = [np.ascontiguousarray(array, "<f4").reshape(-1) for array in arrays]
    text = json.dumps({**header, "arrays": [sound.size for sound in sounds]}).encode()
    stream.write(len(text).to_bytes(_LENGTH_BYTES) + text)
    stream.writelines(sound.tobytes() for sound in sounds)
    stream.flush()


def _read(stream: BinaryIO) -> _Answer | None:
    size = stream.read(_LENGTH_BYTES)
    length = int.from_bytes(size)
    if len(size) < _LENGTH_BYTES or length > _LARGEST_HEADER_BYTES:
        return None
    header = json.loads(stream.read(length))
    counts = header.pop("arrays")
    if any(not 0 <= values <= _LARGEST_ARRAY_VALUES for values in counts):
        return None
    sounds: list[Samples] = []
    for values in counts:
        data = stream.read(4 * values)
        if len(data) < 4 * values:
            return None
        sounds.append(np.frombuffer(data, "<f4").astype(np.float32))
    return header, sounds

"""The other end of `studio.engines.remote`: answers calls of the studio in a worker environment of its own.

Runs with the environment's Python; needs numpy and nothing of the studio. A message is the length of its header (8
bytes, big-endian), the header (JSON), and the bytes of the arrays it lists. Nothing is ever unpickled. When the studio
closes the pipe, as by ending, the host ends.
"""

import json
import os
import sys
import traceback
from collections.abc import Callable, Mapping
from typing import Any, BinaryIO

import numpy as np

Array = np.ndarray[Any, np.dtype[np.float32]]
Handler = Callable[[dict[str, Any], list[Array]], tuple[dict[str, Any], list[Array]]]

LENGTH_BYTES = 8
LARGEST_HEADER_BYTES = 10_000_000
LARGEST_ARRAY_VALUES = 100_000_000


class HostError(Exception):
    """Why a call could not be answered, in a sentence for the user.

    Args:
        kind: "engine" if the work failed, "input" if what was given cannot be used, "missing" if a file is not there.
        message: the sentence.
    """

    def __init__(self, kind: str, message: str) -> None:
        super().__init__(message)
        self.kind = kind


def serve(handlers: Mapping[str, Handler]) -> None:
    """Answer calls until the studio closes the pipe.

    What libraries print goes to standard error: the pipe that was standard output is for answers alone.

    Args:
        handlers: by name of the call, what takes its arguments and arrays and gives a result and arrays.
    """
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    calls = os.fdopen(os.dup(0), "rb")
    os.dup2(os.open(os.devnull, os.O_RDONLY), 0)
    while (call := read_message(calls)) is not None:
        header, arrays = call
        try:
            result, sounds = handlers[header["op"]](header["args"], arrays)
            write_message(answers, {"ok": True, "result": result}, sounds)
        except HostError as error:
            write_message(answers, {"ok": False, "kind": error.kind, "message": str(error)}, [])
        except Exception as error:  # noqa: BLE001 - the studio is told, and the log has the traceback
            traceback.print_exc(file=sys.stderr)
            told = f"the engine failed: {type(error).__name__}: {error}"
            write_message(answers, {"ok": False, "kind": "engine", "message": told}, [])


def read_message(stream: BinaryIO) -> tuple[dict[str, Any], list[Array]] | None:
    """A message; None if the other end has closed the pipe.

    Raises:
        ValueError: what came is no message.
    """
    size = _exactly(stream, LENGTH_BYTES)
    if size is None:
        return None
    length = int.from_bytes(size)
    if length > LARGEST_HEADER_BYTES:
        raise ValueError("the header is too large")
    header = json.loads(_exactly(stream, length) or b"null")
    if not isinstance(header, dict):
        raise ValueError("the header is no object")  # noqa: TRY004 - as everything that is no message
    arrays = []
    for values in header.pop("arrays"):
        if not 0 <= values <= LARGEST_ARRAY_VALUES:
            raise ValueError("an array is too large")
        data = _exactly(stream, 4 * values)
        if data is None:
            return None
        arrays.append(np.frombuffer(data, "<f4").astype(np.float32))
    return header, arrays


def write_message(stream: BinaryIO, header: dict[str, Any], arrays: list[Array]) -> None:
    """Send a message: a header and float32 arrays of one dimension."""
    sounds = [np.ascontiguousarray(array, "<f4").reshape(-1) for array in arrays]
    text = json.dumps({**header, "arrays": [sound.size for sound in sounds]}).encode()
    stream.write(len(text).to_bytes(LENGTH_BYTES) + text)
    stream.writelines(sound.tobytes() for sound in sounds)
    stream.flush()


def _exactly(stream: BinaryIO, count: int) -> bytes | None:
    """So many bytes; None if the stream ends before."""
    data = stream.read(count)
    return data if len(data) == count else None

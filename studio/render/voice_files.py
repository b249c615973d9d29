"""What the files of an imported voice must be, engine by engine: asked when a voice is imported."""

from typing import TYPE_CHECKING

from studio.engines.kokoro_pack import PACK_FILE, read_pack
from studio.engines.speech_server import SERVER_FILE, SpeechServer, make_server

if TYPE_CHECKING:
    from studio.engines.piper_graph import PiperFacts

PIPER_FILES = ("model.onnx", "model.onnx.json")
"""Names of the files of a Piper voice: network and settings."""

__all__ = ["PACK_FILE", "PIPER_FILES", "SERVER_FILE", "SpeechServer", "check_pack", "check_piper", "make_server"]


def check_pack(data: bytes, where: str) -> bytes:
    """Read a Kokoro pack made elsewhere, as the studio keeps it: the bytes of `PACK_FILE`.

    Raises:
        InputError: it is not a pack of one voice, or a pickle.
    """
    return read_pack(data, where).astype("<f2").tobytes()


def check_piper(model: bytes, config: bytes) -> "PiperFacts":
    """See that two files are a Piper voice that the studio can speak; nothing of them is run.

    Raises:
        InputError: they are not, point to other files, or bring operators of their own.
    """
    from studio.engines.piper_graph import read_config, seeded_model  # noqa: PLC0415 - onnx takes a second

    facts = read_config(config)
    seeded_model(model)
    return facts

"""The small networks that listen to recordings: shipped with the package, loaded only if they are those measured."""

from typing import Final

import onnxruntime

from studio.core.errors import MissingError
from studio.core.hashing import sha256_bytes
from studio.core.resources import shipped

MODELS: Final = {
    "mark-perth.onnx": "14e9ad77c76c52da297691c74c0391411fd3c00138f262e497b9a0b6e217ca7e",
    "speaker-campplus.onnx": "d031e430050f64b49d9f61a7ee9d4a741f5646003afecf1f8ea1e559515bb305",
    "speaker-resemblyzer.onnx": "d8390a3c5ad9b9f858de50a2d725a4ff7cc624c8b96199f40287ea4b9cc9e475",
    "speech-silero-vad-v6.onnx": "4cbf549b8326f60f80f2536d9eefeb450a9abe83365a098031c89719f1be17d2",
}
"""File name in `voices/` to SHA-256. The thresholds of every check were measured with these bytes."""

_HINT = "Reinstall vivavoce."


def load_model(name: str) -> onnxruntime.InferenceSession:
    """A session of one computing thread, which gives the same figures for the same sound every time.

    Raises:
        MissingError: the file is missing, or is not the one that was measured.
    """
    try:
        data = shipped("voices", name).read_bytes()
    except OSError as error:
        raise MissingError(f"the model {name} is missing", hint=_HINT) from error
    if sha256_bytes(data) != MODELS[name]:
        raise MissingError(f"the model {name} is damaged: its SHA-256 is not the recorded one", hint=_HINT)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    options.enable_cpu_mem_arena = False
    return onnxruntime.InferenceSession(data, options, providers=["CPUExecutionProvider"])

"""Networks of Piper's shape with random weights: the real package and runtime read and run them."""

import json
from typing import Any

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

_CHANNELS, _HOP, _SYMBOLS = 8, 256, 256


def tiny_config(**changes: Any) -> bytes:
    """What lies beside a voice; keyword arguments replace entries."""
    from piper.phoneme_ids import DEFAULT_PHONEME_ID_MAP

    settings = {
        "audio": {"sample_rate": 22_050},
        "espeak": {"voice": "en-us"},
        "inference": {"noise_scale": 0.667, "length_scale": 1, "noise_w": 0.8},
        "num_symbols": _SYMBOLS,
        "num_speakers": 1,
        "phoneme_id_map": DEFAULT_PHONEME_ID_MAP,
    }
    return json.dumps({**settings, **changes}).encode()


def tiny_graph(*, speakers: int = 1) -> onnx.ModelProto:
    """Three frames of 256 samples for each phoneme, more by chance, with noise: drawn as Piper draws it."""
    random = np.random.RandomState(5)
    t = np.arange(_HOP) / _HOP
    waves = np.stack([np.sin(2 * np.pi * (k + 1) * t) for k in range(_CHANNELS)])
    tensors = {
        "symbols": random.standard_normal((_SYMBOLS, _CHANNELS)).astype(np.float32),
        "waves": (0.15 * waves).astype(np.float32),
        "speakers": random.standard_normal((max(2, speakers), _CHANNELS)).astype(np.float32),
        **{f"at{index}": np.array([index], np.int64) for index in range(3)},
        "three": np.array([3.0], np.float32),
        "expanded": np.array([1, -1, _CHANNELS], np.int64),
        "flat": np.array([1, 1, -1], np.int64),
        "one": np.array([1], np.int64),
        "channels": np.array([_CHANNELS], np.int64),
        "axis2": np.array([2], np.int64),
        "all": np.array([0, 1, 2], np.int64),
    }
    nodes = [
        helper.make_node("Gather", ["symbols", "input"], ["said"]),
        *(helper.make_node("Gather", ["scales", f"at{index}"], [f"scale{index}"]) for index in range(3)),
        helper.make_node("RandomNormalLike", ["said"], ["length_noise"]),
        helper.make_node("Abs", ["length_noise"], ["length_sizes"]),
        helper.make_node("ReduceMean", ["length_sizes"], ["length_chance"], axes=[0, 1, 2], keepdims=0),
        helper.make_node("Mul", ["length_chance", "scale2"], ["length_more"]),
        helper.make_node("Mul", ["length_more", "three"], ["length_more3"]),
        helper.make_node("Add", ["length_more3", "three"], ["frames_each"]),
        helper.make_node("Mul", ["frames_each", "scale1"], ["frames_scaled"]),
        helper.make_node("Ceil", ["frames_scaled"], ["frames_whole"]),
        helper.make_node("Cast", ["frames_whole"], ["frames"], to=TensorProto.INT64),
        helper.make_node("Unsqueeze", ["said", "axis2"], ["apart"]),
        helper.make_node("Concat", ["one", "one", "frames", "channels"], ["wanted"], axis=0),
        helper.make_node("Expand", ["apart", "wanted"], ["repeated"]),
        helper.make_node("Reshape", ["repeated", "expanded"], ["voiced"]),
        helper.make_node("RandomNormalLike", ["voiced"], ["noise"], dtype=TensorProto.FLOAT),
        helper.make_node("Mul", ["noise", "scale0"], ["noise_scaled"]),
        helper.make_node("Add", ["voiced", "noise_scaled"], ["drawn"]),
        *([helper.make_node("Gather", ["speakers", "sid"], ["who"])] if speakers > 1 else []),
        *([helper.make_node("Add", ["drawn", "who"], ["spoken"])] if speakers > 1 else []),
        helper.make_node("MatMul", ["spoken" if speakers > 1 else "drawn", "waves"], ["loud"]),
        helper.make_node("Tanh", ["loud"], ["soft"]),
        helper.make_node("Reshape", ["soft", "flat"], ["output"]),
    ]
    inputs = [("input", TensorProto.INT64, [1, "T"]), ("input_lengths", TensorProto.INT64, [1])]
    inputs.append(("scales", TensorProto.FLOAT, [3]))
    if speakers > 1:
        inputs.append(("sid", TensorProto.INT64, [1]))
    graph = helper.make_graph(
        nodes,
        "tiny",
        [helper.make_tensor_value_info(*entry) for entry in inputs],
        [helper.make_tensor_value_info("output", TensorProto.FLOAT, [1, 1, "N"])],
        [numpy_helper.from_array(value, name) for name, value in tensors.items()],
    )
    return helper.make_model(graph, opset_imports=[helper.make_opsetid("", 15)], ir_version=8)


def tiny_model(**options: Any) -> bytes:
    """The same as the bytes of a file."""
    return tiny_graph(**options).SerializeToString()

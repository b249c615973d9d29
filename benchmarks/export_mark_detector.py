"""Makes `voices/mark-perth.onnx` from the checkpoint in the package resemble-perth, without running its code.

    pip install torch==2.13.0 onnx numpy        # in an environment of its own; none of them is needed to use the result
    pip download --no-deps resemble-perth==1.0.1 && unzip resemble_perth-*.whl
    python benchmarks/export_mark_detector.py perth/perth_net/pretrained/implicit/perth_net_250000.pth.tar OUT.onnx

The graph is the detector alone: three stacks of convolutions hear the spectrogram slowed down, as it is and sped up,
and vote by attention over the frames that are not silent. Weights are 8-bit integers with a scale per output channel.
"""

import sys
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import torch
from onnx import TensorProto, helper, numpy_helper

_BINS = 1_025
_SUBBAND_BINS = 128  # up to 2 kHz at 32 kHz and 2048 points
_SILENT_SHARE = 0.05
_BRANCHES = {"slow": 1.25, "normal": 1.0, "fast": 0.75}
_LAYERS = 7


class _Graph:
    def __init__(self) -> None:
        self.nodes: list[Any] = []
        self.constants: list[Any] = []

    def add(self, operation: str, *inputs: str, **attributes: Any) -> str:
        output = f"{operation.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operation, list(inputs), [output], **attributes))
        return output

    def constant(self, values: Any, dtype: Any) -> str:
        name = f"constant{len(self.constants)}"
        self.constants.append(numpy_helper.from_array(np.asarray(values, dtype), name))
        return name


def _quantised(graph: _Graph, weight: np.ndarray) -> str:
    scale = np.abs(weight).max(axis=(1, 2)) / 127
    steps = np.round(weight / scale[:, None, None])
    return graph.add(
        "DequantizeLinear",
        graph.constant(steps, np.int8),
        graph.constant(scale, np.float32),
        axis=0,
    )


def _stack(graph: _Graph, branch: str, sound: str, weights: dict[str, torch.Tensor]) -> str:
    for layer in range(_LAYERS):
        prefix = f"decoder.{branch}_layers.{layer}.conv"
        weight = weights[f"{prefix}.weight"].numpy()
        half = weight.shape[2] // 2
        bias = graph.constant(weights[f"{prefix}.bias"].numpy(), np.float32)
        sound = graph.add("Conv", sound, _quantised(graph, weight), bias, pads=[half, half])
        if layer < _LAYERS - 1:
            sound = graph.add("LeakyRelu", sound, alpha=0.01)
    return sound


def build(weights: dict[str, torch.Tensor]) -> onnx.ModelProto:
    """The detector: normalised levels [1, 1025, frames] to a score [1]."""
    graph = _Graph()
    one, last = graph.constant([1], np.int64), graph.constant([2], np.int64)
    total = graph.add("ReduceSum", "levels", one, keepdims=1)  # [1, 1, frames]
    loudest = graph.add("ReduceMax", total, last, keepdims=1)
    bound = graph.add("Mul", loudest, graph.constant(_SILENT_SHARE, np.float32))
    heard = graph.add("Cast", graph.add("Greater", total, bound), to=TensorProto.FLOAT)
    subband = graph.add(
        "Slice", "levels", graph.constant([0], np.int64), graph.constant([_SUBBAND_BINS], np.int64), one
    )
    frames = graph.add("Slice", graph.add("Shape", subband), last, graph.constant([3], np.int64))
    marks, votes = [], []
    for branch, stretch in _BRANCHES.items():
        sound, mask = subband, heard
        if stretch != 1:
            scaled = graph.add(
                "Mul", graph.add("Cast", frames, to=TensorProto.FLOAT), graph.constant([stretch], np.float32)
            )
            length = graph.add("Cast", graph.add("Floor", scaled), to=TensorProto.INT64)
            sound = _resized(
                graph, sound, _SUBBAND_BINS, length, mode="linear", coordinate_transformation_mode="align_corners"
            )
            mask = _resized(
                graph,
                mask,
                1,
                length,
                mode="nearest",
                coordinate_transformation_mode="asymmetric",
                nearest_mode="floor",
            )
        found = graph.add("Mul", _stack(graph, branch, sound, weights), mask)  # [1, 2, frames]
        mean = graph.add(
            "Div", graph.add("ReduceSum", found, last, keepdims=0), graph.add("ReduceSum", mask, last, keepdims=0)
        )
        zero, two = graph.constant([0], np.int64), graph.constant([2], np.int64)
        votes.append(graph.add("Slice", mean, zero, one, one))
        marks.append(graph.add("Slice", mean, one, two, one))
    attention = graph.add("Softmax", graph.add("Concat", *votes, axis=1), axis=1)
    weighted = graph.add("Mul", graph.add("Concat", *marks, axis=1), attention)
    graph.nodes.append(helper.make_node("ReduceSum", [weighted, one], ["score"], keepdims=0))
    model = helper.make_model(
        helper.make_graph(
            graph.nodes,
            "perth-detector",
            [helper.make_tensor_value_info("levels", TensorProto.FLOAT, [1, _BINS, "frames"])],
            [helper.make_tensor_value_info("score", TensorProto.FLOAT, [1])],
            graph.constants,
        ),
        opset_imports=[helper.make_opsetid("", 18)],
        ir_version=10,
    )
    onnx.checker.check_model(model, full_check=True)
    return model


def _resized(graph: _Graph, sound: str, channels: int, length: str, **attributes: Any) -> str:
    one = graph.constant([1, channels], np.int64)
    sizes = graph.add("Concat", one, length, axis=0)
    return graph.add("Resize", sound, "", "", sizes, **attributes)


if __name__ == "__main__":
    checkpoint = torch.load(sys.argv[1], map_location="cpu", weights_only=True)
    Path(sys.argv[2]).write_bytes(build(checkpoint["model"]).SerializeToString())

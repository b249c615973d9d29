"""Kokoro's graph cut in two where it has decided how a line is read, so that we can decide otherwise.

The first half makes of tokens and style a duration for each token and curves of pitch and energy; the second makes the
sound of them. Run one after the other they compute what the whole graph computes, bit for bit. The first half takes
three per cent of the time, so that it can be run twice: once to learn the model's own durations, once with others.
"""

import logging
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import numpy as np
import numpy.typing as npt
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from studio.core.errors import EngineError
from studio.core.files import write_atomic
from studio.core.hashing import sha256_bytes
from studio.engines.base import Samples

Array = npt.NDArray[np.float32]

UNIT_SAMPLES: Final = 600
"""A duration unit: 25 ms at 24 kHz. Pitch and energy have two values for each."""

HALVES: Final = ("prosody.onnx", "sound.onnx")
SHA256_OF_HALVES: Final = (
    "d7b2359bd12e5939d52c980a1b4082f463e60aebd14a41cfe7506470311a9211",
    "7c27d3d2a4d2aefbf864ba97c671f1b0cc2bc218736be2530f8430f8369bc20d",
)
"""What the halves of the one graph we know must hash to; a cached file with any other hash is not used."""

_TOKENS, _STYLE, _SPEED, _AUDIO = "tokens", "style", "speed", "audio"
_GIVEN = "durations_given"
_LENGTHS = "/encoder/predictor/ReduceSum_output_0"
_UNITS = "/encoder/Clip_output_0"
_CHOSEN_UNITS = "durations_chosen"
_PITCH = "/encoder/F0_proj/Conv_output_0"
_ENERGY = "/encoder/N_proj/Conv_output_0"
_ALIGNMENT = "/encoder/Cast_4_output_0"
_SOUND_STYLE = "/decoder/Slice_output_0"
_STYLE_SHAPE, _HALF_STYLE_SHAPE = [1, 256], [1, 128]

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True, eq=False)
class Reading:
    """How the model, or somebody else, reads a row of tokens.

    Attributes:
        lengths: float32 [n], the model's own durations before rounding, in units.
        units: int64 [n], durations in force; the sound has exactly `units.sum() * UNIT_SAMPLES` samples.
        pitch_hz: float32 [2 * units.sum()], fundamental frequency; near 0 where nothing is voiced.
        energy: float32 of the same shape, the model's logarithmic energy.
        alignment: which token each unit belongs to, as the second half wants it.
        sound_style: the part of the style that shapes the timbre.
    """

    lengths: Array
    units: npt.NDArray[np.int64]
    pitch_hz: Array
    energy: Array
    alignment: Array
    sound_style: Array


class CutKokoro:
    """The two halves, each in a session of one thread."""

    def __init__(self, prosody: bytes | Path, sound: bytes | Path) -> None:
        self._prosody = _session(prosody)
        self._sound = _session(sound)

    def read(self, tokens: Sequence[int], style: Array, units: npt.NDArray[np.int64] | None = None) -> Reading:
        """Decide how tokens are read.

        Args:
            tokens: token numbers with padding at both ends.
            style: float32 [256].
            units: durations to read them with, one of at least 1 per token; the model's own if not given.

        Raises:
            EngineError: the runtime failed.
        """
        given = np.zeros((1, 1), np.float32) if units is None else units[None, :].astype(np.float32)
        feed = {
            _TOKENS: np.array([tokens], np.int64),
            _STYLE: style[None, :],
            _SPEED: np.ones(1, np.float32),
            _GIVEN: given,
        }
        wanted = [_LENGTHS, _CHOSEN_UNITS, _PITCH, _ENERGY, _ALIGNMENT, _SOUND_STYLE]
        lengths, chosen, pitch, energy, alignment, sound_style = _run(self._prosody, wanted, feed, len(tokens))
        return Reading(
            lengths=lengths.ravel(),
            units=np.rint(chosen.ravel()).astype(np.int64),
            pitch_hz=pitch.ravel(),
            energy=energy.ravel(),
            alignment=alignment,
            sound_style=sound_style,
        )

    def say(self, tokens: Sequence[int], reading: Reading, pitch_hz: Array | None = None) -> Samples:
        """Make the sound of a reading, with its own pitch or another: float32 mono [units * 600] at 24 kHz.

        Raises:
            EngineError: the runtime failed.
        """
        pitch = reading.pitch_hz if pitch_hz is None else pitch_hz.astype(np.float32)
        feed = {
            _TOKENS: np.array([tokens], np.int64),
            _SOUND_STYLE: reading.sound_style,
            _ALIGNMENT: reading.alignment,
            _PITCH: pitch[None, None, :],
            _ENERGY: reading.energy[None, None, :],
        }
        (sound,) = _run(self._sound, [_AUDIO], feed, len(tokens))
        return np.asarray(sound, dtype=np.float32).ravel()


def open_cut(model: Path, cache: Path) -> CutKokoro:
    """Open the halves of a verified model, cut now if they are not in the cache.

    Only files with the pinned hashes are read from the cache or written to it. Where it cannot be written, or where
    this version of the ONNX library writes the same graph in other bytes, they are cut anew in memory each time.

    Args:
        model: the whole graph, verified.
        cache: folder for the halves; made if missing.

    Raises:
        EngineError: the graph is not the one that is known, or cannot be loaded.
    """
    paths = [cache / name for name in HALVES]
    if all(path.is_file() for path in paths):
        halves = [path.read_bytes() for path in paths]
        if tuple(map(sha256_bytes, halves)) == SHA256_OF_HALVES:
            return CutKokoro(*halves)
    halves = list(cut_graph(model))
    if tuple(map(sha256_bytes, halves)) == SHA256_OF_HALVES:
        try:
            cache.mkdir(parents=True, exist_ok=True)
            for path, data in zip(paths, halves, strict=True):
                write_atomic(path, data)
        except OSError as error:
            _log.info("Kokoro's halves are not kept: %s", error.strerror)
    return CutKokoro(*halves)


def cut_graph(model: Path) -> tuple[bytes, bytes]:
    """Cut the graph; returns both halves as ONNX files.

    Raises:
        EngineError: it is not the graph that is known.
    """
    try:
        whole = onnx.load(str(model))
    except Exception as error:  # protobuf's decoding errors are not public
        raise EngineError("the Kokoro model cannot be read", where=str(model)) from error
    graph = whole.graph
    made_by = {output: node for node in graph.node for output in node.output}
    known = {_LENGTHS, _UNITS, _PITCH, _ENERGY, _ALIGNMENT, _SOUND_STYLE}
    if not known <= made_by.keys():
        raise EngineError("the Kokoro model is not the export that is known", where=str(model))
    for node in graph.node:
        for place, name in enumerate(node.input):
            if name == _UNITS:
                node.input[place] = _CHOSEN_UNITS
    choosing = [
        helper.make_node("Greater", [_GIVEN, "durations_given_from"], ["durations_are_given"]),
        helper.make_node("Where", ["durations_are_given", _GIVEN, _UNITS], [_CHOSEN_UNITS]),
    ]
    graph.initializer.append(numpy_helper.from_array(np.array(0.5, np.float32), "durations_given_from"))
    made_by |= {output: node for node in choosing for output in node.output}
    first = _needed_for({_LENGTHS, _CHOSEN_UNITS, _PITCH, _ENERGY, _ALIGNMENT, _SOUND_STYLE}, made_by)
    nodes: list[Any] = []
    for node in graph.node:
        nodes.append(node)
        if _UNITS in node.output:
            nodes += choosing
    tokens = (_TOKENS, TensorProto.INT64, [1, "n"])
    curve = [1, 1, "frames"]
    prosody = _part(
        whole,
        [node for node in nodes if id(node) in first],
        [
            tokens,
            (_STYLE, TensorProto.FLOAT, _STYLE_SHAPE),
            (_SPEED, TensorProto.FLOAT, [1]),
            (_GIVEN, TensorProto.FLOAT, [1, "given"]),
        ],
        [_LENGTHS, _CHOSEN_UNITS, _PITCH, _ENERGY, _ALIGNMENT, _SOUND_STYLE],
    )
    sound = _part(
        whole,
        [node for node in nodes if id(node) not in first],
        [
            tokens,
            (_SOUND_STYLE, TensorProto.FLOAT, _HALF_STYLE_SHAPE),
            (_ALIGNMENT, TensorProto.FLOAT, None),
            (_PITCH, TensorProto.FLOAT, curve),
            (_ENERGY, TensorProto.FLOAT, curve),
        ],
        [_AUDIO],
    )
    return prosody, sound


def _needed_for(names: set[str], made_by: dict[str, Any]) -> set[int]:
    """Identities of the nodes that tensors depend on."""
    needed: set[int] = set()
    waiting = list(names)
    while waiting:
        node = made_by.get(waiting.pop())
        if node is not None and id(node) not in needed:
            needed.add(id(node))
            waiting.extend(node.input)
    return needed


def _part(whole: Any, nodes: list[Any], inputs: list[tuple[str, int, Any]], outputs: list[str]) -> bytes:
    read = {name for node in nodes for name in node.input}
    graph = helper.make_graph(
        nodes,
        "kokoro",
        [helper.make_tensor_value_info(*each) for each in inputs],
        [helper.make_tensor_value_info(name, TensorProto.FLOAT, None) for name in outputs],
        [each for each in whole.graph.initializer if each.name in read],
    )
    model = helper.make_model(graph, opset_imports=list(whole.opset_import), ir_version=whole.ir_version)
    model.producer_name = "vivavoce"
    return bytes(model.SerializeToString(deterministic=True))


def _session(half: bytes | Path) -> onnxruntime.InferenceSession:
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    options.inter_op_num_threads = 1
    options.execution_mode = onnxruntime.ExecutionMode.ORT_SEQUENTIAL
    options.add_session_config_entry("session.intra_op.allow_spinning", "0")
    options.log_severity_level = 3
    try:
        source = half if isinstance(half, bytes) else str(half)
        return onnxruntime.InferenceSession(source, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's exceptions share no public base class
        raise EngineError(f"the Kokoro model cannot be loaded: {error}") from error


def _run(
    session: onnxruntime.InferenceSession, outputs: list[str], feed: dict[str, Any], tokens: int
) -> list[npt.NDArray[np.float32]]:
    # Without shrinking, a worker keeps what its longest line ever took.
    options = onnxruntime.RunOptions()
    options.add_run_config_entry("memory.enable_memory_arena_shrinkage", "cpu:0")
    try:
        found: list[npt.NDArray[np.float32]] = session.run(outputs, feed, options)
    except Exception as error:  # the runtime's exceptions share no public base class
        raise EngineError(f"Kokoro failed on {tokens} tokens: {error}") from error
    return found

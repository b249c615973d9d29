"""Piper voices as files of unknown origin: checked, and with their chance taken out so that a seed decides.

A Piper voice is a VITS network in ONNX form and a JSON file that says how to feed it. The network draws normal noise at
two places: for the lengths of the phonemes and for the sound. The runtime cannot seed that from one run to the next, so
the nodes that draw are replaced by nodes that read from a pool of noise, which is one more input.
"""

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Final

import numpy as np
import onnx
import onnxruntime
from onnx import TensorProto, helper, numpy_helper

from studio.core.errors import InputError

MODEL_FILE: Final = "model.onnx"
CONFIG_FILE: Final = "model.onnx.json"
LARGEST_MODEL_BYTES: Final = 300_000_000
LARGEST_CONFIG_BYTES: Final = 1_000_000

NOISE_INPUT: Final = "studio_noise"
NOISE_SAMPLES: Final = 1 << 20
"""Size of the pool: what a minute of a voice with 192 channels draws. A longer line reads it from the start again."""
_NOISE_STEP: Final = 7919  # keeps the places that read from the pool apart

_INPUTS: Final = frozenset({"input", "input_lengths", "scales"})
_SPEAKER_INPUT: Final = "sid"
_STANDARD_DOMAINS: Final = frozenset({"", "ai.onnx"})
_UNREPEATABLE: Final = frozenset({"RandomNormal", "RandomUniform", "RandomUniformLike", "Multinomial", "Bernoulli"})
_PHONEMES: Final = ("espeak", "text")
_LONGEST_NAME: Final = 40
_MOST_SYMBOLS: Final = 4096
_HINT: Final = "Fetch the voice again from where it came from."


@dataclass(frozen=True, slots=True)
class PiperFacts:
    """What the JSON file of a voice says.

    Attributes:
        sample_rate_hz: of its sound.
        language: name of the voice that eSpeak NG reads text with ("en-us"); its first part is a language code.
        speakers: how many it holds; the first is used unless the file names another.
        settings: the whole file, for Piper itself.
    """

    sample_rate_hz: int
    language: str
    speakers: int
    settings: dict[str, Any]


def read_config(config: bytes) -> PiperFacts:
    """Read and check the JSON file of a voice.

    Raises:
        InputError: it is not one, or names something that is not spoken here.
    """
    if len(config) > LARGEST_CONFIG_BYTES:
        raise InputError("the settings of this Piper voice are too large", where=CONFIG_FILE, hint=_HINT)
    try:
        settings = json.loads(config)
        rate_hz, speakers = settings["audio"]["sample_rate"], settings["num_speakers"]
        reader, symbols = settings["espeak"]["voice"], settings["phoneme_id_map"]
        kind, scales = settings.get("phoneme_type", "espeak"), settings.get("inference", {})
        used = settings.get("default_speaker_id", 0)
        sound = (
            isinstance(rate_hz, int)
            and 8_000 <= rate_hz <= 48_000  # noqa: PLR2004 - from telephone to studio
            and isinstance(speakers, int)
            and isinstance(used, int)
            and 0 <= used < max(1, speakers)
            and len(symbols) <= _MOST_SYMBOLS
            and all(isinstance(number, int) for numbers in symbols.values() for number in numbers)
            and all(0 <= float(scales.get(name, 0)) <= 2 for name in ("noise_scale", "noise_w"))  # noqa: PLR2004
            and 0.2 <= float(scales.get("length_scale", 1)) <= 5  # noqa: PLR2004 - a fifth and five times as slow
        )
    except (ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise InputError("these are not the settings of a Piper voice", where=CONFIG_FILE, hint=_HINT) from error
    if not sound:
        raise InputError("the settings of this Piper voice are out of bounds", where=CONFIG_FILE, hint=_HINT)
    if kind not in _PHONEMES:
        raise InputError(
            f"this Piper voice needs a reader of '{str(kind)[:_LONGEST_NAME]}', which the studio does not have",
            where=CONFIG_FILE,
            hint="Use a voice whose phoneme_type is espeak or text.",
        )
    # eSpeak NG opens a file of that name: it must not lead out of its folder.
    if not isinstance(reader, str) or len(reader) > _LONGEST_NAME or not re.fullmatch(r"[A-Za-z]{2,3}[-\w]*", reader):
        raise InputError("the settings of this Piper voice name no language", where=CONFIG_FILE, hint=_HINT)
    return PiperFacts(rate_hz, reader.lower(), speakers, settings)


def seeded_model(model: bytes) -> bytes:
    """The checked network, which draws its noise from `NOISE_INPUT`: float32 [NOISE_SAMPLES].

    Raises:
        InputError: it is not a Piper voice, points to other files, brings operators of its own, or draws random numbers
            in a way that cannot be repeated.
    """
    if len(model) > LARGEST_MODEL_BYTES:
        raise InputError("this Piper voice is too large", where=MODEL_FILE, hint=_HINT)
    try:
        network = onnx.load_from_string(model)
    except Exception as error:  # the parser's own kinds are not public
        raise InputError("this is not an ONNX model", where=MODEL_FILE, hint=_HINT) from error
    _check(network)
    graph = network.graph
    nodes: list[onnx.NodeProto] = []
    drawing = 0
    for node in graph.node:
        if node.op_type == "RandomNormalLike":
            nodes += _reading(node, drawing)
            drawing += 1
        else:
            nodes.append(node)
    if drawing:
        del graph.node[:]
        graph.node.extend(nodes)
        graph.input.append(helper.make_tensor_value_info(NOISE_INPUT, TensorProto.FLOAT, [NOISE_SAMPLES]))
        constants = {"zero": 0, "one": 1, "size": NOISE_SAMPLES}
        graph.initializer.extend(
            numpy_helper.from_array(np.array(value, np.int64), f"{NOISE_INPUT}_{name}")
            for name, value in constants.items()
        )
    serialized: bytes = network.SerializeToString()
    return serialized


def open_session(seeded: bytes) -> onnxruntime.InferenceSession:
    """A session of what `seeded_model` gave, on one thread, which makes a line the same bytes every time.

    Raises:
        InputError: the runtime cannot run it.
    """
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = options.inter_op_num_threads = 1
    try:
        return onnxruntime.InferenceSession(seeded, options, providers=["CPUExecutionProvider"])
    except Exception as error:  # the runtime's kinds have no common base
        raise InputError("this Piper voice cannot be loaded", where=MODEL_FILE, hint=_HINT) from error


def _check(network: onnx.ModelProto) -> None:
    names = {entry.name for entry in network.graph.input} - {entry.name for entry in network.graph.initializer}
    if not _INPUTS <= names <= _INPUTS | {_SPEAKER_INPUT} or not network.graph.output:
        raise InputError("this ONNX model is not a Piper voice", where=MODEL_FILE, hint=_HINT)
    if len(network.functions) or any(entry.domain not in _STANDARD_DOMAINS for entry in network.opset_import):
        raise InputError("this model brings operators of its own", where=MODEL_FILE, hint=_HINT)
    top = network.graph
    for graph in _graphs(top):
        tensors = [*graph.initializer, *(tensor for node in graph.node for tensor in _tensors(node))]
        if any(tensor.data_location == TensorProto.EXTERNAL or len(tensor.external_data) for tensor in tensors):
            raise InputError("this model points to other files", where=MODEL_FILE, hint=_HINT)
        if len(graph.sparse_initializer) or any(node.domain not in _STANDARD_DOMAINS for node in graph.node):
            raise InputError("this model brings operators of its own", where=MODEL_FILE, hint=_HINT)
        for node in graph.node:
            nested = node.op_type == "RandomNormalLike" and graph is not top
            if node.op_type in _UNREPEATABLE or nested or (node.op_type == "RandomNormalLike" and not _is_plain(node)):
                raise InputError(
                    "this model draws random numbers in a way that cannot be repeated", where=MODEL_FILE, hint=_HINT
                )


def _graphs(graph: onnx.GraphProto) -> Iterator[onnx.GraphProto]:
    """A graph and those inside its nodes."""
    yield graph
    for node in graph.node:
        for attribute in node.attribute:
            for inner in [attribute.g] if attribute.HasField("g") else list(attribute.graphs):
                yield from _graphs(inner)


def _tensors(node: onnx.NodeProto) -> Iterator[TensorProto]:
    for attribute in node.attribute:
        if attribute.HasField("t"):
            yield attribute.t
        yield from attribute.tensors


def _is_plain(node: onnx.NodeProto) -> bool:
    """Whether it draws float32 of mean 0 and scale 1, as all Piper voices do."""
    values = {attribute.name: helper.get_attribute_value(attribute) for attribute in node.attribute}
    plain = (values.get("mean", 0.0), values.get("scale", 1.0), values.get("dtype", TensorProto.FLOAT))
    return plain == (0.0, 1.0, TensorProto.FLOAT)


def _reading(node: onnx.NodeProto, place: int) -> list[onnx.NodeProto]:
    """Nodes that read as much from the pool as a node would have drawn, each from a place of its own."""
    own = f"{NOISE_INPUT}_{place}"
    shape, count, order, shifted, index, values = (
        f"{own}_{part}" for part in ("shape", "count", "order", "shifted", "index", "values")
    )
    start = numpy_helper.from_array(np.array(place * _NOISE_STEP, np.int64))
    return [
        helper.make_node("Shape", [node.input[0]], [shape]),
        helper.make_node("ReduceProd", [shape], [count], keepdims=0),
        helper.make_node("Range", [f"{NOISE_INPUT}_zero", count, f"{NOISE_INPUT}_one"], [order]),
        helper.make_node("Constant", [], [f"{own}_start"], value=start),
        helper.make_node("Add", [order, f"{own}_start"], [shifted]),
        helper.make_node("Mod", [shifted, f"{NOISE_INPUT}_size"], [index]),
        helper.make_node("Gather", [NOISE_INPUT, index], [values]),
        helper.make_node("Reshape", [values, shape], [node.output[0]]),
    ]

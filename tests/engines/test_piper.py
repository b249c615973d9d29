"""Piper voices: the real package and runtime on networks of Piper's shape, made here."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

pytest.importorskip("piper", reason="the extra `piper` is not installed")

from studio.core.errors import EngineError, InputError, MissingError, RefusedError
from studio.engines import piper, piper_graph
from studio.engines.base import Line, Rendered, Run
from studio.engines.piper import PiperEngine
from studio.engines.piper_graph import NOISE_INPUT, NOISE_SAMPLES, open_session, read_config, seeded_model
from studio.render.engine_kit import run_kit
from studio.render.voice_files import PIPER_FILES, check_piper
from tests.engines.imported import Imported, imported
from tests.engines.tiny_piper import tiny_config, tiny_graph, tiny_model

_TEXT = "The kettle sang. Nobody spoke."


def _voice(folder: Path, model: bytes | None = None, config: bytes | None = None) -> Imported:
    return imported(
        folder, "piper", dict(zip(PIPER_FILES, (model or tiny_model(), config or tiny_config()), strict=True))
    )


def _say(voice: Imported, text: str = _TEXT, *, seed: int = 0, language: str = "en-GB") -> Rendered:
    engine = PiperEngine(Path())
    return engine.synthesize(Line((Run(text),), language, seed), engine.prepare(voice.granted()))


def _length_s(rendered: Rendered) -> float:
    return rendered.samples.size / rendered.sample_rate_hz


def test_it_passes_the_kit(tmp_path: Path):
    voice = _voice(tmp_path)
    report = run_kit("piper", tmp_path, {"ada": voice.record}, blobs=voice.blobs)
    assert report.passed, report
    assert report.spoke
    assert "repeatable" in {check.name for check in report.checks if check.outcome == "pass"}


def test_a_seed_decides_what_chance_would(tmp_path: Path):
    voice = _voice(tmp_path)
    first, again, other = _say(voice, seed=1), _say(voice, seed=1), _say(voice, seed=2)
    np.testing.assert_array_equal(first.samples, again.samples)
    assert not np.array_equal(first.samples[:1000], other.samples[:1000])


def test_without_noise_the_seeded_network_computes_what_the_network_computes():
    given = {
        "input": np.array([[1, 20, 0, 30, 0, 2]]),
        "input_lengths": np.array([6]),
        "scales": np.array([0, 1, 0], np.float32),
    }
    plain = onnxruntime.InferenceSession(tiny_model(), providers=["CPUExecutionProvider"]).run(None, given)[0]
    noise = np.random.RandomState(0).standard_normal(NOISE_SAMPLES).astype(np.float32)
    seeded = open_session(seeded_model(tiny_model())).run(None, {**given, NOISE_INPUT: noise})[0]
    np.testing.assert_array_equal(plain, seeded)


@pytest.mark.parametrize("shape", [(2, 3, 5), (1, 192, 6000)])
def test_what_is_drawn_is_read_from_the_noise_each_place_from_its_own(shape: tuple[int, ...]):
    model = tiny_graph()
    model.graph.input[0].type.CopyFrom(helper.make_tensor_type_proto(TensorProto.FLOAT, [None] * len(shape)))
    del model.graph.node[:], model.graph.output[:]
    for name in ("one_place", "other_place"):
        model.graph.node.append(helper.make_node("RandomNormalLike", ["input"], [name]))
        model.graph.output.append(helper.make_tensor_value_info(name, TensorProto.FLOAT, [None] * len(shape)))
    noise = np.random.RandomState(3).standard_normal(NOISE_SAMPLES).astype(np.float32)
    given = {"input": np.zeros(shape, np.float32), NOISE_INPUT: noise}
    given |= {"input_lengths": np.array([1]), "scales": np.zeros(3, np.float32)}
    first, second = open_session(seeded_model(model.SerializeToString())).run(None, given)
    assert first.shape == second.shape == shape
    np.testing.assert_array_equal(first.reshape(-1), np.resize(noise, first.size))
    assert not np.array_equal(first, second)
    assert abs(np.corrcoef(first.reshape(-1), second.reshape(-1))[0, 1]) < 0.4


def test_sentences_are_apart(tmp_path: Path):
    voice = _voice(tmp_path, config=tiny_config(inference={"noise_scale": 0, "noise_w": 0}))
    both, one, other = (_length_s(_say(voice, text)) for text in (_TEXT, "The kettle sang.", "Nobody spoke."))
    assert both == pytest.approx(one + other + 0.2, abs=0.01)


def test_a_voice_with_another_rate_is_resampled(tmp_path: Path):
    still = {"noise_scale": 0, "noise_w": 0}
    usual = _say(_voice(tmp_path, config=tiny_config(inference=still)), "Nobody spoke.")
    slow = _say(_voice(tmp_path, config=tiny_config(inference=still, audio={"sample_rate": 16_000})), "Nobody spoke.")
    assert slow.sample_rate_hz == usual.sample_rate_hz == 22_050
    assert _length_s(slow) / _length_s(usual) == pytest.approx(22_050 / 16_000, rel=1e-3)


def test_the_pace_of_the_voice_is_kept(tmp_path: Path):
    lengths = [
        _length_s(_say(_voice(tmp_path, config=tiny_config(inference={"length_scale": scale, "noise_w": 0}))))
        for scale in (1, 2)
    ]
    assert lengths[1] / lengths[0] == pytest.approx(2, rel=0.1)


def test_the_speaker_that_the_settings_name_is_heard(tmp_path: Path):
    model = tiny_model(speakers=3)
    said = [_say(_voice(tmp_path, model, tiny_config(num_speakers=3, default_speaker_id=who))) for who in (0, 2)]
    assert not np.array_equal(said[0].samples, said[1].samples)


def test_a_voice_reads_its_own_language_only(tmp_path: Path):
    german = _voice(tmp_path, config=tiny_config(espeak={"voice": "de"}))
    assert _say(german, "Niemand sprach.", language="de-AT").samples.size
    with pytest.raises(EngineError, match="'ada' reads de only, not en-GB"):
        _say(german)


def test_a_voice_of_letters_reads_them_as_they_are(tmp_path: Path):
    letters = {letter: [10 + index] for index, letter in enumerate("abcdefghijklmnopqrstuvwxyz")}
    config = tiny_config(phoneme_type="text", phoneme_id_map={"_": [0], "^": [1], "$": [2], " ": [3], **letters})
    assert _say(_voice(tmp_path, config=config), "nobody spoke").samples.size


def test_phonemes_in_double_brackets_are_not_a_way_around_the_words(tmp_path: Path):
    voice = _voice(tmp_path)
    np.testing.assert_array_equal(_say(voice, "A [[kæt]] sat.").samples, _say(voice, "A [ [kæt]] sat.").samples)


def test_a_line_without_anything_to_say_is_an_error(tmp_path: Path):
    with pytest.raises(EngineError, match="nothing"):
        _say(_voice(tmp_path), "…")


def test_a_network_that_makes_no_sound_is_an_error(tmp_path: Path):
    model = tiny_graph()
    waves = next(tensor for tensor in model.graph.initializer if tensor.name == "waves")
    waves.raw_data = np.full((8, 256), np.nan, np.float32).tobytes()
    with pytest.raises(EngineError, match="made no usable sound"):
        _say(_voice(tmp_path, model.SerializeToString()))


def test_a_symbol_that_the_network_does_not_have_is_an_error(tmp_path: Path):
    settings = json.loads(tiny_config())
    settings["phoneme_id_map"]["n"] = [9999]
    with pytest.raises(EngineError, match="'ada' failed on a line"):
        _say(_voice(tmp_path, config=json.dumps(settings).encode()))


def test_without_the_package_it_says_how_to_get_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    engine = PiperEngine(tmp_path)
    assert engine.missing() == ""
    assert f"piper{piper._installed()}-" in engine.info.version
    monkeypatch.setattr(piper, "_PACKAGE", "a-package-that-is-not-installed")
    assert engine.missing() == "Piper is not installed. Run pip install 'vivavoce[piper]'."
    assert engine.info.version
    with pytest.raises(MissingError, match=r"vivavoce\[piper\]"):
        engine.prepare(_voice(tmp_path).granted())


def test_files_altered_on_disk_are_refused(tmp_path: Path):
    voice = _voice(tmp_path)
    path = voice.blobs.path(dict(voice.record.files)["model.onnx"])
    path.chmod(0o600)
    path.write_bytes(tiny_model(speakers=3))
    with pytest.raises(RefusedError, match="missing or was altered"):
        PiperEngine(tmp_path).prepare(voice.granted())


def test_a_voice_of_other_files_is_an_error(tmp_path: Path):
    with pytest.raises(EngineError, match="'ada' is not a Piper voice"):
        PiperEngine(tmp_path).prepare(imported(tmp_path, "piper", {"model.onnx": b"x"}).granted())


def _external(model: onnx.ModelProto) -> None:
    tensor = model.graph.initializer[0]
    tensor.ClearField("raw_data")
    tensor.data_location = TensorProto.EXTERNAL
    tensor.external_data.add(key="location", value="../../etc/passwd")


def _external_constant(model: onnx.ModelProto) -> None:
    constant = helper.make_node("Constant", [], ["c"], value=helper.make_tensor("t", TensorProto.FLOAT, [1], [1.0]))
    constant.attribute[0].t.external_data.add(key="location", value="/etc/passwd")
    model.graph.node.insert(0, constant)


def _custom_node(model: onnx.ModelProto) -> None:
    model.graph.node.append(helper.make_node("Run", ["output"], ["x"], domain="com.example"))


def _custom_domain(model: onnx.ModelProto) -> None:
    model.opset_import.append(helper.make_opsetid("com.microsoft", 1))


def _function(model: onnx.ModelProto) -> None:
    model.functions.add(name="f", domain="local")


def _inner(node: onnx.NodeProto) -> Callable[[onnx.ModelProto], None]:
    """A graph in a branch of a node."""

    def put(model: onnx.ModelProto) -> None:
        output = helper.make_tensor_value_info(node.output[0], TensorProto.FLOAT, None)
        branch = helper.make_graph([node], "branch", [], [output])
        condition = helper.make_node("If", ["yes"], ["y"], then_branch=branch, else_branch=branch)
        model.graph.node.append(condition)

    return put


def _replace_draw(kind: str, **attributes: Any) -> Callable[[onnx.ModelProto], None]:
    def put(model: onnx.ModelProto) -> None:
        node = next(node for node in model.graph.node if node.output[0] == "noise")
        node.CopyFrom(helper.make_node(kind, ["voiced"], ["noise"], **attributes))

    return put


def _rename_input(model: onnx.ModelProto) -> None:
    model.graph.input[2].name = "x"


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (_external, "points to other files"),
        (_external_constant, "points to other files"),
        (_custom_node, "operators of its own"),
        (_custom_domain, "operators of its own"),
        (_function, "operators of its own"),
        (_inner(helper.make_node("Run", ["output"], ["x"], domain="com.example")), "operators of its own"),
        (_inner(helper.make_node("RandomNormalLike", ["voiced"], ["x"])), "random numbers"),
        (_replace_draw("RandomUniformLike"), "random numbers"),
        (_replace_draw("Bernoulli"), "random numbers"),
        (_replace_draw("RandomNormalLike", scale=2.0), "random numbers"),
        (_replace_draw("RandomNormalLike", dtype=TensorProto.DOUBLE), "random numbers"),
        (_rename_input, "is not a Piper voice"),
        (lambda model: model.graph.output.pop(), "is not a Piper voice"),
    ],
)
def test_a_network_that_could_do_more_than_speak_is_refused(
    tmp_path: Path, change: Callable[[onnx.ModelProto], object], words: str
):
    model = tiny_graph()
    change(model)
    with pytest.raises(InputError, match=words):
        check_piper(model.SerializeToString(), tiny_config())
    with pytest.raises(EngineError, match=f"voice 'ada' cannot be used: .*{words}"):
        PiperEngine(tmp_path).prepare(_voice(tmp_path, model.SerializeToString()).granted())


@pytest.mark.parametrize("model", [b"\x80\x04pickle", b"PK\x03\x04", b"<html>", tiny_model()[:-100]])
def test_what_is_no_network_is_refused(model: bytes):
    with pytest.raises(InputError, match=r"not an ONNX model|not a Piper voice"):
        check_piper(model, tiny_config())


def test_a_network_that_the_runtime_cannot_run_is_refused(tmp_path: Path):
    model = tiny_graph()
    model.graph.node.append(helper.make_node("NoSuchOperator", ["output"], ["x"]))
    with pytest.raises(EngineError, match="cannot be loaded"):
        PiperEngine(tmp_path).prepare(_voice(tmp_path, model.SerializeToString()).granted())


def test_files_beyond_all_bounds_are_refused(monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setattr(piper_graph, "LARGEST_MODEL_BYTES", 100)
    with pytest.raises(InputError, match="too large"):
        seeded_model(tiny_model())
    with pytest.raises(InputError, match="too large"):
        read_config(tiny_config() + b" " * 1_000_000)


@pytest.mark.parametrize(
    ("config", "words"),
    [
        (b"", "not the settings"),
        (b"[1]", "not the settings"),
        (b"\xff", "not the settings"),
        (b"[" * 100_000, "not the settings"),
        (tiny_config(audio={}), "not the settings"),
        (tiny_config(phoneme_id_map=3), "not the settings"),
        (tiny_config(inference={"noise_scale": "x"}), "not the settings"),
        (tiny_config(audio={"sample_rate": 1}), "out of bounds"),
        (tiny_config(audio={"sample_rate": "22050"}), "out of bounds"),
        (tiny_config(phoneme_id_map={"a": ["1"]}), "out of bounds"),
        (tiny_config(phoneme_id_map={str(n): [n] for n in range(5000)}), "out of bounds"),
        (tiny_config(inference={"length_scale": 1000}), "out of bounds"),
        (tiny_config(inference={"length_scale": float("nan")}), "out of bounds"),
        (tiny_config(num_speakers=2, default_speaker_id=2), "out of bounds"),
        (tiny_config(phoneme_type="pinyin"), "needs a reader of 'pinyin'"),
        (tiny_config(espeak={"voice": "../../../tmp/evil"}), "name no language"),
        (tiny_config(espeak={"voice": "e" * 50}), "name no language"),
        (tiny_config(espeak={"voice": None}), "name no language"),
    ],
)
def test_settings_that_are_none_are_refused(config: bytes, words: str):
    with pytest.raises(InputError, match=words):
        check_piper(tiny_model(), config)


def test_an_import_learns_what_the_voice_is():
    facts = check_piper(tiny_model(speakers=3), tiny_config(num_speakers=3))
    assert (facts.sample_rate_hz, facts.language, facts.speakers) == (22_050, "en-us", 3)

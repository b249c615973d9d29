"""The two halves of Kokoro's graph against the whole."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import onnx
import onnxruntime
import pytest
from onnx import TensorProto, helper

from studio.core.errors import EngineError
from studio.core.hashing import sha256_bytes
from studio.core.resources import shipped
from studio.engines.g2p.phonemizers import phonemizer_for
from studio.engines.kokoro import MODEL_FILE, VOICES_FILE, WEIGHTS
from studio.engines.kokoro_graph import (
    HALVES,
    SHA256_OF_HALVES,
    UNIT_SAMPLES,
    CutKokoro,
    Reading,
    cut_graph,
    open_cut,
)
from studio.engines.kokoro_tokens import PAD, token_ids

_TEXT = "The kettle sang."


@pytest.fixture(scope="module")
def model(kokoro_weights: Path) -> Path:
    return kokoro_weights / WEIGHTS / MODEL_FILE


@pytest.fixture(scope="module")
def halves(model: Path) -> tuple[bytes, bytes]:
    return cut_graph(model)


@pytest.fixture(scope="module")
def kokoro(halves: tuple[bytes, bytes]) -> CutKokoro:
    return CutKokoro(*halves)


@pytest.fixture(scope="module")
def fed() -> Callable[[str], tuple[list[int], np.ndarray]]:
    """Tokens of a line with padding, and the style of a voice for it."""

    def feed(voice_id: str) -> tuple[list[int], np.ndarray]:
        tokens = token_ids(phonemizer_for("en-GB").phonemes(_TEXT))
        with np.load(shipped("voices", VOICES_FILE), allow_pickle=False) as packs:
            return [PAD, *tokens, PAD], packs[voice_id][len(tokens) - 1].astype(np.float32)

    return feed


def _hashes(folder: Path) -> tuple[str, ...]:
    return tuple(sha256_bytes((folder / name).read_bytes()) for name in HALVES)


@pytest.mark.models
def test_the_halves_say_what_the_whole_says_bit_for_bit(model: Path, kokoro: CutKokoro, fed: Callable):
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    whole = onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])
    for voice_id in ("bf_emma", "am_michael", "zf_xiaobei"):
        tokens, style = fed(voice_id)
        feed = {"tokens": np.array([tokens]), "style": style[None, :], "speed": np.ones(1, np.float32)}
        reading = kokoro.read(tokens, style)
        said = kokoro.say(tokens, reading)
        np.testing.assert_array_equal(said, whole.run(["audio"], feed)[0].ravel())
        assert said.size == reading.units.sum() * UNIT_SAMPLES
        assert reading.pitch_hz.size == reading.energy.size == 2 * reading.units.sum()
        np.testing.assert_array_equal(reading.units, np.maximum(1, np.rint(reading.lengths)))


@pytest.mark.models
def test_given_durations_are_kept_exactly(kokoro: CutKokoro, fed: Callable):
    tokens, style = fed("bf_emma")
    units = np.random.default_rng(1).integers(1, 9, len(tokens))
    reading = kokoro.read(tokens, style, units)
    np.testing.assert_array_equal(reading.units, units)
    assert kokoro.say(tokens, reading).size == units.sum() * UNIT_SAMPLES


@pytest.mark.models
def test_given_pitch_is_heard(kokoro: CutKokoro, fed: Callable):
    from studio.hearing.pitch import track_pitch

    tokens, style = fed("bf_emma")
    reading: Reading = kokoro.read(tokens, style)
    flat = np.where(reading.pitch_hz > 30, 180.0, reading.pitch_hz).astype(np.float32)
    heard = track_pitch(kokoro.say(tokens, reading, flat), 24_000).hz
    assert np.nanmedian(heard) == pytest.approx(180, rel=0.01)
    silent = track_pitch(kokoro.say(tokens, reading, np.zeros_like(flat)), 24_000).hz
    assert np.isnan(silent).mean() > 0.9


@pytest.mark.models
def test_the_halves_are_kept_checked_and_mended(model: Path, tmp_path: Path):
    cache = tmp_path / "cut"
    open_cut(model, cache)
    assert _hashes(cache) == SHA256_OF_HALVES
    assert sorted(path.name for path in cache.iterdir()) == sorted(HALVES)
    with (cache / HALVES[1]).open("r+b") as stream:
        stream.seek(1_000_000)
        stream.write(b"damage")
    open_cut(model, cache)
    assert _hashes(cache) == SHA256_OF_HALVES


@pytest.mark.models
def test_where_nothing_can_be_written_they_are_cut_in_memory(model: Path, tmp_path: Path, fed: Callable):
    (tmp_path / "file").write_bytes(b"")
    tokens, style = fed("bf_emma")
    assert open_cut(model, tmp_path / "file" / "cut").read(tokens, style).units.sum() > 0
    assert [path.name for path in tmp_path.iterdir()] == ["file"]


def test_another_model_is_refused(tmp_path: Path):
    node = helper.make_node("Identity", ["tokens"], ["audio"])
    values = [helper.make_tensor_value_info(name, TensorProto.FLOAT, [1]) for name in ("tokens", "audio")]
    onnx.save(helper.make_model(helper.make_graph([node], "other", values[:1], values[1:])), tmp_path / "other.onnx")
    with pytest.raises(EngineError, match="not the export"):
        cut_graph(tmp_path / "other.onnx")
    (tmp_path / "noise.onnx").write_bytes(bytes(range(256)))
    with pytest.raises(EngineError, match="cannot be read"):
        cut_graph(tmp_path / "noise.onnx")

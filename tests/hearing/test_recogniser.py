"""Recognition hears what is said, and is never told what to expect."""

import ast
import inspect
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

import studio
from studio.core.errors import InputError, MissingError
from studio.core.hashing import sha256_file
from studio.hearing.recogniser import Recogniser
from studio.spoken.compare import word_error_rate

_DATA = Path(__file__).parent.parent / "data"
_SAID = """The ferry left the quay a little after six, and the gulls went with it as far as the lighthouse. Nobody on
deck said a word, for the tide was turning and the fog had not yet made up its mind."""
_PROMPTS = {"initial_prompt", "hotwords", "prefix", "prompt"}


@pytest.fixture(scope="module")
def recogniser(whisper_folder: Path) -> Recogniser:
    return Recogniser(whisper_folder.parent)


def test_there_is_no_way_to_tell_it_what_to_expect():
    assert list(inspect.signature(Recogniser.transcribe).parameters) == ["self", "samples", "rate_hz", "language"]
    assert list(inspect.signature(Recogniser).parameters) == ["weights_dir"]


def test_nothing_in_the_product_prompts_a_recogniser():
    """`transcribe` takes a prompt by keyword or as a dictionary key; either would stand in the source as a name."""
    told = []
    for path in Path(studio.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            keywords = [keyword.arg for keyword in node.keywords] if isinstance(node, ast.Call) else []
            if getattr(getattr(node, "func", None), "attr", "") == "transcribe":
                told += [path for keyword in keywords if keyword is None or keyword in _PROMPTS]
            if isinstance(node, ast.Constant) and node.value in {"initial_prompt", "hotwords"}:
                told.append(path)
    assert told == []


def test_without_the_model_it_says_what_to_do(tmp_path: Path):
    with pytest.raises(MissingError, match="studio weights pull"):
        Recogniser(tmp_path).transcribe(np.zeros(16_000, np.float32), 16_000, "en")


def test_a_long_sound_is_not_begun(tmp_path: Path):
    with pytest.raises(InputError, match="too long"):
        Recogniser(tmp_path).transcribe(np.zeros(301 * 8_000, np.float32), 8_000, "en")


@pytest.mark.models
def test_it_hears_a_voice_word_by_word(recogniser: Recogniser, whisper_folder: Path):
    samples, rate_hz = sf.read(_DATA / "marked" / "plain.flac", dtype="float32")
    transcript = recogniser.transcribe(samples, rate_hz, "en-GB")
    assert word_error_rate(_SAID, transcript.text, "en-GB") < 0.06  # "quay" is heard "key"
    assert " ".join(word for word, _begin, _end in transcript.words) == transcript.text
    assert all(type(time) is float for _word, *times in transcript.words for time in times)
    times = [time for _word, begin, end in transcript.words for time in (begin, end)]
    assert times == sorted(times)
    assert 0 <= times[0] < 1
    assert 10 < times[-1] <= samples.size / rate_hz
    assert transcript.model == {"whisper-base": sha256_file(whisper_folder / "model.bin")}


@pytest.mark.models
def test_it_hears_the_same_again(recogniser: Recogniser):
    samples, rate_hz = sf.read(_DATA / "marked" / "plain.flac", dtype="float32")
    part = samples[: 4 * rate_hz]
    assert recogniser.transcribe(part, rate_hz, "en") == recogniser.transcribe(part, rate_hz, "en")


@pytest.mark.models
@pytest.mark.parametrize("reader", ["austenA", "austenB"])
def test_it_hears_a_human_reader(recogniser: Recogniser, reader: str):
    samples, rate_hz = sf.read(_DATA / "speech" / f"{reader}.flac", dtype="float32")
    words = recogniser.transcribe(samples, rate_hz, "en").words
    assert 1.5 < len(words) / (samples.size / rate_hz) < 4.5


@pytest.mark.models
def test_a_language_nobody_taught_it_is_an_error(recogniser: Recogniser):
    with pytest.raises(InputError, match="tlh"):
        recogniser.transcribe(np.zeros(16_000, np.float32), 16_000, "tlh")

"""The Kokoro engine with its real model."""

import re
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from studio.consent.gate import Gate
from studio.consent.grant import GrantedVoice, GrantKey
from studio.consent.licences import load_stock_voices
from studio.consent.requests import GateRequest
from studio.core.errors import EngineError, MissingError, RefusedError
from studio.core.hashing import sha256_bytes
from studio.core.resources import shipped
from studio.engines.base import Line, Run
from studio.engines.kokoro import MODEL_FILE, VOICES_FILE, WEIGHTS, KokoroEngine
from studio.engines.kokoro_tokens import Window
from studio.engines.splicing import join_windows

Grant = Callable[[str], GrantedVoice]
_LINE = Line((Run("The kettle sang, and nobody came."),), "en-GB")
_KOKORO_VOICES = [voice for voice in load_stock_voices().values() if voice.engine == "kokoro"]


def _words(text: str) -> list[str]:
    return re.findall(r"[a-z]+", text.lower())


@pytest.fixture(scope="module")
def engine(kokoro_weights: Path) -> KokoroEngine:
    return KokoroEngine(kokoro_weights)


def test_the_shipped_packs_are_those_the_manifest_licenses():
    with np.load(shipped("voices", VOICES_FILE), allow_pickle=False) as packs:
        assert sorted(packs) == sorted(voice.voice_id for voice in _KOKORO_VOICES)
        assert len(packs) == 54
        for voice in _KOKORO_VOICES:
            pack = packs[voice.voice_id]
            assert pack.shape == (510, 256)
            assert np.isfinite(pack).all()
            assert sha256_bytes(pack.tobytes()) == voice.data_sha256


def test_every_voice_id_agrees_with_its_record():
    tags = ("en-US", "en-GB", "es-ES", "fr-FR", "hi-IN", "it-IT", "ja-JP", "pt-BR", "zh-CN")
    languages = dict(zip("abefhijpz", tags, strict=True))
    for voice in _KOKORO_VOICES:
        assert voice.language == languages[voice.voice_id[0]]
        assert voice.sex == {"f": "female", "m": "male"}[voice.voice_id[1]]
        assert voice.licence == "Apache-2.0"
        assert voice.commercial


def test_without_the_model_it_says_what_to_do(tmp_path: Path, granted: Grant):
    with pytest.raises(MissingError, match="studio weights pull"):
        KokoroEngine(tmp_path).prepare(granted("bf_emma"))


def test_a_damaged_model_is_not_loaded(tmp_path: Path, granted: Grant):
    (tmp_path / WEIGHTS).mkdir()
    (tmp_path / WEIGHTS / MODEL_FILE).write_bytes(b"not a model")
    with pytest.raises(MissingError, match="SHA-256"):
        KokoroEngine(tmp_path).prepare(granted("bf_emma"))


def test_a_pack_that_is_not_the_licensed_one_is_refused(tmp_path: Path):
    key, now = GrantKey(bytes(32)), datetime(2026, 1, 1, tzinfo=UTC)
    stock = load_stock_voices()
    altered = {"bf_emma": replace(stock["bf_emma"], data_sha256=stock["bf_alice"].data_sha256)}
    grant = Gate(altered, key, lambda: now).authorize(GateRequest("bf_emma", "audition", "en-GB"))
    with pytest.raises(RefusedError, match="bf_emma"):
        KokoroEngine(tmp_path).prepare(key.redeem(grant, now))


def test_windows_are_joined_without_a_click():
    hum = (0.5 * np.cos(np.arange(24_000) / 50)).astype(np.float32)  # at full swing where it begins and ends
    joined = join_windows([(hum, Window("a.", 0.25)), (hum, Window("b", 0.0))], 24_000).samples
    assert joined.size == 2 * hum.size + 6_000
    assert np.abs(np.diff(joined)).max() < 1.5 * np.abs(np.diff(hum)).max()
    assert not joined[hum.size : hum.size + 6_000].any()


def test_the_silence_that_the_model_leaves_at_a_seam_is_cut():
    hum = np.concatenate([np.zeros(7_200), 0.5 * np.cos(np.arange(24_000) / 50), np.zeros(7_200)]).astype(np.float32)
    joined = join_windows([(hum, Window("a,", 0.15)), (hum, Window("b", 0.0))], 24_000).samples
    loud = np.flatnonzero(np.abs(joined) > 0.01)
    assert 0.15 <= np.diff(loud).max() / 24_000 < 0.2
    assert not joined[:7_200].any()
    assert not joined[-7_200:].any()


@pytest.mark.models
def test_every_voice_loads(engine: KokoroEngine, granted: Grant):
    for voice in _KOKORO_VOICES:
        assert engine.prepare(granted(voice.voice_id)).voice_id == voice.voice_id


@pytest.mark.models
def test_it_speaks_and_says_the_same_again(engine: KokoroEngine, granted: Grant, kokoro_weights: Path):
    voice = engine.prepare(granted("bf_emma"))
    first = engine.synthesize(_LINE, voice)
    assert first.sample_rate_hz == 24_000
    assert first.samples.dtype == np.float32
    assert 1.5 < first.samples.size / 24_000 < 4
    assert 0.1 < np.abs(first.samples).max() <= 1
    again = KokoroEngine(kokoro_weights)
    assert again.synthesize(_LINE, again.prepare(granted("bf_emma"))).samples.tobytes() == first.samples.tobytes()


@pytest.mark.models
def test_voices_and_varieties_sound_different(engine: KokoroEngine, granted: Grant):
    emma, george = (engine.prepare(granted(voice)) for voice in ("bf_emma", "bm_george"))
    spoken = [
        engine.synthesize(line, voice).samples.tobytes()
        for line, voice in ((_LINE, emma), (_LINE, george), (replace(_LINE, language="en-US"), emma))
    ]
    assert len(set(spoken)) == 3


@pytest.mark.models
@pytest.mark.slow
def test_a_line_longer_than_the_window_is_said_whole(engine: KokoroEngine, granted: Grant, whisper: Any):
    numbers = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
    text = " ".join(f"This is sentence {number}, and the rain goes on and on over the garden." for number in numbers)
    samples = engine.synthesize(Line((Run(text),), "en-GB"), engine.prepare(granted("bf_emma"))).samples
    assert samples.size / 24_000 > 30
    heard = _words(whisper.transcribe(samples, 24_000))
    assert heard.count("garden") == len(numbers)


@pytest.mark.models
@pytest.mark.parametrize("voice_id", ["bf_emma", "bm_george", "af_heart", "am_michael"])
def test_a_listener_hears_what_was_written(engine: KokoroEngine, granted: Grant, whisper: Any, voice_id: str):
    text = "She closed the window, put out the lamp, and listened to the rain on the roof."
    language = "en-GB" if voice_id.startswith("b") else "en-US"
    samples = engine.synthesize(Line((Run(text),), language), engine.prepare(granted(voice_id))).samples
    assert _words(whisper.transcribe(samples, 24_000)) == _words(text)


@pytest.mark.models
@pytest.mark.parametrize("text", ["", "   ", "…", "“”"])
def test_nothing_to_say_is_an_error(engine: KokoroEngine, granted: Grant, text: str):
    with pytest.raises(EngineError, match="nothing to say"):
        engine.synthesize(Line((Run(text),), "en-GB"), engine.prepare(granted("bf_emma")))


@pytest.mark.models
def test_a_language_it_does_not_speak_is_an_error(engine: KokoroEngine, granted: Grant):
    with pytest.raises(EngineError, match="tlh"):
        engine.synthesize(Line((Run("nuqneH"),), "tlh"), engine.prepare(granted("bf_emma")))

"""What every engine must do, held against each that is installed: the fakes pass what the real ones pass."""

import re
from collections.abc import Callable
from dataclasses import FrozenInstanceError, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import get_args

import numpy as np
import pytest

from studio.consent.gate import Gate
from studio.consent.grant import GrantedVoice, GrantKey
from studio.consent.licences import StockVoice, load_stock_voices
from studio.consent.requests import GateRequest
from studio.core.errors import EngineError, MissingError, NotFoundError, RefusedError
from studio.engines.base import Aspect, Engine, Line, Prepared, Run
from studio.engines.registry import engine_names, make_engine
from studio.manuscript.delivery import Delivery, prosody_of
from studio.manuscript.guide import said_words
from studio.manuscript.tags import EVENTS
from studio.weights.registry import load_registry

_NOWHERE = Path("/nonexistent")
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_KEY = GrantKey(bytes(range(32)))
_SHORT, _LONG = "The kettle sang.", "The kettle sang, and outside the long cold rain went on and on over the garden."


def _engines() -> list[object]:
    """Every engine by name; one that needs model files is marked."""
    return [
        pytest.param(name, marks=[pytest.mark.models] if make_engine(name, _NOWHERE).info.weights else [])
        for name in engine_names()
    ]


def _voice_of(engine: Engine) -> StockVoice:
    voices = load_stock_voices().values()
    return next(v for v in voices if v.engine == engine.info.name and v.language in engine.info.languages)


def _grant(voice: StockVoice) -> GrantedVoice:
    """A voice as a worker gets it: through the gate, and redeemed."""
    gate = Gate({voice.voice_id: voice}, _KEY, lambda: _NOW)
    return _KEY.redeem(gate.authorize(GateRequest(voice.voice_id, "audiobook", voice.language)), _NOW)


@pytest.fixture(scope="module", params=_engines())
def engine(request: pytest.FixtureRequest, real_model: Callable[[str], Path]) -> Engine:
    """The engine, with its model kept loaded from one test to the next as in a worker."""
    folders = [real_model(model) for model in make_engine(request.param, _NOWHERE).info.weights]
    return make_engine(request.param, folders[0].parent if folders else _NOWHERE)


@pytest.fixture
def voice(engine: Engine) -> Prepared:
    return engine.prepare(_grant(_voice_of(engine)))


@pytest.fixture
def language(engine: Engine) -> str:
    return _voice_of(engine).language


def test_the_embedded_engine_and_the_fake_are_installed():
    assert {"fake", "kokoro"} <= set(engine_names())


@pytest.mark.parametrize("name", engine_names())
def test_it_says_what_it_is_without_loading_a_model(name: str):
    engine = make_engine(name, _NOWHERE)
    info = engine.info
    assert isinstance(engine, Engine)
    assert info.name == name
    assert info.version
    assert info.licence
    assert 8_000 <= info.sample_rate_hz <= 192_000
    assert info.languages
    assert all(re.fullmatch(r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*", tag) for tag in info.languages)
    assert set(info.weights) <= set(load_registry())
    assert info == make_engine(name, _NOWHERE).info
    with pytest.raises(FrozenInstanceError):
        info.commercial_outputs = True


@pytest.mark.parametrize("name", engine_names())
def test_it_has_a_voice_with_a_licence_record(name: str):
    voice = _voice_of(make_engine(name, _NOWHERE))
    assert voice.licence
    assert _grant(voice).engine == name


@pytest.mark.parametrize("name", [name for name in engine_names() if make_engine(name, _NOWHERE).info.weights])
def test_without_its_model_it_says_how_to_get_it(name: str, tmp_path: Path):
    engine = make_engine(name, tmp_path)
    with pytest.raises(MissingError) as caught:
        engine.prepare(_grant(_voice_of(engine)))
    assert f"studio weights pull {engine.info.weights[0]}" in caught.value.hint


def test_no_engine_has_another_name():
    with pytest.raises(NotFoundError, match=r"no engine 'parrot'.*Installed: .*fake"):
        make_engine("parrot", _NOWHERE)


def test_a_line_becomes_sound(engine: Engine, voice: Prepared, language: str):
    rendered = engine.synthesize(Line((Run(_SHORT),), language), voice)
    samples = rendered.samples
    assert rendered.sample_rate_hz == engine.info.sample_rate_hz
    assert samples.dtype == np.float32
    assert samples.ndim == 1
    assert np.isfinite(samples).all()
    assert np.abs(samples).max() <= 1.0
    duration_s = samples.size / rendered.sample_rate_hz
    assert len(_SHORT) / 30 < duration_s < len(_SHORT) / 4
    assert np.sqrt(np.mean(np.square(samples, dtype=np.float64))) > 10 ** (-45 / 20)


def test_a_longer_line_takes_longer(engine: Engine, voice: Prepared, language: str):
    short = engine.synthesize(Line((Run(_SHORT),), language), voice).samples
    long = engine.synthesize(Line((Run(_LONG),), language), voice).samples
    assert 2.5 < long.size / short.size < 8


def test_it_tells_when_each_word_is_said(engine: Engine, voice: Prepared, language: str):
    rendered = engine.synthesize(Line((Run(_LONG),), language), voice)
    if engine.info.timings == "none":
        assert rendered.words == ()
        return
    assert tuple(word.text for word in rendered.words) == said_words(_LONG)
    times = [time for word in rendered.words for time in (word.start_s, word.end_s)]
    assert times == sorted(times)
    assert 0 <= times[0] < times[-1] <= rendered.samples.size / rendered.sample_rate_hz


def test_what_takes_deliveries_tells_where_each_run_is_and_what_it_made(engine: Engine, voice: Prepared, language: str):
    if engine.info.delivery == "none":  # it is given neutral lines only, and shapes nothing of them
        assert not engine.info.guided
        assert engine.synthesize(Line((Run(_LONG),), language), voice).shaped == frozenset()
        return
    sad, angry = Delivery("sad"), Delivery("angry")
    runs = (
        Run(_SHORT, sad, prosody_of(sad), event="cough", rest_s=0.4),
        Run(_LONG, angry, prosody_of(angry)),
    )
    rendered = engine.synthesize(Line(runs, language), voice)
    assert set(rendered.shaped) <= set(get_args(Aspect))
    assert set(rendered.events) == {"cough"} & set(engine.info.events)
    if rendered.spans:
        borders = [border for span in rendered.spans for border in span]
        assert len(rendered.spans) == len(runs)
        assert borders == sorted(borders)
        assert (borders[0], borders[-1]) == (0, rendered.samples.size)
    assert rendered.spans or not engine.info.guided


def test_an_event_is_made_or_left_out_but_not_said(engine: Engine, voice: Prepared, language: str):
    plain = engine.synthesize(Line((Run(_SHORT),), language), voice).samples
    assert set(engine.info.events) <= set(EVENTS)
    for event in engine.info.events:
        made = engine.synthesize(Line((Run(_SHORT, event=event),), language), voice)
        assert made.events == (event,)
        assert made.samples.size > plain.size
    if engine.info.delivery != "none":
        foreign = next(event for event in EVENTS if event not in engine.info.events)
        left_out = engine.synthesize(Line((Run(_SHORT, event=foreign),), language), voice)
        assert left_out.events == ()
        np.testing.assert_array_equal(left_out.samples, plain)


def test_what_it_says_can_be_heard(engine: Engine, voice: Prepared, language: str, request: pytest.FixtureRequest):
    rendered = engine.synthesize(Line((Run(_LONG),), language), voice)
    if not engine.info.weights:  # tones: as long as they should be, but without words
        assert rendered.samples.size / rendered.sample_rate_hz > len(_LONG) * 0.05
        return
    heard = request.getfixturevalue("whisper").transcribe(rendered.samples, rendered.sample_rate_hz)
    assert re.findall(r"[a-z]+", heard.lower()) == re.findall(r"[a-z]+", _LONG.lower())


def test_the_same_line_sounds_the_same_if_it_says_so(engine: Engine, voice: Prepared, language: str):
    first = engine.synthesize(Line((Run(_LONG),), language), voice).samples
    engine.synthesize(Line((Run(_SHORT),), language), voice)  # what was said between must leave no trace
    again = engine.synthesize(Line((Run(_LONG),), language), engine.prepare(_grant(_voice_of(engine)))).samples
    if engine.info.deterministic:
        np.testing.assert_array_equal(first, again)
    else:
        assert 0.5 < first.size / again.size < 2


def test_what_it_returns_is_the_callers_to_change(engine: Engine, voice: Prepared, language: str):
    first = engine.synthesize(Line((Run(_SHORT),), language), voice).samples
    kept = first.copy()
    first *= 0
    if engine.info.deterministic:
        np.testing.assert_array_equal(engine.synthesize(Line((Run(_SHORT),), language), voice).samples, kept)


@pytest.mark.parametrize("text", ["", " ", "\n\t", "\u00a0"])
def test_nothing_to_say_is_an_error(engine: Engine, voice: Prepared, language: str, text: str):
    with pytest.raises(EngineError):
        engine.synthesize(Line((Run(text),), language), voice)


def test_voice_data_other_than_licensed_is_refused(engine: Engine):
    tampered = replace(_voice_of(engine), data_sha256="0" * 64)
    with pytest.raises(RefusedError, match="is not what its licence record describes"):
        engine.prepare(_grant(tampered))


def test_a_voice_it_does_not_have_is_an_error(engine: Engine):
    with pytest.raises(EngineError, match="nobody"):
        engine.prepare(_grant(replace(_voice_of(engine), voice_id="nobody")))


def test_a_voice_that_another_engine_prepared_is_an_error(engine: Engine, language: str):
    class Strange:
        voice_id = "af_heart"

    with pytest.raises(EngineError):
        engine.synthesize(Line((Run(_SHORT),), language), Strange())


def test_a_voice_without_a_grant_cannot_be_made(engine: Engine):
    stock = _voice_of(engine)
    grant = Gate({stock.voice_id: stock}, _KEY, lambda: _NOW).authorize(
        GateRequest(stock.voice_id, "audiobook", stock.language)
    )
    with pytest.raises(RefusedError):
        GrantedVoice(grant, object())


def test_a_prepared_voice_says_whose_it_is(engine: Engine, voice: Prepared):
    assert voice.voice_id == _voice_of(engine).voice_id

"""What every engine must do, held against each that is installed, by the kit that anybody's engine is tested with."""

from collections.abc import Callable
from dataclasses import FrozenInstanceError
from datetime import UTC, datetime
from pathlib import Path

import pytest

from studio.consent.gate import Gate
from studio.consent.grant import GrantedVoice, GrantKey
from studio.consent.licences import load_stock_voices
from studio.consent.requests import GateRequest
from studio.core.errors import MissingError, NotFoundError, RefusedError
from studio.engines.registry import engine_names, make_engine
from studio.render.engine_checks import CHECKS
from studio.render.engine_kit import KitReport, run_kit

_NOWHERE = Path("/nonexistent")
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_KEY = GrantKey(bytes(range(32)))
_LINES = 8  # of the check for growth: the kit says twenty to people

_EMBEDDED = tuple(sorted({voice.engine for voice in load_stock_voices().values()}))
"""Engines whose voices ship: the others speak in their own tests, with voices made there."""

_CONCERNS_NOT = {
    "kokoro": {"events"},
    "fake": {"deliveries", "shaped", "words heard"},  # tones: as long as they should be, but without words
}
_reports: dict[str, KitReport] = {}


@pytest.fixture
def report(engine: str, real_model: Callable[[str], Path]) -> KitReport:
    """What the kit says of an engine that has its model; asked once."""
    if engine not in _reports:
        folders = [real_model(model) for model in make_engine(engine, _NOWHERE).info.weights]
        weights = real_model("whisper-base").parent if folders else _NOWHERE
        _reports[engine] = run_kit(engine, weights, load_stock_voices(), lines=_LINES)
    return _reports[engine]


def _marked(name: str) -> object:
    return pytest.param(name, marks=[pytest.mark.models] if make_engine(name, _NOWHERE).info.weights else [])


def test_the_embedded_engine_and_the_fake_are_installed():
    assert {"fake", "kokoro"} <= set(_EMBEDDED) <= set(engine_names())


@pytest.mark.parametrize("check", CHECKS)
@pytest.mark.parametrize("engine", [_marked(name) for name in _EMBEDDED])
def test_an_engine_whose_voices_ship_does_all_that_an_engine_must(report: KitReport, engine: str, check: str):
    (made,) = (each for each in report.checks if each.name == check)
    assert made.outcome == ("skip" if check in _CONCERNS_NOT[engine] else "pass"), made.detail


@pytest.mark.parametrize("name", engine_names())
def test_every_engine_says_what_it_is_without_its_model(name: str, tmp_path: Path):
    report = run_kit(name, tmp_path, load_stock_voices(), lines=1)
    assert report.passed, report
    with pytest.raises(FrozenInstanceError):
        make_engine(name, tmp_path).info.commercial_outputs = True


@pytest.mark.parametrize("name", [name for name in _EMBEDDED if make_engine(name, _NOWHERE).info.weights])
def test_without_its_model_it_says_how_to_get_it(name: str, tmp_path: Path):
    engine = make_engine(name, tmp_path)
    pull = f"studio weights pull {engine.info.weights[0]}"
    assert "studio weights pull" in engine.missing()
    voice = next(voice for voice in load_stock_voices().values() if voice.engine == name)
    gate = Gate({voice.voice_id: voice}, _KEY, lambda: _NOW)
    granted = _KEY.redeem(gate.authorize(GateRequest(voice.voice_id, "audiobook", voice.language)), _NOW)
    with pytest.raises(MissingError) as caught:
        engine.prepare(granted)
    assert pull in caught.value.hint


def test_no_engine_has_another_name():
    with pytest.raises(NotFoundError, match=r"no engine 'parrot'.*Installed: .*fake"):
        make_engine("parrot", _NOWHERE)


def test_a_voice_without_a_grant_cannot_be_made():
    gate = Gate(load_stock_voices(), _KEY, lambda: _NOW)
    with pytest.raises(RefusedError):
        GrantedVoice(gate.authorize(GateRequest("tone_low", "audiobook", "en-GB")), object())

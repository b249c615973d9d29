"""The kit passes what keeps every rule, and tells of each rule that is broken, and of no other."""

import re
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.consent.gate import Gate
from studio.consent.grant import GrantedVoice, GrantKey
from studio.consent.licences import load_stock_voices
from studio.consent.requests import GateRequest
from studio.core.errors import MissingError, NotFoundError, RefusedError
from studio.core.time import utc_now
from studio.render.engine_checks import CHECKS
from studio.render.engine_kit import KitReport, run_kit
from studio.render.plan import installed_engines
from tests.render.broken_engines import BROKEN, Broken, Hoards

Install = Callable[[type[Broken]], str]


@pytest.fixture
def install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Install:
    """Makes an engine known as a package of its own would: by the entry point of something installed."""

    def put(kind: type[Broken]) -> str:
        name = kind.__name__.lower()
        facts = tmp_path / "packages" / f"{name}-1.0.dist-info"
        facts.mkdir(parents=True)
        (facts / "METADATA").write_text(f"Metadata-Version: 2.1\nName: {name}\nVersion: 1.0\n", "ascii")
        entry = f"[vivavoce.engines]\n{name} = {kind.__module__}:{kind.__name__}\n"
        (facts / "entry_points.txt").write_text(entry, "ascii")
        monkeypatch.syspath_prepend(facts.parent)
        return name

    return put


def _outcomes(report: KitReport) -> dict[str, str]:
    return {check.name: check.outcome for check in report.checks}


def test_an_engine_that_keeps_every_rule_passes(install: Install, tmp_path: Path):
    report = run_kit(install(Broken), tmp_path, {})
    skipped = {name for name, outcome in _outcomes(report).items() if outcome == "skip"}
    assert report.passed, report
    assert report.spoke
    assert skipped == {"events", "words heard"}  # it makes none, and there is no recogniser here
    assert report.voice == "buzz_low"
    assert tuple(_outcomes(report)) == tuple(CHECKS)


@pytest.mark.parametrize("kind", BROKEN)
def test_a_broken_rule_is_told_and_no_other(install: Install, tmp_path: Path, kind: type[Broken]):
    report = run_kit(install(kind), tmp_path, {}, lines=20 if kind is Hoards else 1)
    failed = {check.name: check.detail for check in report.checks if check.outcome == "fail"}
    assert set(failed) == kind.fails, failed
    assert any(re.search(kind.says, detail) for detail in failed.values()), failed
    assert not report.passed
    assert report.to_json()["passed"] is False


def test_every_check_can_fail():
    assert {check for kind in BROKEN for check in kind.fails} == set(CHECKS) - {"words heard"}


def test_without_a_voice_it_says_that_little_was_tested(tmp_path: Path):
    report = run_kit("piper", tmp_path, {})
    assert report.passed
    assert not report.spoke
    assert report.voice == ""
    assert "name one with --voice" in {check.name: check.detail for check in report.checks}["sound"]


def test_what_is_missing_is_the_reason_of_all_that_was_not_tested(tmp_path: Path):
    report = run_kit("kokoro", tmp_path, load_stock_voices())
    assert report.passed
    assert not report.spoke
    told = {check.detail for check in report.checks if check.name in {"missing", "sound", "memory"}}
    assert len(told) == 1
    assert "studio weights pull" in told.pop()


def test_an_engine_is_tested_with_the_voice_that_is_named(tmp_path: Path):
    assert run_kit("fake", tmp_path, load_stock_voices(), voice_id="tone_high", lines=1).voice == "tone_high"
    with pytest.raises(NotFoundError, match="fake has no voice 'af_heart'"):
        run_kit("fake", tmp_path, load_stock_voices(), voice_id="af_heart")
    with pytest.raises(NotFoundError, match="no engine 'parrot'"):
        run_kit("parrot", tmp_path, {})


def test_a_voice_that_the_caller_was_granted_is_asked_for_anew_each_time(tmp_path: Path):
    asked: list[GrantedVoice] = []
    key = GrantKey(bytes(32))
    gate = Gate(load_stock_voices(), key, utc_now)

    def granted() -> GrantedVoice:
        asked.append(key.redeem(gate.authorize(GateRequest("tone_low", "audition", "en-GB")), utc_now()))
        return asked[-1]

    report = run_kit("fake", tmp_path, {}, voice_id="tone_low", granted=granted, language="en-GB", lines=1)
    assert report.passed
    assert len(asked) == len(set(map(id, asked))) == 3
    assert _outcomes(report)["altered data"] == "skip"


def test_a_refusal_in_the_middle_is_a_failure_and_not_a_way_around(tmp_path: Path):
    def refused() -> GrantedVoice:
        raise RefusedError("the consent has ended")

    report = run_kit("fake", tmp_path, {}, voice_id="jane", granted=refused, lines=1)
    assert not report.passed
    assert not report.spoke
    assert "consent has ended" in {check.name: check.detail for check in report.checks}["sound"]


def test_a_grant_of_the_kit_is_good_nowhere_else(home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    seen = []
    real = GrantKey.redeem
    monkeypatch.setattr(
        GrantKey, "redeem", lambda self, grant, *a, **k: seen.append(grant) or real(self, grant, *a, **k)
    )
    run_kit("fake", tmp_path, load_stock_voices(), lines=1)
    monkeypatch.undo()
    with pytest.raises(RefusedError, match="not genuine"):
        GrantKey.load_or_create(home / "keys").redeem(seen[0], utc_now())


def test_a_package_that_is_broken_is_told_and_stops_no_other_engine(
    install: Install, tmp_path: Path, caplog: pytest.LogCaptureFixture
):
    name = install(type("Gone", (Broken,), {"__module__": "no_such_module"}))
    with pytest.raises(MissingError, match=r"engine 'gone' cannot be loaded: ModuleNotFoundError.*Update its package"):
        run_kit(name, tmp_path, {})
    assert {"fake", "kokoro"} <= {info.name for info in installed_engines()}
    assert "engine 'gone' cannot be loaded" in caplog.text


def test_the_page_about_engines_has_every_check_in_order():
    page = (Path(__file__).resolve().parents[2] / "docs" / "writing-an-engine.md").read_text("utf-8")
    table = page.partition("## The test")[2].partition("\n## ")[0]
    assert re.findall(r"^\| ([a-z ]+) \| (?!what must)", table, re.MULTILINE) == list(CHECKS)

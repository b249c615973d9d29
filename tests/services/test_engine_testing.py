"""Testing an engine with a ready voice, and with that of a person who consented."""

import pytest

from studio.bootstrap import Studio
from studio.core.errors import InputError, NotFoundError, RefusedError
from tests.consents import Walk


def test_an_engine_is_tested_with_a_ready_voice(studio: Studio):
    report = studio.engine_tests.run("fake", "tone_high")
    assert report.passed
    assert report.spoke
    assert report.voice == "tone_high"
    assert studio.engine_tests.run("fake").spoke


def test_a_persons_voice_is_asked_for_at_the_gate(studio: Studio):
    walk = Walk(studio)
    waiting = walk.given("Ann Roe")
    with pytest.raises(RefusedError):
        studio.engine_tests.run("fake", "ann-roe")
    walk.review(waiting.consent_id)
    report = studio.engine_tests.run("fake", "ann-roe")
    assert report.passed, report
    assert report.spoke
    assert report.voice == "ann-roe"
    studio.endings.withdraw(waiting, waiting.consent_id)
    with pytest.raises((RefusedError, NotFoundError)):
        studio.engine_tests.run("fake", "ann-roe")


def test_nothing_that_was_said_is_kept(studio: Studio):
    Walk(studio).verified("Ann Roe")
    before = sorted(studio.settings.blobs.rglob("*"))
    studio.engine_tests.run("fake", "ann-roe")
    assert sorted(studio.settings.blobs.rglob("*")) == before


def test_an_engine_that_does_not_clone_gets_nobodys_voice(studio: Studio):
    Walk(studio).verified("Ann Roe")
    with pytest.raises(InputError, match="piper speaks no voices of people"):
        studio.engine_tests.run("piper", "ann-roe")


def test_what_is_not_there_is_told(studio: Studio):
    with pytest.raises(NotFoundError, match="no engine 'parrot'"):
        studio.engine_tests.run("parrot")
    with pytest.raises(NotFoundError, match="no voice 'nobody'"):
        studio.engine_tests.run("fake", "nobody")
    with pytest.raises(NotFoundError, match="fake has no voice 'af_heart'"):
        studio.engine_tests.run("fake", "af_heart")

from dataclasses import replace
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.consent.gate import Gate
from studio.consent.grant import GRANT_LIFE, GrantKey
from studio.consent.requests import GateRequest
from studio.core.errors import RefusedError
from tests.consent.conftest import NOW, REQUEST, VOICE, Clock, gate_with


def test_a_stock_voice_is_granted_what_was_asked_for_and_what_its_record_says(gate: Gate):
    grant = gate.authorize(REQUEST)
    assert (grant.voice_id, grant.use, grant.language, grant.project_id) == (
        "tone_low",
        "audiobook",
        "en-GB",
        "project-1",
    )
    assert (grant.engine, grant.data_sha256, grant.licence) == (VOICE.engine, VOICE.data_sha256, VOICE.licence)


def test_a_grant_ends_after_ten_minutes(gate: Gate, key: GrantKey):
    grant = gate.authorize(REQUEST)
    assert timedelta(minutes=10) == GRANT_LIFE
    assert datetime.fromisoformat(grant.expires_at) == NOW + GRANT_LIFE
    key.redeem(grant, NOW + GRANT_LIFE - timedelta(microseconds=1))
    with pytest.raises(RefusedError, match="expired"):
        key.redeem(grant, NOW + GRANT_LIFE)


def test_a_worker_whose_clock_read_comes_a_moment_earlier_is_not_refused(gate: Gate, key: GrantKey):
    key.redeem(gate.authorize(REQUEST), NOW - timedelta(seconds=1))


def test_no_two_grants_are_alike(gate: Gate):
    first, second = gate.authorize(REQUEST), gate.authorize(REQUEST)
    assert first.nonce != second.nonce
    assert first.signature != second.signature


@pytest.mark.parametrize("ask", [Gate.authorize, Gate.check])
@pytest.mark.parametrize("voice_id", ["somebody", "", "TONE_LOW", "tone_low ", "../tone_low"])
def test_a_voice_without_a_record_is_refused(gate: Gate, ask, voice_id: str):
    with pytest.raises(RefusedError, match="neither a licence record nor a verified consent") as caught:
        ask(gate, replace(REQUEST, voice_id=voice_id))
    assert caught.value.exit_status == 3
    assert caught.value.hint


@pytest.mark.parametrize("lacking", ["licence", "licensor"])
def test_an_incomplete_licence_record_is_refused(key: GrantKey, lacking: str):
    with pytest.raises(RefusedError, match="incomplete"):
        gate_with(key, **{lacking: ""}).authorize(REQUEST)


def test_a_voice_whose_record_is_gone_is_refused_from_then_on(key: GrantKey, clock: Clock):
    stock = {VOICE.voice_id: VOICE}
    gate = Gate(stock, key, clock)
    gate.check(REQUEST)
    del stock[VOICE.voice_id]
    with pytest.raises(RefusedError):
        gate.check(REQUEST)


def test_each_grant_counts_from_the_time_it_was_asked_for(gate: Gate, key: GrantKey, clock: Clock):
    first = gate.authorize(REQUEST)
    clock.advance(minutes=9)
    second = gate.authorize(REQUEST)
    clock.advance(minutes=2)
    with pytest.raises(RefusedError):
        key.redeem(first, clock())
    assert key.redeem(second, clock()).voice_id == "tone_low"


@given(use=st.text(), language=st.text(), project_id=st.text())
def test_whatever_is_asked_is_what_is_signed(use: str, language: str, project_id: str):
    key = GrantKey(bytes(range(32)))
    gate = Gate({VOICE.voice_id: VOICE}, key, lambda: NOW)
    grant = gate.authorize(GateRequest("tone_low", use, language, project_id))
    assert (grant.use, grant.language, grant.project_id) == (use, language, project_id)
    assert key.redeem(grant, NOW).language == language

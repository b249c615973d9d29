"""Voices as a worker gets them: through the gate, and redeemed."""

from collections.abc import Callable
from datetime import UTC, datetime

import pytest

from studio.consent.gate import Gate
from studio.consent.grant import GrantedVoice, GrantKey
from studio.consent.licences import load_stock_voices
from studio.consent.requests import GateRequest

_NOW = datetime(2026, 1, 1, tzinfo=UTC)


@pytest.fixture(scope="session")
def granted() -> Callable[[str], GrantedVoice]:
    """Gives a granted stock voice by id."""
    key = GrantKey(bytes(range(32)))
    gate = Gate(load_stock_voices(), key, lambda: _NOW)

    def grant(voice_id: str) -> GrantedVoice:
        return key.redeem(gate.authorize(GateRequest(voice_id, "audition", "en-GB")), _NOW)

    return grant

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from studio.consent.gate import Gate
from studio.consent.grant import Grant, GrantKey
from studio.consent.licences import StockVoice
from studio.consent.requests import GateRequest

NOW = datetime(2026, 3, 29, 1, 30, tzinfo=UTC)
VOICE = StockVoice(
    voice_id="tone_low",
    name="Low tone",
    engine="fake",
    language="en-GB",
    sex="male",
    data_sha256="0" * 64,
    licence="Apache-2.0",
    licensor="The Viva Voce authors",
    licence_url="https://example.com/licence",
    commercial=True,
)
REQUEST = GateRequest("tone_low", "audiobook", "en-GB", "project-1")


class Clock:
    """A clock that stands still until it is moved."""

    def __init__(self) -> None:
        self.now = NOW

    def __call__(self) -> datetime:
        return self.now

    def advance(self, **by: float) -> None:
        self.now += timedelta(**by)


@pytest.fixture(scope="session")
def key() -> GrantKey:
    return GrantKey(bytes(range(32)))


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def gate(key: GrantKey, clock: Clock) -> Gate:
    return Gate({VOICE.voice_id: VOICE}, key, clock)


@pytest.fixture(scope="session")
def grant(key: GrantKey) -> Grant:
    return Gate({VOICE.voice_id: VOICE}, key, lambda: NOW).authorize(REQUEST)


def gate_with(key: GrantKey, **changes: object) -> Gate:
    voice = replace(VOICE, **changes)
    return Gate({voice.voice_id: voice}, key, lambda: NOW)

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from studio.consent.gate import Gate
from studio.consent.grant import Grant, GrantedVoice, GrantKey
from studio.consent.licences import StockVoice, load_stock_voices
from studio.consent.requests import GateRequest
from studio.core.time import utc_now
from studio.render.line import PlannedLine, SpeakTask
from studio.render.plan import plain, plan_line
from studio.render.pool import LocalPool
from studio.render.worker import inbox


@pytest.fixture(scope="session")
def tone() -> StockVoice:
    return load_stock_voices()["tone_low"]


@pytest.fixture
def gate(home: Path) -> Gate:
    inbox(home).mkdir(parents=True)
    return Gate(load_stock_voices(), GrantKey.load_or_create(home / "keys"), utc_now)


@pytest.fixture
def authorize(gate: Gate) -> Callable[[PlannedLine], Grant]:
    return lambda line: gate.authorize(GateRequest(line.voice_id, "audiobook", line.language, "p", line_key=line.key))


@pytest.fixture
def make_task(home: Path, tone: StockVoice, authorize: Callable[[PlannedLine], Grant]) -> Callable[[str], SpeakTask]:
    def make(text: str) -> SpeakTask:
        line = plan_line(plain(text), "en-GB", tone)
        return SpeakTask(line, authorize(line), home, home / "weights")

    return make


@pytest.fixture(scope="session")
def granted() -> Callable[[str], GrantedVoice]:
    """Gives a stock voice as a worker gets it."""
    key = GrantKey(bytes(range(32)))
    gate = Gate(load_stock_voices(), key, utc_now)
    return lambda voice_id: key.redeem(gate.authorize(GateRequest(voice_id, "audition", "en-GB")), utc_now())


@pytest.fixture(scope="module")
def pool() -> Iterator[LocalPool]:
    made = LocalPool(2)
    yield made
    made.close()

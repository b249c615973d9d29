"""Takes whose word times are known exactly: Kokoro's own durations."""

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

from studio.audio.samples import Samples
from studio.consent.gate import Gate
from studio.consent.grant import GrantKey
from studio.consent.licences import load_stock_voices
from studio.consent.requests import GateRequest
from studio.engines.base import Line, Run
from studio.engines.kokoro import KokoroEngine
from studio.manuscript.delivery import NEUTRAL, Delivery, prosody_of
from studio.manuscript.guide import Guide
from studio.render.perform import Performance, perform

LANGUAGE = "en-US"
_NOW = datetime(2026, 1, 1, tzinfo=UTC)

Times = tuple[tuple[float, float], ...]
Say = Callable[..., Performance]


def speaker(weights: Path) -> Say:
    """A function that says spoken words in a stock voice, in a delivery or led by a guide."""
    key, engine = GrantKey(bytes(32)), KokoroEngine(weights)
    gate = Gate(load_stock_voices(), key, lambda: _NOW)

    def say(words: str, voice_id: str, delivery: Delivery = NEUTRAL, guide: Guide | None = None) -> Performance:
        granted = key.redeem(gate.authorize(GateRequest(voice_id, "audition", LANGUAGE)), _NOW)
        line = Line((Run(words, delivery, prosody_of(delivery)),), LANGUAGE, guide=guide)
        return perform(engine, line, engine.prepare(granted))

    return say


def sound_of(take: Performance) -> tuple[Samples, int, Times]:
    """Samples, rate, and begin and end of each word."""
    return take.samples, take.sample_rate_hz, tuple((word.start_s, word.end_s) for word in take.words)

"""An engine that misspeaks with some seeds, in Kokoro's voice: what proofing is for."""

from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path

from studio.consent.gate import Gate
from studio.consent.grant import GrantedVoice, GrantKey
from studio.consent.licences import load_stock_voices
from studio.consent.requests import GateRequest
from studio.core.time import utc_now
from studio.engines.base import EngineInfo, EngineVoice, Line, Prepared, Rendered, Run
from studio.engines.kokoro import KokoroEngine
from studio.render.proofing import ATTEMPTS

TEXT = "The harbour lights went out, one after the other."
BABBLE = "The harbour lights went out, and the harbour, the hub of a bell."
WORSE = "Seventeen green bottles were never in my garden."
VOICE = EngineVoice("babbler_voice", "Babbler", "en-GB", "female", "0" * 64, "MIT", "us", "https://mit.invalid", True)

_kokoro = cache(KokoroEngine)  # one model for all


@dataclass
class Babbler:
    """Says what it is told to say at each attempt, and the line itself when that is used up.

    Attributes:
        weights_dir: with Kokoro's model.
        slips: what it says at the first attempts.
        seeds: of the attempts so far.
    """

    weights_dir: Path
    slips: tuple[str, ...] = (BABBLE,)
    seeds: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._kokoro = _kokoro(self.weights_dir)

    @property
    def info(self) -> EngineInfo:
        return replace(
            self._kokoro.info, name="babbler", proofed=True, deterministic=True, delivery="none", voices=(VOICE,)
        )

    def missing(self) -> str:
        return ""

    def prepare(self, voice: GrantedVoice | None = None) -> Prepared:
        key = GrantKey(bytes(range(32)))
        grant = Gate(load_stock_voices(), key, utc_now).authorize(GateRequest("bf_emma", "audition", "en-GB"))
        return self._kokoro.prepare(key.redeem(grant, utc_now()))

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        self.seeds.append(line.seed)
        attempt = (len(self.seeds) - 1) % ATTEMPTS
        text = self.slips[attempt] if attempt < len(self.slips) else line.text
        said = self._kokoro.synthesize(replace(line, runs=(Run(text),), language="en-GB"), voice)
        return Rendered(said.samples, said.sample_rate_hz)

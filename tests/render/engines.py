"""Small engines through the plug point, one for each way in which an engine may take a delivery."""

from dataclasses import dataclass, field
from typing import Literal

import numpy as np

from studio.engines.base import Aspect, EngineInfo, Line, Prepared, Rendered, Samples, Word
from studio.manuscript.guide import said_words

RATE_HZ = 24_000
WORD_S, GAP_S, EDGE_S = 0.35, 0.05, 0.1
PITCH_HZ = 120.0


@dataclass(frozen=True)
class Voice:
    voice_id: str = "anybody"


VOICE: Prepared = Voice()


def _word() -> Samples:
    """A pulse train through a soft low-pass: voiced, with energy everywhere, faded at both ends."""
    t = np.arange(round(WORD_S * RATE_HZ)) / RATE_HZ
    partials = [np.sin(2 * np.pi * PITCH_HZ * k * t + k * k) / k for k in range(1, 60)]
    return (0.1 * np.sum(partials, axis=0) * np.sin(np.pi * t / WORD_S) ** 0.25).astype(np.float32)


@dataclass
class PulseEngine:
    """Says every word of a line as the same voiced sound of 0.35 s, 50 ms apart; remembers what it was given."""

    delivery: Literal["none", "prosody", "reference", "native"] = "none"
    shaped: frozenset[Aspect] = frozenset()
    events: tuple[str, ...] = ()
    guided: bool = False
    knows_spans: bool = True
    knows_words: bool = True
    gain: float = 1.0
    lines: list[Line] = field(default_factory=list)

    @property
    def info(self) -> EngineInfo:
        return EngineInfo(
            "pulses", "1", RATE_HZ, ("en-GB",), (), "none", "word" if self.knows_words else "none", True, True, "MIT",
            delivery=self.delivery, events=self.events, guided=self.guided,
        )  # fmt: skip

    def missing(self) -> str:
        return ""

    def prepare(self, voice: object) -> Prepared:
        return VOICE

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        self.lines.append(line)
        edge = np.zeros(round(EDGE_S * RATE_HZ), np.float32)
        parts: list[Samples] = [edge]
        words: list[Word] = []
        spans: list[tuple[int, int]] = []
        position, begin = edge.size, 0
        made: list[str] = []
        for run in line.runs:
            for text in said_words(run.text):
                words.append(Word(text, position / RATE_HZ, position / RATE_HZ + WORD_S))
                parts += [_word(), np.zeros(round(GAP_S * RATE_HZ), np.float32)]
                position += parts[-2].size + parts[-1].size
            if run.event in self.events:
                made.append(run.event)
            if "pauses" in self.shaped:
                parts.append(np.zeros(round(run.rest_s * RATE_HZ), np.float32))
                position += parts[-1].size
            spans.append((begin, position))
            begin = position
        parts.append(edge)
        samples = np.concatenate(parts) * np.float32(self.gain)
        spans[-1] = (spans[-1][0], samples.size)
        return Rendered(
            samples, RATE_HZ,
            words=tuple(words) if self.knows_words else (),
            spans=tuple(spans) if self.knows_spans else (),
            shaped=self.shaped,
            events=tuple(made),
        )  # fmt: skip

"""Takes of engines that sometimes say what was not asked for are heard, and made again where they misspoke.

Engines that generate speech freely leave words out, repeat them or go on babbling, and a measurement of loudness or
length does not show it. The studio's recogniser writes down what it hears without knowing the text; whether that is
the text is decided here.
"""

import logging
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from studio.engines.base import Engine, Line, Prepared
from studio.hearing.recogniser import Recogniser
from studio.manuscript.guide import said_words
from studio.render.perform import Performance, perform
from studio.spoken.compare import word_error_rate

ATTEMPTS: Final = 3
MISHEARD: Final = "misheard"

_SEED_STEP: Final = 1_000_000  # a retake by hand takes the next seed, and is not to be one of these again
_WRONG: Final = 0.2
"""A take with a greater share of words heard otherwise is made again. Of clear English speech the recogniser mishears a
few in a hundred, names above all."""
_UNDERSTOOD: Final = ("en", "es", "it", "de", "pt", "fr")
"""Languages the recogniser understands well enough to tell an engine's slip from one of its own."""

_log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Proofed:
    """The best of the attempts at a line.

    Attributes:
        performance: as it sounds, with a note about the proof where there is something to know.
        wrong: share of its words that were heard otherwise; 0 where nothing was listened to.
        attempts: how often the line was said.
    """

    performance: Performance
    wrong: float
    attempts: int

    @property
    def flags(self) -> tuple[str, ...]:
        """What a take of it is flagged with: "misheard" if the best attempt is still not what was to be said."""
        return (MISHEARD,) if self.wrong > _WRONG else ()


def perform_proofed(engine: Engine, line: Line, voice: Prepared, weights: Path) -> Proofed:
    """Say a line, listen to it, and say it again with another seed if it was misspoken; the best attempt is kept.

    The same line, voice and engine give the same attempts in the same order.

    Args:
        engine: one with `info.proofed`.
        line: what to say.
        voice: who says it.
        weights: folder of the model files, with the recogniser's.

    Raises:
        MissingError: the recogniser's model is not installed.
        EngineError: the line cannot be said, or the recogniser failed.
    """
    unheard = not said_words(line.text) or line.reading is not None
    if unheard or line.language.partition("-")[0].lower() not in _UNDERSTOOD:
        performance = perform(engine, line, voice)
        note = f"The words of this take were not checked: nothing here understands '{line.language}' well enough."
        return Proofed(performance if unheard else _noted(performance, note), 0.0, 1)
    recogniser = Recogniser(weights)
    tried: list[tuple[float, Performance]] = []
    for attempt in range(ATTEMPTS):
        performance = perform(engine, replace(line, seed=line.seed + attempt * _SEED_STEP), voice)
        heard = recogniser.transcribe(performance.samples, performance.sample_rate_hz, line.language).text
        tried.append((word_error_rate(line.text, heard, line.language), performance))
        if tried[-1][0] <= _WRONG:
            break
        _log.info("attempt %d at a line of %d characters was misspoken", attempt + 1, len(line.text))
    wrong, best = min(tried, key=lambda attempt: attempt[0])  # the first of equals
    if wrong > _WRONG:
        note = f"After {len(tried)} attempts the words are still not heard as written; listen to it."
        best = _noted(best, note)
    elif len(tried) > 1:
        best = _noted(best, f"Made {len(tried)} times: before that, words were misspoken.")
    return Proofed(best, wrong, len(tried))


def _noted(performance: Performance, note: str) -> Performance:
    return replace(performance, notes=(*performance.notes, note))

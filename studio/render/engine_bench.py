"""What the checks of an engine work with: a voice, what was said so far, and a watch on what the engine reaches for."""

import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from functools import cache
from pathlib import Path
from typing import Any, Final

import numpy as np

from studio.consent.grant import GrantedVoice
from studio.engines.base import Engine, EngineInfo, Line, Prepared, Rendered, Run, SourceReading

_READING_RATE_HZ: Final = 24_000
_READING_S_PER_CHAR: Final = 0.06


class FailedCheckError(Exception):
    """The engine does not do what it must."""


class SkippedCheckError(Exception):
    """The check cannot be made, or does not concern this engine."""


@dataclass(frozen=True, slots=True)
class TestedVoice:
    """A voice to test an engine with.

    Attributes:
        voice_id: whose it is.
        language: BCP 47 tag of what it is asked to say.
        grant: gives the voice, redeemed anew at every call.
        altered: gives it with a grant for other data; None if that cannot be made.
        unknown: gives a voice that no engine has; None if that cannot be made.
        others: give the engine's other voices, by name.
    """

    voice_id: str
    language: str
    grant: Callable[[], GrantedVoice]
    altered: Callable[[], GrantedVoice] | None = None
    unknown: Callable[[], GrantedVoice] | None = None
    others: Mapping[str, Callable[[], GrantedVoice]] = field(default_factory=dict)


@dataclass(slots=True)
class Bench:
    """An engine under test, with what was made so far.

    Attributes:
        name: of its entry point.
        make: makes it anew.
        weights: folder of the model files.
        engine: the one that speaks.
        voice: what it speaks with; None if there is none at hand.
        reason: why there is none, or why the engine cannot speak.
        lines: how many lines are said to see whether it grows.
        seen: what the engine did that is watched: connections, objects unpickled.
    """

    name: str
    make: Callable[[], Engine]
    weights: Path
    engine: Engine
    voice: TestedVoice | None
    reason: str = ""
    lines: int = 20
    seen: list[str] = field(default_factory=list)
    _prepared: Prepared | None = None
    _said: dict[str, Rendered] = field(default_factory=dict)

    @property
    def info(self) -> EngineInfo:
        """What the engine says it is."""
        return self.engine.info

    def tested(self) -> TestedVoice:
        """The voice.

        Raises:
            SkippedCheckError: there is none, or the engine cannot speak here.
        """
        if self.voice is None or self.reason:
            raise SkippedCheckError(self.reason or "There is no voice to test it with.")
        return self.voice

    def prepared(self) -> Prepared:
        """The voice as the engine holds it ready."""
        voice = self.tested()
        if self._prepared is None:
            with self.watching():
                self._prepared = self.engine.prepare(voice.grant())
        return self._prepared

    def line(self, *runs: Run) -> Line:
        """A line in the voice's language; for an engine that converts, with a reading of it."""
        line = Line(runs, self.tested().language)
        return replace(line, reading=_reading(line.text)) if self.info.converts else line

    def say(self, *runs: Run, prepared: Prepared | None = None) -> Rendered:
        """What the engine makes of a line, watched."""
        with self.watching():
            return self.engine.synthesize(self.line(*runs), prepared or self.prepared())

    def said(self, text: str) -> Rendered:
        """What it makes of a neutral text, said once and kept; not to be changed."""
        if text not in self._said:
            self._said[text] = self.say(Run(text))
        return self._said[text]

    @contextmanager
    def watching(self) -> Iterator[None]:
        """Note what the engine does in the meantime."""
        _install_watch()
        _watched.append(self.seen)
        try:
            yield
        finally:
            _watched.remove(self.seen)


_watched: list[list[str]] = []


@cache
def _install_watch() -> None:
    """Have Python tell of connections and unpickling. Such a hook stays for good; without a bench it does nothing."""

    def hook(event: str, arguments: tuple[Any, ...]) -> None:
        if not _watched:
            return
        told = ""
        if event == "socket.connect" and isinstance(arguments[1], tuple):  # other addresses stay on the machine
            told = f"connects to {arguments[1][0]}"
        elif event == "socket.getaddrinfo":
            told = f"looks up {arguments[0]}"
        elif event == "pickle.find_class":
            told = f"unpickles {arguments[0]}.{arguments[1]}"
        for seen in _watched if told else ():
            seen.append(told)

    sys.addaudithook(hook)


def require(condition: object, sentence: str) -> None:
    """Fail the check with a sentence where a condition does not hold.

    Raises:
        FailedCheckError: it does not.
    """
    if not condition:
        raise FailedCheckError(sentence)


def _reading(text: str) -> SourceReading:
    """A reading for engines that convert: pulses at 120 Hz in swells, as long as the text takes."""
    t = np.arange(round(_READING_RATE_HZ * _READING_S_PER_CHAR * max(1, len(text)))) / _READING_RATE_HZ
    partials = sum((np.sin(2 * np.pi * 120 * k * t + k * k) / k for k in range(1, 40)), np.zeros(t.size))
    swells = 0.2 + 0.8 * np.sin(2 * np.pi * 2 * t) ** 2
    return SourceReading((0.08 * partials * swells).astype(np.float32), _READING_RATE_HZ)

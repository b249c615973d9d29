"""What a speech engine is. A new one is one file with a class of this shape and one entry point."""

from dataclasses import dataclass
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from studio.consent.grant import GrantedVoice

Samples = npt.NDArray[np.float32]
"""Mono sound: float32 of shape [samples], full scale ±1."""


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What an engine is and can do.

    Attributes:
        name: its name in voice records and on the command line.
        version: changes whenever the same line would sound different; part of every take's key.
        sample_rate_hz: rate of what it returns.
        languages: BCP 47 tags it speaks as installed here.
        weights: names of its model files in the weights registry.
        cloning: how it takes on a new voice.
        timings: what it knows about when each word is said.
        deterministic: the same line gives the same samples.
        commercial_outputs: whether its own licence lets output be sold.
        licence: SPDX identifier of the engine's weights.
        for_tests: makes no speech; never chosen by itself.
    """

    name: str
    version: str
    sample_rate_hz: int
    languages: tuple[str, ...]
    weights: tuple[str, ...]
    cloning: Literal["none", "match", "zero-shot"]
    timings: Literal["none", "word", "phoneme"]
    deterministic: bool
    commercial_outputs: bool
    licence: str
    for_tests: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """What is to be said.

    Attributes:
        text: spoken form, no longer than `SegmentLimits.max_chars` as written.
        language: BCP 47 tag.
        seed: for engines that are not deterministic.
    """

    text: str
    language: str
    seed: int = 0


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was said.

    Attributes:
        samples: float32 mono [n], finite, within ±1.
        sample_rate_hz: its rate.
    """

    samples: Samples
    sample_rate_hz: int


class Prepared(Protocol):
    """A voice as an engine holds it ready; what is inside is the engine's own affair."""

    @property
    def voice_id(self) -> str:
        """Whose voice it is."""
        ...


@runtime_checkable
class Engine(Protocol):
    """A speech engine, made once per worker process by its entry point: `EngineClass(weights_dir)`."""

    @property
    def info(self) -> EngineInfo:
        """What it is and can do; cheap, loads no model."""
        ...

    def prepare(self, voice: GrantedVoice) -> Prepared:
        """Load a voice. Loads the model too, the first time.

        Raises:
            MissingError: a model file is not there, or fails its hash.
            RefusedError: the voice data is not what the grant was given for.
            EngineError: the model cannot be loaded.
        """
        ...

    def synthesize(self, line: Line, voice: Prepared) -> Rendered:
        """Say a line.

        Raises:
            EngineError: the line cannot be said.
        """
        ...


class EngineMaker(Protocol):
    """What an engine's entry point is: a class that takes the folder with the model files."""

    def __call__(self, weights_dir: Path) -> Engine:
        """Make the engine without loading a model."""
        ...

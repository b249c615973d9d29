"""What a speech engine is. A new one is one file with a class of this shape and one entry point."""

from dataclasses import dataclass, replace
from pathlib import Path
from typing import Literal, Protocol, runtime_checkable

import numpy as np
import numpy.typing as npt

from studio.consent.grant import GrantedVoice
from studio.manuscript.delivery import NEUTRAL, NEUTRAL_PROSODY, Delivery, Prosody
from studio.manuscript.guide import Guide

Samples = npt.NDArray[np.float32]
"""Mono sound: float32 of shape [samples], full scale ±1."""


@dataclass(frozen=True, slots=True)
class EngineInfo:
    """What an engine is and can do.

    Attributes:
        name: its name in voice records and on the command line.
        version: changes whenever the same line would sound different; part of every take's key.
        sample_rate_hz: rate of what it returns.
        languages: BCP 47 tags it speaks as installed here; empty if every voice of it reads its own language only.
        weights: names of its model files in the weights registry.
        cloning: how it takes on a new voice.
        timings: what it knows about when each word is said.
        delivery: how it takes a delivery: not at all; as figures (`Run.prosody`); by choosing among the voice's
            reference clips (`Run.delivery`); or natively by its name (`Run.delivery`).
        events: non-speech sounds it can make ("laugh").
        guided: follows a guide's word times and contours.
        deterministic: the same line gives the same samples.
        commercial_outputs: whether its own licence lets output be sold.
        licence: SPDX identifier of the engine's weights.
        for_tests: makes no speech; never chosen by itself.
        title: what people read; its name if empty.
        holder: who licenses the weights.
        licence_url: where the licence text stands.
        attribution: words the licence demands with what was made; empty if none.
        environment: the worker environment it needs, of `environments.toml`; empty if it runs in ours.
        model: the model whose terms a named person has to accept first; empty if none.
        proofed: its takes are heard by recognition, and made again where it misspoke.
        converts: re-voices a reading (`Line.reading`); it says no text of its own.
        watermarked: marks its sound as synthetic by itself.
        needs_transcript: reference clips need their words.
        phonemes: characters of the phonetic alphabet that it says in pronunciations (`Run.sounds`), marks apart from
            their letters; empty for one that is given words that read like them.
        remote: sends the words to a server that the voice names.
        voices: ready voices it brings, each with its licence record.
    """

    name: str
    version: str
    sample_rate_hz: int
    languages: tuple[str, ...]
    weights: tuple[str, ...]
    cloning: Literal["none", "match", "zero-shot"]
    timings: Literal["none", "word"]
    deterministic: bool
    commercial_outputs: bool
    licence: str
    for_tests: bool = False
    delivery: Literal["none", "prosody", "reference", "native"] = "none"
    events: tuple[str, ...] = ()
    guided: bool = False
    title: str = ""
    holder: str = ""
    licence_url: str = ""
    attribution: str = ""
    environment: str = ""
    model: str = ""
    proofed: bool = False
    converts: bool = False
    watermarked: bool = False
    needs_transcript: bool = False
    phonemes: frozenset[str] = frozenset()
    remote: bool = False
    voices: tuple["EngineVoice", ...] = ()


@dataclass(frozen=True, slots=True)
class EngineVoice:
    """A ready voice that an engine brings along, and the licence it is used under.

    Attributes:
        voice_id: name on the command line and in the database; begin it with the engine's name.
        name: name for people.
        language: BCP 47 tag of the language it was made for.
        sex: "female", "male" or empty.
        data_sha256: what `GrantedVoice.check_data` has to be given for it.
        licence: SPDX identifier.
        licensor: who grants the licence.
        licence_url: where the licence text stands.
        commercial: whether its output may be sold.
        attribution: words the licence demands with what was made; empty if none.
        pitch_hz: mean pitch; 0 if unknown.
    """

    voice_id: str
    name: str
    language: str
    sex: str
    data_sha256: str
    licence: str
    licensor: str
    licence_url: str
    commercial: bool
    attribution: str = ""
    pitch_hz: float = 0.0


@dataclass(frozen=True, slots=True)
class Sound:
    """How a stretch of a run's text is said.

    Attributes:
        start: offset of its first character.
        end: offset after its last.
        ipa: phonemes in the phonetic alphabet; empty if `language` tells.
        language: BCP 47 tag of the language the words are in; empty for the line's.
    """

    start: int
    end: int
    ipa: str = ""
    language: str = ""


@dataclass(frozen=True, slots=True)
class Run:
    """A stretch of a line with one delivery. What follows its words: first the event, then the rest.

    Attributes:
        text: spoken form; empty for a run that is only an event or a rest at the head of a line.
        delivery: as asked for, by name.
        prosody: the same in figures. `level_db` is against the line's own level; `pause_scale` is for the pauses
            that punctuation makes inside the line.
        event: non-speech sound after the words, one of the names in the tag grammar; empty for none.
        rest_s: silence after that, in seconds.
        sounds: stretches of the text with a pronunciation of their own, in order; for engines that take phonemes.
    """

    text: str
    delivery: Delivery = NEUTRAL
    prosody: Prosody = NEUTRAL_PROSODY
    event: str = ""
    rest_s: float = 0.0
    sounds: tuple[Sound, ...] = ()


@dataclass(frozen=True, slots=True)
class SourceReading:
    """Somebody's reading of a line, for an engine that converts speech.

    Attributes:
        samples: float32 mono [n].
        sample_rate_hz: its rate.
    """

    samples: Samples
    sample_rate_hz: int


@dataclass(frozen=True, slots=True)
class Line:
    """What is to be said.

    Attributes:
        runs: at least one with words; most lines have one run.
        language: BCP 47 tag.
        seed: for engines that are not deterministic.
        guide: how to read it, in place of the pace, pauses and pitch of the runs; its words are `said_words(text)`.
        reading: what an engine that converts is to re-voice; None for all others.
    """

    runs: tuple[Run, ...]
    language: str
    seed: int = 0
    guide: Guide | None = None
    reading: SourceReading | None = None

    @property
    def text(self) -> str:
        """Spoken form of all runs."""
        return " ".join(run.text for run in self.runs if run.text)

    @property
    def sounds(self) -> tuple[Sound, ...]:
        """Pronunciations of all runs, by their place in `text`."""
        found: list[Sound] = []
        offset = 0
        for run in self.runs:
            found += (replace(each, start=offset + each.start, end=offset + each.end) for each in run.sounds)
            offset += len(run.text) + bool(run.text)
        return tuple(found)


@dataclass(frozen=True, slots=True)
class Word:
    """When a word is said: seconds from the start of the sound."""

    text: str
    start_s: float
    end_s: float


Aspect = Literal["pitch", "range", "rate", "whisper", "pauses", "tilt", "level"]
"""What of a delivery can be made apart from the rest."""


@dataclass(frozen=True, slots=True)
class Rendered:
    """What was said.

    Attributes:
        samples: float32 mono [n], finite, within ±1.
        sample_rate_hz: its rate.
        words: one for each of `said_words(line.text)`, ascending; empty if the engine does not know.
        spans: begin and end of each run in samples, whole line covered; empty if the engine does not know.
        shaped: the aspects of the deliveries that are in the sound already, in every run.
        events: the events that are in the sound.
    """

    samples: Samples
    sample_rate_hz: int
    words: tuple[Word, ...] = ()
    spans: tuple[tuple[int, int], ...] = ()
    shaped: frozenset[Aspect] = frozenset()
    events: tuple[str, ...] = ()


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

    def missing(self) -> str:
        """Why it cannot speak on this machine, in a sentence that says what to do; empty if it can. No model loads."""
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

        An engine with `delivery="none"` is only given lines of one neutral run without rest or guide, and with an event
        only if it is one of its own. Any other is given lines whole, or a run alone if it knows no spans, and says in
        the result what of it is in the sound; `studio.render.perform` adds the rest.

        Raises:
            EngineError: the line cannot be said.
        """
        ...


class EngineMaker(Protocol):
    """What an engine's entry point is: a class that takes the folder with the model files."""

    def __call__(self, weights_dir: Path) -> Engine:
        """Make the engine without loading a model."""
        ...

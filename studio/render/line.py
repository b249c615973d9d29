"""Lines as they go to a worker, and takes as they come back."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from studio.consent.grant import Grant
from studio.core.licences import UsedLicence
from studio.engines.base import Run
from studio.manuscript.guide import Guide

PERFORMANCE_VERSION: Final = "1"
"""Changes whenever what is done to an engine's sound (`studio.render.perform`) changes what is heard."""

METHODS: Final = ("native", "reference", "prosody", "processing", "approximate")
"""How a delivery was made, best first: by the engine's own style; from a reference clip of that emotion; by pitch and
durations in the engine; by processing its sound; and, in part, not at all."""


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line that has a key: everything that shapes its sound is decided.

    Attributes:
        key: SHA-256 over all of it; the key of its take.
        runs: what is said and how.
        language: BCP 47 tag.
        voice_id: who speaks.
        engine: name of the engine.
        engine_version: its version when the key was made.
        seed: for engines that are not deterministic.
        guide: how it is read, if a guide recording decides that.
        shape_sha256: what else of the voice shapes its sound, as the grant has to have it.
        reading_sha256: blob of the recording that is to be re-voiced; empty for a line that is said.
        licences: what a take of it is made under; they change no sound and are not in the key.
    """

    key: str
    runs: tuple[Run, ...]
    language: str
    voice_id: str
    engine: str
    engine_version: str
    seed: int = 0
    guide: Guide | None = None
    shape_sha256: str = ""
    reading_sha256: str = ""
    licences: tuple[UsedLicence, ...] = ()

    @property
    def text(self) -> str:
        """Spoken form."""
        return " ".join(run.text for run in self.runs if run.text)

    @property
    def deliveries(self) -> tuple[str, ...]:
        """Names of the deliveries in it, as consents are held against."""
        led = {"guide"} if self.guide or self.reading_sha256 else set()
        return tuple(sorted({run.delivery.preset for run in self.runs} | led))


@dataclass(frozen=True, slots=True)
class SpeakTask:
    """What a worker needs to make one take.

    Attributes:
        line: what to say.
        grant: permission, redeemed by the worker.
        home: data home whose blobs and inbox the worker writes.
        weights: folder of the model files.
    """

    line: PlannedLine
    grant: Grant
    home: Path
    weights: Path


@dataclass(frozen=True, slots=True)
class FinishedTake:
    """A take that lies in the blob store.

    Attributes:
        key: of the line.
        blob_sha256: of its FLAC.
        voice_id: who spoke.
        engine: which engine.
        engine_version: its version.
        licence: SPDX identifier the voice was used under.
        characters: length of the spoken text.
        duration_s: length of the sound.
        cpu_s: processor seconds it took.
        flags: what sounded wrong by measurement ("too-short", "too-long", "silent") or to the recogniser ("misheard");
            empty if nothing.
        consent_id: consent it was spoken under; empty for a stock voice.
        project_id: project it was made for; empty for an audition.
        use: what for.
        language: BCP 47 tag of what was said.
        delivery: of its runs, in canonical form, joined by " | "; "guide" first where one was followed.
        methods: how the delivery was made, any of `METHODS`; empty for a plain neutral line.
        notes: sentences about what was asked for and could not be made.
        words: each spoken word with its begin and end in seconds from the start of the take; empty if unknown.
        licences: of engine and voice, as they were when it was made; empty in what was made before they were recorded.
    """

    key: str
    blob_sha256: str
    voice_id: str
    engine: str
    engine_version: str
    licence: str
    characters: int
    duration_s: float
    cpu_s: float
    flags: tuple[str, ...]
    consent_id: str = ""
    project_id: str = ""
    use: str = ""
    language: str = ""
    delivery: str = "neutral"
    methods: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    words: tuple[tuple[str, float, float], ...] = ()
    licences: tuple[UsedLicence, ...] = ()

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "FinishedTake":
        """From the JSON object that `to_json` makes, or made before takes had deliveries."""
        lists = {name: tuple(data.get(name, ())) for name in ("flags", "methods", "notes")}
        words = tuple((text, begin, end) for text, begin, end in data.get("words", ()))
        licences = tuple(UsedLicence.from_json(each) for each in data.get("licences", ()))
        return cls(**{**data, **lists, "words": words, "licences": licences})

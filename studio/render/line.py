"""Lines as they go to a worker, and takes as they come back."""

from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from studio.consent.grant import Grant


@dataclass(frozen=True, slots=True)
class PlannedLine:
    """A line that has a key: everything that shapes its sound is decided.

    Attributes:
        key: SHA-256 over all of it; the key of its take.
        text: spoken form.
        language: BCP 47 tag.
        voice_id: who speaks.
        engine: name of the engine.
        engine_version: its version when the key was made.
        seed: for engines that are not deterministic.
    """

    key: str
    text: str
    language: str
    voice_id: str
    engine: str
    engine_version: str
    seed: int = 0


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
        flags: what sounded wrong by measurement ("too-short", "too-long", "silent"); empty if nothing.
        consent_id: consent it was spoken under; empty for a stock voice.
        project_id: project it was made for; empty for an audition.
        use: what for.
        language: BCP 47 tag of what was said.
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

    def to_json(self) -> dict[str, Any]:
        """As a JSON object."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "FinishedTake":
        """From the JSON object that `to_json` makes."""
        return cls(**{**data, "flags": tuple(data["flags"])})

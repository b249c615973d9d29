"""Voices as everything above the gate sees them: stock voices, and voices of living people."""

from collections.abc import Iterable
from dataclasses import dataclass

from studio.consent.licences import StockVoice
from studio.core.hashing import content_key, sha256_bytes

REPLICA_LICENCE = "LicenseRef-Authorized-Voice-Replica"
"""What stands in place of an SPDX licence at takes in a voice that a consent covers."""


@dataclass(frozen=True, slots=True)
class ConsentedVoice:
    """The voice of a living person, an Authorized Voice Replica. It sounds only while a consent covers it.

    Attributes:
        voice_id: name on the command line and in the database ("jane-doe").
        name: as credited.
        engine: name of the engine that speaks it; empty if none that can is installed.
        language: BCP 47 tag the person speaks.
        data_sha256: of the reference clips, as `clips_sha256` makes it.
        shape_sha256: of what else shapes its sound, as `shape_sha256` makes it; empty while nothing may sound.
        matched: whether something was made of the clips for its engine (a voice match).
    """

    voice_id: str
    name: str
    engine: str
    language: str
    data_sha256: str
    shape_sha256: str = ""
    matched: bool = False
    for_tests: bool = False


Voice = StockVoice | ConsentedVoice


@dataclass(frozen=True, slots=True)
class ReferenceClip:
    """A recording of a voice, decrypted for an engine.

    Attributes:
        sound: the file as it was handed in.
        delivery: how the person read: the name of a delivery.
        transcript: the words; empty if nobody wrote them down.
    """

    sound: bytes
    delivery: str = "neutral"
    transcript: str = ""


def shape_sha256(clips: Iterable[tuple[str, str, str]], made: str) -> str:
    """One hash for what, besides the recordings themselves, shapes the sound of a consented voice.

    Args:
        clips: SHA-256, delivery and transcript of each recording.
        made: SHA-256 of what was made of them for the engine; empty if nothing.
    """
    return content_key({"clips": sorted(clips), "made": made})


def clips_sha256(hashes: Iterable[str]) -> str:
    """One hash for a set of reference clips, in whatever order: what takes in the voice are keyed by.

    Args:
        hashes: SHA-256 of each clip's bytes, in hex.
    """
    return sha256_bytes("\n".join(sorted(hashes)).encode())

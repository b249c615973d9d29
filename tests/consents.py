"""Consents for tests: brought to any state through the services, with recordings that are examined by stand-ins.

The stand-ins measure nothing: what is heard in a recording is tested in tests/hearing, and the whole path with real
recordings in tests/services/consents/test_whole_path.py.
"""

import os
import wave
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from studio.bootstrap import Studio
from studio.consent.actors import Actor, Role
from studio.consent.evidence import CheckResult, ClipReport, Outcome
from studio.core.hashing import sha256_file
from studio.core.ids import new_id
from studio.hearing.reference import ReferenceTask
from studio.hearing.statement import StatementTask
from studio.services.consents.evidence import Examiner, Reading
from studio.services.consents.giving import GivingService
from studio.services.consents.records import ConsentService

PRODUCER = Actor("Pat Lane", Role.PRODUCER)
REVIEWER = Actor("Rita Moss", Role.REVIEWER)
SECOND_REVIEWER = Actor("Sam Holt", Role.REVIEWER)
LOCAL = Actor("Lou", Role.LOCAL)

DESCRIPTION = (
    "Narration of The Quiet Pier by Ada Finch, all chapters and credits, as an audiobook sold by the usual retailers."
)
PURPOSES = {"create_replica": True, "render_works": True, "voice_comparison": True}
_RATE_HZ = 16_000


def record_data(name: str = "Jane Doe", **changes: Any) -> dict[str, Any]:
    """What a studio fills in for a new record; keyword arguments replace or complete the terms, `subject` and so on."""
    today = datetime.now(UTC).date()
    data: dict[str, Any] = {
        "language": "en",
        "subject": {"legal_name": name, "contact": "mailto:voice@example.com", "country": "IE"},
        "controller": {"role": "studio", "name": "Harbour Audio", "contact": "mailto:studio@example.com"},
        "terms": {
            "uses": ["audiobook"],
            "description": DESCRIPTION,
            "languages": ["en"],
            "first_day": (today - timedelta(days=30)).isoformat(),
            "last_day": (today + timedelta(days=365)).isoformat(),
        },
        "engine": "fake",
    }
    for key, value in changes.items():
        if key in {"language", "subject", "controller", "parties", "route", "voice_id", "engine", "data"}:
            data[key] = {**data[key], **value} if isinstance(data.get(key), dict) else value
        else:
            data["terms"][key] = value.isoformat() if hasattr(value, "isoformat") else value
    return data


@dataclass
class StandIn:
    """Says of every recording what it is told to say, and remembers what it was asked.

    Attributes:
        checks: outcomes by name of the check, in place of "pass".
        asked: tasks so far.
    """

    checks: dict[str, Outcome]
    asked: list[ReferenceTask | StatementTask]

    def reference(self, task: ReferenceTask) -> tuple[ClipReport, bytes]:
        self.asked.append(task)
        names = ("speech", "duplicate", "one-speaker", *(["speaker"] if task.references else []))
        return self._report(task.path, names), b"VVP" if task.biometric else b""

    def statement(self, task: StatementTask) -> ClipReport:
        self.asked.append(task)
        report = self._report(task.path, ("speech", "duplicate", "challenge", "words", "speaker", "one-speaker"))
        return replace(report, transcript="I, Jane Doe, am aware")

    def _report(self, path: Path, names: Iterable[str]) -> ClipReport:
        with wave.open(str(path)) as sound:
            duration_s = sound.getnframes() / sound.getframerate()
        return ClipReport(
            sha256=sha256_file(path),
            duration_s=duration_s,
            speech_s=duration_s,
            facts={"rate_hz": _RATE_HZ},
            fingerprint="",
            transcript="",
            words=(),
            checks=tuple(CheckResult(n, self.checks.get(n, Outcome.PASS), "", "", f"About {n}.") for n in names),
            models={},
        )

    @property
    def examiner(self) -> Examiner:
        return Examiner(self.reference, self.statement)


def stand_in(**checks: Outcome) -> StandIn:
    """A stand-in that passes everything but the named checks ("one_speaker" for "one-speaker")."""
    return StandIn({name.replace("_", "-"): outcome for name, outcome in checks.items()}, [])


def write_clip(folder: Path, seconds: float = 0.5) -> Path:
    """A WAV file of noise that no other has."""
    path = folder / f"{new_id()}.wav"
    with wave.open(str(path), "wb") as sound:
        sound.setnchannels(1)
        sound.setsampwidth(2)
        sound.setframerate(_RATE_HZ)
        sound.writeframes(os.urandom(2 * round(_RATE_HZ * seconds)))
    return path


class Walk:
    """Takes a record along its way, one step at a time.

    Args:
        studio: where.
        ears: what listens; passes everything if not given.
        recordings: WAV files handed in as reference clips; noise if not given.
    """

    def __init__(
        self, studio: Studio, ears: StandIn | None = None, recordings: Sequence[tuple[Path, Reading]] = ()
    ) -> None:
        self.studio = studio
        self.ears = ears or stand_in()
        self.consents = ConsentService(studio._context, self.ears.examiner)
        self.giving = GivingService(studio._context, self.ears.examiner)
        self.folder = studio.settings.temporary
        self.recordings = recordings

    def draft(self, name: str = "Jane Doe", **changes: Any) -> str:
        return self.consents.draft(PRODUCER, record_data(name, **changes)).summary.id

    def invite(self, consent_id: str) -> Actor:
        return self.giving.open(self.consents.invite(PRODUCER, consent_id))

    def answer(self, owner: Actor, **purposes: bool) -> None:
        page = self.giving.page(owner, owner.consent_id)
        self.giving.answer(
            owner,
            owner.consent_id,
            purposes={**PURPOSES, **purposes},
            signature_name=page.person,
            language=page.language,
            notice_sha256=page.notice_sha256,
        )

    def clips(self, owner: Actor, count: int = 3) -> list[str]:
        handed_in = self.recordings or [(write_clip(self.folder), Reading()) for _ in range(count)]
        return [self.giving.record_reference(owner, owner.consent_id, clip, read).id for clip, read in handed_in]

    def speak(self, owner: Actor) -> None:
        challenge = self.giving.challenge(owner, owner.consent_id)
        self.giving.record_statement(owner, owner.consent_id, challenge.id, write_clip(self.folder))

    def asked(self, name: str = "Jane Doe", **changes: Any) -> Actor:
        """A consent that was asked for; returns the voice owner."""
        return self.invite(self.draft(name, **changes))

    def given(self, name: str = "Jane Doe", *, purposes: dict[str, bool] | None = None, **changes: Any) -> Actor:
        """A consent that waits for a reviewer; returns the voice owner."""
        owner = self.asked(name, **changes)
        self.answer(owner, **(purposes or {}))
        self.clips(owner)
        self.speak(owner)
        return owner

    def review(self, consent_id: str) -> None:
        self.studio.reviews.approve(REVIEWER, consent_id, name=REVIEWER.name, note="", listened=True)

    def verified(self, name: str = "Jane Doe", **changes: Any) -> Actor:
        """A verified consent; returns the voice owner."""
        owner = self.given(name, **changes)
        self.review(owner.consent_id)
        return owner


def make_verified(
    studio: Studio,
    *,
    name: str = "Jane Doe",
    uses: Iterable[str] = ("audiobook",),
    languages: Iterable[str] = ("en",),
    **terms: Any,
) -> str:
    """A verified consent to a voice of the fake engine; returns its id. Other terms by keyword."""
    return Walk(studio).verified(name, uses=list(uses), languages=list(languages), **terms).consent_id

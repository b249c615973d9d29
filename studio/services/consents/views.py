"""What the consent services hand to the shells: plain frozen values."""

from dataclasses import dataclass
from typing import Any

from studio.consent.evidence import CheckResult, Outcome
from studio.consent.record import ConsentRecord
from studio.consent.states import ConsentState


@dataclass(frozen=True, slots=True)
class ConsentSummary:
    """A consent as listed.

    Attributes:
        state: as it stands; a verified one whose term is over shows as expired.
        person: the subject's name; empty once erased.
        credit: the name the voice is credited by; empty once erased.
        used_minutes: rendered speech so far.
        quota_minutes: the limit of it; None for none.
        next_step: what has to happen next, and by whom, in a few words; empty if nothing.
    """

    id: str
    voice_id: str
    state: ConsentState
    person: str
    credit: str
    uses: tuple[str, ...]
    languages: tuple[str, ...]
    first_day: str
    last_day: str
    used_minutes: float
    quota_minutes: float | None
    next_step: str
    created_at: str


@dataclass(frozen=True, slots=True)
class EventView:
    """Something that happened, for the timeline."""

    ledger_seq: int
    kind: str
    state: str
    time: str
    by: str
    sentence: str


@dataclass(frozen=True, slots=True)
class ClipView:
    """A file of the vault: a recording, or a signed paper. Reference clips have a delivery and perhaps their words."""

    id: str
    kind: str
    label: str
    sha256: str
    duration_s: float
    speech_s: float
    checks: tuple[CheckResult, ...]
    created_at: str
    destroyed: bool
    delivery: str
    transcript: str


@dataclass(frozen=True, slots=True)
class StatementView:
    """A spoken statement with what the checks found."""

    id: str
    outcome: Outcome
    transcript: str
    checks: tuple[CheckResult, ...]
    clip_id: str | None
    attempts_left: int
    created_at: str


@dataclass(frozen=True, slots=True)
class ReviewView:
    """What a named person attested."""

    reviewer: str
    decision: str
    note: str
    created_at: str


@dataclass(frozen=True, slots=True)
class ApprovalView:
    """A project or final audio that the owner is asked about."""

    id: str
    project_id: str
    project_title: str
    kind: str
    decision: str
    requested_at: str
    decided_at: str | None


@dataclass(frozen=True, slots=True)
class WorkView:
    """Something made with the voice that is finished: a delivered file."""

    title: str
    project_id: str
    use: str
    path: str
    sha256: str
    seconds: float
    at: str
    exists: bool


@dataclass(frozen=True, slots=True)
class ConsentDetail:
    """A consent with everything about it. `record` is None once it is erased."""

    summary: ConsentSummary
    record: ConsentRecord | None
    warnings: tuple[str, ...]
    events: tuple[EventView, ...]
    clips: tuple[ClipView, ...]
    statements: tuple[StatementView, ...]
    reviews: tuple[ReviewView, ...]
    approvals: tuple[ApprovalView, ...]
    works: tuple[WorkView, ...]
    anchor: str
    has_certificate: bool


@dataclass(frozen=True, slots=True)
class ChallengeView:
    """Code words and number to read aloud, with the whole statement as it is to be read."""

    id: str
    words: tuple[str, ...]
    digits: str
    text: str
    expires_at: str
    attempts_left: int


@dataclass(frozen=True, slots=True)
class GivingView:
    """What the voice owner's page shows.

    Attributes:
        step: "notice", "references", "statement", "waiting" (given, under review), "active", "ended".
        state: of the record.
        strings: the page's words in the record's language, by name.
        notice: sections of the notice, heading and text each; `notice_sha256` is the hash of exactly this text.
        purposes: what can be ticked, as name, label, explanation, needed (for a replica) and ticked.
        prompts: sentences to read for the reference clips.
        references: clips handed in so far; `references_needed` more are asked for.
        takes_more: whether the owner can add recordings while the consent is in force.
        deliveries: names of the deliveries that a recording may be in.
        attempts: statements handed in so far, newest first.
        languages: languages the page can be shown in: tag and own name.
        approvals: what the owner is asked to approve.
        events: the timeline, without the names of staff.
    """

    consent_id: str
    step: str
    state: ConsentState
    language: str
    person: str
    studio: str
    strings: dict[str, str]
    notice: tuple[tuple[str, str], ...]
    notice_sha256: str
    purposes: tuple[dict[str, Any], ...]
    prompts: tuple[str, ...]
    references: tuple[ClipView, ...]
    references_needed: int
    takes_more: bool
    deliveries: tuple[str, ...]
    attempts: tuple[StatementView, ...]
    languages: tuple[tuple[str, str], ...]
    approvals: tuple[ApprovalView, ...]
    works: tuple[WorkView, ...]
    events: tuple[EventView, ...]
    first_day: str
    last_day: str
    used_minutes: float
    ended_at: str | None


@dataclass(frozen=True, slots=True)
class PurgePreview:
    """What an end of a consent would destroy, and what would stay."""

    consent_id: str
    person: str
    destroys: tuple[tuple[str, int], ...]
    stops_jobs: int
    works: tuple[WorkView, ...]
    works_fate: str
    keeps: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class EndingView:
    """A consent that was ended just now, or before.

    Attributes:
        already: it had ended before; nothing new happened.
        certificate: the signed certificate of destruction, once everything is gone.
        notices: texts to send to the recipients of works: (whom, text).
    """

    consent_id: str
    state: ConsentState
    ended_at: str
    already: bool
    certificate: dict[str, Any] | None
    works: tuple[WorkView, ...]
    notices: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True)
class StaffView:
    """Somebody who can sign in."""

    name: str
    role: str
    created_at: str

"""How far a consent has come: what evidence there is of what is needed."""

import hashlib
from dataclasses import dataclass
from datetime import date, datetime
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studio.consent.evidence import Outcome
from studio.consent.names import skeleton
from studio.consent.record import ConsentRecord
from studio.consent.states import ConsentState
from studio.store.consent_tables import ApprovalRow, ConsentRow, ReviewRow, StatementRow, VoiceAssetRow, VoiceRow

CLIPS_NEEDED = 3
SPEECH_NEEDED_S = 8.0
"""Three reference clips, or this much net speech: what the thresholds of the voice comparison were measured with."""

_BY_EAR = frozenset({"speaker", "one-speaker"})  # checks that compare voices; in doubt two people compare by ear


@dataclass(frozen=True, slots=True)
class Standing:
    """What there is of the evidence a consent needs.

    Attributes:
        clips: reference clips.
        speech_s: net speech in them.
        documents: signed papers.
        reviewers: names of those who approved.
        reviewers_needed: how many different people have to.
        approvals_asked: what the owner was asked to approve and has not decided.
        renewal: id of a record that renews this one and has not ended; empty if there is none.
    """

    clips: int
    speech_s: float
    documents: int
    reviewers: tuple[str, ...]
    reviewers_needed: int
    approvals_asked: int
    renewal: str

    @property
    def clips_needed(self) -> int:
        """How many more clips are asked for."""
        return 0 if self.speech_s >= SPEECH_NEEDED_S else max(0, CLIPS_NEEDED - self.clips)


def find_standing(session: Session, row: ConsentRow, record: ConsentRecord) -> Standing:
    """What there is of the evidence that a consent needs."""
    clips = references_of(session, row)
    reviewers = session.scalars(
        select(ReviewRow.reviewer).where(ReviewRow.consent_id == row.id, ReviewRow.decision == "approve")
    ).all()
    return Standing(
        clips=len(clips),
        speech_s=sum(float((clip.report or {}).get("speech_s", 0.0)) for clip in clips),
        documents=len(assets_of(session, row.id, "document")),
        reviewers=tuple(name or "" for name in reviewers),
        reviewers_needed=reviewers_needed(record, last_statement(session, row.id)),
        approvals_asked=session.scalar(
            select(func.count()).where(ApprovalRow.consent_id == row.id, ApprovalRow.decision == "asked")
        )
        or 0,
        renewal=open_renewal(session, row.id),
    )


def assets_of(session: Session, consent_id: str, kind: str) -> list[VoiceAssetRow]:
    """What there is of a kind in the vault, oldest first."""
    return list(
        session.scalars(
            select(VoiceAssetRow)
            .where(
                VoiceAssetRow.consent_id == consent_id,
                VoiceAssetRow.kind == kind,
                VoiceAssetRow.destroyed_at.is_(None),
            )
            .order_by(VoiceAssetRow.created_at, VoiceAssetRow.id)
        )
    )


def references_of(session: Session, row: ConsentRow, kind: str = "reference") -> list[VoiceAssetRow]:
    """The reference clips of a consent: its own, or while it is not verified those of the record it renews."""
    own = assets_of(session, row.id, kind)
    return own or (assets_of(session, row.supersedes, kind) if row.supersedes else [])


def last_statement(session: Session, consent_id: str) -> StatementRow | None:
    """The statement that was accepted for review, if one was."""
    accepted = StatementRow.consent_id == consent_id, StatementRow.outcome != Outcome.REFUSE.value
    return session.scalars(select(StatementRow).where(*accepted).order_by(StatementRow.created_at.desc())).first()


def reviewers_needed(record: ConsentRecord, statement: StatementRow | None) -> int:
    """One named reviewer; two where no machine compared the voices, or where it was in doubt."""
    if record.route == "document" or not record.purposes.voice_comparison:
        return 2
    checks = ((statement.report if statement else None) or {}).get("checks", ())
    doubtful = any(check["name"] in _BY_EAR and check["outcome"] == Outcome.REVIEW for check in checks)
    return 2 if doubtful else 1


def open_renewal(session: Session, consent_id: str) -> str:
    """Id of a record that renews another and is still to be verified; empty if there is none."""
    states = [state.value for state in (ConsentState.DRAFT, ConsentState.REQUESTED, ConsentState.GIVEN)]
    renewing = ConsentRow.supersedes == consent_id, ConsentRow.state.in_(states)
    return session.scalar(select(ConsentRow.id).where(*renewing)) or ""


def look_alikes(session: Session, voice_id: str, record: ConsentRecord) -> tuple[str, ...]:
    """A warning for every other speaker whose name a reader could take for this one's."""
    alike = {skeleton(record.subject.legal_name), skeleton(record.credit)} - {""}
    rows = session.scalars(
        select(VoiceRow).where(VoiceRow.name_skeleton.in_(alike), VoiceRow.id != voice_id).order_by(VoiceRow.id)
    )
    return tuple(
        f"the name looks like an existing speaker, {row.name} ({row.id}): see that they are two people." for row in rows
    )


def signer_of(record: ConsentRecord) -> str:
    """Who signs: the person, the guardian of a minor, or who represents the estate."""
    return record.subject.guardian if record.subject.status in {"minor", "deceased"} else record.subject.legal_name


def today_in(now: datetime, time_zone: str) -> date:
    """The day in a time zone; in UTC if there is no such zone."""
    try:
        return now.astimezone(ZoneInfo(time_zone)).date()
    except (ZoneInfoNotFoundError, ValueError, OSError):
        return now.date()


def token_hash(token: str) -> str:
    """What is stored of a voice owner's token: it has 256 random bits, so that a plain hash hides it."""
    return hashlib.sha256(token.encode()).hexdigest()

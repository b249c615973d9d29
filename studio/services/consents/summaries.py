"""Consents as the shells show them: what a row, its evidence and its events come to, in words."""

from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.consent.evidence import CheckResult, Outcome
from studio.consent.record import ConsentRecord, check_record
from studio.consent.requests import AUDITION
from studio.consent.states import ENDS, ConsentState
from studio.core.errors import InputError
from studio.services.consents.sentences import event_sentence, next_step
from studio.services.consents.standing import find_standing, look_alikes, today_in
from studio.services.consents.views import (
    ApprovalView,
    ClipView,
    ConsentDetail,
    ConsentSummary,
    EventView,
    ReviewView,
    StatementView,
    WorkView,
)
from studio.services.context import Context
from studio.store.consent_tables import (
    ApprovalRow,
    ChallengeRow,
    ConsentEventRow,
    ConsentRow,
    PurgeRow,
    ReviewRow,
    StatementRow,
    VoiceAssetRow,
    VoiceUseRow,
)
from studio.store.tables import ProjectRow

CHALLENGE_ATTEMPTS = 3
_TERM_ENDS_THEM = frozenset({ConsentState.GIVEN, ConsentState.VERIFIED, ConsentState.SUSPENDED})


def shown_state(row: ConsentRow, now: datetime) -> ConsentState:
    """The state as people see it: expiry is told by the clock, whether or not anybody wrote it down yet."""
    state = ConsentState(row.state)
    over = datetime.fromisoformat(row.not_after) <= now
    return ConsentState.EXPIRED if over and state in _TERM_ENDS_THEM else state


def summary(session: Session, row: ConsentRow, now: datetime) -> ConsentSummary:
    """A consent as listed."""
    state = shown_state(row, now)
    if row.record is None:
        return _erased(row, state)
    record = ConsentRecord.from_json(row.record)
    terms = record.terms
    return ConsentSummary(
        id=row.id,
        voice_id=row.voice_id,
        state=state,
        person=record.subject.legal_name,
        credit=record.credit,
        uses=terms.uses,
        languages=terms.languages,
        first_day=terms.first_day.isoformat(),
        last_day=terms.last_day.isoformat(),
        used_minutes=row.used_seconds / 60,
        quota_minutes=terms.max_finished_minutes,
        next_step=next_step(record, state, find_standing(session, row, record), today_in(now, terms.time_zone)),
        created_at=row.created_at,
    )


def _erased(row: ConsentRow, state: ConsentState) -> ConsentSummary:
    last = datetime.fromisoformat(row.not_after) - timedelta(seconds=1)
    return ConsentSummary(
        id=row.id,
        voice_id=row.voice_id,
        state=state,
        person="",
        credit="",
        uses=tuple(use for use in row.uses.split(",") if use and use != AUDITION),
        languages=(),
        first_day=row.not_before[:10],
        last_day=last.date().isoformat(),
        used_minutes=row.used_seconds / 60,
        quota_minutes=None,
        next_step="",
        created_at=row.created_at,
    )


def detail(context: Context, session: Session, row: ConsentRow) -> ConsentDetail:
    """A consent with everything about it."""
    now = context.clock.now(session)
    record = ConsentRecord.from_json(row.record) if row.record is not None else None
    head = context.ledger.head(session)
    purge = session.get(PurgeRow, row.id)
    return ConsentDetail(
        summary=summary(session, row, now),
        record=record,
        warnings=_warnings(session, row, record, now) if record else (),
        events=event_views(session, row.id),
        clips=clip_views(session, row.id),
        statements=statement_views(session, row.id),
        reviews=review_views(session, row.id),
        approvals=approval_views(session, row.id),
        works=work_views(session, row.id),
        anchor=head.anchor().text() if head else "",
        has_certificate=purge is not None and purge.certificate is not None,
    )


def event_views(session: Session, consent_id: str, *, staff_named: bool = True) -> tuple[EventView, ...]:
    """The timeline, oldest first. For the voice owner the studio's people go without names."""
    rows = session.scalars(
        select(ConsentEventRow).where(ConsentEventRow.consent_id == consent_id).order_by(ConsentEventRow.ledger_seq)
    )
    return tuple(
        EventView(
            ledger_seq=row.ledger_seq,
            kind=row.kind,
            state=row.state,
            time=row.time,
            by=_by(row) if staff_named or row.actor_role == "voice-owner" else "the studio",
            sentence=event_sentence(row.kind, row.detail),
        )
        for row in rows
    )


def clip_views(session: Session, consent_id: str) -> tuple[ClipView, ...]:
    """Recordings and papers, oldest first; voiceprints and latents are never shown."""
    shown = VoiceAssetRow.kind.in_(("reference", "statement", "document"))
    rows = session.scalars(
        select(VoiceAssetRow)
        .where(VoiceAssetRow.consent_id == consent_id, shown)
        .order_by(VoiceAssetRow.created_at, VoiceAssetRow.id)
    )
    return tuple(map(clip_view, rows))


def clip_view(asset: VoiceAssetRow) -> ClipView:
    """A file of the vault."""
    report: dict[str, Any] = asset.report or {}
    return ClipView(
        id=asset.id,
        kind=asset.kind,
        label=asset.label,
        sha256=asset.sha256_plain,
        duration_s=asset.duration_s,
        speech_s=float(report.get("speech_s", 0.0)),
        checks=_checks(report),
        created_at=asset.created_at,
        destroyed=asset.destroyed_at is not None,
        delivery=asset.delivery,
        transcript=asset.transcript,
    )


def statement_views(session: Session, consent_id: str) -> tuple[StatementView, ...]:
    """Statements handed in, newest first."""
    rows = session.execute(
        select(StatementRow, ChallengeRow.attempts)
        .join(ChallengeRow, ChallengeRow.id == StatementRow.challenge_id)
        .where(StatementRow.consent_id == consent_id)
        .order_by(StatementRow.created_at.desc(), StatementRow.id)
    )
    return tuple(statement_view(row, attempts) for row, attempts in rows)


def statement_view(row: StatementRow, attempts: int) -> StatementView:
    """A statement, with how many attempts its challenge had."""
    report: dict[str, Any] = row.report or {}
    return StatementView(
        id=row.id,
        outcome=Outcome(row.outcome),
        transcript=str(report.get("transcript", "")),
        checks=_checks(report),
        clip_id=row.asset_id,
        attempts_left=max(0, CHALLENGE_ATTEMPTS - attempts),
        created_at=row.created_at,
    )


def approval_views(session: Session, consent_id: str) -> tuple[ApprovalView, ...]:
    """What the owner was asked about, newest first."""
    rows = session.execute(
        select(ApprovalRow, ProjectRow.title)
        .outerjoin(ProjectRow, ProjectRow.id == ApprovalRow.project_id)
        .where(ApprovalRow.consent_id == consent_id)
        .order_by(ApprovalRow.requested_at.desc(), ApprovalRow.id)
    )
    return tuple(approval_view(row, title or "") for row, title in rows)


def approval_view(row: ApprovalRow, title: str) -> ApprovalView:
    """What the owner is asked about; the title of a deleted project is empty."""
    return ApprovalView(
        id=row.id,
        project_id=row.project_id,
        project_title=title,
        kind=row.kind,
        decision=row.decision,
        requested_at=row.requested_at,
        decided_at=row.decided_at,
    )


def work_views(session: Session, consent_id: str) -> tuple[WorkView, ...]:
    """Finished works, oldest first."""
    delivered = VoiceUseRow.consent_id == consent_id, VoiceUseRow.kind == "delivery"
    rows = session.scalars(select(VoiceUseRow).where(*delivered).order_by(VoiceUseRow.at, VoiceUseRow.id))
    return tuple(
        WorkView(
            title=row.title,
            project_id=row.project_id,
            use=row.use,
            path=row.path,
            sha256=row.sha256,
            seconds=row.seconds,
            at=row.at,
            exists=Path(row.path).is_file(),
        )
        for row in rows
    )


def _warnings(session: Session, row: ConsentRow, record: ConsentRecord, now: datetime) -> tuple[str, ...]:
    if ConsentState(row.state) in ENDS:
        return ()
    try:
        about_terms = check_record(record, today=today_in(now, record.terms.time_zone))
    except InputError as error:  # a term that ran out since
        about_terms = (error.message,)
    return (*look_alikes(session, row.voice_id, record), *about_terms)


def review_views(session: Session, consent_id: str) -> tuple[ReviewView, ...]:
    """What named people attested, oldest first."""
    rows = session.scalars(
        select(ReviewRow).where(ReviewRow.consent_id == consent_id).order_by(ReviewRow.created_at, ReviewRow.id)
    )
    return tuple(ReviewView(row.reviewer or "", row.decision, row.note or "", row.created_at) for row in rows)


def _checks(report: dict[str, Any]) -> tuple[CheckResult, ...]:
    return tuple(CheckResult.from_json(check) for check in report.get("checks", ()))


def _by(row: ConsentEventRow) -> str:
    return str((row.detail or {}).get("by", ""))

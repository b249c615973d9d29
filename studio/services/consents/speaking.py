"""The spoken statement: a fresh challenge, three attempts, and what becomes of the recording."""

import secrets
from datetime import datetime, timedelta
from pathlib import Path

from sqlalchemy import func, select, update
from sqlalchemy.orm import Session

from studio.consent.actors import Actor
from studio.consent.challenge import HashedChallenge, hash_challenge, issue_challenge
from studio.consent.clock import time_text
from studio.consent.evidence import ClipReport, Outcome, StatementExpectation
from studio.consent.record import ConsentRecord
from studio.consent.states import ConsentState
from studio.consent.texts import language_pack
from studio.core.errors import ConflictError, RefusedError, StudioError
from studio.core.ids import new_id
from studio.hearing.reference import ReferenceTask
from studio.hearing.statement import StatementTask
from studio.services.consents.evidence import Examiner, Sealing, known_clips, refuse_known, report_json, sealing
from studio.services.consents.journal import find_consent, record_of, write_event
from studio.services.consents.standing import find_standing, references_of
from studio.services.consents.summaries import CHALLENGE_ATTEMPTS, statement_view
from studio.services.consents.views import ChallengeView, StatementView
from studio.services.context import Context
from studio.store.consent_tables import ChallengeRow, ConsentRow, StatementRow

CHALLENGE_LIFE = timedelta(minutes=15)
CHALLENGES_AN_HOUR = 10
_SALT_BYTES = 32
_AGAIN = "Ask for new code words, and read those."


def issue(context: Context, actor: Actor, reference: str) -> ChallengeView:
    """Draw code words and a number; the ones before are good no more.

    Raises:
        ConflictError: it is not time for the statement yet, or not any more.
        RefusedError: there were ten within the last hour.
    """
    with context.database.write() as session:
        row = find_consent(session, reference)
        record = _check_may_speak(session, row)
        now = context.clock.now(session)
        recent = ChallengeRow.consent_id == row.id, ChallengeRow.issued_at > time_text(now - timedelta(hours=1))
        if (session.scalar(select(func.count()).where(*recent)) or 0) >= CHALLENGES_AN_HOUR:
            raise RefusedError("there were too many code words within an hour", hint="Try again in an hour.")
        session.execute(
            update(ChallengeRow)
            .where(ChallengeRow.consent_id == row.id, ChallengeRow.used_at.is_(None))
            .values(used_at=time_text(now))
        )
        pack = language_pack(record.language)
        drawn = issue_challenge(pack.words)
        challenge = ChallengeRow(
            id=new_id(),
            consent_id=row.id,
            hashed=hash_challenge(drawn, secrets.token_bytes(_SALT_BYTES)).to_json(),
            language=record.language,
            notice_sha256=record.notice.sha256,
            issued_at=time_text(now),
            expires_at=time_text(now + CHALLENGE_LIFE),
            attempts=0,
            used_at=None,
        )
        session.add(challenge)
        write_event(context, session, row, "challenge-issued", actor=actor, facts={"challenge": challenge.id})
        return ChallengeView(
            id=challenge.id,
            words=drawn.words,
            digits=drawn.digits,
            text=pack.spoken(record, drawn.words, drawn.digits),
            expires_at=challenge.expires_at,
            attempts_left=CHALLENGE_ATTEMPTS,
        )


def take_statement(
    context: Context, examiner: Examiner, actor: Actor, reference: str, challenge_id: str, path: Path
) -> StatementView:
    """Examine a spoken statement: refused, it uses an attempt; else it gives the consent, for review.

    The attempt is counted before anything is listened to, so that two recordings at once are two attempts. An empty
    `challenge_id` is the newest challenge.

    Raises:
        RefusedError: the challenge is used up, too old, or another one's.
        ConflictError: it is not time for the statement, or the consent changed meanwhile.
        StudioError: the recording could not be examined; that uses no attempt.
    """
    with context.database.write() as session:
        row = find_consent(session, reference)
        record = _check_may_speak(session, row)
        challenge_id = challenge_id or _newest_challenge(session, row)
        challenge = _good_challenge(session, row, record, challenge_id, context.clock.now(session))
        if challenge.attempts >= CHALLENGE_ATTEMPTS:
            raise RefusedError("these code words were tried three times", hint=_AGAIN)
        challenge.attempts += 1
    try:
        report = examiner.statement(_task(context, examiner, row, record, challenge, path))
    except StudioError:
        with context.database.write() as session:
            session.get_one(ChallengeRow, challenge.id).attempts -= 1
        raise
    with sealing(context) as (session, sealed):
        row = find_consent(session, row.id)
        challenge = session.get_one(ChallengeRow, challenge.id)
        if report.outcome is Outcome.REFUSE:
            statement = _refused(context, session, row, actor, challenge, report)
        else:
            record = _check_may_speak(session, row)
            _good_challenge(session, row, record, challenge_id, datetime.fromisoformat(challenge.issued_at))
            refuse_known(session, report.sha256)
            statement = _given(context, session, sealed, row, actor, challenge, report, path)
        return statement_view(statement, challenge.attempts)


def _check_may_speak(session: Session, row: ConsentRow) -> ConsentRecord:
    """See that it is time for the statement; returns the record.

    Raises:
        ConflictError: it is not.
    """
    record = record_of(row)
    if row.state != ConsentState.REQUESTED:
        raise ConflictError(f"this consent is {row.state}: no statement is awaited", hint="Ask the studio.")
    if record.route != "spoken":
        raise ConflictError("this consent is given on paper, without a spoken statement")
    if not record.signature_name:
        raise ConflictError("the notice is not answered yet", hint="Read it, tick, and type your name.")
    if needed := find_standing(session, row, record).clips_needed:
        raise ConflictError(f"{needed} more reference recordings are needed first", hint="Record them, then go on.")
    return record


def _newest_challenge(session: Session, row: ConsentRow) -> str:
    """Id of the challenge that was issued last.

    Raises:
        ConflictError: none was.
    """
    issued = select(ChallengeRow.id).where(ChallengeRow.consent_id == row.id)
    found = session.scalar(issued.order_by(ChallengeRow.issued_at.desc()).limit(1))
    if found is None:
        raise ConflictError("no code words were given out yet", hint=_AGAIN)
    return found


def _good_challenge(
    session: Session, row: ConsentRow, record: ConsentRecord, challenge_id: str, now: datetime
) -> ChallengeRow:
    """The challenge, if it is this consent's own, present one.

    Raises:
        RefusedError: it is not.
    """
    challenge = session.get(ChallengeRow, challenge_id, with_for_update=True)
    if challenge is None or challenge.consent_id != row.id:
        raise RefusedError("these code words were given out for another record", hint=_AGAIN)
    if challenge.used_at is not None:
        raise RefusedError("these code words are used up, or newer ones were given out", hint=_AGAIN)
    if now >= datetime.fromisoformat(challenge.expires_at):
        raise RefusedError("these code words are older than 15 minutes", hint=_AGAIN)
    if (challenge.notice_sha256, challenge.language) != (record.notice.sha256, record.language):
        raise RefusedError("the notice changed since these code words were given out", hint=_AGAIN)
    return challenge


def _task(
    context: Context, examiner: Examiner, row: ConsentRow, record: ConsentRecord, challenge: ChallengeRow, path: Path
) -> StatementTask:
    pack = language_pack(record.language)
    with context.database.read() as session:
        known = known_clips(session)
    return StatementTask(
        path=path,
        expectation=StatementExpectation(
            language=record.language,
            fixed_text=pack.statement(record),
            name=record.subject.legal_name,
            digit_words=tuple(pack.digit_words),
        ),
        challenge=HashedChallenge.from_json(challenge.hashed),
        references=voiceprints(context, examiner, row) if record.purposes.voice_comparison else (),
        known=known,
        weights=context.settings.weights,
    )


def voiceprints(context: Context, examiner: Examiner, row: ConsentRow) -> tuple[bytes, ...]:
    """Voiceprints of the reference clips; those of clips from before the comparison was agreed to are made now."""
    with context.database.read() as session:
        clips = [(clip.consent_id, clip.id) for clip in references_of(session, row)]
        stored = {asset.label: asset.id for asset in references_of(session, row, "voiceprint")}
    found = (
        context.vault.open(consent_id, stored[clip_id], "voiceprint")
        if clip_id in stored
        else _late_voiceprint(context, examiner, consent_id, clip_id)
        for consent_id, clip_id in clips
    )
    return tuple(each for each in found if each)


def _late_voiceprint(context: Context, examiner: Examiner, consent_id: str, clip_id: str) -> bytes:
    context.settings.temporary.mkdir(mode=0o700, exist_ok=True)
    plain = context.settings.temporary / f"clip-{new_id()}"
    try:
        plain.touch(mode=0o600)
        plain.write_bytes(context.vault.open(consent_id, clip_id, "reference"))
        return examiner.reference(ReferenceTask(plain, (), biometric=True))[1]
    finally:
        plain.unlink(missing_ok=True)


def _refused(
    context: Context, session: Session, row: ConsentRow, actor: Actor, challenge: ChallengeRow, report: ClipReport
) -> StatementRow:
    """Note a refused attempt. Neither its sound nor what was said in it is kept: the code words may still be good."""
    kept = {**report_json(report), "transcript": "", "words": [], "fingerprint": ""}
    failed = [check.name for check in report.checks if check.outcome is Outcome.REFUSE]
    statement = _statement(context, session, row, challenge, report, asset_id=None, kept=kept)
    write_event(
        context,
        session,
        row,
        "statement-refused",
        actor=actor,
        detail={"checks": failed},
        facts={"challenge": challenge.id, "attempt": challenge.attempts},
    )
    return statement


def _given(
    context: Context,
    session: Session,
    sealed: Sealing,
    row: ConsentRow,
    actor: Actor,
    challenge: ChallengeRow,
    report: ClipReport,
    path: Path,
) -> StatementRow:
    asset = sealed.seal(session, row, "statement", path, label="Spoken statement", report=report)
    challenge.used_at = time_text(context.clock.now(session))
    statement = _statement(context, session, row, challenge, report, asset_id=asset.id, kept=report_json(report))
    write_event(
        context,
        session,
        row,
        "given",
        actor=actor,
        state=ConsentState.GIVEN,
        detail={"sha256": asset.sha256_plain},
        facts={"route": "spoken", "asset": asset.id, "outcome": report.outcome.value},
    )
    return statement


def _statement(
    context: Context,
    session: Session,
    row: ConsentRow,
    challenge: ChallengeRow,
    report: ClipReport,
    *,
    asset_id: str | None,
    kept: dict[str, object],
) -> StatementRow:
    statement = StatementRow(
        id=new_id(),
        consent_id=row.id,
        challenge_id=challenge.id,
        asset_id=asset_id,
        outcome=report.outcome.value,
        report=kept,
        created_at=context.clock.now(session).isoformat(),
    )
    session.add(statement)
    session.flush()
    return statement

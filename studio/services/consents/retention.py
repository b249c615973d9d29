"""What time demands: expiry is written down, voice data past its retention destroyed, works that may not stay are gone.

The rule is that of the notice: voice data goes 30 days after the term, at the latest three years after the last
interaction with the person (BIPA, 740 ILCS 14/15(a)); what was measured of a voice to compare recordings, 30 days after
the review.
"""

import logging
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from sqlalchemy import func, select

from studio.consent.actors import STUDIO_ITSELF
from studio.consent.clock import time_text
from studio.consent.states import ENDS, ConsentState
from studio.core.errors import StudioError
from studio.services.consents.evidence import destroy, remove_files
from studio.services.consents.journal import write_event
from studio.services.consents.purge import held, mark_for_purge, pending_purges, resume_purges
from studio.services.consents.works import take_down, take_down_due
from studio.services.context import Context
from studio.store.consent_tables import ConsentEventRow, ConsentRow, PurgeRow, VoiceAssetRow, VoiceUseRow

_log = logging.getLogger(__name__)
VOICEPRINT_LIFE = timedelta(days=30)
_TERM_ENDS_THEM = (ConsentState.GIVEN, ConsentState.VERIFIED, ConsentState.SUSPENDED)


@dataclass(frozen=True, slots=True)
class RetentionAct:
    """Something that was done because its time had come, or would be.

    Attributes:
        consent_id: for which consent.
        act: "expire", "destroy", "voiceprint", "take-down" or "purge".
        sentence: what, in plain words.
    """

    consent_id: str
    act: str
    sentence: str


def keep_retention(context: Context, *, dry_run: bool = False) -> tuple[RetentionAct, ...]:
    """Do everything whose time has come; what fails is logged, left out, and tried again next time."""
    acts: list[RetentionAct] = []
    for step in (_expire, _end_retention, _destroy_voiceprints, _take_works_down):
        for act, do in step(context):
            try:
                if not dry_run:
                    do()
                acts.append(act)
            except (StudioError, OSError) as error:
                _log.warning("retention: %s of consent %s failed: %s", act.act, act.consent_id, type(error).__name__)
    pending = pending_purges(context)
    acts += [RetentionAct(each, "purge", "Destroys what holds the voice.") for each in pending]
    if pending and not dry_run:
        resume_purges(context)
    return tuple(acts)


_Due = Iterator[tuple[RetentionAct, Callable[[], None]]]


def _expire(context: Context) -> _Due:
    """Write down that terms are over. The gate knew all the time."""
    with context.database.read() as session:
        over = ConsentRow.not_after <= context.clock.now(session).isoformat()
        states = ConsentRow.state.in_([state.value for state in _TERM_ENDS_THEM])
        due = session.scalars(select(ConsentRow.id).where(states, over)).all()
    for consent_id in due:
        act = RetentionAct(consent_id, "expire", "The term is over: the consent has expired.")
        yield act, _ending(context, consent_id, ConsentState.EXPIRED, purged=False)


def _end_retention(context: Context) -> _Due:
    """Destroy what was kept for a renewal that did not come, or what nobody used for three years."""
    with context.database.read() as session:
        over = ConsentRow.retention_until <= context.clock.now(session).isoformat()
        marked = select(PurgeRow.consent_id)
        rows = session.scalars(select(ConsentRow).where(over, ConsentRow.id.not_in(marked))).all()
        due = [
            (row.id, ConsentState(row.state))
            for row in rows
            if ConsentState(row.state) not in ENDS or context.vault.has_key(row.id) or held(session, row.id)
        ]
    for consent_id, state in due:
        never_given = state in {ConsentState.DRAFT, ConsentState.REQUESTED}
        end = state if state in ENDS else ConsentState.REFUSED if never_given else ConsentState.EXPIRED
        act = RetentionAct(consent_id, "destroy", "The time it may be kept is over: the voice data is destroyed.")
        yield act, _ending(context, consent_id, end, purged=True)


def _ending(context: Context, consent_id: str, state: ConsentState, *, purged: bool) -> Callable[[], None]:
    def do() -> None:
        with context.database.write() as session:
            row = session.get_one(ConsentRow, consent_id)
            if ConsentState(row.state) not in ENDS:
                write_event(context, session, row, state.value, actor=STUDIO_ITSELF, state=state)
            if purged:
                mark_for_purge(context, session, row)

    return do


def _destroy_voiceprints(context: Context) -> _Due:
    """Destroy voiceprints 30 days after the review; the scores and hashes they led to stay in the reports."""
    with context.database.read() as session:
        latest = time_text(context.clock.now(session) - VOICEPRINT_LIFE)
        reviewed = (
            select(ConsentEventRow.consent_id)
            .where(ConsentEventRow.kind == "verified")
            .group_by(ConsentEventRow.consent_id)
            .having(func.max(ConsentEventRow.time) <= latest)
        )
        prints = VoiceAssetRow.kind == "voiceprint", VoiceAssetRow.consent_id.in_(reviewed)
        due = session.scalars(
            select(VoiceAssetRow.consent_id).where(*prints, VoiceAssetRow.destroyed_at.is_(None)).distinct()
        ).all()
    for consent_id in due:
        act = RetentionAct(consent_id, "voiceprint", "The voiceprints of the comparison are destroyed.")
        yield act, partial(_destroy_prints, context, consent_id)


def _destroy_prints(context: Context, consent_id: str) -> None:
    with context.database.write() as session:
        prints = VoiceAssetRow.consent_id == consent_id, VoiceAssetRow.kind == "voiceprint"
        assets = list(session.scalars(select(VoiceAssetRow).where(*prints)))
        left = [asset for asset in assets if asset.destroyed_at is None]
        destroy(context, session, left)
        row = session.get_one(ConsentRow, consent_id)
        facts = {"voiceprints": len(left)}
        write_event(context, session, row, "voiceprints-destroyed", actor=STUDIO_ITSELF, facts=facts)
        gone = [(asset.consent_id, asset.id) for asset in assets]
    remove_files(context, gone)


def _take_works_down(context: Context) -> _Due:
    """Delete delivered files whose day has come; name those that are not the studio's to delete."""
    with context.database.read() as session:
        now = context.clock.now(session)
        due = [
            row.id
            for row in session.scalars(
                select(ConsentRow).where(
                    ConsentRow.state.in_([state.value for state in ENDS]),
                    ConsentRow.id.in_(select(VoiceUseRow.consent_id).where(VoiceUseRow.kind == "delivery")),
                )
            )
            if _is_due(take_down_due(session, row), now)
        ]
    for consent_id in due:
        for work in take_down(context, consent_id, dry_run=True):
            if work.fate == "removed":
                act = RetentionAct(consent_id, "take-down", f"Deletes the delivered file {work.path}.")
                yield act, partial(_take_down, context, consent_id)
            elif work.fate != "gone":
                why = "somebody changed it" if work.fate == "changed" else "it lies outside the exports"
                act = RetentionAct(consent_id, "take-down", f"{work.path} has to be taken down by hand: {why}.")
                yield act, lambda: None


def _is_due(due: datetime | None, now: datetime) -> bool:
    return due is not None and due <= now


def _take_down(context: Context, consent_id: str) -> None:
    removed = sum(work.fate == "removed" for work in take_down(context, consent_id))
    if removed:
        with context.database.write() as session:
            row = session.get_one(ConsentRow, consent_id)
            write_event(context, session, row, "taken-down", actor=STUDIO_ITSELF, facts={"works": removed})

"""Use cases of ends: withdraw, revoke, invalidate; what goes, what stays, and the papers about it."""

import logging
import time
from collections import Counter
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studio.consent.actors import Act, Actor, Role
from studio.consent.record import ConsentRecord
from studio.consent.states import ENDS, ConsentState, check_transition
from studio.core.errors import ConflictError, InputError, RefusedError, StudioError
from studio.services.consents.account import StatementOfAccount, account_of
from studio.services.consents.erasing import erase_record
from studio.services.consents.journal import find_consent, write_event
from studio.services.consents.purge import active_jobs, held, make_unusable, mark_for_purge, purge, resume_purges
from studio.services.consents.restoring import accept_restore, end_restored
from studio.services.consents.retention import RetentionAct, keep_retention
from studio.services.consents.summaries import work_views
from studio.services.consents.traces import notes_of
from studio.services.consents.views import EndingView, PurgePreview, WorkView
from studio.services.consents.works import notices, works_fate
from studio.services.context import Context
from studio.services.jobs import end_job
from studio.store.consent_tables import ConsentRow, PurgeRow, VoiceAssetRow, VoiceRow, VoiceUseRow
from studio.store.tables import MasterRow, TakeRow

_log = logging.getLogger(__name__)
_STOPPING_S = 10.0  # how long an end waits for running jobs to stop, so that the certificate can be handed over at once
_POLL_S = 0.25
_UNGIVEN = frozenset({ConsentState.DRAFT, ConsentState.REQUESTED})
_ENDED_HOW = {
    ConsentState.WITHDRAWN: "withdrawn",
    ConsentState.REVOKED: "revoked",
    ConsentState.INVALIDATED: "declared invalid",
    ConsentState.REFUSED: "refused",
}
_KINDS = {
    "reference": "reference recordings",
    "statement": "spoken statements",
    "voiceprint": "voiceprints",
    "document": "signed papers",
    "latents": "files of the voice model",
}
_KEPT = (
    "the record of what was agreed, with its events",
    "the hashes of what was destroyed, and the results of the checks",
    "the ledger, which holds nothing personal",
    "the certificate of destruction",
)


class EndingService:
    """The ends of consents. An end is final, stops everything at once, and destroys what holds the voice."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def preview(self, actor: Actor, consent_id: str) -> PurgePreview:
        """What an end would destroy, and what would stay; nothing is changed.

        Raises:
            RefusedError: the actor may not.
            NotFoundError: there is no such consent.
        """
        actor.check(Act.WITHDRAW, consent_id)
        with self._context.database.read() as session:
            row = find_consent(session, consent_id)
            voice = session.get_one(VoiceRow, row.voice_id)
            return PurgePreview(
                consent_id=row.id,
                person=ConsentRecord.from_json(row.record).subject.legal_name if row.record else voice.name,
                destroys=self._counts(session, row),
                stops_jobs=len(session.scalars(active_jobs(row.voice_id)).all()),
                works=_works(session, row.voice_id),
                works_fate=works_fate(session, row, ends_now=self._context.clock.now(session)),
                keeps=_KEPT,
            )

    def withdraw(self, actor: Actor, consent_id: str) -> EndingView:
        """End a consent on the word of the person whose voice it is. No reason is asked; a second time changes nothing.

        It ends every record of that voice that has not ended, a renewal under way too.

        Raises:
            RefusedError: the actor may not.
            NotFoundError: there is no such consent.
            StorageError: it cannot be written.
        """
        actor.check(Act.WITHDRAW, consent_id)
        return self._end(actor, consent_id, ConsentState.WITHDRAWN, "")

    def revoke(self, actor: Actor, consent_id: str, reason: str) -> EndingView:
        """End a consent on the word of somebody else: the studio, an agent, the estate.

        Raises:
            InputError: no reason is given.
            RefusedError: the actor may not.
            ConflictError: the consent was never given, or ended in another way.
            StorageError: it cannot be written.
        """
        return self._end_for_a_reason(actor, consent_id, ConsentState.REVOKED, reason)

    def invalidate(self, actor: Actor, consent_id: str, reason: str) -> EndingView:
        """Declare that a consent never held: a court said so, or it was had by fraud. Finished works go at once.

        Raises:
            InputError: no reason is given.
            RefusedError: the actor may not.
            ConflictError: the consent was never given, or ended in another way.
            StorageError: it cannot be written.
        """
        return self._end_for_a_reason(actor, consent_id, ConsentState.INVALIDATED, reason)

    def certificate(self, actor: Actor, consent_id: str) -> dict[str, Any] | None:
        """The signed certificate of destruction; None while something is left.

        Raises:
            RefusedError: the actor may not.
            NotFoundError: there is no such consent.
        """
        _check_may_see(actor, consent_id)
        with self._context.database.read() as session:
            purged = session.get(PurgeRow, find_consent(session, consent_id).id)
            return purged.certificate if purged else None

    def account(self, actor: Actor, consent_id: str) -> StatementOfAccount:
        """What was made with the voice, and what is owed for it.

        Raises:
            RefusedError: the actor may not.
            NotFoundError: there is no such consent.
            ConflictError: the record was erased.
        """
        _check_may_see(actor, consent_id)
        with self._context.database.read() as session:
            return account_of(session, find_consent(session, consent_id))

    def ending(self, actor: Actor, consent_id: str) -> EndingView:
        """An ended consent: its works, the texts for recipients, and the certificate.

        Raises:
            RefusedError: the actor may not.
            NotFoundError: there is no such consent.
            ConflictError: it has not ended.
        """
        _check_may_see(actor, consent_id)
        with self._context.database.read() as session:
            row = find_consent(session, consent_id)
            if ConsentState(row.state) not in ENDS:
                raise ConflictError(f"this consent is {row.state} and has not ended")
            return _view(session, row, already=True)

    def erase(self, actor: Actor, consent_id: str) -> None:
        """Erase the personal data of a record whose voice data is destroyed (GDPR 17). The ledger still verifies.

        Raises:
            RefusedError: the actor may not.
            NotFoundError: there is no such consent.
            ConflictError: its voice data is not destroyed yet.
        """
        actor.check(Act.ADMINISTER)
        erase_record(self._context, actor, consent_id)

    def resume_purges(self) -> int:
        """End again what a restored backup brought back, and go on with purges that were cut off."""
        return end_restored(self._context) + resume_purges(self._context)

    def retention(self, actor: Actor, *, dry_run: bool = False) -> tuple[RetentionAct, ...]:
        """Do what time demands: write down expiry, destroy what is past its retention, take works down.

        Raises:
            RefusedError: the actor may not.
        """
        actor.check(Act.ADMINISTER)
        return keep_retention(self._context, dry_run=dry_run)

    def accept_restore(self, actor: Actor, reason: str) -> int:
        """Go on with a ledger that was restored from a backup; returns how many consents wait for a reviewer now.

        Raises:
            InputError: no reason is given.
            RefusedError: the actor may not, or nothing was lost.
        """
        actor.check(Act.ADMINISTER)
        return accept_restore(self._context, actor, reason)

    def _end_for_a_reason(self, actor: Actor, consent_id: str, state: ConsentState, reason: str) -> EndingView:
        actor.check(Act.END)
        if not reason.strip():
            raise InputError("say why, in a few words")
        return self._end(actor, consent_id, state, reason.strip())

    def _end(self, actor: Actor, consent_id: str, state: ConsentState, reason: str) -> EndingView:
        context = self._context
        with context.database.write() as session:
            row = find_consent(session, consent_id)
            records = session.scalars(select(ConsentRow).where(ConsentRow.voice_id == row.voice_id)).all()
            ended = [each for each in records if ConsentState(each.state) not in ENDS]
            if state is not ConsentState.WITHDRAWN and row.state != state:
                check_transition(ConsentState(row.state), state)
            elif state is not ConsentState.WITHDRAWN:
                ended = []
            for each in ended:
                how = state if state is ConsentState.WITHDRAWN or each.state not in _UNGIVEN else ConsentState.REFUSED
                detail = {"reason": reason} if reason else None
                write_event(context, session, each, how.value, actor=actor, state=how, detail=detail)
            purged = [each for each in records if each in ended or _holds_voice(context, session, each)]
            for each in purged:
                mark_for_purge(context, session, each)
            if ended:
                _stop_jobs(session, row.voice_id, state)
            ids = [each.id for each in purged]
        for each_id in ids:
            make_unusable(context, each_id)
        self._purge(ids)
        with context.database.read() as session:
            return _view(session, find_consent(session, consent_id), already=not ids)

    def _purge(self, left: list[str]) -> None:
        """Destroy what is left as soon as the jobs have stopped. What takes long or fails is left to the dispatcher."""
        deadline = time.monotonic() + _STOPPING_S
        try:
            while left := [consent_id for consent_id in left if not purge(self._context, consent_id)]:
                if time.monotonic() > deadline:
                    return
                time.sleep(_POLL_S)
        except (StudioError, OSError) as error:  # the consent has ended, its key is gone: whoever ended it is told that
            _log.warning("a purge could not be finished: %s", type(error).__name__)

    def _counts(self, session: Session, row: ConsentRow) -> tuple[tuple[str, int], ...]:
        """What would be destroyed, in plain words; what there is none of is left out."""
        voice = row.voice_id
        records = select(ConsentRow.id).where(ConsentRow.voice_id == voice)
        alive = VoiceAssetRow.consent_id.in_(records), VoiceAssetRow.destroyed_at.is_(None)
        assets = Counter(session.scalars(select(VoiceAssetRow.kind).where(*alive)))
        masters = select(VoiceUseRow.item).where(VoiceUseRow.voice_id == voice, VoiceUseRow.kind == "master")
        takes = session.scalar(select(func.count()).where(TakeRow.voice_id == voice)) or 0
        counts = (
            *((_KINDS[kind], assets[kind]) for kind in _KINDS),
            ("rendered lines and auditions", takes + len(list(notes_of(self._context.settings.home, voice)))),
            (
                "mastered chapters with the voice",
                session.scalar(select(func.count()).select_from(MasterRow).where(MasterRow.key.in_(masters))) or 0,
            ),
            ("encryption keys", sum(self._context.vault.has_key(each) for each in session.scalars(records))),
        )
        return tuple((what, count) for what, count in counts if count)


def _check_may_see(actor: Actor, consent_id: str) -> None:
    if actor.role is Role.VOICE_OWNER:
        actor.check(Act.GIVE, consent_id)
    else:
        actor.check(Act.READ)


def _holds_voice(context: Context, session: Session, row: ConsentRow) -> bool:
    """Whether there is something left of a record that holds the voice."""
    purged = session.get(PurgeRow, row.id)
    return (purged is not None and purged.state == "pending") or context.vault.has_key(row.id) or held(session, row.id)


def _stop_jobs(session: Session, voice_id: str, state: ConsentState) -> None:
    """Stop what is queued or runs in projects that cast the voice, and say why."""
    cause = f"The consent of {session.get_one(VoiceRow, voice_id).name} was {_ENDED_HOW[state]}."
    for job in session.scalars(active_jobs(voice_id)):
        job.cancel_requested, job.error_code, job.error = True, RefusedError.code, cause
        if job.state == "queued":
            end_job(job, "cancelled", code=RefusedError.code, error=cause)


def _works(session: Session, voice_id: str) -> tuple[WorkView, ...]:
    records = session.scalars(
        select(ConsentRow.id).where(ConsentRow.voice_id == voice_id).order_by(ConsentRow.created_at)
    )
    return tuple(work for consent_id in records for work in work_views(session, consent_id))


def _view(session: Session, row: ConsentRow, *, already: bool) -> EndingView:
    purged = session.get(PurgeRow, row.id)
    return EndingView(
        consent_id=row.id,
        state=ConsentState(row.state),
        ended_at=row.ended_at or "",
        already=already,
        certificate=purged.certificate if purged else None,
        works=_works(session, row.voice_id),
        notices=notices(session, row),
    )

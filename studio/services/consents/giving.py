"""Use cases of the person whose voice it is: read the notice, answer, record, decide; in person at the studio too."""

from collections.abc import Mapping
from dataclasses import fields, replace
from pathlib import Path
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.consent import texts
from studio.consent.actors import Act, Actor, Role
from studio.consent.names import normal_name, skeleton
from studio.consent.record import ConsentRecord, NoticeShown, Purposes
from studio.consent.states import ENDS, ConsentState
from studio.consent.texts import LanguagePack, language_pack, languages
from studio.core.errors import ConflictError, InputError, RefusedError
from studio.services.consents import approvals
from studio.services.consents.adding import addable_deliveries, hand_in, takes_more
from studio.services.consents.evidence import (
    Examiner,
    Reading,
    Sealing,
    destroy,
    remove_files,
    sealing,
    worker_examiner,
)
from studio.services.consents.journal import find_consent, record_of, write_event
from studio.services.consents.refusing import clear_refused, end_refused
from studio.services.consents.renewal import clear_renewed, give_on_paper, narrows, put_in_force_narrowed
from studio.services.consents.speaking import issue, take_statement
from studio.services.consents.standing import assets_of, find_standing, references_of, signer_of, token_hash
from studio.services.consents.summaries import (
    approval_views,
    clip_view,
    event_views,
    shown_state,
    statement_views,
    work_views,
)
from studio.services.consents.views import ApprovalView, ChallengeView, ClipView, GivingView, StatementView
from studio.services.context import Context
from studio.store.consent_tables import ConsentRow

_PURPOSES = tuple(field.name for field in fields(Purposes))
_NEEDED = ("create_replica", "render_works")


class GivingService:
    """What the voice owner does, each with their own link, or in person at the studio.

    Args:
        context: wired parts.
        examiner: listens to recordings; worker processes if not given.
    """

    def __init__(self, context: Context, examiner: Examiner | None = None) -> None:
        self._context = context
        self._examiner = examiner or worker_examiner(context)

    def open(self, token: str) -> Actor:
        """Who a link belongs to.

        Raises:
            RefusedError: the link is unknown, or a newer one was sent.
        """
        with self._context.database.read() as session:
            row = session.scalars(select(ConsentRow).where(ConsentRow.owner_token_hash == token_hash(token))).first()
            if row is None:
                raise RefusedError("this link is not valid any more", hint="Ask the studio for a new one.")
            name = signer_of(record_of(row)) if row.record is not None else "the voice owner"
            return Actor(name, Role.VOICE_OWNER, row.id)

    def page(self, actor: Actor, consent_id: str, language: str | None = None) -> GivingView:
        """What the voice owner's page shows. While they have not answered, the notice counts as shown by this.

        Args:
            actor: who looks.
            consent_id: the record.
            language: to show it in; as before if not given.

        Raises:
            InputError: there is no notice in that language.
        """
        actor.check(Act.GIVE, consent_id)
        with self._context.database.read() as session:
            row = find_consent(session, consent_id)
            if not self._must_note_notice(row, language):
                return self._view(session, row, language)
        with self._context.database.write() as session:
            row = find_consent(session, consent_id)
            if self._must_note_notice(row, language):
                self._note_notice(session, row, actor, language)
            return self._view(session, row, language)

    def answer(
        self,
        actor: Actor,
        consent_id: str,
        *,
        purposes: Mapping[str, bool],
        signature_name: str,
        language: str,
        notice_sha256: str,
    ) -> GivingView:
        """Take the answer to the notice: a tick per purpose, and the typed name as written release.

        Raises:
            InputError: a needed purpose is not ticked, or the name is not that of who signs.
            ConflictError: the notice was not shown, or is not the present one; or it is too late to answer.
        """
        actor.check(Act.GIVE, consent_id)
        with sealing(self._context) as (session, sealed):
            row = find_consent(session, consent_id)
            record = _answerable(row)
            shown = _notice_hash(record, language)
            if notice_sha256 != shown or record.notice.sha256 != shown:
                raise ConflictError("the notice is not the one that was shown", hint="Read it again, then answer.")
            answered = replace(
                record,
                language=language,
                purposes=_purposes(purposes),
                signature_name=_signature(signature_name, record),
            )
            gone = self._without_comparison(session, row, answered)
            renewed = self._take_answer(session, sealed, row, answered, actor)
        remove_files(self._context, gone)
        clear_renewed(self._context, renewed)
        give_on_paper(self._context, actor, row.id)
        return self.page(actor, consent_id, language)

    def confirm_narrowing(self, actor: Actor, consent_id: str) -> GivingView:
        """Confirm a renewal that only narrows the terms: purposes and signature stay as they were given.

        Raises:
            ConflictError: it goes further than the consent that is in force, which takes a new statement; or the notice
                was not shown.
        """
        actor.check(Act.GIVE, consent_id)
        with sealing(self._context) as (session, sealed):
            row = find_consent(session, consent_id)
            record = _answerable(row)
            old = narrows(session, row, record)
            if old is None:
                raise ConflictError(
                    "these terms go further than those in force", hint="Read the notice, sign, and record a statement."
                )
            if record.notice.sha256 != _notice_hash(record, record.notice.language or record.language):
                raise ConflictError("the notice was not shown yet", hint="Read it first.")
            before = record_of(old)
            confirmed = replace(record, purposes=before.purposes, signature_name=before.signature_name)
            renewed = put_in_force_narrowed(self._context, session, sealed, row, confirmed, actor)
        clear_renewed(self._context, renewed)
        return self.page(actor, consent_id)

    def decline(self, actor: Actor, consent_id: str) -> GivingView:
        """Say no. That is final for this record; what was recorded is destroyed.

        Raises:
            ConflictError: consent was verified already: it can be withdrawn.
        """
        actor.check(Act.GIVE, consent_id)
        with self._context.database.write() as session:
            row = find_consent(session, consent_id)
            if row.state != ConsentState.REFUSED:
                end_refused(self._context, session, row, "declined", actor)
            consent = row.id
        clear_refused(self._context, consent)
        return self.page(actor, consent_id)

    def challenge(self, actor: Actor, consent_id: str) -> ChallengeView:
        """Code words and a number to read with the statement; the ones before are good no more.

        Raises:
            ConflictError: it is not time for the statement yet, or not any more.
            RefusedError: there were too many within the last hour.
        """
        actor.check(Act.GIVE, consent_id)
        return issue(self._context, actor, consent_id)

    def record_reference(self, actor: Actor, consent_id: str, path: Path, reading: Reading | None = None) -> ClipView:
        """Hand in a recording of a few sentences, which a replica is made from, and say how it was read.

        While the consent is in force, more can be added: each has to sound like those that were reviewed.

        Raises:
            InputError: it cannot be used; says why. Nothing of it is kept.
            RefusedError: the notice is not answered yet.
        """
        actor.check(Act.GIVE, consent_id)
        return clip_view(hand_in(self._context, self._examiner, actor, consent_id, path, reading=reading))

    def record_statement(self, actor: Actor, consent_id: str, challenge_id: str, path: Path) -> StatementView:
        """Hand in the spoken statement. One that is refused uses an attempt; any other gives the consent, for review.

        Raises:
            RefusedError: the challenge is used up, too old, or another one's.
            ConflictError: it is not time for the statement.
        """
        actor.check(Act.GIVE, consent_id)
        return take_statement(self._context, self._examiner, actor, consent_id, challenge_id, path)

    def decide(self, actor: Actor, consent_id: str, approval_id: str, approve: bool) -> ApprovalView:
        """Approve a project or final audio, or decline to.

        Raises:
            NotFoundError: it was not asked.
            ConflictError: the consent has ended.
        """
        actor.check(Act.GIVE, consent_id)
        return approvals.decide(self._context, actor, consent_id, approval_id, approve=approve)

    def _must_note_notice(self, row: ConsentRow, language: str | None) -> bool:
        if row.record is None or row.state not in _UNANSWERED:
            return False
        record = record_of(row)
        if record.signature_name:
            return False
        chosen = _language(record, language)
        return record.notice.language != chosen or record.notice.sha256 != _notice_hash(record, chosen)

    def _note_notice(self, session: Session, row: ConsentRow, actor: Actor, language: str | None) -> None:
        record = record_of(row)
        chosen = _language(record, language)
        shown = NoticeShown(
            version=language_pack(chosen).version,
            language=chosen,
            sha256=_notice_hash(record, chosen),
            shown_at=self._context.clock.now(session).isoformat(),
        )
        write_event(
            self._context,
            session,
            row,
            "notice-shown",
            actor=actor,
            record=replace(record, notice=shown),
            detail={"sha256": shown.sha256},
            facts={"language": chosen},
        )
        session.flush()

    def _without_comparison(self, session: Session, row: ConsentRow, record: ConsentRecord) -> list[tuple[str, str]]:
        """Note the voiceprints as destroyed if the voice owner does not want voices compared by machine."""
        prints = assets_of(session, row.id, "voiceprint")
        return [] if record.purposes.voice_comparison else destroy(self._context, session, prints)

    def _take_answer(
        self, session: Session, sealed: Sealing, row: ConsentRow, record: ConsentRecord, actor: Actor
    ) -> str:
        """Write the answer down; one to narrower terms brings them into force. Returns the record they renew."""
        ticked = sum(getattr(record.purposes, name) for name in _PURPOSES)
        write_event(
            self._context,
            session,
            row,
            "answered",
            actor=actor,
            state=ConsentState.REQUESTED,
            record=record,
            detail={"purposes": [name for name in _PURPOSES if getattr(record.purposes, name)]},
            facts={"purposes": ticked, "language": record.language},
        )
        if narrows(session, row, record) is None:
            return ""
        return put_in_force_narrowed(self._context, session, sealed, row, record, actor)

    def _view(self, session: Session, row: ConsentRow, language: str | None) -> GivingView:
        now = self._context.clock.now(session)
        state = shown_state(row, now)
        record = record_of(row) if row.record is not None else None
        chosen = _language(record, language) if record else (language or "en")
        pack = language_pack(chosen)
        standing = find_standing(session, row, record) if record else None
        notice = _notice(record, pack, chosen) if record else ()
        terms = record.terms if record else None
        return GivingView(
            consent_id=row.id,
            step=_step(state, record, standing.clips_needed if standing else 0),
            state=state,
            language=chosen,
            person=signer_of(record) if record else "",
            studio=record.controller.name if record else "",
            strings=dict(pack.strings),
            notice=notice,
            notice_sha256=texts.notice_sha256(notice) if notice else "",
            purposes=_purpose_views(pack, record) if record else (),
            prompts=tuple(pack.prompts),
            references=tuple(clip_view(clip) for clip in references_of(session, row)),
            references_needed=standing.clips_needed if standing else 0,
            takes_more=record is not None and takes_more(record, state, len(assets_of(session, row.id, "reference"))),
            deliveries=addable_deliveries(record) if record else (),
            attempts=statement_views(session, row.id),
            languages=tuple(languages()),
            approvals=approval_views(session, row.id),
            works=work_views(session, row.id),
            events=event_views(session, row.id, staff_named=False),
            first_day=terms.first_day.isoformat() if terms else row.not_before[:10],
            last_day=terms.last_day.isoformat() if terms else row.not_after[:10],
            used_minutes=row.used_seconds / 60,
            ended_at=row.ended_at,
        )


def _step(state: ConsentState, record: ConsentRecord | None, clips_needed: int) -> str:
    if state in ENDS or record is None:
        return "ended"
    if state in {ConsentState.VERIFIED, ConsentState.SUSPENDED}:
        return "active"
    if state is ConsentState.GIVEN:
        return "waiting"
    if not record.signature_name:
        return "notice"
    if record.route == "document":
        return "waiting"
    return "references" if clips_needed else "statement"


def _answerable(row: ConsentRow) -> ConsentRecord:
    if row.state not in _UNANSWERED:
        raise ConflictError(f"this consent is {row.state}: it is too late to answer", hint="Ask the studio.")
    return record_of(row)


def _language(record: ConsentRecord, language: str | None) -> str:
    return language or record.notice.language or record.language


def _notice(record: ConsentRecord, pack: LanguagePack, language: str) -> tuple[tuple[str, str], ...]:
    """The notice of a record, which does not change with what is answered to it."""
    asked = replace(record, language=language, purposes=Purposes(), notice=NoticeShown(), signature_name="")
    return tuple(pack.notice(asked))


def _notice_hash(record: ConsentRecord, language: str) -> str:
    return texts.notice_sha256(_notice(record, language_pack(language), language))


def _purpose_views(pack: LanguagePack, record: ConsentRecord) -> tuple[dict[str, Any], ...]:
    return tuple({**purpose, "ticked": getattr(record.purposes, purpose["name"])} for purpose in pack.purposes)


def _purposes(ticks: Mapping[str, bool]) -> Purposes:
    unknown = sorted(set(ticks) - set(_PURPOSES))
    if unknown or not all(isinstance(tick, bool) for tick in ticks.values()):
        raise InputError("a purpose is not one of the notice", hint=f"Purposes are {', '.join(_PURPOSES)}.")
    if not all(ticks.get(name) for name in _NEEDED):
        raise InputError(
            "without a replica, or without using it, there is nothing to consent to",
            hint="Tick both, or decline.",
        )
    return Purposes(**ticks)


def _signature(name: str, record: ConsentRecord) -> str:
    signer = signer_of(record)
    if skeleton(name) != skeleton(signer):
        raise InputError("the typed name is not the name of who signs", hint=f"Type it as it stands here: {signer}.")
    return normal_name(name)


_UNANSWERED = frozenset({ConsentState.DRAFT, ConsentState.REQUESTED})

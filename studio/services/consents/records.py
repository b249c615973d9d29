"""Use cases of consent records: draft, change, renew, ask for, find."""

import re
import secrets
import unicodedata
import uuid
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import Any

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from studio.consent.actors import Act, Actor, Role
from studio.consent.names import normal_name, skeleton
from studio.consent.record import ConsentRecord, check_record
from studio.consent.states import ENDS, ConsentState
from studio.core.errors import ConflictError, InputError, NotFoundError, RecordingError
from studio.core.ids import new_id
from studio.render.plan import cloning_engine, installed_engines
from studio.services.consents import approvals
from studio.services.consents.adding import hand_in
from studio.services.consents.evidence import (
    Examiner,
    Reading,
    add_document,
    clean_label,
    label_reference,
    remove_reference,
    worker_examiner,
)
from studio.services.consents.journal import find_consent, record_of, write_event
from studio.services.consents.renewal import give_on_paper
from studio.services.consents.standing import open_renewal, today_in, token_hash
from studio.services.consents.summaries import clip_view, detail, shown_state, summary
from studio.services.consents.views import ApprovalView, ClipView, ConsentDetail, ConsentSummary
from studio.services.context import Context
from studio.store.consent_tables import ConsentRow, VoiceAssetRow, VoiceRow

_OWNERS = ("id", "notice", "purposes", "signature_name", "supersedes")  # what no studio fills in
_PARTS = ("subject", "controller", "terms", "data")
_LONGEST = timedelta(days=100 * 366)
_SALT_BYTES = 32
_TOKEN_BYTES = 32
_MAX_VOICE_ID = 40
_LISTENED_TO = frozenset({"reference", "statement", "document"})
_EARLIEST_YEAR = 2000
_NOT_SLUG = re.compile(r"[^a-z0-9]+")


class ConsentService:
    """Consent records as the studio's people work with them.

    Args:
        context: wired parts.
        examiner: listens to recordings; worker processes if not given.
    """

    def __init__(self, context: Context, examiner: Examiner | None = None) -> None:
        self._context = context
        self._examiner = examiner or worker_examiner(context)

    def draft(self, actor: Actor, data: Mapping[str, Any]) -> ConsentDetail:
        """Begin a record, with a voice and a vault key of its own.

        Args:
            actor: who drafts it.
            data: a consent record as JSON, without what only the voice owner fills in; `voice_id` is made of the
                credited name if it is missing, and `engine` names the engine that is to speak the voice.

        Raises:
            RefusedError: the actor may not.
            InputError: something is missing or wrong; says what.
            ConflictError: the voice is there already.
        """
        actor.check(Act.PREPARE)
        wanted, engine = _wanted(data)
        consent_id = str(uuid.uuid4())
        record = _record({"voice_id": "new", **wanted, "id": consent_id})
        with _new_key(self._context, consent_id), self._context.database.write() as session:
            self._check(session, record)
            record = replace(record, voice_id=self._free_voice_id(session, record, wanted.get("voice_id")))
            subject_id = new_id()
            session.add(self._voice_row(session, record, subject_id, engine))
            session.flush()
            row = self._add_row(session, record, subject_id, actor)
            return detail(self._context, session, row)

    def change(self, actor: Actor, consent_id: str, data: Mapping[str, Any]) -> ConsentDetail:
        """Change a record that the voice owner has not given yet. What they had answered, they answer again.

        Args:
            actor: who changes it.
            consent_id: the record.
            data: as for `draft`; what is missing stays.

        Raises:
            ConflictError: it is given or has ended.
            InputError: as for `draft`.
        """
        actor.check(Act.PREPARE)
        wanted, engine = _wanted(data)
        with self._context.database.write() as session:
            row = find_consent(session, consent_id)
            if ConsentState(row.state) not in {ConsentState.DRAFT, ConsentState.REQUESTED}:
                raise ConflictError(
                    f"this consent is {row.state} and cannot be changed", hint="Renew it: studio consent renew."
                )
            old = record_of(row)
            record = _record({**_merged(old, wanted), "id": row.id, "supersedes": old.supersedes})
            if record.voice_id != old.voice_id:
                raise InputError("the id of a voice cannot be changed", hint="Draft a new record.")
            self._check(session, record)
            voice = session.get_one(VoiceRow, row.voice_id)
            _name_voice(voice, record, engine or voice.engine)
            write_event(self._context, session, row, "changed", actor=actor, record=record)
            return detail(self._context, session, row)

    def renew(self, actor: Actor, consent_id: str, data: Mapping[str, Any]) -> ConsentDetail:
        """Draft the record that is to take the place of another, which stays in force until this one is verified.

        Args:
            actor: who drafts it.
            consent_id: the record to renew.
            data: as for `draft`; what is missing stays as it was.

        Raises:
            ConflictError: it was never given, ended for good, or is being renewed already.
            InputError: as for `draft`.
        """
        actor.check(Act.PREPARE)
        wanted, engine = _wanted(data)
        new = str(uuid.uuid4())
        with _new_key(self._context, new), self._context.database.write() as session:
            old = find_consent(session, consent_id)
            _check_renewable(session, old)
            record = _record({**_merged(record_of(old), wanted), "id": new, "supersedes": old.id})
            if record.voice_id != old.voice_id:
                raise InputError("a renewal is for the same voice", hint="Draft a new record for another.")
            self._check(session, record)
            if engine:
                session.get_one(VoiceRow, old.voice_id).engine = engine
            row = self._add_row(session, record, old.subject_id, actor)
            return detail(self._context, session, row)

    def invite(self, actor: Actor, consent_id: str) -> str:
        """Make the link of the voice owner anew; the one before is good no more.

        Returns:
            The token, which only the link holds: it stands after the # of the voice owner's page.

        Raises:
            ConflictError: the consent has ended.
            InputError: its term is over already.
        """
        actor.check(Act.PREPARE)
        token = secrets.token_urlsafe(_TOKEN_BYTES)
        with self._context.database.write() as session:
            row = find_consent(session, consent_id)
            state = ConsentState(row.state)
            if state in ENDS:
                raise ConflictError(f"this consent is {state}", hint="Draft a new record.")
            if state is ConsentState.DRAFT:
                self._check(session, record_of(row))
            row.owner_token_hash = token_hash(token)
            first = ConsentState.REQUESTED if state is ConsentState.DRAFT else state
            write_event(self._context, session, row, "requested", actor=actor, state=first)
        return token

    def add_reference(
        self, actor: Actor, consent_id: str, path: Path, original_name: str, reading: Reading | None = None
    ) -> ClipView:
        """Add a recording of the voice, once its owner has agreed to a replica; once it is verified, with them alone.

        Raises:
            RefusedError: the owner has not; or the consent is verified, and it is for them to add it.
            InputError: the recording cannot be used; says why. Nothing of it is kept.
            ConflictError: the consent takes no clips any more, or has this one.
        """
        actor.check(Act.PREPARE)
        label = clean_label(Path(original_name).stem, fallback="") if original_name else ""
        try:
            asset = hand_in(self._context, self._examiner, actor, consent_id, path, label, reading)
        except RecordingError as error:  # of several that are handed in it has to say which
            where = clean_label(Path(original_name).name, fallback="")
            raise RecordingError(error.message, where=where, hint=error.hint, checks=error.checks) from error
        return clip_view(asset)

    def label_reference(self, actor: Actor, consent_id: str, clip_id: str, reading: Reading) -> ClipView:
        """Say with which delivery a reference clip was read, and its words; the voice owner may do so as well.

        Raises:
            NotFoundError: there is no such clip.
            InputError: there is no such delivery, or the words are too many.
            ConflictError: the consent has ended.
        """
        actor.check(Act.GIVE if actor.role is Role.VOICE_OWNER else Act.PREPARE, consent_id)
        return clip_view(label_reference(self._context, actor, clip_id, consent_id, reading))

    def remove_reference(self, actor: Actor, consent_id: str, clip_id: str) -> ConsentDetail:
        """Destroy a reference clip that consent was not given with yet; the voice owner may do so as well.

        Raises:
            InputError: there is no such clip.
            ConflictError: consent was given with it.
        """
        actor.check(Act.GIVE if actor.role is Role.VOICE_OWNER else Act.PREPARE, consent_id)
        remove_reference(self._context, actor, consent_id, clip_id)
        with self._context.database.read() as session:
            return detail(self._context, session, find_consent(session, consent_id))

    def attach_document(self, actor: Actor, consent_id: str, path: Path, label: str) -> ClipView:
        """Attach a signed paper: a PDF, or a PNG or JPEG picture of it.

        Raises:
            InputError: it is none of these, or too large.
            ConflictError: the consent takes none any more, or the file is there already.
        """
        actor.check(Act.PREPARE)
        asset = add_document(self._context, actor, consent_id, path, label)
        give_on_paper(self._context, actor, asset.consent_id)
        return clip_view(asset)

    def list(self, actor: Actor, *, state: str | None = None, query: str = "") -> tuple[ConsentSummary, ...]:
        """Consents, newest first; arguments and errors as `newest`."""
        return self.newest(actor, state=state, query=query)[0]

    def newest(
        self, actor: Actor, *, state: str | None = None, query: str = "", limit: int | None = None
    ) -> tuple[tuple[ConsentSummary, ...], int]:
        """The newest consents, and how many there are in all.

        Args:
            actor: who asks.
            state: only those that show this state.
            query: only those whose person, credit or voice holds these words, whatever case and accents.
            limit: how many to describe; all if not given.

        Raises:
            InputError: there is no such state.
        """
        actor.check(Act.READ)
        wanted = _state(state) if state else None
        words = [skeleton(word) for word in query.split()]
        with self._context.database.read() as session:
            now = self._context.clock.now(session)
            found = select(ConsentRow).order_by(ConsentRow.created_at.desc(), ConsentRow.id)
            if wanted is not None and wanted is not ConsentState.EXPIRED:
                found = found.where(ConsentRow.state == wanted.value)
            elif wanted is ConsentState.EXPIRED:
                found = found.where(or_(ConsentRow.state == wanted.value, ConsentRow.not_after <= now.isoformat()))
            rows = [
                row
                for row in session.scalars(found)
                if (wanted is None or shown_state(row, now) is wanted) and _matches(row, words)
            ]
            return tuple(summary(session, row, now) for row in rows[:limit]), len(rows)

    def get(self, actor: Actor, reference: str) -> ConsentDetail:
        """A consent by its id, or the newest one of a voice by the voice's.

        Raises:
            NotFoundError: there is none.
        """
        actor.check(Act.READ)
        with self._context.database.read() as session:
            return detail(self._context, session, find_consent(session, reference))

    def clip(self, actor: Actor, consent_id: str, clip_id: str) -> bytes:
        """A recording or paper decrypted, as it was handed in: for reviewers, and for the voice owner.

        Raises:
            NotFoundError: there is none, or it was destroyed.
            RefusedError: the actor may not, or it was altered.
        """
        actor.check(Act.GIVE if actor.role is Role.VOICE_OWNER else Act.REVIEW, consent_id)
        with self._context.database.read() as session:
            row = find_consent(session, consent_id)
            asset = session.get(VoiceAssetRow, clip_id)
            own = {row.id, row.supersedes}  # a renewal goes on with the clips of the record that it renews
            if asset is None or asset.consent_id not in own or asset.destroyed_at or asset.kind not in _LISTENED_TO:
                raise NotFoundError("there is no such recording")
            return self._context.vault.open(asset.consent_id, asset.id, asset.kind)

    def ask_approval(self, actor: Actor, consent_id: str, project_ref: str, kind: str = "project") -> ApprovalView:
        """Ask the voice owner to approve a project, or the final audio of one.

        Args:
            actor: who asks.
            consent_id: the consent.
            project_ref: the project by name or id.
            kind: "project" or "final-audio".

        Raises:
            NotFoundError: there is no such project.
            InputError: there is no such kind, or the book is not mastered whole.
            ConflictError: the consent has ended or is not given yet.
        """
        actor.check(Act.PREPARE)
        return approvals.ask(self._context, actor, consent_id, project_ref, kind)

    def _check(self, session: Session, record: ConsentRecord) -> None:
        terms = record.terms
        today = today_in(self._context.clock.now(session), terms.time_zone)
        if terms.first_day.year < _EARLIEST_YEAR or terms.last_day > today + _LONGEST:
            raise InputError("the term is out of any reasonable range", where="terms", hint="Set the days right.")
        check_record(record, today=today)

    def _add_row(self, session: Session, record: ConsentRecord, subject_id: str, actor: Actor) -> ConsentRow:
        now = self._context.clock.now(session).isoformat()
        row = ConsentRow(
            id=record.id,
            voice_id=record.voice_id,
            subject_id=subject_id,
            state=ConsentState.DRAFT.value,
            record=None,
            record_hash="",
            salt=secrets.token_hex(_SALT_BYTES),
            not_before=record.terms.not_before.isoformat(),
            not_after=record.terms.not_after.isoformat(),
            uses="",
            used_seconds=0.0,
            supersedes=record.supersedes or None,
            superseded_by=None,
            owner_token_hash=None,
            ledger_seq=-1,
            created_by=actor.name,
            created_at=now,
            last_interaction_at=now,
            retention_until=now,
            ended_at=None,
        )
        session.add(row)
        session.flush()
        facts = {"renews": record.supersedes} if record.supersedes else {}
        write_event(self._context, session, row, "drafted", actor=actor, record=record, facts=facts)
        session.flush()
        return row

    def _voice_row(self, session: Session, record: ConsentRecord, subject_id: str, engine: str) -> VoiceRow:
        row = VoiceRow(
            id=record.voice_id,
            subject_id=subject_id,
            data_sha256="",
            created_at=self._context.clock.now(session).isoformat(),
        )
        _name_voice(row, record, engine or cloning_engine(self._context.settings.weights))
        return row

    def _free_voice_id(self, session: Session, record: ConsentRecord, wanted: str | None) -> str:
        if wanted:
            if _slug(wanted) != wanted:
                raise InputError(
                    f"'{wanted}' cannot be the id of a voice", hint="Use small letters, digits and dashes."
                )
            if wanted in self._context.voices or session.get(VoiceRow, wanted) is not None:
                raise ConflictError(
                    f"there is a voice '{wanted}' already", hint="Renew its consent, or choose another id."
                )
            return wanted
        stem = _slug(record.credit) or "voice"
        number, free = 1, stem
        while free in self._context.voices or session.get(VoiceRow, free) is not None:
            number += 1
            free = f"{stem}-{number}"
        return free


@contextmanager
def _new_key(context: Context, consent_id: str) -> Iterator[None]:
    """Make the vault key of a new record, which goes again if the record is not written."""
    context.vault.create_key(consent_id)
    try:
        yield
    except BaseException:
        context.vault.destroy_key(consent_id)
        raise


def _check_renewable(session: Session, row: ConsentRow) -> None:
    state = ConsentState(row.state)
    if state in {ConsentState.DRAFT, ConsentState.REQUESTED, ConsentState.GIVEN}:
        raise ConflictError(f"this consent is {state}; there is nothing to renew yet", hint="Change it instead.")
    if state not in {ConsentState.VERIFIED, ConsentState.SUSPENDED, ConsentState.EXPIRED}:
        raise ConflictError(f"this consent is {state} and that is final", hint="Draft a new record.")
    if open_renewal(session, row.id) or row.superseded_by:
        raise ConflictError("there is a renewal of this consent already", hint="See `studio consent list`.")


def _wanted(data: Mapping[str, Any]) -> tuple[dict[str, Any], str]:
    """What a studio may say about a record, and the engine.

    Raises:
        InputError: it says what only the voice owner can, or names an engine that cannot take on a voice.
    """
    given = dict(data)
    engine = given.pop("engine", "") or ""
    for name in _OWNERS:
        if given.pop(name, None):
            raise InputError(f"'{name}' is not for the studio to fill in", where="consent record")
    cloning = sorted(info.name for info in installed_engines() if info.cloning != "none")
    if engine and engine not in cloning:
        raise InputError(
            f"no engine '{engine}' that can take on a voice is installed", hint=f"There is: {', '.join(cloning)}."
        )
    return given, engine


def _merged(old: ConsentRecord, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """A record's JSON with what is wanted in place of what was; parts such as the terms field by field."""
    data = {name: value for name, value in old.to_json().items() if name not in _OWNERS}
    for name, value in wanted.items():
        whole = name in _PARTS and isinstance(value, Mapping) and isinstance(data.get(name), dict)
        data[name] = {**data[name], **value} if whole else value  # type: ignore[dict-item]
    return data


def _record(data: Mapping[str, Any]) -> ConsentRecord:
    record = ConsentRecord.from_json(dict(data))
    subject, controller = record.subject, record.controller
    return replace(
        record,
        subject=replace(
            subject,
            legal_name=normal_name(subject.legal_name),
            credit_name=normal_name(subject.credit_name),
            guardian=normal_name(subject.guardian) if subject.status in {"minor", "deceased"} else "",
            representative=normal_name(subject.representative),
        ),
        controller=replace(controller, name=normal_name(controller.name)),
        parties=tuple(replace(party, name=normal_name(party.name)) for party in record.parties),
    )


def _name_voice(row: VoiceRow, record: ConsentRecord, engine: str) -> None:
    row.name, row.name_skeleton = record.credit, skeleton(record.subject.legal_name)
    row.language, row.engine = record.language, engine


def _slug(name: str) -> str:
    """Small letters, digits and dashes; empty if nothing of the name is ASCII."""
    folded = unicodedata.normalize("NFKD", name.casefold()).encode("ascii", "ignore").decode()
    return _NOT_SLUG.sub("-", folded.replace("'", ""))[:_MAX_VOICE_ID].strip("-")


def _state(name: str) -> ConsentState:
    try:
        return ConsentState(name)
    except ValueError as error:
        raise InputError(f"'{name}' is not a state", hint=f"States are {', '.join(ConsentState)}.") from error


def _matches(row: ConsentRow, words: list[str]) -> bool:
    if not words:
        return True
    record = ConsentRecord.from_json(row.record) if row.record is not None else None
    names = (record.subject.legal_name, record.credit) if record else ()
    looked_at = " ".join(skeleton(name) for name in (*names, row.voice_id))
    return all(word in looked_at for word in words)

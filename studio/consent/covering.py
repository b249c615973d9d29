"""Whether a consent covers a use of a voice: everything that is looked at before a living person's voice sounds."""

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.consent.clock import TrustedClock
from studio.consent.grant import GrantedClip
from studio.consent.json_form import from_json
from studio.consent.ledger import Ledger, LedgerEvent
from studio.consent.record import ConsentRecord
from studio.consent.requests import AUDITION, GateRequest
from studio.consent.states import ENDS, ConsentState
from studio.consent.terms import Terms
from studio.consent.vault import Vault
from studio.consent.voices import clips_sha256, shape_sha256
from studio.core.errors import RefusedError
from studio.core.hashing import canonical_json, sha256_bytes
from studio.manuscript.delivery import names_of_presets
from studio.store.consent_tables import ApprovalRow, ConsentRow, VoiceAssetRow, VoiceRow

_RENEW = "Agree on a renewal: studio consent renew."
_ASK = "Change the scope with the voice owner's agreement: studio consent renew."
_SHOW = "See `studio consent show`."


class BrokenConsentError(RefusedError):
    """What a consent rests on is missing or was altered. Whoever catches it suspends the consent.

    Attributes:
        consent_id: which.
    """

    def __init__(self, consent_id: str, message: str) -> None:
        super().__init__(message, hint="Ask a reviewer to look at it: studio consent ledger verify.")
        self.consent_id = consent_id

    def __reduce__(self) -> tuple[object, ...]:
        """Pickle by fields."""
        return (BrokenConsentError, (self.consent_id, self.message))


@dataclass(frozen=True, slots=True)
class Covered:
    """A use of a voice that a consent covers.

    Attributes:
        consent_id: which consent.
        record_hash: the record as it stands.
        engine: engine that speaks the voice.
        data_sha256: of the reference clips.
        clips: the reference clips.
        made: asset id of what was made of them for the engine; empty if nothing.
        shape_sha256: of clips, their labels and what was made, as `voices.shape_sha256` has it.
        seconds_left: of the quota; None without one.
        final_approval: the owner approves the final audio before it is delivered.
    """

    consent_id: str
    record_hash: str
    engine: str
    data_sha256: str
    clips: tuple[GrantedClip, ...]
    made: str
    shape_sha256: str
    seconds_left: float | None
    final_approval: bool


class Covering:
    """Looks through database, ledger, vault and clock for a consent that covers a request."""

    def __init__(self, ledger: Ledger, vault: Vault, clock: TrustedClock) -> None:
        self._ledger = ledger
        self._vault = vault
        self._clock = clock

    def decide(self, session: Session, voice: VoiceRow, request: GateRequest) -> Covered:
        """The consent that covers a request.

        Raises:
            BrokenConsentError: what the consent rests on is missing or altered.
            RefusedError: none covers it; says why, and what to do.
        """
        self._check_clock(session, voice)
        row = self._standing(session, voice)
        self._check_ledger(session, row)
        record = _record(row)
        now = self._clock.now(session)
        _check_term(record.terms, now, voice.id)
        _check_scope(record.terms, request)
        self._check_approvals(session, row, record.terms, request)
        engine = request.engine or voice.engine
        assets = self._check_assets(session, row, voice)
        clips, made = shaping_assets(assets, engine)
        left = _seconds_left(record.terms, row)
        return Covered(
            consent_id=row.id,
            record_hash=row.record_hash,
            engine=engine,
            data_sha256=voice.data_sha256,
            clips=tuple(GrantedClip(clip.id, clip.delivery, clip.transcript) for clip in clips),
            made=made.id if made else "",
            shape_sha256=shape_of_assets(assets, engine),
            seconds_left=left,
            final_approval=record.terms.final_approval,
        )

    def may_stay(self, session: Session, consent_id: str, made_at: datetime) -> bool:
        """Whether a finished work may still be heard now that its consent does not cover new ones.

        It may if the terms let finished works stay, the consent stood then, and it did not end for fraud or by a court.
        """
        row = session.get(ConsentRow, consent_id)
        if row is None or row.record is None or row.state == ConsentState.INVALIDATED:
            return False
        try:
            self._check_ledger(session, row)
        except RefusedError:
            return False
        terms = _record(row).terms
        end = min(terms.not_after, datetime.fromisoformat(row.ended_at or terms.not_after.isoformat()))
        return terms.survival == "stay" and terms.not_before <= made_at < end

    def _check_clock(self, session: Session, voice: VoiceRow) -> None:
        back = self._clock.set_back(session)
        if back is not None:
            raise RefusedError(
                f"the clock of this machine is {back.total_seconds() / 60:.0f} minutes behind what was seen, "
                f"so voice '{voice.id}' is not used",
                hint="Set the clock right.",
            )

    def _standing(self, session: Session, voice: VoiceRow) -> ConsentRow:
        rows = session.scalars(
            select(ConsentRow).where(ConsentRow.voice_id == voice.id).order_by(ConsentRow.created_at.desc())
        ).all()
        standing = next((row for row in rows if row.state == ConsentState.VERIFIED), None)
        if standing is not None:
            return standing
        if not rows:
            raise RefusedError(f"nobody has consented to the use of voice '{voice.id}'", hint="studio consent new")
        raise RefusedError(_why_not(ConsentState(rows[0].state), voice), hint=_SHOW)

    def _check_ledger(self, session: Session, row: ConsentRow) -> None:
        event = self._ledger.last_event(session, row.id)
        if event is None or not _agrees(event, row):
            raise BrokenConsentError(row.id, f"the record of voice '{row.voice_id}' is not what the ledger says")
        try:
            self._ledger.check_event(session, event.seq)
        except RefusedError as error:
            raise BrokenConsentError(row.id, f"the ledger does not vouch for voice '{row.voice_id}': {error.message}"
                                     ) from error  # fmt: skip
        if row.salt is None or _salted(row) != row.record_hash:
            raise BrokenConsentError(row.id, f"the consent record of voice '{row.voice_id}' was altered")
        self._check_tombstone(row)

    def _check_tombstone(self, row: ConsentRow) -> None:
        ended = self._ledger.anchors.tombstones().get(row.id)
        if ended is not None and row.state not in ENDS:
            raise RefusedError(
                f"the consent for voice '{row.voice_id}' was {ended.state} on {ended.time[:10]}: the database is older",
                hint="Run `studio consent ledger verify`.",
            )

    def _check_approvals(self, session: Session, row: ConsentRow, terms: Terms, request: GateRequest) -> None:
        if terms.project_approval and request.project_id and request.stage != "cast":
            self._require_approval(session, row, request, "project", "")
        if terms.final_approval and request.stage == "release":
            self._require_approval(session, row, request, "final-audio", request.audio_key)

    def _require_approval(
        self, session: Session, row: ConsentRow, request: GateRequest, kind: str, audio_key: str
    ) -> None:
        asked = session.scalars(
            select(ApprovalRow).where(
                ApprovalRow.consent_id == row.id,
                ApprovalRow.project_id == request.project_id,
                ApprovalRow.kind == kind,
                ApprovalRow.audio_key == audio_key,
                ApprovalRow.decision == "approved",
            )
        ).first()
        if asked is None:
            what = "this project" if kind == "project" else "the final audio"
            raise RefusedError(
                f"the owner of voice '{request.voice_id}' has not approved {what}",
                hint="Ask with `studio consent ask`.",
            )

    def _check_assets(self, session: Session, row: ConsentRow, voice: VoiceRow) -> Sequence[VoiceAssetRow]:
        assets = session.scalars(
            select(VoiceAssetRow).where(VoiceAssetRow.consent_id == row.id, VoiceAssetRow.destroyed_at.is_(None))
        ).all()
        if not self._vault.has_key(row.id):
            raise BrokenConsentError(row.id, f"the key of voice '{voice.id}' is gone")
        for asset in assets:
            try:
                self._vault.check(row.id, asset.id, asset.sha256_cipher)
            except RefusedError as error:
                raise BrokenConsentError(
                    row.id,
                    f"evidence of voice '{voice.id}' is not intact ({asset.kind} {asset.label}): {error.message}",
                ) from error
        clips = [asset for asset in assets if asset.kind == "reference"]
        if clips_sha256(clip.sha256_plain for clip in clips) != voice.data_sha256:
            raise BrokenConsentError(
                row.id, f"the reference clips of voice '{voice.id}' are not those that were reviewed"
            )
        return assets


def shaping_assets(assets: Sequence[VoiceAssetRow], engine: str) -> tuple[list[VoiceAssetRow], VoiceAssetRow | None]:
    """The reference clips among a consent's assets, and what was made of them for an engine, if anything was."""
    clips = sorted((asset for asset in assets if asset.kind == "reference"), key=lambda asset: asset.id)
    made = [asset for asset in assets if asset.kind == "latents" and asset.label == engine]
    return clips, max(made, key=lambda asset: (asset.created_at, asset.id), default=None)


def shape_of_assets(assets: Sequence[VoiceAssetRow], engine: str) -> str:
    """What shapes the sound of a voice with an engine, as `voices.shape_sha256` has it."""
    clips, made = shaping_assets(assets, engine)
    labelled = ((clip.sha256_plain, clip.delivery, clip.transcript) for clip in clips)
    return shape_sha256(labelled, made.sha256_plain if made else "")


def _agrees(event: LedgerEvent, row: ConsentRow) -> bool:
    return event.seq == row.ledger_seq and event.state == row.state and event.record_hash == row.record_hash


def _salted(row: ConsentRow) -> str:
    return sha256_bytes(bytes.fromhex(row.salt or "") + canonical_json(row.record or {}))


def _record(row: ConsentRow) -> ConsentRecord:
    return _parsed(row.record_hash, canonical_json(row.record or {}))


@lru_cache(maxsize=4096)
def _parsed(_record_hash: str, data: bytes) -> ConsentRecord:
    return from_json(ConsentRecord, json.loads(data), what="consent record")


def _check_term(terms: Terms, now: datetime, voice_id: str) -> None:
    if now < terms.not_before:
        raise RefusedError(f"the consent for voice '{voice_id}' begins on {terms.first_day}", hint=_SHOW)
    if now >= terms.not_after:
        raise RefusedError(f"the consent for voice '{voice_id}' ended on {terms.last_day}", hint=_RENEW)


def _check_scope(terms: Terms, request: GateRequest) -> None:
    voice = request.voice_id
    if request.use != AUDITION and request.use not in terms.uses:
        raise RefusedError(f"voice '{voice}' may be used for {', '.join(terms.uses)}, not for {request.use}", hint=_ASK)
    if terms.projects and request.project_id and request.project_id not in terms.projects:
        raise RefusedError(f"voice '{voice}' may be used for other projects only", hint=_ASK)
    if not terms.covers_language(request.language):
        raise RefusedError(f"voice '{voice}' may speak {', '.join(terms.languages)}, not {request.language}", hint=_ASK)
    excluded = {kind.casefold() for kind in terms.excluded_content}
    barred = sorted(kind for kind in request.content if kind.casefold() in excluded)
    if barred:
        raise RefusedError(f"the owner of voice '{voice}' excludes {barred[0]} content", hint="Cast another voice.")
    unwanted = {_delivery_name(word) for word in terms.excluded_deliveries}
    barred = sorted(name for name in request.deliveries if _delivery_name(name) in unwanted)
    if barred:
        raise RefusedError(
            f"the owner of voice '{voice}' excludes the delivery '{barred[0]}'", hint="Choose another delivery."
        )


def _delivery_name(word: str) -> str:
    """The delivery a word of the terms means: who excludes "shouting" excludes what the studio calls "shout"."""
    plain = word.strip().casefold()
    return names_of_presets().get(plain, plain)


def _seconds_left(terms: Terms, row: ConsentRow) -> float | None:
    if terms.max_finished_minutes is None:
        return None
    left = terms.max_finished_minutes * 60 - row.used_seconds
    if left <= 0:
        raise RefusedError(
            f"the quota of {terms.max_finished_minutes:g} finished minutes of voice '{row.voice_id}' is used up",
            hint=_ASK,
        )
    return left


def _why_not(state: ConsentState, voice: VoiceRow) -> str:
    reasons = {
        ConsentState.DRAFT: "is a draft that the voice owner has not seen",
        ConsentState.REQUESTED: "was asked for and is not given yet",
        ConsentState.GIVEN: "is given and waits for a reviewer",
        ConsentState.SUSPENDED: "is suspended",
        ConsentState.REFUSED: "was refused",
        ConsentState.EXPIRED: "has expired",
        ConsentState.WITHDRAWN: "was withdrawn by the voice owner",
        ConsentState.REVOKED: "was revoked",
        ConsentState.INVALIDATED: "was declared invalid",
        ConsentState.SUPERSEDED: "was superseded by another",
    }
    return f"the consent for voice '{voice.id}' {reasons.get(state, 'does not stand')}"

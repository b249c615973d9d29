"""The gate: the only place where permission to make or serve sound in a voice is given."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from studio.consent.covering import BrokenConsentError, Covered, Covering
from studio.consent.grant import GRANT_LIFE, Grant, GrantKey
from studio.consent.licences import StockVoice
from studio.consent.requests import GateRequest
from studio.consent.voices import REPLICA_LICENCE
from studio.core.errors import RefusedError
from studio.store.consent_tables import VoiceRow
from studio.store.database import Database

_CLOCK_SLACK = timedelta(seconds=5)  # two processes of one machine may read the clock in another order than they act


class Gate:
    """Decides whether a voice may sound, and signs the grant if it may.

    A stock voice passes on its licence record. The voice of a living person passes only while a consent covers exactly
    what is asked. Every other voice is refused.

    Args:
        stock: licence records by voice id.
        key: signs the grants.
        clock: wall clock that the life of a grant is told by.
        living: decides about the voices of living people; without it there are none.
    """

    def __init__(
        self,
        stock: Mapping[str, StockVoice],
        key: GrantKey,
        clock: Callable[[], datetime],
        living: "LivingVoices | None" = None,
    ) -> None:
        self._stock = stock
        self._key = key
        self._clock = clock
        self._living = living

    def authorize(self, request: GateRequest) -> Grant:
        """Give a grant for one line that is valid for ten minutes and can be redeemed once.

        Raises:
            RefusedError: no licence record and no consent covers what is asked; says why.
        """
        voice = self._stock.get(request.voice_id)
        if voice is not None:
            _check_licence(voice)
            _check_engine(voice, request)
            basis = Covered("", "", voice.engine, voice.data_sha256, (), "", "", None, final_approval=False)
        else:
            basis = self._covered(request)
        now = self._clock()
        grant = Grant(
            voice_id=request.voice_id,
            engine=basis.engine,
            data_sha256=basis.data_sha256,
            licence=voice.licence if voice else REPLICA_LICENCE,
            project_id=request.project_id,
            use=request.use,
            language=request.language,
            line_key=request.line_key,
            consent_id=basis.consent_id,
            record_hash=basis.record_hash,
            clips=basis.clips,
            made=basis.made,
            shape_sha256=basis.shape_sha256,
            files=voice.files if voice else (),
            max_seconds=basis.seconds_left,
            issued_at=(now - _CLOCK_SLACK).isoformat(),
            expires_at=(now + GRANT_LIFE).isoformat(),
            nonce=secrets.token_hex(16),
        )
        return replace(grant, signature=self._key.sign(grant))

    def check(self, request: GateRequest) -> Covered | None:
        """Ask without taking a grant: before casting, serving, mastering or delivering sound that exists already.

        Returns:
            what covers it, or None for a stock voice.

        Raises:
            RefusedError: as `authorize`.
        """
        voice = self._stock.get(request.voice_id)
        if voice is None:
            return self._covered(request)
        _check_licence(voice)
        _check_engine(voice, request)
        return None

    def may_stay(self, consent_id: str, made_at: datetime) -> bool:
        """Whether a finished work may still be heard after the end of its consent: by the terms on survival."""
        return self._living is not None and self._living.may_stay(consent_id, made_at)

    def _covered(self, request: GateRequest) -> Covered:
        covered = self._living.cover(request) if self._living else None
        if covered is None:
            raise RefusedError(
                f"voice '{request.voice_id}' has neither a licence record nor a verified consent",
                hint="Choose one of `studio voices list`.",
            )
        return covered


class LivingVoices:
    """The voices of living people, and the consents they sound under.

    Args:
        database: holds voices and consents.
        covering: decides.
        on_broken: told when what a consent rests on is missing or altered, so that it is suspended.
    """

    def __init__(self, database: Database, covering: Covering, on_broken: Callable[[BrokenConsentError], None]) -> None:
        self._database = database
        self._covering = covering
        self._on_broken = on_broken

    def cover(self, request: GateRequest) -> Covered | None:
        """What covers a request; None if the studio has no such voice.

        Raises:
            RefusedError: nothing covers it; says why.
        """
        try:
            with self._database.read() as session:
                voice = session.get(VoiceRow, request.voice_id)
                return self._covering.decide(session, voice, request) if voice else None
        except BrokenConsentError as error:
            self._on_broken(error)
            raise

    def may_stay(self, consent_id: str, made_at: datetime) -> bool:
        """Whether a finished work may still be heard after the end of its consent."""
        with self._database.read() as session:
            return self._covering.may_stay(session, consent_id, made_at)


def _check_licence(voice: StockVoice) -> None:
    if not voice.licence or not voice.licensor:
        raise RefusedError(f"the licence record of voice '{voice.voice_id}' is incomplete")


def _check_engine(voice: StockVoice, request: GateRequest) -> None:
    if request.engine not in {"", voice.engine}:
        raise RefusedError(
            f"voice '{voice.voice_id}' is licensed for {voice.engine}, not for {request.engine}",
            hint="Choose a voice with reference clips and a consent.",
        )

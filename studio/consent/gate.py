"""The gate: the only place where permission to make or serve sound in a voice is given."""

import secrets
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from studio.consent.grant import Grant, GrantKey
from studio.consent.licences import StockVoice
from studio.core.errors import RefusedError

GRANT_LIFE = timedelta(minutes=10)
_CLOCK_SLACK = timedelta(seconds=5)  # two processes of one machine may read the clock in another order than they act


@dataclass(frozen=True, slots=True)
class GateRequest:
    """What somebody wants to do with a voice.

    Attributes:
        voice_id: whose voice.
        use: what for ("audiobook", "audition").
        language: BCP 47 tag of what will be said.
        project_id: for which project; empty for an audition outside of any.
    """

    voice_id: str
    use: str
    language: str
    project_id: str = ""


class Gate:
    """Decides whether a voice may sound, and signs the grant if it may.

    Stock voices pass on their licence record. Every other voice is refused: cloned voices wait for a consent record.
    """

    def __init__(self, stock: Mapping[str, StockVoice], key: GrantKey, clock: Callable[[], datetime]) -> None:
        self._stock = stock
        self._key = key
        self._clock = clock

    def authorize(self, request: GateRequest) -> Grant:
        """Give a grant that is valid for ten minutes.

        Raises:
            RefusedError: the voice has no licence record and no consent.
        """
        voice = self._stock.get(request.voice_id)
        if voice is None:
            raise RefusedError(
                f"voice '{request.voice_id}' has neither a licence record nor a verified consent",
                hint="Choose one of `studio voices list`.",
            )
        if not voice.licence or not voice.licensor:
            raise RefusedError(f"the licence record of voice '{voice.voice_id}' is incomplete")
        now = self._clock()
        grant = Grant(
            voice_id=voice.voice_id,
            engine=voice.engine,
            data_sha256=voice.data_sha256,
            licence=voice.licence,
            project_id=request.project_id,
            use=request.use,
            language=request.language,
            issued_at=(now - _CLOCK_SLACK).isoformat(),
            expires_at=(now + GRANT_LIFE).isoformat(),
            nonce=secrets.token_hex(8),
        )
        return replace(grant, signature=self._key.sign(grant))

    def check(self, request: GateRequest) -> None:
        """Ask without taking a grant: before serving, mastering or delivering sound that exists already.

        Raises:
            RefusedError: as `authorize`.
        """
        self.authorize(request)

"""What every service works with."""

from collections.abc import Mapping
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.consent.clock import TrustedClock
from studio.consent.covering import shape_of_assets, shaping_assets
from studio.consent.gate import Gate
from studio.consent.ledger import Ledger
from studio.consent.licences import StockVoice
from studio.consent.states import ConsentState
from studio.consent.vault import Vault
from studio.consent.voices import ConsentedVoice, Voice
from studio.core.errors import InputError, NotFoundError
from studio.core.settings import Settings
from studio.render.pool import Executor
from studio.store.blobs import BlobStore
from studio.store.consent_tables import ConsentRow, VoiceAssetRow, VoiceRow
from studio.store.database import Database


@dataclass(frozen=True, slots=True)
class Context:
    """The wired parts of one running studio.

    Attributes:
        settings: as read at the start.
        database: open and migrated.
        blobs: sound and pictures.
        gate: asked before anything sounds.
        voices: licence records of the voices of nobody living, by id.
        ledger: what happened to consents, tamper-evident.
        vault: recordings of living people, encrypted.
        clock: never goes back.
        pool: workers, started at the first task.
    """

    settings: Settings
    database: Database
    blobs: BlobStore
    gate: Gate
    voices: Mapping[str, StockVoice]
    ledger: Ledger
    vault: Vault
    clock: TrustedClock
    pool: Executor

    def voice(self, voice_id: str) -> Voice:
        """A voice by id, of nobody living or of a person; whether it may sound is for the gate to say.

        Raises:
            NotFoundError: there is no such voice.
        """
        licensed = self.voices.get(voice_id)
        if licensed is not None:
            return licensed
        with self.database.read() as session:
            row = session.get(VoiceRow, voice_id)
            if row is None:
                raise NotFoundError(f"there is no voice '{voice_id}'", hint="See `studio voices list`.")
            return consented_voice(session, row)


def consented_voice(session: Session, row: VoiceRow, engine: str = "") -> ConsentedVoice:
    """A row of a living person's voice as the rest of the studio sees it.

    Args:
        session: to look for its recordings with.
        row: the voice.
        engine: which is to speak it; the one it is set to if empty.
    """
    speaker = engine or row.engine
    assets = session.scalars(
        select(VoiceAssetRow)
        .join(ConsentRow, ConsentRow.id == VoiceAssetRow.consent_id)
        .where(
            ConsentRow.voice_id == row.id,
            ConsentRow.state == ConsentState.VERIFIED,
            VoiceAssetRow.destroyed_at.is_(None),
            VoiceAssetRow.kind.in_(("reference", "latents")),
        )
    ).all()
    shape = shape_of_assets(assets, speaker) if assets else ""
    matched = shaping_assets(assets, speaker)[1] is not None
    return ConsentedVoice(row.id, row.name, speaker, row.language, row.data_sha256, shape, matched)


def parse_numbers(text: str, *, what: str) -> set[int]:
    """Read a list such as "1,3-5" into {1, 3, 4, 5}.

    Raises:
        InputError: it is not such a list.
    """
    numbers: set[int] = set()
    for piece in text.split(","):
        first, dash, last = piece.strip().partition("-")
        if not first.isdecimal() or (dash and not last.isdecimal()):
            raise InputError(f"'{text}' is not a list of {what}", hint='Write it like "1,3-5".')
        low, high = int(first), int(last or first)
        if high < low or high > 1_000_000:  # noqa: PLR2004 - beyond any book; guards the range below
            raise InputError(f"'{piece.strip()}' is not a range of {what}", hint='Write it like "1,3-5".')
        numbers.update(range(low, high + 1))
    return numbers

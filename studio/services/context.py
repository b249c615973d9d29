"""What every service works with."""

from collections.abc import Mapping
from dataclasses import dataclass

from studio.consent.clock import TrustedClock
from studio.consent.gate import Gate
from studio.consent.ledger import Ledger
from studio.consent.licences import StockVoice
from studio.consent.vault import Vault
from studio.consent.voices import ConsentedVoice, Voice
from studio.core.errors import InputError, NotFoundError
from studio.core.settings import Settings
from studio.render.pool import Executor
from studio.store.blobs import BlobStore
from studio.store.consent_tables import VoiceRow
from studio.store.database import Database


@dataclass(frozen=True, slots=True)
class Context:
    """The wired parts of one running studio.

    Attributes:
        settings: as read at the start.
        database: open and migrated.
        blobs: sound and pictures.
        gate: asked before anything sounds.
        voices: licence records of the stock voices, by id.
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
        """A voice by id; whether it may sound is for the gate to say.

        Raises:
            NotFoundError: there is no such voice.
        """
        if voice_id in self.voices:
            return self.voices[voice_id]
        with self.database.read() as session:
            row = session.get(VoiceRow, voice_id)
            if row is None:
                raise NotFoundError(f"there is no voice '{voice_id}'", hint="See `studio voices list`.")
            return consented_voice(row)


def consented_voice(row: VoiceRow) -> ConsentedVoice:
    """A row of a living person's voice as the rest of the studio sees it."""
    return ConsentedVoice(row.id, row.name, row.engine, row.language, row.data_sha256)


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

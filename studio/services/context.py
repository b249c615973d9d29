"""What every service works with."""

from collections.abc import Mapping
from dataclasses import dataclass

from studio.consent.gate import Gate
from studio.consent.licences import StockVoice
from studio.core.errors import InputError, NotFoundError
from studio.core.settings import Settings
from studio.render.pool import Executor
from studio.store.blobs import BlobStore
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
        pool: workers, started at the first task.
    """

    settings: Settings
    database: Database
    blobs: BlobStore
    gate: Gate
    voices: Mapping[str, StockVoice]
    pool: Executor

    def voice(self, voice_id: str) -> StockVoice:
        """A voice by id.

        Raises:
            NotFoundError: there is no such voice.
        """
        try:
            return self.voices[voice_id]
        except KeyError:
            raise NotFoundError(f"there is no voice '{voice_id}'", hint="See `studio voices list`.") from None


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

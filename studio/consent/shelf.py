"""All voices that are used under a licence: shipped, brought by engines, imported."""

from collections.abc import Callable, Iterator, Mapping
from functools import cached_property

from sqlalchemy import select

from studio.consent.licences import StockVoice
from studio.store.database import Database
from studio.store.voice_tables import LibraryVoiceRow


class Shelf(Mapping[str, StockVoice]):
    """Licence records by voice id. Imported voices are read from the database at every look.

    Args:
        shipped: those of the manifest.
        brought: gives those that come with engines; called once, when they are first looked for.
        database: holds the imported ones.
    """

    def __init__(
        self, shipped: Mapping[str, StockVoice], brought: Callable[[], Mapping[str, StockVoice]], database: Database
    ) -> None:
        self._shipped = shipped
        self._bring = brought
        self._database = database

    @cached_property
    def _brought(self) -> Mapping[str, StockVoice]:
        return self._bring()

    def __getitem__(self, voice_id: str) -> StockVoice:
        found = self._shipped.get(voice_id) or self._brought.get(voice_id)
        if found is None:
            with self._database.read() as session:
                row = session.get(LibraryVoiceRow, voice_id)
                found = imported_voice(row) if row is not None else None
        if found is None:
            raise KeyError(voice_id)
        return found

    def __iter__(self) -> Iterator[str]:
        return iter(self._all())

    def __len__(self) -> int:
        return len(self._all())

    def _all(self) -> dict[str, StockVoice]:
        with self._database.read() as session:
            rows = session.scalars(select(LibraryVoiceRow).order_by(LibraryVoiceRow.id))
            imported = {row.id: imported_voice(row) for row in rows}
        return imported | dict(self._brought) | dict(self._shipped)

    def values(self) -> list[StockVoice]:  # type: ignore[override]
        """All voices, read at once."""
        return list(self._all().values())


def imported_voice(row: LibraryVoiceRow) -> StockVoice:
    """A row of an imported voice as the rest of the studio sees it."""
    return StockVoice(
        voice_id=row.id,
        name=row.name,
        engine=row.engine,
        language=row.language,
        sex=row.sex,
        data_sha256=row.data_sha256,
        licence=row.licence,
        licensor=row.licensor,
        licence_url=row.licence_url,
        commercial=row.commercial,
        attribution=row.attribution,
        files=tuple(sorted(row.files.items())),
        pitch_hz=row.pitch_hz,
        origin="imported",
    )

"""Tables of the voice library. Voices of living people are in `consent_tables`. Times are UTC, in ISO 8601 text."""

from typing import Any

from sqlalchemy.orm import Mapped, mapped_column

from studio.store.tables import Base


class LibraryVoiceRow(Base):
    """An imported voice of nobody living, and the licence it is used under.

    `files` gives the blob of each file by name; `declared` says whose voice it is, as the importer declared it.
    """

    __tablename__ = "library_voice"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str]
    engine: Mapped[str]
    language: Mapped[str]
    sex: Mapped[str]
    licence: Mapped[str]
    licensor: Mapped[str]
    licence_url: Mapped[str]
    commercial: Mapped[bool]
    attribution: Mapped[str]
    files: Mapped[dict[str, Any]]
    data_sha256: Mapped[str]
    pitch_hz: Mapped[float]
    declared: Mapped[str]
    added_by: Mapped[str]
    created_at: Mapped[str]


class FavouriteVoiceRow(Base):
    """A voice somebody of the studio keeps at hand; `person` is the sign-in name, empty where nobody signs in."""

    __tablename__ = "favourite_voice"

    person: Mapped[str] = mapped_column(primary_key=True)
    voice_id: Mapped[str] = mapped_column(primary_key=True)
    created_at: Mapped[str]

"""Settings of one run of the studio, read once when it starts and handed down."""

from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Settings:
    """Where things lie and how much of the machine is used.

    Attributes:
        home: data home: database, blobs, keys, exports, temporary files (mode 0700).
        weights: folder of the model files.
        database_url: as SQLAlchemy writes it.
        workers: worker processes for rendering and mastering.
        anchors: folder outside the data home that remembers the ledger's newest head and the consents that ended, so
            that a restored backup cannot bring one back.
        director_url: address of the chat server that may be asked for suggestions; empty for none.
        director_model: name of the model there; empty for none.
        director_key: for that server; never shown or stored.
    """

    home: Path
    weights: Path
    database_url: str
    workers: int
    anchors: Path
    director_url: str = ""
    director_model: str = ""
    director_key: str = field(default="", repr=False)

    @property
    def blobs(self) -> Path:
        """Folder of content-addressed files."""
        return self.home / "blobs"

    @property
    def keys(self) -> Path:
        """Folder of secrets (mode 0700)."""
        return self.home / "keys"

    @property
    def exports(self) -> Path:
        """Folder that finished audiobooks are delivered to."""
        return self.home / "exports"

    @property
    def temporary(self) -> Path:
        """Folder of unfinished files; on the same file system as the blobs."""
        return self.home / "tmp"

    @property
    def logs(self) -> Path:
        """Folder of the log file."""
        return self.home / "logs"

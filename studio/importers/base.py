"""What an importer is. A new one is one file with a class of this shape and one entry point."""

from pathlib import Path
from typing import Protocol, runtime_checkable

from studio.manuscript.model import Manuscript

HEAD_BYTES = 4096
"""How much of a file an importer is shown to decide whether it is its own."""


@runtime_checkable
class Importer(Protocol):
    """Reads one file format into a manuscript. Made without arguments by its entry point; holds no state."""

    @property
    def suffixes(self) -> frozenset[str]:
        """How names of its files end, in small letters with the dot; the empty string where a name may have no end."""
        ...

    def probe(self, path: Path, head: bytes) -> int | None:
        """Say how well this importer suits a file; the highest score reads it.

        Args:
            path: the name the user gave the file. Only its suffix may be looked at: an uploaded file lies elsewhere.
            head: the first `HEAD_BYTES` bytes.

        Returns:
            A score (built-in importers give 1 to 100), or None to decline.
        """
        ...

    def read(self, path: Path) -> Manuscript:
        """Read the whole file. Nothing outside of it is opened, and nothing is written.

        A title the file does not give is left empty: the caller names the book after the file.

        Raises:
            InputError: it is damaged, protected, hostile or holds no text.
            OSError: it cannot be read.
        """
        ...

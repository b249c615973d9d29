"""Fountain: screenplays and audio plays as plain text."""

from pathlib import Path
from typing import Final

from studio.importers.decode import read_text
from studio.importers.screenplay import read_script
from studio.importers.sniff import looks_like_text
from studio.manuscript.model import Manuscript

_SCORE = 90


class FountainImporter:
    """Reads Fountain files: who speaks, how, and what the narrator says between."""

    suffixes: Final = frozenset({".fountain", ".spmd"})

    def probe(self, path: Path, head: bytes) -> int | None:
        """By name: nothing inside a file tells Fountain from plain text."""
        return _SCORE if path.suffix.lower() in self.suffixes and looks_like_text(head) else None

    def read(self, path: Path) -> Manuscript:
        """Read the file. Its sections divide it into chapters, else lines such as "ACT TWO", else it is one.

        Raises:
            InputError: it is too large, no text, or says nothing.
            OSError: the file cannot be read.
        """
        return read_script(read_text(path), path.name)

"""The structure cases of tests/corpus/structure: small books and the outline that must come of them.

An outline has a line for each division, `kind: title`, with ` < part` for each part around it and in brackets where it
is skipped, and below it an indented line for each block, `kind: words`.
"""

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import docx

from studio.importers.registry import import_manuscript
from studio.manuscript.model import Chapter
from studio.manuscript.tags import plain_text
from tests.importers.conftest import EpubBuilder, nav_item, ncx_point

CORPUS = Path(__file__).parents[1] / "corpus" / "structure"


@dataclass(frozen=True, slots=True)
class Case:
    """A book in text form.

    Attributes:
        name: what it is about.
        source: text of the file by suffix ("md", "txt", "html"), paragraphs of a Word document ("docx"), or the parts
            of an EPUB.
        expected: its outline.
    """

    name: str
    source: dict[str, Any]
    expected: str

    def found(self, folder: Path) -> str:
        """Outline of what the importer makes of it; the book is written to a folder."""
        suffix = next((key for key in ("md", "txt", "html", "docx") if key in self.source), "epub")
        path = folder / f"book.{suffix}"
        if suffix == "epub":
            _epub(self.source).write(path)
        elif suffix == "docx":
            _word(self.source["docx"], path)
        else:
            path.write_text(self.source[suffix], encoding="utf-8")
        return "\n".join(line for chapter in import_manuscript(path).chapters for line in _lines(chapter))


def cases() -> list[Case]:
    """All cases, by file and in their order."""
    found = []
    for path in sorted(CORPUS.glob("*.toml")):
        sources = tomllib.loads(path.read_text(encoding="utf-8"))["case"]
        found += [Case(f"{path.stem}: {case['name']}", case, case["outline"].strip("\n")) for case in sources]
    return found


def _epub(source: dict[str, Any]) -> EpubBuilder:
    nav, ncx = source.get("nav"), source.get("ncx")
    return EpubBuilder(
        documents=source["documents"],
        nav=None if nav is None else "".join(nav_item(*_entry(entry, nav_item)) for entry in nav),
        ncx=None if ncx is None else "".join(ncx_point(*_entry(entry, ncx_point)) for entry in ncx),
    )


def _word(paragraphs: list[list[str]], path: Path) -> None:
    document = docx.Document()
    for style, text in paragraphs:
        document.add_paragraph(text, style)
    document.save(str(path))


def _entry(entry: list[Any], make: Any) -> tuple[str, str, str]:
    title, href, *inner = entry
    return title, href, "".join(make(*_entry(child, make)) for child in inner)


def _lines(chapter: Chapter) -> list[str]:
    head = f"{chapter.kind.value}: {plain_text(chapter.title)}" + "".join(f" < {part}" for part in chapter.parts)
    blocks = [
        f"  {block.kind.value}" + (f": {plain_text(block.text)}" if block.text else "") for block in chapter.blocks
    ]
    return [f"({head})" if chapter.skipped else head, *blocks]

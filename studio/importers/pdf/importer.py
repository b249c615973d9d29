"""The importer of PDF documents."""

import re
from pathlib import Path
from typing import Any, Final

from studio.core.errors import InputError
from studio.importers.chapters import chapters_from_headings
from studio.importers.clean import clean_text
from studio.importers.language import language_tag
from studio.importers.pdf.frame import without_frames
from studio.importers.pdf.lines import MAX_CHARS, PdfPage, read_page
from studio.importers.pdf.ocr import INSTALL, read_scans
from studio.importers.pdf.paragraphs import body_size, read_blocks
from studio.importers.tagged import literal_chapters
from studio.manuscript.model import Manuscript, Metadata

MAX_PAGES: Final = 5_000
MAX_BYTES: Final = 300 * 1024 * 1024

_SCORE: Final = 95
_MAGIC: Final = b"%PDF-"
_MAGIC_WITHIN: Final = 1024
_YEAR = re.compile(r"D:(1[0-9]{3}|20[0-9]{2})")
_FILE_NAME = re.compile(r"\.(?:docx?|odt|rtf|indd|pages|tex|txt)\s*$|^microsoft word - ", re.IGNORECASE)
_MAX_BOOKMARKS: Final = 5_000
_NAMED_PAGES: Final = 10


class PdfImporter:
    """Reads PDF documents that have a text layer. Scripts, links and attachments in them are never looked at."""

    suffixes: Final = frozenset({".pdf"})

    def probe(self, path: Path, head: bytes) -> int | None:
        """By the mark at the beginning; a PDF under the name of an EPUB is told as what it is."""
        return _SCORE if _MAGIC in head[:_MAGIC_WITHIN] and path.suffix.lower() in self.suffixes | {""} else None

    def read(self, path: Path) -> Manuscript:
        """Read the document.

        Raises:
            InputError: it is damaged, protected, too long, or its pages are pictures.
            OSError: the file cannot be read.
        """
        import pypdfium2 as pdfium  # noqa: PLC0415 - a shared library, for one format

        if path.stat().st_size > MAX_BYTES:
            raise InputError(
                f"the document is larger than {MAX_BYTES // 1024**2} MB", where=path.name, hint="Split it."
            )
        try:
            document = pdfium.PdfDocument(path)
        except pdfium.PdfiumError as error:
            if "password" in str(error).lower():
                raise InputError(
                    "the document is protected by a password", where=path.name, hint="Remove the password first."
                ) from error
            raise _damaged(path.name) from error
        try:
            if len(document) > MAX_PAGES:
                raise InputError(
                    f"the document has more than {MAX_PAGES:,} pages", where=path.name, hint="Split it into volumes."
                )
            pages = read_scans(document, _pages(document, path.name), path.name)
            outline, stated = _outline(document), document.get_metadata_dict(skip_empty=True)
        except pdfium.PdfiumError as error:
            raise _damaged(path.name) from error
        finally:
            document.close()
        metadata = _metadata(stated)
        body_pt = body_size(pages)
        text, left_out = without_frames(pages, body_pt)
        blocks = read_blocks(text, outline, body_pt)
        chapters = chapters_from_headings(blocks, book_title=metadata.title, language=metadata.language)
        warnings = [f"Left out: {count} × {kind}." for kind, count in left_out.items()]
        warnings += _told_of_pictures(pages)
        return Manuscript(metadata, literal_chapters(chapters), warnings=tuple(warnings))


def _damaged(where: str) -> InputError:
    return InputError("the document is damaged", where=where, hint="Open it in a PDF viewer and print it to a new PDF.")


def _pages(document: Any, where: str) -> list[PdfPage]:
    pages: list[PdfPage] = []
    characters = 0
    for index in range(len(document)):
        pages.append(_page(document, index))
        characters += sum(len(line.text) for line in pages[-1].lines)
        if characters > MAX_CHARS:
            raise InputError(
                f"the document has more than {MAX_CHARS:,} letters", where=where, hint="Split it into volumes."
            )
    return pages


def _page(document: Any, index: int) -> PdfPage:
    page = document[index]
    try:
        return read_page(page)
    finally:
        page.close()


def _told_of_pictures(pages: list[PdfPage]) -> list[str]:
    """Which pages are pictures: those that were read by recognition, which misreads, and those that were not read."""

    def named(read: bool) -> str:
        numbers = [str(number) for number, page in enumerate(pages, 1) if page.pictures and bool(page.lines) == read]
        return ", ".join(numbers[:_NAMED_PAGES]) + (" …" if len(numbers) > _NAMED_PAGES else "")

    told = []
    if all(page.pictures for page in pages):
        told.append("Read from the pictures of its pages: look through it.")
    elif recognised := named(read=True):
        told.append(f"Pages read from their pictures, to be looked through: {recognised}.")
    if left := named(read=False):
        told.append(
            f"Pages that are pictures and not read: {left}. If they are scanned text: `{INSTALL}`, and import it anew."
        )
    return told


def _outline(document: Any) -> dict[int, list[tuple[int, str]]]:
    """Bookmarks by the page they lead to: level from 1, and title."""
    found: dict[int, list[tuple[int, str]]] = {}
    for count, bookmark in enumerate(document.get_toc(max_depth=6)):
        if count >= _MAX_BOOKMARKS:
            break
        target = bookmark.get_dest()
        page, title = target.get_index() if target is not None else None, clean_text(bookmark.get_title())
        if page is not None and title:
            found.setdefault(page, []).append((bookmark.level + 1, title))
    return found


def _metadata(stated: dict[str, str]) -> Metadata:
    title = clean_text(stated.get("Title", ""))
    year = _YEAR.match(stated.get("CreationDate", ""))
    return Metadata(
        title="" if _FILE_NAME.search(title) else title,
        author=clean_text(stated.get("Author", "")),
        language=language_tag(stated.get("Lang", "")) or "en",
        year=year.group(1) if year else "",
        description=clean_text(stated.get("Subject", "")),
    )

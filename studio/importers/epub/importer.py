"""EPUB 2 and 3."""

import logging
import posixpath
import re
from collections import Counter
from pathlib import Path
from typing import Final

from studio.core.errors import InputError
from studio.importers.archive import Archive, DamagedEntryError, resolve
from studio.importers.blocks import Voicing, extract_blocks
from studio.importers.epub.divide import Document, References, divide
from studio.importers.epub.navigation import Entry, read_landmarks, read_navigation, read_ncx
from studio.importers.epub.overlay import follow, read_narrations
from studio.importers.epub.package import Package, read_cover, read_package, refuse_protected
from studio.importers.epub.pls import read_pls
from studio.importers.epub.styles import Styles
from studio.importers.extract import Extract
from studio.importers.language import language_tag, primary_tag
from studio.importers.markup import Element, attribute, local_name
from studio.importers.tagged import literal_chapters
from studio.importers.xml import parse_xhtml, parse_xml
from studio.manuscript.lexicon.entry import Entry as LexiconEntry
from studio.manuscript.lexicon.tables import MAX_ENTRIES
from studio.manuscript.model import Manuscript

_log = logging.getLogger(__name__)

_ZIP_MAGIC = (b"PK\x03\x04", b"PK\x05\x06")
_MEDIA_TYPE = b"mimetypeapplication/epub+zip"
_MAX_NAMED = 20  # entries left out of one lexicon that are named one by one
_PLS_TYPE = "application/pls+xml"
_ROOT_LANGUAGE = re.compile(rb"<html\b[^>]{0,1000}?\s(?:xml:)?lang\s*=\s*[\"']([A-Za-z-]{2,35})[\"']")
_ROOT_BYTES = 4096
_CERTAIN = 100
_BY_NAME = 60


class EpubImporter:
    """Reads EPUB 2 and 3 without DRM."""

    suffixes: Final = frozenset({".epub"})

    def probe(self, path: Path, head: bytes) -> int | None:
        """Certain of the media type at the head of the container; a zip file named .epub is tried too."""
        if not head.startswith(_ZIP_MAGIC):
            return None
        if _MEDIA_TYPE in head[:200]:
            return _CERTAIN
        return _BY_NAME if path.suffix.lower() in self.suffixes else None

    def read(self, path: Path) -> Manuscript:
        """Read the book.

        Raises:
            InputError: it is damaged, protected by DRM, hostile, or has no text.
            OSError: the file cannot be read.
        """
        with Archive(path) as archive:
            refuse_protected(archive, path.name)
            package = read_package(archive, path.name)
            documents = _read_documents(archive, package, path.name)
            contents, landmarks = _read_contents(archive, package, path.name)
            cover = read_cover(archive, package)
            lexicon = _read_lexicons(archive, package)
        chapters, warnings = divide(documents, contents, landmarks, package.guide, package.metadata)
        unread = [
            f"Left out of '{document.path}': {count} × {what}."
            for document in documents
            for what, count in document.extract.unread.items()
        ]
        _log.info("read %s: %d files, %d divisions", path.name, len(documents), len(chapters))
        problems = (*package.warnings, *warnings, *unread)
        return Manuscript(package.metadata, literal_chapters(chapters), cover, problems, lexicon)


def _read_lexicons(archive: Archive, package: Package) -> tuple[LexiconEntry, ...]:
    """Pronunciations of the PLS documents in the manifest, in its order; what is not usable becomes a warning."""
    entries: list[LexiconEntry] = []
    for path in dict.fromkeys(item.path for item in package.items.values() if item.media_type == _PLS_TYPE):
        if path not in archive:
            package.warnings.append(f"The pronunciation lexicon '{path}' is missing.")
            continue
        try:
            found, left_out = read_pls(archive.read(path), path, package.lexicon_languages.get(path, ""))
        except InputError as error:
            package.warnings.append(f"The pronunciation lexicon '{path}' was not read: {error.message}.")
            continue
        room = MAX_ENTRIES - len(entries)
        entries += found[:room]
        if len(found) > room:
            left_out += (f"{path}: {len(found) - room} entries are left out: a book may bring {MAX_ENTRIES:,}.",)
        package.warnings.extend(left_out[:_MAX_NAMED])
        if len(left_out) > _MAX_NAMED:
            package.warnings.append(f"{path}: {len(left_out) - _MAX_NAMED} more entries are left out.")
    return tuple(entries)


def _read_documents(archive: Archive, package: Package, where: str) -> list[Document]:
    languages = _own_languages(archive, package)
    narrations = read_narrations(archive, package)
    styles = Styles(archive)
    documents = []
    moved_in: list[str] = []
    for path, main_flow in package.spine:
        extract = Extract()
        root = _root(archive, package, path, where)
        if root is not None:
            _remember_lexicons(package, root, path)
            narration = narrations.get(path)
            speech = styles.speech_of(root, path)
            unread, moved = follow(root, narration) if narration else (frozenset[Element](), False)
            moved_in += [path] if moved else []
            extract = extract_blocks(root, Voicing(languages, speech, unread))
        documents.append(Document(path, extract, main_flow))
    package.warnings.extend(dict.fromkeys(styles.warnings))
    if moved_in:
        package.warnings.append(
            f"Parts of {len(moved_in)} {'file is' if len(moved_in) == 1 else 'files are'} read in the order of the"
            f" narration that comes with the book, the first of them '{moved_in[0][:120]}'."
        )
    return documents


def _remember_lexicons(package: Package, root: Element, path: str) -> None:
    """Note the languages that a document gives the lexicons it links."""
    for link in (inner for head in root if local_name(head) == "head" for inner in head if local_name(inner) == "link"):
        target = resolve(posixpath.dirname(path), attribute(link, "href"))
        tag = language_tag(attribute(link, "hreflang"))
        if target is not None and tag and attribute(link, "rel").lower() == "pronunciation":
            package.lexicon_languages.setdefault(target[0], tag)


def _root(archive: Archive, package: Package, path: str, where: str) -> Element | None:
    if path not in archive:
        package.warnings.append(f"'{path}' is named in the reading order but missing; its text is not in the book.")
        return None
    root = _content(archive, path, where)
    if root is None:
        package.warnings.append(f"'{path}' is damaged; its text is not in the book.")
    return root


def _own_languages(archive: Archive, package: Package) -> frozenset[str]:
    """The book's language, and the one most of its documents name: some tools write their own into every file."""
    stated: Counter[str] = Counter()
    for path, _ in package.spine:
        stated[_root_language(archive, path) if path in archive else ""] += 1
    usual = [tag for tag, count in stated.most_common(1) if tag and 2 * count > len(package.spine)]
    return frozenset({primary_tag(package.metadata.language), *usual})


def _root_language(archive: Archive, path: str) -> str:
    try:
        found = _ROOT_LANGUAGE.search(archive.read_head(path, _ROOT_BYTES))
    except DamagedEntryError:
        return ""
    return primary_tag(language_tag(found[1].decode("ascii"))) if found else ""


def _content(archive: Archive, path: str, where: str) -> Element | None:
    try:
        return parse_xhtml(archive.read(path), f"{where}, {path}")
    except DamagedEntryError:
        return None


def _read_contents(archive: Archive, package: Package, where: str) -> tuple[tuple[Entry, ...], References]:
    entries: tuple[Entry, ...] = ()
    landmarks: References = {}
    if package.navigation in archive:
        root = _content(archive, package.navigation, where)
        if root is not None:
            entries = read_navigation(root, package.navigation)
            landmarks = read_landmarks(root, package.navigation)
            landmarks.setdefault((package.navigation, ""), []).append("toc")  # where the reading order names it too
    if not entries and package.ncx in archive:
        try:
            entries = read_ncx(parse_xml(archive.read(package.ncx), f"{where}, {package.ncx}"), package.ncx)
        except InputError as error:
            package.warnings.append(f"The table of contents could not be read: {error.message}.")
    return entries, landmarks

"""Importers found through the entry points of group `vivavoce.importers`, and the choice among them."""

import logging
from collections.abc import Iterable
from dataclasses import replace
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path

from studio.core.errors import InputError, NotFoundError, StudioError
from studio.importers.base import HEAD_BYTES, Importer
from studio.importers.clean import clean_text, has_letter
from studio.importers.folder import read_folder
from studio.importers.language import language_tag
from studio.importers.sniff import foreign_format, looks_like_text
from studio.manuscript.lengths import split_long
from studio.manuscript.model import Chapter, Manuscript
from studio.manuscript.tags import plain_text

_log = logging.getLogger(__name__)

_GROUP = "vivavoce.importers"
_REMEDY = "Convert it to EPUB, Word (.docx), Markdown (.md) or plain text (.txt) and import that."
_SAVE_AS_DOCX = "Open it in a word processor and save it as Word (DOCX) without a password."
_OLD_OFFICE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"  # the container of old and of encrypted documents
_NEW_OFFICE = frozenset({".docx", ".docm", ".dotx"})
_MAX_TITLE_CHARS = 300


def installed_importers() -> dict[str, Importer]:
    """All importers that can be loaded, by name. A broken plug-in is logged and left out."""
    return load_importers(entry_points(group=_GROUP))


def load_importers(points: Iterable[EntryPoint]) -> dict[str, Importer]:
    """Make the importers of some entry points; one that cannot be made is logged and left out."""
    importers: dict[str, Importer] = {}
    for point in points:
        try:
            importer = point.load()()
        except Exception:  # noqa: BLE001 - a plug-in may fail in any way, and must not take the others along
            _log.exception("importer '%s' cannot be loaded", point.name)
            continue
        if isinstance(importer, Importer):
            importers[point.name] = importer
        else:
            _log.error("importer '%s' is none: it lacks suffixes, probe or read", point.name)
    return importers


def known_suffixes() -> tuple[str, ...]:
    """How the names of all files end that can be imported, in order of the alphabet."""
    return tuple(sorted({suffix for importer in installed_importers().values() for suffix in importer.suffixes} - {""}))


def import_manuscript(
    path: Path,
    *,
    language: str | None = None,
    original_name: str | None = None,
    importers: dict[str, Importer] | None = None,
) -> Manuscript:
    """Read a book with the importer that suits it best.

    Chapters too long for one audio file come out split; a book without a title is named after its file.

    Args:
        path: the file, or a folder whose files are its parts (`studio.importers.folder`).
        language: BCP 47 tag; as the book says if not given.
        original_name: what the user calls the file, where it lies under another name.
        importers: by name; the installed ones if not given.

    Raises:
        NotFoundError: there is no such file.
        InputError: no importer knows it, or it is damaged, protected, hostile or without text.
    """
    name = Path(original_name).name if original_name else path.name
    tag = language_tag(language) if language else ""
    if language and not tag:
        raise InputError(f"'{language[:40]}' is no language tag", hint="Give one such as en-GB or de.")
    known = installed_importers() if importers is None else importers
    if path.is_dir():
        return _finished(read_folder(path, lambda file: _read(file, file.name, known)), path.resolve().name, tag)
    return _finished(_read(path, name, known), name, tag)


def _read(path: Path, name: str, importers: dict[str, Importer]) -> Manuscript:
    """Read one file as the importer made it.

    Raises:
        StudioError: as `import_manuscript`.
    """
    importer = _choose(importers, Path(name), _read_head(path, name))
    try:
        return importer.read(path)
    except StudioError as error:
        if path.name != name and path.name in error.where:
            raise type(error)(error.message, where=error.where.replace(path.name, name), hint=error.hint) from error
        raise
    except Exception as error:  # whatever a parser trips over, the file is what is wrong
        _log.exception("%s failed on a file", type(importer).__name__)
        raise InputError("the file cannot be read", where=name, hint="It may be damaged; try another copy.") from error


def _read_head(path: Path, name: str) -> bytes:
    if not path.exists():
        raise NotFoundError("there is no such file", where=name)
    if not path.is_file():
        raise InputError("this is no file", where=name, hint="Give the path of a book.")
    try:
        with path.open("rb") as stream:
            head = stream.read(HEAD_BYTES)
    except OSError as error:
        raise InputError(f"the file cannot be read ({error.strerror})", where=name) from error
    if not head:
        raise InputError("the file is empty", where=name, hint="Download or save it again.")
    return head


def _choose(importers: dict[str, Importer], named: Path, head: bytes) -> Importer:
    best: tuple[int, Importer] | None = None
    for name, importer in importers.items():
        try:
            score = importer.probe(named, head)
        except Exception:  # noqa: BLE001 - as when loading: a broken plug-in is passed over
            _log.exception("importer '%s' failed to probe a file", name)
            continue
        if score is not None and (best is None or score > best[0]):
            best = (score, importer)
    if best is None:
        raise _unknown(named, head)
    return best[1]


def _unknown(named: Path, head: bytes) -> InputError:
    what = foreign_format(head)
    suffix = named.suffix.lower()
    if head.startswith(_OLD_OFFICE):
        old = "an old Word document" if suffix == ".doc" else "an old Microsoft Office document"
        kept = "protected by a password, or in the old format under a new name"
        cause = f"the document is {kept}" if suffix in _NEW_OFFICE else f"this is {old}, which cannot be imported"
        return InputError(cause, where=named.name, hint=_SAVE_AS_DOCX)
    if what:
        cause = f"this is {what}, which cannot be imported" if suffix != ".epub" else f"this is {what}, not an EPUB"
    elif looks_like_text(head) and suffix:
        cause = f"files of type '{suffix}' cannot be imported" if suffix != ".epub" else "this is no EPUB"
    else:
        cause = "this is no book in a known format"
    return InputError(cause, where=named.name, hint=_REMEDY)


def _finished(book: Manuscript, name: str, language: str) -> Manuscript:
    if not any(has_letter(plain_text(block.text)) for chapter in book.chapters for block in chapter.blocks):
        raise InputError(
            "the book contains no text", where=name, hint="If its pages are pictures, run text recognition (OCR) first."
        )
    title = book.metadata.title or clean_text(Path(name).stem.replace("_", " "))[:_MAX_TITLE_CHARS] or "Untitled"
    metadata = replace(book.metadata, title=title, language=language or book.metadata.language)
    warnings = list(book.warnings)
    chapters: list[Chapter] = []
    for chapter in book.chapters:
        pieces = split_long(chapter)
        if len(pieces) > 1:
            warnings.append(f"'{chapter.title}' is too long for one audio file and was split into {len(pieces)}.")
        chapters.extend(pieces)
    if all(chapter.skipped for chapter in chapters):
        warnings.append("All of the book looks like front or back matter; choose the chapters to read by hand.")
    return replace(book, metadata=metadata, chapters=tuple(chapters), warnings=tuple(warnings))

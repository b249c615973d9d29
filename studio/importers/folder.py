"""A folder of files as one book: a chapter or more of each, in the order people count in."""

import re
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Final

from studio.core.errors import InputError, StudioError
from studio.importers.clean import clean_text, has_letter
from studio.importers.language import language_tag
from studio.manuscript.matter import is_chapter_title, kind_from_title
from studio.manuscript.model import Block, BlockKind, Chapter, ChapterKind, Manuscript, Metadata
from studio.manuscript.tags import escape_tags

MAX_FILES: Final = 2_000

_MAX_NAMED = 20

_NUMBER = re.compile(r"(\d+)")
_LEADING_NUMBER = re.compile(r"\A\d{1,4}[\s._-]+(?=\S)")
_PICTURES_AND_SOUNDS: Final = frozenset({".jpg", ".jpeg", ".png", ".gif", ".mp3", ".wav", ".ini", ".db"})


def read_folder(folder: Path, read: Callable[[Path], Manuscript]) -> Manuscript:
    """Read every file of a folder that an importer knows; folders in it, hidden files and links are left alone.

    A file that is one division without a heading is named after the file, and the book after the folder. What cannot
    be read or is left alone is told as warnings, unless nothing can be read.

    Args:
        folder: with the files.
        read: reads one file.

    Raises:
        InputError: it holds no file that can be read, or too many.
        OSError: it cannot be listed.
    """
    entries = sorted((path for path in folder.iterdir() if not path.name.startswith((".", "~$"))), key=_counted)
    files = [path for path in entries if _is_part(path)]
    if len(files) > MAX_FILES:
        raise InputError(
            f"the folder holds more than {MAX_FILES:,} files", where=folder.name, hint="Import a part of it."
        )
    chapters: list[Chapter] = []
    warnings: list[str] = []
    stated: list[Metadata] = []
    for path in files:
        try:
            book = read(path)
        except StudioError as error:
            warnings.append(f"Not read: {error.sentence}")
            continue
        stated.append(book.metadata)
        chapters += _named(book, path)
        warnings += (f"{path.name}: {warning}" for warning in book.warnings)
    if not chapters:
        reason = warnings[0].removeprefix("Not read: ") if warnings else ""
        raise InputError(
            "the folder holds no file that can be read", where=folder.name, hint=reason or "Put the chapters in it."
        )
    languages = {metadata.language for metadata in stated} - {""}
    authors = {metadata.author for metadata in stated} - {""}
    metadata = Metadata(
        title=clean_text(folder.resolve().name.replace("_", " ")),
        author=authors.pop() if len(authors) == 1 else "",
        language=language_tag(languages.pop()) if len(languages) == 1 else "en",
    )
    return Manuscript(metadata, tuple(chapters), warnings=(*warnings, *_left_alone(entries)))


def _is_part(path: Path) -> bool:
    return not path.is_symlink() and path.is_file() and path.suffix.lower() not in _PICTURES_AND_SOUNDS


def _left_alone(entries: list[Path]) -> list[str]:
    """A sentence that names the links, folders, pictures and recordings that were not looked into."""
    names = [f"{path.name} ({_kind(path)})" for path in entries if not _is_part(path)]
    if not names:
        return []
    more = f" and {len(names) - _MAX_NAMED} more" if len(names) > _MAX_NAMED else ""
    return [f"Left alone: {', '.join(names[:_MAX_NAMED])}{more}."]


def _kind(path: Path) -> str:
    if path.is_symlink():
        return "a link"
    if path.is_dir():
        return "a folder"
    return "no text" if path.is_file() else "no file"


def _counted(path: Path) -> list[tuple[int, int, str]]:
    """Sorts "Chapter 2" before "Chapter 10"."""
    parts = _NUMBER.split(path.name.casefold())
    return [(0, int(part), "") if part.isdecimal() and len(part) < 10 else (1, 0, part) for part in parts if part]  # noqa: PLR2004 - longer ones are no counts


def _named(book: Manuscript, path: Path) -> list[Chapter]:
    """The divisions of a file; its only one is named after the file if nothing in it names it."""
    if len(book.chapters) != 1:
        return list(book.chapters)
    chapter = book.chapters[0]
    if any(block.kind is BlockKind.HEADING for block in chapter.blocks):
        return [chapter]
    title = clean_text(path.stem.replace("_", " "))
    title = title if is_chapter_title(title) else _LEADING_NUMBER.sub("", title)
    if book.metadata.title and not title.strip("0123456789 .-"):
        title = book.metadata.title
    if not has_letter(title):
        return [replace(chapter, skipped=False)]
    kind = kind_from_title(title) or ChapterKind.CHAPTER
    heading = Block(BlockKind.HEADING, escape_tags(title), 1)
    return [replace(chapter, title=title, kind=kind, blocks=(heading, *chapter.blocks), skipped=False)]

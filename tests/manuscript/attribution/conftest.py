"""Builds small books out of paragraphs."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from studio.manuscript.attribution.speakers import Attribution, attribute
from studio.manuscript.model import Block, BlockKind, Chapter, ChapterKind, Manuscript, Metadata


def book_of(*paragraphs: str) -> Manuscript:
    """A book of one chapter; "***" is a break between scenes."""
    blocks = tuple(
        Block(BlockKind.SCENE_BREAK) if text == "***" else Block(BlockKind.PARAGRAPH, text) for text in paragraphs
    )
    return Manuscript(Metadata("Book"), (Chapter("One", ChapterKind.CHAPTER, blocks),))


@pytest.fixture
def speakers() -> Callable[..., list[str | None]]:
    """Gives the speaker of each span of speech of some paragraphs."""
    return lambda *paragraphs: [line.speaker for line in attribute(book_of(*paragraphs)).lines]


@pytest.fixture
def attributed() -> Callable[..., Attribution]:
    """Gives the attribution of some paragraphs."""
    return lambda *paragraphs: attribute(book_of(*paragraphs))


@pytest.fixture
def novel_path() -> Path:
    """The EPUB the labels of the novel are for, where it is at hand."""
    root = Path(__file__).resolve().parents[3]
    path = Path(os.environ.get("VIVAVOCE_TEST_EPUB") or root / "../shared/books/love-among-the-chickens.epub")
    if not path.is_file():
        pytest.skip("the test book is not here; set VIVAVOCE_TEST_EPUB to its path")
    return path

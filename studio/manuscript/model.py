"""The manuscript: what an importer makes of a book, before anything is decided about its sound."""

from dataclasses import dataclass, field, replace
from enum import StrEnum
from typing import Final

from studio.manuscript.lexicon.entry import Entry
from studio.manuscript.tags import plain_text


class BlockKind(StrEnum):
    """What a block of text is in the book."""

    HEADING = "heading"
    PARAGRAPH = "paragraph"
    SCENE_BREAK = "scene-break"
    LIST_ITEM = "list-item"
    VERSE = "verse"
    QUOTE = "quote"
    TABLE_ROW = "table-row"
    IMAGE = "image"


IN_SCENE: Final = frozenset({BlockKind.PARAGRAPH, BlockKind.LIST_ITEM})
"""Blocks in which people of the story speak; what stands in quotation marks elsewhere is quoted."""


class ChapterKind(StrEnum):
    """What a division of the book is: decides whether it is read by default."""

    CHAPTER = "chapter"
    PROLOGUE = "prologue"
    EPILOGUE = "epilogue"
    INTRODUCTION = "introduction"
    PREFACE = "preface"
    FOREWORD = "foreword"
    AFTERWORD = "afterword"
    PART = "part"
    EPIGRAPH = "epigraph"
    DEDICATION = "dedication"
    ACKNOWLEDGEMENTS = "acknowledgements"
    COVER = "cover"
    TITLE_PAGE = "title-page"
    HALF_TITLE = "half-title"
    IMPRINT = "imprint"
    COPYRIGHT = "copyright"
    LICENCE = "licence"
    CONTENTS = "contents"
    ILLUSTRATIONS = "illustrations"
    NOTES = "notes"
    BIBLIOGRAPHY = "bibliography"
    GLOSSARY = "glossary"
    INDEX = "index"
    APPENDIX = "appendix"
    ABOUT = "about-the-author"
    ADVERTISEMENT = "advertisement"
    COLOPHON = "colophon"


SPOKEN_BY_DEFAULT = frozenset({
    ChapterKind.CHAPTER, ChapterKind.PROLOGUE, ChapterKind.EPILOGUE, ChapterKind.INTRODUCTION, ChapterKind.PREFACE,
    ChapterKind.FOREWORD, ChapterKind.AFTERWORD, ChapterKind.PART, ChapterKind.EPIGRAPH, ChapterKind.APPENDIX,
})  # fmt: skip


@dataclass(frozen=True, slots=True)
class Block:
    """A paragraph or heading of a chapter: tagged text (`studio.manuscript.tags`) as it is to be read.

    Attributes:
        kind: what it is in the book.
        text: the words, with the delivery tags the author wrote; brackets that are none are escaped. Empty only for a
            scene break.
        level: 1 to 6 for a heading, else 0.
        role: who speaks, where the book says so (a script's character); empty for the narrator.
        delivery: how all of it is said unless its tags say otherwise, in canonical form; empty for neutral.
    """

    kind: BlockKind
    text: str = ""
    level: int = 0
    role: str = ""
    delivery: str = ""


@dataclass(frozen=True, slots=True)
class Chapter:
    """A division of the book that becomes one audio file.

    Attributes:
        title: as the table of contents has it, or the heading.
        kind: what it is.
        blocks: what is read, in order. Where the book has a heading it is the first block, once.
        parts: titles of the parts that enclose it, outermost first.
        skipped: left out of the audiobook.
    """

    title: str
    kind: ChapterKind
    blocks: tuple[Block, ...]
    parts: tuple[str, ...] = ()
    skipped: bool = False

    @property
    def words(self) -> int:
        """How many words it has, counted at white space, without tags."""
        return sum(len(plain_text(block.text).split()) for block in self.blocks)


@dataclass(frozen=True, slots=True)
class Cover:
    """The cover picture: its bytes and media type (image/jpeg or image/png)."""

    media_type: str
    data: bytes


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the book says about itself. Language is a BCP 47 tag ("en-GB"); year is of first publication if known."""

    title: str
    author: str = ""
    language: str = "en"
    year: str = ""
    publisher: str = ""
    identifier: str = ""
    description: str = ""


@dataclass(frozen=True, slots=True)
class Manuscript:
    """A whole imported book.

    Attributes:
        metadata: what the book says about itself.
        chapters: all divisions in reading order, spoken and skipped.
        cover: the cover picture, if there is one.
        warnings: sentences about what could not be imported as it was, each with its place.
        lexicon: pronunciations the book brings along.
    """

    metadata: Metadata
    chapters: tuple[Chapter, ...]
    cover: Cover | None = None
    warnings: tuple[str, ...] = field(default=())
    lexicon: tuple[Entry, ...] = ()

    def with_chapters(self, chapters: tuple[Chapter, ...]) -> "Manuscript":
        """The same book with other chapters."""
        return replace(self, chapters=chapters)

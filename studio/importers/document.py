"""From a document that is one HTML tree to a manuscript: what web pages and word processor files have in common."""

from collections.abc import Sequence
from dataclasses import replace

from studio.core.errors import InputError
from studio.importers.av_script import AudioColumns
from studio.importers.blocks import Voicing, extract_blocks
from studio.importers.chapters import chapters_from_headings
from studio.importers.markup import Element
from studio.importers.spans import line_of, tagged_block
from studio.importers.tagged import heading_block, is_said, literal, titled_in_words
from studio.manuscript.matter import is_bare_ordinal, is_chapter_title, is_part_title, kind_from_title
from studio.manuscript.model import Block, BlockKind, Manuscript, Metadata
from studio.manuscript.tags import plain_text

_MAX_HEADING_WORDS = 12


def read_document(
    root: Element, metadata: Metadata, where: str, *, tagged: bool, voicing: Voicing | None = None
) -> Manuscript:
    """Divide a document by its headings.

    Two-column audio/video scripts in its tables are read as scripts. Where nothing is marked as a heading, short
    paragraphs that read like the title of a chapter are taken as headings.

    Args:
        root: of the tree, parsed without trust; it is changed.
        metadata: what the document says about itself; without a title its only top heading is it.
        where: name of the file.
        tagged: the author may have written delivery tags; else brackets are words.
        voicing: how words of a text without tags are said.

    Raises:
        InputError: there is no text in it.
    """
    scripts = AudioColumns.take(root, tagged=tagged)
    extract = extract_blocks(root, voicing)
    found = [piece.block for piece in extract.pieces if not piece.note and not piece.dropped]
    divided = _with_headings(found)
    if not tagged:
        divided = [_literal(block) for block in divided]
    blocks = scripts.put_back(divided)
    blocks = [_heading(block) for block in blocks if not block.text or is_said(block.text)]
    if not any(block.text for block in blocks):
        raise InputError("the file contains no text", where=where)
    top = [plain_text(block.text) for block in blocks if block.kind is BlockKind.HEADING and block.level == 1]
    if not metadata.title and len(top) == 1:
        metadata = replace(metadata, title=top[0])
    chapters = chapters_from_headings(blocks, book_title=metadata.title, language=metadata.language)
    left_out = [f"Left out: {count} × {what}." for what, count in extract.unread.items()]
    return Manuscript(metadata, titled_in_words(chapters), warnings=(*left_out, *scripts.warnings))


def _literal(block: Block) -> Block:
    return tagged_block(block) if line_of(block).spans else replace(block, text=literal(block.text))


def _heading(block: Block) -> Block:
    return heading_block(block.text, block.level) if block.kind is BlockKind.HEADING else block


def _with_headings(blocks: Sequence[Block]) -> list[Block]:
    if any(block.kind is BlockKind.HEADING for block in blocks):
        return list(blocks)
    return [
        replace(block, kind=BlockKind.HEADING, level=_level(block.text)) if _is_title(block) else block
        for block in blocks
    ]


def _is_title(block: Block) -> bool:
    text = block.text
    if (
        block.kind is not BlockKind.PARAGRAPH
        or len(text.split()) > _MAX_HEADING_WORDS
        or text.endswith((",", ";", "?", "!", "”", '"'))
    ):
        return False
    if is_bare_ordinal(text):
        return True
    return (
        text[:1].isupper()
        and (is_chapter_title(text) or is_part_title(text) or kind_from_title(text) is not None)
        and not text[:1].isdigit()
    )


def _level(text: str) -> int:
    return 1 if is_part_title(text) else 2

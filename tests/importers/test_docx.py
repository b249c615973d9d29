"""Word documents: what is read of them, and what is refused."""

import io
import struct
import zipfile
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import docx
import pytest
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls

from studio.core.errors import InputError
from studio.importers.registry import import_manuscript
from studio.manuscript.model import BlockKind, Manuscript
from studio.manuscript.tags import plain_text


def _made(tmp_path: Path, fill: Callable[[Any], None]) -> Manuscript:
    document = docx.Document()
    fill(document)
    path = tmp_path / "book.docx"
    document.save(str(path))
    return import_manuscript(path)


def _texts(book: Manuscript) -> list[str]:
    return [block.text for chapter in book.chapters for block in chapter.blocks]


def test_headings_styles_and_metadata(tmp_path: Path) -> None:
    def fill(document: Any) -> None:
        document.core_properties.title, document.core_properties.author = "Quiet", "Ada Finch"
        document.core_properties.language = "en-GB"
        document.add_paragraph("The Quiet Pier", style="Title")
        document.add_paragraph("A Story", style="Subtitle")
        document.add_heading("Chapter One", 1)
        first = document.add_paragraph("The tide ")
        first.add_run("went").italic = True
        first.add_run(" out. [sad] Nobody knew.")
        document.add_paragraph("* * *")
        document.add_paragraph("To whom it may concern", style="Quote")
        document.add_paragraph("One", style="List Number")
        document.add_heading("Chapter Two", 1)
        document.add_paragraph("It came in.")

    book = _made(tmp_path, fill)

    assert book.metadata.title == "The Quiet Pier: A Story"
    assert (book.metadata.author, book.metadata.language) == ("Ada Finch", "en-GB")
    assert [chapter.title for chapter in book.chapters] == ["Chapter One", "Chapter Two"]
    assert [block.kind for block in book.chapters[0].blocks] == [
        BlockKind.HEADING, BlockKind.PARAGRAPH, BlockKind.SCENE_BREAK, BlockKind.QUOTE, BlockKind.LIST_ITEM,
    ]  # fmt: skip
    assert book.chapters[0].blocks[1].text == "The tide went out. [sad] Nobody knew."


def test_changes_are_accepted_and_what_is_hidden_stays_so(tmp_path: Path) -> None:
    def fill(document: Any) -> None:
        paragraph = document.add_paragraph("He said ")._p
        names = nsdecls("w")
        for xml in (
            f'<w:ins {names} w:id="1" w:author="x"><w:r><w:t xml:space="preserve">yes </w:t></w:r></w:ins>',
            f'<w:del {names} w:id="2" w:author="x"><w:r><w:delText>no </w:delText></w:r></w:del>',
            f'<w:moveFrom {names} w:id="3" w:author="x"><w:r><w:t>elsewhere </w:t></w:r></w:moveFrom>',
            f'<w:moveTo {names} w:id="4" w:author="x"><w:r><w:t xml:space="preserve">here </w:t></w:r></w:moveTo>',
            f"<w:r {names}><w:rPr><w:vanish/></w:rPr><w:t>secretly</w:t></w:r>",
            f"<w:r {names}><w:t>at last.</w:t></w:r>",
            f'<w:r {names}><w:footnoteReference w:id="2"/></w:r>',
        ):
            paragraph.append(parse_xml(xml))

    book = _made(tmp_path, fill)

    assert _texts(book) == ["He said yes here at last."]
    assert any("4 tracked changes" in warning for warning in book.warnings)
    assert "Left out: 1 × footnote." in book.warnings


def test_a_drop_cap_is_part_of_its_word(tmp_path: Path) -> None:
    def fill(document: Any) -> None:
        cap = document.add_paragraph("T")
        cap._p.get_or_add_pPr().append(parse_xml(f'<w:framePr {nsdecls("w")} w:dropCap="drop" w:lines="3"/>'))
        document.add_paragraph("he tide went out.")

    assert _texts(_made(tmp_path, fill)) == ["The tide went out."]


def test_styles_of_ones_own_with_an_outline_level_are_headings(tmp_path: Path) -> None:
    def fill(document: Any) -> None:
        style = document.styles.add_style("Kapitel", 1)
        style.element.get_or_add_pPr().append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="0"/>'))
        child = document.styles.add_style("Kapitel klein", 1)
        child.base_style = style
        for title, name in (("Der Anfang", "Kapitel"), ("Das Ende", "Kapitel klein")):
            document.add_paragraph(title, style=name)
            document.add_paragraph("Es war so.")

    assert [chapter.title for chapter in _made(tmp_path, fill).chapters] == ["Der Anfang", "Das Ende"]


def test_a_document_without_headings_is_divided_by_its_chapter_lines(tmp_path: Path) -> None:
    def fill(document: Any) -> None:
        for text in ("Chapter 1", "One went out.", "Chapter 2", "One came in."):
            document.add_paragraph(text)

    assert [chapter.title for chapter in _made(tmp_path, fill).chapters] == ["Chapter 1", "Chapter 2"]


def test_wrong_tags_are_told_with_their_paragraph(tmp_path: Path) -> None:
    book = _made(tmp_path, lambda document: document.add_paragraph("Well, [whispr] so it is."))
    assert any("paragraph 1" in warning and "whispr" in warning for warning in book.warnings)
    assert plain_text(_texts(book)[0]) == "Well, so it is."


def _zip(path: Path, entries: dict[str, bytes]) -> Path:
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in entries.items():
            archive.writestr(name, data)
    return path


_BODY = '<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body/></w:document>'


@pytest.mark.parametrize(
    ("entries", "cause"),
    [
        ({"word/other.xml": b"<x/>"}, "no Word document"),
        ({"word/document.xml": b"<w:document"}, "not well-formed"),
        ({"word/document.xml": b'<!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>'}, "declares entities"),
        ({"word/document.xml": b" " * 3_000_000 + b"<x/>"}, "inflates more than"),
        ({"../evil.xml": b"<x/>", "word/document.xml": _BODY.encode()}, "outside of itself"),
    ],
)
def test_damaged_and_hostile_documents_are_refused_with_the_cause(
    tmp_path: Path, entries: dict[str, bytes], cause: str
) -> None:
    with pytest.raises(InputError, match=cause):
        import_manuscript(_zip(tmp_path / "bad.docx", entries))


def test_an_empty_document_says_so(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="no text"):
        _made(tmp_path, lambda document: document.add_paragraph("  "))


def _picture() -> bytes:
    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    header = struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", zlib.compress(b"\0\0")) + chunk(b"IEND", b"")


def test_links_are_their_words_and_pictures_their_alternative_text(tmp_path: Path) -> None:
    def fill(document: Any) -> None:
        paragraph = document.add_paragraph("Ask ")
        kind = "http://schemas.openxmlformats.org/officeDocument/2006/relationships/hyperlink"
        relation = document.part.relate_to("https://example.org", kind, is_external=True)
        paragraph._p.append(
            parse_xml(
                f'<w:hyperlink {nsdecls("w", "r")} r:id="{relation}"><w:r><w:t>at the pier</w:t></w:r></w:hyperlink>'
            )
        )
        document.add_picture(io.BytesIO(_picture()))
        document.add_picture(io.BytesIO(_picture()))
        for shape, words in zip(document.inline_shapes, ("A lighthouse at night", ""), strict=True):
            shape._inline.docPr.set("descr", words)
        document.add_paragraph("It was shut.")

    assert _texts(_made(tmp_path, fill)) == ["Ask at the pier", "Image: A lighthouse at night.", "It was shut."]


@pytest.mark.parametrize("change", ["del", "moveFrom"])
def test_where_the_end_of_a_paragraph_was_deleted_two_are_one(tmp_path: Path, change: str) -> None:
    def fill(document: Any) -> None:
        for text, deleted in (("The tide ", True), ("went out.", False), ("All was still.", True)):
            paragraph = document.add_paragraph(text)
            if deleted:
                mark = parse_xml(f'<w:rPr {nsdecls("w")}><w:{change} w:id="1" w:author="x"/></w:rPr>')
                paragraph._p.get_or_add_pPr().append(mark)
        document.add_table(rows=1, cols=1).rows[0].cells[0].text = "A table"

    assert _texts(_made(tmp_path, fill)) == ["The tide went out.", "All was still.", "A table"]


def test_deleted_rows_of_a_table_are_not_read(tmp_path: Path) -> None:
    def fill(document: Any) -> None:
        table = document.add_table(rows=2, cols=2)
        for row, text in zip(table.rows, ("kept", "deleted"), strict=True):
            row.cells[0].text = row.cells[1].text = text
        mark = parse_xml(f'<w:del {nsdecls("w")} w:id="1" w:author="x"/>')
        table.rows[1]._tr.get_or_add_trPr().append(mark)

    assert _texts(_made(tmp_path, fill)) == ["kept, kept"]


def test_paragraphs_that_stand_in_the_outline_without_a_style_are_headings(tmp_path: Path) -> None:
    def fill(document: Any) -> None:
        for title in ("Der Anfang", "Das Ende"):
            heading = document.add_paragraph(title)._p.get_or_add_pPr()
            heading.append(parse_xml(f'<w:outlineLvl {nsdecls("w")} w:val="0"/>'))
            document.add_paragraph("Es war so.")

    assert [chapter.title for chapter in _made(tmp_path, fill).chapters] == ["Der Anfang", "Das Ende"]


def _rewritten(source: Path, target: Path, change: Callable[[str, bytes], tuple[str, bytes]]) -> Path:
    with zipfile.ZipFile(source) as read, zipfile.ZipFile(target, "w") as written:
        for name in read.namelist():
            written.writestr(*change(name, read.read(name)))
    return target


def test_the_parts_may_have_names_of_their_own(tmp_path: Path) -> None:
    _made(tmp_path, lambda document: document.add_heading("Chapter One", 1) and document.add_paragraph("It began."))

    def renamed(name: str, data: bytes) -> tuple[str, bytes]:
        for part in ("document", "styles"):
            name = name.replace(f"{part}.xml", f"{part}2.xml")
            data = data.replace(f"{part}.xml".encode(), f"{part}2.xml".encode())
        return name, data

    book = import_manuscript(_rewritten(tmp_path / "book.docx", tmp_path / "online.docx", renamed))
    assert [chapter.title for chapter in book.chapters] == ["Chapter One"]


@pytest.mark.parametrize("part", ["word/document.xml", "word/styles.xml"])
def test_a_document_type_is_refused(tmp_path: Path, part: str) -> None:
    _made(tmp_path, lambda document: document.add_paragraph("Words."))

    def typed(name: str, data: bytes) -> tuple[str, bytes]:
        start = data.index(b"<w:") if name == part else 0
        return name, data[:start] + (b'<!DOCTYPE w SYSTEM "http://example.org/w.dtd">' if name == part else b"") + data[
            start:
        ]

    with pytest.raises(InputError, match="document type"):
        import_manuscript(_rewritten(tmp_path / "book.docx", tmp_path / "typed.docx", typed))


@pytest.mark.parametrize(("name", "cause"), [("a.docx", "protected by a password"), ("a.doc", "old Word document")])
def test_protected_and_old_documents_are_told_apart(tmp_path: Path, name: str, cause: str) -> None:
    (tmp_path / name).write_bytes(b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600))
    with pytest.raises(InputError, match=cause) as refused:
        import_manuscript(tmp_path / name)
    assert "DOCX" in refused.value.hint

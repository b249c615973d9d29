"""Files that mean harm or are out of all measure: nothing is opened, run or kept, and it is said what is wrong."""

import io
import socket
import zipfile
from pathlib import Path

import docx
import pytest
from docx.opc.constants import RELATIONSHIP_TYPE
from fpdf import FPDF

from studio.bootstrap import open_studio, read_settings
from studio.core.errors import InputError
from studio.importers.registry import import_manuscript
from studio.manuscript.model import Manuscript
from tests.importers.conftest import EpubBuilder


def _texts(book: Manuscript) -> list[str]:
    return [block.text for chapter in book.chapters for block in chapter.blocks]


def test_a_zip_in_a_zip_is_not_opened(tmp_path: Path) -> None:
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w") as archive:
        archive.writestr("c.xhtml", "<p>Inner words.</p>")
    path = tmp_path / "nested.zip"
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("book.epub", inner.getvalue())
    with pytest.raises(InputError, match="zip file"):
        import_manuscript(path)


def test_a_picture_named_as_a_word_document_is_told_as_what_it_is(tmp_path: Path) -> None:
    path = tmp_path / "book.docx"
    path.write_bytes(b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR")
    with pytest.raises(InputError, match="a PNG picture"):
        import_manuscript(path)


def test_actions_and_scripts_of_a_pdf_are_not_run(tmp_path: Path) -> None:
    page = FPDF()
    page.add_page()
    page.set_font("Times", size=12)
    page.cell(text="Plain words were said here.")
    page.output(str(tmp_path / "plain.pdf"))
    touched = tmp_path / "touched"
    action = f"/OpenAction<</S/Launch/F(/usr/bin/touch)/P({touched})>>/AA<</WC<</S/JavaScript/JS(app.alert(1))>>>>"
    data = (tmp_path / "plain.pdf").read_bytes().replace(b"/Type /Catalog", f"/Type /Catalog {action}".encode(), 1)
    assert action.encode() in data
    path = tmp_path / "acts.pdf"
    path.write_bytes(data)

    assert _texts(import_manuscript(path)) == ["Plain words were said here."]
    assert not touched.exists()


def test_templates_objects_and_macros_of_a_word_document_are_left_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = docx.Document()
    document.add_paragraph("Plain words were said here.")
    template = RELATIONSHIP_TYPE.STYLES.replace("styles", "attachedTemplate")
    document.part.relate_to("http://127.0.0.1:9/evil.dotm", template, is_external=True)
    document.part.relate_to("file:///etc/passwd", RELATIONSHIP_TYPE.IMAGE, is_external=True)
    path = tmp_path / "macro.docm"
    document.save(str(path))
    with zipfile.ZipFile(path, "a") as archive:
        archive.writestr("word/vbaProject.bin", b"\xd0\xcf\x11\xe0 macro")
        archive.writestr("word/embeddings/oleObject1.bin", b"\xd0\xcf\x11\xe0 object")
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a connection was made"))

    assert _texts(import_manuscript(path)) == ["Plain words were said here."]


def test_remote_pictures_style_sheets_and_fonts_of_a_book_are_not_fetched(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(socket.socket, "connect", lambda *_: pytest.fail("a connection was made"))
    page = (
        '<html xmlns="http://www.w3.org/1999/xhtml"><head><link rel="stylesheet" href="http://127.0.0.1:9/a.css"/>'
        "<style>@font-face { src: url(http://127.0.0.1:9/a.woff) }</style></head>"
        '<body><p>Plain words.</p><img src="http://127.0.0.1:9/a.png" alt="A lamp on a pier"/></body></html>'
    )
    path = EpubBuilder(documents={"c.xhtml": page}).write(tmp_path / "remote.epub")
    assert "Plain words." in _texts(import_manuscript(path))


def test_a_chapter_of_emoji_is_skipped_and_the_others_are_read(tmp_path: Path) -> None:
    path = tmp_path / "emoji.md"
    path.write_text(
        "# Chapter One\n\nPlain words.\n\n# \U0001f600\n\n\U0001f600 \U0001f389 \U0001f600\n", encoding="utf-8"
    )
    with_home = open_studio(read_settings({"VIVAVOCE_HOME": str(tmp_path / "home")}, workers=1))
    try:
        project = with_home.projects.import_file(path)
        assert [line.text for line in with_home.manuscript.lines(project.id)] == ["Chapter One", "Plain words."]
    finally:
        with_home.close()


def test_ten_thousand_chapters_come_in(tmp_path: Path) -> None:
    path = tmp_path / "many.md"
    path.write_text("".join(f"# Chapter {n}\n\nWord {n}.\n\n" for n in range(1, 10_001)), encoding="utf-8")
    chapters = import_manuscript(path).chapters
    assert [chapter.title for chapter in chapters] == [f"Chapter {n}" for n in range(1, 10_001)]
    assert [chapter.blocks[-1].text for chapter in chapters[::999]] == [f"Word {n}." for n in range(1, 10_001, 999)]


def test_objects_in_the_head_of_a_text_are_words(tmp_path: Path) -> None:
    touched = tmp_path / "touched"
    path = tmp_path / "yaml.md"
    path.write_text(
        f"---\ntitle: !!python/object/apply:os.system ['touch {touched}']\n---\n\nPlain words.\n", encoding="utf-8"
    )
    assert _texts(import_manuscript(path)) == ["Plain words."]
    assert not touched.exists()


@pytest.mark.parametrize(
    "title",
    [
        "[Click](javascript:alert(1))",
        "<script>alert(1)</script>",
        "<img src=x onerror=alert(1)>",
    ],
)
def test_a_title_of_markup_or_of_a_script_link_is_its_own_letters(tmp_path: Path, title: str) -> None:
    path = EpubBuilder(title=title, language="en").write(tmp_path / "book.epub")
    assert import_manuscript(path).metadata.title == title


def test_marks_that_turn_the_direction_of_text_are_removed_from_titles_and_words(tmp_path: Path) -> None:
    book = EpubBuilder(
        title="The \u202egnp.exe",
        documents={"c.xhtml": "<h1>\u2066One\u2069</h1><p>\u05e9\u05dc\u05d5\u05dd \u202eevil\u202c</p>"},
    )
    read = import_manuscript(book.write(tmp_path / "book.epub"))
    assert read.metadata.title == "The gnp.exe"
    assert _texts(read) == ["One", "\u05e9\u05dc\u05d5\u05dd evil"]


def test_private_use_characters_of_every_plane_are_removed(tmp_path: Path) -> None:
    path = tmp_path / "book.ssml"
    path.write_text("<speak><p>A\ue000\U000f0000 lamp\u202e.</p></speak>", encoding="utf-8")
    assert _texts(import_manuscript(path)) == ["A lamp."]


def test_a_file_whose_name_says_nothing_adds_no_heading(tmp_path: Path) -> None:
    folder = tmp_path / "book"
    folder.mkdir()
    (folder / " .txt").write_text("The lamp went out.")
    assert _texts(import_manuscript(folder)) == ["The lamp went out."]


def test_wrong_numbers_of_a_word_document_do_not_end_the_import(tmp_path: Path) -> None:
    document = docx.Document()
    document.add_paragraph("Plain words.").add_run()._r.append(docx.oxml.OxmlElement("w:sym"))
    cell = document.add_table(1, 1).cell(0, 0)
    cell.text = "A cell of words."
    span = docx.oxml.OxmlElement("w:gridSpan")
    span.set(docx.oxml.ns.qn("w:val"), "x")
    cell._tc.get_or_add_tcPr().append(span)
    document.save(str(tmp_path / "book.docx"))
    assert _texts(import_manuscript(tmp_path / "book.docx")) == ["Plain words.", "A cell of words."]


def test_a_refusal_that_names_something_of_the_file_cannot_steer_the_terminal() -> None:
    assert InputError("no '\x1b[2J\u202e'", where="a\x07").sentence == "a\ufffd: no '\ufffd[2J\ufffd'."

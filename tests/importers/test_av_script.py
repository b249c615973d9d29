"""Audio/video scripts: the audio column is read, by role and delivery."""

from pathlib import Path

import docx

from studio.importers.registry import import_manuscript
from studio.manuscript.model import Manuscript

ROWS = [
    ("VIDEO", "AUDIO"),
    ("Wide shot of a kitchen", "MUSIC: Light piano, under."),
    ("She opens the tin", "WOMAN (whispering): Is that real coffee?"),
    ("", "ANNCR: It is. Harbour Coffee, 10% off until 3 May."),
    ("SUPER: harbour.example", "SFX: Waves\nANNCR: (warm) Come and smell it."),
    ("Logo", "Only at your grocer."),
]


def _lines(book: Manuscript) -> list[tuple[str, str, str]]:
    return [
        (block.role, block.delivery.split(":")[0], block.text) for chapter in book.chapters for block in chapter.blocks
    ]


EXPECTED = [
    ("Woman", "whisper", "Is that real coffee?"),
    ("Anncr", "", "It is. Harbour Coffee, 10% off until 3 May."),
    ("Anncr", "warm", "Come and smell it."),
    ("Anncr", "", "Only at your grocer."),
]


def test_a_word_table_is_a_script(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=0, cols=2)
    for left, right in ROWS:
        cells = table.add_row().cells
        cells[0].text, cells[1].text = left, right
    path = tmp_path / "spot.docx"
    document.save(str(path))

    book = import_manuscript(path)

    assert _lines(book) == EXPECTED
    assert [warning for warning in book.warnings if "Not read" in warning] == [
        "Not read: MUSIC: Light piano, under.", "Not read: SFX: Waves",
    ]  # fmt: skip


def test_a_markdown_table_is_a_script(tmp_path: Path) -> None:
    rows = ["| Video | Audio |", "|---|---|", *(f"| {a} | {b.replace(chr(10), '<br>')} |" for a, b in ROWS[1:])]
    path = tmp_path / "spot.md"
    path.write_text("# Spot 30\n\n" + "\n".join(rows) + "\n", encoding="utf-8")

    book = import_manuscript(path)

    assert _lines(book)[1:] == EXPECTED


def test_other_tables_are_read_row_by_row(tmp_path: Path) -> None:
    path = tmp_path / "table.md"
    path.write_text("| Name | Age |\n|---|---|\n| Ada | 36 |\n", encoding="utf-8")
    assert [block.text for block in import_manuscript(path).chapters[0].blocks] == ["Name, Age", "Ada, 36"]

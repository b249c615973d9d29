"""Audio/video scripts: the audio column is read, by role and delivery."""

from pathlib import Path

import docx
import pytest

from studio.importers.registry import import_manuscript
from studio.manuscript.model import Manuscript
from studio.manuscript.tags import plain_text

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


def _script(tmp_path: Path, head: tuple[str, ...], *rows: tuple[str, ...]) -> Manuscript:
    lines = [head, ("---",) * len(head), *rows]
    path = tmp_path / "spot.md"
    path.write_text("\n".join(f"| {' | '.join(cells)} |" for cells in lines) + "\n", encoding="utf-8")
    return import_manuscript(path)


def _column(tmp_path: Path, *lines: str) -> Manuscript:
    return _script(tmp_path, ("Video", "Audio"), *(("Shot", line) for line in lines))


def test_words_before_a_colon_are_not_taken_for_a_speaker(tmp_path: Path) -> None:
    book = _column(tmp_path, "ANN: Come in.", "Remember: it is cheap.", "Open 10:30 to 5.", "Harbour Coffee: taste it.")

    assert _lines(book) == [
        ("Ann", "", "Come in."), ("Ann", "", "Remember: it is cheap."), ("Ann", "", "Open 10:30 to 5."),
        ("Ann", "", "Harbour Coffee: taste it."),
    ]  # fmt: skip


def test_a_name_that_is_not_in_capitals_is_told(tmp_path: Path) -> None:
    book = _column(tmp_path, "Woman 2: Come in.")
    assert _lines(book) == [("Woman 2", "", "Come in.")]
    assert any("'Woman 2' is taken for who speaks" in warning for warning in book.warnings)


def test_sounds_and_music_are_told_however_they_are_written(tmp_path: Path) -> None:
    cues = [
        "SFX 1: Door", "MUSIC UP AND UNDER", "(MUSIC: harp)", "MUSIC & SFX: fade", "MUSIC BED: soft", "Bruitages : mer",
    ]  # fmt: skip

    book = _column(tmp_path, "ANN: Hello.", *cues)

    assert _lines(book) == [("Ann", "", "Hello.")]
    assert [warning for warning in book.warnings if "Not read" in warning] == [f"Not read: {cue}" for cue in cues]


def test_a_son_is_a_speaker_and_no_sound(tmp_path: Path) -> None:
    assert _lines(_column(tmp_path, "SON: Dad?")) == [("Son", "", "Dad?")]


def test_parentheticals_are_deliveries_and_pauses(tmp_path: Path) -> None:
    book = _column(tmp_path, "ANN: It is (whispering) good.", "(beat)", "(sadly)", "ANN: Or was (terms apply).")

    assert _lines(book) == [
        ("Ann", "", "It is [whisper] good."), ("Ann", "", "[beat]"), ("Ann", "sad", "Or was (terms apply)."),
    ]  # fmt: skip


def test_a_parenthetical_of_its_own_holds_for_the_line_below(tmp_path: Path) -> None:
    assert _lines(_column(tmp_path, "ANN: Come in.", "(sadly)", "It is late.")) == [
        ("Ann", "", "Come in."), ("Ann", "sad", "It is late."),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "head",
    [
        ("Video", "Audio"), ("VISUAL", "VO"), ("PICTURE", "SOUND"), ("Bild", "Ton"), ("Bild / Video", "Ton / Sprecher"),
        ("Vidéo", "Audio"), ("Visuel", "Son"), ("Image", "Voix off"), ("Vídeo", "Locución"), ("Imagen", "Sonido"),
    ],
)  # fmt: skip
def test_heads_of_columns_in_four_languages(tmp_path: Path, head: tuple[str, str]) -> None:
    assert _lines(_script(tmp_path, head, ("Shot", "ANN: Hello."))) == [("Ann", "", "Hello.")]


def test_of_several_columns_the_one_with_the_voice_is_read_and_the_others_are_told(tmp_path: Path) -> None:
    book = _script(tmp_path, ("Video", "Sound", "VO"), ("Shot", "Waves", "ANN: Hello."))
    assert _lines(book) == [("Ann", "", "Hello.")]
    assert "Not read: the column 'sound' of a script." in book.warnings


def test_a_table_of_scenes_and_texts_is_no_script(tmp_path: Path) -> None:
    book = _script(tmp_path, ("Scene", "Script", "Owner"), ("1", "Draft", "Ada"))
    assert [text for _, _, text in _lines(book)] == ["Scene, Script, Owner", "1, Draft, Ada"]


def test_one_shot_may_go_with_several_lines(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=4, cols=2)
    for number, (left, right) in enumerate([("VIDEO", "AUDIO"), ("Pier", "ANN: One."), ("", "Two."), ("SCENE 2", "")]):
        table.cell(number, 0).text, table.cell(number, 1).text = left, right
    table.cell(1, 0).merge(table.cell(2, 0))
    table.cell(3, 0).merge(table.cell(3, 1))
    path = tmp_path / "spot.docx"
    document.save(str(path))

    book = import_manuscript(path)

    assert _lines(book) == [("Ann", "", "One."), ("Ann", "", "Two.")]
    assert "Not read: SCENE 2" in book.warnings


def test_brackets_in_a_page_of_html_are_words(tmp_path: Path) -> None:
    path = tmp_path / "spot.html"
    path.write_text(
        "<html><body><table><tr><th>Video<th>Audio<tr><td rowspan=2>x<td>ANN: One [sad] day.<tr><td>Two.</table>",
        encoding="utf-8",
    )
    assert [plain_text(text) for _, _, text in _lines(import_manuscript(path))] == ["One [sad] day.", "Two."]


def test_characters_that_mean_nothing_are_removed_from_cells(tmp_path: Path) -> None:
    document = docx.Document()
    table = document.add_table(rows=0, cols=2)
    for row in (("VIDEO", "AUDIO"), ("Shot", "WOMAN: The lamp\u00ad went out. \ue000"), ("Shot", "\ue001")):
        for cell, text in zip(table.add_row().cells, row, strict=True):
            cell.text = text
    document.save(str(path := tmp_path / "spot.docx"))

    assert _lines(import_manuscript(path)) == [("Woman", "", "The lamp went out.")]

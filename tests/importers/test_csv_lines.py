import csv
import io
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.core.errors import InputError
from studio.importers import csv_lines
from studio.importers.csv_lines import CsvImporter
from studio.importers.registry import import_manuscript, installed_importers
from studio.manuscript.model import Block, BlockKind
from studio.manuscript.tags import plain_text
from tests.importers.conftest import outline, texts

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "scripts" / "lines.csv"
P = BlockKind.PARAGRAPH


def test_sample_table():
    book = import_manuscript(SAMPLE)
    assert book.metadata.title == "lines"
    assert outline(book.chapters) == [("One", "chapter", True), ("Two", "chapter", True)]
    assert book.chapters[0].blocks == (
        Block(BlockKind.HEADING, "One", 1),
        Block(P, "The bell rang twice."),
        Block(P, 'Who is it, "Edwin"?', role="Lady Anne", delivery="whisper"),
        Block(P, "It is I. [beat] Only I.", role="Edwin", delivery="sad:0.6 rate=-10%"),
        Block(P, "=SUM(A1:A9) is no word.", role="Edwin"),
    )
    assert book.chapters[1].blocks[1] == Block(P, "Nobody [sadd] answered.")
    assert [warning.partition(":")[0] for warning in book.warnings] == ["line 6", "line 7"]
    assert "happpy" in book.warnings[0]
    assert "happy" in book.warnings[0].replace("happpy", "")


@pytest.mark.parametrize(
    "content",
    [
        "text,role\nHello; you,Anne\n",
        "sep=;\nTEXT;Role\nHello; you;Anne\n".replace("Hello; you", '"Hello; you"'),
        "\ufeffRole\tText\nAnne\tHello; you\n",
        '"speaker";"line"\n"Anne";"Hello; you"\n',
        "\n\ncharacter,id,dialogue\nAnne,7,Hello; you\n",
        "role,line,text\nAnne,12,Hello; you\n",
    ],
)
def test_delimiters_names_and_order_of_columns(read_text_file, content):
    (chapter,) = read_text_file("t.csv", content).chapters
    assert chapter.blocks == (Block(P, "Hello; you", role="Anne"),)


def test_one_column_is_enough(read_text_file):
    (chapter,) = read_text_file("t.tsv", "text\nOne.\n\nTwo.\n…\n").chapters
    assert texts(chapter) == ["One.", "Two."]


def test_every_row_is_said_whatever_its_chapter_is_called(read_text_file):
    book = read_text_file("t.csv", "chapter,text\nCopyright,Copyright\nCopyright,All mine.\n2,Two.\n,Three.\n")
    assert outline(book.chapters) == [("Copyright", "chapter", True), ("2", "chapter", True)]
    assert [texts(chapter) for chapter in book.chapters] == [
        ["Copyright", "Copyright", "All mine."],
        ["Chapter 2", "Two.", "Three."],
    ]


@pytest.mark.parametrize(
    ("stated", "delivery"), [("(whispering)", "whisper"), ("[sad:0.5]", "sad:0.5"), ("neutral", "")]
)
def test_deliveries_in_other_dress(read_text_file, stated, delivery):
    (chapter,) = read_text_file("t.csv", f"text,delivery\nHello.,{stated}\n").chapters
    assert chapter.blocks[0].delivery == delivery


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("name,value\nx,1\n", "no column 'text'.*'name', 'value'"),
        ("text\n", "no lines to say"),
        ("text\n…\n", "no lines to say"),
        ("\n \n", "contains no text"),
        ('text,role\n"Hello,Anne\nmore\n', "cannot be read as a table"),
        ("text\n" + "a" * 200_000 + "\n", "cannot be read as a table"),
        ("text" + "," * 200 + "\na\n", "more than 100 columns"),
    ],
)
def test_what_is_no_table_is_refused_in_one_sentence(read_text_file, content, said):
    with pytest.raises(InputError, match=said) as caught:
        read_text_file("t.csv", content)
    assert caught.value.where.startswith("t.csv")
    assert caught.value.hint


def test_an_open_quotation_mark_is_told_with_its_line(read_text_file):
    with pytest.raises(InputError) as caught:
        read_text_file("t.csv", 'text\nOne.\n"Two,\nThree.\n')
    assert caught.value.where == "t.csv, line 3"


def test_rows_are_counted(read_text_file, monkeypatch):
    monkeypatch.setattr(csv_lines, "MAX_ROWS", 3)
    assert len(read_text_file("t.csv", "text\n" + "a\n" * 3).chapters[0].blocks) == 3
    with pytest.raises(InputError, match="more than 3 rows"):
        read_text_file("t.csv", "text\n" + "a\n" * 4)


def test_probe():
    importer = CsvImporter()
    assert importer.probe(Path("a.CSV"), b"text\nA") is not None
    assert importer.probe(Path("a.txt"), b"text\nA") is None
    assert importer.probe(Path("a.csv"), b"PK\x03\x04xl/") is None
    assert isinstance(installed_importers()["csv"], CsvImporter)


CELLS = st.text(st.characters(codec="utf-8", exclude_categories=("C",)), max_size=30)


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.lists(st.tuples(CELLS, CELLS, CELLS), max_size=8), st.sampled_from(",;\t"))
def test_whatever_stands_in_cells_rows_stay_rows(tmp_path, rows, delimiter):
    stream = io.StringIO()
    writer = csv.writer(stream, delimiter=delimiter)
    writer.writerows([("role", "text", "delivery"), *rows, ("", "The last line.", "")])
    path = tmp_path / "t.csv"
    path.write_bytes(stream.getvalue().encode())
    (chapter,) = CsvImporter().read(path).chapters
    assert len(chapter.blocks) <= len(rows) + 1
    assert plain_text(chapter.blocks[-1].text) == "The last line."


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(st.text('ab",;\t\n[]=', max_size=60))
def test_any_text_is_read_or_refused(tmp_path, content):
    path = tmp_path / "t.csv"
    path.write_bytes(f"text,role\n{content}".encode())
    try:
        read = bool(CsvImporter().read(path).chapters)
    except InputError as error:
        read = error.where.startswith("t.csv")
    assert read

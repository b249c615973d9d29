"""PDF: the text of a book as it was before it was set, and what cannot be read."""

import sys
from collections.abc import Sequence
from pathlib import Path

import pypdfium2
import pytest
from fpdf import FPDF

from studio.core.errors import InputError
from studio.importers.registry import import_manuscript
from studio.manuscript.model import BlockKind, Manuscript

FONT = "Times"
BODY = 11
STEP = 14
LEFT, RIGHT, TOP = 72, 400, 100


def _pdf() -> FPDF:
    pdf = FPDF(unit="pt", format=(472, 660))
    pdf.set_auto_page_break(auto=False)
    return pdf


def _text(pdf: FPDF, x: float, y: float, words: str, size: float = BODY) -> None:
    pdf.set_font(FONT, size=size)
    pdf.text(x, y, words)


def _page(pdf: FPDF, number: int, lines: list[str], notes: tuple[str, ...] = ()) -> None:
    """A page of a book: running head, lines set full (">" before one indents it), footnotes, page number."""
    pdf.add_page()
    _text(pdf, LEFT, 60, "THE QUIET PIER" if number % 2 else "ADA FINCH", 9)
    y = TOP
    for line in lines:
        words = line.removeprefix(">").strip()
        indent = 18 if line.startswith(">") else 0
        pdf.set_font(FONT, size=BODY)
        pdf.set_char_spacing(0)
        full = not words.endswith("|")
        words = words.rstrip("|")
        if full and len(words) > 30:  # justified: letters stretched to the measure
            pdf.set_char_spacing((RIGHT - LEFT - indent - pdf.get_string_width(words)) / len(words))
        pdf.text(LEFT + indent, y, words)
        pdf.set_char_spacing(0)
        y += STEP
    for index, note in enumerate(notes):
        _text(pdf, LEFT, 560 + 10 * index, note, 8)
    _text(pdf, 230, 620, str(number), 9)


def _read(pdf: FPDF, tmp_path: Path, name: str = "book.pdf") -> Manuscript:
    path = tmp_path / name
    pdf.output(str(path))
    return import_manuscript(path)


def _texts(book: Manuscript) -> list[str]:
    return [block.text for chapter in book.chapters for block in chapter.blocks]


def _filler(number: int) -> list[str]:
    """A paragraph, of other words on every page."""
    return [
        f"> Nobody in mill {chr(96 + number) * 3} had said anything until morning came",
        f"and the {chr(96 + number) * 4} went out upon the pier, where the gulls were loud",
        f"and all of the {chr(96 + number) * 5} was grey and still.|",
    ]


def test_a_set_book_is_text_again(tmp_path: Path) -> None:
    pdf = _pdf()
    pdf.set_title("The Quiet Pier")
    pdf.set_author("Ada Finch")
    _page(pdf, 7, [
        "> The tide went out. It was a morning without any wind at all,",
        "and the harbour lay as it had lain since nobody could remem-",
        "ber when. A well-known man came down to it and stood there",
        "with his hat in his hand.|",
        "> Nobody remember he had been there before that day came, and",
        "he said so himself to the keeper of the light, who was half-",
    ])  # fmt: skip
    _page(pdf, 8, ["asleep, and did not half-asleep things as a rule. It was 1906.|", *_filler(8)])
    for number in (9, 10, 11):
        _page(pdf, number, _filler(number))

    book = _read(pdf, tmp_path)

    assert (book.metadata.title, book.metadata.author) == ("The Quiet Pier", "Ada Finch")
    texts = _texts(book)
    assert texts[0] == (
        "The tide went out. It was a morning without any wind at all, and the harbour lay as it had lain since nobody"
        " could remember when. A well-known man came down to it and stood there with his hat in his hand."
    )
    assert texts[1].startswith("Nobody remember he had")
    assert "who was half-asleep, and did not" in texts[1]
    assert texts[2].startswith("Nobody in mill hhh had said")
    assert len(texts) == 6
    assert not any("QUIET PIER" in text or "ADA FINCH" in text or text.isdigit() for text in texts)


def test_headings_by_their_words_and_by_their_size(tmp_path: Path) -> None:
    pdf = _pdf()
    for number, title in ((1, "Chapter One"), (2, "Chapter Two")):
        pdf.add_page()
        _text(pdf, 200, 100, title)
        for index, line in enumerate(_filler(number)):
            _text(pdf, LEFT + (18 if index == 0 else 0), 140 + STEP * index, line.strip("> |"))
        _text(pdf, 230, 620, str(number), 9)
    pdf.add_page()
    _text(pdf, 150, 100, "A Letter from Home", 20)
    for index, line in enumerate(_filler(3)):
        _text(pdf, LEFT, 140 + STEP * index, line.strip("> |"))

    book = _read(pdf, tmp_path)

    titles = [block.text for chapter in book.chapters for block in chapter.blocks if block.kind is BlockKind.HEADING]
    assert titles == ["Chapter One", "Chapter Two", "A Letter from Home"]


@pytest.mark.parametrize(
    ("titles", "size", "pages"),
    [
        (("Chapter 1", "Chapter 2", "Chapter 3"), BODY, 3),
        (("CHAPTER 1", "CHAPTER 2", "CHAPTER 3", "CHAPTER 4"), 18, 1),
        (("1", "2", "3"), 18, 3),
        (("I", "II", "III"), 24, 3),
    ],
)
def test_numbered_headings_at_one_height_are_no_running_heads(
    tmp_path: Path, titles: tuple[str, ...], size: int, pages: int
) -> None:
    pdf = _pdf()
    number = 0
    for title in titles:
        for page in range(pages):
            number += 1
            _page(pdf, number, [] if page == 0 else _filler(number))
            if page == 0:
                _text(pdf, 200, 100, title, size)
                for index, line in enumerate(_filler(number)):
                    _text(pdf, LEFT + (18 if index == 0 else 0), 150 + STEP * index, line.strip("> |"))

    book = _read(pdf, tmp_path)

    assert tuple(chapter.title for chapter in book.chapters) == titles
    assert not any("QUIET PIER" in text or "ADA FINCH" in text for text in _texts(book))


def test_running_heads_with_the_page_number_beside_them_go(tmp_path: Path) -> None:
    pdf = _pdf()
    for number in range(41, 46):
        pdf.add_page()
        _text(pdf, LEFT, 60, f"{number} THE QUIET PIER" if number % 2 else f"Chapter 3 · {number}", 9)
        for index, line in enumerate(_filler(number - 40)):
            _text(pdf, LEFT, 100 + STEP * index, line.strip("> |"))

    said = " ".join(_texts(_read(pdf, tmp_path)))

    assert "PIER" not in said
    assert "Chapter" not in said


def test_bookmarks_name_headings_of_two_lines_and_those_the_text_lacks(tmp_path: Path) -> None:
    pdf = _pdf()
    for number, title in enumerate(("Chapter 1: Gulls", "Herons"), 1):
        pdf.add_page()
        pdf.start_section(title)
        if number == 1:
            _text(pdf, LEFT, 100, "Chapter 1")
            _text(pdf, LEFT, 116, "Gulls")
        for index, line in enumerate(_filler(number)):
            _text(pdf, LEFT, 150 + STEP * index, line.strip("> |"))

    assert [chapter.title for chapter in _read(pdf, tmp_path).chapters] == ["Chapter 1: Gulls", "Herons"]


def test_a_hyphen_of_the_author_stays(tmp_path: Path) -> None:
    pdf = _pdf()
    pdf.add_page()
    for index, line in enumerate(
        ("The keeper was at least twenty-", "five years old and a self-", "made man of the town.")
    ):
        _text(pdf, LEFT, 100 + STEP * index, line)
    assert _texts(_read(pdf, tmp_path)) == [
        "The keeper was at least twenty-five years old and a self-made man of the town."
    ]


def _with_picture(words: list[str], tmp_path: Path) -> FPDF:
    """Three pages of text, and one that is a picture of words."""
    scanned = pypdfium2.PdfDocument(_scanned(tmp_path, words))
    picture = scanned[0].render(scale=3).to_pil()
    scanned.close()
    pdf = _pdf()
    for number in (1, 2, 3):
        _page(pdf, number, _filler(number))
    pdf.add_page()
    pdf.image(picture, 0, 0, 472)
    return pdf


_SCAN = [
    "The lamp went out on the pier", "and nobody lit it again until", "the keeper came home from the",
    "harbour, wet to the skin, and", "asked who had been up there on", "such a night. Nobody answered.",
    "The children looked at the door", "and their mother at her hands.",
]  # fmt: skip


def test_a_scan_among_pages_of_text_is_read_with_the_extra(tmp_path: Path) -> None:
    manuscript = _read(_with_picture(_SCAN, tmp_path), tmp_path)
    assert "asked who had been up there on such a night" in " ".join(_texts(manuscript))
    assert any(warning.endswith("to be looked through: 4.") for warning in manuscript.warnings)


def test_a_plate_among_pages_of_text_is_told_and_left_out(tmp_path: Path) -> None:
    manuscript = _read(_with_picture(_SCAN[:2], tmp_path), tmp_path)
    assert "nobody lit it" not in " ".join(_texts(manuscript))
    assert any("not read: 4." in warning for warning in manuscript.warnings)


def test_without_the_extra_a_scan_among_pages_of_text_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr_onnxruntime", None)
    (warning,) = [each for each in _read(_with_picture(_SCAN, tmp_path), tmp_path).warnings if "not read: 4." in each]
    assert "vivavoce[ocr]" in warning


def test_bookmarks_tell_headings(tmp_path: Path) -> None:
    pdf = _pdf()
    for number, title in enumerate(("Gulls", "Herons"), 1):
        pdf.add_page()
        pdf.start_section(title)
        _text(pdf, LEFT, 100, title)
        for index, line in enumerate(_filler(number)):
            _text(pdf, LEFT, 140 + STEP * index, line.strip("> |"))

    assert [chapter.title for chapter in _read(pdf, tmp_path).chapters] == ["Gulls", "Herons"]


def test_footnotes_and_their_marks_go_and_exponents_stay(tmp_path: Path) -> None:
    pdf = _pdf()
    for number in (1, 2, 3):
        _page(pdf, number, _filler(number), ("1 This was in another book.", "and it went on.") if number == 2 else ())
    pdf.page = 2
    _text(pdf, LEFT + 18, 200, "The lamp cost a lot")
    width = pdf.get_string_width("The lamp cost a lot")
    _text(pdf, LEFT + 18 + width, 196, "1", 7)
    _text(pdf, LEFT + 18 + width + 8, 200, "and 10")
    more = pdf.get_string_width("and 10")
    _text(pdf, LEFT + 18 + width + 8 + more, 196, "6", 7)
    _text(pdf, LEFT + 18 + width + 8 + more + 8, 200, "more.")
    pdf.page = 3

    book = _read(pdf, tmp_path)

    said = " ".join(_texts(book))
    assert "another book" not in said
    assert "it went on" not in said
    assert "The lamp cost a lot and 10⁶ more." in said
    assert "Left out: 1 × footnote." in book.warnings


def test_columns_are_read_one_after_the_other(tmp_path: Path) -> None:
    pdf = _pdf()
    pdf.add_page()
    for row in range(8):  # line by line over both columns, as some programs write them
        _text(pdf, 40, 100 + STEP * row, f"left line number {row} goes on")
        _text(pdf, 250, 100 + STEP * row, f"right line number {row} goes on")

    said = " ".join(_texts(_read(pdf, tmp_path)))

    assert said.index("left line number 7") < said.index("right line number 0")


def test_a_drop_cap_is_part_of_its_word(tmp_path: Path) -> None:
    pdf = _pdf()
    pdf.add_page()
    _text(pdf, LEFT, 114, "T", 31)
    _text(pdf, LEFT + 26, 100, "he tide went out and nobody on the pier")
    _text(pdf, LEFT + 26, 114, "was there to see it go again that day.")
    for index, line in enumerate(_filler(1)):
        _text(pdf, LEFT, 160 + STEP * index, line.strip("> |"))

    assert _texts(_read(pdf, tmp_path))[0].startswith("The tide went out and nobody on the pier was there")


def _encrypted(pdf: FPDF) -> None:
    pdf.add_page()
    _text(pdf, LEFT, TOP, "Secret words.")
    pdf.set_encryption(owner_password="owner", user_password="user")


def test_a_protected_document_says_so(tmp_path: Path) -> None:
    pdf = _pdf()
    _encrypted(pdf)
    with pytest.raises(InputError, match="password"):
        _read(pdf, tmp_path)


def _scanned(
    tmp_path: Path, words: Sequence[str] = ("The lamp went out on the pier", "and nobody lit it again.")
) -> Path:
    """A page that is a picture of text."""
    page = _pdf()
    page.add_page()
    for index, line in enumerate(words):
        _text(page, LEFT, 100 + 20 * index, line, 14)
    page.output(str(tmp_path / "text.pdf"))
    document = pypdfium2.PdfDocument(tmp_path / "text.pdf")
    picture = document[0].render(scale=3).to_pil()
    document.close()
    scan = _pdf()
    scan.add_page()
    scan.image(picture, 0, 0, 472)
    scan.output(str(tmp_path / "scan.pdf"))
    return tmp_path / "scan.pdf"


def test_a_scanned_document_needs_the_extra(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "rapidocr_onnxruntime", None)
    with pytest.raises(InputError) as refused:
        import_manuscript(_scanned(tmp_path))
    assert "pages are pictures" in refused.value.sentence
    assert "OCR" in refused.value.sentence


def test_a_scanned_document_is_read_with_the_extra(tmp_path: Path) -> None:
    assert _texts(import_manuscript(_scanned(tmp_path))) == ["The lamp went out on the pier and nobody lit it again."]


def test_a_document_locked_against_changes_alone_is_read(tmp_path: Path) -> None:
    pdf = _pdf()
    pdf.add_page()
    _text(pdf, LEFT, TOP, "Open words were said here.")
    pdf.set_encryption(owner_password="owner")
    assert _texts(_read(pdf, tmp_path)) == ["Open words were said here."]


@pytest.mark.parametrize("data", [b"%PDF-1.7\n%%EOF", b"%PDF-1.4\n1 0 obj\n<<>>\nendobj\ntrailer<</Root 1 0 R>>\n"])
def test_damaged_documents_say_so(tmp_path: Path, data: bytes) -> None:
    path = tmp_path / "bad.pdf"
    path.write_bytes(data)
    with pytest.raises(InputError, match="damaged"):
        import_manuscript(path)


def test_too_many_pages_are_refused(tmp_path: Path) -> None:
    kids = b"[" + b" ".join(b"3 0 R" for _ in range(5_001)) + b"]"
    path = tmp_path / "long.pdf"
    path.write_bytes(
        b"%PDF-1.4\n1 0 obj<</Type/Catalog/Pages 2 0 R>>endobj\n2 0 obj<</Type/Pages/Count 5001/Kids " + kids
        + b">>endobj\n3 0 obj<</Type/Page/Parent 2 0 R/MediaBox[0 0 9 9]>>endobj\ntrailer<</Root 1 0 R>>\n"
    )  # fmt: skip
    with pytest.raises(InputError, match="more than 5,000 pages"):
        import_manuscript(path)

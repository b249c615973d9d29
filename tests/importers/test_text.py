import tracemalloc

import pytest

from studio.core.errors import InputError
from studio.manuscript.model import BlockKind
from studio.manuscript.segment import SegmentLimits
from studio.manuscript.segmenting import segment_chapter
from studio.manuscript.tags import plain_text
from tests.importers.conftest import outline, texts

GUTENBERG = """\
The Project Gutenberg eBook of Moby Test, by Herman Sample

Title: Moby Test; Or, the
       Whale Sample

Author: Herman Sample, 1819-1891

Language: English

*** START OF THE PROJECT GUTENBERG EBOOK MOBY TEST ***

Produced by Daniel Someone, Jonesey and
David Widger

[Transcriber's Note: spelling kept.]

MOBY TEST

OR, THE WHALE SAMPLE

By Herman Sample

CONTENTS

PART ONE

CHAPTER I. Loomings.

CHAPTER II. The Carpet-Bag.

EPILOGUE

PREFACE

This is a preface which says _something nice_ about the whole of the book and
goes on for a second line--or two--before it stops at the end of it.

PART ONE

CHAPTER I

Loomings.

Call me a tester. Some years ago--never mind how long precisely--having
little or no money in my purse,[1] and nothing particular to interest me on
shore, I thought I would sail about a little.

  * * * * *

    The rose is red
    The violet blue

It is a way I have of driving off the spleen and regulating the circulation
whenever I find myself growing grim about the mouth.

[Footnote 1: A purse of leather.]

[Illustration: A whale in the sea]

CHAPTER II

THE CARPET-BAG

I stuffed a shirt or two into my old carpet-bag, tucked it under my arm, and
started for Cape Horn and the Pacific.

EPILOGUE

The drama is done. Why then here does any one step forth? Because one did
survive the wreck.

End of the Project Gutenberg EBook of Moby Test

*** END OF THE PROJECT GUTENBERG EBOOK MOBY TEST ***

Updated editions will replace the previous one.
"""


def test_gutenberg_text_loses_its_frame_and_keeps_its_structure(read_text_file):
    book = read_text_file("pg.txt", GUTENBERG)
    assert (book.metadata.title, book.metadata.author, book.metadata.language) == (
        "Moby Test; Or, the Whale Sample",
        "Herman Sample",
        "en",
    )
    assert outline(book.chapters) == [
        ("Title page", "title-page", False),
        ("CONTENTS", "contents", False),
        ("PREFACE", "preface", True),
        ("PART ONE", "part", True),
        ("CHAPTER I: Loomings", "chapter", True),
        ("CHAPTER II: THE CARPET-BAG", "chapter", True),
        ("EPILOGUE", "epilogue", True),
    ]
    assert book.chapters[4].parts == ("PART ONE",)
    assert texts(book.chapters[4]) == [
        "CHAPTER I: Loomings",
        (
            "Call me a tester. Some years ago—never mind how long precisely—having little or no money in my purse, and "
            "nothing particular to interest me on shore, I thought I would sail about a little."
        ),
        "*",
        "The rose is red",
        "The violet blue",
        (
            "It is a way I have of driving off the spleen and regulating the circulation whenever I find myself "
            "growing grim about the mouth."
        ),
        "Image: A whale in the sea",
    ]
    everything = " ".join(block.text for chapter in book.chapters for block in chapter.blocks)
    for frame in ("Produced by", "Transcriber", "Updated editions", "Gutenberg", "_"):
        assert frame not in everything


@pytest.mark.parametrize(
    ("encoding", "mark"),
    [
        ("utf-8", b""),
        ("utf-8", b"\xef\xbb\xbf"),
        ("utf-16-le", b"\xff\xfe"),
        ("utf-16-be", b"\xfe\xff"),
        ("utf-16-le", b""),
        ("cp1252", b""),
        ("latin-1", b""),
    ],
)
def test_encodings(read_text_file, encoding, mark):
    text = "The café was full of naïve señors. " * 4 + "Ende: Größe über alles."
    book = read_text_file("t.txt", mark + text.encode(encoding))
    assert texts(book.chapters[0]) == [text]


@pytest.mark.parametrize("encoding", ["cp1251", "koi8_r"])
def test_other_scripts_are_guessed(read_text_file, encoding):
    text = "Все счастливые семьи похожи друг на друга, каждая несчастливая семья несчастлива по-своему. " * 5
    assert texts(read_text_file("t.txt", text.encode(encoding)).chapters[0]) == [text.strip()]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
def test_line_ends(read_text_file, end):
    book = read_text_file("t.txt", end.join(["Chapter 1", "", "First.", "", "Chapter 2", "", "Second."]))
    assert [texts(chapter) for chapter in book.chapters] == [["Chapter 1", "First."], ["Chapter 2", "Second."]]


def test_mixed_line_ends(read_text_file):
    book = read_text_file("t.txt", "Chapter 1\r\n\r\nFirst.\n\nSecond.\r\rThird.")
    assert texts(book.chapters[0]) == ["Chapter 1", "First.", "Second.", "Third."]


@pytest.mark.parametrize("content", [b"\n\n  \n", b"*** --- ***\n\n!!!", b"\xef\xbb\xbf", "…".encode()])
@pytest.mark.parametrize("name", ["t.txt", "t.md"])
def test_text_without_a_letter(read_text_file, name, content):
    with pytest.raises(InputError, match="no text"):
        read_text_file(name, content)


def test_controls_and_escapes_are_removed_and_reported(read_text_file):
    book = read_text_file("t.txt", "A \x1b[31mred\x1b[0m\x00 word\x07 and a \x1b]0;title\x07bell.")
    assert texts(book.chapters[0]) == ["A red word and a bell."]
    assert any("Control characters" in warning for warning in book.warnings)


@pytest.mark.parametrize(
    "heads",
    [
        ("CHAPTER I", "CHAPTER II"),
        ("Chapter 1. The Start", "Chapter 2. The End"),
        ("I.", "II."),
        ("1", "2"),
        ("I. THE START", "II. THE END"),
        ("Chapter One", "Chapter Two"),
        ("PROLOGUE", "EPILOGUE"),
        ("Kapitel 1", "Kapitel 2"),
    ],
)
def test_chapter_headings(read_text_file, heads):
    first, second = heads
    book = read_text_file("t.txt", f"{first}\n\nIt was cold there.\n\n{second}\n\nIt was warm again.\n")
    assert [len(chapter.blocks) for chapter in book.chapters] == [2, 2]
    assert all(chapter.blocks[0].kind is BlockKind.HEADING and not chapter.skipped for chapter in book.chapters)


@pytest.mark.parametrize(
    "line",
    [
        "Chapter one of his life was over now.",
        "Part of him wanted to go.",
        "“Chapter Two,” he read.",
        "I. Am. Here.",
        "Book a table, will you?",
        "12 men stood there.",
    ],
)
def test_sentences_that_only_begin_like_headings(read_text_file, line):
    book = read_text_file("t.txt", f"Chapter 1\n\nIt was cold.\n\n{line}\n\nIt was warm.\n")
    assert len(book.chapters) == 1
    assert line in texts(book.chapters[0])


def test_lines_that_are_paragraphs_stay_so(read_text_file):
    book = read_text_file("t.txt", "He came in.\nShe looked up.\nNobody spoke.\nThe clock struck.")
    assert texts(book.chapters[0]) == ["He came in.", "She looked up.", "Nobody spoke.", "The clock struck."]


def test_indented_first_lines_part_paragraphs(read_text_file):
    text = (
        "It was a bright cold day in the month of April, and all of the clocks\n"
        "were striking at the same time, which was a rare thing.\n"
        "   He went in through the glass doors of the house, though not quickly\n"
        "enough to keep a swirl of dust from coming in along with him.\n"
    )
    assert len(read_text_file("t.txt", text).chapters[0].blocks) == 2


def test_title_page_of_a_plain_story(read_text_file):
    book = read_text_file("t.txt", "The Lamp\n\nby Ann Lee\n\nChapter 1\n\nIt burned.\n")
    assert (book.metadata.title, book.metadata.author) == ("The Lamp", "Ann Lee")
    assert [chapter.skipped for chapter in book.chapters] == [True, False]


def test_file_name_is_the_title_of_last_resort(read_text_file):
    assert (
        read_text_file("the_long_night.txt", "It was dark. Very dark, and it stayed so.").metadata.title
        == "the long night"
    )


def test_five_megabytes_without_a_space_finish(read_text_file):
    book = read_text_file("t.txt", "x" * 5_000_000)
    assert (
        sum(
            len(block.text)
            for chapter in book.chapters
            for block in chapter.blocks
            if block.kind is BlockKind.PARAGRAPH
        )
        == 5_000_000
    )
    assert len(book.chapters) > 20


def test_a_chapter_without_a_title_or_spaces_is_listed_by_its_first_letters(read_text_file):
    book = read_text_file("t.txt", "吾輩は猫である。" * 50 + "\n\n" + "名前はまだ無い。" * 5000)
    (title,) = {chapter.title.split(" (")[0] for chapter in book.chapters}
    assert title == ("吾輩は猫である。" * 8)[:60] + "…"


@pytest.mark.parametrize("letter", ["x", "X"])
def test_a_line_without_a_space_is_split_in_little_memory(read_text_file, letter):
    tracemalloc.start()
    try:
        book = read_text_file("t.txt", letter * 5_000_000)
        longest = max(len(segment.text) for segment in segment_chapter(book.chapters[0], SegmentLimits(), "en"))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert all(len(chapter.title) < 100 for chapter in book.chapters)
    assert longest <= SegmentLimits().max_chars
    assert peak < 100_000_000


def test_delivery_tags_stay_in_the_text(read_text_file):
    text = "{.calm}\n[sad] Oh _no_. [/] Come--now. [laughs]\n\n{sad}\n\nA \\[b\\] c.\n{warm}\n"
    (chapter,) = read_text_file("t.txt", text).chapters
    assert texts(chapter) == ["{.calm} [sad] Oh no. [/] Come—now. [laughs]", r"A \[b\] c. {warm}"]


def test_tags_go_over_the_ends_of_wrapped_lines(read_text_file):
    text = "It was a long and quiet evening by the sea, [pause\n1.2s] and nobody said [a\nword]{sad} about it.\n"
    (chapter,) = read_text_file("t.txt", text).chapters
    assert texts(chapter) == [" ".join(text.split())]


def test_headings_with_tags_are_headings(read_text_file):
    body = "It was a long and quiet evening by the sea, and nobody said a word about it.\n"
    text = f"CHAPTER I {{.calm}}\n\n{body}\n[sad] CHAPTER II\n\nThe Storm\n\n{body}"
    book = read_text_file("t.txt", text)
    assert [chapter.title for chapter in book.chapters] == ["CHAPTER I", "CHAPTER II: The Storm"]
    assert [chapter.blocks[0].delivery for chapter in book.chapters] == ["calm", "sad"]
    assert [chapter.blocks[0].text for chapter in book.chapters] == ["CHAPTER I", "CHAPTER II: The Storm"]


def test_brackets_of_transcribers_are_no_tags(read_text_file):
    text = "A man[oe]uvre in the [AE]gean.\n\n[Illustration]\n\n[Illustration: A ship\nat sea]\n\n"
    text += "[He bowed low.]\n\nThe end.[3]\n"
    book = read_text_file("t.txt", text)
    assert [plain_text(text) for text in texts(book.chapters[0])] == [
        "A manœuvre in the Ægean.",
        "Image: A ship at sea",
        "He bowed low.",
        "The end.",
    ]
    assert book.warnings == ()


def test_wrong_tags_are_told_by_the_line_of_the_file(read_text_file):
    book = read_text_file("t.txt", GUTENBERG.replace("I stuffed a shirt", "I [sadd] stuffed a shirt"))
    line = 1 + GUTENBERG[: GUTENBERG.index("I stuffed a shirt")].count("\n")
    assert [warning.partition(" is ")[0] for warning in book.warnings] == [f"line {line}: [sadd]"]


def test_text_of_tags_alone_is_refused(read_text_file):
    with pytest.raises(InputError, match="contains no text"):
        read_text_file("t.txt", "[sad]\n\n[beat]\n")


def test_a_tag_in_verse_holds_for_the_stanza(read_text_file):
    prose = "It was a long and quiet evening by the sea, and nobody who had come was willing to\nsay a word of it.\n"
    text = f"{prose}\n{{.sad}}\n    The rose is red\n    [whisper] The violet blue\n    And so it ends\n\n{prose}"
    (chapter,) = read_text_file("t.txt", text).chapters
    drafts = segment_chapter(chapter, SegmentLimits(), "en")
    assert [(str(draft.delivery), plain_text(draft.text)) for draft in drafts[1:-1]] == [
        ("sad", "The rose is red"),
        ("whisper", "The violet blue"),
        ("whisper", "And so it ends"),
    ]
    assert str(drafts[-1].delivery) == "neutral"

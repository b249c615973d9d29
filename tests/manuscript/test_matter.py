import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.manuscript.matter import (
    Evidence,
    Place,
    is_bare_ordinal,
    is_chapter_title,
    is_ordinal,
    is_part_title,
    is_scene_break,
    kind_from_guide,
    kind_from_title,
    kind_from_types,
    recognise,
)
from studio.manuscript.model import Block, BlockKind, ChapterKind

P = BlockKind.PARAGRAPH


def paragraphs(*texts):
    return [Block(P, text) for text in texts]


@pytest.mark.parametrize(
    ("types", "kind"),
    [
        (["z3998:fiction", "copyright-page", "frontmatter"], "copyright"),
        (["doc-dedication"], "dedication"),
        (["doc-endnotes"], "notes"),
        (["halftitlepage"], "half-title"),
        (["bodymatter"], None),
        (["DOC-Prologue"], "prologue"),
        ([], None),
    ],
)
def test_kind_from_types(types, kind):
    assert kind_from_types(types) == kind


def test_kind_from_guide():
    assert kind_from_guide(["text"]) is None
    assert kind_from_guide(["other.copyright"]) is ChapterKind.COPYRIGHT
    assert kind_from_guide(["title-page"]) is ChapterKind.TITLE_PAGE
    assert kind_from_guide(["acknowledgements"]) is ChapterKind.ACKNOWLEDGEMENTS


@pytest.mark.parametrize(
    ("title", "kind"),
    [
        ("Table of Contents", "contents"),
        ("CONTENTS.", "contents"),
        ("*Copyright*", "copyright"),
        ("Uncopyright", "licence"),
        ("About the Author", "about-the-author"),
        ("About the Author: Ann Lee", "about-the-author"),
        ("Also by Ann Lee", "advertisement"),
        ("Praise for The Lamp", "advertisement"),
        ("Acknowledgments", "acknowledgements"),
        ("List of Illustrations", "illustrations"),
        ("Transcriber’s Note", "notes"),
        ("Appendix B", "appendix"),
        ("Introduction by Bo Ray", "introduction"),
        ("Prologue: The Fire", "prologue"),
        ("Impressum", "imprint"),
        ("Inhaltsverzeichnis", "contents"),
        ("Remerciements", "acknowledgements"),
        ("The Index of Lost Things", None),
        ("An Introduction to Hens", None),
        ("Noted", None),
        ("Cover Me", None),
        ("", None),
    ],
)
def test_kind_from_title(title, kind):
    assert kind_from_title(title) == kind


@pytest.mark.parametrize("title", ["Part One", "PART II", "Book the First", "Volume 3: Ice", "Teil 1"])
def test_part_titles(title):
    assert is_part_title(title)
    assert not is_chapter_title(title)


@pytest.mark.parametrize("title", ["The Book", "Party One", "Partners", "Acting", "Book club", "Chapter 1", ""])
def test_titles_of_no_part(title):
    assert not is_part_title(title)


@pytest.mark.parametrize(
    "title", ["Chapter 1", "CHAPTER XIV", "I: A Letter", "I.", "12", "Chapter Twenty-One", "iv) So"]
)
def test_chapter_titles(title):
    assert is_chapter_title(title)


@pytest.mark.parametrize("title", ["I am", "Civil War", "Chapters", "A Chapter of Accidents", "Mixed", ""])
def test_titles_without_a_number(title):
    assert not is_chapter_title(title)


def test_ordinals():
    assert all(map(is_ordinal, ["Chapter I", "IV.", "Three", "Part Two:", "12"]))
    assert not any(map(is_ordinal, ["Chapter I: So", "Mix", "The Four", ""]))
    assert all(map(is_bare_ordinal, ["IV", "iv.", "12"]))
    assert not any(map(is_bare_ordinal, ["Mix", "Did", "Chapter I", "One", "", "IIII"]))


@pytest.mark.parametrize("text", ["* * *", "***", "#", "⁂", "—◆—", "- - -", "~", "• • •", "x x x", "❦", ". . .", "⸻"])
def test_scene_breaks(text):
    assert is_scene_break(text)


@pytest.mark.parametrize("text", ["", "…", "—", "...", "I", "X", "1.", "* note", "!!!", "xxx", "--"])
def test_lines_that_are_no_scene_breaks(text):
    assert not is_scene_break(text)


@given(st.text())
def test_words_are_never_scene_breaks(text):
    if is_scene_break(text):
        assert not any(char.isalnum() for char in text.replace("x", "").replace("X", ""))


@given(st.text())
def test_every_title_gets_some_kind(title):
    assert recognise(Evidence(title)) in ChapterKind


def test_markup_tells_more_than_the_title():
    assert recognise(Evidence("Notes", types=["prologue"])) is ChapterKind.PROLOGUE
    assert recognise(Evidence("Notes")) is ChapterKind.NOTES
    assert recognise(Evidence("Copyright", types=["chapter"])) is ChapterKind.COPYRIGHT
    assert recognise(Evidence("The Lamp", types=["chapter"])) is ChapterKind.CHAPTER


def test_text_tells_where_markup_and_title_do_not():
    legal = paragraphs("Copyright © 2001 Ann Lee", "All rights reserved.", "ISBN 0-00-000000-0")
    assert recognise(Evidence("", blocks=legal)) is ChapterKind.COPYRIGHT
    assert recognise(Evidence("", blocks=legal[:2])) is ChapterKind.CHAPTER
    assert recognise(Evidence("", blocks=legal[:2], place=Place.FRONT)) is ChapterKind.COPYRIGHT
    listing = paragraphs("Chapter 1 The Lamp", "Chapter 2 The Oil", "Chapter 3 The Wick", "Chapter 4 The Dark")
    assert recognise(Evidence("", blocks=listing)) is ChapterKind.CONTENTS
    page = paragraphs("The Lamp", "by Ann Lee")
    assert (
        recognise(Evidence("", blocks=page, book_title="The Lamp: A Tale", place=Place.FRONT)) is ChapterKind.TITLE_PAGE
    )
    assert recognise(Evidence("", blocks=page[:1], book_title="The Lamp", place=Place.FRONT)) is ChapterKind.HALF_TITLE
    assert recognise(Evidence("", blocks=page, book_title="The Lamp", place=Place.BODY)) is ChapterKind.CHAPTER


def test_part_pages_are_parts_and_long_books_of_a_novel_are_chapters():
    short, long = paragraphs("An epigraph."), paragraphs("word " * 500)
    assert recognise(Evidence("Book One", blocks=short)) is ChapterKind.PART
    assert recognise(Evidence("Book One", blocks=long)) is ChapterKind.CHAPTER
    assert recognise(Evidence("Book One", blocks=long, encloses=True)) is ChapterKind.PART


def test_a_long_chapter_is_not_skipped_for_its_title():
    assert recognise(Evidence("Dedication", blocks=paragraphs("word " * 5000))) is ChapterKind.CHAPTER
    assert recognise(Evidence("Dedication", blocks=paragraphs("To my mother."))) is ChapterKind.DEDICATION
    assert recognise(Evidence("Index", blocks=paragraphs("word " * 5000))) is ChapterKind.INDEX

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.importers.tagged import (
    MAX_ROLE_CHARS,
    heading_block,
    is_said,
    line_warnings,
    literal,
    literal_chapters,
    role_name,
    titled_in_words,
)
from studio.manuscript.model import Block, BlockKind, Chapter, ChapterKind
from studio.manuscript.tags import plain_text, read_tags

BRACKETS = st.text("ab[]{}\\ .:/sad1%", max_size=30)


@pytest.mark.parametrize(
    ("cue", "role"),
    [
        ("LADY ANNE", "Lady Anne"),
        ("Anne", "Anne"),
        ("O'BRIEN", "O'Brien"),
        ("JOHN’S MOTHER", "John’s Mother"),
        ("MCCABE", "McCabe"),
        ("HENRY IV", "Henry IV"),
        ("J.R. EWING", "J.R. Ewing"),
        ("COP #2", "Cop #2"),
        ("ANNE-MARIE", "Anne-Marie"),
        ("  the   Duke ", "the Duke"),
        ("NARRATOR", ""),
        ("Narrator", ""),
        ("", ""),
        ("ÉMILE", "Émile"),
    ],
)
def test_roles_are_listed_as_names(cue, role):
    assert role_name(cue) == role


@given(st.text(max_size=200))
def test_roles_are_short_and_naming_twice_changes_nothing(cue):
    name = role_name(cue)
    assert len(name) <= MAX_ROLE_CHARS
    assert role_name(name) == name


def test_warnings_come_by_line_and_are_counted_from_the_twenty_first_on():
    warnings = line_warnings([(2, "b."), (1, "a."), (1, "a.")])
    assert warnings == ("line 1: a.", "line 2: b.")
    many = line_warnings((number, "wrong.") for number in range(1, 30))
    assert (len(many), many[19], many[20]) == (21, "line 20: wrong.", "and 9 more.")


@given(BRACKETS, BRACKETS, BRACKETS)
def test_literal_words_stay_words_wherever_they_are_put(before, inner, after):
    said = plain_text(f"{literal(before)}{literal(inner)}{literal(after)}")
    assert said == " ".join(f"{before}{inner}{after}".split())


@given(BRACKETS)
def test_words_of_untagged_formats_are_read_as_they_are(words):
    words = " ".join(words.split())
    chapter = Chapter("[One]", ChapterKind.CHAPTER, (Block(BlockKind.PARAGRAPH, words),))
    (done,) = literal_chapters([chapter])
    assert plain_text(done.blocks[0].text) == words
    assert read_tags(done.blocks[0].text).problems == ()
    assert done.title == "[One]"


def test_listed_titles_are_words():
    chapter = Chapter("[sad] One", ChapterKind.CHAPTER, (), ("Part {.calm}", r"A \[B\]"))
    (done,) = titled_in_words([chapter])
    assert (done.title, done.parts) == ("One", ("Part", "A [B]"))


def test_a_heading_said_in_one_way_is_words_with_a_delivery():
    assert heading_block("[calm] Chapter One", 2) == Block(BlockKind.HEADING, "Chapter One", 2, delivery="calm")
    assert heading_block("Chapter One {.calm}", 2) == Block(BlockKind.HEADING, "Chapter One", 2, delivery="calm")
    assert heading_block("One [beat] Two", 2) == Block(BlockKind.HEADING, "One [beat] Two", 2)


def test_what_is_said():
    assert all(is_said(text) for text in ("a", "5", "[beat]", "[sigh]", r"\[a\]", "[sad] no"))
    assert not any(is_said(text) for text in ("", "…", "{.sad}", "[sad]", "[12]", "[/]"))

"""File names and tag texts of hostile titles."""

import re
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.deliver.base import Release, ReleaseChapter
from studio.deliver.tags import language_code, tag_text, track_file_names, track_title
from studio.master.profile import PROFILES

HOSTILE = [
    "../../etc/passwd",
    "C:\\Windows\\System32",
    "CON",
    "lpt1.txt",
    "\u202egnp.exe",
    "é" * 300,
    "..",
    "",
    "   ",
    "🚀",
    "a\x00b\nc\td",
    'What? "Yes": <No>|*',
    "-rf .",
    "\ud800",
    "تشويق\u200f",
    "吾輩は猫である",
]


def release_of(*titles: str, track_count: int | None = None, numbers: tuple[int, ...] = ()) -> Release:
    from pathlib import Path

    numbers = numbers or tuple(range(1, len(titles) + 1))
    chapters = tuple(
        ReleaseChapter(str(n), n, title, None, Path("none.flac"), ()) for n, title in zip(numbers, titles, strict=True)
    )
    return Release(
        title="Book",
        author="",
        narrator="Emma",
        language="en",
        year="",
        publisher="",
        disclosure="AI-narrated.",
        cover=None,
        chapters=chapters,
        track_count=len(titles) if track_count is None else track_count,
        profile=PROFILES["acx"],
    )


def test_names_are_numbered_to_the_width_of_the_whole_release():
    assert track_file_names(release_of("Opening Credits", "One"), ".mp3") == (
        "01 - Opening Credits.mp3",
        "02 - One.mp3",
    )
    assert track_file_names(release_of("One", track_count=120, numbers=(7,)), ".mp3") == ("007 - One.mp3",)


def test_names_of_equal_titles_differ_even_with_equal_numbers():
    assert track_file_names(release_of("One", "One"), ".mp3") == ("01 - One.mp3", "02 - One.mp3")
    assert track_file_names(release_of("One", "ONE", "one", numbers=(1, 1, 1)), ".mp3") == (
        "01 - One.mp3",
        "01 - ONE (2).mp3",
        "01 - one (3).mp3",
    )


def assert_safe(name: str) -> None:
    assert re.fullmatch(r"\d{2,} - [^/\\<>:\"|?*\x00-\x1f]+\.mp3", name)
    assert len(name.encode()) <= 255
    assert not any(unicodedata.category(c) in {"Cc", "Cf", "Cs"} for c in name)
    assert not name.removesuffix(".mp3").endswith((".", " "))


@pytest.mark.parametrize("title", HOSTILE)
def test_hostile_titles_make_safe_names(title):
    (name,) = track_file_names(release_of(title), ".mp3")
    assert_safe(name)


def test_ten_thousand_equal_empty_and_endless_titles_make_safe_names_that_differ():
    titles = ["Chapter", "", "x" * 2_000, "Chapter "] * 2_500
    names = track_file_names(release_of(*titles), ".mp3")
    assert len({name.casefold() for name in names}) == len(titles)
    for name in names:
        assert_safe(name)


@given(st.lists(st.text(st.characters()), min_size=1, max_size=8))
def test_any_titles_make_safe_names_that_differ(titles):
    names = track_file_names(release_of(*titles), ".mp3")
    assert len({name.casefold() for name in names}) == len(titles)
    for name in names:
        assert_safe(name)


def test_tag_text_keeps_letters_and_drops_what_breaks_tags():
    assert tag_text("  a\x00b\r\n c ") == "ab c"
    assert tag_text("\u202egnp.exe\u2069") == "gnp.exe"
    assert tag_text("\ud800x") == "x"
    assert tag_text("e\u0301") == "é"
    assert (
        tag_text("می\u200cخواهم 👩\u200d🚀 吾輩") == "می\u200cخواهم 👩\u200d🚀 吾輩"
    )  # joiners are part of the spelling


@given(st.text(st.characters()))
def test_tag_text_is_stable_and_can_be_encoded(text):
    once = tag_text(text)
    assert tag_text(once) == once
    assert once == once.strip()
    assert "\x00" not in once.encode("utf-8").decode()


def test_a_chapter_without_a_title_is_named_after_the_book():
    release = release_of("\u202e", "Two")
    assert track_title(release, release.chapters[0]) == "Book 1"
    assert track_title(release, release.chapters[1]) == "Two"


@pytest.mark.parametrize(
    ("tag", "code"),
    [
        ("en-GB", "eng"),
        ("de", "deu"),
        ("zh-Hant-TW", "zho"),
        ("pt_BR", "por"),
        ("yue", "yue"),
        ("", "und"),
        ("?", "und"),
        ("xx", "und"),
    ],
)
def test_language_codes(tag, code):
    assert language_code(tag) == code

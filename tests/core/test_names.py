"""File names from titles, hostile ones too."""

import re
import time
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.names import safe_file_stem

_DEVICES = {"con", "prn", "aux", "nul", "conin$", "conout$"} | {
    f"{port}{n}" for port in ("com", "lpt") for n in "0123456789¹²³"
}
_TITLES = st.one_of(
    st.text(),
    st.text(alphabet="./\\-: \t\n\0CONPRN1é\u202e\u200b\U0001f600"),
    st.sampled_from(sorted(_DEVICES)).flatmap(lambda name: st.text(alphabet=" .x").map(lambda tail: name + tail)),
    st.text(alphabet="é\U0001f600.", min_size=50, max_size=300),
)


@given(title=_TITLES)
def test_any_title_becomes_a_name_that_every_file_system_takes(title: str):
    stem = safe_file_stem(title)
    assert stem
    assert len(stem.encode()) <= 120
    assert stem not in {".", ".."}
    assert not re.search(r'[\x00-\x1f\x7f<>:"/\\|?*]', stem)
    assert not any(unicodedata.category(c) in {"Cf", "Cc", "Cs", "Co", "Cn"} for c in stem)
    assert not stem.startswith((".", "-", " "))
    assert not stem.endswith((".", " "))
    assert stem.split(".")[0].strip().lower() not in _DEVICES  # Windows drops spaces before it looks the device up
    assert stem == unicodedata.normalize("NFC", stem)


@given(title=_TITLES)
def test_a_safe_name_stays_as_it_is(title: str):
    stem = safe_file_stem(title)
    assert safe_file_stem(stem) == stem


@pytest.mark.parametrize(
    ("title", "stem"),
    [
        ("Love Among the Chickens", "Love Among the Chickens"),
        ("Les Misérables", "Les Misérables"),
        ("Les Mise\u0301rables", "Les Misérables"),
        ("吾輩は猫である", "吾輩は猫である"),
        ("a/b", "a b"),
        ("../../etc/passwd", "etc passwd"),
        ("..", "untitled"),
        (".", "untitled"),
        ("", "untitled"),
        ("   ", "untitled"),
        ("\u200b\u202e", "untitled"),
        ("C:\\Windows\\win.ini", "C Windows win.ini"),
        ("What? *Really*?", "What Really"),
        ("-rf", "rf"),
        ("--output=/etc/x", "output= etc x"),
        (".hidden", "hidden"),
        ("The End...", "The End"),
        ("Trailing dot.", "Trailing dot"),
        ("tab\tand\nline", "tab and line"),
        ("CON", "_CON"),
        ("con.txt", "_con.txt"),
        ("con .txt", "_con .txt"),
        ("NUL.tar.gz", "_NUL.tar.gz"),
        ("com1", "_com1"),
        ("LPT¹", "_LPT¹"),
        ("CONIN$", "_CONIN$"),
        ("Console", "Console"),
        ("abc\u202egpj.exe", "abcgpj.exe"),
        ("zero\0byte", "zerobyte"),
        ("<script>alert(1)</script>", "script alert(1) script"),
    ],
)
def test_known_titles(title: str, stem: str):
    assert safe_file_stem(title) == stem


def test_a_title_of_300_bytes_is_cut_between_characters():
    assert safe_file_stem("é" * 150) == "é" * 60
    assert safe_file_stem("\U0001f600" * 75) == "\U0001f600" * 30


def test_a_title_of_megabytes_is_cut_at_once():
    started = time.process_time()
    assert safe_file_stem("a. " * 500_000) == ("a. " * 40).rstrip(". ")
    assert time.process_time() - started < 2.0


def test_a_device_name_with_a_long_ending_still_fits():
    stem = safe_file_stem("con." + "a" * 200)
    assert stem.startswith("_con.a")
    assert len(stem.encode()) == 120


def test_the_fallback_is_the_callers():
    assert safe_file_stem("...", fallback="chapter") == "chapter"

"""HTML: the text of a page, without what stands around it."""

from pathlib import Path

import pytest

from studio.core.errors import InputError
from studio.importers.registry import import_manuscript
from studio.manuscript.model import BlockKind, Manuscript

PAGE = """<!DOCTYPE html>
<html lang="en-GB"><head><meta charset="utf-8"><title>The Mill</title><meta name="author" content="Ada Finch">
<style>p { color: red }</style><script>alert("no")</script></head>
<body>
<header><p>My site</p></header>
<nav><ul><li>Home</li><li>About</li></ul></nav>
<main>
<h1>The Mill</h1>
<h2>Chapter One</h2>
<p>The lamp went out.<sup><a href="#fn1" role="doc-noteref">1</a></sup> It cost 10<sup>6</sup> [sic] pounds.</p>
<hr>
<p>Nobody lit it<br>again.</p>
<form><p>Your name</p><input></form>
<h2>Chapter Two</h2>
<blockquote><p>Dear Sir,</p></blockquote>
<p style="display:none">Hidden.</p>
<p>The tide came in.</p>
</main>
<footer>Imprint</footer>
</body></html>
"""


def _read(tmp_path: Path, text: str | bytes, name: str = "page.html") -> Manuscript:
    path = tmp_path / name
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return import_manuscript(path)


def _texts(book: Manuscript) -> list[str]:
    return [block.text for chapter in book.chapters for block in chapter.blocks]


def test_a_page_is_its_text_without_menus(tmp_path: Path) -> None:
    book = _read(tmp_path, PAGE)

    assert (book.metadata.title, book.metadata.author, book.metadata.language) == ("The Mill", "Ada Finch", "en-GB")
    assert [chapter.title for chapter in book.chapters if not chapter.skipped] == ["Chapter One", "Chapter Two"]
    said = " ".join(_texts(book))
    for gone in ("My site", "Home", "alert", "Your name", "Hidden", "Imprint", "color"):
        assert gone not in said
    assert "The lamp went out. It cost 10⁶ \\[sic\\] pounds." in said
    kinds = [block.kind for chapter in book.chapters for block in chapter.blocks]
    assert BlockKind.SCENE_BREAK in kinds
    assert BlockKind.QUOTE in kinds


def test_old_encodings_are_read_as_the_page_says(tmp_path: Path) -> None:
    page = '<html><head><meta charset="iso-8859-1"></head><body><p>Der Müller schläft.</p></body></html>'
    assert _texts(_read(tmp_path, page.encode("latin-1"))) == ["Der Müller schläft."]


def test_a_page_without_headings_is_divided_by_its_chapter_lines(tmp_path: Path) -> None:
    page = "<html><body><p>Chapter 1</p><p>One went out.</p><p>Chapter 2</p><p>One came in.</p></body></html>"
    assert [chapter.title for chapter in _read(tmp_path, page, "tale.htm").chapters] == ["Chapter 1", "Chapter 2"]


def test_unclosed_tags_do_no_harm(tmp_path: Path) -> None:
    assert _texts(_read(tmp_path, "<html><body><p>One <b>two<p>three")) == ["One two", "three"]


def test_a_page_is_known_by_its_content_under_any_name(tmp_path: Path) -> None:
    assert _texts(_read(tmp_path, "<!doctype html><p>Hello there.", "saved.txt")) == ["Hello there."]


@pytest.mark.parametrize(
    ("page", "cause"),
    [
        ("<html><body></body></html>", "no text"),
        ('<!DOCTYPE html [<!ENTITY a "b">]><html><body><p>&a;</p></body></html>', "declares entities"),
        ('<!DOCTYPE html [<!ENTITY x SYSTEM "file:///etc/passwd">]><html><p>&x;</p></html>', "declares entities"),
    ],
)
def test_bad_pages_are_refused_with_the_cause(tmp_path: Path, page: str, cause: str) -> None:
    with pytest.raises(InputError, match=cause):
        _read(tmp_path, page)


def test_a_form_around_the_whole_page_is_its_frame(tmp_path: Path) -> None:
    page = "<html><body><form id=page><h1>A Tale</h1><p>It was so.</p><form>Search<input></form></form></body></html>"
    assert "It was so." in _texts(_read(tmp_path, page))


def test_a_page_says_its_languages_and_what_its_own_style_hides(tmp_path: Path) -> None:
    page = (
        '<html lang="en"><head><style>.x{display:none}</style><link rel="stylesheet" href="y.css"></head><body>'
        '<h1>The <i lang="fr">Maison</i></h1><p class="x">Gone.</p>'
        '<p class="y">[sic] <i lang="fr">Oui [x]</i>, he said.</p>'
    )
    (tmp_path / "y.css").write_text(".y{display:none}")
    book = _read(tmp_path, page)
    assert _texts(book) == ["The [Maison]{lang: fr}", "\\[sic\\] [Oui \\[x\\]]{lang: fr}, he said."]
    assert book.metadata.title == "The Maison"


def test_an_empty_paragraph_in_a_group_of_headings_is_no_scene_break(tmp_path: Path):
    path = tmp_path / "lamp.html"
    path.write_text("<body>The lamp went out.<hgroup><p></p></hgroup></body>", encoding="utf-8")
    blocks = [block for chapter in import_manuscript(path).chapters for block in chapter.blocks]
    assert [(block.kind, block.text) for block in blocks] == [(BlockKind.PARAGRAPH, "The lamp went out.")]

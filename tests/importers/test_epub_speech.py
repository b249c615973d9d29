"""How an EPUB wants its words said: phonemes, languages, style that is heard, and narrations that come along."""

import random
import re
import time
from collections.abc import Callable

import pytest

from studio.importers.css_speech import MAX_SHEET_CHARS, Effort, read_sheet, read_speech
from studio.importers.xml import parse_xhtml
from studio.manuscript.lexicon.entry import Entry, Notation
from studio.manuscript.model import Block, BlockKind, Manuscript
from studio.manuscript.tags import Words, plain_text, read_tags
from studio.render.pronouncing import Speaking, wording
from tests.importers.test_epub_pronunciation import ITEM, pls

HTML = (
    '<html xmlns="http://www.w3.org/1999/xhtml" xmlns:epub="http://www.idpf.org/2007/ops" '
    'xmlns:ssml="http://www.w3.org/2001/10/synthesis"{root}><head><title/>{head}</head><body>{body}</body></html>'
)
Read = Callable[..., Manuscript]


@pytest.fixture
def read(read_epub: Read) -> Read:
    """Imports one document, with attributes of its root, markup of its head, and other files."""

    def of(body: str, head: str = "", root: str = "", **parts: object) -> Manuscript:
        page = HTML.format(root=root, head=head, body=f"<h1>Chapter 1</h1>{body}").encode()
        return read_epub(documents={"c.xhtml": ""}, raw={"c.xhtml": page}, **parts)

    return of


def said(book: Manuscript) -> list[str]:
    return [block.text for block in book.chapters[0].blocks[1:]]


@pytest.mark.parametrize(
    ("body", "text"),
    [
        pytest.param(
            '<p>“<b ssml:ph="hɜːˈmaɪəni">Hermione</b>’s here.”</p>', "“[Hermione]{ipa: hɜːˈmaɪəni}’s here.”", id="ipa"
        ),
        pytest.param(
            '<p ssml:alphabet="x-sampa">I <b ssml:ph="rEd">read</b> it.</p>', "I [read]{ipa: rɛd} it.", id="x-sampa"
        ),
        pytest.param(
            '<div ssml:alphabet="x-SAMPA"><p><i ssml:alphabet="ipa" ssml:ph="ɹɛd">Read</i> it.</p></div>',
            "[Read]{ipa: ɹɛd} it.",
            id="nearest-alphabet",
        ),
        pytest.param('<p>I <b ssml:ph=" ">read</b> it.</p>', "I read it.", id="empty"),
        pytest.param('<p ssml:ph="ɹɛd">Read</p>', "[Read]{ipa: ɹɛd}", id="on-the-block"),
        pytest.param(
            '<p>I <b ssml:ph="ɹɛd">r<i ssml:ph="iː">ea</i>d</b> it.</p>', "I [read]{ipa: ɹɛd} it.", id="outer-counts"
        ),
        pytest.param(
            '<p>“<i xml:lang="fr">Bonjour</i>,” she said.</p>', "“[Bonjour]{lang: fr},” she said.", id="language"
        ),
        pytest.param('<p>So <i lang="fr-CA">tu es là</i>.</p>', "So [tu es là]{lang: fr-CA}.", id="html-lang"),
        pytest.param('<p xml:lang="de">Es war einmal.</p>', "[Es war einmal.]{lang: de}", id="whole-block"),
        pytest.param('<p xml:lang="en-US">A <i lang="en">truck</i> came.</p>', "A truck came.", id="same-language"),
        pytest.param('<p>A <i lang="">x</i> and <i lang="und">y</i>.</p>', "A x and y.", id="no-language"),
        pytest.param(
            '<p xml:lang="fr">Oui, <i xml:lang="en">yes</i> oui.</p>', "[Oui,]{lang: fr} yes [oui.]{lang: fr}", id="back"  # noqa: E501 - markup
        ),
        pytest.param(
            '<p><i lang="fr">Je suis <b ssml:ph="ʒɑ̃">Jean</b> ici</i>.</p>',
            "[Je suis]{lang: fr} [Jean]{ipa: ʒɑ̃} [ici]{lang: fr}.",
            id="phonemes-in-a-language",
        ),
        pytest.param(
            '<p><b ssml:ph="ʒɑ̃"><i lang="fr">Jean</i></b> ici.</p>', "[Jean]{ipa: ʒɑ̃} ici.", id="language-in-phonemes"
        ),
        pytest.param(
            '<p>[a] {.sad} <i lang="fr">l’ami [x]</i> \\[b]</p>',
            r"\[a\] {.sad} [l’ami \[x\]]{lang: fr} \\\[b\]".replace("{.sad}", r"\{.sad}"),
            id="brackets-stay-literal",
        ),
        pytest.param(
            "<p>One  <i lang='fr'>\n  deux\u00ad\u200b   trois\n </i>\n four</p>", "One [deux trois]{lang: fr} four", id="spaces"  # noqa: E501 - markup
        ),
        pytest.param(
            "<ol><li>A <i lang='it'>ciao</i></li></ol>", "1. A [ciao]{lang: it}", id="numbered"
        ),
        pytest.param(
            "<table><tr><td>a</td><td><i lang='it'>ciao</i></td></tr></table>", "a, [ciao]{lang: it}", id="table"
        ),
        pytest.param(
            "<p><i lang='fr'>Un<br/>Deux</i></p>", "[Un]{lang: fr}, [Deux]{lang: fr}", id="lines"
        ),
        pytest.param("<p>So <i lang='fr'>…</i> and <i lang='fr'> </i>on.</p>", "So … and on.", id="no-words"),
        pytest.param("<p>a<i lang='fr'>\u0301b</i></p>", "áb", id="a-letter-composed-over-the-edge"),
    ],
)  # fmt: skip
def test_pronunciations_and_languages_become_tags(read, body, text):
    book = read(body)
    assert said(book) == [text]
    assert book.warnings == ()
    assert {type(block) for block in book.chapters[0].blocks} == {Block}
    assert read_tags(text).problems == ()


@pytest.mark.parametrize(
    ("body", "why"),
    [
        ('<p>I <b ssml:ph="!!">read</b> it.</p>', "1 × pronunciation that cannot be used"),
        ('<p>I <b ssml:alphabet="x-foo" ssml:ph="a">read</b> it.</p>', "1 × pronunciation that cannot be used"),
        ('<p ssml:alphabet="x-sampa">I <b ssml:ph="é">read</b> it.</p>', "1 × pronunciation that cannot be used"),
        ('<p>I <b lang="xx">read</b> it.</p>', "language that is none ('xx')"),
    ],
)
def test_what_cannot_be_said_is_told_and_the_words_are_read(read, body, why):
    book = read(body)
    assert said(book) == ["I read it."]
    (warning,) = book.warnings
    assert why in warning


def test_a_pronunciation_of_too_many_words_or_blocks_is_told(read):
    book = read(f'<p><b ssml:ph="a">{"word " * 40}</b></p><div ssml:ph="a"><p>one</p><p>two</p></div>')
    assert said(book) == [("word " * 40).strip(), "one", "two"]
    assert "2 × pronunciation" in book.warnings[0]


def test_a_heading_put_together_keeps_its_spans_and_its_plain_title(read_epub):
    body = "<h2>IV</h2><h2>The <i lang='fr'>Maison</i></h2><p>Text.</p>"
    (chapter,) = read_epub(documents={"c.xhtml": body}).chapters
    assert chapter.blocks[0] == Block(BlockKind.HEADING, "Chapter IV: The [Maison]{lang: fr}", 2)
    assert chapter.title == "IV: The Maison"


def test_the_language_that_most_files_are_said_to_be_in_is_the_books_own(read_epub):
    pages = {f"c{n}.xhtml": HTML.format(root=' xml:lang="en"', head="", body=f"<p>Satz {n}.</p>") for n in range(3)}
    raw = {name: page.encode() for name, page in pages.items()}
    book = read_epub(documents=dict.fromkeys(pages, ""), raw=raw, language="de")
    texts = [block.text for chapter in book.chapters for block in chapter.blocks]
    assert texts == ["Satz 0.", "Satz 1.", "Satz 2."]


def test_a_take_says_the_words_as_the_book_says(read):
    text = said(read('<p>So <i lang="fr">bonjour</i>, <b ssml:ph="hɜːˈmaɪəni">Hermione</b>.</p>'))[0]
    stretch = [part for part in read_tags(text).parts if isinstance(part, Words)]
    phonemes = frozenset("hɜːˈmaɪəni")
    spoken = wording(stretch, "en-GB", Speaking(phonemes, ("en-GB", "fr-FR")), heading=False, off=frozenset())
    found = [(spoken.text[sound.start : sound.end], sound.ipa, sound.language) for sound in spoken.sounds]
    assert found == [("bonjour", "", "fr-FR"), ("Hermione", "hɜːˈmaɪəni", "")]


def test_a_language_the_voice_does_not_have_is_read_and_told(read):
    text = said(read('<p>So <i lang="la">carpe diem</i>.</p>'))[0]
    stretch = [part for part in read_tags(text).parts if isinstance(part, Words)]
    spoken = wording(stretch, "en-GB", Speaking(frozenset(), ("en-GB",)), heading=False, off=frozenset())
    assert spoken.text == "So carpe diem."
    assert "cannot say 'la'" in spoken.problems[0]


@pytest.mark.parametrize(("own", "language"), [("", "en-US"), (' xml:lang="en-GB"', "en-GB")])
def test_lexicons_that_documents_link_come_once_each_with_its_language(read, own, language):
    link = '<link rel="pronunciation" type="application/pls+xml" hreflang="en-US" href="a.pls"/>'
    data = pls(("Leicester", '"lEst@'), alphabet="x-sampa").decode().replace(' xml:lang="en-GB"', own)
    book = read(
        "<p>Leicester.</p>", link + link, manifest=ITEM.format(name="a.pls"), files={"OEBPS/a.pls": data.encode()}
    )
    assert book.lexicon == (Entry("Leicester", Notation.IPA, "ˈlɛstə", language),)


@pytest.mark.parametrize(
    ("css", "body", "texts"),
    [
        (".x{display:none}", "<p class='x'>gone</p><p>kept</p>", ["kept"]),
        (".x{visibility:hidden} .x b{visibility:visible}", "<p class='x'>gone <b>kept</b> gone</p>", ["kept"]),
        ("p.x{speak:none}", "<p class='x'>gone</p><div class='x'>kept</div>", ["kept"]),
        ("#x{-epub-speak:none}", "<p id='x'>gone</p><p>kept</p>", ["kept"]),
        (".x{speak:never} .x i{speak:always}", "<p class='x'>gone <i>kept</i></p>", ["kept"]),
        ("div.x > p{display:none}", "<div class='x'><p>gone</p><div><p>kept</p></div></div>", ["kept"]),
        ("div.x p{display:none}", "<div class='x'><p>gone</p><div><p>gone</p></div></div><p>kept</p>", ["kept"]),
        ("@media print{.x{display:none}}", "<p class='x'>kept</p>", ["kept"]),
        ("@media speech, print{.x{display:none}}", "<p class='x'>gone</p><p>kept</p>", ["kept"]),
        ("p{display:none} p.x{display:block}", "<p class='x'>kept</p><p>gone</p>", ["kept"]),
        ("p{display:none !important} p.x{display:block}", "<p class='x'>gone</p><div>kept</div>", ["kept"]),
        (".x{display:none}", "<p class='x' style='display:block'>kept</p>", ["kept"]),
        (".x:hover{display:none} p[title]{display:none}", "<p class='x' title='t'>kept</p>", ["kept"]),
        (".y{-epub-speak-as:digits}", "<p>In <i class='y'>1984</i>.</p>", ["In [1984]{say: 1 9 8 4}."]),
        (".y{speak:spell-out}", "<p>The <i class='y'>Abc</i>.</p>", ["The [Abc]{say: A B C}."]),
        (".y{speak-as:normal}", "<p>The <i class='y'>Abc</i>.</p>", ["The Abc."]),
    ],
)
def test_style_is_heard(read, css, body, texts):
    assert said(read(body, head=f"<style>{css}</style>")) == texts


def test_linked_and_imported_sheets_of_the_book_count_and_no_others(read):
    head = (
        '<link rel="stylesheet" href="s/a.css"/><link rel="stylesheet" href="s/p.css" media="print"/>'
        '<link rel="alternate stylesheet" href="s/p.css"/><link rel="stylesheet" href="https://example.com/x.css"/>'
        '<link rel="stylesheet" href="../../../etc/passwd"/>'
    )
    files = {
        "OEBPS/s/a.css": b'@import "b.css"; @import url(a.css); .a{display:none}',
        "OEBPS/s/b.css": b".b{display:none}",
        "OEBPS/s/p.css": b"p{display:none}",
    }
    book = read("<p class='a'>gone</p><p class='b'>gone</p><p>kept</p>", head=head, files=files)
    assert said(book) == ["kept"]
    assert book.warnings == ()


@pytest.mark.parametrize(
    ("body", "text"),
    [
        ('<p><span aria-hidden="true">O</span><span class="sr-only">Once</span> upon</p>', "Once upon"),
        ('<p><span class="sr">Once</span><span aria-hidden="true">O</span><i aria-hidden="true">nce</i> upon</p>', "Once upon"),  # noqa: E501 - markup
        ('<p><span aria-label="Once"><b aria-hidden="true">O</b><i aria-hidden="true">nce</i></span> upon</p>', "Once upon"),  # noqa: E501 - markup
        ('<p><span aria-hidden="true">O</span>nce upon</p>', "Once upon"),
        ('<p>And <span aria-hidden="true">O</span>nce upon</p>', "And nce upon"),
    ],
)  # fmt: skip
def test_a_drop_cap_is_read_once(read, body, text):
    assert said(read(body)) == [text]


@pytest.mark.parametrize(
    "css",
    [
        "{" * 200_000,
        "a{" * 100_000,
        "(" * 200_000 + "none",
        "@media screen{" * 10_000 + "p{display:none}",
        "@import 'x.css';" * 10_000,
        "p\\" * 50_000 + "none",
        "\0\ufffe p{display:\0none",
        "/*" + "none" * 10_000,
        " " * (MAX_SHEET_CHARS + 1) + "p{display:none}",
    ],
)
def test_a_sheet_that_means_harm_does_none(css):
    started = time.perf_counter()
    assert len(read_sheet(css)) <= 1
    assert time.perf_counter() - started < 10


def test_selectors_that_mean_harm_end():
    sheet = ",".join(["div div div div div div div i"] * 2_000) + "{display:none}"
    page = "<html><body>" + "<div>" * 200 + "<p>x</p>" * 5_000 + "<i>y</i>" * 3_000 + "</div>" * 200 + "</body></html>"
    started = time.perf_counter()
    rules, effort = read_sheet(sheet), Effort()
    for _ in range(3):
        read_speech(parse_xhtml(page.encode(), "page"), rules, effort)
    assert effort.spent
    assert time.perf_counter() - started < 20


def test_styles_in_the_text_that_mean_harm_end():
    page = "".join(f"<p style='speak:none;a:{n}{'(' * 1900}'>x</p>" for n in range(5_000))
    started = time.perf_counter()
    effort = Effort()
    read_speech(parse_xhtml(f"<html><body>{page}</body></html>".encode(), "page"), (), effort)
    assert effort.spent
    assert time.perf_counter() - started < 15


SMIL = (
    '<smil xmlns="http://www.w3.org/ns/SMIL" xmlns:epub="http://www.idpf.org/2007/ops"><body><seq>{}</seq></body>'
    "</smil>"
)
OVERLAY = '<item id="o" href="c.smil" media-type="application/smil+xml"/><item id="c2" href="c.xhtml" media-type="application/xhtml+xml" media-overlay="o"/>'  # noqa: E501 - one line of a manifest


def overlay(*pars: str) -> dict[str, object]:
    return {"manifest": OVERLAY, "files": {"OEBPS/c.smil": SMIL.format("".join(pars)).encode()}}


def par(fragment: str, kind: str = "") -> str:
    return f'<par epub:type="{kind}"><text src="c.xhtml#{fragment}"/><audio src="a.mp3"/></par>'


LONG = "A long sentence of many words that goes on and on until it ends. " * 4


def test_what_a_narration_that_covers_the_chapter_leaves_out_is_not_read(read):
    body = (
        f"<p id='a'>{LONG}</p><div>page twelve</div><p><span id='b'>{LONG}</span> <span>13</span> <span id='c'>End.</span>"  # noqa: E501 - markup
        "</p><p id='n'>A note.</p><p id='d'>Last.</p><p>After it.</p>"
    )
    book = read(body, **overlay(par("a"), par("b"), par("c"), par("n", "footnote"), par("d")))
    assert said(book) == [LONG.strip(), f"{LONG.strip()} End.", "Last.", "After it."]
    assert "3 × passage" in "".join(book.warnings)


def test_a_narration_does_not_take_the_breaks_between_scenes_and_the_headings(read):
    body = f"<p id='a'>{LONG}</p><hr/><p id='b'>{LONG}</p><p>* * *</p><h2>Two</h2><p id='c'>{LONG}<br/>x</p>"
    book = read(body, **overlay(par("a"), par("b"), par("c")))
    kinds = [block.kind for chapter in book.chapters for block in chapter.blocks[1:]]
    assert kinds.count(BlockKind.SCENE_BREAK) == 1
    assert kinds.count(BlockKind.PARAGRAPH) == 3
    assert "Two" in [block.text for chapter in book.chapters for block in chapter.blocks]


def test_a_narration_of_a_part_leaves_nothing_out(read):
    body = f"<p id='a'>{LONG}</p><p>{LONG}</p><p id='n'>A note.</p><p id='d'>Last.</p>"
    book = read(body, **overlay(par("a"), par("n", "footnote"), par("d")))
    assert said(book) == [LONG.strip(), LONG.strip(), "A note.", "Last."]


def test_a_narration_tells_the_order_of_what_stands_side_by_side(read):
    body = (
        f"<section><p id='a'>{LONG}</p><aside id='box'>A box beside it.</aside><hr/><p id='b'>Last.</p></section>"
        "<p id='c'>Before all.</p>"
    )
    book = read(body, **overlay(par("c"), par("a"), par("b"), par("box")))
    assert said(book) == [
        "Before all.",
        LONG.strip(),
        "Last.",
        "",
        "A box beside it.",
    ]  # the break stays second to last
    assert "order of the narration" in "".join(book.warnings)


def test_a_narration_of_a_part_moves_nothing(read):
    book = read(f"<p id='a'>One.</p><p id='b'>Two.</p><p>{LONG}</p>", **overlay(par("b"), par("a")))
    assert said(book) == ["One.", "Two.", LONG.strip()]
    assert not book.warnings


def test_a_narration_that_names_one_thing_twice_or_nothing_moves_by_what_comes_first(read):
    body = f"<p id='a'>{LONG}</p><p id='b'>Two.</p><p id='b'>Three.</p>"
    book = read(body, **overlay(par("b"), par("none"), par("a"), par("b")))
    assert said(book) == ["Two.", LONG.strip(), "Three."]


def test_text_between_blocks_is_never_moved(read):
    book = read(f"<div><p id='a'>{LONG}</p>Loose.<p id='b'>Two.</p></div>", **overlay(par("b"), par("a")))
    assert said(book) == [LONG.strip(), "Loose.", "Two."]


@pytest.mark.parametrize("smil", [b"<smil", b'<!DOCTYPE a [<!ENTITY b "c">]><a>&b;</a>', None])
def test_a_narration_that_cannot_be_read_is_told(read, smil):
    files = {} if smil is None else {"OEBPS/c.smil": smil}
    book = read("<p id='a'>Text.</p>", manifest=OVERLAY, files=files)
    assert said(book) == ["Text."]
    assert "Media Overlay" in book.warnings[0]


def test_many_spans_in_one_paragraph_take_their_time_in_proportion(read):
    body = "<p>" + "<i lang='fr'>mot</i> word " * 20_000 + "</p>"
    started = time.perf_counter()
    book = read(body)
    assert time.perf_counter() - started < 20
    assert plain_text(said(book)[0]).split()[:3] == ["mot", "word", "mot"]
    assert said(book)[0].startswith("[mot]{lang: fr} word")


_BITS = (
    "mot",
    "[x]",
    "{.sad}",
    "\\",
    "{",
    "}",
    "]",
    "“",
    "”",
    ",",
    "\u0301a",
    "1984",
    "’s",
    "{lang: fr}",
    "a\\",
    "\u200b",
)
_WRAPS = ('<i lang="fr">{}</i>', '<i lang="en">{}</i>', '<b ssml:ph="ʒɑ̃">{}</b>', '<b ssml:ph="!">{}</b>', "<sup>{}</sup>",  # noqa: E501 - bits of text
          "<q>{}</q>", "{}<br/>", "{} ")  # fmt: skip


def _tangle(chance: random.Random, depth: int = 0) -> str:
    inner = "".join(
        _tangle(chance, depth + 1) if depth < 4 and chance.random() < 0.5 else chance.choice(_BITS)
        for _ in range(chance.randint(1, 4))
    )
    return chance.choice(_WRAPS).replace("{}", inner, 1) if depth else inner


def test_whatever_is_said_how_the_words_stay_as_they_are_written(read):
    chance = random.Random(7)
    body = "".join(
        f"<{tag}>{_tangle(chance)}</{tag}>" for tag in chance.choices(["p", "h2", "li", "blockquote"], k=200)
    )
    blocks = [block for chapter in read(body).chapters for block in chapter.blocks]
    plain = re.sub(r' (?:lang|ssml:ph)="[^"]*"', "", body)
    written = [block for chapter in read(plain).chapters for block in chapter.blocks]
    assert [plain_text(block.text) for block in blocks] == [plain_text(block.text) for block in written]
    assert not any(read_tags(block.text).problems for block in blocks)
    assert sum("{lang: fr}" in block.text or "{ipa: " in block.text for block in blocks) > 50

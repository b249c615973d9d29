from studio.importers.registry import import_manuscript
from studio.manuscript.model import BlockKind, ChapterKind
from tests.importers.conftest import EpubBuilder, nav_item, ncx_point, outline, texts


def test_real_book_lists_its_chapters_and_its_matter(wodehouse):
    book = import_manuscript(wodehouse)
    spoken = [chapter for chapter in book.chapters if not chapter.skipped]
    assert len(spoken) == 23
    assert spoken[0].title == "I: A Letter with a Postscript"
    assert spoken[22].title == "XXIII: After the Storm"
    assert spoken[0].blocks[0].text == "Chapter I: A Letter with a Postscript"
    assert spoken[0].blocks[1].text.startswith("“A gentleman called to see you")
    assert all(chapter.kind is ChapterKind.CHAPTER for chapter in spoken)
    assert all([block.kind for block in chapter.blocks].count(BlockKind.HEADING) == 1 for chapter in spoken), (
        "each heading is read once"
    )
    assert [(chapter.title, chapter.kind) for chapter in book.chapters if chapter.skipped] == [
        ("Titlepage", ChapterKind.TITLE_PAGE),
        ("Imprint", ChapterKind.IMPRINT),
        ("Dedication", ChapterKind.DEDICATION),
        ("Love Among the Chickens", ChapterKind.HALF_TITLE),
        ("Colophon", ChapterKind.COLOPHON),
        ("Uncopyright", ChapterKind.LICENCE),
    ]
    assert book.metadata.author == "P. G. Wodehouse"
    assert book.metadata.language == "en-GB"
    assert 49_000 < sum(chapter.words for chapter in spoken) < 51_500
    breaks = [block for chapter in spoken for block in chapter.blocks if block.kind is BlockKind.SCENE_BREAK]
    assert len(breaks) == 10, "the ten rules of the book"


def test_contents_cut_files_at_fragments(read_epub):
    book = read_epub(
        documents={
            "all.xhtml": '<p>Before it all.</p><section id="a"><h2>Chapter 1</h2><p>First.</p></section>'
            '<h2><a id="b"></a>Chapter 2</h2><p>Second.</p><p id="c">Chapter 3</p><p>Third.</p>'
        },
        nav=nav_item("Chapter 1", "all.xhtml#a")
        + nav_item("Chapter 2", "all.xhtml#b")
        + nav_item("Chapter 3", "all.xhtml#c"),
    )
    assert [texts(chapter) for chapter in book.chapters] == [
        ["Before it all."],
        ["Chapter 1", "First."],
        ["Chapter 2", "Second."],
        ["Chapter 3", "Third."],
    ]
    assert book.chapters[3].blocks[0].kind is BlockKind.HEADING, "a paragraph that says the title is its heading"


def test_ncx_of_epub_2_with_a_chapter_over_several_files(read_epub):
    book = read_epub(
        documents={
            "c1.html": "<h2>The Start</h2><p>a</p>",
            "c1_split_001.html": "<p>b</p>",
            "c1_split_002.html": "<p>c</p>",
            "c2.html": "<h2>The End</h2><p>d</p>",
        },
        ncx=ncx_point("The Start", "c1.html") + ncx_point("The End", "c2.html"),
    )
    assert [(chapter.title, texts(chapter)) for chapter in book.chapters] == [
        ("The Start", ["The Start", "a", "b", "c"]),
        ("The End", ["The End", "d"]),
    ]


def test_nested_parts_are_structure_and_their_pages_are_parts(read_epub):
    book = read_epub(
        documents={
            "p1.xhtml": "<h1>Part One</h1><p>An epigraph of the part.</p>",
            "c1.xhtml": "<h2>1</h2><p>a</p>",
            "c2.xhtml": "<h1>Part Two</h1><h2>2</h2><p>b</p>",
        },
        nav=nav_item("Part One", "p1.xhtml", nav_item("1", "c1.xhtml"))
        + nav_item("Part Two", "c2.xhtml", nav_item("2", "c2.xhtml")),
    )
    assert outline(book.chapters) == [("Part One", "part", True), ("1", "chapter", True), ("2", "chapter", True)]
    assert [chapter.parts for chapter in book.chapters] == [(), ("Part One",), ("Part Two",)]
    assert texts(book.chapters[1]) == ["Chapter 1", "a"]
    assert texts(book.chapters[2]) == ["Part Two: 2", "b"]


def test_sections_of_a_chapter_do_not_become_files_of_their_own(read_epub):
    book = read_epub(
        documents={
            "c1.xhtml": '<h1>Chapter 1: Soil</h1><p>a</p><h2 id="s1">Clay</h2><p>b</p><h2 id="s2">Sand</h2><p>c</p>',
            "c2.xhtml": "<h1>Chapter 2: Rain</h1><p>d</p>",
        },
        nav=nav_item("Chapter 1: Soil", "c1.xhtml", nav_item("Clay", "c1.xhtml#s1") + nav_item("Sand", "c1.xhtml#s2"))
        + nav_item("Chapter 2: Rain", "c2.xhtml"),
    )
    assert [texts(chapter) for chapter in book.chapters] == [
        ["Chapter 1: Soil", "a", "Clay", "b", "Sand", "c"],
        ["Chapter 2: Rain", "d"],
    ]


def test_sections_in_files_of_their_own_continue_their_chapter(read_epub):
    book = read_epub(
        documents={
            "pre.xhtml": "<h1>Preface</h1><p>a</p>",
            "pre2.xhtml": "<h1>Thanks to Many</h1><p>b</p>",
            "c1.xhtml": "<h1>Chapter 1. Soil</h1><p>c</p>",
            "c1s1.xhtml": "<h1>Clay</h1><p>d</p>",
        },
        nav=nav_item("Preface", "pre.xhtml", nav_item("Thanks to Many", "pre2.xhtml"))
        + nav_item("1. Soil", "c1.xhtml", nav_item("Clay", "c1s1.xhtml")),
    )
    assert [(chapter.kind.value, texts(chapter)) for chapter in book.chapters] == [
        ("preface", ["Preface", "a", "Thanks to Many", "b"]),
        ("chapter", ["Chapter 1. Soil", "c", "Clay", "d"]),
    ]


def test_contents_page_and_picture_pages_are_not_read(read_epub):
    book = read_epub(
        documents={
            "ad.xhtml": '<img src="a.png" alt="Buy more books"/>',
            "c1.xhtml": "<h1>Chapter 1</h1><p>a</p>",
            "c2.xhtml": '<img src="m.png" alt="A map of the farm"/><h1>Chapter 2</h1><p>b</p>',
        },
        nav=nav_item("Chapter 1", "c1.xhtml") + nav_item("Chapter 2", "c2.xhtml"),
        spine='<itemref idref="nav"/>',
    )
    assert outline(book.chapters) == [
        ("Illustrations", "illustrations", False),
        ("Chapter 1", "chapter", True),
        ("Chapter 2", "chapter", True),
        ("Contents", "contents", False),
    ]
    assert texts(book.chapters[2]) == ["Chapter 2", "Image: A map of the farm.", "b"], "the heading comes first"


def test_files_that_the_contents_do_not_name_are_kept_for_what_they_are(read_epub):
    book = read_epub(
        documents={
            "cover.xhtml": '<img src="c.jpg" alt=""/>',
            "legal.xhtml": "<p>Copyright © 1999 A. Author. All rights reserved.</p><p>ISBN 1-2-3</p>",
            "quote.xhtml": '<section epub:type="epigraph"><p>All is vanity.</p></section>',
            "c1.xhtml": "<h1>Chapter 1</h1><p>a</p>",
            "c2.xhtml": "<h1>Chapter 2</h1><p>b</p>",
            "c3.xhtml": "<h1>Chapter 3</h1><p>c</p>",
            "about.xhtml": "<h1>About the Author</h1><p>She lives.</p>",
        },
        nav=nav_item("Chapter 1", "c1.xhtml") + nav_item("Chapter 3", "c3.xhtml"),
    )
    assert outline(book.chapters) == [
        ("Cover", "cover", False),
        ("Copyright", "copyright", False),
        ("Epigraph", "epigraph", True),
        ("Chapter 1", "chapter", True),
        ("Chapter 2", "chapter", True),
        ("Chapter 3", "chapter", True),
        ("About the Author", "about-the-author", False),
    ]


def test_headings_divide_a_book_without_contents(read_epub):
    book = read_epub(
        documents={
            "a.xhtml": "<h1>The Book</h1><p>by Someone</p><h2>Chapter One</h2><p>a</p><h2>Chapter Two</h2><p>b</p>",
            "b.xhtml": "<p>more of b</p><h2>Chapter Three</h2><p>c</p>",
        }
    )
    assert outline(book.chapters) == [
        ("The Book", "title-page", False),
        ("Chapter One", "chapter", True),
        ("Chapter Two", "chapter", True),
        ("Chapter Three", "chapter", True),
    ]
    assert texts(book.chapters[2]) == ["Chapter Two", "b", "more of b"]


def test_circular_duplicate_and_missing_contents_entries_do_no_harm(read_epub):
    loop = nav_item("Chapter 1", "c1.xhtml", nav_item("Chapter 1", "c1.xhtml", nav_item("Chapter 1", "c1.xhtml")))
    book = read_epub(
        documents={"c1.xhtml": "<h1>Chapter 1</h1><p>a</p>", "c2.xhtml": "<h1>Chapter 2</h1><p>b</p>"},
        nav=loop
        + nav_item("Chapter 2", "c2.xhtml")
        + nav_item("Chapter 2 again", "c2.xhtml")
        + nav_item("Gone", "gone.xhtml")
        + nav_item("Nowhere", "c2.xhtml#nothing")
        + nav_item("Outside", "../../../etc/passwd"),
    )
    assert [texts(chapter) for chapter in book.chapters] == [["Chapter 1", "a"], ["Chapter 2", "b"]]


def test_contents_entries_out_of_order_do_not_reorder_the_book(read_epub):
    book = read_epub(
        documents={"c1.xhtml": "<h1>Chapter 1</h1><p>a</p>", "c2.xhtml": "<h1>Chapter 2</h1><p>b</p>"},
        nav=nav_item("Chapter 2", "c2.xhtml") + nav_item("Chapter 1", "c1.xhtml"),
    )
    assert [chapter.title for chapter in book.chapters] == ["Chapter 1", "Chapter 2"]


def test_number_and_title_are_one_heading_read_once(read_epub):
    book = read_epub(
        documents={
            "a.xhtml": '<hgroup><h2>I</h2><p epub:type="title">The Letter</p></hgroup><p>a</p>',
            "b.xhtml": "<h1>CHAPTER II.</h1><h2>The Reply</h2><p>b</p>",
            "c.xhtml": "<h2>Chapter 3<br/>The Visit</h2><p>The Visit</p><p>c</p>",
            "d.xhtml": "<h2>IV</h2><p>d</p>",
            "e.xhtml": "<p>The long way home was cold.</p>",
        },
        nav=nav_item("I: The Letter", "a.xhtml")
        + nav_item("Chapter II: The Reply", "b.xhtml")
        + nav_item("The Visit", "c.xhtml")
        + nav_item("IV: The Storm", "d.xhtml")
        + nav_item("The Way Home", "e.xhtml"),
    )
    assert [(chapter.title, texts(chapter)) for chapter in book.chapters] == [
        ("I: The Letter", ["Chapter I: The Letter", "a"]),
        ("Chapter II: The Reply", ["CHAPTER II. The Reply", "b"]),
        ("The Visit", ["Chapter 3: The Visit", "The Visit", "c"]),
        ("IV: The Storm", ["Chapter IV: The Storm", "d"]),
        ("The Way Home", ["The Way Home", "The long way home was cold."]),
    ]


def test_book_title_above_a_chapter_heading_is_not_read_again(read_epub):
    book = read_epub(
        documents={
            "a.xhtml": "<h1>The Book</h1><h2>Chapter 1</h2><p>a</p>",
            "b.xhtml": "<h1>The Book</h1><h2>Chapter 2</h2><p>b</p>",
        },
        nav=nav_item("Chapter 1", "a.xhtml") + nav_item("Chapter 2", "b.xhtml"),
    )
    assert [texts(chapter) for chapter in book.chapters] == [["Chapter 1", "a"], ["Chapter 2", "b"]]


def test_landmarks_and_guide_tell_what_unmarked_files_are(read_epub):
    documents = {
        "x.xhtml": "<p>For my mother, who waited.</p>",
        "y.xhtml": "<p>Some words about words.</p>",
        "c1.xhtml": "<h1>Chapter 1</h1><p>a</p>",
        "c2.xhtml": "<h1>Chapter 2</h1><p>b</p>",
    }
    nav = nav_item("Chapter 1", "c1.xhtml") + nav_item("Chapter 2", "c2.xhtml")
    book = read_epub(
        documents=documents,
        nav=nav,
        landmarks='<li><a epub:type="dedication" href="x.xhtml">For</a></li>',
        guide='<reference type="foreword" title="F" href="y.xhtml"/>',
    )
    assert [chapter.kind.value for chapter in book.chapters] == ["dedication", "foreword", "chapter", "chapter"]


def test_files_outside_the_main_flow_are_skipped(read_epub):
    book = read_epub(
        documents={"c1.xhtml": "<h1>Chapter 1</h1><p>a</p>"},
        files={"OEBPS/extra.xhtml": b"<html xmlns='http://www.w3.org/1999/xhtml'><body><p>Answers.</p></body></html>"},
        manifest='<item id="e" href="extra.xhtml" media-type="application/xhtml+xml"/>',
        spine='<itemref idref="e" linear="no"/>',
    )
    assert [(chapter.skipped, texts(chapter)) for chapter in book.chapters] == [
        (False, ["Chapter 1", "a"]),
        (True, ["Answers."]),
    ]


def test_no_words_get_lost_however_the_contents_cut(read_epub):
    documents = {f"f{n}.xhtml": "".join(f'<p id="p{n}{m}">word{n}x{m}</p>' for m in range(6)) for n in range(4)}
    nav = (
        nav_item("A", "f0.xhtml#p03")
        + nav_item("B", "f1.xhtml#p15", nav_item("B1", "f2.xhtml#p20"))
        + nav_item("C", "f3.xhtml#p31")
    )
    book = read_epub(documents=documents, nav=nav)
    words = [block.text for chapter in book.chapters for block in chapter.blocks if block.kind is BlockKind.PARAGRAPH]
    assert words == [f"word{n}x{m}" for n in range(4) for m in range(6)]


def test_written_by_another_program(tmp_path):
    from ebooklib import epub

    book = epub.EpubBook()
    book.set_title("Other Hands")
    book.set_language("en")
    book.add_author("Jane Doe")
    book.set_cover("cover.png", b"\x89PNG\r\n\x1a\n" + bytes(40))
    chapters = []
    for number in (1, 2):
        chapter = epub.EpubHtml(title=f"Chapter {number}", file_name=f"c{number}.xhtml", lang="en")
        chapter.content = f"<h1>Chapter {number}</h1><p>Text {number}.</p>"
        book.add_item(chapter)
        chapters.append(chapter)
    book.toc = (epub.Link("c1.xhtml", "Chapter 1", "c1"), (epub.Section("Rest"), (chapters[1],)))
    book.add_item(epub.EpubNcx())
    book.add_item(epub.EpubNav())
    book.spine = ["cover", "nav", *chapters]
    path = tmp_path / "other.epub"
    epub.write_epub(path, book)
    read = import_manuscript(path)
    assert [(c.title, c.skipped) for c in read.chapters][-2:] == [("Chapter 1", False), ("Chapter 2", False)]
    assert read.chapters[-1].parts == ("Rest",)
    assert all(chapter.skipped for chapter in read.chapters[:-2]), "cover and contents are not read"
    assert read.cover is not None
    assert read.metadata.author == "Jane Doe"


def test_epub_builder_writes_what_it_is_asked_to(tmp_path):
    path = EpubBuilder(documents={"c.xhtml": "<p>Only words.</p>"}).write(tmp_path / "plain.epub")
    (chapter,) = import_manuscript(path).chapters
    assert texts(chapter) == ["Only words."]
    assert chapter.title == "Only words."

"""The policy of docs/import-policy.md, row by row."""

import pytest

from studio.manuscript.model import BlockKind as B
from studio.manuscript.tags import Words, plain_text, read_tags
from tests.importers.conftest import nav_item, texts


@pytest.mark.parametrize(
    ("body", "blocks"),
    [
        pytest.param(
            "<p>one</p><hr/><p>two</p>",
            ["paragraph one", "scene-break", "paragraph two"],
            id="hr",
        ),
        pytest.param(
            "<p>one</p><p class='c'>* * *</p><p>two</p>",
            ["paragraph one", "scene-break", "paragraph two"],
            id="asterisks",
        ),
        pytest.param(
            "<p>one</p><p>⁂</p><p>#</p><p>two</p>",
            ["paragraph one", "scene-break", "paragraph two"],
            id="doubled",
        ),
        pytest.param(
            "<p>one</p><div class='scene-break'></div><p>two</p>",
            ["paragraph one", "scene-break", "paragraph two"],
            id="empty-div",
        ),
        pytest.param(
            "<hr/><p>one</p><hr/>",
            ["paragraph one"],
            id="breaks-at-the-ends",
        ),
        pytest.param(
            '<p>one</p><p><img src="ornament.png" alt=""/></p><p>two</p>',
            ["paragraph one", "scene-break", "paragraph two"],
            id="ornament",
        ),
        pytest.param(
            "<p>It cost<sup><a href='#n1'>1</a></sup> much.</p>",
            ["paragraph It cost much."],
            id="sup-link",
        ),
        pytest.param(
            "<p>It cost<a epub:type='noteref' href='#n1'>1</a> much.</p>",
            ["paragraph It cost much."],
            id="noteref",
        ),
        pytest.param(
            "<p>It cost<a role='doc-noteref' href='n.xhtml#n1'>*</a> much.</p>",
            ["paragraph It cost much."],
            id="doc-noteref",
        ),
        pytest.param(
            "<p>It cost <a href='#n1'>[1]</a> much.</p>",
            ["paragraph It cost much."],
            id="bracketed-link",
        ),
        pytest.param(
            "<p>In <a href='#y'>1914</a> it cost [sic] much.</p>",
            ["paragraph In 1914 it cost [sic] much."],
            id="links-keep-their-words",
        ),
        pytest.param(
            "<p>a</p><aside epub:type='footnote' id='n1'><p>The note.</p></aside>",
            ["paragraph a"],
            id="footnote",
        ),
        pytest.param(
            "<p>a</p><section role='doc-endnotes'><h2>Notes</h2><ol><li>One.</li></ol></section>",
            ["paragraph a"],
            id="endnotes",
        ),
        pytest.param(
            "<p>a<sup><a href='#n1'>1</a></sup></p><p>b</p><p id='n1'><a href='#r1'>[1]</a> The note.</p>",
            ["paragraph a", "paragraph b"],
            id="unmarked-note",
        ),
        pytest.param(
            "<p>10<sup>6</sup> of H<sub>2</sub>O, the 1<sup>st</sup></p>",
            ["paragraph 10⁶ of H₂O, the 1st"],
            id="sup-sub",
        ),
        pytest.param(
            "<p>a<span epub:type='pagebreak' title='12'>12</span> b<span class='pagenum'>[Pg 13]</span></p>",
            ["paragraph a b"],
            id="page-breaks",
        ),
        pytest.param(
            "<p>a <span style='display: none'>x</span><span hidden=''>y</span><i aria-hidden='true'>z</i>b</p>",
            ["paragraph a b"],
            id="hidden",
        ),
        pytest.param(
            "<p><ruby>漢<rp>(</rp><rt>かん</rt><rp>)</rp>字<rt>じ</rt></ruby> read</p>",
            ["paragraph 漢字 read"],
            id="ruby",
        ),
        pytest.param(
            "<table><caption>Prices</caption><tr><th>Egg</th><th>Hen</th>"
            "</tr><tr><td>1d</td><td></td><td>2s</td></tr></table>",
            ["paragraph Prices", "table-row Egg, Hen", "table-row 1d, 2s"],
            id="table",
        ),
        pytest.param(
            "<table><tr><td><p>Only a frame.</p></td></tr></table>",
            ["paragraph Only a frame."],
            id="layout-table",
        ),
        pytest.param(
            '<p><img src="a.jpg" alt="A hen on a roof"/></p>',
            ["image Image: A hen on a roof."],
            id="alt",
        ),
        pytest.param(
            '<p>a</p><img src="a.jpg" alt="image001.jpg"/><img src="b" alt="Cover"/>'
            '<img src="c" alt=""/><img src="d" alt="A map" role="presentation"/>',
            ["paragraph a"],
            id="empty-alt",
        ),
        pytest.param(
            '<p><img src="o.png" alt="O"/>nce upon a time</p>',
            ["paragraph Once upon a time"],
            id="drop-cap",
        ),
        pytest.param(
            '<svg xmlns="http://www.w3.org/2000/svg"><title>A plan of the farm</title><text>5cm</text></svg>',
            ["image Image: A plan of the farm."],
            id="svg",
        ),
        pytest.param(
            '<p>So <math xmlns="http://www.w3.org/1998/Math/MathML" alttext="x squared"><mi>x</mi></math>.</p>',
            ["paragraph So x squared ."],
            id="math",
        ),
        pytest.param(
            "<figure><img src='a' alt=''/><figcaption>The farm.</figcaption></figure>",
            ["paragraph The farm."],
            id="figcaption",
        ),
        pytest.param(
            "<p>Sea View<br/>Combe Regis<br/>and so on</p>",
            ["paragraph Sea View, Combe Regis and so on"],
            id="br",
        ),
        pytest.param(
            "<p>one<br/><br/>two</p>",
            ["paragraph one", "paragraph two"],
            id="double-br",
        ),
        pytest.param(
            "<div class='poem'><p>one<br/>two</p><p><span>three</span><span>four</span></p></div>",
            ["verse one", "verse two", "verse three", "verse four"],
            id="verse",
        ),
        pytest.param(
            "<ul><li>a</li><li><p>b</p><p>c</p></li></ul><ol start='3'><li>d</li><li>e</li></ol>",
            ["list-item a", "list-item b", "list-item c", "list-item 3. d", "list-item 4. e"],
            id="lists",
        ),
        pytest.param(
            "<dl><dt>Hen</dt><dd>A bird.</dd></dl>",
            ["list-item Hen", "list-item A bird."],
            id="dl",
        ),
        pytest.param(
            "<div class='letter'><p>Dear Sir,</p><p class='poem'>Rain</p></div><p class='epigraph'>All is wet.</p>",
            ["quote Dear Sir,", "verse Rain", "quote All is wet."],
            id="letter",
        ),
        pytest.param(
            "<section epub:type='z3998:letter'><p>Dear Sir,</p></section>",
            ["paragraph Dear Sir,"],
            id="a-division-that-is-a-letter",
        ),
        pytest.param(
            "<p>one</p><div class='letter'><h2>To Ada</h2><p>“It is wet,” he said.</p></div>",
            ["paragraph one", "heading To Ada", "paragraph “It is wet,” he said."],
            id="a-letter-that-is-a-chapter",
        ),
        pytest.param(
            "<blockquote><p>Dear Sir,</p>Yours</blockquote><p>a</p>",
            ["quote Dear Sir,", "quote Yours", "paragraph a"],
            id="blockquote",
        ),
        pytest.param(
            "<p>He said <q>go</q>.</p>",
            ["paragraph He said “go”."],
            id="q",
        ),
        pytest.param(
            "<epub:switch><epub:case>formula</epub:case><epub:default><p>words</p></epub:default></epub:switch>",
            ["paragraph words"],
            id="switch",
        ),
        pytest.param(
            "<p>ex\u00adtra\u2060 \u00a0wide\u200b \u202eevil\u202c</p>",
            ["paragraph extra wide evil"],
            id="invisible",
        ),
        pytest.param(
            "<p>&#145;He&#146;s&#148; &#133;</p>",
            ["paragraph ‘He’s” …"],
            id="windows-punctuation",
        ),
        pytest.param(
            "loose <b>words</b><div>and <p>more</p> after</div>",
            ["paragraph loose words", "paragraph and", "paragraph more", "paragraph after"],
            id="loose-text",
        ),
        pytest.param(
            "<p>a</p><script>evil()</script><style>p{}</style><video>old browser</video><!-- secret -->",
            ["paragraph a"],
            id="never-spoken",
        ),
        pytest.param(
            "<p>a</p><pre><code>x = 1</code></pre><p>b <code>x</code></p>",
            ["paragraph a", "paragraph b x"],
            id="code",
        ),
        pytest.param(
            "<p>a</p><p>!!!</p><p>😀</p>",
            ["paragraph a"],
            id="nothing-to-say",
        ),
        pytest.param(
            "<p>a &lt;speak&gt;{{x}} %s</p>",
            ["paragraph a <speak>{{x}} %s"],
            id="markup-as-text",
        ),
        pytest.param(
            "<p>a</p><p class='chapter-title'>Later</p><h3 hidden=''>Not this</h3>",
            ["paragraph a", "heading Later"],
            id="class-heading",
        ),
    ],
)
def test_policy(read_body, body, blocks):
    assert [f"{kind} {text}".strip() for kind, text in read_body(body)] == blocks


def test_empty_paragraphs_are_breaks_only_where_they_are_rare(read_body):
    paragraphs = "<p>one</p>" * 10
    rare = read_body(f"{paragraphs}<p>\u00a0</p>{paragraphs}")
    assert rare.count((B.SCENE_BREAK, "")) == 1
    assert read_body("<p>one</p><p><br/></p>" * 10) == [(B.PARAGRAPH, "one")] * 10


def test_what_is_left_out_is_reported(read_epub):
    book = read_epub(documents={"c.xhtml": "<h1>One</h1><p>a</p><pre><code>x</code></pre>"})
    assert book.warnings == ("Left out of 'OEBPS/c.xhtml': 1 × code listing.",)


def test_notes_file_is_listed_and_skipped(read_epub):
    book = read_epub(
        documents={
            "c1.xhtml": "<h1>Chapter 1</h1><p>a<sup><a id='r1' href='notes.xhtml#n1'>1</a></sup></p><p>b</p>",
            "notes.xhtml": "<section epub:type='endnotes'><h1>Notes</h1><ol><li id='n1' epub:type='endnote'>The note. "
            "<a href='c1.xhtml#r1'>↩</a></li></ol></section>",
        },
        nav=nav_item("Chapter 1", "c1.xhtml") + nav_item("Notes", "notes.xhtml"),
    )
    chapter, notes = book.chapters
    assert texts(chapter) == ["Chapter 1", "a", "b"]
    assert (notes.kind.value, notes.skipped, texts(notes)) == ("notes", True, ["Notes", "The note."])


def test_heading_with_an_alt_text(read_epub):
    book = read_epub(documents={"c.xhtml": "<h1><img src='t.png' alt='The Storm'/></h1><p>a</p>"})
    assert texts(book.chapters[0]) == ["The Storm", "a"]


def test_deep_nesting_and_long_text_end(read_epub):
    book = read_epub(documents={"c.xhtml": "<h1>One</h1>" + "<div>" * 250 + "<p>deep</p>" + "</div>" * 250})
    assert "deep" in " ".join(texts(book.chapters[0]))
    long = " ".join(f"word{n}" for n in range(400_000))
    book = read_epub(documents={"c.xhtml": f"<h1>One</h1><p>{long}</p>"}, title="Long")
    assert len(book.chapters) > 20
    assert sum(block.text.count("word") for chapter in book.chapters for block in chapter.blocks) == 400_000


def test_brackets_of_a_book_stay_words(read_epub):
    body = r"<h1>One [draft]</h1><p>He was [sad] and <i>[</i>whisper<i>]</i>, {.calm} [pause 1s] \[.</p>"
    (chapter,) = read_epub(documents={"c.xhtml": body}).chapters
    assert chapter.title == "One [draft]"
    assert [plain_text(block.text) for block in chapter.blocks] == [
        "One [draft]",
        r"He was [sad] and [whisper], {.calm} [pause 1s] \[.",
    ]
    assert [
        part for block in chapter.blocks for part in read_tags(block.text).parts if not isinstance(part, Words)
    ] == []

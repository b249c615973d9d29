import pytest

from studio.importers.markdown import split_front_matter
from studio.manuscript.model import BlockKind
from studio.manuscript.tags import plain_text, read_tags
from tests.importers.conftest import outline, texts

BOOK = """\
---
title: "The Lamp"
subtitle: A Story
author: [Ann Lee, Bo Ray]
language: en-GB
date: 2021-05-06
evil: !!python/object/apply:os.system ["touch x"]
---

# The Lamp

For my mother.

## Contents

- [One](#one)
- [Two](#two)

## Chapter 1: One

He said[^1] **hello** to [her](http://x.y). <!-- secret -->

***

Then ~~left~~ *quickly*, see `x`.

```python
print(1)
```

| A | B |
|---|---|
| 1 | 2 |

> Quoted line

1. first
2. second

## Chapter 2

### The Storm

It rained.

---

<script>alert(1)</script>

And <b>rained</b>.

[^1]: A note.
"""


def test_book_in_markdown(read_text_file):
    book = read_text_file("b.md", BOOK)
    assert (book.metadata.title, book.metadata.author) == ("The Lamp: A Story", "Ann Lee and Bo Ray")
    assert (book.metadata.language, book.metadata.year) == ("en-GB", "2021")
    assert outline(book.chapters) == [
        ("The Lamp", "title-page", False),
        ("Contents", "contents", False),
        ("Chapter 1: One", "chapter", True),
        ("Chapter 2: The Storm", "chapter", True),
    ]
    assert texts(book.chapters[2]) == [
        "Chapter 1: One",
        "He said hello to her.",
        "*",
        "Then left quickly, see x.",
        "A, B",
        "1, 2",
        "Quoted line",
        "1. first",
        "2. second",
    ]
    assert texts(book.chapters[3]) == ["Chapter 2: The Storm", "It rained.", "*", "And rained."]
    assert book.warnings == ("Left out: 1 × code listing.",)


def test_chapters_at_the_highest_repeated_level(read_text_file):
    book = read_text_file("b.md", "# One\n\na\n\n## Inside\n\nb\n\n# Two\n\nc\n")
    assert [texts(chapter) for chapter in book.chapters] == [["One", "a", "Inside", "b"], ["Two", "c"]]


def test_parts_and_chapters(read_text_file):
    book = read_text_file(
        "b.md", "# Part One\n\n## Chapter 1\n\na\n\n## Chapter 2\n\nb\n\n# Part Two\n\n## Chapter 3\n\nc\n"
    )
    assert [(chapter.title, chapter.parts) for chapter in book.chapters if chapter.kind.value == "chapter"] == [
        ("Chapter 1", ("Part One",)),
        ("Chapter 2", ("Part One",)),
        ("Chapter 3", ("Part Two",)),
    ]


def test_single_heading_is_title_and_chapter(read_text_file):
    book = read_text_file("b.markdown", "# The Lamp\n\nIt burned all night.\n")
    assert book.metadata.title == "The Lamp"
    assert outline(book.chapters) == [("The Lamp", "chapter", True)]
    assert texts(book.chapters[0]) == ["The Lamp", "It burned all night."]


def test_copyright_section_is_skipped(read_text_file):
    book = read_text_file("b.md", "# Copyright\n\nAll mine.\n\n# Chapter 1\n\na\n\n# Chapter 2\n\nb\n")
    assert [chapter.skipped for chapter in book.chapters] == [True, False, False]


def test_text_before_the_first_heading_stays(read_text_file):
    book = read_text_file("b.md", "Once, long before.\n\n# Chapter 1\n\na\n\n# Chapter 2\n\nb\n")
    assert texts(book.chapters[0]) == ["Once, long before."]


def test_rule_and_text_at_the_top_are_no_metadata():
    text = "---\nNot a field, just a line\n---\n\nWords.\n"
    assert split_front_matter(text) == ({}, text)


def test_metadata_values_are_only_strings():
    fields, rest = split_front_matter("---\na: &x !!python/name:os.system\nb:\n  - one\n  - 'two'\n---\nText\n")
    assert fields == {"a": ["&x !!python/name:os.system"], "b": ["one", "two"]}
    assert rest == "Text\n"


def test_line_breaks_and_verse(read_text_file):
    (chapter,) = read_text_file("b.md", '# A\n\nSea View\\\nCombe\n\n<div class="verse">one<br>two</div>\n').chapters
    assert [(block.kind, block.text) for block in chapter.blocks[1:]] == [
        (BlockKind.PARAGRAPH, "Sea View, Combe"),
        (BlockKind.VERSE, "one"),
        (BlockKind.VERSE, "two"),
    ]


def said(read_text_file, text):
    """Texts of the blocks of a Markdown file of one chapter."""
    (chapter,) = read_text_file("b.md", text).chapters
    return texts(chapter)


def test_delivery_tags_stay_in_the_text(read_text_file):
    lines = ["[sad] *Oh* no. [/] [pause 1.2s] [Come]{.whisper rate=-10%} here.", "{.calm}\nHe sat. [laughs]"]
    assert said(read_text_file, "\n\n".join(lines)) == [
        "[sad] Oh no. [/] [pause 1.2s] [Come]{.whisper rate=-10%} here.",
        "{.calm} He sat. [laughs]",
    ]


def test_links_footnotes_and_task_boxes_are_markdown_first(read_text_file):
    text = "See [sad](x.html) and [calm] and [a][b].[^1]\n\n- [x] done\n- [ ] open\n\n"
    text += "[calm]: y.html\n[b]: z\n\n[^1]: Note.\n"
    assert [plain_text(line) for line in said(read_text_file, text)] == ["See sad and calm and a.", "done", "open"]


def test_a_tag_and_a_colon_define_no_link(read_text_file):
    assert said(read_text_file, "[angry]: No!\n\n[12]: x\n\nHe [angry] left [12].") == [
        "[angry]: No!",
        "He [angry] left 12.",
    ]


@pytest.mark.parametrize(
    "source",
    [
        r"\[sad\]",
        r"\[sad]",
        "&#91;sad]",
        "`[sad]`",
        "`[`sad`]`",
        "<!-- -->&lbrack;sad&rbrack;",
        r"[a \[sad\] b](x.html)",
    ],
)
def test_what_is_escaped_or_code_is_words(read_text_file, source):
    (text,) = said(read_text_file, f"So {source} it is.")
    assert "[sad]" in plain_text(text)
    assert read_tags(text).problems == ()


def test_backslashes_and_braces(read_text_file):
    (text,) = said(read_text_file, r"A \\ B \{.sad} \*C\* D\E `\[`")
    assert plain_text(text) == r"A \ B {.sad} *C* D\E \["


def test_titles_are_words_and_headings_know_their_delivery(read_text_file):
    book = read_text_file("b.md", "# Chapter 1 {.calm}\n\nA.\n\n# [sad] Chapter 2\n\nB.\n\n# A \\[draft\\]\n\nC.\n")
    assert [chapter.title for chapter in book.chapters] == ["Chapter 1", "Chapter 2", "A [draft]"]
    headings = [chapter.blocks[0] for chapter in book.chapters]
    assert [heading.delivery for heading in headings] == ["calm", "sad", ""]
    assert [plain_text(heading.text) for heading in headings] == ["Chapter 1", "Chapter 2", "A [draft]"]


def test_a_default_before_the_words_of_a_list_item_stays_at_its_beginning(read_text_file):
    assert said(read_text_file, "1. {.sad} first\n2. second\n") == ["{.sad} 1. first", "2. second"]


def test_a_paragraph_of_a_tag_alone_is_nothing_and_one_of_a_pause_is_kept(read_text_file):
    assert said(read_text_file, "One.\n\n{.sad}\n\n[beat]\n\nTwo.") == ["One.", "[beat]", "Two."]


def test_wrong_tags_are_told_by_the_line_of_the_file(read_text_file):
    book = read_text_file(
        "b.md", "---\ntitle: X\n---\n\n# One\n\nHe was [sadd] so.\n\n`[nope]` [nope](x) [^9]\n\n[happpy] b\n"
    )
    assert [warning.partition(":")[0] for warning in book.warnings] == ["line 7", "line 11"]
    assert "[sadd] is no tag" in book.warnings[0]
    assert "[sad]" in book.warnings[0]


def test_warnings_of_a_file_full_of_wrong_tags_are_few(read_text_file):
    warnings = read_text_file("b.md", "".join(f"A [bogus{n}] b.\n\n" for n in range(50))).warnings
    assert (len(warnings), warnings[-1]) == (21, "and 30 more.")


def test_text_without_headings_is_listed_by_its_first_words(read_text_file):
    book = read_text_file("b.md", r"[sad] One [two three four five]{.calm} \[six\] seven eight.")
    assert book.chapters[0].title == "One two three four five [six]…"

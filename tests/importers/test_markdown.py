from studio.importers.markdown import split_front_matter
from studio.manuscript.model import BlockKind
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

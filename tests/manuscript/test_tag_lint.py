import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.manuscript.tag_lint import lint_tags
from studio.manuscript.tags import read_tags
from tests.manuscript.malformed_tags import MALFORMED


def found(source: str, *, markdown: bool = False) -> list[tuple[int, int, str]]:
    return [(problem.line, problem.column, problem.tag) for problem in lint_tags(source, markdown=markdown)]


def test_problems_have_their_line_and_column():
    source = "Chapter One\n\n[sad] It was [sadd] late.\nVery [latte] indeed.\n\n\n  [pause 1 hour] Yes.\n"
    assert found(source) == [(3, 14, "[sadd]"), (4, 6, "[latte]"), (7, 3, "[pause 1 hour]")]


def test_a_problem_says_what_was_perhaps_meant():
    (problem,) = lint_tags("It was [sadd] late.")
    assert problem.message == "[sadd] is no tag; did you mean [sad]? It is left out."


@pytest.mark.parametrize("newline", ["\n", "\r\n", "\r"])
def test_lines_are_counted_however_they_end(newline: str):
    assert found(newline.join(["One.", "", "", "Two [sadd].", "", "Three [latte]."])) == [
        (4, 5, "[sadd]"),
        (6, 7, "[latte]"),
    ]


def test_good_tags_notes_and_remarks_are_no_problem():
    assert (
        found("[sad] One [12], [^1] [x] [ ].\n[He laughed at this.] [laugh] [pause 1s] \\[sadd\\]\n\n{.sad} a\n") == []
    )


def test_a_tag_may_be_broken_over_two_lines():
    assert found("One [long\npause] two.") == []


@pytest.mark.parametrize("tag", MALFORMED)
def test_every_malformed_tag_is_found(tag: str):
    assert [line for line, _, _ in found(f"One.\n\nTwo {tag} three.\n")][:1] == [3]


MARKDOWN = """\
# A [link](http://example.org/sadd) and ![picture](sadd.png)

[link][ref], [ref] and a footnote[^note] and `[sadd]` in code.

- [ ] to do
- [x] done

```
[sadd] in a block
```

<!-- [sadd] -->

[ref]: http://example.org/sadd "title"

[latte] is none.
"""


def test_what_is_markdown_is_no_tag():
    assert found(MARKDOWN, markdown=True) == [(16, 1, "[latte]")]


@given(st.text(alphabet="[]sad{.} \n\r`~x<!-:()", max_size=80), st.booleans())
def test_any_text_is_read(source: str, markdown: bool):
    lines = source.replace("\r\n", "\n").replace("\r", "\n").split("\n")
    for problem in lint_tags(source, markdown=markdown):
        line = lines[problem.line - 1]
        assert line[problem.column - 1 :].startswith(problem.tag.split("\n")[0])
    if not markdown and "\n" not in source and "\r" not in source:
        assert len(lint_tags(source)) == len(read_tags(source).problems)


@pytest.mark.parametrize("unit", ["```\n", "`a", "[a](", "[sadd] ", "[sadd]\n", "![", "[a]: b\n", "\n \n", " ", "<!--"])
def test_time_grows_with_the_text_only(unit: str):
    started = time.process_time()
    lint_tags(unit * 10_000, markdown=True)
    assert time.process_time() - started < 2

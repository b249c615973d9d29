"""Tags that mean nothing, found in the source of a text with their lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from studio.manuscript.tags import read_tags

_BLANK: Final = re.compile(r"\n\s*\n|\Z")
_NO_TAGS_IN_MARKDOWN: Final = re.compile(
    r"(?P<fence>^[ ]{0,3}(?P<ticks>`{3,}|~{3,})[^\n]*\n(?:.*?\n)?[ ]{0,3}(?P=ticks)[^\n]*$)"
    r"|(?P<code>(?<!`)(?P<quote>`{1,4})(?!`)[^\n]{1,1000}?(?<!`)(?P=quote)(?!`))"
    r"|(?P<comment><!--.{0,2000}?-->)"
    r"|(?P<link>!?\[[^\[\]\n]{0,500}\](?:\([^()\n]{0,1000}\)|\[[^\[\]\n]{0,200}\]))"
    r"|(?P<definition>^[ ]{0,3}\[[^\[\]\n]{1,200}\]:[ \t]*<?\S*(?:[/#@]|\.\w)[^\n]*$)",
    re.DOTALL | re.MULTILINE,
)
_DEFINITION: Final = re.compile(r"^[ ]{0,3}\[(?P<label>[^\[\]\n]{1,200})\]:[ \t]*\S", re.MULTILINE)
_LABEL: Final = re.compile(r"(?<!\\)\[([^\[\]\n]{1,200})\](?!\{)")


@dataclass(frozen=True, slots=True)
class LintProblem:
    """A tag that means nothing, in a source text.

    Attributes:
        line: counted from 1.
        column: counted from 1.
        tag: as it is written there.
        message: what is wrong, what was perhaps meant, and what becomes of it.
    """

    line: int
    column: int
    tag: str
    message: str


def lint_tags(source: str, *, markdown: bool = False) -> tuple[LintProblem, ...]:
    """Find the tags of a source text that mean nothing, in order.

    Args:
        source: the text as it is in its file; blank lines part paragraphs.
        markdown: leave code, comments, links and their definitions alone.
    """
    text = source.replace("\r\n", "\n").replace("\r", "\n")
    if markdown:
        labels = {" ".join(match["label"].split()).casefold() for match in _DEFINITION.finditer(text)}
        text = _NO_TAGS_IN_MARKDOWN.sub(_blank, text)
        text = _LABEL.sub(lambda m: _blank(m) if " ".join(m[1].split()).casefold() in labels else m[0], text)
    return tuple(_problems(text))


def _blank(match: re.Match[str]) -> str:
    return re.sub(r"[^\n]", " ", match[0])


def _problems(text: str) -> Iterator[LintProblem]:
    line, line_start, counted, begin = 1, 0, 0, 0
    for blank in _BLANK.finditer(text):
        for problem in read_tags(text[begin : blank.start()]).problems:
            offset = begin + problem.offset
            line += text.count("\n", counted, offset)
            line_start = max(line_start, text.rfind("\n", counted, offset) + 1)
            counted = offset
            yield LintProblem(line, offset - line_start + 1, problem.tag, problem.message)
        begin = blank.end()

"""Tags that mean nothing, found in the source of a text with their lines."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from studio.manuscript.tags import read_tags

_PARAGRAPHS: Final = re.compile(r"[^\n]*\S[^\n]*(?:\n[^\n]*\S[^\n]*)*")
_NO_TAGS_IN_MARKDOWN: Final = re.compile(
    r"(?P<fence>^[ ]{0,3}(?P<ticks>`{3,}|~{3,})[^\n]*\n(?:.*?\n)?[ ]{0,3}(?P=ticks)[^\n]*$)"
    r"|(?P<code>(?<!`)(?P<quote>`{1,4})(?!`)[^\n]{1,1000}?(?<!`)(?P=quote)(?!`))"
    r"|(?P<comment><!--.{0,10000}?-->)"
    r"|(?P<link>!?\[[^\[\]\n]{0,500}\](?:\([^()\n]{0,1000}\)|\[[^\[\]\n]{0,200}\]))"
    r"|(?P<definition>^[ ]{0,3}\[[^\[\]\n]{1,200}\]:[ \t]*<?\S*(?:[/#@]|\.\w)[^\n]*$)",
    re.DOTALL | re.MULTILINE,
)


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
        text = _NO_TAGS_IN_MARKDOWN.sub(lambda match: re.sub(r"[^\n]", " ", match[0]), text)
    return tuple(_problems(text))


def _problems(text: str) -> Iterator[LintProblem]:
    line, counted = 1, 0
    for paragraph in _PARAGRAPHS.finditer(text):
        for problem in read_tags(paragraph[0]).problems:
            offset = paragraph.start() + problem.offset
            line += text.count("\n", counted, offset)
            counted = offset
            yield LintProblem(line, offset - text.rfind("\n", 0, offset), problem.tag, problem.message)

"""The frame Project Gutenberg puts around its plain texts: header, licence, notes of the transcribers."""

import re
from dataclasses import dataclass

from studio.importers.clean import clean_text
from studio.importers.language import language_tag

_START = re.compile(
    r"^[ \t]*(?:\*{3}[ \t]*START OF (?:THE|THIS) PROJECT GUTENBERG[^\n]*(?:\n(?!\n)[^\n]*?\*{3}[ \t]*$)?"
    r"|\*END\*?[ \t]*THE SMALL PRINT[^\n]*)$",
    re.IGNORECASE | re.MULTILINE,
)
_END = re.compile(
    r"^[ \t]*(?:\*{3}[ \t]*END OF (?:THE|THIS) PROJECT GUTENBERG"
    r"|End of (?:the )?Project Gutenberg(?:['’]s)?\b)[^\n]*",
    re.IGNORECASE | re.MULTILINE,
)
_FIELD = re.compile(
    r"^(Title|Author|Language|Release Date|Translator|Editor):[ \t]*(.+(?:\n[ \t]+\S.*)*)", re.MULTILINE
)
_CREDIT = re.compile(
    r"(?:(?:e-?text|e-?book|this e-?text|this e-?book|html version)\s+)?(?:was\s+)?"
    r"(?:produced|prepared|scanned|transcribed|credits?)\b.{0,20}?(?:by|from|:).{0,1200}",
    re.IGNORECASE | re.DOTALL,
)
_NOTE = re.compile(
    r"\[?\s*(?:transcriber|transcriber['’]s|transcribers['’]?|note from the transcriber)\s*(?:notes?)?\s*[:.\]]",
    re.IGNORECASE,
)
_MAX_CREDITS = 4
_MAX_HEADER_CHARS = 20_000


@dataclass(frozen=True, slots=True)
class Framed:
    """A text without its frame, and what the frame said.

    Attributes:
        text: from the title page to the last line of the book.
        framed: whether there was a frame.
        title: as stated; empty if not.
        author: as stated; empty if not.
        language: BCP 47 tag; empty if none is stated.
    """

    text: str
    framed: bool = False
    title: str = ""
    author: str = ""
    language: str = ""


def remove_frame(text: str) -> Framed:
    """Take off header, licence, credits and transcribers' notes. Text of other origin comes back as it is."""
    start = _START.search(text)
    end = _END.search(text, start.end() if start else len(text) // 2)
    if start is None and end is None:
        return Framed(text)
    header = text[: start.start()][:_MAX_HEADER_CHARS] if start else ""
    fields = {name.casefold(): clean_text(value) for name, value in reversed(_FIELD.findall(header))}
    body = text[start.end() if start else 0 : end.start() if end else len(text)]
    return Framed(
        text=_without_credits(body),
        framed=True,
        title=fields.get("title", ""),
        author=_author(fields.get("author", "")),
        language=language_tag(fields.get("language", "")),
    )


def _without_credits(text: str) -> str:
    """Drop credit lines at the very beginning, and notes of the transcribers there and at the end."""
    paragraphs = re.split(r"\n[ \t]*\n+", text.strip("\n"))
    dropped = 0
    while paragraphs and dropped < _MAX_CREDITS:
        first = paragraphs[0].strip()
        if first and not _CREDIT.fullmatch(first) and not _NOTE.match(first):
            break
        paragraphs.pop(0)
        dropped += 1
    while paragraphs and (_NOTE.match(paragraphs[-1].strip()) or not paragraphs[-1].strip()):
        paragraphs.pop()
    return "\n\n".join(paragraphs)


def _author(stated: str) -> str:
    """The author without the years of life that catalogues add."""
    return re.sub(r",?\s*\(?\d{3,4}\??\s*-\s*(?:\d{3,4}\??)?\)?$", "", stated)

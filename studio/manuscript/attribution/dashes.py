"""Dialogue that is set off with dashes: which part of the paragraph is said, and which tells who says it."""

import re
from collections.abc import Iterator

from studio.manuscript.attribution.words import SPEECH_VERBS

DASH_START = re.compile(r"\s*(?:[—–―]|--)\s*(?=[\w¿¡…\"“‘’'«])")
_INNER = re.compile(r"(?<=[\w,.!?…])\s*(?:[—–―]|--)\s*")
_VERB = rf"(?:{'|'.join(sorted(SPEECH_VERBS))})"
_NAME = r"(?:[^\W\d_a-z][\w’'-]*\.?(?:\s[^\W\d_a-z][\w’'-]*)*)"
_SOMEBODY = rf"(?:he|she|I|they|we|it|{_NAME}|(?:the|a|an|my|his|her|our|their)\s(?:[a-z-]+\s){{0,2}}?[a-z-]+)"
_TAG = rf"(?:{_VERB}\s{_SOMEBODY}|(?:he|she|I|they|we|{_NAME}|(?:the|my|his|her)\s[a-z]+)\s(?:\w+ly\s)?{_VERB})\b"
_JOINED_TAG = re.compile(rf"(?<=[,.!?…])\s+(?={_TAG})")
_TAG_START = re.compile(rf"(?:(?:and|then)\s)?{_TAG}")
_GOES_ON = re.compile(r",\s+(?:\w+ing\b|with\b|in a\b|without\b|as\b)")
_TAG_END = re.compile(r"[,.:;!?…](?=\s|$)")


def dash_spans(text: str) -> Iterator[tuple[int, int]]:
    """Offsets of what is said in a paragraph that begins with a dash.

    Narration is what follows another dash and reads as a tag ("— Yes, — said Anna. — Come in."), or a tag that follows
    a comma or stop without any ("— Yes, said Anna. Come in.").
    """
    match = DASH_START.match(text)
    if match is None:
        return
    bounds = [match.end()]
    for inner in _INNER.finditer(text, match.end()):
        bounds += [inner.start(), inner.end()]
    bounds.append(len(text.rstrip()))
    pieces = list(zip(bounds[::2], bounds[1::2], strict=True))
    start = pieces[0][0]
    end = start
    for index, (left, right) in enumerate(pieces):
        if index and _TAG_START.match(text, left, right):
            if end > start:
                yield from _untagged(text, start, end)
            start = end = pieces[index + 1][0] if index + 1 < len(pieces) else right
            continue
        end = right
    if end > start:
        yield from _untagged(text, start, end)


def _untagged(text: str, start: int, end: int) -> Iterator[tuple[int, int]]:
    """The pieces of a stretch that are left when tags without dashes are taken out."""
    position = start
    while (tag := _JOINED_TAG.search(text, position, end)) is not None:
        if tag.start() > position:
            yield position, tag.start()
        stop = _tag_end(text, tag.end(), end)
        position = stop
        while position < end and text[position].isspace():
            position += 1
    if position < end:
        yield position, end


def _tag_end(text: str, start: int, end: int) -> int:
    for stop in _TAG_END.finditer(text, start, end):
        if text[stop.start()] == "," and _GOES_ON.match(text, stop.start(), end):
            continue
        if text[stop.start()] == "." and text[max(0, stop.start() - 3) : stop.start()].lstrip() in {
            "Mr",
            "Mrs",
            "Dr",
            "Ms",
        }:
            continue
        return stop.end()
    return end

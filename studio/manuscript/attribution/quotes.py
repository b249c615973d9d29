"""Where speech stands in the paragraphs of a chapter: double, single and angled quotes, and dialogue after dashes."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum

from studio.manuscript.attribution.dashes import DASH_START, dash_spans
from studio.manuscript.attribution.words import ELISIONS, SPEECH_VERBS


class Mark(StrEnum):
    """What speech is set off with."""

    DOUBLE = "double"
    SINGLE = "single"
    ANGLED = "angled"
    DASH = "dash"


@dataclass(frozen=True, slots=True)
class Speech:
    """A span of speech: words between one pair of marks, or between dashes.

    Attributes:
        paragraph: index of the paragraph.
        start: offset of the opening mark (of the first word after a dash).
        end: offset after the closing mark.
        mark: what sets it off.
        continued: it goes on from the paragraph before, whose last mark was left open for it.
    """

    paragraph: int
    start: int
    end: int
    mark: Mark
    continued: bool = False


_CLOSE_OF = {"“": "”", '"': '"', "„": "“”", "«": "»", "»": "«", "‹": "›", "›": "‹", "‘": "’", "'": "'", "‚": "‘’"}
_SINGLE = frozenset("‘'‚")
_APOSTROPHES = "'’"
_OPENS = re.compile(r"[“\"„«»‹›‘'‚]")
_ENDED = frozenset(",.!?…—–-;:")
_BEFORE_OPENING = frozenset(' \u00a0\t\n([{—–-―/“"‘«‹…,.;:!?')
_AFTER_QUOTED = re.compile(r"(?:is|was|were|are|means|meant|isn[’']t|wasn[’']t|became|of|had been)\b")
_LAST_WORD = re.compile(r"(\w+)\W*$")
_FIRST_WORD = re.compile(r"[\"“‘'«‹„‚\s]*(\w+)")
_DASH_SHARE = 0.25
_CONTEXT_CHARS = 60


def outer_mark(paragraphs: Sequence[str]) -> Mark:
    """The mark that most speech of a text is set off with: of a whole book, or of what there is of it."""
    starts = dict.fromkeys(Mark, 0)
    for text in paragraphs:
        head = text.lstrip()[:2]
        if not head:
            continue
        if DASH_START.match(text):
            starts[Mark.DASH] += 1
        elif head[0] in _CLOSE_OF and not (head[0] in _SINGLE and _is_elision(text, len(text) - len(text.lstrip()))):
            starts[_mark_of(head[0])] += 1
        elif head[0] == "'" and head[1:2].isupper():
            starts[Mark.SINGLE] += 1
    if starts[Mark.DASH] > 1 and starts[Mark.DASH] >= _DASH_SHARE * max(starts.values()):
        return Mark.DASH
    best = max(starts, key=lambda mark: starts[mark])
    return best if starts[best] else Mark.DOUBLE


def find_speech(paragraphs: Sequence[str], outer: Mark | None = None) -> tuple[Speech, ...]:
    """Spans of speech in the paragraphs of a chapter, in reading order.

    Quotes within quotes belong to the span around them. Quoted words that nobody says (a nickname, a title) are left
    out. Speech that goes on in the next paragraph is one span in each, the later ones `continued`.

    Args:
        paragraphs: texts of neighbouring paragraphs, without tags.
        outer: the mark of the book; that of these paragraphs if not given.
    """
    outer = outer or outer_mark(paragraphs)
    found: list[Speech] = []
    open_mark = ""
    for index, text in enumerate(paragraphs):
        if outer is Mark.DASH and DASH_START.match(text):
            found += [Speech(index, start, end, Mark.DASH) for start, end in dash_spans(text)]
            open_mark = ""
            continue
        following = paragraphs[index + 1].lstrip()[:1] if index + 1 < len(paragraphs) else ""
        left_open = ""
        for start, end, closed in _spans(text, outer, following):
            goes_on = bool(open_mark) and not text[:start].strip() and text[start] in (open_mark, _CLOSE_OF[open_mark])
            if not (goes_on or not closed or _is_said(text, start, end, after_speech=_speaks_on(found, index))):
                continue
            found.append(Speech(index, start, end, _mark_of(text[start]), goes_on))
            left_open = "" if closed else text[start]
        open_mark = left_open if left_open and following in (left_open, _CLOSE_OF[left_open]) else ""
    return tuple(found)


def _speaks_on(found: Sequence[Speech], paragraph: int) -> bool:
    return bool(found) and found[-1].paragraph == paragraph


def _mark_of(character: str) -> Mark:
    if character in _SINGLE:
        return Mark.SINGLE
    return Mark.ANGLED if character in "«»‹›" else Mark.DOUBLE


def _spans(text: str, outer: Mark, following: str) -> Iterator[tuple[int, int, bool]]:
    """Quoted spans of a paragraph that are not within others: start, end, and whether the closing mark is there."""
    position = 0
    never_closed: set[str] = set()  # where one mark finds no partner, the same mark further on finds none either
    while (match := _OPENS.search(text, position)) is not None:
        start, mark = match.start(), match[0]
        position = start + 1
        if mark in never_closed:
            continue
        single = mark in _SINGLE
        if not _can_open(text, start) or (single and outer is not Mark.SINGLE and text[:start].strip()):
            continue
        end = _close_of_single(text, start) if single else _close(text, start)
        at_start = not text[:start].strip()
        if end is None:
            never_closed.add(mark)
            if single and not (at_start and following == mark and not _is_elision(text, start)):
                continue
            if not single and mark in "»›":
                continue
            yield start, len(text.rstrip()), False
            return
        if single and _is_elision(text, start) and text[end - 2] not in _ENDED:
            continue
        yield start, end, True
        position = end


def _can_open(text: str, at: int) -> bool:
    mark, after = text[at], text[at + 1 : at + 2]
    if not after or (after.isspace() and mark not in "«»"):
        return False
    if mark in "“„‘‚«‹":
        return True
    return at == 0 or text[at - 1] in _BEFORE_OPENING


def _is_elision(text: str, at: int) -> bool:
    """Whether the mark stands for letters left out at the beginning of a word, as in 'tis or the '90s."""
    word = re.match(r"\w+", text[at + 1 : at + 12])
    return word is not None and (word[0].lower() in ELISIONS or word[0][0].isdigit())


def _close(text: str, start: int) -> int | None:
    closing = _CLOSE_OF[text[start]]
    ends = [at for mark in closing if (at := text.find(mark, start + 1)) >= 0]
    if not ends:
        return None
    end = min(ends)
    again = text.find(text[start], start + 1, end) if text[start] not in closing else -1
    return (end if again < 0 or text[again - 1] not in " \u00a0" else _outer_close(text, start, closing)) + 1


def _outer_close(text: str, start: int, closing: str) -> int:
    """Where quotes stand within quotes of the same kind: the mark that closes the outer ones, or the last."""
    depth, last = 0, start
    for at in range(start, len(text)):
        if text[at] == text[start]:
            depth += 1
        elif text[at] in closing:
            depth, last = depth - 1, at
            if not depth:
                break
    return last


def _close_of_single(text: str, start: int) -> int | None:
    """Offset after the mark that closes single quotes; apostrophes on the way are passed over."""
    doubtful: int | None = None
    last: int | None = None
    depth = 0
    for at in range(start + 1, len(text)):
        if text[at] == "‘" == text[start]:
            if doubtful is not None and text[at - 1].isspace():
                return doubtful
            depth += not _is_elision(text, at)
        elif text[at] in ("'" if text[start] == "'" else _APOSTROPHES) and not _inside_word(text, at):
            if not text[at - 1].isalnum():
                last = at + 1
                if not depth:
                    return last
                depth -= 1
            elif _may_be_apostrophe(text, at):
                doubtful = doubtful or at + 1
            else:
                return doubtful or at + 1
    return doubtful or last


def _inside_word(text: str, at: int) -> bool:
    """Whether a mark is an apostrophe whatever stands around: in a word, before one, before the real closing one."""
    before, after = text[at - 1], text[at + 1 : at + 3]
    return (
        after[:1].isalnum()
        or before.isspace()
        or (after[:1] in set(",.!?") and after[1:] in {"’", "'"})
        or text[at - 2 : at].lower() in {"’n", "'n"}
    )


def _may_be_apostrophe(text: str, at: int) -> bool:
    """Whether a mark after a letter may be a possessive (dogs') or a letter left out (goin', an', o')."""
    word = re.search(r"\w+$", text[max(0, at - 20) : at])
    if word is None or not re.match(r"\s+\w", text[at + 1 : at + 4]):
        return False
    return word[0].endswith(("s", "in", "z")) or word[0].lower() in {"o", "an", "th", "wi", "of", "mo", "po", "ol"}


def _is_said(text: str, start: int, end: int, *, after_speech: bool) -> bool:
    """Whether somebody says what stands in quotes, or it is a name, a title or a word looked at."""
    inner = text[start + 1 : end - 1].strip()
    before = text[max(0, start - _CONTEXT_CHARS) : start].rstrip()
    after = text[end : end + _CONTEXT_CHARS].lstrip()
    if not any(character.isalnum() for character in inner):
        return bool(inner) and not before
    ended = inner[-1] in _ENDED or inner[-1] in "’”'\"»"
    if not before:
        return not after or (ended and not _AFTER_QUOTED.match(after)) or after[0] in "—–" or _tagged(after)
    last = _LAST_WORD.search(before)
    said_before = last is not None and last[1].lower() in SPEECH_VERBS
    first = _FIRST_WORD.match(inner)
    if first is not None and first[1][0].islower():
        return after_speech and before[-1] in ",;:—–.…" and (ended or not after)
    return (before[-1] in ".,:;—–!?…)”’\"'»" and ended) or (said_before and ended) or (ended and _tagged(after))


def _tagged(after: str) -> bool:
    words = re.findall(r"\w+", after[:30])[:2]
    return any(word in SPEECH_VERBS for word in words)

"""From the blocks of a chapter to the segments that are rendered one by one."""

import re
from collections.abc import Iterable, Iterator

from studio.manuscript.abbreviations import abbreviations_of
from studio.manuscript.model import Block, BlockKind, Chapter
from studio.manuscript.segment import Pause, SegmentDraft, SegmentKind, SegmentLimits
from studio.manuscript.sentences import sentence_spans

_SHORT_CHARS = 16
"""A sentence shorter than this is not rendered alone where it has a neighbour: engines garble very short lines."""


def segment_chapter(chapter: Chapter, limits: SegmentLimits, language: str) -> tuple[SegmentDraft, ...]:
    """Cut a chapter into segments with the pauses between them.

    The texts joined are the text of the chapter, up to white space and up to pieces without a letter or digit ("…",
    "* * *"), which cannot be spoken. No segment crosses a paragraph. Cutting the segments again changes nothing.

    Args:
        chapter: blocks in reading order. A verse block is a stanza with its lines separated by line feeds, or one line;
            neighbouring one-line blocks are one stanza, which an empty verse block ends.
        limits: lengths in characters, `best_chars` at least 1 and not above `max_chars`.
        language: BCP 47 tag.
    """
    drafts: list[SegmentDraft] = []
    blocks = chapter.blocks
    for index, block in enumerate(blocks):
        if block.kind is BlockKind.SCENE_BREAK:
            _lengthen_last(drafts)
            continue
        kind = SegmentKind.HEADING if block.kind is BlockKind.HEADING else SegmentKind.TEXT
        if kind is SegmentKind.TEXT and drafts and drafts[-1].kind is SegmentKind.HEADING and _speakable(block.text):
            _set_last_pause(drafts, Pause.HEADING)
        pieces = _pieces(block, limits, language)
        drafts += (SegmentDraft(kind, text, pause) for text, pause in pieces)
        if pieces:
            _set_last_pause(drafts, _pause_after(block, blocks[index + 1] if index + 1 < len(blocks) else None))
    _set_last_pause(drafts, Pause.NONE)
    return tuple(drafts)


def _set_last_pause(drafts: list[SegmentDraft], pause: Pause) -> None:
    if drafts:
        drafts[-1] = SegmentDraft(drafts[-1].kind, drafts[-1].text, pause)


def _lengthen_last(drafts: list[SegmentDraft]) -> None:
    if drafts and drafts[-1].kind is SegmentKind.TEXT:
        _set_last_pause(drafts, Pause.SECTION)


def _pause_after(block: Block, following: Block | None) -> Pause:
    in_stanza = (
        block.kind is BlockKind.VERSE
        and following is not None
        and following.kind is BlockKind.VERSE
        and following.text.strip() != ""
        and "\n" not in block.text.strip() + following.text.strip()
    )
    return Pause.SENTENCE if in_stanza else Pause.PARAGRAPH


def _pieces(block: Block, limits: SegmentLimits, language: str) -> list[tuple[str, Pause]]:
    """Texts of one block with the pause after each; the pause after the last is set by the caller."""
    if block.kind is BlockKind.HEADING:
        units: Iterable[str] = (_folded(block.text),)
    elif block.kind is BlockKind.VERSE:
        units = (_folded(line) for line in block.text.split("\n"))
    else:
        units = _grouped(_folded(block.text), limits, language)
    pieces: list[tuple[str, Pause]] = []
    for unit in units:
        parts = [part for part in _split_long(unit, limits.max_chars, language) if _speakable(part)]
        pieces += ((part, Pause.PHRASE) for part in parts[:-1])
        pieces += ((part, Pause.SENTENCE) for part in parts[-1:])
    return pieces


def _folded(text: str) -> str:
    return " ".join(text.split())


def _speakable(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _grouped(text: str, limits: SegmentLimits, language: str) -> Iterator[str]:
    """Join neighbouring sentences up to `best_chars`, then what is too short alone with its shorter neighbour."""
    groups: list[tuple[int, int]] = []
    for start, end in sentence_spans(text, language):
        if groups and end - groups[-1][0] <= limits.best_chars:
            groups[-1] = (groups[-1][0], end)
        else:
            groups.append((start, end))
    joined: list[tuple[int, int]] = []
    pending: tuple[int, int] | None = None  # a short group that goes with the next
    for index, (start, end) in enumerate(groups):
        if pending is not None:
            joined.append((pending[0], end))
            pending = None
            continue
        if not _too_short(text[start:end]):
            joined.append((start, end))
            continue
        before = end - joined[-1][0] if joined else limits.max_chars + 1
        after = groups[index + 1][1] - start if index + 1 < len(groups) else limits.max_chars + 1
        if after < before and after <= limits.max_chars:
            pending = (start, end)
        elif before <= limits.max_chars:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return (text[start:end] for start, end in joined)


def _too_short(text: str) -> bool:
    return len(text) < _SHORT_CHARS or not _speakable(text)


def _split_long(text: str, max_chars: int, language: str) -> Iterator[str]:
    """Cut text longer than the limit at the best places, into pieces of about equal length."""
    breaks = _break_patterns(language)
    position, length = 0, len(text)
    while length - position > max_chars:
        pieces = -(-(length - position) // max_chars)
        target = -(-(length - position) // pieces)
        cut = _best_cut(text, position, target, max_chars, breaks)
        yield text[position:cut].strip()
        position = cut
        while position < length and text[position] == " ":
            position += 1
    if position < length:
        yield text[position:]


def _best_cut(text: str, position: int, target: int, max_chars: int, breaks: tuple[re.Pattern[str], ...]) -> int:
    """Offset to cut at: of the strongest kind of break in reach the one nearest to the target, else the limit."""
    end = position + max_chars
    for pattern in breaks:
        cuts = [m.end() for m in pattern.finditer(text, position + target // 2, min(len(text), end + 1))]
        cuts = [cut for cut in cuts if len(text[position:cut].rstrip()) <= max_chars and cut > position]
        if cuts:
            return min(cuts, key=lambda cut: abs(cut - position - target))
    cut = end
    while cut > position + 1 and _continues(text, cut):
        cut -= 1
    return cut if not _continues(text, cut) else end


def _continues(text: str, cut: int) -> bool:
    """Whether the character after a cut belongs to the one before it: a mark, joiner or variation selector."""
    return _MARK.match(text[cut]) is not None


_MARK = re.compile(
    "[\u0300-\u036f\u0483-\u0489\u064b-\u065f\u0900-\u0903\u093a-\u094f\u200d\u20d0-\u20ff\ufe00-\ufe0f]"
)


def _break_patterns(language: str) -> tuple[re.Pattern[str], ...]:
    words = "|".join(abbreviations_of(language).conjunctions)
    conjunction = (re.compile(rf" (?=(?:{words}) )"),) if words else ()
    return (
        re.compile(r"[.!?…][\"'”’»)\]]* |[。！？]"),
        re.compile(r"[;:][\"'”’»)\]]* |[；：]|[—–](?=[^\s\"'”’»])|[—–] "),
        re.compile(r",[\"'”’»)\]]* |[，、]"),
        *conjunction,
        re.compile(r" "),
    )

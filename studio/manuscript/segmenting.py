"""From the blocks of a chapter to the segments that are rendered one by one."""

import re
from collections.abc import Iterable, Iterator
from collections.abc import Set as AbstractSet

from studio.manuscript.abbreviations import abbreviations_of
from studio.manuscript.delivery import NEUTRAL
from studio.manuscript.model import IN_SCENE, Block, BlockKind, Chapter
from studio.manuscript.parts import Part
from studio.manuscript.pieces import Piece, delivery_changes, divide_leading, share_out, without_cuts
from studio.manuscript.segment import Pause, SegmentDraft, SegmentKind, SegmentLimits
from studio.manuscript.sentences import sentence_spans
from studio.manuscript.tags import LINE_MARK, parse_delivery, read_tags

_SHORT_CHARS = 16
"""A sentence shorter than this is not rendered alone where it has a neighbour: engines garble very short lines."""


def segment_chapter(chapter: Chapter, limits: SegmentLimits, language: str) -> tuple[SegmentDraft, ...]:
    """Cut a chapter into segments with the pauses between them.

    The words joined are those of the chapter, up to white space and up to pieces without a letter or digit ("…",
    "* * *"), which cannot be spoken. No segment crosses a paragraph, and none joins sentences of different deliveries.
    Cutting the segments again changes nothing. A pause that the author asked for between two segments is the first
    one's; so is a sound there. Words with a pronunciation of their own stay whole. Tags that mean nothing are gone.

    Args:
        chapter: blocks in reading order. A verse block is a stanza with its lines separated by line feeds, or one line;
            neighbouring one-line blocks are one stanza, which an empty verse block ends.
        limits: lengths in characters of words without tags, `best_chars` at least 1 and not above `max_chars`.
        language: BCP 47 tag.

    Raises:
        InputError: the delivery of a block is none.
    """
    pieces: list[Piece] = []
    held: list[Part] = []  # sounds before the first words
    blocks = chapter.blocks
    for index, block in enumerate(blocks):
        if block.kind is BlockKind.SCENE_BREAK:
            if pieces and pieces[-1].kind is not SegmentKind.HEADING:
                pieces[-1].pause = Pause.SECTION
            continue
        leading, own = _pieces(block, limits, language)
        before, ahead = divide_leading(held + leading, anything_before=bool(pieces), anything_after=bool(own))
        if pieces:
            pieces[-1].parts += before
        held = [] if own else ahead
        if not own:
            continue
        own[0].parts[:0] = ahead
        if own[0].kind is not SegmentKind.HEADING and pieces and pieces[-1].kind is SegmentKind.HEADING:
            pieces[-1].pause = Pause.HEADING
        own[-1].pause = _pause_after(block, blocks[index + 1] if index + 1 < len(blocks) else None)
        pieces += own
    if pieces:
        pieces[-1].pause = Pause.NONE
    return tuple(piece.draft() for piece in pieces)


def _pause_after(block: Block, following: Block | None) -> Pause:
    in_stanza = (
        block.kind is BlockKind.VERSE
        and following is not None
        and following.kind is BlockKind.VERSE
        and following.text.strip() != ""
        and "\n" not in block.text.strip() + following.text.strip()
    )
    return Pause.SENTENCE if in_stanza else Pause.PARAGRAPH


def _pieces(block: Block, limits: SegmentLimits, language: str) -> tuple[list[Part], list[Piece]]:
    """Pieces of one block, and what is heard before its first words. The pause after the last is set by the caller."""
    text = block.text.replace("\n", f" {LINE_MARK} ") if block.kind is BlockKind.VERSE else block.text
    tagged = read_tags(text, parse_delivery(block.delivery) if block.delivery else NEUTRAL)
    words = tagged.text
    masked = without_cuts(tagged.parts, words, limits.max_chars)
    units: Iterable[tuple[int, int]]
    if block.kind is BlockKind.HEADING:
        units = ((0, len(words)),)
    elif block.kind is BlockKind.VERSE:
        units = ((line.start(), line.end()) for line in _LINE.finditer(words))
    else:
        units = _grouped(masked, limits, language, delivery_changes(tagged.parts))
    spans: list[tuple[int, int]] = []
    pauses: list[Pause] = []
    for start, end in units:
        cut = [
            span
            for span in _split_long(masked, start, end, limits.max_chars, language)
            if _speakable(words[slice(*span)])
        ]
        spans += cut
        pauses += [Pause.PHRASE] * (len(cut) - 1) + [Pause.SENTENCE] * bool(cut)
    leading, parts = share_out(tagged.parts, spans)
    return leading, [Piece(_kind(block.kind), own, pause, block.role) for own, pause in zip(parts, pauses, strict=True)]


def _kind(kind: BlockKind) -> SegmentKind:
    if kind is BlockKind.HEADING:
        return SegmentKind.HEADING
    return SegmentKind.TEXT if kind in IN_SCENE else SegmentKind.QUOTE


def _speakable(text: str) -> bool:
    return any(character.isalnum() for character in text)


def _grouped(text: str, limits: SegmentLimits, language: str, changes: AbstractSet[int]) -> list[tuple[int, int]]:
    """Join neighbouring sentences up to `best_chars`, then what is too short alone with its shorter neighbour.

    Nothing is joined where the delivery changes.
    """
    groups: list[tuple[int, int]] = []
    for start, end in sentence_spans(text, language):
        if groups and end - groups[-1][0] <= limits.best_chars and start not in changes:
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
        before = after = limits.max_chars + 1
        if joined and start not in changes:
            before = end - joined[-1][0]
        if index + 1 < len(groups) and groups[index + 1][0] not in changes:
            after = groups[index + 1][1] - start
        if after < before and after <= limits.max_chars:
            pending = (start, end)
        elif before <= limits.max_chars:
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _too_short(text: str) -> bool:
    return len(text) < _SHORT_CHARS or not _speakable(text)


def _split_long(words: str, start: int, end: int, max_chars: int, language: str) -> Iterator[tuple[int, int]]:
    """Cut a stretch longer than the limit at the best places, into pieces of about equal length: their offsets."""
    breaks = _break_patterns(language)
    text = words[start:end]
    position, length = 0, len(text)
    while length - position > max_chars:
        pieces = -(-(length - position) // max_chars)
        target = -(-(length - position) // pieces)
        cut = _best_cut(text, position, target, max_chars, breaks)
        piece = text[position:cut]
        skipped = len(piece) - len(piece.lstrip())
        yield start + position + skipped, start + position + skipped + len(piece.strip())
        position = cut
        while position < length and text[position] == " ":
            position += 1
    if position < length:
        yield start + position, end


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


_LINE = re.compile(rf"[^{LINE_MARK}\s](?:[^{LINE_MARK}]*[^{LINE_MARK}\s])?")
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

"""What it means for the segments of a book to know who speaks: where they are cut, whose each piece is, and back."""

from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any, Final

from studio.manuscript.attribution.speakers import Line
from studio.manuscript.delivery import NEUTRAL
from studio.manuscript.model import Block, BlockKind, Chapter, ChapterKind
from studio.manuscript.parts import Words, join_parts
from studio.manuscript.pieces import share_out
from studio.manuscript.segment import PAUSE_S, Pause, SegmentKind, SegmentLimits
from studio.manuscript.tags import escape_tags, parse_delivery, plain_text, read_tags, write_tags
from studio.services.rows import NARRATOR

SURE, UNSURE, CONFIRMED = "sure", "unsure", "confirmed"
"""How a segment's role came to be, in `SegmentRow.speaker`; empty as the book gives it."""
PROPOSED: Final = frozenset({SURE, UNSURE})

Row = dict[str, Any]
"""All columns of a segment by name."""

_MARK: Final = "-"
_INSIDE: Final = frozenset({Pause.PHRASE.value, Pause.SENTENCE.value, Pause.NONE.value})
_ENDS: Final = frozenset(".!?…")
_CLOSING: Final = "\"'”’»›)]"


@dataclass(slots=True)
class _Paragraph:
    """Segments that were one paragraph, each with the offset of its words in the paragraph's."""

    members: list[tuple[Row, int]] = field(default_factory=list)
    words: str = ""
    glued: bool = False


@dataclass(frozen=True, slots=True)
class ChapterText:
    """A chapter as it is attributed.

    Attributes:
        chapter: blocks rebuilt from segments.
        members: of each block that may hold speech, its segments and the offsets of their words in it.
    """

    chapter: Chapter
    members: dict[int, list[tuple[Row, int]]]


@dataclass(frozen=True, slots=True)
class _Piece:
    """A stretch of a segment's words that one role says."""

    start: int
    end: int
    line: Line | None


def chapter_text(title: str, rows: Iterable[Row]) -> ChapterText:
    """Rebuild the paragraphs of a chapter from its segments.

    A paragraph goes on until a pause that is longer than one between sentences. What a script gives a role stands by
    itself.
    """
    blocks: list[Block] = []
    members: dict[int, list[tuple[Row, int]]] = {}
    open_paragraph = _Paragraph()

    def close() -> None:
        nonlocal open_paragraph
        if open_paragraph.members:
            members[len(blocks)] = open_paragraph.members
            quoted = open_paragraph.members[0][0]["kind"] == SegmentKind.QUOTE
            kind = BlockKind.QUOTE if quoted else BlockKind.PARAGRAPH
            blocks.append(Block(kind, escape_tags(open_paragraph.words)))
        open_paragraph = _Paragraph()

    for row in rows:
        words = plain_text(row["text"])
        if row["kind"] == SegmentKind.HEADING:
            close()
            blocks.append(Block(BlockKind.HEADING, escape_tags(words), level=1))
        elif not row["speaker"] and row["role"] != NARRATOR:
            close()
            blocks.append(Block(BlockKind.PARAGRAPH, escape_tags(words), role=row["role"]))
        else:
            joint = "" if open_paragraph.glued or not open_paragraph.words else " "
            open_paragraph.members.append((row, len(open_paragraph.words) + len(joint)))
            open_paragraph.words += joint + words
            open_paragraph.glued = row["pause"] == Pause.NONE
        if row["pause"] not in _INSIDE:
            close()
        if row["pause"] == Pause.SECTION:
            blocks.append(Block(BlockKind.SCENE_BREAK))
    close()
    return ChapterText(Chapter(title, ChapterKind.CHAPTER, tuple(blocks)), members)


def with_speakers(
    rows: Sequence[Row], text: ChapterText, lines: Iterable[Line], untouched: Collection[str], names: Mapping[str, str]
) -> list[Row]:
    """The segments of a chapter, cut at the borders of speech, each with the role that says it.

    Args:
        rows: of the chapter, in order.
        text: of `chapter_text`.
        lines: speech in the chapter.
        untouched: ids of segments that stay as they are.
        names: role of a speaker, where it is not the speaker's name.
    """
    spoken: defaultdict[int, list[Line]] = defaultdict(list)
    for line in lines:
        spoken[line.block].append(line)
    offsets = {row["id"]: (offset, spoken[block]) for block, members in text.members.items() for row, offset in members}
    taken = {row["id"] for row in rows}
    done: list[Row] = []
    for row in rows:
        if row["id"] in untouched or row["id"] not in offsets or row["speaker"] == CONFIRMED or row["skipped"]:
            done.append(row)
            continue
        offset, own = offsets[row["id"]]
        words = plain_text(row["text"])
        pieces = _pieces(words, own, offset, names)
        done += [
            _given(cut, piece.line, names) for cut, piece in zip(_cut(row, words, pieces, taken), pieces, strict=True)
        ]
    return done


def without_speakers(rows: Sequence[Row], untouched: Collection[str]) -> list[Row]:
    """The segments of a chapter without the roles that were found, and joined where they were cut for them."""
    done: list[Row] = []
    for row in rows:
        plain = (
            row | {"role": NARRATOR, "speaker": "", "speaker_confidence": 1.0, "speaker_reason": ""}
            if row["speaker"] in PROPOSED
            else row
        )
        joined = _joined(done[-1], plain, untouched) if done else None
        if joined is None:
            done.append(plain)
        else:
            done[-1] = joined
    return done


def _pieces(words: str, lines: Sequence[Line], offset: int, names: Mapping[str, str]) -> list[_Piece]:
    """What a segment falls into; stretches without a letter or digit stay with the one before, else after."""
    cuts: list[_Piece] = []
    position = 0
    for line in lines:
        start, end = max(0, line.start - offset), min(len(words), line.end - offset)
        if start >= end:
            continue
        cuts += [_Piece(position, start, None), _Piece(start, end, line)]
        position = end
    cuts.append(_Piece(position, len(words), None))
    pieces: list[_Piece] = []
    lead = None  # begin of what cannot be said by itself and has nothing before it
    for cut in cuts:
        inner = words[cut.start : cut.end]
        if not inner.strip():
            continue
        start = cut.start + len(inner) - len(inner.lstrip())
        end = cut.start + len(inner.rstrip())
        if not any(map(str.isalnum, inner)):
            if pieces:
                pieces[-1] = replace(pieces[-1], end=end)
            elif lead is None:
                lead = start
            continue
        if lead is not None:
            start, lead = lead, None
        if pieces and _role(pieces[-1].line, names) == _role(cut.line, names):
            pieces[-1] = _Piece(pieces[-1].start, end, _less_sure(pieces[-1].line, cut.line))
        else:
            pieces.append(_Piece(start, end, cut.line))
    return pieces or [_Piece(0, len(words), None)]


def _role(line: Line | None, names: Mapping[str, str]) -> str | None:
    return None if line is None else names.get(line.speaker or "", line.speaker or NARRATOR)


def _less_sure(first: Line | None, second: Line | None) -> Line | None:
    return first if first is None or second is None or first.confidence <= second.confidence else second


def _cut(row: Row, words: str, pieces: Sequence[_Piece], taken: set[str]) -> list[Row]:
    """A segment as several. The first keeps its id, the last its pause."""
    if len(pieces) == 1:
        return [row]
    start = parse_delivery(row["delivery"])
    leading, shared = share_out(read_tags(row["text"], start).parts, [(piece.start, piece.end) for piece in pieces])
    cut: list[Row] = []
    for number, (piece, parts) in enumerate(zip(pieces, shared, strict=True)):
        begun = start if number == 0 else next((part.delivery for part in parts if isinstance(part, Words)), NEUTRAL)
        own = row | {"text": write_tags([*leading, *parts] if number == 0 else parts, begun), "delivery": str(begun)}
        if number == 0:
            own["delivery"] = row["delivery"]
        else:
            own["id"] = _free_id(row["id"], taken)
        if number + 1 < len(pieces):
            following = pieces[number + 1].start
            pause = _pause_between(words[piece.start : piece.end], words[following:], touching=piece.end == following)
            own |= {"pause": pause.value, "rest_s": PAUSE_S[Pause.PHRASE] if pause is Pause.NONE else None}
        cut.append(own)
    return cut


def _pause_between(before: str, after: str, *, touching: bool) -> Pause:
    """The pause between speech and what stands beside it; none marks that there was no white space."""
    if touching:
        return Pause.NONE
    ended = before.rstrip(_CLOSING)[-1:] in _ENDS
    first = next((character for character in after if character.isalnum()), "")
    return Pause.SENTENCE if ended and not first.islower() else Pause.PHRASE


def _free_id(parent: str, taken: set[str]) -> str:
    """Id of a piece: that of the segment it was cut from, with a number."""
    root, number = _root(parent), 1
    while f"{root}{_MARK}{number}" in taken:
        number += 1
    taken.add(f"{root}{_MARK}{number}")
    return f"{root}{_MARK}{number}"


def _root(segment_id: str) -> str:
    return segment_id.partition(_MARK)[0]


def _given(row: Row, line: Line | None, names: Mapping[str, str]) -> Row:
    """A piece with the role of its line; narration is the narrator's."""
    if line is None:
        return row | {"role": NARRATOR, "speaker": "", "speaker_confidence": 1.0, "speaker_reason": ""}
    return row | {
        "role": _role(line, names),
        "speaker": SURE if line.sure else UNSURE,
        "speaker_confidence": line.confidence if line.speaker else 0.0,
        "speaker_reason": line.evidence,
    }


def _joined(first: Row, second: Row, untouched: Collection[str]) -> Row | None:
    """Two neighbours as the one segment they were cut from; None if they were not, or somebody has since chosen."""
    if (
        _root(first["id"]) != _root(second["id"])
        or _MARK not in second["id"]
        or {first["id"], second["id"]} & set(untouched)
        or any(row["speaker"] or row["role"] != NARRATOR or row["skipped"] for row in (first, second))
    ):
        return None
    start = parse_delivery(first["delivery"])
    parts = join_parts(
        read_tags(first["text"], start).parts,
        read_tags(second["text"], parse_delivery(second["delivery"])).parts,
        "" if first["pause"] == Pause.NONE else " ",
    )
    text = write_tags(parts, start)
    if len(plain_text(text)) > SegmentLimits().max_chars:
        return None
    return first | {"text": text, "pause": second["pause"], "rest_s": second["rest_s"]}

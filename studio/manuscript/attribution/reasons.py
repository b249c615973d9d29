"""Why a line is somebody's, in words for the person who checks it."""

from collections.abc import Sequence

from studio.manuscript.attribution.clauses import SubjectKind
from studio.manuscript.attribution.cues import CueKind
from studio.manuscript.attribution.people import People
from studio.manuscript.attribution.turns import STRANGER, WEIGHTS, Gap, Turn

_SHOWN_CHARS = 60


def reason(turns: Sequence[Turn], speakers: Sequence[int], index: int, people: People) -> str:
    """The strongest thing that speaks for the speaker of a turn.

    Args:
        turns: of the chapter.
        speakers: the person of each turn.
        index: of the turn.
        people: of the book.
    """
    turn, who = turns[index], speakers[index]
    for cue in sorted(turn.cues, key=lambda cue: -WEIGHTS[cue.kind]):
        if cue.kind is CueKind.SILENCE:
            continue
        pronoun = cue.subject.kind in {SubjectKind.HE, SubjectKind.SHE}
        if pronoun or people.subject(cue.subject) == who or cue.subject.kind in {SubjectKind.OTHER, SubjectKind.NOUN}:
            if cue.subject.kind is SubjectKind.OTHER and cue.kind not in {CueKind.TAG_AFTER, CueKind.TAG_BEFORE}:
                continue
            said = f"“{_short(cue.words)}” {cue.kind.value}"
            if who == STRANGER or people.subject(cue.subject) == who:
                return said
            return f"{said}; the likeliest is {people.persons[who].name}"
    if who == STRANGER:
        return "nothing tells who this is"
    last = speakers[index - 1] if index and turn.gap is not Gap.SCENE else None
    if last is not None and who in turns[index - 1].called:
        return "the line before is addressed to this person"
    if last is not None and index > 1 and speakers[index - 2] == who != last:
        return f"takes turns with {_name(last, people)}"
    if last is not None and last != who:
        return f"answers {_name(last, people)}"
    return "the person nearest by"


def _name(who: int, people: People) -> str:
    return "a stranger" if who == STRANGER else people.persons[who].name


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN_CHARS else text[: _SHOWN_CHARS - 1].rstrip() + "…"

"""Why a line is somebody's, in words for the person who checks it."""

from collections.abc import Sequence

from studio.manuscript.attribution.clauses import SubjectKind
from studio.manuscript.attribution.cues import CueKind
from studio.manuscript.attribution.people import People
from studio.manuscript.attribution.turns import STRANGER, Gap, Turn
from studio.manuscript.attribution.weighing import WEIGHTS

_SHOWN_CHARS = 60
_VAGUE = frozenset({SubjectKind.HE, SubjectKind.SHE, SubjectKind.NOUN})


def reason(turns: Sequence[Turn], speakers: Sequence[int], index: int, people: People) -> str:
    """The strongest thing that speaks for the speaker of a turn.

    Args:
        turns: of the chapter.
        speakers: the person of each turn.
        index: of the turn.
        people: of the book.
    """
    turn, who = turns[index], speakers[index]
    told = _told(turn, who, people)
    if told or who == STRANGER:
        return told or "nothing tells who this is"
    last = speakers[index - 1] if index and turn.gap is not Gap.SCENE else who
    if last == who:
        return "the person nearest by"
    if who in turns[index - 1].called:
        return "the line before is addressed to this person"
    takes_turns = index > 1 and speakers[index - 2] == who
    return f"{'takes turns with' if takes_turns else 'answers'} {_name(last, people)}"


def _told(turn: Turn, who: int, people: People) -> str:
    """What the strongest clause beside a line tells about its speaker; empty if none does."""
    for cue in sorted(turn.cues, key=lambda cue: -WEIGHTS[cue.kind]):
        subject = people.subject(cue.subject)
        tag = cue.kind in {CueKind.TAG_AFTER, CueKind.TAG_BEFORE}
        vague = cue.subject.kind in _VAGUE or (cue.subject.kind is SubjectKind.OTHER and tag)
        if cue.kind is CueKind.SILENCE or not (vague or subject == who):
            continue
        said = f"“{_short(cue.words)}” {cue.kind.value}"
        return said if who in {STRANGER, subject} else f"{said}; the likeliest is {_name(who, people)}"
    return ""


def _name(who: int, people: People) -> str:
    return "a stranger" if who == STRANGER else people.persons[who].name


def _short(text: str) -> str:
    text = " ".join(text.split())
    return text if len(text) <= _SHOWN_CHARS else text[: _SHOWN_CHARS - 1].rstrip() + "…"

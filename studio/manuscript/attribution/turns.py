"""Turns of a conversation: what one person says in a row, what stands beside it and whom it addresses."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from studio.manuscript.attribution.clauses import SubjectKind, newcomers
from studio.manuscript.attribution.cues import Cue, CueKind, Span
from studio.manuscript.attribution.names import GENERIC_ADDRESS, addressed, unquoted
from studio.manuscript.attribution.people import People
from studio.manuscript.attribution.words import KIN, KIN_NAMES

STRANGER = -1
"""Somebody the text has not told."""


class Gap(StrEnum):
    """What stands between a turn and the one before."""

    NONE = "next paragraph"
    NARRATION = "narration"
    SCENE = "break"
    WITHIN = "same paragraph"


@dataclass(slots=True)
class Turn:
    """What one person says in a row: the spans of a paragraph, or of several where speech goes on.

    Attributes:
        spans: indexes of the spans of the chapter.
        text: what is said.
        gap: what stands between it and the turn before.
        cues: clauses beside it.
        recent: people named in the narration before it, the latest first.
        called: people it is addressed to, the names nobody bears and words such as "sir" as genders.
        calls_unknown: it calls a name that nobody is known by.
        turned: it goes on after its address, past a tag, and may be said to somebody else by then.
        greets: its first words call somebody, so that it answers them.
        newcomers: nouns for people brought in by the narration since the turn before ("an old man"), in lower case.
        last: its last span.
        told: how much speaks for each person, in natural logarithms; filled by `weigh`.
    """

    spans: list[int]
    text: str
    gap: Gap
    cues: list[Cue]
    recent: list[int]
    called: list[int] = field(default_factory=list)
    called_gender: str = ""
    calls_unknown: bool = False
    turned: bool = False
    greets: bool = False
    newcomers: frozenset[str] = frozenset()
    last: str = ""
    told: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))


TELLING = frozenset({CueKind.TAG_AFTER, CueKind.TAG_BEFORE})
CERTAIN = frozenset({SubjectKind.NAME, SubjectKind.NOUN, SubjectKind.FIRST})
_RECENT = 4
_GREETING = 60
"""Characters in which a line names whom it answers."""


def build_turns(paragraphs: Sequence[str], spans: Sequence[Span], people: People) -> list[Turn]:
    """Join spans into turns.

    Args:
        paragraphs: texts of the chapter; empty for a break between scenes.
        spans: of the chapter, in order.
        people: of the book.
    """
    turns: list[Turn] = []
    recent: list[int] = []
    position = -1
    for index, span in enumerate(spans):
        paragraph = span.speech.paragraph
        if paragraph != position:
            for text in paragraphs[max(0, position + 1, paragraph - _RECENT) : paragraph]:
                _note(recent, people.mentioned(text))
        _note(recent, people.mentioned(span.before))
        if turns and (span.speech.continued or (paragraph == position and not _split(turns[-1], span, people))):
            last = turns[-1]
            last.spans.append(index)
            last.text += " " + unquoted(span.text)
            last.last = span.text
            last.cues += span.cues
        else:
            gap = _gap(paragraphs, position, paragraph) if turns else Gap.SCENE
            if gap is Gap.NONE and any(map(str.isalpha, span.before)):
                gap = Gap.NARRATION
            turns.append(Turn([index], unquoted(span.text), gap, list(span.cues), recent[:_RECENT], last=span.text))
            turns[-1].newcomers = newcomers(*paragraphs[position + 1 : paragraph], span.before)
        _note(recent, people.mentioned(span.after))
        position = paragraph
    for index, turn in enumerate(turns):
        _address(turn, people)
        if index and turn.gap is Gap.NONE and not turn.called and not turns[index - 1].text.endswith("?"):
            _name_alone(turn, people)
    return turns


def _name_alone(turn: Turn, people: People) -> None:
    """Let a line that is nothing but a name ("Curtis.") call somebody; after a question it may be the answer."""
    name = turn.text.strip(" .!…—")
    who = people.named(name) if name[:1].isupper() else None
    if who is not None and people.persons[who].seen:
        turn.called.append(who)
    elif name.lower() in KIN_NAMES:
        turn.called_gender = GENERIC_ADDRESS.get(name.lower(), "")


def _note(recent: list[int], mentioned: Sequence[int]) -> None:
    for person in mentioned:
        if person in recent:
            recent.remove(person)
        recent.insert(0, person)


def _gap(paragraphs: Sequence[str], before: int, after: int) -> Gap:
    if after == before:
        return Gap.WITHIN
    between = paragraphs[before + 1 : after]
    return Gap.NONE if not between else Gap.SCENE if not all(between) else Gap.NARRATION


def _split(turn: Turn, span: Span, people: People) -> bool:
    """Whether a span is another person's than the one before it in the same paragraph: both tags must say so."""
    old = {people.subject(cue.subject) for cue in turn.cues if cue.kind in TELLING and cue.subject.kind in CERTAIN}
    new = {people.subject(cue.subject) for cue in span.cues if cue.kind in TELLING and cue.subject.kind in CERTAIN}
    return bool(old) and bool(new) and not old & new


def _address(turn: Turn, people: People) -> None:
    own = {people.subject(cue.subject) for cue in turn.cues if cue.kind in TELLING}
    opening = turn.gap is not Gap.NONE
    turn.greets = bool(addressed(turn.text[:_GREETING], opening=opening))
    for name in addressed(turn.text, opening=opening):
        who = people.named(name)
        if who is None and name in KIN_NAMES:
            who = people.named(name.capitalize())
        if who is not None and name in KIN and not people.titled(who, name):
            who = None
        if who is not None and who in own:
            continue  # says their own name
        if who is not None and people.persons[who].seen:
            turn.called.append(who)
        elif who is not None:
            turn.called_gender = people.persons[who].gender or turn.called_gender
        else:
            turn.called_gender = GENERIC_ADDRESS.get(name, "") or turn.called_gender
            turn.calls_unknown = turn.calls_unknown or name[0].isupper()
    turn.turned = bool(turn.called or turn.called_gender) and not any(addressed(unquoted(turn.last)))

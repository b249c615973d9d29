"""Who is there when something is said: seen, named, called, or gone away."""

import re
from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from studio.manuscript.attribution.clauses import SubjectKind, sentences, subject_of
from studio.manuscript.attribution.cues import CueKind, Span
from studio.manuscript.attribution.names import introduced
from studio.manuscript.attribution.people import People
from studio.manuscript.attribution.turns import Turn
from studio.manuscript.attribution.words import FEMALE, MALE, NAMELESS, SOMEBODY

_SPEAKS = 1.0
_ACTS = 0.7
_CALLED = 0.5
_NAMED = 0.4
_NAMELESS = 0.4
_NARRATOR = 0.4
_MEANT = 0.7
_PRONOUNS = {SubjectKind.HE: MALE, SubjectKind.SHE: FEMALE}
_LEAVES = re.compile(
    r"\b(?:out of the (?:door|room|house|window)|left (?:the (?:room|house)|us|me|him|her|them)"
    r"|withdrew|departed|disappeared|vanished|was gone"
    r"|(?:went|hurried|walked|ran|strode|slipped|stumped|marched) (?:out|away|off))\b"
)


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is told around a turn.

    Attributes:
        signs: people who are seen to be there, and how surely (1: speaks).
        gone: people who have left since the turn before.
        words: how much is told between the turn before and this one, in words.
    """

    signs: dict[int, float]
    gone: frozenset[int]
    words: int


def surroundings_of(
    turns: Sequence[Turn], spans: Sequence[Span], texts: Sequence[str], people: People
) -> list[Surroundings]:
    """What is told around each turn of a chapter.

    Args:
        turns: of the chapter.
        spans: its speech.
        texts: its paragraphs.
        people: of the book.
    """
    found: list[Surroundings] = []
    position = -1
    recent: list[int] = []
    for turn in turns:
        own: defaultdict[int, float] = defaultdict(float)
        gone: set[int] = set()
        between = texts[position + 1 : spans[turn.spans[0]].speech.paragraph]
        for text in between:
            acting = len(recent)
            gone |= _gone(text, recent, people)
            for who in recent[acting:]:
                own[who] = _ACTS
            for who in people.mentioned(text):
                own[who] = max(own[who], _NAMED)
        for person, sign in _beside(turn, people).items():
            own[person] = max(own[person], sign)
            recent.append(person)
        unseen = any(cue.subject.text in SOMEBODY for cue in turn.cues)
        for name, sure in introduced(turn.text):
            own_name = people.named(name)
            if (sure or unseen) and own_name is not None:
                own[own_name] = _SPEAKS
        for who in turn.called:
            own[who] = max(own[who], _CALLED)
        if people.narrator is not None:
            own[people.narrator] = max(own[people.narrator], _NARRATOR)
        position = spans[turn.spans[-1]].speech.paragraph
        found.append(Surroundings(dict(own), frozenset(gone), sum(len(text.split()) for text in between)))
    return found


def _beside(turn: Turn, people: People) -> dict[int, float]:
    """Who speaks or acts in the clauses beside a line."""
    found: dict[int, float] = {}
    for cue in turn.cues:
        who = people.subject(cue.subject)
        if who is not None:
            sign = _SPEAKS if cue.kind in {CueKind.TAG_AFTER, CueKind.TAG_BEFORE} else _ACTS
            nameless = cue.subject.kind is SubjectKind.NOUN and cue.subject.head in NAMELESS
            found[who] = max(found.get(who, 0.0), _NAMELESS if nameless else sign)
        elif cue.subject.kind in _PRONOUNS:
            gender = _PRONOUNS[cue.subject.kind]
            meant = [one for one in turn.recent if people.persons[one].gender == gender]
            if len(meant) == 1:
                found[meant[0]] = max(found.get(meant[0], 0.0), _MEANT)
    return found


def _gone(text: str, recent: list[int], people: People) -> set[int]:
    """Who goes away in a paragraph of narration; `recent` are the people told of so far, the latest last."""
    gone: set[int] = set()
    for sentence in sentences(text):
        subject = subject_of(sentence)
        who = people.subject(subject) if subject else None
        if subject is not None and subject.kind in {SubjectKind.HE, SubjectKind.SHE}:
            gender = MALE if subject.kind is SubjectKind.HE else FEMALE
            who = next((one for one in reversed(recent) if people.persons[one].gender == gender), None)
        if who is not None:
            recent.append(who)
            if _LEAVES.search(sentence) and not people.persons[who].narrator:
                gone.add(who)
    return gone

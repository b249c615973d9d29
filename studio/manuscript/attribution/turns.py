"""Turns of a conversation, and how much each cue speaks for each person."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from studio.manuscript.attribution.clauses import Subject, SubjectKind
from studio.manuscript.attribution.cues import Cue, CueKind, Span
from studio.manuscript.attribution.names import GENERIC_ADDRESS, addressed, introduced, unquoted
from studio.manuscript.attribution.people import People
from studio.manuscript.attribution.words import FEMALE, KIN, MALE, NAMELESS, noun_gender

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
    last: str = ""
    told: defaultdict[int, float] = field(default_factory=lambda: defaultdict(float))


_TELLING = frozenset({CueKind.TAG_AFTER, CueKind.TAG_BEFORE})
_CERTAIN = frozenset({SubjectKind.NAME, SubjectKind.NOUN, SubjectKind.FIRST})
WEIGHTS = {
    CueKind.TAG_AFTER: 10.0,
    CueKind.TAG_BEFORE: 8.0,
    CueKind.LEAD_IN: 6.0,
    CueKind.BEAT_BEFORE: 4.5,
    CueKind.BEAT_AFTER: 4.0,
    CueKind.NARRATION: 2.6,
    CueKind.SILENCE: -4.0,
}
"""How much a cue with a name speaks for that person."""
NAMED = {
    "introduced": 7.0, "called": 6.0, "spoken of": 2.0, "spoken of to": 1.0, "answers": 3.0, "answered": 0.8,
    "gender": 0.7,
}  # fmt: skip
"""What it tells that a line names somebody: that person does not say it, is not spoken to unless called, answers if
called, and has the gender of the word of address (a share of the weight of a name)."""
_NARRATOR_ACTS = 1.0
_SOMEBODY = 1.5
_UNKNOWN_CALLED = 2.0
_TURNED = 0.7
_BESIDE_TAG = 0.4
_UNTOLD = 3.0
_CHORUS = 2.0
_ANYONE = frozenset({"somebody", "someone", "a voice", "voices", "everybody", "everyone", "nobody"})
_LIKE = 2.5
_UNKNOWN_GENDER = 0.8
_NAMED_LAST = 1.2
_NAMED_JUST_NOW = 0.5
_NAMED_ALONE = 1.2
_NAMED_BEFORE = 0.4
_RECENT = 4


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
        _note(recent, people.mentioned(span.after))
        position = paragraph
    for turn in turns:
        _address(turn, people)
    return turns


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
    old = {people.subject(cue.subject) for cue in turn.cues if cue.kind in _TELLING and cue.subject.kind in _CERTAIN}
    new = {people.subject(cue.subject) for cue in span.cues if cue.kind in _TELLING and cue.subject.kind in _CERTAIN}
    return bool(old) and bool(new) and not old & new


def _address(turn: Turn, people: People) -> None:
    own = {people.subject(cue.subject) for cue in turn.cues if cue.kind in _TELLING}
    for name in addressed(turn.text, opening=turn.gap is not Gap.NONE):
        who = people.named(name)
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


def weigh(turns: Sequence[Turn], people: People) -> None:
    """Fill `told` of every turn from its cues, from whom it addresses, and from whom the turns beside it address."""
    for index, turn in enumerate(turns):
        for cue in turn.cues:
            for person, weight in _votes(cue, turn, people).items():
                turn.told[person] += weight
        if turn.gap is Gap.NARRATION and turn.recent:
            acts = any(cue.subject.kind is not SubjectKind.OTHER for cue in turn.cues)
            turn.told[turn.recent[0]] += _NAMED_JUST_NOW if acts else _NAMED_ALONE
        for group in people.groups:
            turn.told[group] -= _CHORUS
        if turn.calls_unknown and people.nameless_narrator:
            turn.told[people.narrator or 0] -= _UNKNOWN_CALLED
        _weigh_names(turns, index, people)
        if index + 1 < len(turns) and turns[index + 1].gap in {Gap.NONE, Gap.NARRATION}:
            near = turns[index + 1].gap is Gap.NONE
            _expect(
                turn,
                turns[index + 1],
                people,
                NAMED["answers"] * (1.0 if near else 0.5) * (_TURNED if turn.turned else 1.0),
            )
        if index and turn.gap is Gap.NONE:
            _expect(turn, turns[index - 1], people, NAMED["answered"])


def _weigh_names(turns: Sequence[Turn], index: int, people: People) -> None:
    """What the names in a line tell: its own name if it introduces somebody, else who neither says nor hears it."""
    turn = turns[index]
    own = {people.subject(cue.subject) for cue in turn.cues if cue.kind in _TELLING}
    for name, sure in introduced(turn.text):
        who = people.named(name)
        own.add(who)
        if who is not None:
            voice = any(cue.subject.kind is SubjectKind.OTHER for cue in turn.cues)
            turn.told[who] += NAMED["introduced"] if sure or voice else 0.0
    for who in {*people.mentioned(turn.text), *turn.called} - own:
        if who in turn.called:
            turn.told[who] -= NAMED["called"]
            continue
        turn.told[who] -= NAMED["spoken of"]
        for other in _beside(turns, index):
            other.told[who] -= NAMED["spoken of to"]


def _beside(turns: Sequence[Turn], index: int) -> list[Turn]:
    before = [turns[index - 1]] if index and turns[index].gap is Gap.NONE else []
    return before + ([turns[index + 1]] if index + 1 < len(turns) and turns[index + 1].gap is Gap.NONE else [])


def _expect(turn: Turn, following: Turn, people: People, weight: float) -> None:
    for who in turn.called:
        following.told[who] += weight
    if turn.called_gender:
        for who, person in enumerate(people.persons):
            if person.gender and person.gender != turn.called_gender:
                following.told[who] -= NAMED["gender"] * weight
            elif person.gender:
                following.told[who] += 0.3 * weight


def _votes(cue: Cue, turn: Turn, people: People) -> dict[int, float]:
    weight, subject = WEIGHTS[cue.kind], cue.subject
    if cue.kind is CueKind.NARRATION and subject.kind is SubjectKind.FIRST:
        weight = _NARRATOR_ACTS
    if subject.kind in {SubjectKind.HE, SubjectKind.SHE}:
        return _pronoun(weight, MALE if subject.kind is SubjectKind.HE else FEMALE, turn, people)
    if cue.kind is CueKind.NARRATION and any(_tells(other) for other in turn.cues):
        weight *= _BESIDE_TAG
    if subject.kind is SubjectKind.OTHER and people.subject(subject) is None:
        if cue.kind not in _TELLING:
            return {}
        known = [index for index, person in enumerate(people.persons) if person.named]
        votes = {**dict.fromkeys(known, _SOMEBODY), STRANGER: _UNTOLD if subject.text in _ANYONE else _SOMEBODY}
        if subject.text == "they":
            votes.update(dict.fromkeys(people.groups, _UNTOLD))
        if people.narrator is not None:
            votes[people.narrator] = -_SOMEBODY
        return votes
    who = people.subject(subject)
    if who is None:
        return _like(weight, subject, people) if subject.kind is SubjectKind.NOUN else {STRANGER: weight / 2}
    if subject.kind is SubjectKind.NOUN and subject.head in NAMELESS:
        own, others = (weight, weight - 2.0) if people.persons[who].named else (weight - 1.0, weight - _LIKE)
        return {**_like(others, subject, people), who: own}
    return {who: weight}


def _tells(cue: Cue) -> bool:
    return cue.kind in _TELLING and cue.subject.kind in _CERTAIN


def _like(weight: float, subject: Subject, people: People) -> dict[int, float]:
    """Everybody a noun such as "man" may mean."""
    from_noun = noun_gender(subject.head)
    return {
        index: weight - (0.0 if person.gender or not from_noun else _UNKNOWN_GENDER)
        for index, person in enumerate(people.persons)
        if not person.narrator
        and (not from_noun or person.gender in ("", from_noun))
        and _age_fits(subject, person.age)
    }


def _age_fits(subject: Subject, age: str) -> bool:
    young = subject.head in {"boy", "girl", "child", "lad", "lass", "kid"}
    old = "old" in subject.text.split()
    return not ((young and age == "old") or (old and age in {"child", "young"}))


def _pronoun(weight: float, gender: str, turn: Turn, people: People) -> dict[int, float]:
    votes: dict[int, float] = {}
    for index, person in enumerate(people.persons):
        if person.narrator or (person.gender and person.gender != gender):
            continue
        votes[index] = weight - (0.0 if person.gender else _UNKNOWN_GENDER)
    named = [who for who in turn.recent if who in votes]
    for who, extra in zip(named, (_NAMED_LAST, _NAMED_BEFORE), strict=False):
        votes[who] += extra
    votes[STRANGER] = weight - 1.0
    return votes

"""How much each cue beside a turn speaks for each person."""

from collections.abc import Sequence

from studio.manuscript.attribution.clauses import Subject, SubjectKind
from studio.manuscript.attribution.cues import Cue, CueKind
from studio.manuscript.attribution.names import introduced
from studio.manuscript.attribution.people import People
from studio.manuscript.attribution.tags import ANSWERS
from studio.manuscript.attribution.turns import CERTAIN, STRANGER, TELLING, Gap, Turn
from studio.manuscript.attribution.words import FEMALE, MALE, NAMELESS, SOMEBODY, noun_gender

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
    "introduced": 7.0, "called": 6.0, "spoken of": 2.0, "spoken of to": 1.0, "answers": 3.0, "answered": 1.2,
    "gender": 0.7,
}  # fmt: skip
"""What it tells that a line names somebody: that person does not say it, is not spoken to unless called, answers if
called, and has the gender of the word of address (a share of the weight of a name)."""
_BESIDE = frozenset({CueKind.BEAT_BEFORE, CueKind.BEAT_AFTER})
_NARRATOR_ACTS = -0.4
_SOMEBODY = 1.5
_UNKNOWN_CALLED = 2.0
_TURNED = 0.7
_STRANGER_REACH = 6
_BESIDE_TAG = 0.4
_ANSWERED = 4.0
_REMEMBERED = 2
_UNTOLD = 3.0
_CHORUS = 2.0
_NOBODY = frozenset({"voices", "everybody", "everyone", "nobody"})
_VOICE = 5.0
_LIKE = 2.5
_UNKNOWN_GENDER = 0.8
_UNSHOWN = 3.0
_NAMED_LAST = 1.2
_NAMED_JUST_NOW = 0.5
_NAMED_ALONE = 1.2
_NAMED_BEFORE = 0.4


def weigh(turns: Sequence[Turn], people: People) -> None:
    """Fill `told` of every turn from its cues, from whom it addresses, and from whom the turns beside it address."""
    for index, turn in enumerate(turns):
        _weigh_cues(turn, turns[index - 1] if index else None, people)
        _weigh_names(turns, index, people)
        if index + 1 < len(turns) and turns[index + 1].gap in {Gap.NONE, Gap.NARRATION}:
            near = turns[index + 1].gap is Gap.NONE
            weight = NAMED["answers"] * (1.0 if near else 0.5) * (_TURNED if turn.turned else 1.0)
            _expect(turn, turns[index + 1], people, weight)
        if index and turn.gap is Gap.NONE and turn.greets:
            _expect(turn, turns[index - 1], people, NAMED["answered"])
        if turn.calls_unknown and people.nameless_narrator:
            narrator = people.narrator or 0
            turn.told[narrator] -= _UNKNOWN_CALLED
            if index + 1 < len(turns) and turns[index + 1].gap is Gap.NONE:
                turns[index + 1].told[narrator] += _UNKNOWN_CALLED


def _weigh_cues(turn: Turn, before: Turn | None, people: People) -> None:
    """What the clauses beside a line tell, and who never speaks unless they do."""
    for cue in turn.cues:
        for person, weight in _votes(cue, turn, people).items():
            turn.told[person] += weight
    if turn.gap is Gap.NARRATION and turn.recent:
        acts = any(cue.subject.kind is not SubjectKind.OTHER for cue in turn.cues)
        turn.told[turn.recent[0]] += _NAMED_JUST_NOW if acts else _NAMED_ALONE
    for group in people.groups:
        turn.told[group] -= _CHORUS
    if people.voice is not None and not any(people.subject(cue.subject) == people.voice for cue in turn.cues):
        turn.told[people.voice] -= _VOICE
    if before is not None and any(cue.verb in ANSWERS and not _tells(cue) for cue in turn.cues):
        for asker in {people.subject(cue.subject) for cue in before.cues if _tells(cue)}:
            if asker is not None:
                turn.told[asker] -= _ANSWERED


def doubtful(turns: Sequence[Turn], speakers: Sequence[int], index: int, people: People) -> bool:
    """Whether a turn is never sure.

    So it is where its speaker is told by a noun that may be another's, where its tag tells of somebody unknown ("a
    voice"), and where no tag names who speaks and it may be a stranger who talks nearby or somebody just brought in.
    Nor is what only the paragraph before tells.
    """
    turn, who = turns[index], speakers[index]
    if who != STRANGER and people.passing(who):
        return True
    near = slice(max(0, index - _STRANGER_REACH), index + _STRANGER_REACH + 1)
    if {STRANGER, people.voice} & set(speakers[near]) and not any(_tells(cue) for cue in turn.cues):
        return True
    if turn.cues and all(cue.kind is CueKind.NARRATION for cue in turn.cues):
        return True
    if turn.newcomers and not any(_tells(cue) for cue in turn.cues):
        return True
    if who not in turn.recent[:_REMEMBERED] and any(_pronoun_tag(cue) for cue in turn.cues):
        return not any(_tells(cue) for cue in turn.cues)
    return any(
        (people.doubtful(cue.subject) and people.subject(cue.subject) == who)
        or (cue.kind in TELLING and cue.subject.kind is SubjectKind.OTHER)
        for cue in turn.cues
    )


def _weigh_names(turns: Sequence[Turn], index: int, people: People) -> None:
    """What the names in a line tell: its own name if it introduces somebody, else who neither says nor hears it."""
    turn = turns[index]
    own = {people.subject(cue.subject) for cue in turn.cues if cue.kind in TELLING}
    for name, sure in introduced(turn.text):
        who = people.named(name)
        own.add(who)
        if who is not None:
            voice = any(cue.subject.text in SOMEBODY for cue in turn.cues)
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


def _expect(turn: Turn, beside: Turn, people: People, weight: float) -> None:
    """What it tells about the turn beside one whom that one calls."""
    for who in turn.called:
        beside.told[who] += weight
    if turn.called_gender:
        for who, person in enumerate(people.persons):
            if person.gender and person.gender != turn.called_gender:
                beside.told[who] -= NAMED["gender"] * weight
            elif person.gender:
                beside.told[who] += 0.3 * weight


def _votes(cue: Cue, turn: Turn, people: People) -> dict[int, float]:
    weight, subject = WEIGHTS[cue.kind], cue.subject
    if cue.kind is CueKind.NARRATION and subject.kind is SubjectKind.FIRST:
        weight = _NARRATOR_ACTS
    if subject.kind in {SubjectKind.HE, SubjectKind.SHE}:
        return _pronoun(weight, MALE if subject.kind is SubjectKind.HE else FEMALE, turn, people)
    if cue.kind is CueKind.NARRATION and any(_nearer(other) for other in turn.cues):
        weight *= _BESIDE_TAG
    who = people.subject(subject)
    if subject.kind is SubjectKind.OTHER and (who is None or subject.text in SOMEBODY):
        return _untold(cue, people)
    if who is None:
        return _like(weight, subject, people) if subject.kind is SubjectKind.NOUN else {STRANGER: weight / 2}
    if subject.kind is SubjectKind.NOUN and subject.head in NAMELESS:
        own, others = (weight, weight - 2.0) if people.persons[who].named else (weight - 1.0, weight - _LIKE)
        return {**_like(others, subject, people), who: own}
    return {who: weight}


def _untold(cue: Cue, people: People) -> dict[int, float]:
    """Everybody whom words that tell nobody ("somebody", "they", "the answer") may mean."""
    text, voice = cue.subject.text, people.subject(cue.subject)
    if cue.kind not in TELLING:
        return {} if voice is None else {voice: WEIGHTS[cue.kind]}
    if text == "they" and people.groups:
        return {**dict.fromkeys(people.groups, WEIGHTS[cue.kind]), STRANGER: _SOMEBODY}
    known = [index for index, person in enumerate(people.persons) if person.named]
    votes = {**dict.fromkeys(known, _SOMEBODY), STRANGER: _UNTOLD if text in _NOBODY else _SOMEBODY}
    if voice is not None:
        votes[voice] = _VOICE
    if people.narrator is not None:
        votes[people.narrator] = -_SOMEBODY
    return votes


def _pronoun_tag(cue: Cue) -> bool:
    return cue.kind in TELLING and cue.subject.kind in {SubjectKind.HE, SubjectKind.SHE}


def _tells(cue: Cue) -> bool:
    return cue.kind in TELLING and cue.subject.kind in CERTAIN


def _nearer(cue: Cue) -> bool:
    """Whether a clause in the paragraph of a line tells more of its speaker than the paragraph before."""
    return cue.subject.text in SOMEBODY or _tells(cue) or (cue.kind in _BESIDE and cue.subject.kind in CERTAIN)


def _like(weight: float, subject: Subject, people: People) -> dict[int, float]:
    """Everybody a noun such as "man" may mean; most of all those whom the narration has no name for."""
    from_noun = noun_gender(subject.head)
    return {
        index: weight + (_UNSHOWN if person.unshown else 0.0 if person.gender or not from_noun else -_UNKNOWN_GENDER)
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

"""Two names that may be one person's ("Miss Ashe" and Constance, "the boy" and Pip): a guess from who meets whom."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import permutations

from studio.manuscript.attribution.clauses import SubjectKind
from studio.manuscript.attribution.cues import CueKind
from studio.manuscript.attribution.names import given_gender, name_of
from studio.manuscript.attribution.people import People, Person
from studio.manuscript.attribution.turns import Gap, Turn

_MEETING = 0.3
_STANDING_IN = 0.5
_Pairs = defaultdict[tuple[int, int], float]
_CHAPTER = tuple[Sequence[Turn], Sequence[dict[int, float]]]


def find_twins(
    chapters: Sequence[_CHAPTER], texts: Iterable[str], narration: Iterable[str], people: People
) -> list[tuple[int, int]]:
    """Pairs of people who are likely one: the first of each is another name of the second.

    Two people meet where one answers the other, names the other, or a sentence names both: then they are two. A noun is
    taken for a person where that person speaks in its stead, in the same exchange of the only chapter it is used in; a
    surname with a title for a given name where the book has only one of each that fit.

    Args:
        chapters: turns of each chapter with the probability of each person.
        texts: all paragraphs, in order. A noun is only taken for somebody whose name comes later.
        narration: paragraphs without speech.
        people: of the book.
    """
    candidates = [
        (short, full)
        for short, one in enumerate(people.persons)
        for full, other in enumerate(people.persons)
        if short != full and _may_be(one, other)
    ]
    if not candidates:
        return []
    meetings, stand_ins = _counted(chapters, people)
    first: dict[int, int] = {}
    for position, text in enumerate(texts):
        for who in people.mentioned(text):
            first.setdefault(who, position)
    for text in narration:
        for one, other in permutations(set(people.mentioned(text)), 2):
            meetings[one, other] += 1.0
    apart = [pair for pair in candidates if meetings[pair] < _MEETING]
    pairs = []
    for short in dict.fromkeys(short for short, _ in apart):
        fitting = [full for one, full in apart if one == short]
        if people.persons[short].named:
            fitting = fitting if sum(full == fitting[0] for _, full in apart) == 1 else []
        else:
            once = len(_chapters_of(short, chapters, people)) == 1
            later = [who for who in fitting if first.get(short, 0) < first.get(who, 0)]
            fitting = _behind_noun(short, fitting, later, stand_ins, people) if once else []
        if len(fitting) == 1:
            pairs.append((short, fitting[0]))
    taken = {short for short, _ in pairs}
    return [(short, full) for short, full in pairs if full not in taken]


def _behind_noun(
    noun: int, fitting: Sequence[int], later: Sequence[int], stand_ins: _Pairs, people: People
) -> list[int]:
    """Who may be meant by a noun: a surname it is the calling of, else somebody named later who speaks in its stead."""
    titled = [who for who in fitting if people.persons[noun].role_noun and _surname_only(people.persons[who])]
    return titled or [who for who in later if stand_ins[noun, who] >= _STANDING_IN]


def _chapters_of(who: int, chapters: Sequence[_CHAPTER], people: People) -> set[int]:
    """Chapters in which a person speaks or acts beside a line."""
    return {
        index
        for index, (turns, _) in enumerate(chapters)
        if any(people.subject(cue.subject) == who for turn in turns for cue in turn.cues)
    }


def _counted(chapters: Sequence[_CHAPTER], people: People) -> tuple[_Pairs, _Pairs]:
    meetings: _Pairs = defaultdict(float)
    stand_ins: _Pairs = defaultdict(float)
    for turns, chances in chapters:
        for index, (turn, own) in enumerate(zip(turns, chances, strict=True)):
            best = max(own, key=lambda who: own[who])
            for other in people.mentioned(turn.text):
                _add(meetings, best, other, own[best])
            for ahead, counter in ((1, meetings), (2, stand_ins)):
                if index + ahead >= len(turns):
                    continue
                gaps = {turns[step].gap for step in range(index + 1, index + ahead + 1)}
                if Gap.SCENE in gaps or (ahead == 1 and Gap.NARRATION in gaps):
                    continue
                for who, share in _told(turn, own, people).items():
                    for other, also in _told(turns[index + ahead], chances[index + ahead], people).items():
                        if who != other and min(who, other) >= 0:
                            _add(counter, who, other, share * also)
    return meetings, stand_ins


def _told(turn: Turn, chances: dict[int, float], people: People) -> dict[int, float]:
    """Who speaks in a turn: the subject of its tag, whatever names it may stand for; else as likely as it is."""
    for cue in turn.cues:
        if cue.kind is CueKind.TAG_AFTER and cue.subject.kind in {SubjectKind.NAME, SubjectKind.NOUN}:
            who = people.subject(cue.subject)
            if who is not None:
                return {who: 1.0}
    return chances


def _add(counter: _Pairs, one: int, other: int, value: float) -> None:
    counter[one, other] += value
    counter[other, one] += value


def _may_be(short: Person, full: Person) -> bool:
    """Whether the first may be another name of the second, by gender, age and the form of the names."""
    if short.narrator or full.narrator or not short.seen or not full.seen or not full.named:
        return False
    if (short.gender and full.gender and short.gender != full.gender) or {short.age, full.age} == {"old", "child"}:
        return False
    if not short.named:
        return True
    return _surname_only(short) and all(_given_only(alias) for alias in full.aliases if alias[0].isupper())


def _surname_only(person: Person) -> bool:
    names = [name_of(alias) for alias in person.aliases if alias[0].isupper()]
    return all(len(name.names) == 1 and not given_gender(name.names[0]) for name in names) and any(
        set(name.titles) & {"mr", "mrs", "miss", "ms"} for name in names
    )


def _given_only(alias: str) -> bool:
    name = name_of(alias)
    return len(name.names) == 1 and bool(given_gender(name.names[0])) and not set(name.titles) & {"mr", "mrs", "miss"}

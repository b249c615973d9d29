"""Two names that may be one person's ("Miss Ashe" and Constance, "the boy" and Pip): a guess from who meets whom."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Sequence
from itertools import permutations
from operator import itemgetter

from studio.manuscript.attribution.clauses import SubjectKind, newcomers
from studio.manuscript.attribution.cues import CueKind
from studio.manuscript.attribution.names import given_gender, name_of
from studio.manuscript.attribution.people import People, Person
from studio.manuscript.attribution.turns import Gap, Turn
from studio.manuscript.attribution.words import CHILD_WORDS, PEOPLE, TITLES, YOUNG_WORDS

_MEETING = 0.6
_STANDING_IN = 0.5
_SPEAKING = 0.8
_GROWN = frozenset({"mr", "mrs", "dr", "captain", "professor", "sir", "lady"})
_OFFICES = frozenset(PEOPLE) & frozenset(TITLES)
_YOUNG_NOUNS = CHILD_WORDS | YOUNG_WORDS
_Pairs = defaultdict[tuple[int, int], float]
Chapter = tuple[Sequence[Turn], Sequence[dict[int, float]]]


def find_twins(chapters: Sequence[Chapter], narration: Iterable[str], people: People) -> list[tuple[int, int]]:
    """Pairs of people who are likely one: the first of each, a surname with a title, is another name of the second.

    Two people meet where one answers the other, names the other, or a sentence names both: then they are two. A surname
    is taken for that of a given name where the book has only one of each that fit.

    Args:
        chapters: turns of each chapter with the probability of each person.
        narration: paragraphs without speech.
        people: of the book.
    """
    persons = list(enumerate(people.persons))
    pairs = [(short, full) for short, one in persons for full, other in persons if one.named and _may_be(one, other)]
    if not pairs:
        return []
    meetings, stand_ins = _counted(chapters, narration, people)
    offices = [who for who, person in persons if person.role_noun]
    apart = [
        (short, full)
        for short, full in pairs
        if meetings[short, full] < _MEETING
        and all(stand_ins[short, who] < max(_STANDING_IN, stand_ins[short, full]) for who in offices)
    ]
    return [
        (short, full)
        for short, full in apart
        if sum(short == one for one, _ in apart) == 1 and sum(full == other for _, other in apart) == 1
    ]


def find_meant(chapter: Chapter, texts: Sequence[str], narration: Iterable[str], people: People) -> dict[str, int]:
    """Whom the nouns of a chapter ("the boy", "the schoolmaster") are likely to mean, of those with a name.

    Never somebody the noun's bearer meets in the chapter. A calling is taken for the one surname with a title. Any noun
    is taken for somebody whose name comes later: who speaks in its stead in the same exchange, or, for a young person,
    is the only one it fits.

    Args:
        chapter: its turns with the probability of each person.
        texts: its paragraphs.
        narration: they without speech.
        people: of the book.
    """
    turns, chances = chapter
    told = {people.subject(cue.subject) for turn in turns for cue in turn.cues if cue.subject.kind is SubjectKind.NOUN}
    nouns = [who for who in told if who is not None and not people.persons[who].named and who not in people.groups]
    if not nouns:
        return {}
    meetings, stand_ins = _counted([chapter], narration, people)
    speaking: defaultdict[int, float] = defaultdict(float)
    for own in chances:
        for who, share in own.items():
            speaking[who] += share
    first: dict[int, int] = {}
    for position, text in enumerate(texts):
        for who in people.mentioned(text):
            first.setdefault(who, position)
    brought_in = newcomers(*texts)
    meant: dict[str, int] = {}
    for noun in sorted(nouns):
        person = people.persons[noun]
        fitting = [
            who
            for who, other in enumerate(people.persons)
            if speaking[who] >= _SPEAKING and meetings[noun, who] < _MEETING and _may_be(person, other)
        ]
        later = [who for who in fitting if first.get(noun, 0) < first.get(who, 0)]
        office = person.role_noun and not person.aliases & brought_in
        found = [who for who in fitting if office and _surname_only(people.persons[who])]
        if not found and office:
            free = [who for who in fitting if not _other_office(people.persons[who])]
            found = free if len(free) == 1 else []
        found = found or [who for who in later if not person.role_noun and stand_ins[noun, who] >= _STANDING_IN]
        if not found and person.aliases & _YOUNG_NOUNS:
            young = [who for who in fitting if people.persons[who].age in {"child", "young"}]
            found = young or (later if len(fitting) == 1 else [])
        if len(found) == 1:
            meant.update(dict.fromkeys(person.aliases, found[0]))
    bearers = Counter(meant.values())
    return {alias: who for alias, who in meant.items() if bearers[who] == 1}


def _counted(chapters: Sequence[Chapter], narration: Iterable[str], people: People) -> tuple[_Pairs, _Pairs]:
    """How often two people meet, and how often one speaks where the other might, two turns apart."""
    meetings: _Pairs = defaultdict(float)
    stand_ins: _Pairs = defaultdict(float)
    for text in narration:
        for one, other in permutations(set(people.mentioned(text)), 2):
            meetings[one, other] += 1.0
    for turns, chances in chapters:
        told = [_told(turn, own, people) for turn, own in zip(turns, chances, strict=True)]
        for index, turn in enumerate(turns):
            best, share = max(chances[index].items(), key=itemgetter(1))
            for other in people.mentioned(turn.text):
                _add(meetings, best, other, share)
            if index and turn.gap in {Gap.NONE, Gap.WITHIN}:
                _pair(meetings, told[index - 1], told[index])
            if index > 1 and Gap.SCENE not in {turn.gap, turns[index - 1].gap}:
                _pair(stand_ins, told[index - 2], told[index])
    return meetings, stand_ins


def _pair(counter: _Pairs, one: dict[int, float], other: dict[int, float]) -> None:
    for who, share in one.items():
        for whom, also in other.items():
            if who != whom and min(who, whom) >= 0:
                _add(counter, who, whom, share * also)


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
    if short is full or short.narrator or full.narrator or not short.seen or not full.seen or not full.named:
        return False
    if (short.gender and full.gender and short.gender != full.gender) or {short.age, full.age} == {"old", "child"}:
        return False
    if not short.named:
        young = bool(short.aliases & _YOUNG_NOUNS)
        return not (young and any(set(name_of(alias).titles) & _GROWN for alias in full.aliases))
    return _surname_only(short) and all(_given_only(alias) for alias in full.aliases if alias[0].isupper())


def _other_office(person: Person) -> bool:
    """Whether somebody's title says an office: then no other noun for one is his."""
    return any(set(name_of(alias).titles) & _OFFICES for alias in person.aliases)


def _surname_only(person: Person) -> bool:
    names = [name_of(alias) for alias in person.aliases if alias[0].isupper()]
    return all(len(name.names) == 1 and not given_gender(name.names[0]) for name in names) and any(
        set(name.titles) & {"mr", "mrs", "miss", "ms"} for name in names
    )


def _given_only(alias: str) -> bool:
    name = name_of(alias)
    return len(name.names) == 1 and bool(given_gender(name.names[0])) and not set(name.titles) & {"mr", "mrs", "miss"}

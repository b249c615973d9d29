"""The people of a book, found by any of their names."""

import re
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from studio.manuscript.attribution.clauses import Subject, SubjectKind
from studio.manuscript.attribution.names import given_gender, name_of
from studio.manuscript.attribution.words import (
    GROUPS,
    KIN,
    NAMELESS,
    SOMEBODY,
    VOICE,
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the book.

    Attributes:
        name: what the role is called: the name the narration uses most, "the landlady" for somebody without one, "I"
            for a narrator whose name is not told.
        aliases: all names and nouns for this person, as written.
        gender: "male", "female" or empty.
        age: "child", "young", "old" or empty.
        narrator: tells the story in the first person.
        seen: times the narration has this person speak or act; somebody only talked about has none.
        called: times others call this person by name.
        unshown: is there, as somebody calls him, and never speaks or acts in the narration.
        portrait: the words gender and age were told from.
    """

    name: str
    aliases: frozenset[str]
    gender: str = ""
    age: str = ""
    narrator: bool = False
    seen: int = 0
    called: int = 0
    unshown: bool = False
    portrait: tuple[str, ...] = ()

    @property
    def role_noun(self) -> bool:
        """Whether all the book has for a name is a noun that fits one person only ("the schoolmaster")."""
        return not self.named and not self.aliases & (NAMELESS | {VOICE})

    @property
    def given(self) -> frozenset[str]:
        """Given names that the tables know."""
        parts = [name_of(alias) for alias in self.aliases if alias[0].isupper()]
        return frozenset(name.names[0] for name in parts if name.names and given_gender(name.names[0]))

    @property
    def surnames(self) -> frozenset[str]:
        """Last names that stand after a title."""
        parts = [name_of(alias) for alias in self.aliases if alias[0].isupper()]
        return frozenset(name.names[-1] for name in parts if name.titles and name.names)

    @property
    def named(self) -> bool:
        """Whether the book tells a name."""
        return any(alias[0].isupper() for alias in self.aliases)


_PASSING = 2
"""A noun that speaks no more often than this in a book may be another's second description."""


class People:
    """The people of a book, found by any of their names."""

    def __init__(self, persons: Sequence[Person], guessed: AbstractSet[str] = frozenset()) -> None:
        self.persons = tuple(persons)
        self.guessed = frozenset(guessed)
        self._by_name = {alias: index for index, person in enumerate(persons) for alias in person.aliases}
        self.groups = [
            index
            for index, person in enumerate(persons)
            if not person.named and (person.name.endswith("s") or person.aliases & GROUPS)
        ]
        self.voice = self._by_name.get(VOICE)
        self.narrator = next((index for index, person in enumerate(persons) if person.narrator), None)
        names = sorted((alias for alias in self._by_name if alias[0].isupper() and alias != "I"), key=len, reverse=True)
        nouns = [alias for alias in self._by_name if alias[0].islower() and alias != VOICE]
        joined = "|".join(
            [
                *map(re.escape, names),
                *(rf"[Tt]he\s(?:(?:[a-z-]+\s)?{noun}|{noun.capitalize()})" for noun in map(re.escape, nouns)),
                *(rf"(?:[Tt]heir|[Hh]is|[Hh]er|[Mm]y)\s{noun}" for noun in nouns if noun in KIN),
            ]
        )
        self._pattern = (
            re.compile(rf"(?<![\w’'])(?=[A-ZÀ-Þ]|the\s|their\s|his\s|her\s|my\s)(?:{joined})(?![\w])")
            if joined
            else None
        )

    def named(self, name: str) -> int | None:
        """Index of the person of a name, or of a noun ("landlady"); None if there is none."""
        found = self._by_name.get(name)
        if found is None and " " in name and name[0].isupper():
            parts = name_of(name)
            found = self._by_name.get(" ".join(parts.names))
        return found

    @property
    def nameless_narrator(self) -> bool:
        """Whether somebody tells the story whose name is not known."""
        return self.narrator is not None and len(self.persons[self.narrator].aliases) == 1

    def titled(self, who: int, title: str) -> bool:
        """Whether somebody bears a title, in lower case."""
        return any(title in name_of(alias).titles for alias in self.persons[who].aliases)

    def doubtful(self, subject: Subject) -> bool:
        """Whether a subject is somebody's only by a guess."""
        if subject.text in self.guessed or subject.head in self.guessed:
            return True
        who = self.subject(subject) if subject.kind is SubjectKind.NOUN else None
        return who is not None and self.passing(who)

    def passing(self, who: int) -> bool:
        """Whether all the book has for somebody is a noun that seldom speaks: it may mean somebody with a name."""
        return not self.persons[who].named and self.persons[who].seen <= _PASSING and not self.persons[who].narrator

    def subject(self, subject: Subject) -> int | None:
        """Index of the person a name or noun tells; None for pronouns and strangers."""
        if subject.kind is SubjectKind.NAME:
            return self.named(subject.text)
        if subject.kind is SubjectKind.NOUN:
            return self.named(subject.head)
        if subject.kind is SubjectKind.OTHER and subject.text in SOMEBODY:
            return self.named(VOICE)
        if subject.kind is SubjectKind.OTHER:
            return self.named(subject.text) if subject.own == "the" else None
        return self.narrator if subject.kind is SubjectKind.FIRST else None

    def mentioned(self, text: str) -> list[int]:
        """Indexes of the people named in a text, in order, each as often as named."""
        if self._pattern is None:
            return []
        found = (match[0] for match in self._pattern.finditer(text))
        return [self._by_name[name if name in self._by_name else name.split()[-1].lower()] for name in found]

    def meaning(self, nouns: Mapping[str, int]) -> "People":
        """The same people, where nouns stand for some of them, by a guess."""
        if not nouns:
            return self
        view = People(self.persons, self.guessed | nouns.keys())
        view._by_name.update(nouns)
        return view

    def with_present(self, there: Iterable[int]) -> "People":
        """The same people, where some that nobody saw speak or act are there all the same."""
        persons = list(self.persons)
        for who in there:
            persons[who] = replace(persons[who], seen=1, unshown=True)
        return People(persons, self.guessed)

    def merged(self, pairs: Iterable[tuple[int, int]], *, guessed: bool = False) -> "People":
        """The same people, where the first of each pair has turned out to be another name of the second.

        Args:
            pairs: indexes.
            guessed: that is likely, but not certain: lines that rest on such a name are never sure.
        """
        into = dict(pairs)
        doubtful = {alias for index in into for alias in self.persons[index].aliases} if guessed else set()
        kept: list[Person] = []
        for index, person in enumerate(self.persons):
            if index in into:
                continue
            others = [self.persons[other] for other, target in into.items() if target == index]
            aliases = person.aliases.union(*(other.aliases for other in others))
            named = sorted(
                (other for other in others if person.name == "I"), key=lambda other: (-other.called, other.name)
            )
            name = named[0].name if named else person.name
            gender = person.gender or next((other.gender for other in others if other.gender), "")
            age = person.age or next((other.age for other in others if other.age), "")
            seen = person.seen + sum(other.seen for other in others)
            unshown = person.unshown and all(other.unshown for other in others)
            kept.append(replace(person, name=name, aliases=aliases, gender=gender, age=age, seen=seen, unshown=unshown))
        return People(kept, self.guessed | doubtful)

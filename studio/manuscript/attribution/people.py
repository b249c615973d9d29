"""The people of a book: which names are one person's, whether a man or a woman, how old, and who tells the story."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace

from studio.manuscript.attribution.clauses import Subject, SubjectKind, sentences, subject_of
from studio.manuscript.attribution.names import Harvest, Name, apposed, given_gender, name_of
from studio.manuscript.attribution.words import (
    BODY,
    CHILD_WORDS,
    FEMALE,
    MALE,
    NAMELESS,
    OLD_WORDS,
    PEOPLE,
    YOUNG_WORDS,
)


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody in the book.

    Attributes:
        name: what the role is called: the name the narration uses most, "the landlady" for somebody without one, "I" for
            a narrator whose name is not told.
        aliases: all names and nouns for this person, as written.
        gender: "male", "female" or empty.
        age: "child", "young", "old" or empty.
        narrator: tells the story in the first person.
        seen: times the narration has this person speak or act; somebody only talked about has none.
        called: times others call this person by name.
        portrait: the words gender and age were told from.
    """

    name: str
    aliases: frozenset[str]
    gender: str = ""
    age: str = ""
    narrator: bool = False
    seen: int = 0
    called: int = 0
    portrait: tuple[str, ...] = ()

    @property
    def role_noun(self) -> bool:
        """Whether all the book has for a name is a noun that fits one person only ("the schoolmaster")."""
        return not self.named and not self.aliases & NAMELESS

    @property
    def given(self) -> frozenset[str]:
        """Given names that the tables know."""
        return frozenset(name_of(alias).names[0] for alias in self.aliases if alias[0].isupper() and name_of(alias).names
                         and given_gender(name_of(alias).names[0]))  # fmt: skip

    @property
    def named(self) -> bool:
        """Whether the book tells a name."""
        return any(alias[0].isupper() for alias in self.aliases)


class People:
    """The people of a book, found by any of their names."""

    def __init__(self, persons: Sequence[Person], guessed: AbstractSet[str] = frozenset()) -> None:
        self.persons = tuple(persons)
        self.guessed = frozenset(guessed)
        self._by_name = {alias: index for index, person in enumerate(persons) for alias in person.aliases}
        self.narrator = next((index for index, person in enumerate(persons) if person.narrator), None)
        names = sorted((alias for alias in self._by_name if alias[0].isupper() and alias != "I"), key=len, reverse=True)
        nouns = [alias for alias in self._by_name if alias[0].islower()]
        joined = "|".join([*map(re.escape, names), *(rf"(?<=[Tt]he\s){re.escape(noun)}" for noun in nouns)])
        self._pattern = re.compile(rf"(?<![\w’'])(?:{joined})(?![\w])") if joined else None

    def named(self, name: str) -> int | None:
        """Index of the person of a name, or of a noun ("landlady"); None if there is none."""
        found = self._by_name.get(name)
        if found is None and " " in name and name[0].isupper():
            parts = name_of(name)
            found = self._by_name.get(" ".join(parts.names))
        return found

    def doubtful(self, subject: Subject) -> bool:
        """Whether a subject is somebody's only by a guess."""
        return subject.text in self.guessed or subject.head in self.guessed

    def subject(self, subject: Subject) -> int | None:
        """Index of the person a name or noun tells; None for pronouns and strangers."""
        if subject.kind is SubjectKind.NAME:
            return self.named(subject.text)
        if subject.kind is SubjectKind.NOUN:
            return self.named(subject.head)
        return self.narrator if subject.kind is SubjectKind.FIRST else None

    def mentioned(self, text: str) -> list[int]:
        """Indexes of the people named in a text, in order, each as often as named."""
        if self._pattern is None:
            return []
        return [self._by_name[match[0]] for match in self._pattern.finditer(text)]

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
            kept.append(replace(person, name=name, aliases=aliases, gender=gender, age=age, seen=seen))
        return People(kept, self.guessed | doubtful)


def find_people(harvest: Harvest, narration: Sequence[str], speech: Sequence[str], *, first_person: bool) -> People:
    """Tell the people of a book.

    Args:
        harvest: the names in it.
        narration: its paragraphs without speech.
        speech: what is said in it, for words that are in it as common nouns.
        first_person: somebody called "I" tells it.
    """
    accepted = harvest.accepted([*narration, *speech])
    groups = _grouped(accepted, harvest)
    persons = [_person(group, harvest) for group in groups]
    nouns = _nouns(persons, harvest, narration)
    persons = [
        replace(person, aliases=person.aliases | nouns.get(index, set())) for index, person in enumerate(persons)
    ]
    taken = {noun for own in nouns.values() for noun in own}
    persons += [
        Person(f"the {noun}", frozenset({noun}), PEOPLE[noun], _age_of_noun(noun), seen=count)
        for noun, count in harvest.nouns.items()
        if noun not in taken
    ]
    if first_person:
        persons.append(Person("I", frozenset({"I"}), narrator=True, seen=1))
    return _portrayed(People(persons), narration)


def _grouped(accepted: set[str], harvest: Harvest) -> list[list[str]]:
    """Names that are one person's, together."""
    parts = {text: _settled(name_of(text)) for text in accepted}
    parts = {text: name for text, name in parts.items() if name.names}
    groups: list[list[str]] = []
    for text in sorted(parts, key=lambda text: (-len(parts[text].names), -len(parts[text].titles), text)):
        fitting = [group for group in groups if _fits(parts[text], [parts[other] for other in group])]
        if len(fitting) > 1:
            fitting = _narrowed(parts[text], fitting, parts)
        if len(fitting) > 1:
            weights = [sum(harvest.spoken[name] + harvest.acting[name] for name in group) for group in fitting]
            same = parts[text].titles or given_gender(parts[text].names[0])
            fitting = [fitting[weights.index(max(weights))]] if not same or len(parts[text].names) == 1 else []
        if fitting:
            fitting[0].append(text)
        else:
            groups.append([text])
    return _pet_names(groups, parts, harvest)


def _settled(name: Name) -> Name:
    """Mrs. Stanley Ukridge is Mrs. Ukridge, and no Stanley."""
    if name.titles == ("mrs",) and len(name.names) > 1 and given_gender(name.names[0]) == MALE:
        return Name(name.titles, name.names[-1:])
    return name


def _fits(name: Name, group: Sequence[Name]) -> bool:
    genders = {other.gender for other in group if other.gender}
    if name.gender and genders and name.gender not in genders:
        return False
    full = [other for other in group if len(other.names) > 1]
    if len(name.names) > 1:
        return any(
            name.names[0] == other.names[0]
            and (name.names[-1] == other.names[-1] or set(name.names) <= set(other.names))
            for other in full
        )
    word = name.names[0]
    if name.titles:
        if any(other.titles and set(other.titles) & {"mr", "mrs", "miss"} and set(name.titles) & {"mr", "mrs", "miss"}
               and other.titles != name.titles for other in group):  # fmt: skip
            return False
        return any(
            word == other.names[-1] or ((not name.gender or given_gender(word)) and word == other.names[0])
            for other in group
        )
    return any(word in (other.names[0], other.names[-1]) for other in group)


def _narrowed(name: Name, groups: list[list[str]], parts: Mapping[str, Name]) -> list[list[str]]:
    """Of several people a name may be: those whose given name it is, else those it is the usual name of."""
    word = name.names[0]
    given = [group for group in groups if any(len(parts[t].names) > 1 and parts[t].names[0] == word for t in group)]
    if given:
        return given
    men = [group for group in groups if not any(parts[text].gender == FEMALE for text in group)]
    return men or groups


def _pet_names(groups: list[list[str]], parts: Mapping[str, Name], harvest: Harvest) -> list[list[str]]:
    """Put names that are only called out (Garny, Pete) with the one name they are short for."""
    kept: list[list[str]] = []
    for group in groups:
        words = {parts[text].names[0] for text in group}
        only_called = not any(harvest.spoken[text] + harvest.acting[text] for text in group)
        if only_called and len(words) == 1 and not any(parts[text].titles for text in group):
            word = next(iter(words))
            others = [
                other
                for other in groups
                if other is not group and any(_short_for(word, n) for t in other for n in parts[t].names)
            ]
            if len(others) == 1:
                others[0].extend(group)
                continue
        kept.append(group)
    return kept


_PET_STEM = 4
_SHORT_STEM = 3
_BORNE = 5


def _short_for(short: str, name: str) -> bool:
    if len(short) >= len(name) + 1 and not short.endswith(("y", "ie")):
        return False
    stem = re.sub(r"(?:ie|y|s)$", "", short)
    if stem != short:
        return len(stem) >= _PET_STEM and name.startswith(stem) and name != short
    return len(short) >= _SHORT_STEM and name.startswith(short) and name != short


def _person(group: Sequence[str], harvest: Harvest) -> Person:
    seen = {text: harvest.spoken[text] + harvest.acting[text] for text in group}
    name = max(group, key=lambda text: (seen[text], harvest.called[text], len(text), text))
    genders = Counter(name_of(text).gender for text in group if _settled(name_of(text)).gender)
    for text in group:
        settled = _settled(name_of(text))
        genders[settled.gender] += 2 if settled.titles else 1
    genders.pop("", None)
    gender = genders.most_common(1)[0][0] if genders else ""
    called = sum(harvest.called[text] for text in group)
    borne = any(harvest.spoken[text] for text in group) or sum(seen.values()) * _BORNE > called
    return Person(name, frozenset(group), gender, seen=sum(seen.values()) if borne else 0, called=called)


def _nouns(persons: Sequence[Person], harvest: Harvest, narration: Sequence[str]) -> dict[int, set[str]]:
    """Nouns that stand for one named person: by the title of only one, or beside the name."""
    nouns: defaultdict[int, set[str]] = defaultdict(set)
    by_alias = {alias: index for index, person in enumerate(persons) for alias in person.aliases}
    beside: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for text in narration:
        for name, head in apposed(text):
            if name in by_alias and head not in NAMELESS:
                beside[head][by_alias[name]] += 1
    for noun in PEOPLE:
        if noun not in harvest.nouns and noun not in beside:
            titled = [i for i, p in enumerate(persons) if any(noun in name_of(alias).titles for alias in p.aliases)]
            if len(titled) == 1:
                nouns[titled[0]].add(noun)
            continue
        titled = [
            index
            for index, person in enumerate(persons)
            if any(noun in name_of(alias).titles for alias in person.aliases) and person.seen
        ]
        if len(titled) == 1:
            nouns[titled[0]].add(noun)
        elif not titled and len(beside[noun]) == 1:
            nouns[next(iter(beside[noun]))].add(noun)
    return nouns


def _age_of_noun(noun: str) -> str:
    return "child" if noun in CHILD_WORDS else "young" if noun in YOUNG_WORDS else ""


_HE = re.compile(r"\b(?:he|his|himself)\b", re.IGNORECASE)
_SHE = re.compile(rf"\b(?:she|herself|her (?:own|hand|head|eyes|{'|'.join(sorted(BODY))}))\b", re.IGNORECASE)
_AGED = re.compile(
    r"\b(?:was|is|looked)\b(?=(?:\s(?:a|an|the|very|rather|quite|only|perhaps|about|still|\w+ly|[a-z-]+))?\s[a-z-]+)"
)
_YEARS = re.compile(
    r"\b(?P<n>\d{1,3}|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|\w+teen|\w+ty(?:-\w+)?)\b"
    r"(?=\syears old|\sthat|\sand|[.,])"
)
_ELSEWHERE = frozenset("with in at by to on and than of for from like not".split())
_CHILD_YEARS = frozenset("one two three four five six seven eight nine ten eleven twelve".split())
_OLD_YEARS = ("sixty", "seventy", "eighty", "ninety")


def _portrayed(people: People, narration: Sequence[str]) -> People:
    """The people with gender and age as pronouns and words beside their names tell them."""
    genders: defaultdict[int, Counter[str]] = defaultdict(Counter)
    ages: defaultdict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    for text in narration:
        last: int | None = None
        for sentence in sentences(text):
            subject = subject_of(sentence)
            who = people.subject(subject) if subject else None
            if subject is not None and subject.kind in {SubjectKind.HE, SubjectKind.SHE} and last is not None:
                genders[last][MALE if subject.kind is SubjectKind.HE else FEMALE] += 2
                who = last
            elif who is not None and who != people.narrator and len(set(people.mentioned(sentence)) | {who}) == 1:
                rest = sentence[sentence.find(" ") :]
                he, she = _HE.search(rest), _SHE.search(rest)
                if (he is None) != (she is None):
                    genders[who][MALE if he else FEMALE] += 1
            if who is not None:
                for age, word in _ages(sentence):
                    ages[who][age, word] += 1
            last = who
    persons = []
    for index, person in enumerate(people.persons):
        told = genders[index].most_common(1)
        gender = person.gender or (told[0][0] if told else "")
        words = [f"{'he' if gender == MALE else 'she'} in the narration"] if told and gender else []
        aged = ages[index].most_common(1)
        age = person.age or (aged[0][0][0] if aged else "")
        if any("old" in alias.lower().split()[:-1] for alias in person.aliases):
            age = "old"
        words += [f"“{aged[0][0][1]}”"] if aged else []
        persons.append(replace(person, gender=gender, age=age, portrait=tuple(words)))
    return People(persons)


def _ages(sentence: str) -> list[tuple[str, str]]:
    found = []
    match = _AGED.search(sentence)
    if match is None:
        return []
    for word in re.findall(r"[a-z-]+", sentence[match.end() : match.end() + 40])[:4]:
        if word in _ELSEWHERE:
            break
        if word in CHILD_WORDS:
            found.append(("child", word))
        elif word in OLD_WORDS and "years old" not in sentence:
            found.append(("old", word))
        elif word in YOUNG_WORDS:
            found.append(("young", word))
    years = _YEARS.search(sentence, match.start())
    if years is not None and "years old" in sentence + " years old":
        number = years["n"]
        if number in _CHILD_YEARS and "years old" in sentence:
            found.append(("child", f"{number} years old"))
        elif number.startswith(_OLD_YEARS):
            found.append(("old", number))
    return found

"""From names to people: which names are one person's, and which nouns stand for somebody with a name."""

import re
from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import replace

from studio.manuscript.attribution.harvest import Harvest
from studio.manuscript.attribution.names import Name, apposed, given_gender, name_of
from studio.manuscript.attribution.people import People, Person
from studio.manuscript.attribution.portraits import portrayed
from studio.manuscript.attribution.words import (
    CHILD_WORDS,
    EPITHETS,
    FEMALE,
    KIN_NAMES,
    MALE,
    NAMELESS,
    PEOPLE,
    TITLES,
    TITLES_OF,
    VOICE,
    YOUNG_WORDS,
    noun_gender,
)

_PET_STEM = 4
_SHORT_STEM = 3
_FULL_STEM = 2
_BORNE = 5
_NO_NOUNS = frozenset({"mr", "mrs", "ms"})


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
    persons = _with_single_names(persons)
    nouns = _nouns(persons, narration)
    persons = [
        replace(
            person,
            aliases=person.aliases | nouns.get(index, set()),
            seen=person.seen + sum(harvest.nouns[noun] for noun in nouns.get(index, ())),
        )
        for index, person in enumerate(persons)
    ]
    taken = {noun for own in nouns.values() for noun in own}
    persons += [
        Person(
            "a voice" if noun == VOICE else f"the {noun}",
            frozenset({noun}),
            noun_gender(noun) or "",
            _age_of_noun(noun),
            seen=count,
        )
        for noun, count in harvest.nouns.items()
        if noun not in taken
    ]
    if first_person:
        persons.append(Person("I", frozenset({"I"}), narrator=True, seen=1))
    return portrayed(People(persons), narration)


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
                if other is not group and any(_one_short(word, n) for t in other for n in parts[t].names)
            ]
            if len(others) == 1:
                others[0].extend(group)
                continue
        kept.append(group)
    return kept


def _one_short(called: str, borne: str) -> bool:
    """Whether a name somebody is called by is short for another, or the full form of one as short as Jo."""
    full = given_gender(called) and called.startswith(borne) and len(borne) >= _FULL_STEM
    return _short_for(called, borne) or bool(full and given_gender(borne) in ("", given_gender(called)))


def _short_for(short: str, name: str) -> bool:
    if len(short) >= len(name) + 1 and not short.endswith(("y", "ie")):
        return False
    stem = re.sub(r"(?:ie|y|s)$", "", short)
    if stem != short:
        return len(stem) >= _PET_STEM and name.startswith(stem) and name != short
    return len(short) >= _SHORT_STEM and name.startswith(short) and name != short


def _person(group: Sequence[str], harvest: Harvest) -> Person:
    seen = {text: harvest.spoken[text] + harvest.acting[text] + harvest.introduced[text] for text in group}
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


def _with_single_names(persons: Sequence[Person]) -> list[Person]:
    """The same people, each also by any one of the names that nobody else has."""
    bearers: defaultdict[str, set[int]] = defaultdict(set)
    for index, person in enumerate(persons):
        for alias in person.aliases:
            for name in name_of(alias).names:
                bearers[name].add(index)
    own: defaultdict[int, set[str]] = defaultdict(set)
    for name, indexes in bearers.items():
        if len(indexes) == 1 and len(name) > 1:
            own[next(iter(indexes))].add(name)
    return [replace(person, aliases=person.aliases | own[index]) for index, person in enumerate(persons)]


def _nouns(persons: Sequence[Person], narration: Sequence[str]) -> dict[int, set[str]]:
    """Nouns that stand for one named person: by the title of only one, or beside the name."""
    nouns: defaultdict[int, set[str]] = defaultdict(set)
    by_alias = {alias: index for index, person in enumerate(persons) for alias in person.aliases}
    beside: defaultdict[str, Counter[int]] = defaultdict(Counter)
    for text in narration:
        for name, head in apposed(text):
            if name in by_alias and head not in NAMELESS:
                beside[head][by_alias[name]] += 1
    titles = [
        {title for alias in person.aliases for title in (*name_of(alias).titles, KIN_NAMES.get(alias.lower(), ""))}
        for person in persons
    ]
    for noun in PEOPLE.keys() | (TITLES.keys() - EPITHETS - _NO_NOUNS):
        titled = [index for index, own in enumerate(titles) if own & {noun, *TITLES_OF.get(noun, ())}]
        seen = [index for index in titled if persons[index].seen]
        if len(seen or titled) == 1:
            nouns[(seen or titled)[0]].add(noun)
        elif not titled and len(beside[noun]) == 1:
            nouns[next(iter(beside[noun]))].add(noun)
    return nouns


def _age_of_noun(noun: str) -> str:
    return "child" if noun in CHILD_WORDS else "young" if noun in YOUNG_WORDS else ""

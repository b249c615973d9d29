"""Whether somebody is a man or a woman, and how old, as pronouns and words beside the name tell."""

import re
from collections import Counter, defaultdict
from collections.abc import Sequence
from dataclasses import replace

from studio.manuscript.attribution.clauses import SubjectKind, sentences, subject_of
from studio.manuscript.attribution.people import People
from studio.manuscript.attribution.tags import read_tag
from studio.manuscript.attribution.words import BODY, CHILD_WORDS, FEMALE, MALE, OLD_WORDS, YOUNG_WORDS

_HE = re.compile(r"\b(?:he|his|himself)\b", re.IGNORECASE)
_SHE = re.compile(rf"\b(?:she|herself|her (?:own|hand|head|eyes|{'|'.join(sorted(BODY))}))\b", re.IGNORECASE)
_ANOTHER = re.compile(r"\b(?:him|her(?=[.,;!?]|$))\b", re.IGNORECASE)
"""Somebody beside the subject, whom "he" or "she" may mean as well."""
_AGED = re.compile(
    r"\b(?:was|is|looked)\b(?=(?:\s(?:a|an|the|very|rather|quite|only|perhaps|about|still|\w+ly|[a-z-]+))?\s[a-z-]+)"
)
_YEARS = re.compile(
    r"\b(?:was|is|looked)\s(?:(?:about|nearly|only|perhaps|barely|just|over)\s)?(?P<years>\d{1,3}|[a-z]+(?:-[a-z]+)?)"
    r"(?:\s(?:years old|that)\b|\sand\b|[.,]|$)"
)
_ELSEWHERE = frozenset({"with", "in", "at", "by", "to", "on", "and", "than", "of", "for", "from", "like", "not"})
_CHILD_YEARS = frozenset({
    "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve",
})  # fmt: skip
_OLD_YEARS = ("sixty", "seventy", "eighty", "ninety")


def portrayed(people: People, narration: Sequence[str]) -> People:
    """The people with gender and age as pronouns and words beside their names tell them."""
    genders: defaultdict[int, Counter[str]] = defaultdict(Counter)
    ages: defaultdict[int, Counter[tuple[str, str]]] = defaultdict(Counter)
    for text in narration:
        last: int | None = None
        for sentence in sentences(text):
            tag = read_tag(sentence, after_comma=False)
            subject = tag.subject if tag else subject_of(sentence)
            who = people.subject(subject) if subject else None
            if subject is not None and subject.kind in {SubjectKind.HE, SubjectKind.SHE} and last is not None:
                genders[last][MALE if subject.kind is SubjectKind.HE else FEMALE] += 2
                who = last
            elif who is not None and who != people.narrator and len(set(people.mentioned(sentence)) | {who}) == 1:
                rest = sentence[sentence.find(" ") :]
                he, she = _HE.search(rest), _SHE.search(rest)
                if (he is None) != (she is None) and not _ANOTHER.search(rest):
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
    following = sentence[match.end() : match.end() + 40] if match else ""
    for word in re.findall(r"[a-z-]+", following)[:4]:
        if word in _ELSEWHERE:
            break
        if word in CHILD_WORDS:
            found.append(("child", word))
        elif word in OLD_WORDS and "years old" not in sentence:
            found.append(("old", word))
        elif word in YOUNG_WORDS:
            found.append(("young", word))
    years = _YEARS.search(sentence)
    if years is not None:
        number = years["years"]
        if number in _CHILD_YEARS:
            found.append(("child", number))
        elif number.startswith(_OLD_YEARS):
            found.append(("old", number))
    return found

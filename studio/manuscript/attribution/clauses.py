"""Clauses beside a line of speech: who is said to speak ("said the old man"), or to do something ("He looked up.")."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache, lru_cache

from studio.manuscript.attribution.words import (
    BODY,
    NOT_NAMES,
    PEOPLE,
    SPEECH_VERBS,
    TITLES,
    noun_gender,
)
from studio.manuscript.sentences import sentence_spans

REMEMBERED = 8192
"""Texts whose reading is kept: a book is gone through several times."""


class SubjectKind(StrEnum):
    """What the subject of a clause is."""

    NAME = "name"
    HE = "he"
    SHE = "she"
    FIRST = "I"
    OTHER = "other"
    NOUN = "noun"


@dataclass(frozen=True, slots=True)
class Subject:
    """Who a clause is about.

    Attributes:
        kind: name, pronoun or noun. OTHER is somebody the words do not tell ("they", "a voice").
        text: the words of it, without article for a noun ("old man"), as written for a name.
        head: the noun that says what somebody is, in lower case ("man"); empty for the others.
        own: the word before a noun where it is a possessive ("my" of "my landlady").
    """

    kind: SubjectKind
    text: str
    head: str = ""
    own: str = ""


_CAP = r"[A-ZÀ-ÖØ-Þ][\w’'-]*"
_TITLE = rf"(?:(?:{'|'.join(sorted(t.capitalize() for t in TITLES))})\.?\s)"
_NAME = rf"(?:{_TITLE}*{_CAP}(?:\s(?:(?:de|del|della|di|da|von|van|der|den|la|le|du|of)\s)?{_CAP}|\s[A-Z]\.)*)"
_OFFICE = r"(?<=[Tt]he\s)[A-Z][a-z]+\b(?!\s[A-Z])"
_OWN = "[Tt]he|[Aa]n?|[Mm]y|[Hh]is|[Hh]er|[Oo]ur|[Tt]heir|[Yy]our|[Tt]hat|[Tt]his|[Aa]nother"
_NOUN = rf"(?P<own>{_OWN})\s(?P<np>(?:[a-z][\w’'-]*|[A-Z][a-z]+(?:wo)?man\b|{_OFFICE})(?:\s[a-z][\w’'-]*){{0,4}})"
_OTHER = "[Tt]hey|[Ww]e|[Ii]t|[Ss]omeone|[Ss]omebody|[Aa] voice|[Vv]oices|[Ee]verybody|[Ee]veryone|[Nn]obody"
_KIN = rf"(?:[Mm]y|[Hh]is|[Hh]er|[Tt]he)\s(?P<kin>(?:[Uu]ncle|[Aa]unt|[Cc]ousin|[Bb]rother|[Ss]ister)\s{_CAP})"
_PRONOUNS = {
    "first": SubjectKind.FIRST, "he": SubjectKind.HE, "she": SubjectKind.SHE, "other": SubjectKind.OTHER,
}  # fmt: skip
_MOST_OPENINGS = 3
WORD = re.compile(r"[\w’'-]+")
_POSSESSIVE = re.compile(r"[’']s?\s+(\w+)(?:\s(\w+))?")
_NEW = re.compile(r"\b[Aa]n?\s(?P<nouns>(?:[a-z-]+\b[\s,.;]?){1,3})")
_CONNECTIVE = re.compile(
    r"^(?:Then|And|But|So|Now|Again|Presently|Suddenly|Finally|At last|Meanwhile|Still|Here|Once more),?\s"
)
_IT_WAS = re.compile(r"^It (?:was|is) (?=[^,.;]{1,60}? (?:who|that|again)\b)")
"""What a sentence begins with that says who it is that does what follows: "It was Anna who laughed"."""
_PARTICIPLE = re.compile(
    r"^(?:[A-Z]\w+ing|Without|With|After|Before|At|In|On|For|From|When|As|Then|And|But)\b[^,]*,\s*"
)


def subject_of(sentence: str) -> Subject | None:
    """Who a sentence of narration is about, where it begins with that person or what is theirs."""
    found = None
    for _ in range(_MOST_OPENINGS):
        sentence = _IT_WAS.sub("", _CONNECTIVE.sub("", sentence))
        found = read_subject(sentence)
        opening = _PARTICIPLE.match(sentence) if found is None else None
        if opening is None:
            break
        sentence = sentence[opening.end() :]
    if found is None:
        return None
    subject, end = found
    owned = _POSSESSIVE.match(sentence, end) if subject.kind is SubjectKind.NAME else None
    if owned is not None:
        return subject if {(word or "").lower() for word in owned.groups()} & BODY else None
    return subject


@cache
def _subjects() -> re.Pattern[str]:
    """Compiled when it is first wanted: that takes a tenth of a second."""
    return re.compile(
        rf"(?P<first>I)\b(?![’'])|(?P<he>[Hh]e)\b(?![’'])|(?P<she>[Ss]he)\b(?![’'])"
        rf"|(?P<other>(?:{_OTHER})\b)|{_KIN}|{_NOUN}|(?P<name>{_NAME})"
    )


def read_subject(text: str) -> tuple[Subject, int] | None:
    """The subject that a text begins with, and where it ends."""
    match = _subjects().match(text)
    if match is None:
        return None
    for group, kind in _PRONOUNS.items():
        if match[group]:
            return Subject(kind, match[group] if kind is SubjectKind.FIRST else match[group].lower()), match.end()
    if match["kin"]:
        return Subject(SubjectKind.NAME, match["kin"][0].upper() + match["kin"][1:]), match.end()
    if match["name"]:
        return _named(match)
    return _noun(match)


def _named(match: re.Match[str]) -> tuple[Subject, int] | None:
    name = match["name"]
    possessive = re.search(r"[’']s?$", name)
    if possessive is not None:
        name = name[: possessive.start()]
    words = name.split()
    bare = [re.split(r"[’']", word)[0].lower().rstrip(".") for word in words]
    if all(word in NOT_NAMES for word in bare) or (bare[0] in NOT_NAMES and bare[0] not in TITLES):
        return None
    return Subject(SubjectKind.NAME, name), match.start() + len(name)


def _noun(match: re.Match[str]) -> tuple[Subject, int] | None:
    own = match["own"].lower()
    words = list(WORD.finditer(match["np"]))
    start = match.start("np")
    for index, word in enumerate(words):
        head = word[0].lower()
        bare = re.sub(r"[’']s?$", "", head)
        if noun_gender(head) is not None and not (index + 1 < len(words) and words[index + 1][0].lower() in PEOPLE):
            return Subject(SubjectKind.NOUN, match["np"][: word.end()], head, own), start + word.end()
        if bare != head and bare in PEOPLE and index + 1 < len(words) and words[index + 1][0].lower() in BODY:
            return Subject(SubjectKind.NOUN, match["np"][: word.start() + len(bare)], bare, own), start + words[
                index + 1
            ].end()
        if head in BODY and own in {"his", "her"}:
            kind = SubjectKind.HE if own == "his" else SubjectKind.SHE
            return Subject(kind, own), start + word.end()
        if head in BODY and own == "my":
            return Subject(SubjectKind.FIRST, own), start + word.end()
        if head in SPEECH_VERBS:
            return Subject(SubjectKind.OTHER, match["np"][: word.start()].strip(), "", own), start + word.start()
    return Subject(SubjectKind.OTHER, words[0][0].lower(), "", own), start + words[0].end()


def newcomers(*narration: str) -> frozenset[str]:
    """Nouns by which narration brings people in ("a waiter", "an old man"), in lower case."""
    found = (word for text in narration for match in _NEW.finditer(text) for word in WORD.findall(match["nouns"]))
    return frozenset(noun for noun in found if noun_gender(noun) is not None)


@lru_cache(maxsize=REMEMBERED)
def sentences(text: str) -> tuple[str, ...]:
    """Sentences of narration, in order."""
    return tuple(text[start:end].lstrip(" ,;—–") for start, end in sentence_spans(text, "en"))


def last_sentence(text: str) -> str:
    """The last sentence of narration; empty if there is none."""
    found = sentences(text)
    return found[-1] if found else ""

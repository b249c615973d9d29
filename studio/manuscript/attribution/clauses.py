"""Clauses beside a line of speech: who is said to speak ("said the old man"), or to do something ("He looked up.")."""

import re
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
from itertools import takewhile

from studio.manuscript.attribution.words import (
    ADVERBS_BEFORE,
    BODY,
    GESTURES,
    NOT_NAMES,
    PEOPLE,
    SPEECH_VERBS,
    TITLES,
    noun_gender,
)
from studio.manuscript.sentences import sentence_spans


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


@dataclass(frozen=True, slots=True)
class Tag:
    """A clause that says who speaks: its subject, its verb in lower case and the whole clause up to its stop."""

    subject: Subject
    verb: str
    clause: str


_CAP = r"[A-ZÀ-ÖØ-Þ][\w’'-]*"
_TITLE = rf"(?:(?:{'|'.join(sorted(t.capitalize() for t in TITLES))})\.?\s)"
_NAME = rf"(?:{_TITLE}*{_CAP}(?:\s(?:(?:de|del|della|di|da|von|van|der|den|la|le|du|of)\s)?{_CAP}|\s[A-Z]\.)*)"
_OFFICE = rf"(?<=[Tt]he\s)(?:{'|'.join(sorted(noun.capitalize() for noun in PEOPLE))})\b"
_OWN = "[Tt]he|[Aa]n?|[Mm]y|[Hh]is|[Hh]er|[Oo]ur|[Tt]heir|[Yy]our|[Tt]hat|[Tt]his|[Aa]nother"
_NOUN = rf"(?P<own>{_OWN})\s(?P<np>(?:[a-z][\w’'-]*|[A-Z][a-z]+(?:wo)?man\b|{_OFFICE})(?:\s[a-z][\w’'-]*){{0,4}})"
_OTHER = "[Tt]hey|[Ww]e|[Ii]t|[Ss]omeone|[Ss]omebody|[Aa] voice|[Vv]oices|[Ee]verybody|[Ee]veryone|[Nn]obody"
_KIN = rf"(?:[Mm]y|[Hh]is|[Hh]er|[Tt]he)\s(?P<kin>(?:[Uu]ncle|[Aa]unt|[Cc]ousin|[Bb]rother|[Ss]ister)\s{_CAP})"
_SUBJECT = re.compile(
    rf"(?P<first>I)\b(?![’'])|(?P<he>[Hh]e)\b(?![’'])|(?P<she>[Ss]he)\b(?![’'])"
    rf"|(?P<other>(?:{_OTHER})\b)|{_KIN}|{_NOUN}|(?P<name>{_NAME})"
)
_PRONOUNS = {
    "first": SubjectKind.FIRST, "he": SubjectKind.HE, "she": SubjectKind.SHE, "other": SubjectKind.OTHER,
}  # fmt: skip
_ANYBODY = re.compile(
    r"\b(?:[Tt]he|[Aa]n?|[Aa]nother)\s(?P<noun>[a-zà-ö][\w-]*(?:\s(?!(?:of|from|with|in|at|on|by|near|who|that|as|and|to|for"
    r"|had|was|were|behind|beside|beneath|under|over|into|without|after|before|when|while|but|out|up|all)\b)[a-zà-ö][\w-]*){0,3})"
)
_DEFINITE = frozenset({"the", "a", "an", "another"})
_AFTER_NOUN = SPEECH_VERBS | ADVERBS_BEFORE
_NOBODY = BODY | {"voice", "voices", "one", "other", "others", "first", "second", "third", "rest", "two", "three"}
_THINGS_TOO = frozenset({"said", "says", "read", "told", "tells", "went", "began", "announced", "declared"}) | GESTURES
"""What a letter or a bell may do before what it says."""
_MOST_ADVERBS = 4
_WORD_WINDOW = 20
_MOST_OPENINGS = 3
_LEAD = re.compile(r"[\s,;:—–-]*(?:(?:and|but|then)\s)?")
_WORD = re.compile(r"[\w’'-]+")
_STOP = re.compile(r"[.!?…;:](?=\s|$)|$")
_POSSESSIVE = re.compile(r"[’']s?\s+(\w+)(?:\s(\w+))?")
_CONNECTIVE = re.compile(
    r"^(?:Then|And|But|So|Now|Again|Presently|Suddenly|Finally|At last|Meanwhile|Still|Here|Once more),?\s"
)
_PARTICIPLE = re.compile(
    r"^(?:[A-Z]\w+ing|Without|With|After|Before|At|In|On|For|From|When|As|Then|And|But)\b[^,]*,\s*"
)


def read_tag(text: str, *, after_comma: bool, after_stop: bool = False) -> Tag | None:
    """The tag that narration after a line begins with: "said X", "X said softly", "he had asked".

    Args:
        text: narration from the end of the line to the next line or the end of the paragraph.
        after_comma: the line ended with a comma, so that any verb is one of saying.
        after_stop: it ended with a full stop, so that a capital begins another sentence, which is no tag.
    """
    lead = _LEAD.match(text)
    rest = text[lead.end() if lead else 0 :]
    clause = rest[: _stop(rest)]
    word = _WORD.match(clause)
    if word is not None and word[0] in SPEECH_VERBS:
        found = read_subject(clause[word.end() :].lstrip())
        return Tag(_speaking(found[0], clause), word[0], clause) if found else None
    found = None if after_stop and clause[:1].isupper() else read_subject(clause)
    verb = _verb_after(clause[found[1] :]) if found else None
    if found is None or verb is None:
        return None
    if verb not in SPEECH_VERBS:
        says = after_comma and verb.endswith("ed") and found[0].kind is not SubjectKind.OTHER
    else:
        says = verb not in GESTURES or after_comma or clause[:1].islower() or _speaks_like(text, verb)
    return Tag(_speaking(found[0], clause, things_too=verb in _THINGS_TOO), verb, clause) if says else None


def _speaking(subject: Subject, clause: str, *, things_too: bool = False) -> Subject:
    """The subject of a tag: whatever noun it is, it is somebody, unless it is a voice or some part of somebody."""
    named = _ANYBODY.search(clause) if subject.kind is SubjectKind.OTHER and subject.own in _DEFINITE else None
    if named is None:
        return subject
    words = list(takewhile(lambda word: word not in _AFTER_NOUN and not word.endswith("ly"), named["noun"].split()))
    if not words or words[-1] in _NOBODY or clause[named.end() :].startswith(" of "):
        return subject
    if things_too and not words[-1].endswith("s"):
        return subject
    return Subject(SubjectKind.NOUN, " ".join(words), words[-1], subject.own)


def read_lead_in(text: str) -> Tag | None:
    """The tag that narration before a line ends with: "Then X said," or "X, having sat down, resumed:"."""
    stripped = text.rstrip()
    if stripped[-1:] not in (",", ":", "—", "–") and not _ends_in_verb(stripped):
        return None
    sentence = last_sentence(stripped)
    verbs = [word.lower() for word in _WORD.findall(sentence) if word.lower() in SPEECH_VERBS]
    if not verbs and not stripped.endswith(":"):
        return None
    subject = subject_of(sentence)
    return Tag(subject, verbs[-1] if verbs else "", sentence) if subject else None


def subject_of(sentence: str) -> Subject | None:
    """Who a sentence of narration is about, where it begins with that person or what is theirs."""
    found = None
    for _ in range(_MOST_OPENINGS):
        sentence = _CONNECTIVE.sub("", sentence)
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


def read_subject(text: str) -> tuple[Subject, int] | None:
    """The subject that a text begins with, and where it ends."""
    match = _SUBJECT.match(text)
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
    words = list(_WORD.finditer(match["np"]))
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


def sentences(text: str) -> list[str]:
    """Sentences of narration, in order."""
    return [text[start:end].lstrip(" ,;—–") for start, end in sentence_spans(text, "en")]


def last_sentence(text: str) -> str:
    """The last sentence of narration; empty if there is none."""
    found = sentences(text)
    return found[-1] if found else ""


def _stop(text: str) -> int:
    position = 0
    while (match := _STOP.search(text, position)) is not None:
        word = _last_word(text[max(0, match.start() - _WORD_WINDOW) : match.start()])
        if match[0] == "." and (word.lower() in _abbreviated() or len(word) == 1) and match.end() < len(text):
            position = match.end()
            continue
        return match.start()
    return len(text)


@cache
def _abbreviated() -> frozenset[str]:
    return frozenset({"mr", "mrs", "ms", "dr", "prof", "rev", "st", "capt", "col", "lt", "sgt"})


def _last_word(text: str) -> str:
    match = re.search(r"\w+$", text[-_WORD_WINDOW:])
    return match[0] if match else ""


def _verb_after(text: str) -> str | None:
    """The verb after a subject, past adverbs and what is set off with commas."""
    text = re.sub(r"^\s*,[^,]{1,60},", "", text)
    for word in map(str.lower, _WORD.findall(text)[:_MOST_ADVERBS]):
        if word in SPEECH_VERBS or not (word.endswith("ly") or word in ADVERBS_BEFORE):
            return word
    return None


def _speaks_like(text: str, verb: str) -> bool:
    """Whether "put", "went" and the like are verbs of saying here: "put in", "went on"."""
    following = text[text.find(verb) + len(verb) :].lstrip()
    return verb in {"went", "put", "broke", "burst"} and following.startswith(("on", "in", "out"))


def _ends_in_verb(text: str) -> bool:
    return _last_word(text).lower() in SPEECH_VERBS - GESTURES

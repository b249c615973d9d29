"""Tags beside a line of speech: the clauses that say who speaks it ("said the old man")."""

import re
from dataclasses import dataclass
from functools import cache
from itertools import takewhile

from studio.manuscript.attribution.clauses import WORD, Subject, SubjectKind, last_sentence, read_subject, subject_of
from studio.manuscript.attribution.words import (
    ADVERBS_BEFORE,
    BODY,
    GESTURES,
    SPEECH_VERBS,
)


@dataclass(frozen=True, slots=True)
class Tag:
    """A clause that says who speaks: its subject, its verb in lower case and the whole clause up to its stop."""

    subject: Subject
    verb: str
    clause: str


_ANYBODY = re.compile(
    r"\b(?:[Tt]he|[Aa]n?|[Aa]nother)\s(?P<noun>(?:[a-zà-ö]|(?<=[Tt]he\s)[A-Z](?![\w-]*\s[A-Z]))[\w-]*(?:\s(?!(?:of|from|with|in|at|on|by|near|who|that|as|and|to|for"
    r"|had|was|were|behind|beside|beneath|under|over|into|without|after|before|when|while|but|out|up|all)\b)[a-zà-ö][\w-]*){0,3})"
)
_DEFINITE = frozenset({"the", "a", "an", "another"})
_AFTER_NOUN = SPEECH_VERBS | ADVERBS_BEFORE
_NOBODY = BODY | {"voice", "voices", "one", "other", "others", "first", "second", "third", "rest", "two", "three"}
_THINGS_TOO = frozenset({"said", "says", "read", "told", "tells", "went", "began", "announced", "declared"}) | GESTURES
"""What a letter or a bell may do before what it says."""
_MOST_ADVERBS = 4
_WORD_WINDOW = 20
_ANSWER = "the answer"
_WHOSE = {"his": Subject(SubjectKind.HE, "his"), "her": Subject(SubjectKind.SHE, "her")}
ANSWERS = frozenset({
    "answer", "answered", "answers", "rejoined", "rejoinder", "replied", "replies", "reply", "responded", "response",
    "retort", "retorted",
})  # fmt: skip
"""Verbs and nouns for what is said to somebody else's words."""
_CAME = re.compile(
    r"came\s(?:the|an?|(?P<whose>his|her))\s(?:\w+\s)?(?P<what>answer|reply|rejoinder|response|retort)\b"
)
_LEAD = re.compile(r"[\s,;:—–-]*(?:(?:and|but|then)\s)?")
_STOP = re.compile(r"[.!?…;:](?=\s|$)|$")


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
    came = _CAME.match(clause)
    if came is not None:
        return Tag(_WHOSE.get(came["whose"], Subject(SubjectKind.OTHER, _ANSWER)), came["what"], clause)
    word = WORD.match(clause)
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
    return Subject(SubjectKind.NOUN, " ".join(words), words[-1].lower(), subject.own)


def read_lead_in(text: str) -> Tag | None:
    """The tag that narration before a line ends with: "Then X said," or "X, having sat down, resumed:"."""
    stripped = text.rstrip()
    if stripped[-1:] not in (",", ":", "—", "–") and not _ends_in_verb(stripped):
        return None
    sentence = last_sentence(stripped)
    verbs = [word.lower() for word in WORD.findall(sentence) if word.lower() in SPEECH_VERBS]
    if not verbs and not stripped.endswith(":"):
        return None
    subject = subject_of(sentence)
    return Tag(subject, verbs[-1] if verbs else "", sentence) if subject else None


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
    for word in map(str.lower, WORD.findall(text)[:_MOST_ADVERBS]):
        if word in SPEECH_VERBS or not (word.endswith("ly") or word in ADVERBS_BEFORE):
            return word
    return None


def _speaks_like(text: str, verb: str) -> bool:
    """Whether "put", "went" and the like are verbs of saying here: "put in", "went on"."""
    following = text[text.find(verb) + len(verb) :].lstrip()
    return verb in {"went", "put", "broke", "burst"} and following.startswith(("on", "in", "out"))


def _ends_in_verb(text: str) -> bool:
    return _last_word(text).lower() in SPEECH_VERBS - GESTURES

"""The names found in a book, and which of them are people's."""

import re
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field

from studio.manuscript.attribution.clauses import Subject, SubjectKind, sentences, subject_of
from studio.manuscript.attribution.names import (
    CAP,
    GENERIC_ADDRESS,
    addressed,
    given_gender,
    introduced,
    name_of,
    trimmed,
)
from studio.manuscript.attribution.words import (
    EPITHETS,
    NOT_NAMES,
    PLACE_WORDS,
    SOMEBODY,
    TITLES,
    VOICE,
)

_CAPITALISED = re.compile(rf"{CAP}(?:\.?\s{CAP})*")
_STOP_WITHIN = re.compile(r"(?<!\b[A-Z])(?<!\bMr)(?<!\bMrs)(?<!\bMs)(?<!\bDr)(?<!\bProf)(?<!\bRev)\.\s")
_LOWER = re.compile(r"(?<![\w’'])[a-zà-ö][\w-]+")
_PLACED = re.compile(rf"\b([a-z]+)\s({CAP})")
_TITLED = re.compile(
    rf"(?<=[a-z,]\s)(?<!\b(?:of|to|at|by|as)\s)(?<!\bfor\s)(?<!\b(?:with|from|like|than)\s)(?<!\b(?:about|under|after)\s)"
    rf"(?P<name>(?:{'|'.join(sorted(title.capitalize() for title in TITLES.keys() - EPITHETS))})\.?"
    rf"\s{CAP}(?:\s{CAP})?)\s(?=[a-z]+\b)"
)
"""A name with its title as the subject of a clause within a sentence."""
_WITHIN = re.compile(
    rf"\b(?:when|while|as|that|until|before|after|because|where|since|though|if|and|but)\s(?P<name>{CAP})\s"
    rf"(?!(?:and|or|of|to|in|at|on|with|for|from|by)\b)(?=[a-z]+\b)"
    rf"|\b[Ii]t was (?P<that>{CAP}) who\b"
)
"""A name as the subject of a clause within a sentence: "when Anna came", "It was Anna who"."""
_ORIGIN = re.compile(r"(?:ish|an|ese|ic|ch)$")
"""How words for where somebody is from end: I am Irish."""
_OFTEN = 2


@dataclass(slots=True)
class Harvest:
    """Names found in a book, with how often and where.

    Attributes:
        spoken: as the subject of a tag.
        acting: as the subject of a sentence of narration.
        called: in address, within speech.
        introduced: told by who bears it.
        full: of more than one word, anywhere.
        nouns: nouns that speak in place of a name ("landlady").
    """

    spoken: Counter[str] = field(default_factory=Counter)
    acting: Counter[str] = field(default_factory=Counter)
    called: Counter[str] = field(default_factory=Counter)
    introduced: Counter[str] = field(default_factory=Counter)
    full: Counter[str] = field(default_factory=Counter)
    nouns: Counter[str] = field(default_factory=Counter)

    def add_tag(self, subject: Subject) -> None:
        """Count the subject of a tag."""
        if subject.kind is SubjectKind.NAME:
            self.spoken[subject.text] += 1
        elif subject.kind is SubjectKind.NOUN:
            self.nouns[subject.head] += 1
        elif subject.kind is SubjectKind.OTHER and subject.text in SOMEBODY:
            self.nouns[VOICE] += 1

    def add_narration(self, text: str) -> None:
        """Count the names in a stretch of narration."""
        for sentence in sentences(text):
            subject = subject_of(sentence)
            if subject is not None and subject.kind is SubjectKind.NAME:
                self.acting[subject.text] += 1
        for match in _WITHIN.finditer(text):
            name = match["name"] or match["that"]
            if name.lower() not in NOT_NAMES:
                self.acting[name] += 1
        for match in _TITLED.finditer(text):
            self.acting[match["name"]] += match["name"] not in self.acting
        self.add_full(text)

    def add_speech(self, text: str) -> None:
        """Count the names that somebody is called by in a span of speech, and full names in it."""
        for name in addressed(text):
            if name[0].isupper() and name.lower() not in GENERIC_ADDRESS:
                self.called[name] += 1
        for name, certain in introduced(text):
            if certain and (given_gender(name) or not _ORIGIN.search(name)):
                self.introduced[name] += 1
        self.add_full(text)

    def add_full(self, text: str) -> None:
        """Count names of more than one word."""
        for match in _CAPITALISED.finditer(text):
            for piece in _STOP_WITHIN.split(match[0]):
                name = trimmed(piece)
                if name and " " in name:
                    self.full[name] += 1

    def accepted(self, texts: Iterable[str]) -> set[str]:
        """Names that are people's, as far as the text tells."""
        common: set[str] = set()
        placed: Counter[str] = Counter()
        told: Counter[str] = Counter()
        for text in texts:
            common.update(_LOWER.findall(text))
            for before, name in _PLACED.findall(text):
                placed[name] += before in PLACE_WORDS
                told[name] += before not in PLACE_WORDS
        certain = {name for name in self.spoken if name_of(name).names}
        certain |= {
            name
            for name in self.introduced
            if not {part.lower() for part in name_of(name).names} & (common | NOT_NAMES)
        }
        for name in self.called | self.acting:
            parts = name_of(name)
            if not parts.names or any(part.lower() in NOT_NAMES for part in parts.names):
                continue
            known = bool(parts.titles) or bool(given_gender(parts.names[0]))
            ordinary = parts.names[0].lower() in common
            count = self.called[name] + self.acting[name]
            often = count + told[name] >= _OFTEN and placed[parts.names[0]] * 2 < count + self.acting[name]
            if known or (not ordinary and often):
                certain.add(name)
        tokens = {part for name in certain for part in name_of(name).names}
        certain |= tokens & (self.acting.keys() | self.called.keys())
        for name in self.full:
            parts = name_of(name)
            if parts.names and (parts.names[-1] in tokens or (parts.names[0] in tokens and len(parts.names) > 1)):
                certain.add(name)
        return certain

"""Names of people in a text: found beside speech, in address and in narration, and parted into title and name."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache

from studio.manuscript.attribution.clauses import REMEMBERED, read_subject
from studio.manuscript.attribution.words import (
    EPITHETS,
    FEMALE,
    FEMALE_NAMES,
    MALE,
    MALE_NAMES,
    NOT_NAMES,
    PEOPLE,
    SHORT_TITLES,
    TITLES,
)

CAP = r"[A-ZÀ-ÖØ-Þ][\w-]*(?:[’'][A-Z][\w-]*)?"
_ADDRESS = re.compile(
    rf"(?P<before>^|[,;:—–…]\s?|[.!?]\s)"
    rf"(?P<name>(?:[Oo]ld\s|[Mm]y\s(?:dear\s)?|[Dd]ear\s)?(?:{CAP}\.?\s)?{CAP}|(?:my\s|old\s)?[a-z]+(?:[’'][a-z]+)?)"
    r"(?=(?P<after>,"
    r"(?!\s(?:and|or|of course|however|too|though|(?:who|whom|whose|which|as|for)\b(?![^.!?]{0,300}\?))\b)"
    r"|[.!?…—–]|$))"
)
_SELF = re.compile(
    rf"\b(?:I[’']m|I am|[Mm]y name(?:[’']s| is)|This is|[Ii]t[’']s)\s(?P<name>(?:{CAP}\.?\s)?{CAP})(?=[,.!—…]|$)"
)
_OPENS = r"(?:^|(?:(?<!\b[A-Z][a-z])(?<!\b[A-Z][a-z]{2})\.|[!?])\s)"
_PRESENTED = re.compile(
    rf"{_OPENS}(?P<name>(?:{CAP}\.?\s)?{CAP}), (?:sir|miss|ma[’']am|madam|(?:son|daughter|widow|wife) of)\b"
    rf"|{_OPENS}(?P<full>{CAP}\s{CAP}), (?:from\s)?{CAP}(?:\s{CAP})*\."
    rf"|{_OPENS}(?P<first>(?:{CAP}\s){{0,2}}{CAP})\.\s(?:And )?(?:[Tt]his is|[Ww]e spoke)\b"
)
"""How people say who they are at the beginning of a sentence: "Strake, ma'am.", "Luis Alvarez, Tri-County."."""
_TO_YOU = re.compile(r"(?:\?\s(?:\w+\s)?|\.\s(?:\w+\s){0,3})[Yy]ou\b")
GENERIC_ADDRESS = {
    "sir": MALE, "ma'am": FEMALE, "ma’am": FEMALE, "madam": FEMALE, "miss": FEMALE, "laddie": MALE, "my lord": MALE,
    "my lady": FEMALE, "boy": MALE, "mother": FEMALE, "father": MALE, "mum": FEMALE, "mummy": FEMALE, "dad": MALE,
    "daddy": MALE, "papa": MALE, "mama": FEMALE, "son": MALE, "old man": MALE, "old girl": FEMALE, "my boy": MALE,
    "my girl": FEMALE, "captain": "", "doctor": "", "professor": "", "sergeant": "", "inspector": "", "colonel": "",
    "uncle": MALE, "aunt": FEMALE, "nurse": "", "constable": "", "major": "", "general": "", "vicar": MALE,
}  # fmt: skip
"""Words of address that are no names, in lower case, with the gender they tell."""


@dataclass(frozen=True, slots=True)
class Name:
    """A name in its parts: titles in lower case without stops and epithets, and the names proper."""

    titles: tuple[str, ...]
    names: tuple[str, ...]

    @property
    def gender(self) -> str:
        """As the title tells it, or a given name of the tables; empty if neither does."""
        told = next((TITLES[title] for title in self.titles if TITLES[title]), "")
        return told or (given_gender(self.names[0]) if len(self.names) > 1 or not self.titles else "")


def name_of(text: str) -> Name:
    """Part a name as written into titles and names."""
    words = [word.rstrip(".") if word.lower().rstrip(".") in TITLES else word for word in text.split()]
    titles: list[str] = []
    while words and words[0].lower() in TITLES and (len(words) > 1 or words[0].lower() not in EPITHETS):
        title = words.pop(0).lower()
        if title not in EPITHETS:
            titles.append(SHORT_TITLES.get(title, title))
    return Name(tuple(titles), tuple(words))


def given_gender(name: str) -> str:
    """Gender that a given name tells; empty if the tables do not know it."""
    lower = name.lower()
    return MALE if lower in MALE_NAMES else FEMALE if lower in FEMALE_NAMES else ""


def trimmed(text: str) -> str:
    """A run of capitalised words without those before the name that stand there for the sentence's sake."""
    words = text.split()
    while words and _leads(words[0]):
        words.pop(0)
    while words and words[-1].lower() in NOT_NAMES:
        words.pop()
    return " ".join(words)


def _leads(word: str) -> bool:
    bare = word.lower().rstrip(".")
    return (bare in NOT_NAMES and bare not in TITLES) or (bare.endswith("ly") and not given_gender(bare))


def unquoted(speech: str) -> str:
    """A span of speech without its marks and without what it quotes."""
    inner = speech.strip('"“”„«»‹› ')
    if inner != speech.strip():
        return _NESTED_SINGLE.sub(" … ", inner)
    return _NESTED_DOUBLE.sub(" … ", speech.strip("‘’' "))


@lru_cache(maxsize=REMEMBERED)
def addressed(speech: str, *, opening: bool = False) -> tuple[str, ...]:
    """Names and words that somebody is called by in a span of speech: "Well, Joss," "Yes, sir.".

    A sentence that is only a name counts where it ends with an exclamation or question mark, or has a comma.
    Where a conversation opens, one before "you" counts too: "Gil? You there?"
    """
    speech = _inside(speech)
    presented = {match.start("name") for match in _PRESENTED.finditer(speech)}
    found: list[str] = []
    for match in _ADDRESS.finditer(speech):
        before, name, after = match["before"].strip(), match["name"], match["after"]
        alone = before in ("", ".", "!", "?") and not (
            opening and after in (".", "?") and _TO_YOU.match(speech, match.end())
        )
        after = "." if match.end("after") == len(speech) and after == "," else after  # the comma before a tag
        lower = name.lower()
        for lead in ("old ", "my dear ", "my ", "dear "):
            if lower.startswith(lead) and lower not in GENERIC_ADDRESS:
                name, lower = name[len(lead) :], lower[len(lead) :]
        if name[:1].islower() or lower in GENERIC_ADDRESS:
            if lower in GENERIC_ADDRESS and not (alone and after == "."):
                found.append(lower)
            continue
        if (
            match.start("name") in presented
            or trimmed(name) != name
            or (alone and after in (".", "…", "?", "") and not (after == "?" and name_of(name).titles))
            or name.lower() in NOT_NAMES
        ):
            continue
        found.append(name)
    return tuple(found)


@lru_cache(maxsize=REMEMBERED)
def introduced(speech: str) -> tuple[tuple[str, bool], ...]:
    """Names by which a speaker says who he is, and whether the words leave no doubt ("It's Tom" does)."""
    own = [(match["name"] or match["full"] or match["first"], True) for match in _PRESENTED.finditer(_inside(speech))]
    found = [
        (match["name"], not match[0].lower().startswith(("it", "this"))) for match in _SELF.finditer(_inside(speech))
    ]
    return (*own, *found)


def apposed(narration: str) -> Iterator[tuple[str, str]]:
    """Names with the noun that stands beside them: "Mrs. Medley, my landlady", "my uncle Rupert"."""
    for match in _APPOSED.finditer(narration):
        head = _head(match["np"])
        if head:
            yield trimmed(match["name"]), head
    for match in _KIN.finditer(narration):
        if match["head"].lower() in PEOPLE:
            yield match["name"], match["head"].lower()


def _head(words: str) -> str:
    found = read_subject(f"the {words}")
    return found[0].head if found else ""


def _inside(speech: str) -> str:
    return speech.strip("\"“”„«»‹›‘’' ")


_NESTED_SINGLE = re.compile(r"‘[^‘“”]{1,2000}?[,.!?…—]’(?!\w)|(?<!\w)'[^'\"]{1,2000}?[,.!?…—]'(?!\w)")
_NESTED_DOUBLE = re.compile(r"“[^“”]{1,2000}”|\"[^\"]{1,2000}\"")
_APPOSED = re.compile(
    rf"(?P<name>(?:{CAP}\.?\s){{0,4}}{CAP}),\s(?:my|the|his|her|our|an?)\s(?P<np>[a-z][\w-]*(?:\s[a-z][\w-]*){{0,2}})[,.]"
)
_KIN = re.compile(rf"\b(?:[Mm]y|[Hh]is|[Hh]er|[Oo]ur|[Tt]he)\s(?:\w+\s)?(?P<head>[a-z]+),?\s(?P<name>{CAP})\b")

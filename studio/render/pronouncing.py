"""Words that are not said as they read: aliases and pronunciations put into the spoken form."""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from studio.engines.base import EngineInfo, Sound
from studio.engines.g2p.parts_of_speech import word_tag
from studio.manuscript.lexicon.entry import Notation, PartOfSpeech
from studio.manuscript.lexicon.ipa import plain_symbols
from studio.manuscript.lexicon.occurrences import Pronunciations
from studio.manuscript.lexicon.readable import readable
from studio.manuscript.parts import Words, joined_words, placed_words
from studio.spoken.form import spoken_form

_said = lru_cache(maxsize=50_000)(spoken_form)  # a novel has some 5 000 segments, and a page shows it again and again
_LETTERS: Final = "bdfgjklmnpqrstvwxz"


@dataclass(frozen=True, slots=True)
class Speaking:
    """What is known of who speaks.

    Attributes:
        phonemes: characters of the phonetic alphabet that the engine can say; empty if it takes words only.
        languages: BCP 47 tags that it can say single words in.
        lexicon: entries that hold for the voice and the book; None for none.
    """

    phonemes: frozenset[str] = frozenset()
    languages: tuple[str, ...] = ()
    lexicon: Pronunciations | None = None

    @classmethod
    def of(cls, info: EngineInfo, lexicon: Pronunciations | None = None) -> "Speaking":
        """As an engine can."""
        return cls(info.phonemes, info.languages if info.phonemes else (), lexicon)


@dataclass(frozen=True, slots=True)
class Wording:
    """A spoken form, and how stretches of it are said.

    Attributes:
        text: what is said.
        sounds: stretches with a pronunciation of their own, in order.
        problems: sentences about what was asked for and cannot be said so.
    """

    text: str
    sounds: tuple[Sound, ...] = ()
    problems: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Way:
    """How a stretch of written text is said: by an alias before all rules, or by words that no rule touches.

    Attributes:
        start: offset in the written text.
        end: offset behind it.
        alias: put there before the rules; empty for none.
        words: said in its place where there is no alias.
        ipa: how they are said, in the phonetic alphabet; empty if as they read.
        language: BCP 47 tag they are said in; empty for that of the text.
        problem: what was asked for and cannot be; empty for nothing.
    """

    start: int
    end: int
    alias: str = ""
    words: str = ""
    ipa: str = ""
    language: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Prepared:
    """Written text as the rules get it, with aliases and stand-ins in the places of words that are said otherwise.

    Attributes:
        written: the text before.
        text: the text the rules get.
        ways: how words of it are said, in order.
        stand_ins: for each of them a word that no rule knows, which stands in the text unless there is an alias.
    """

    written: str
    text: str
    ways: tuple[Way, ...] = ()
    stand_ins: tuple[str, ...] = ()


def wording(
    stretch: Sequence[Words], language: str, speaking: Speaking | None, *, heading: bool, off: frozenset[str]
) -> Wording:
    """The spoken form of neighbouring words, tags before lexicon.

    Args:
        stretch: neighbouring words of one delivery.
        language: BCP 47 tag.
        speaking: who speaks; None where nobody does yet: then only aliases of tags count.
        heading: the text announces a chapter.
        off: classes of rules of the spoken form that are not applied.
    """
    ready = prepared(stretch, language, speaking, off=off)
    said = _said(ready.text, language, heading=heading, off=off)
    return _restored(said, dict(zip(ready.stand_ins, ready.ways, strict=True))) if ready.ways else Wording(said)


def prepared(stretch: Sequence[Words], language: str, speaking: Speaking | None, *, off: frozenset[str]) -> Prepared:
    """Neighbouring words as the rules of the spoken form get them; arguments as of `wording`."""
    written = joined_words(stretch)
    ways = _ways(stretch, written, language, speaking, off)
    stand_ins = _stand_ins(written, len(ways))
    pieces: list[str] = []
    done = 0
    for way, stand_in in zip(ways, stand_ins, strict=True):
        shaped = stand_in.upper() if written[way.start : way.end].isupper() else stand_in
        pieces += [written[done : way.start], way.alias or shaped]
        done = way.end
    return Prepared(written, "".join([*pieces, written[done:]]), tuple(ways), tuple(stand_ins))


def _restored(said: str, ways: dict[str, Way]) -> Wording:
    """The spoken form with the words in place of their stand-ins."""
    text, done = "", 0
    sounds: list[Sound] = []
    for match in re.finditer("|".join(ways), said, re.IGNORECASE):
        way = ways[match[0].capitalize()]
        text += said[done : match.start()]
        if way.ipa or way.language:
            sounds.append(Sound(len(text), len(text) + len(way.words), way.ipa, way.language))
        text += way.words
        done = match.end()
    problems = tuple(dict.fromkeys(way.problem for way in ways.values() if way.problem))
    return Wording(text + said[done:], tuple(sounds), problems)


def _ways(
    stretch: Iterable[Words], written: str, language: str, speaking: Speaking | None, off: frozenset[str]
) -> list[Way]:
    ways: list[Way] = []
    for start, part in placed_words(stretch):
        if isinstance(part, Words) and part.said is not None:
            end = start + len(part.text)
            if part.said.kind == "lang":
                way = _in_language(start, part.text, part.said.value, language, speaking, off)
            else:
                notation = part.said.notation or Notation.ALIAS
                respelled = part.said.value.lower() if notation is Notation.RESPELLING else ""
                way = _way(start, end, part.text, part.said.value, part.said.ipa(language), respelled, speaking)
            if way is not None:
                ways.append(way)
    if speaking is not None and speaking.lexicon is not None:
        tag = word_tag if language.partition("-")[0].lower() == "en" else _tag_nothing
        taken = [(way.start, way.end) for way in ways]
        for each in speaking.lexicon.find(written, tag):
            if all(each.end <= start or end <= each.start for start, end in taken):
                entry, words = each.entry, written[each.start : each.end]
                respelled = entry.words() if entry.notation is Notation.RESPELLING else ""
                way = _way(each.start, each.end, words, entry.said, entry.ipa(language), respelled, speaking)
                ways += [] if way is None else [way]
    return sorted(ways, key=lambda way: way.start)


def _way(
    start: int, end: int, words: str, value: str, ipa: str, respelled: str, speaking: Speaking | None
) -> Way | None:
    if not ipa:
        return Way(start, end, alias=value)
    if speaking is None:
        return None
    if not speaking.phonemes or not any(map(str.isalnum, words)):
        return Way(start, end, words=respelled or readable(ipa))
    strangers = sorted(plain_symbols(ipa) - speaking.phonemes)
    if strangers:
        problem = f"'{words}' is read as it is written: this voice cannot say {', '.join(strangers)}."
        return Way(start, end, alias=words, problem=problem)
    return Way(start, end, words=words, ipa=ipa)


def _in_language(
    start: int, words: str, tag: str, language: str, speaking: Speaking | None, off: frozenset[str]
) -> Way | None:
    tongue, end = tag.partition("-")[0].lower(), start + len(words)
    if speaking is None or tongue == language.partition("-")[0].lower() or not any(map(str.isalnum, words)):
        return None
    same = [each for each in speaking.languages if each.partition("-")[0] == tongue]
    if not same:
        problem = f"'{words}' is read like the words around it: this voice cannot say '{tag}' here."
        return Way(start, end, alias=words, problem=problem)
    nearest = next((each for each in same if each.lower() == tag.lower()), same[0])
    return Way(start, end, words=_said(words, nearest, off=off), language=nearest)


def _tag_nothing(text: str, offset: int) -> PartOfSpeech | None:
    """Nothing is known of the words of other languages."""
    del text, offset
    return None


def _stand_ins(written: str, count: int) -> list[str]:
    """Words that no rule knows, as many as needed, none of them in the text."""
    lower = written.lower()
    found: list[str] = []
    number = 0
    while len(found) < count:
        first, second = divmod(number, len(_LETTERS))
        word = f"Zq{_LETTERS[first % len(_LETTERS)]}{_LETTERS[second]}{'v' * (1 + first // len(_LETTERS))}q"
        number += 1
        if word.lower() not in lower:
            found.append(word)
    return found

"""The cast of a book as its lines tell it: who speaks how much, and what is known of each."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import dataclass

from studio.manuscript.attribution.speakers import Attribution, Line

_BEST_CHARS = 80


@dataclass(frozen=True, slots=True)
class Role:
    """Somebody who speaks in the book.

    Attributes:
        name: of the role.
        aliases: other names and nouns for the same person, in order of the alphabet.
        gender: "male", "female" or empty.
        age: "child", "young", "old" or empty.
        narrator: tells the story as well.
        lines: spans of speech.
        sure: how many of them need no review.
        words: how much there is to say.
        samples: lines to hear a voice with: sure ones first, then those nearest to one breath in length.
        portrait: the words gender and age were told from.
    """

    name: str
    aliases: tuple[str, ...]
    gender: str
    age: str
    narrator: bool
    lines: int
    sure: int
    words: int
    samples: tuple[Line, ...]
    portrait: tuple[str, ...] = ()


def roles_of(attribution: Attribution, *, samples: int = 3) -> tuple[Role, ...]:
    """The roles that have lines, those with the most words first.

    Args:
        attribution: of a book.
        samples: how many sample lines each gets at most.
    """
    spoken: defaultdict[str, list[Line]] = defaultdict(list)
    for line in attribution.lines:
        if line.speaker is not None:
            spoken[line.speaker].append(line)
    roles = []
    for person in attribution.people:
        own = spoken.pop(person.name, [])
        if own:
            roles.append(
                Role(
                    name=person.name,
                    aliases=tuple(
                        sorted(
                            alias
                            for alias in person.aliases
                            if alias not in {person.name, person.name.removeprefix("the "), "I"}
                        )
                    ),
                    gender=person.gender,
                    age=person.age,
                    narrator=person.narrator,
                    lines=len(own),
                    sure=sum(line.sure for line in own),
                    words=sum(len(line.text.split()) for line in own),
                    samples=_samples(own, samples),
                    portrait=person.portrait,
                )
            )
    return tuple(sorted(roles, key=lambda role: (-role.words, role.name)))


def _samples(lines: Sequence[Line], count: int) -> tuple[Line, ...]:
    best = sorted(lines, key=lambda line: (not line.sure, abs(len(line.text) - _BEST_CHARS)))[:count]
    return tuple(sorted(best, key=lambda line: (line.chapter, line.block, line.start)))

"""Names that only people in the book use ("Yes, Millie"), given to whoever answers to them."""

from collections import defaultdict
from collections.abc import Sequence

from studio.manuscript.attribution.names import addressed
from studio.manuscript.attribution.people import People
from studio.manuscript.attribution.turns import STRANGER, Gap, Turn

_SHARE = 0.6
_MASS = 0.9
_ANSWERED = 0.5


def find_aliases(
    chapters: Sequence[tuple[Sequence[Turn], Sequence[dict[int, float]]]], people: People
) -> list[tuple[int, int]]:
    """Pairs of a name nobody in the narration bears and the person who answers when it is called.

    Args:
        chapters: turns of each chapter with the probability of each person.
        people: of the book.
    """
    answers: defaultdict[int, defaultdict[int, float]] = defaultdict(lambda: defaultdict(float))
    for turns, chances in chapters:
        for index, turn in enumerate(turns[:-1]):
            told = [(chances[index + 1], 1.0), (chances[index], -1.0)]
            if index and turn.gap is Gap.NONE:
                told.append((chances[index - 1], _ANSWERED))
            for name in _unborne(turn.text, people):
                _add(answers[name], told)
    pairs = []
    for name, shares in answers.items():
        fitting = {who: share for who, share in shares.items() if who == STRANGER or _may_be(name, who, people)}
        if not fitting:
            continue
        best = max(fitting, key=lambda who: fitting[who])
        total = sum(share for share in fitting.values() if share > 0)
        if best != STRANGER and fitting[best] >= max(_MASS, _SHARE * total):
            pairs.append((name, best))
    return pairs


def find_present(people: People) -> list[int]:
    """People who are only called, by a surname with a title, and can be nobody the narration has by a name.

    They are there, though it may have no more than "the old woman" for them.

    Args:
        people: of the book, after aliases were joined.
    """
    able = [who for who, person in enumerate(people.persons) if person.seen and (person.named or person.narrator)]
    return [
        name
        for name, person in enumerate(people.persons)
        if person.called
        and not person.seen
        and person.surnames
        and person.gender
        and not any(_may_be(name, who, people) for who in able)
    ]


def _add(answers: defaultdict[int, float], told: Sequence[tuple[dict[int, float], float]]) -> None:
    for chances, weight in told:
        for who, share in chances.items():
            answers[who] += weight * share


def _may_be(name: int, who: int, people: People) -> bool:
    """Whether a name may be a person's: not of another gender, nor beside another given name."""
    one, other = people.persons[name], people.persons[who]
    if name == who or (one.gender and other.gender and one.gender != other.gender):
        return False
    if one.surnames and other.surnames and not one.surnames & other.surnames:
        return False
    return not (one.given and other.given) or bool(one.given & other.given)


def _unborne(text: str, people: People) -> set[int]:
    found = {people.named(name) for name in addressed(text)}
    return {who for who in found if who is not None and not people.persons[who].seen}

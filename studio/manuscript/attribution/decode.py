"""The likeliest speakers of a conversation: a hidden Markov model of the second order over its turns.

Its states are who speaks and who spoke before. Cues give what speaks for each person in a turn; moving on from turn to
turn favours that two people speak by turns. Forward and backward sums give the probability of each person in each turn
(L. R. Rabiner, "A Tutorial on Hidden Markov Models", Proc. IEEE 77, 1989, section III; states of order two as pairs).
"""

import math
from collections import defaultdict
from collections.abc import Sequence

from studio.manuscript.attribution.people import People
from studio.manuscript.attribution.scenes import Surroundings
from studio.manuscript.attribution.turns import STRANGER, Gap, Turn

_Pairs = dict[tuple[int, int], float]
_MOST = 8
_TAGGED = 5.0
_HOPELESS = 10.0
_REACH_TURNS = 10.0
_REACH_WORDS = 250.0
_FLOOR = 0.02
_MOST_NEAR = 2.0
_ACROSS_BREAK = 0.3
_YET_TO_COME = 0.5
_GONE = 0.1
_STRANGER_PRIOR = -3.5
_SAME = {Gap.NONE: -3.5, Gap.NARRATION: -0.6, Gap.SCENE: 0.0, Gap.WITHIN: -1.0}
_AGAIN = {Gap.NONE: 1.1, Gap.NARRATION: 0.4, Gap.SCENE: 0.0, Gap.WITHIN: 0.0}


def presence(
    turns: Sequence[Turn],
    around: Sequence[Surroundings],
    persons: Sequence[int],
    likely: Sequence[dict[int, float]] = (),
) -> list[dict[int, float]]:
    """How near each person is in each turn, in natural logarithms.

    Args:
        turns: of a chapter.
        around: what is told around each.
        persons: indexes of those who may speak.
        likely: how likely each of those whom the narration never shows speaks in each turn, as far as is known by now.
    """
    near: list[defaultdict[int, float]] = [defaultdict(float) for _ in turns]
    fade = math.exp(-1 / _REACH_TURNS)
    for order in (range(len(turns)), range(len(turns) - 1, -1, -1)):
        forward = order.step > 0
        carried: dict[int, float] = {}
        for index in order:
            later = index if forward else index + 1
            if later < len(turns):
                factor = fade * math.exp(-around[later].words / _REACH_WORDS)
                factor *= _ACROSS_BREAK if turns[later].gap is Gap.SCENE else 1.0
                carried = {
                    who: value * factor * (_GONE if who in around[later].gone else 1.0)
                    for who, value in carried.items()
                    if value > _FLOOR / 2
                }
            for who, value in carried.items():
                near[index][who] += value if forward else value * _YET_TO_COME
            for who, value in around[index].signs.items():
                carried[who] = carried.get(who, 0.0) + value
                if forward:
                    near[index][who] += value
            for who, value in likely[index].items() if likely else ():
                carried[who] = carried.get(who, 0.0) + value
    allowed = set(persons)
    return [
        {who: math.log(_FLOOR + min(value, _MOST_NEAR)) for who, value in one.items() if who in allowed} for one in near
    ]


def speakers(turns: Sequence[Turn], near: Sequence[dict[int, float]], people: People) -> list[dict[int, float]]:
    """Probability of each person in each turn.

    Args:
        turns: of a chapter, weighed.
        near: as `presence` gives it.
        people: of the book.
    """
    if not turns:
        return []
    chances = [_chances(turn, one, people) for turn, one in zip(turns, near, strict=True)]
    forward: list[_Pairs] = [{(STRANGER - 1, who): value for who, value in chances[0].items()}]
    for index in range(1, len(turns)):
        forward.append(_moved_on(forward[-1], chances[index], turns[index].gap))
    backward: _Pairs = dict.fromkeys(forward[-1], 1.0)
    found = [_shares(forward[-1], backward)]
    for index in range(len(turns) - 1, 0, -1):
        backward = _moved_back(forward[index - 1], backward, chances[index], turns[index].gap)
        found.append(_shares(forward[index - 1], backward))
    return found[::-1]


def _moved_on(forward: _Pairs, chances: dict[int, float], gap: Gap) -> _Pairs:
    """Weights of (last, who) at a turn from those of (before, last) at the turn before it."""
    again = math.exp(_AGAIN[gap]) - 1
    reached: defaultdict[int, float] = defaultdict(float)
    for (_, last), value in forward.items():
        reached[last] += value
    moved = {}
    for who, chance in chances.items():
        for last, total in reached.items():
            if who == last:
                ways = total * _same(who, gap)
            else:
                ways = total + (again * forward.get((who, last), 0.0) if who != STRANGER else 0.0)
            moved[last, who] = ways * chance
    return _levelled(moved)


def _moved_back(forward: _Pairs, backward: _Pairs, chances: dict[int, float], gap: Gap) -> _Pairs:
    """Weights of (before, last) at a turn from those of (last, who) at the turn after it."""
    again = math.exp(_AGAIN[gap]) - 1
    onward: defaultdict[int, float] = defaultdict(float)
    for (last, who), value in backward.items():
        onward[last] += value * chances[who] * (_same(who, gap) if who == last else 1.0)
    moved = {}
    for before, last in forward:
        ways = onward[last]
        if before not in {last, STRANGER} and before in chances:
            ways += again * backward[last, before] * chances[before]
        moved[before, last] = ways
    return _levelled(moved)


def _same(who: int, gap: Gap) -> float:
    """How likely somebody goes on speaking; strangers may be two."""
    return math.exp(_SAME[gap] / 2 if who == STRANGER else _SAME[gap])


def _chances(turn: Turn, near: dict[int, float], people: People) -> dict[int, float]:
    """How likely each person speaks a turn by itself, the likeliest being 1; hopeless ones are left out."""
    best = sorted(near, key=lambda who: near[who] + turn.told.get(who, 0.0), reverse=True)[:_MOST]
    scores = {who: near[who] + turn.told.get(who, 0.0) for who in best}
    for who, weight in turn.told.items():
        if who not in scores and weight > _TAGGED and who != STRANGER and people.persons[who].seen:
            scores[who] = math.log(_FLOOR) + weight
    scores[STRANGER] = _STRANGER_PRIOR + turn.told.get(STRANGER, 0.0)
    top = max(scores.values())
    return {who: math.exp(score - top) for who, score in scores.items() if score >= top - _HOPELESS}


def _levelled(values: _Pairs) -> _Pairs:
    top = max(values.values())
    return {key: value / top for key, value in values.items()}


def _shares(forward: _Pairs, backward: _Pairs) -> dict[int, float]:
    shares: defaultdict[int, float] = defaultdict(float)
    for (before, who), value in forward.items():
        shares[who] += value * backward[before, who]
    total = sum(shares.values())
    return {who: share / total for who, share in shares.items()}

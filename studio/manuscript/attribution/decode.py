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

_MOST = 8
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
_AGAIN = {Gap.NONE: 1.5, Gap.NARRATION: 0.4, Gap.SCENE: 0.0, Gap.WITHIN: 0.0}


def presence(turns: Sequence[Turn], around: Sequence[Surroundings], persons: Sequence[int]) -> list[dict[int, float]]:
    """How near each person is in each turn, in natural logarithms.

    Args:
        turns: of a chapter.
        around: what is told around each.
        persons: indexes of those who may speak.
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
    scores = [_scores(turn, one, people) for turn, one in zip(turns, near, strict=True)]
    states = [list(one) for one in scores]
    forward: list[dict[tuple[int, int], float]] = [{(STRANGER - 1, who): score for who, score in scores[0].items()}]
    for index in range(1, len(turns)):
        gap = turns[index].gap
        sums: dict[tuple[int, int], float] = {}
        reached: defaultdict[int, list[tuple[int, float]]] = defaultdict(list)
        for (before, last), value in forward[-1].items():
            reached[last].append((before, value))
        for who in states[index]:
            for last, ends in reached.items():
                ways = [value + _step(before, last, who, gap) for before, value in ends]
                sums[last, who] = _log_sum(ways) + scores[index][who]
        forward.append(_levelled(sums))
    backward: dict[tuple[int, int], float] = dict.fromkeys(forward[-1], 0.0)
    found: list[dict[int, float]] = []
    for index in range(len(turns) - 1, -1, -1):
        found.append(_shares(forward[index], backward))
        if not index:
            break
        gap = turns[index].gap
        earlier: dict[tuple[int, int], float] = {}
        for before, last in forward[index - 1]:
            ways = [backward[last, who] + scores[index][who] + _step(before, last, who, gap) for who in states[index]]
            earlier[before, last] = _log_sum(ways)
        backward = _levelled(earlier)
    return found[::-1]


def _scores(turn: Turn, near: dict[int, float], people: People) -> dict[int, float]:
    best = sorted(near, key=lambda who: near[who] + turn.told.get(who, 0.0), reverse=True)[:_MOST]
    scores = {who: near[who] + turn.told.get(who, 0.0) for who in best}
    for who, weight in turn.told.items():
        if who not in scores and weight > 5 and who != STRANGER and people.persons[who].seen:  # noqa: PLR2004  (a tag)
            scores[who] = math.log(_FLOOR) + weight
    scores[STRANGER] = _STRANGER_PRIOR + turn.told.get(STRANGER, 0.0)
    least = max(scores.values()) - _HOPELESS
    return {who: score for who, score in scores.items() if score >= least}


def _step(before: int, last: int, who: int, gap: Gap) -> float:
    if who == last:
        return _SAME[gap] if who != STRANGER else _SAME[gap] / 2
    return _AGAIN[gap] if who == before and who != STRANGER else 0.0


def _log_sum(values: Sequence[float]) -> float:
    top = max(values)
    return top + math.log(sum(math.exp(value - top) for value in values))


def _levelled(values: dict[tuple[int, int], float]) -> dict[tuple[int, int], float]:
    top = max(values.values())
    return {key: value - top for key, value in values.items()}


def _shares(forward: dict[tuple[int, int], float], backward: dict[tuple[int, int], float]) -> dict[int, float]:
    joint = {key: value + backward[key] for key, value in forward.items()}
    total = _log_sum(list(joint.values()))
    shares: defaultdict[int, float] = defaultdict(float)
    for (_, who), value in joint.items():
        shares[who] += math.exp(value - total)
    return dict(shares)

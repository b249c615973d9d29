"""The built-in voices nearest to a person, at once, from the bank."""

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

import numpy as np

from studio.render.match.bank import load_bank
from studio.render.match.values import Candidate

if TYPE_CHECKING:  # who asks for nothing but the names of these values need not load the encoders
    from studio.render.match.person import Person

NEAREST: Final = 3
_FINALISTS: Final = 5
_FREE_ST: Final = 3.0
_PENALTY_PER_ST: Final = 0.02
_FARTHEST_ST: Final = 12.0


@dataclass(frozen=True, slots=True)
class RankedVoice:
    """A candidate, and how near the judge finds it before anything is done to it.

    Attributes:
        candidate: the built-in voice.
        judge_likeness: CAM++ cosine of its print to the person's held-out speech; it had no part in the ranking.
        floor: mean of the built-in voices of that sex.
        ceiling: of the person's own other speech.
        share: of the way from floor to ceiling, 0 to 1; can be below 0.
    """

    candidate: Candidate
    judge_likeness: float
    floor: float
    ceiling: float
    share: float


def rank(person: "Person", count: int = NEAREST) -> tuple[Candidate, ...]:
    """Built-in voices, nearest first.

    GE2E compares timbre. Pitch can be set, but a voice that is moved far loses its likeness: beyond three semitones,
    each costs 0.02. That keeps women from being ranked first for a man, which the encoders alone do at times. Its first
    five of one sex are put in order by CAM++, on speech of the person that neither the search nor the final
    measurement hears: where only one encoder finds a voice near, it mostly is not.

    Args:
        person: whom to come near to.
        count: how many.
    """
    bank = load_bank()
    likeness = bank.resemblyzer @ np.array(person.enrolled.resemblyzer)
    apart_st = 12 * np.log2(person.pitch_hz / bank.pitch_hz)
    penalty = _PENALTY_PER_ST * np.clip(np.abs(apart_st) - _FREE_ST, 0, _FARTHEST_ST)
    by_timbre = np.argsort(penalty - likeness, kind="stable")
    same_sex = by_timbre[bank.female[by_timbre] == bank.female[by_timbre[0]]]
    agreed = bank.campplus @ np.array(person.choice.campplus)
    finalists = sorted(same_sex[:_FINALISTS].tolist(), key=lambda row: -agreed[row])
    order = [*finalists, *(row for row in by_timbre.tolist() if row not in finalists)][:count]
    return tuple(
        Candidate(
            voice_id=bank.voice_ids[row],
            likeness=float(likeness[row]),
            pitch_hz=float(bank.pitch_hz[row]),
            pitch_st=float(np.clip(apart_st[row], -_FARTHEST_ST, _FARTHEST_ST)),
            pitch_range=range_factor(person.range_st, float(bank.range_st[row])),
        )
        for row in order
    )


def judged(person: "Person", candidate: Candidate, bounds: Callable[..., tuple[float, float]]) -> RankedVoice:
    """How near the judge finds a candidate as it is.

    Args:
        person: whom it is to come near to.
        candidate: a built-in voice.
        bounds: gives floor and ceiling, as `studio.render.match.tuning.bounds`.
    """
    bank = load_bank()
    row = bank.voice_ids.index(candidate.voice_id)
    floor, ceiling = bounds(person, female=bool(bank.female[row]))
    likeness = float(bank.campplus[row] @ np.array(person.held_out.campplus))
    share = (likeness - floor) / (ceiling - floor) if ceiling > floor else 0.0
    return RankedVoice(candidate, likeness, floor, ceiling, share)


def range_factor(wanted_st: float, own_st: float) -> float:
    """Factor from one pitch range to another, held to what still sounds like speech."""
    factor = wanted_st / own_st if own_st > 0 else 1.0
    return min(1.6, max(0.6, factor)) if math.isfinite(factor) else 1.0

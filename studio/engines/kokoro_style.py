"""A style for Kokoro that no pack holds: a blend of packs, moved, with a pitch of its own. What a voice match is."""

import json
import math
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final, Self

import numpy as np
import numpy.typing as npt

from studio.core.errors import InputError
from studio.core.hashing import canonical_json

STYLE_SIZE: Final = 256
LARGEST_OFFSET: Final = 2.0
"""Per number of a style; the packs differ from each other by about 0.2, and by 3 at the most."""

FARTHEST_PITCH_ST: Final = 12.0
RANGES: Final = (0.5, 2.0)
_LARGEST_BYTES: Final = 50_000
_MOST_PACKS: Final = 54
_DIGITS: Final = 5

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class MatchedStyle:
    """How a matched voice is made of Kokoro's own.

    Attributes:
        packs: ids of built-in voices with their shares, which sum to 1.
        offset: 256 numbers added to every style vector of the blend; empty for none.
        pitch_st: semitones by which every line is moved.
        pitch_range: factor on the pitch range.
    """

    packs: tuple[tuple[str, float], ...]
    offset: tuple[float, ...] = ()
    pitch_st: float = 0.0
    pitch_range: float = 1.0

    def to_bytes(self) -> bytes:
        """As JSON, the same bytes for the same style."""
        return canonical_json({
            "packs": [[name, round(share, _DIGITS)] for name, share in self.packs],
            "offset": [round(number, _DIGITS) for number in self.offset],
            "pitch_st": round(self.pitch_st, _DIGITS),
            "pitch_range": round(self.pitch_range, _DIGITS),
        })  # fmt: skip

    @classmethod
    def from_bytes(cls, data: bytes) -> Self:
        """As `to_bytes` wrote it.

        Raises:
            InputError: these are not the bytes of a style, or its numbers are out of bounds.
        """
        try:
            found = json.loads(data) if len(data) <= _LARGEST_BYTES else None
            style = cls._of(found)
        except (ValueError, TypeError, KeyError, RecursionError, OverflowError) as error:
            raise InputError("this is no voice match", hint="Make it again: studio voices match.") from error
        if not style.within_bounds():
            raise InputError("the numbers of this voice match are out of bounds", hint="Make it again.")
        return style

    @classmethod
    def _of(cls, found: Any) -> Self:
        packs = tuple((str(name), float(share)) for name, share in found["packs"])
        offset = tuple(float(number) for number in found["offset"])
        return cls(packs, offset, float(found["pitch_st"]), float(found["pitch_range"]))

    def within_bounds(self) -> bool:
        """Whether every number is one that a match can have."""
        shares = [share for _, share in self.packs]
        return (
            1 <= len(self.packs) <= _MOST_PACKS
            and all(0 <= share <= 1 for share in shares)
            and math.isclose(sum(shares), 1.0, abs_tol=1e-3)
            and len(self.offset) in {0, STYLE_SIZE}
            and all(abs(number) <= LARGEST_OFFSET for number in self.offset)
            and abs(self.pitch_st) <= FARTHEST_PITCH_ST
            and RANGES[0] <= self.pitch_range <= RANGES[1]
        )

    def styles(self, packs: Mapping[str, npt.NDArray[np.float16]]) -> Floats:
        """The style vectors, float32 [510, 256].

        Args:
            packs: float16 [510, 256] of each pack it is made of.
        """
        if len(self.packs) == 1 and not self.offset:
            return packs[self.packs[0][0]].astype(np.float32)
        blend = sum((np.float32(share) * packs[name].astype(np.float32) for name, share in self.packs), np.float32(0))
        return np.asarray(blend + np.asarray(self.offset or 0.0, np.float32), np.float32)

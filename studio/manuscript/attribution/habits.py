"""How each person addresses others ("sir", "laddie", "dear"), learned from lines whose speaker is known well."""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Sequence

from studio.manuscript.attribution.turns import Turn

_WORDS = frozenset({
    "sir", "ma'am", "madam", "miss", "laddie", "dear", "darling", "horse", "boy", "old", "girl", "lad", "love",
    "sweetheart", "mate", "pal", "chap", "fellow", "m'lord", "lord",
    "father", "mother", "papa", "mama", "dad", "mum", "uncle", "aunt", "auntie",
})  # fmt: skip
_KNOWN = 0.95
_FEWEST = 3
_MOST_WEIGHT = 1.0


class Habits:
    """What speaks for each person in a line, by the words of address in it; nothing until it is `learned`."""

    def __init__(self) -> None:
        self._weights: dict[str, dict[int, float]] = {}

    @classmethod
    def learned(cls, turns: Sequence[tuple[str, dict[int, float]]]) -> "Habits":
        """Habits as the lines of a book show them.

        Args:
            turns: what is said, and the probability of each person saying it.
        """
        spoken: Counter[int] = Counter()
        used: defaultdict[str, Counter[int]] = defaultdict(Counter)
        for text, chances in turns:
            who = max(chances, key=lambda person: chances[person])
            if chances[who] < _KNOWN:
                continue
            spoken[who] += 1
            for word in _found(text):
                used[word][who] += 1
        habits = cls()
        total = sum(spoken.values())
        for word, counts in used.items():
            if (uses := sum(counts.values())) < _FEWEST:
                continue
            mean = uses / total
            for who, lines in spoken.items():
                ratio = math.log((counts[who] + 2 * mean) / (lines + 2) / mean)
                habits._weights.setdefault(word, {})[who] = max(-_MOST_WEIGHT, min(_MOST_WEIGHT, ratio))
        return habits

    def weigh(self, turns: Sequence[Turn]) -> None:
        """Add to what the turns tell."""
        for turn in turns:
            for word in _found(turn.text):
                for who, weight in self._weights.get(word, {}).items():
                    turn.told[who] += weight


def _found(text: str) -> set[str]:
    return {word for word in re.findall(r"[a-z']+", text.lower().replace("’", "'")) if word in _WORDS}

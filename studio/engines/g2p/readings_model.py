"""A linear model that tells which reading of a word is meant, from the words around it.

Trained by `train_readings.py` on 14,000 sentences whose homographs people labelled. A score above zero means "a verb"
for a word whose readings differ by part of speech, and the less usual sense for the words in `SENSES`.
"""

import gzip
from collections.abc import Iterator, Sequence
from functools import cache
from typing import Final

from studio.engines.g2p.lexicon import DATA
from studio.engines.g2p.syntax import neighbours, part_of_speech, tells_of_the_past, word_class

SENSES: Final = {
    "aged": "ATTRIBUTE",
    "bass": "VOICE",
    "blessed": "ATTRIBUTE",
    "dove": "VERB",
    "invalid": "NOUN",
    "lead": "METAL",
    "learned": "ATTRIBUTE",
    "live": "ATTRIBUTE",
    "lives": "VERB",
    "minute": "TINY",
    "read": "VBD",
    "sow": "NOUN",
    "wound": "VBD",
}
"""Words that the model knows one by one, and the reading that a score above zero speaks for."""

_REACH: Final = 8


def features(words: Sequence[str], index: int) -> Iterator[str]:
    """What the model looks at; words in lower case, marks included."""
    word = words[index]
    around = [words[place] if 0 <= place < len(words) else "" for place in range(index - 2, index + 3)]
    far_left, left, _, right, far_right = around
    skipped_left, skipped_right = neighbours(words, index)
    kind = part_of_speech(words, index)
    left_class, right_class = word_class(left), word_class(right)
    near = [
        f"kind {kind}",
        f"left {left}",
        f"right {right}",
        f"left-class {left_class}",
        f"right-class {right_class}",
        f"between {word_class(skipped_left)} {word_class(skipped_right)}",
        f"ending {left[-3:]} _",
        f"ending _ {right[-3:]}",
    ]
    yield from near
    if word not in SENSES:
        yield f"both {left_class} {right_class}"
        yield f"before {word_class(far_left)} {left_class}"
        yield f"after {right_class} {word_class(far_right)}"
        yield f"far-left {far_left}"
        yield f"far-right {far_right}"
        yield f"own-ending {word[-3:]}"
        yield f"plural {word.endswith('s')} {left_class} {right_class}"
    yield f"{word}|"
    yield f"{word}|tale {tells_of_the_past(words, index)}"
    yield from (f"{word}|{feature}" for feature in near)
    for other in {*words[max(0, index - _REACH) : index], *words[index + 1 : index + 1 + _REACH]}:
        if other.isalpha():
            yield f"{word}|near {other}"


def usable(feature: str, word: str) -> bool:
    """Whether a feature counts for a word: what is true of verbs in general says nothing about lead and lead."""
    return "|" in feature or word not in SENSES


@cache
def _weights() -> dict[str, float]:
    lines = gzip.decompress((DATA / "readings.tsv.gz").read_bytes()).decode().splitlines()
    return {feature: float(weight) for feature, weight in (line.split("\t") for line in lines)}


def score(words: Sequence[str], index: int) -> float:
    """Above zero: the verb, or the sense that `SENSES` names; words in lower case."""
    weights = _weights()
    return sum(weights.get(feature, 0.0) for feature in features(words, index) if usable(feature, words[index]))

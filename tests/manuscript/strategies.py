"""Values of the grammar for property tests."""

from itertools import pairwise

from hypothesis import strategies as st

from studio.manuscript.delivery import Delivery, presets
from studio.manuscript.tags import EVENTS, Event, Part, Rest, Words


def _hundredths(low: int, high: int) -> st.SearchStrategy[float]:
    return st.integers(low * 100, high * 100).map(lambda number: number / 100)


DELIVERIES = st.one_of(
    st.sampled_from([Delivery(name) for name in presets()]),
    st.builds(
        Delivery,
        preset=st.sampled_from(sorted(presets())),
        intensity=st.integers(0, 150).map(lambda number: number / 100),
        rate_percent=_hundredths(-50, 100),
        pitch_st=_hundredths(-12, 12),
        range_percent=_hundredths(-90, 200),
        volume_db=_hundredths(-20, 20),
    ),
)
_CHARACTERS = st.characters(exclude_categories=["Cs", "Cc", "Cn"])
_TOKENS = st.sampled_from(
    [
        "[",
        "]",
        "{",
        "}",
        "\\",
        "[sad]",
        "{.sad}",
        "]{sad}",
        "“",
        "”",
        ",",
        ".",
        "'",
        "word",
        "Yes.",
        "<b>",
        "&amp;",
        "…",
    ]
)
WORDS = (
    st.lists(st.one_of(_TOKENS, st.text(_CHARACTERS, max_size=5), st.just(" ")), min_size=1, max_size=8)
    .map(lambda pieces: " ".join("".join(pieces).split()))
    .filter(bool)
)


def _normal(parts: list[Part]) -> tuple[Part, ...]:
    alike = {
        index
        for index, (before, part) in enumerate(pairwise(parts), start=1)
        if isinstance(before, Words) and isinstance(part, Words) and before.delivery == part.delivery
    }
    return tuple(part for index, part in enumerate(parts) if index not in alike)


PARTS = st.lists(
    st.one_of(
        st.builds(Words, WORDS, DELIVERIES),
        st.builds(Rest, st.integers(50, 10_000).map(lambda number: number / 1000)),
        st.builds(Event, st.sampled_from(EVENTS)),
    ),
    max_size=8,
).map(_normal)
"""Parts as reading gives them: words folded, neighbouring words in different deliveries."""

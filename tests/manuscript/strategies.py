"""Values of the grammar for property tests."""

from dataclasses import replace

from hypothesis import strategies as st

from studio.manuscript.delivery import NEUTRAL, Delivery, presets
from studio.manuscript.tags import EVENTS, Event, Part, Rest, Said, Words


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


def normal(parts: list[Part]) -> tuple[Part, ...]:
    """Neighbouring words of one delivery stay where one of them is said in a way of its own; only they can be glued."""
    kept: list[Part] = []
    for part in parts:
        before = kept[-1] if kept else None
        if isinstance(part, Words):
            alike = isinstance(before, Words) and before.delivery == part.delivery
            if alike and isinstance(before, Words) and before.said is None and part.said is None:
                continue
            kept.append(replace(part, glued=part.glued and alike))
        else:
            kept.append(part)
    return tuple(kept)


SAID = st.sampled_from([
    Said("ipa", "hɜːˈmaɪəni"), Said("say", "nineteen eighty-four"), Said("say", "HER-my-oh-nee"), Said("lang", "fr"),
])  # fmt: skip
PARTS = st.lists(
    st.one_of(
        st.builds(Words, WORDS, DELIVERIES),
        st.builds(Words, WORDS, st.sampled_from([NEUTRAL, Delivery("sad")]), st.none() | SAID, st.booleans()),
        st.builds(Rest, st.integers(50, 10_000).map(lambda number: number / 1000)),
        st.builds(Event, st.sampled_from(EVENTS)),
    ),
    max_size=8,
).map(normal)
"""Parts as reading gives them: words folded, neighbouring words said in different ways."""

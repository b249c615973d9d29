"""Chatterbox's dials move with the intensity of a delivery, and only its own events become tags."""

import pytest

from studio.engines.base import Run
from studio.engines.chatterbox_mapping import TURBO_EVENTS, dials, tagged_text
from studio.manuscript.delivery import NEUTRAL, Delivery


@pytest.mark.parametrize(
    ("delivery", "expected"),
    [
        (NEUTRAL, (0.5, 0.5)),
        (Delivery("angry"), (0.7, 0.3)),
        (Delivery("sad", intensity=0.5), (0.6, 0.4)),
        (Delivery("angry", intensity=1.5), (0.8, 0.2)),
        (Delivery("angry", intensity=0), (0.5, 0.5)),
    ],
)
def test_intensity_sets_both_dials(delivery: Delivery, expected: tuple[float, float]):
    assert dials(delivery) == expected


@pytest.mark.parametrize(
    ("run", "events", "expected"),
    [
        (Run("He came in.", event="laugh"), TURBO_EVENTS, "He came in. [laugh]"),
        (Run("", event="cough"), TURBO_EVENTS, "[cough]"),
        (Run("He came in.", event="sob"), TURBO_EVENTS, "He came in."),
        (Run("He came in.", event="laugh"), (), "He came in."),
        (Run("He [laugh] came in."), TURBO_EVENTS, "He laugh came in."),
    ],
)
def test_only_its_own_events_become_tags(run: Run, events: tuple[str, ...], expected: str):
    assert tagged_text(run, events) == expected

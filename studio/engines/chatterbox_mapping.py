"""How a line is put to Chatterbox: its two dials from the delivery, and event tags in the text."""

from typing import Final

from studio.engines.base import Run
from studio.manuscript.delivery import NEUTRAL, Delivery

TURBO_EVENTS: Final = ("chuckle", "cough", "laugh")
"""Sounds that Turbo's own documentation names as tags."""

_NEUTRAL: Final = 0.5
_STEP: Final = 0.2


def dials(delivery: Delivery) -> tuple[float, float]:
    """Chatterbox's `exaggeration` and `cfg_weight`.

    Both are 0.5 for a neutral reading, the defaults of chatterbox-tts 0.1.7. Its authors advise 0.7 and 0.3 for
    dramatic speech, since exaggeration hurries and a lower weight slows: that is a delivery of intensity 1; between
    and beyond it is in proportion (0.8 and 0.2 at intensity 1.5).
    """
    intensity = 0.0 if delivery.preset == NEUTRAL.preset else delivery.intensity
    return round(_NEUTRAL + _STEP * intensity, 3), round(_NEUTRAL - _STEP * intensity, 3)


def tagged_text(run: Run, events: tuple[str, ...]) -> str:
    """The words of a run as Chatterbox takes them, with its event as a tag if it is one of `events`.

    Brackets of the words themselves are taken out, so that no word is taken for a tag.
    """
    words = " ".join(run.text.translate({ord("["): " ", ord("]"): " "}).split())
    return f"{words} [{run.event}]".strip() if run.event in events else words

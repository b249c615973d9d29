"""Use case of listening to any sound: how something is read, measured and estimated."""

from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from studio.core.errors import InputError
from studio.hearing.clip import read_clip

if TYPE_CHECKING:
    from studio.hearing.delivery import DeliveryFacts
    from studio.hearing.resemblance import Heard

LONGEST_S = 300.0


@dataclass(frozen=True, slots=True)
class Listened:
    """What a sound file says about how it is read.

    Attributes:
        path: the file.
        facts: what was measured.
        heard: the delivery it resembles, an estimate.
    """

    path: str
    facts: "DeliveryFacts"
    heard: "Heard"


def listen_to(path: Path, against: Path | None = None) -> Listened:
    """Measure how a recording is read.

    Args:
        path: a sound file of at most five minutes.
        against: the same voice reading plainly.

    Raises:
        NotFoundError: there is no such file.
        InputError: it is no sound, too long, or holds no speech.
    """
    from studio.hearing.resemblance import hear_delivery  # noqa: PLC0415

    neutral = _measured(against) if against else None
    facts = _measured(path)
    return Listened(str(path), facts, hear_delivery(facts, neutral, same_words=False))


def _measured(path: Path) -> "DeliveryFacts":
    from studio.hearing.delivery import measure_delivery  # noqa: PLC0415 - scipy, only where sound is looked at

    clip = read_clip(path, longest_s=LONGEST_S)
    try:
        return measure_delivery(clip.samples, clip.sample_rate_hz)
    except InputError as error:
        raise InputError(error.message, where=str(path), hint=error.hint) from error

"""Progress of long work: reported to a callback that the caller passes, never shown by the worker itself."""

from collections.abc import Callable
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a piece of work is.

    Attributes:
        stage: what is being done, in words for the user ("Rendering", "Mastering").
        done: units finished.
        total: units in all; 0 while unknown.
        detail: what is under way now ("Chapter 3"); empty if nothing is to be said.
        eta_s: estimate of the seconds left; None while unknown.
    """

    stage: str
    done: float
    total: float
    detail: str = ""
    eta_s: float | None = None

    @property
    def fraction(self) -> float:
        """Share done, 0 to 1; 0 while the total is unknown."""
        return min(1.0, self.done / self.total) if self.total > 0 else 0.0

    @classmethod
    def complete(cls, stage: str) -> "Progress":
        """A stage that is finished, or had nothing to do."""
        return cls(stage, 1, 1, eta_s=0.0)


ReportProgress = Callable[[Progress], None]


def ignore_progress(_progress: Progress) -> None:
    """Take no notice: the default of every function that reports."""

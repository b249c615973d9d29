"""What the checks of a recording say: values that evidence is stored and shown as. Nothing here listens to anything."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass
from enum import StrEnum
from typing import Any


class Outcome(StrEnum):
    """What a check concludes, from best to worst."""

    PASS = "pass"  # noqa: S105 - not a password
    REVIEW = "review"
    REFUSE = "refuse"


_SEVERITY = {Outcome.PASS: 0, Outcome.REVIEW: 1, Outcome.REFUSE: 2}


@dataclass(frozen=True, slots=True)
class CheckResult:
    """One check of a recording.

    Attributes:
        name: stable machine name ("speech", "duration", "clipping", "snr", "synthetic-mark", "duplicate", "words",
            "challenge", "speaker", "one-speaker").
        outcome: what it concludes.
        measured: figure with its unit as people read it ("12.4 s", "0.87"); empty if nothing was measured.
        bound: what was asked for ("at least 8 s"), under the thresholds in force.
        sentence: what it means, and after a refusal what to do, in one line.
    """

    name: str
    outcome: Outcome
    measured: str
    bound: str
    sentence: str

    def to_json(self) -> dict[str, Any]:
        """As it is stored."""
        return asdict(self)

    @classmethod
    def from_json(cls, data: dict[str, Any]) -> "CheckResult":
        """As `to_json` wrote it."""
        return cls(**{**data, "outcome": Outcome(data["outcome"])})


def worst(results: Iterable[CheckResult]) -> Outcome:
    """The outcome of several checks together: the worst of them; `PASS` of none."""
    return max((result.outcome for result in results), key=_SEVERITY.__getitem__, default=Outcome.PASS)


@dataclass(frozen=True, slots=True)
class StatementExpectation:
    """What a spoken statement must hold, without its challenge, which is stored hashed.

    Attributes:
        language: BCP 47 tag the statement is read in.
        fixed_text: the statement as shown, without code words and number.
        name: the name as spoken in it: compared loosely, since recognition misspells one in four.
        digit_words: how the ten digits are said in the language, "zero" first.
    """

    language: str
    fixed_text: str
    name: str
    digit_words: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class KnownClip:
    """A recording that is stored already, to find byte and near duplicates by.

    Attributes:
        label: what to call it in a message ("a statement of 2026-11-02"); never another person's name.
        sha256: of its bytes.
        fingerprint: as `studio.hearing.fingerprint` makes it.
    """

    label: str
    sha256: str
    fingerprint: str


@dataclass(frozen=True, slots=True)
class ClipReport:
    """What was found in one recording.

    Attributes:
        sha256: of its bytes as handed in.
        duration_s: its length.
        speech_s: net speech in it.
        facts: container, codec, rate in Hz, channels, SNR in dB and the like.
        fingerprint: to find near duplicates by.
        transcript: what was recognised, unprompted; empty for a reference clip.
        words: recognised words with their times in seconds: (word, start, end).
        checks: in the order they were made; those after a refusal that makes them pointless are missing.
        models: names and SHA-256 of the models that listened.
    """

    sha256: str
    duration_s: float
    speech_s: float
    facts: dict[str, Any]
    fingerprint: str
    transcript: str
    words: tuple[tuple[str, float, float], ...]
    checks: tuple[CheckResult, ...]
    models: dict[str, str]

    @property
    def outcome(self) -> Outcome:
        """The worst of its checks."""
        return worst(self.checks)

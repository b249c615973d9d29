"""What goes into the search for a voice match, and what comes out."""

from dataclasses import asdict, dataclass, replace
from pathlib import Path
from typing import Any

from studio.consent.grant import Grant
from studio.engines.kokoro_style import MatchedStyle


@dataclass(frozen=True, slots=True)
class Candidate:
    """A built-in voice that comes near to a person.

    Attributes:
        voice_id: which.
        likeness: cosine of its GE2E print to the person's; it ranks, and says little by itself.
        pitch_hz: mean pitch it speaks with by itself.
        pitch_st: semitones its pitch is to be moved by to lie where the person's does.
        pitch_range: factor that gives it the person's pitch range.
    """

    voice_id: str
    likeness: float
    pitch_hz: float
    pitch_st: float
    pitch_range: float


@dataclass(frozen=True, slots=True)
class MatchReport:
    """A match and what was measured. Likenesses are the judge's (CAM++ cosines), on speech the search never met.

    Attributes:
        style: what the engine speaks with.
        kept: "nearest", "blend" or "tuned": the stage whose style the judge chose.
        nearest: id of the nearest built-in voice.
        judge_likeness: of the style to the person.
        judge_nearest: of the nearest voice, only moved to the person's pitch.
        floor: mean of the built-in voices of that sex as they are.
        ceiling: of the person's own other speech.
        share: of the way from floor to ceiling, 0 to 1; can be below 0.
        steered_likeness: by GE2E, which steered; it flatters.
        pitch_hz: of the match.
        target_hz: of the person.
        word_error: share of words of the style that a recogniser hears otherwise.
        word_error_nearest: the same of the nearest voice.
        evaluations: how many styles were rendered.
        cpu_s: processor seconds.
    """

    style: MatchedStyle
    kept: str
    nearest: str
    judge_likeness: float
    judge_nearest: float
    floor: float
    ceiling: float
    share: float
    steered_likeness: float
    pitch_hz: float
    target_hz: float
    word_error: float
    word_error_nearest: float
    evaluations: int
    cpu_s: float

    def to_json(self) -> dict[str, Any]:
        """Figures for people, without the style."""
        figures = asdict(replace(self, style=MatchedStyle(())))
        del figures["style"]
        return figures


@dataclass(frozen=True, slots=True)
class MatchTask:
    """What a worker needs to match a voice.

    Attributes:
        grant: permission to open the recordings; redeemed by the worker.
        home: data home.
        weights: folder of the model files.
        seed: of the search.
        progress: file that is told how far the search is; None for nowhere.
    """

    grant: Grant
    home: Path
    weights: Path
    seed: int = 0
    progress: Path | None = None


def style_of(candidate: Candidate) -> MatchedStyle:
    """A built-in voice with a person's pitch: a match without any search."""
    return MatchedStyle(((candidate.voice_id, 1.0),), (), candidate.pitch_st, candidate.pitch_range)

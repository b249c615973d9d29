"""Does the voice of a statement match the voice of the references? Evidence for a reviewer, never an answer alone.

How the two encoders are combined. GE2E decides: its cosine between the statement and the mean of the references passes
at 0.82, goes to a reviewer from 0.75 and is refused below. CAM++ can only lower that, by one step: a pass that CAM++
puts under 0.70 goes to a reviewer, a review that it puts under 0.55 is refused. It never raises anything. Too little
speech, or a score so high that the recordings may be copies of one another, can be no better than review.

Where the figures come from is printed by benchmarks/speaker_match.py. A good imitation of a voice passes: the score
says how alike two recordings sound, not who made them, nor that anybody alive did.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from studio.consent.evidence import CheckResult, Outcome
from studio.hearing.speakers import Voiceprint, cosine, mean_direction

ACCEPT: Final = 0.82
REVIEW: Final = 0.75
SAME_RECORDING: Final = 0.985
"""Different recordings of one person came to at most 0.981."""

CAMPPLUS_ACCEPT: Final = 0.70
CAMPPLUS_REVIEW: Final = 0.55

WINDOW_ACCEPT: Final = 0.75
WINDOW_REFUSE: Final = 0.70

MIN_REFERENCES: Final = 3
MIN_REFERENCE_SPEECH_S: Final = 8.0
MIN_STATEMENT_SPEECH_S: Final = 8.0


@dataclass(frozen=True, slots=True)
class SpeakerMatch:
    """How alike the voices of a statement and of the references are.

    Attributes:
        resemblyzer: cosine of GE2E embeddings, statement against the mean of the references.
        campplus: the same of CAM++ embeddings.
        outcome: what follows from the two scores and from how much speech there was.
        suspicious: the statement is so like a reference that one may be a copy of the other.
        enough_speech: there was enough speech on both sides for the scores to count in full.
    """

    resemblyzer: float
    campplus: float
    outcome: Outcome
    suspicious: bool
    enough_speech: bool


def compare_speakers(references: Sequence[Voiceprint], statement: Voiceprint) -> SpeakerMatch:
    """Compare a statement with the reference clips of a voice, as the head of this module says.

    Args:
        references: at least one; three clips or 8 s of speech in all are asked for.
        statement: of at least 8 s of speech.

    Raises:
        ValueError: there are no references.
    """
    if not references:
        raise ValueError("no reference to compare with")
    resemblyzer = cosine(mean_direction([one.resemblyzer for one in references]), statement.resemblyzer)
    campplus = cosine(mean_direction([one.campplus for one in references]), statement.campplus)
    nearest = max(cosine(one.resemblyzer, statement.resemblyzer) for one in references)
    suspicious = max(resemblyzer, nearest) >= SAME_RECORDING
    enough_references = (
        len(references) >= MIN_REFERENCES or sum(one.speech_s for one in references) >= MIN_REFERENCE_SPEECH_S
    )
    enough_speech = enough_references and statement.speech_s >= MIN_STATEMENT_SPEECH_S
    outcome = combine(resemblyzer, campplus)
    if outcome is Outcome.PASS and (suspicious or not enough_speech):
        outcome = Outcome.REVIEW
    return SpeakerMatch(resemblyzer, campplus, outcome, suspicious, enough_speech)


def combine(resemblyzer: float, campplus: float) -> Outcome:
    """What two scores mean together: GE2E decides, CAM++ may lower it by one step."""
    if resemblyzer >= ACCEPT:
        return Outcome.PASS if campplus >= CAMPPLUS_ACCEPT else Outcome.REVIEW
    if resemblyzer >= REVIEW:
        return Outcome.REVIEW if campplus >= CAMPPLUS_REVIEW else Outcome.REFUSE
    return Outcome.REFUSE


def check_speaker(references: Sequence[Voiceprint], statement: Voiceprint) -> CheckResult:
    """The check "speaker": is the voice on the statement like the voice on the reference clips?

    Raises:
        ValueError: there are no references.
    """
    match = compare_speakers(references, statement)
    return CheckResult(
        name="speaker",
        outcome=match.outcome,
        measured=f"{match.resemblyzer:.2f}, second opinion {match.campplus:.2f}",
        bound=f"at least {ACCEPT} and {CAMPPLUS_ACCEPT}; refused under {REVIEW}",
        sentence=_speaker_sentence(match),
    )


def check_one_speaker(windows: Sequence[float]) -> CheckResult:
    """The check "one-speaker": does one voice speak from beginning to end?

    Args:
        windows: what `SpeakerEncoder.windows` says of the statement.

    Raises:
        ValueError: there are no windows.
    """
    lowest = min(windows)
    if lowest >= WINDOW_ACCEPT:
        outcome, sentence = Outcome.PASS, "The voice sounds alike throughout the recording."
    elif lowest >= WINDOW_REFUSE:
        outcome, sentence = Outcome.REVIEW, "Part of the recording sounds unlike the rest; a reviewer should listen."
    else:
        outcome = Outcome.REFUSE
        sentence = (
            "Part of the recording sounds like another voice. Record it again in one go, with nobody else talking."
        )
    return CheckResult(
        name="one-speaker",
        outcome=outcome,
        measured=f"{lowest:.2f}",
        bound=f"at least {WINDOW_ACCEPT}; refused under {WINDOW_REFUSE}",
        sentence=sentence,
    )


def _speaker_sentence(match: SpeakerMatch) -> str:
    if match.outcome is Outcome.REFUSE:
        return (
            "The voice does not sound like the reference clips. The owner of the voice has to speak the statement, in a"
            " quiet room and with the microphone of the clips: noise and telephones change how a voice compares."
        )
    if match.outcome is Outcome.PASS:
        return "The voice sounds like the reference clips. This compares voices; it does not say who is speaking."
    if match.suspicious:
        return "The statement is so like a reference clip that one may be a copy; a reviewer should listen to both."
    if not match.enough_speech:
        return (
            f"There is too little speech to compare voices well: {MIN_STATEMENT_SPEECH_S:.0f} s are needed in the"
            f" statement, and {MIN_REFERENCES} reference clips or {MIN_REFERENCE_SPEECH_S:.0f} s; a reviewer should"
            " listen."
        )
    return "The voice is somewhat like the reference clips; a reviewer should listen to both."

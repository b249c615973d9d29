"""Reference clips of a voice: checked without recognition, and made into a voiceprint if that was agreed to."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Final

from studio.consent.evidence import CheckResult, ClipReport, KnownClip, Outcome
from studio.hearing.matching import MIN_STATEMENT_SPEECH_S, check_one_speaker, check_speaker, compare_speakers
from studio.hearing.quality import Bounds, hear, loaded_encoder
from studio.hearing.speakers import ENCODER_MODELS, Voiceprint

REFERENCE_BOUNDS: Final = Bounds(shortest_s=3.0, longest_s=120.0, speech_s=3.0)


@dataclass(frozen=True, slots=True)
class ReferenceTask:
    """A reference clip to examine; crosses to a worker process.

    Attributes:
        path: where it lies.
        known: recordings that are stored already.
        biometric: whether the person agreed to the comparison of voices. If not, no voiceprint of any kind is made.
        references: voiceprints of recordings it has to sound like; with none, nothing is compared.
    """

    path: Path
    known: tuple[KnownClip, ...]
    biometric: bool
    references: tuple[bytes, ...] = ()


def examine_reference(task: ReferenceTask) -> tuple[ClipReport, bytes]:
    """Check a reference clip.

    Returns:
        What was found, and the voiceprint as `Voiceprint.to_bytes` writes it; empty if the clip is refused or the
        person did not agree to it.

    Raises:
        NotFoundError: there is no such file.
        MissingError: a model is missing from the installation.
    """
    heard = hear(task.path, task.known, REFERENCE_BOUNDS)
    if heard.clip is None:
        return heard.report, b""
    if not task.biometric:
        return replace(heard.report, checks=(*heard.report.checks, one_speaker_by_ear())), b""
    samples, rate_hz = heard.clip.samples, heard.clip.sample_rate_hz
    encoder = loaded_encoder()
    report = replace(
        heard.report,
        checks=(*heard.report.checks, check_one_speaker(encoder.windows(samples, rate_hz))),
        models={**heard.report.models, **ENCODER_MODELS},
    )
    if report.outcome is Outcome.REFUSE:
        return report, b""
    voiceprint = encoder.voiceprint(samples, rate_hz)
    if task.references:
        compared = _check_same_voice(tuple(map(Voiceprint.from_bytes, task.references)), voiceprint)
        report = replace(report, checks=(*report.checks, compared))
    return report, b"" if report.outcome is Outcome.REFUSE else voiceprint.to_bytes()


def _check_same_voice(references: Sequence[Voiceprint], voiceprint: Voiceprint) -> CheckResult:
    """The check "speaker" of a clip that is added to others; "speech" if there is too little to compare."""
    check, match = check_speaker(references, voiceprint), compare_speakers(references, voiceprint)
    if check.outcome is Outcome.PASS:
        return check
    if match.outcome is Outcome.REVIEW and not match.enough_speech:
        said = f"There is too little speech to compare voices. Read for {MIN_STATEMENT_SPEECH_S + 2:.0f} s or longer."
        return replace(check, name="speech", sentence=said)
    return replace(
        check,
        sentence="The voice does not sound enough like the earlier recordings. Read in your own voice, in a quiet room "
        "and with the same microphone.",
    )


def one_speaker_by_ear() -> CheckResult:
    """The check "one-speaker" of somebody who did not agree to voiceprints."""
    return CheckResult(
        "one-speaker",
        Outcome.REVIEW,
        "",
        "one voice throughout",
        "Voices are not compared by machine, as asked. The reviewer listens whether one person speaks throughout.",
    )

"""The checks that every recording of a voice goes through: can it be heard, is it a person, is it new.

In this order: decode, duration, speech, clipping, snr, synthetic-mark, duplicate. Nothing is listened to that cannot be
decoded or in which nobody speaks; every other refusal lets the next check speak too, so that one try tells everything.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

from studio.consent.evidence import CheckResult, ClipReport, KnownClip, Outcome
from studio.core.errors import InputError, NotFoundError
from studio.core.hashing import sha256_file
from studio.hearing.clip import MAX_FILE_BYTES, Clip, read_clip
from studio.hearing.fingerprint import fingerprint, same_recording
from studio.hearing.marks import MARK_MODEL, MARK_THRESHOLD, MarkReport, detect_mark
from studio.hearing.models import MODELS
from studio.hearing.speakers import MIN_SPEECH_S, SpeakerEncoder
from studio.hearing.speech import VAD_MODEL, SpeechFacts, measure_speech

MAX_CLIPPED: Final = 0.001
MIN_SNR_DB: Final = 15.0


@dataclass(frozen=True, slots=True)
class Bounds:
    """How much is asked for.

    Attributes:
        shortest_s: least length.
        longest_s: greatest length.
        speech_s: least net speech.
    """

    shortest_s: float
    longest_s: float
    speech_s: float


@dataclass(frozen=True, slots=True)
class Heard:
    """A recording after the checks of this module.

    Attributes:
        report: what was found so far; without a hash if the file is too large.
        clip: its sound; None if it cannot be decoded or nobody speaks in it.
    """

    report: ClipReport
    clip: Clip | None


def hear(path: Path, known: Sequence[KnownClip], bounds: Bounds) -> Heard:
    """Decode and measure a recording of unknown origin.

    Args:
        path: where it lies.
        known: recordings that are stored already.
        bounds: how much is asked for.

    Raises:
        NotFoundError: there is no such file.
        MissingError: a model is missing from the installation.
    """
    if not path.is_file():
        raise NotFoundError("the recording is not there")
    # A file too large to be read is not hashed either: that would take longer than refusing it.
    sha256 = sha256_file(path) if path.stat().st_size <= MAX_FILE_BYTES else ""
    try:
        clip = read_clip(path, longest_s=bounds.longest_s)
    except InputError as error:
        return Heard(_unheard(sha256, _undecoded(error, bounds)), None)
    if clip.phase_cancelled:
        return Heard(_unheard(sha256, _cancelled(clip), clip), None)
    speech = measure_speech(clip.samples, clip.sample_rate_hz)
    checks = [_decoded(clip), _check_duration(clip, bounds), _check_speech(speech, bounds)]
    facts = {**_facts(clip), **_measurements(speech)}
    models = {VAD_MODEL: MODELS[VAD_MODEL]}
    if speech.speech_s < MIN_SPEECH_S:
        return Heard(
            ClipReport(sha256, clip.duration_s, speech.speech_s, facts, "", "", (), tuple(checks), models), None
        )
    mark = detect_mark(clip.samples, clip.sample_rate_hz)
    print_of_it = fingerprint(clip.samples, clip.sample_rate_hz)
    checks += [
        _check_clipping(clip),
        _check_snr(speech),
        _check_mark(mark),
        _check_duplicate(sha256, print_of_it, known),
    ]
    report = ClipReport(
        sha256=sha256,
        duration_s=clip.duration_s,
        speech_s=speech.speech_s,
        facts={**facts, "mark_score": round(mark.score, 3)},
        fingerprint=print_of_it,
        transcript="",
        words=(),
        checks=tuple(checks),
        models={**models, MARK_MODEL: MODELS[MARK_MODEL]},
    )
    return Heard(report, clip)


@lru_cache(maxsize=1)
def loaded_encoder() -> SpeakerEncoder:
    """The speaker encoder of this process, loaded when it is first needed.

    Raises:
        MissingError: a model is missing from the installation.
    """
    return SpeakerEncoder()


def _unheard(sha256: str, check: CheckResult, clip: Clip | None = None) -> ClipReport:
    duration_s, facts = (clip.duration_s, _facts(clip)) if clip else (0.0, {})
    return ClipReport(sha256, duration_s, 0.0, facts, "", "", (), (check,), {})


def _facts(clip: Clip) -> dict[str, Any]:
    return {
        "container": clip.info.container,
        "codec": clip.info.codec,
        "sample_rate_hz": clip.sample_rate_hz,
        "channels": clip.info.channels,
        "bit_rate_bps": clip.info.bit_rate_bps,
        "clipped_fraction": round(clip.clipped_fraction, 6),
        "side_ratio_db": round(clip.side_ratio_db, 1),
    }


def _measurements(speech: SpeechFacts) -> dict[str, Any]:
    return {
        "snr_db": round(speech.snr_db, 1),
        "speech_rms_dbfs": round(speech.speech_rms_dbfs, 1),
        "floor_dbfs": round(speech.floor_dbfs, 1),
    }


def _length(bounds: Bounds) -> str:
    return f"{bounds.shortest_s:.0f} s to {bounds.longest_s:.0f} s"


def _undecoded(error: InputError, bounds: Bounds) -> CheckResult:
    """The refusal without the place: the path of an upload is nobody's business."""
    said = error.message.rstrip(".")
    sentence = f"{said[:1].upper()}{said[1:]}. {error.hint}".strip()
    return CheckResult("decode", Outcome.REFUSE, "", f"a sound file of {_length(bounds)}", sentence)


def _cancelled(clip: Clip) -> CheckResult:
    return CheckResult(
        "decode",
        Outcome.REFUSE,
        f"{clip.side_ratio_db:.0f} dB",
        "channels that do not cancel each other",
        "The channels cancel each other: nothing is left in mono. Record it again in mono, or export one channel.",
    )


def _decoded(clip: Clip) -> CheckResult:
    measured = f"{clip.info.codec}, {clip.sample_rate_hz} Hz"
    return CheckResult("decode", Outcome.PASS, measured, "a sound file", "The file can be read whole.")


def _check_duration(clip: Clip, bounds: Bounds) -> CheckResult:
    long_enough = clip.duration_s >= bounds.shortest_s
    return CheckResult(
        "duration",
        Outcome.PASS if long_enough else Outcome.REFUSE,
        f"{clip.duration_s:.1f} s",
        _length(bounds),
        "The length is right." if long_enough else "The recording is too short. Read the whole text aloud in one go.",
    )


def _check_speech(speech: SpeechFacts, bounds: Bounds) -> CheckResult:
    outcome = Outcome.PASS if speech.speech_s >= bounds.speech_s else Outcome.REFUSE
    if outcome is Outcome.PASS:
        sentence = "There is enough speech in it."
    elif speech.is_tone:
        sentence = "There is a tone in this recording, and no speech. Record yourself speaking."
    elif speech.is_noise:
        sentence = "There is noise in this recording, and no speech. Check the microphone and record yourself speaking."
    elif speech.speech_s < MIN_SPEECH_S:
        sentence = (
            "There is no speech in this recording. Check that the microphone is on, and record yourself speaking."
        )
    else:
        sentence = "There is too little speech in it. Read the whole text aloud without long pauses."
    return CheckResult("speech", outcome, f"{speech.speech_s:.1f} s", f"at least {bounds.speech_s:.0f} s", sentence)


def _check_clipping(clip: Clip) -> CheckResult:
    clean = clip.clipped_fraction < MAX_CLIPPED
    return CheckResult(
        "clipping",
        Outcome.PASS if clean else Outcome.REFUSE,
        f"{clip.clipped_fraction:.2%}",
        f"under {MAX_CLIPPED:.1%}",
        "The level was not too high."
        if clean
        else "The recording is overdriven. Turn the microphone down or move away from it, and record it again.",
    )


def _check_snr(speech: SpeechFacts) -> CheckResult:
    quiet = speech.snr_db >= MIN_SNR_DB
    return CheckResult(
        "snr",
        Outcome.PASS if quiet else Outcome.REFUSE,
        f"{speech.snr_db:.0f} dB",
        f"at least {MIN_SNR_DB:.0f} dB",
        "The voice stands well above the background."
        if quiet
        else "There is too much noise or music behind the voice. Record it in a quiet room, closer to the microphone.",
    )


def _check_mark(mark: MarkReport) -> CheckResult:
    return CheckResult(
        "synthetic-mark",
        Outcome.REFUSE if mark.marked else Outcome.PASS,
        f"{mark.score:.2f}",
        f"under {MARK_THRESHOLD}",
        "This recording carries the mark of generated speech. Record the voice of a person."
        if mark.marked
        else "No mark of generated speech was found. Not every generator leaves one.",
    )


def _check_duplicate(sha256: str, print_of_it: str, known: Iterable[KnownClip]) -> CheckResult:
    for clip in known:
        same_bytes = clip.sha256 == sha256
        if same_bytes or same_recording(clip.fingerprint, print_of_it):
            return CheckResult(
                "duplicate",
                Outcome.REFUSE,
                "the same file" if same_bytes else "the same recording",
                "a new recording",
                f"This is, in whole or in part, the same recording as {clip.label}. Make a new recording.",
            )
    return CheckResult("duplicate", Outcome.PASS, "", "a new recording", "It was not handed in before.")

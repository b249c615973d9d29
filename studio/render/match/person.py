"""What a match is held against: a person's recordings, as prints of two encoders, and their pitch."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

import numpy as np

from studio.audio.decode import decode_mono
from studio.audio.resample import resample
from studio.audio.samples import Samples
from studio.consent.voices import ReferenceClip
from studio.core.errors import InputError
from studio.hearing.pitch import semitones, track_pitch
from studio.hearing.quality import loaded_encoder
from studio.hearing.speakers import Voiceprint
from studio.hearing.speech import measure_speech
from studio.manuscript.delivery import NEUTRAL_NAME

RATE_HZ: Final = 24_000
LEAST_SPEECH_S: Final = 8.0
_ENROLLED: Final = 0.6
_CHOSEN_BY: Final = 0.8
_SHORT_S: Final = 16.0  # below, a fifth of the speech is too little for a print that can be relied on


@dataclass(frozen=True, slots=True)
class Person:
    """A speaker, three times: what a match is searched with, what is chosen by, and what it is measured by in the end.

    Attributes:
        enrolled: print of the first part of their speech, 60 %.
        choice: print of the next fifth.
        held_out: print of the last fifth. Of less than 16 s of speech, both are the same 40 %.
        pitch_hz: geometric mean in the first part.
        range_st: standard deviation of the pitch in semitones, there too.
    """

    enrolled: Voiceprint
    choice: Voiceprint
    held_out: Voiceprint
    pitch_hz: float
    range_st: float


@dataclass(frozen=True, slots=True)
class Pitch:
    """Geometric mean of a voice's pitch, and its standard deviation in semitones."""

    mean_hz: float
    range_st: float


def person_of(clips: Sequence[ReferenceClip]) -> Person:
    """Listen to a person's recordings: the neutral ones, or all if there are none.

    Raises:
        InputError: there is too little speech in them, or no pitch.
    """
    read = [clip for clip in clips if clip.delivery == NEUTRAL_NAME] or list(clips)
    pieces = [_speech_of(clip, number) for number, clip in enumerate(read, start=1)]
    speech = np.concatenate([np.zeros(0, np.float32), *pieces])
    if speech.size < LEAST_SPEECH_S * RATE_HZ:
        raise InputError(
            f"there are {speech.size / RATE_HZ:.0f} s of speech in the recordings",
            hint=f"Add recordings: {LEAST_SPEECH_S:.0f} s are needed, half a minute is better.",
        )
    searched = speech[: round(speech.size * _ENROLLED)]
    rest = speech[searched.size :]
    border = round(speech.size * _CHOSEN_BY) - searched.size
    short = speech.size < _SHORT_S * RATE_HZ
    encoder = loaded_encoder()
    pitch = pitch_of(searched)
    return Person(
        enrolled=encoder.voiceprint(searched, RATE_HZ),
        choice=encoder.voiceprint(rest if short else rest[:border], RATE_HZ),
        held_out=encoder.voiceprint(rest if short else rest[border:], RATE_HZ),
        pitch_hz=pitch.mean_hz,
        range_st=pitch.range_st,
    )


def pitch_of(samples: Samples) -> Pitch:
    """Pitch of speech at `RATE_HZ`.

    Raises:
        InputError: nothing in it is voiced.
    """
    track = track_pitch(samples, RATE_HZ)
    hz = track.hz[track.voiced]
    if not hz.size:
        raise InputError("no pitch is heard in this speech", hint="Record it again, in a normal voice.")
    mean_hz = float(np.exp(np.log(hz).mean()))
    return Pitch(mean_hz, float(semitones(hz, mean_hz).std()))


def _speech_of(clip: ReferenceClip, number: int) -> Samples:
    samples, rate_hz = decode_mono(clip.sound, f"recording {number}")
    spans = measure_speech(samples, rate_hz).speech_spans
    pieces = [samples[round(begin * rate_hz) : round(end * rate_hz)] for begin, end in spans]
    return resample(np.concatenate(pieces or [samples[:0]]), rate_hz, RATE_HZ)

"""How a line is read, by measurement alone: pitch, pace, level, brightness, pauses. No model has an opinion here."""

import math
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy

from studio.audio.resample import resample
from studio.audio.samples import Samples
from studio.audio.speech_level import FRAMES_PER_S, QUIETEST_DBFS, frame_power, speech_level_dbfs
from studio.core.errors import InputError
from studio.hearing.pitch import PitchTrack, semitones, track_pitch
from studio.hearing.speech import measure_speech
from studio.hearing.syllables import syllables_in_sound, syllables_of_text

LEAST_PAUSE_S: Final = 0.12
"""A shorter gap is a consonant: the closure of a stop lasts up to about 0.1 s."""

PAUSE_BELOW_LOUD_DB: Final = 25.0
LEAST_VOICED: Final = 0.15
"""Share of voiced speech under which a reading counts as whispered, and has no pitch. Of 524 takes, whispers measured
at most 0.07; the others at least 0.4, but for the breathy voice af_nicole at 0.24 and 0.31."""

_RATE_HZ = 16_000
_LOUD_QUANTILE = 0.95
_LEAST_SOUND_FRAMES = 4
_LEAST_SPEECH_S = 0.1
_LOW_BAND_HZ = (50.0, 1_000.0)
_HIGH_BAND_HZ = (1_000.0, 5_000.0)
_SPECTRUM_SAMPLES = 1_024
_TINY = 1e-15
_RANGE_PERCENTILES = (5, 95)

Span = tuple[float, float]


@dataclass(frozen=True, slots=True)
class DeliveryFacts:
    """What was measured of a reading.

    Attributes:
        duration_s: whole length of the sound.
        speech_s: from the first to the last sound of speech, without the pauses.
        pitch_hz: geometric mean of the pitch; 0 for a whisper.
        pitch_range_st: from the 5th to the 95th percentile of the pitch, semitones; 0 for a whisper.
        pitch_sd_st: standard deviation of the pitch, semitones; 0 for a whisper.
        voiced: share of the speech that has pitch, 0 to 1.
        rate_sps: syllables per second of speech.
        level_dbfs: level of the speech, pauses left out.
        tilt_db: alpha ratio: energy from 1 to 5 kHz over that from 50 Hz to 1 kHz, in the speech.
        pauses: begin and end in seconds of each pause inside the speech, of 0.12 s or more.
        pause_share: length of the pauses over that of speech and pauses, 0 to 1.
    """

    duration_s: float
    speech_s: float
    pitch_hz: float
    pitch_range_st: float
    pitch_sd_st: float
    voiced: float
    rate_sps: float
    level_dbfs: float
    tilt_db: float
    pauses: tuple[Span, ...]
    pause_share: float

    @property
    def whispered(self) -> bool:
        """Whether it is said without voice."""
        return self.pitch_hz == 0


def measure_delivery(samples: Samples, rate_hz: int, *, text: str | None = None, language: str = "en") -> DeliveryFacts:
    """Measure how a line is read.

    The pace is the syllables of the text by its vowels, or by the swells of the sound without a text, over the speech
    without its pauses. Tilt is the alpha ratio as in eGeMAPS (Eyben et al. 2016), with its sign turned so that brighter
    is more. Pauses are found where noise lies at least 25 dB below the speech.

    Args:
        samples: float32 mono [n], full scale ±1.
        rate_hz: its rate, at least 8000.
        text: what is said, in spoken form, if it is known.
        language: BCP 47 tag of the text.

    Raises:
        InputError: there is no speech in it.
    """
    if not samples.size or not np.isfinite(samples).all():
        raise InputError("there is no sound to measure")
    spans = speech_spans(samples, rate_hz)
    speech_s = sum(end - begin for begin, end in spans)
    if speech_s < _LEAST_SPEECH_S:
        raise InputError("there is no speech in it: all is silence", hint="Choose a recording of somebody speaking.")
    judged = measure_speech(samples, rate_hz)
    if judged.is_tone or judged.is_noise:
        what = "a tone" if judged.is_tone else "noise"
        raise InputError(f"there is no speech in it, only {what}", hint="Choose a recording of somebody speaking.")
    track = track_pitch(samples, rate_hz)
    voiced = float(track.voiced[_within(spans, track)].mean())
    pitch_hz, range_st, sd_st = _pitch_figures(track, spans) if voiced >= LEAST_VOICED else (0.0, 0.0, 0.0)
    speech = np.concatenate([samples[round(b * rate_hz) : round(e * rate_hz)] for b, e in spans])
    counted = syllables_of_text(text, language) if text else 0
    syllables = counted or syllables_in_sound(samples, rate_hz, track)
    pauses = tuple((end, begin) for (_, end), (begin, _) in pairwise(spans))
    paused_s = sum(end - begin for begin, end in pauses)
    return DeliveryFacts(
        duration_s=samples.size / rate_hz,
        speech_s=speech_s,
        pitch_hz=pitch_hz,
        pitch_range_st=range_st,
        pitch_sd_st=sd_st,
        voiced=voiced,
        rate_sps=syllables / speech_s,
        level_dbfs=speech_level_dbfs(samples, rate_hz),
        tilt_db=alpha_ratio_db(speech, rate_hz),
        pauses=pauses,
        pause_share=paused_s / (paused_s + speech_s),
    )


def speech_spans(samples: Samples, rate_hz: int) -> tuple[Span, ...]:
    """Begin and end in seconds of each stretch that is no more than 25 dB below the loud frames of 10 ms.

    Stretches less than 0.12 s apart are one; what is shorter than 40 ms is a click and left out. Empty for silence.
    """
    power_db = 10 * np.log10(frame_power(samples, rate_hz) + _TINY)
    if power_db.max() < QUIETEST_DBFS:
        return ()
    audible = power_db[power_db > power_db.max() - 2 * PAUSE_BELOW_LOUD_DB]
    heard = power_db >= np.quantile(audible, _LOUD_QUANTILE) - PAUSE_BELOW_LOUD_DB
    edges = np.flatnonzero(np.diff(np.concatenate([[False], heard, [False]]).astype(np.int8))).reshape(-1, 2)
    joined: list[list[int]] = []
    for begin, end in edges.tolist():
        if joined and begin - joined[-1][1] < LEAST_PAUSE_S * FRAMES_PER_S:
            joined[-1][1] = end
        else:
            joined.append([begin, end])
    frame_s = (rate_hz // FRAMES_PER_S) / rate_hz
    last_s = samples.size / rate_hz
    return tuple(
        (begin * frame_s, min(end * frame_s, last_s)) for begin, end in joined if end - begin >= _LEAST_SOUND_FRAMES
    )


def alpha_ratio_db(samples: Samples, rate_hz: int) -> float:
    """Energy from 1 to 5 kHz over energy from 50 Hz to 1 kHz, dB, of the mean spectrum."""
    heard = resample(samples, rate_hz, _RATE_HZ)
    frequencies, density = scipy.signal.welch(
        heard.astype(np.float64), _RATE_HZ, "hann", min(_SPECTRUM_SAMPLES, heard.size), detrend=False
    )
    low, high = (
        float(density[(frequencies >= begin) & (frequencies < end)].sum())
        for begin, end in (_LOW_BAND_HZ, _HIGH_BAND_HZ)
    )
    return 10 * math.log10((high + _TINY) / (low + _TINY))


def _within(spans: tuple[Span, ...], track: PitchTrack) -> npt.NDArray[np.bool_]:
    inside = np.zeros(track.hz.size, np.bool_)
    for begin, end in spans:
        inside |= (track.times_s >= begin) & (track.times_s < end)
    return inside


def _pitch_figures(track: PitchTrack, spans: tuple[Span, ...]) -> tuple[float, float, float]:
    st = semitones(track.hz[track.voiced & _within(spans, track)], against_hz=1.0)
    low, high = np.percentile(st, _RANGE_PERCENTILES)
    return float(2 ** (st.mean() / 12)), float(high - low), float(st.std())

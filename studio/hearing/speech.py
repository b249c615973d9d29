"""Is there speech in a sound, where, and how far above the noise: measured before anything is recognised or compared.

Two judges must agree. Silero VAD, a small recurrent network, says which frames sound like speech. It takes a tone that
swells at the pace of syllables for speech, and a speaker encoder gives a print of anything, so what it finds must also
look like speech: a spectrum that changes, and that is spread wider than a whistled tune's.
"""

import math
from collections.abc import Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt
import onnxruntime

from studio.audio.resample import resample
from studio.audio.samples import Samples
from studio.hearing.models import load_model

VAD_MODEL: Final = "speech-silero-vad-v6.onnx"
SPEECH_AT: Final = 0.5
SPEECH_UNTIL: Final = 0.35
"""Silero's own hysteresis: speech begins at the first probability and lasts until it falls under the second."""

MIN_SPECTRAL_CHANGE: Final = 0.03
"""Swelling tones measure under 0.011; the least of 1007 stretches of 248 people's speech, 0.033, of speech with as
much noise as speech 0.08."""

MIN_SPREAD: Final = 0.002
"""Spectral flatness from 100 to 3400 Hz: tunes of pure tones measure under 0.001, the same speech at least 0.013."""

_RATE_HZ = 16_000
FRAME_SAMPLES: Final = 512
_FRAME_S = FRAME_SAMPLES / _RATE_HZ
_CONTEXT_SAMPLES = 64
_STATE = (1, 1, 128)
_FRAMES_PER_RUN = 2_000

_BANDS = 24
_BANDS_HZ = (100.0, 7_000.0)
_SPREAD_HZ = (100.0, 3_400.0)
_JUDGED_FRAMES = 125  # 4 s
_LEAST_JUDGED_FRAMES = 10

_JOINED_FRAMES = 9  # pauses shorter than 0.3 s are part of speaking
_MARGIN_FRAMES = 1
_MIN_SPAN_FRAMES = 4

_LOWEST_DBFS = -100.0
_AUDIBLE_DBFS = -70.0
_ACTIVE_DB = 40.0
_STEADY_CHANGE = 0.06  # pink noise: 0.028
_NOISE_FLATNESS = 0.1
_FLOOR_QUANTILE = 0.4
_LEAST_FLOOR_FRAMES = 8
_QUIETEST = 0.05
_TINY = 1e-15

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class SpeechFacts:
    """What was measured of a sound.

    Attributes:
        duration_s: its whole length.
        speech_s: net speech: the length of the spans together.
        snr_db: power of the speech without the floor's share, over the floor; 0 without speech. Noise that a gate
            has cut out of the pauses cannot be seen.
        speech_rms_dbfs: RMS level of the speech with its floor; -100 without speech.
        floor_dbfs: RMS level between words, not under -100; of the quietest twentieth, if there are no pauses.
        is_tone: no speech, but a sound that keeps its spectrum and has pitch: tone, chord, hum.
        is_noise: no speech, but a sound that keeps its spectrum and has none: hiss, rumble, clicks.
        speech_spans: begin and end of each stretch of speech in seconds; pauses under 0.3 s belong to it.
    """

    duration_s: float
    speech_s: float
    snr_db: float
    speech_rms_dbfs: float
    floor_dbfs: float
    is_tone: bool
    is_noise: bool
    speech_spans: tuple[tuple[float, float], ...]


def measure_speech(samples: Samples, sample_rate_hz: int) -> SpeechFacts:
    """Find the speech in a sound and measure it against its surroundings.

    Args:
        samples: float32 mono [n], full scale ±1.
        sample_rate_hz: its rate, at least 8000.
    """
    duration_s = samples.size / sample_rate_hz
    heard = resample(samples, sample_rate_hz, _RATE_HZ)
    frames = heard[: heard.size // FRAME_SAMPLES * FRAME_SAMPLES].reshape(-1, FRAME_SAMPLES)
    if not len(frames):
        return SpeechFacts(duration_s, 0.0, 0.0, _LOWEST_DBFS, _LOWEST_DBFS, False, False, ())
    probability = speech_probability(frames)
    speaking = _with_hysteresis(probability) & _like_speech(frames, probability >= SPEECH_AT)
    powers = _frame_powers(samples, sample_rate_hz, len(frames))
    spans = tuple((begin * _FRAME_S, min(end * _FRAME_S, duration_s)) for begin, end in _spans(speaking, len(frames)))
    if not spans:
        floor_dbfs = _dbfs(float(np.quantile(powers, _FLOOR_QUANTILE)))
        is_tone, is_noise = _steady_kind(frames)
        return SpeechFacts(duration_s, 0.0, 0.0, _LOWEST_DBFS, floor_dbfs, is_tone, is_noise, ())
    speech_power = float(powers[speaking & (probability >= SPEECH_AT)].mean())
    floor_power = _floor_power(powers, probability)
    least = 10 ** (_LOWEST_DBFS / 10)
    return SpeechFacts(
        duration_s=duration_s,
        speech_s=sum(end - begin for begin, end in spans),
        snr_db=max(0.0, 10 * math.log10(max(speech_power - floor_power, least) / max(floor_power, least))),
        speech_rms_dbfs=_dbfs(speech_power),
        floor_dbfs=_dbfs(floor_power),
        is_tone=False,
        is_noise=False,
        speech_spans=spans,
    )


@lru_cache(maxsize=1)
def _vad() -> onnxruntime.InferenceSession:
    return load_model(VAD_MODEL)


def speech_probability(frames: Samples) -> Array:
    """Silero's probability of speech for each frame [n, 512] of 16 kHz sound; each is fed with the end of the last."""
    hidden, cell = np.zeros(_STATE, np.float32), np.zeros(_STATE, np.float32)
    before = np.zeros((1, _CONTEXT_SAMPLES), np.float32)
    found = []
    for start in range(0, len(frames), _FRAMES_PER_RUN):
        part = frames[start : start + _FRAMES_PER_RUN]
        ends = part[:, -_CONTEXT_SAMPLES:]
        fed = np.concatenate([np.concatenate([before, ends[:-1]]), part], axis=1)
        probability, hidden, cell = _vad().run(None, {"input": fed, "h": hidden, "c": cell})
        found.append(np.ravel(probability))
        before = ends[-1:]
    return np.concatenate(found).astype(np.float64)


def _with_hysteresis(probability: Array) -> Flags:
    speaking = np.zeros(probability.size, np.bool_)
    on = False
    for i, value in enumerate(probability):
        on = value >= (SPEECH_UNTIL if on else SPEECH_AT)
        speaking[i] = on
    return speaking


def _like_speech(frames: Samples, speaking: Flags) -> Flags:
    """Which stretches of 4 s have the spectrum of speech, going by what is taken for speech in them and beside them."""
    passed = np.zeros(len(frames), np.bool_)
    for start in range(0, len(frames), _JUDGED_FRAMES):
        nearby = slice(max(0, start - _JUDGED_FRAMES), start + 2 * _JUDGED_FRAMES)
        judged = frames[nearby][speaking[nearby]]
        passed[start : start + _JUDGED_FRAMES] = (
            len(judged) >= _LEAST_JUDGED_FRAMES
            and spectral_change(judged) >= MIN_SPECTRAL_CHANGE
            and _flatness(judged, *_SPREAD_HZ) >= MIN_SPREAD
        )
    return passed


def spectral_change(frames: Samples) -> float:
    """How far the spectra of frames [n, 512] of 16 kHz sound are from their mean, whatever their level: 0 to 1.

    One less the cosine between a frame's magnitudes in 24 mel bands and their mean, weighted by the frame's own
    magnitude. 0 is the same spectrum throughout, or silence.
    """
    magnitudes = np.sqrt(_power_spectra(frames) @ _mel_bands().T)
    sizes = np.linalg.norm(magnitudes, axis=1)
    mean = magnitudes.mean(axis=0)
    along = magnitudes @ mean / (np.linalg.norm(mean) + _TINY)
    return float(1 - (along.sum() + _TINY) / (sizes.sum() + _TINY))


def _flatness(frames: Samples, low_hz: float, high_hz: float) -> float:
    """Geometric over arithmetic mean of the mean power spectrum: 1 for white noise, 0 for a pure tone."""
    frequencies = np.fft.rfftfreq(FRAME_SAMPLES, 1 / _RATE_HZ)
    mean = _power_spectra(frames).mean(axis=0)[(frequencies >= low_hz) & (frequencies <= high_hz)] + _TINY
    return float(np.exp(np.log(mean).mean()) / mean.mean())


def _power_spectra(frames: Samples) -> Array:
    return np.abs(np.fft.rfft(frames.astype(np.float64) * np.hanning(FRAME_SAMPLES))) ** 2


@lru_cache(maxsize=1)
def _mel_bands() -> Array:
    """Triangular bands [24, 257], evenly spaced on the mel scale of O'Shaughnessy (1987)."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in _BANDS_HZ)
    points = 700 * (10 ** (np.linspace(low, high, _BANDS + 2) / 2595) - 1)
    frequencies = np.fft.rfftfreq(FRAME_SAMPLES, 1 / _RATE_HZ)
    begins, middles, ends = points[:-2, None], points[1:-1, None], points[2:, None]
    rising, falling = (frequencies - begins) / (middles - begins), (ends - frequencies) / (ends - middles)
    return np.maximum(0, np.minimum(rising, falling))


def _spans(speaking: Flags, count: int) -> Iterator[tuple[int, int]]:
    """Stretches of speech in frames, short pauses closed, a margin added, blips left out."""
    edges = np.flatnonzero(np.diff(np.concatenate([[False], speaking, [False]]).astype(np.int8)))
    joined: list[list[int]] = []
    for begin, end in edges.reshape(-1, 2).tolist():
        if joined and begin - joined[-1][1] <= _JOINED_FRAMES:
            joined[-1][1] = end
        else:
            joined.append([begin, end])
    for begin, end in joined:
        if end - begin >= _MIN_SPAN_FRAMES:
            yield max(0, begin - _MARGIN_FRAMES), min(count, end + _MARGIN_FRAMES)


def _frame_powers(samples: Samples, sample_rate_hz: int, count: int) -> Array:
    """Variance of each 32 ms of the sound at its own rate: hiss above 8 kHz counts, an offset or drift does not."""
    bounds = np.round(np.arange(count + 1) * _FRAME_S * sample_rate_hz).astype(int).clip(0, samples.size)
    return np.array([samples[begin:end].var(dtype=np.float64) for begin, end in pairwise(bounds.tolist())])


def _floor_power(powers: Array, probability: Array) -> float:
    """Power between words: of frames that, like both their neighbours, hold no speech; else of the quietest frames."""
    quiet = np.concatenate([[True], probability < SPEECH_UNTIL, [True]])
    between = powers[quiet[:-2] & quiet[1:-1] & quiet[2:]]
    if between.size >= _LEAST_FLOOR_FRAMES:
        return float(np.quantile(between, _FLOOR_QUANTILE))
    return float(np.quantile(powers, _QUIETEST))


def _steady_kind(frames: Samples) -> tuple[bool, bool]:
    """Whether a sound without speech is a tone, and whether it is noise, by at most a minute of its louder frames."""
    levels = 10 * np.log10(np.square(frames, dtype=np.float64).mean(axis=1) + _TINY)
    if levels.max() < _AUDIBLE_DBFS:
        return False, False
    loud = frames[levels > levels.max() - _ACTIVE_DB][:_FRAMES_PER_RUN]
    steady = spectral_change(loud) < _STEADY_CHANGE
    noisy = _flatness(loud, *_BANDS_HZ) >= _NOISE_FLATNESS
    return steady and not noisy, steady and noisy


def _dbfs(power: float) -> float:
    return max(_LOWEST_DBFS, 10 * math.log10(power + _TINY))

"""What of a guide is followed outside the engine: its level and, where the engine follows none, its overall length."""

from dataclasses import replace
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy

from studio.audio.gain import speech_power
from studio.audio.pauses import quiet_edges
from studio.audio.stretch import stretch
from studio.engines.base import Rendered, Samples, Word
from studio.manuscript.guide import GUIDE_STEP_S, Guide

_SMOOTH_STEPS: Final = round(0.080 / GUIDE_STEP_S)
_GLIDE_STEPS: Final = round(0.060 / GUIDE_STEP_S)  # 30 ms to each side: attack and release
_SPEAKING_ABOVE_DB: Final = -25.0
_LARGEST_GAIN_DB: Final = 6.0
_LARGEST_STRETCH: Final = 2.0
_TINY: Final = 1e-12

Array = npt.NDArray[np.float64]


def follow_length(rendered: Rendered, guide: Guide) -> Rendered:
    """Say a whole line as long as the guide takes for it, within twice and half its length."""
    begin_s, end_s = _said(rendered)
    factor = (guide.words[-1][1] - guide.words[0][0]) / max(end_s - begin_s, GUIDE_STEP_S)
    factor = min(max(factor, 1 / _LARGEST_STRETCH), _LARGEST_STRETCH)
    count = rendered.samples.size
    length = round(count * factor)
    return replace(
        rendered,
        samples=stretch(rendered.samples, rendered.sample_rate_hz, length=length),
        words=tuple(Word(word.text, word.start_s * factor, word.end_s * factor) for word in rendered.words),
        spans=tuple((begin * length // count, end * length // count) for begin, end in rendered.spans),
    )


def follow_level(rendered: Rendered, guide: Guide) -> Samples:
    """Make a line louder and softer where the guide is, aligned by the start of the first word.

    Only where both speak, by what the take lacks of the guide's level (both against their own level of speech, smoothed
    over 80 ms), by 6 dB at most.

    Returns:
        float32 mono [n]; it may exceed ±1.
    """
    samples, rate_hz = rendered.samples, rendered.sample_rate_hz
    own = _levels_db(samples, rate_hz)
    times_s = np.arange(own.size) * GUIDE_STEP_S
    offset_s = guide.words[0][0] - _said(rendered)[0]
    level = _smoothed_db(np.array(guide.level_db, np.float64))
    guide_times_s = np.arange(level.size) * GUIDE_STEP_S
    wanted = np.interp(times_s + offset_s, guide_times_s, level, left=-np.inf, right=-np.inf)
    speaking = (own > _SPEAKING_ABOVE_DB) & (wanted > _SPEAKING_ABOVE_DB)
    if not speaking.any():
        return samples
    lacking = np.clip(wanted[speaking] - own[speaking], -_LARGEST_GAIN_DB, _LARGEST_GAIN_DB)
    gain_db = scipy.ndimage.uniform_filter1d(
        np.interp(times_s, times_s[speaking], lacking), _GLIDE_STEPS, mode="nearest"
    )
    gain = 10 ** (np.interp(np.arange(samples.size) / rate_hz, times_s, gain_db) / 20)
    followed: Samples = (samples * gain).astype(np.float32)
    return followed


def _said(rendered: Rendered) -> tuple[float, float]:
    """When the first word begins and the last ends, in seconds."""
    if rendered.words:
        return rendered.words[0].start_s, rendered.words[-1].end_s
    begin, end = quiet_edges(rendered.samples, rendered.sample_rate_hz)
    return begin / rendered.sample_rate_hz, end / rendered.sample_rate_hz


def _levels_db(samples: Samples, rate_hz: int) -> Array:
    """Level every `GUIDE_STEP_S`, smoothed, in dB from the level of speech; float64 [steps]."""
    power = scipy.ndimage.uniform_filter1d(
        samples.astype(np.float64) ** 2, 2 * round(GUIDE_STEP_S * rate_hz), mode="constant"
    )
    at = np.arange(0, samples.size / rate_hz, GUIDE_STEP_S)
    steps = power[np.minimum(np.rint(at * rate_hz).astype(int), samples.size - 1)]
    return _smoothed_db(10 * np.log10(np.maximum(steps, 0) / max(speech_power(samples, rate_hz), _TINY) + _TINY))


def _smoothed_db(level_db: Array) -> Array:
    smoothed: Array = 10 * np.log10(
        scipy.ndimage.uniform_filter1d(10 ** (level_db / 10), _SMOOTH_STEPS, mode="nearest") + _TINY
    )
    return smoothed

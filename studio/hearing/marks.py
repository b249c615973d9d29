"""The synthetic-speech mark: finds the inaudible mark that Resemble AI's Perth leaves in generated speech.

A recording that carries it came out of a machine, so it can be neither a statement nor a reference. The mark says no
more than that, and its absence proves nothing: most generators leave none, and a change of pitch by 3 % removes it.

The detector is the network of resemble-perth 1.0.1 as ONNX (voices/LICENSES.md, benchmarks/export_mark_detector.py),
behind a spectrogram of our own.
"""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt
import onnxruntime

from studio.audio.resample import resample
from studio.audio.samples import Samples
from studio.hearing.models import load_model

MARK_MODEL: Final = "mark-perth.onnx"
MARK_THRESHOLD: Final = 0.8
"""Of 1012 stretches of human speech by 93 readers the highest scored 0.49; marked speech 0.98 and more, through MP3 at
32 kbps, 8 kHz and noise 20 dB below it. Three marked seconds at the least favourable place among others score 0.79."""

_RATE_HZ = 32_000
_FFT_SAMPLES = 2_048
_HOP_SAMPLES = 320
_FLOOR_DB, _HEADROOM_DB = -180.0, 15.0  # levels are handed to the network as shares of this range
_WINDOW_FRAMES, _STEP_FRAMES = 300, 100  # 3 s and 1 s
_MIN_FRAMES = 20
_PAUSE_DB = 40.0

_Levels = npt.NDArray[np.float32]


@dataclass(frozen=True, slots=True)
class MarkReport:
    """How sure the detector is that speech carries the mark, 0 to 1.

    Attributes:
        score: the highest window's, since a recording may be synthetic in part; 0 of a recording that is too short.
        windows: scores of stretches of three seconds of speech, pauses left out, one second apart.
    """

    score: float
    windows: tuple[float, ...]

    @property
    def marked(self) -> bool:
        """Whether at least one stretch was made by a machine."""
        return self.score >= MARK_THRESHOLD


def detect_mark(samples: Samples, rate_hz: int) -> MarkReport:
    """Listen for the mark in mono sound.

    Args:
        samples: float32 [n], a few minutes at the most.
        rate_hz: their rate.

    Raises:
        MissingError: the detector is missing from the installation, or altered.
    """
    levels = _without_pauses(_levels(resample(samples, rate_hz, _RATE_HZ)))
    frames = levels.shape[1]
    if frames < _MIN_FRAMES:
        return MarkReport(0.0, ())
    starts = range(0, max(1, frames - _WINDOW_FRAMES + 1), _STEP_FRAMES)
    session = _detector()
    scores = tuple(_score(session, levels[:, start : start + _WINDOW_FRAMES]) for start in starts)
    return MarkReport(max(scores), scores)


def _levels(sound: Samples) -> _Levels:
    """Spectrogram [bins, frames] in decibels, scaled as the network was trained on."""
    if sound.size < _FFT_SAMPLES:
        return np.zeros((_FFT_SAMPLES // 2 + 1, 0), np.float32)
    padded = np.pad(sound, _FFT_SAMPLES // 2, mode="reflect")
    frames = np.lib.stride_tricks.sliding_window_view(padded, _FFT_SAMPLES)[::_HOP_SAMPLES]
    window = np.hanning(_FFT_SAMPLES + 1)[:-1].astype(np.float32)
    levels = np.empty((_FFT_SAMPLES // 2 + 1, len(frames)), np.float32)
    for start in range(0, len(frames), _WINDOW_FRAMES):
        spectrum = np.abs(np.fft.rfft(frames[start : start + _WINDOW_FRAMES] * window, axis=1))
        decibels = 20 * np.log10(np.maximum(spectrum, 10 ** (_FLOOR_DB / 20)))
        levels[:, start : start + _WINDOW_FRAMES] = ((decibels - _FLOOR_DB) / (_HEADROOM_DB - _FLOOR_DB)).T
    return levels


def _without_pauses(levels: _Levels) -> _Levels:
    """Leave out frames far below the loud ones: a pause has nothing to carry a mark, and would dilute the score."""
    if not levels.shape[1]:
        return levels
    loudness = levels.max(axis=0)
    bound = np.percentile(loudness, 95) - _PAUSE_DB / (_HEADROOM_DB - _FLOOR_DB)
    return levels[:, loudness > max(bound, 0.0)]


def _score(session: onnxruntime.InferenceSession, levels: _Levels) -> float:
    (score,) = session.run(None, {"levels": np.ascontiguousarray(levels)[None]})
    return float(np.clip(score[0], 0.0, 1.0))


@lru_cache(maxsize=1)
def _detector() -> onnxruntime.InferenceSession:
    return load_model(MARK_MODEL)

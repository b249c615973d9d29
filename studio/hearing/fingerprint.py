"""Near-duplicate recordings: the same take found again after coding, gain, resampling, trimming or splicing.

After Haitsma and Kalker, "A Highly Robust Audio Fingerprinting System" (ISMIR 2002): a frame's 32 bits say where,
from one of 33 bands to the next, energy rises faster than in the frame before. Frames are longer and further apart
here, since one recording is held against a few others and not against a million songs. The same words said again by the
same person give other bits: nobody times two readings to a few hundredths of a second.
"""

import base64
import binascii
from typing import Final

import numpy as np
import numpy.typing as npt

from studio.audio.resample import resample
from studio.audio.samples import Samples
from studio.core.errors import InputError

SAME_BELOW: Final = 0.35
"""Of 57 clips, each after 16 treatments (MP3 at 32 kbps with noise and an offset the worst), all stayed under 0.32; of
1596 pairs of different clips, 134 of them of one speaker, all were over 0.40."""

STRETCH_S: Final = 4.0

_RATE_HZ = 8_000
_FRAME_SAMPLES = 2_048
_HOP_SAMPLES = 512
_BANDS = 33
_BANDS_HZ = (200.0, 3_400.0)
_BITS = _BANDS - 1
_PAUSE_DB = 35.0
_PAUSE = np.uint32(0)
_STRETCH_FRAMES = round(STRETCH_S * _RATE_HZ / _HOP_SAMPLES)
_LEAST_HEARD = 0.5  # of a stretch; bits of pauses are chance
_LEAST_FRAMES = 32  # 2 s
_TINY = 1e-12

_Frames = npt.NDArray[np.uint32]


def fingerprint(samples: Samples, rate_hz: int) -> str:
    """Fingerprint of mono sound as text: 85 characters a second; empty if it is shorter than two frames.

    Args:
        samples: float32 [n].
        rate_hz: their rate.
    """
    sound = resample(samples, rate_hz, _RATE_HZ)
    if sound.size < _FRAME_SAMPLES + _HOP_SAMPLES:
        return ""
    frames = np.lib.stride_tricks.sliding_window_view(sound, _FRAME_SAMPLES)[::_HOP_SAMPLES]
    powers = np.abs(np.fft.rfft(frames * np.hanning(_FRAME_SAMPLES), axis=1)) ** 2
    edges = np.geomspace(*_BANDS_HZ, _BANDS + 1) * _FRAME_SAMPLES / _RATE_HZ
    energies = np.log(np.add.reduceat(powers, np.round(edges).astype(int), axis=1)[:, :-1] + _TINY)
    rising = np.diff(np.diff(energies, axis=1), axis=0) > 0
    words = np.packbits(rising, axis=1).view(">u4").ravel().astype(np.uint32)
    levels = 10 * np.log10(powers.sum(axis=1) + _TINY)[1:]
    words[levels < np.percentile(levels, 95) - _PAUSE_DB] = _PAUSE
    return base64.b64encode(words.astype("<u4").tobytes()).decode("ascii")


def same_recording(a: str, b: str) -> bool:
    """Whether two recordings share a stretch of four seconds, or one lies whole in the other.

    Raises:
        InputError: one of them is no fingerprint.
    """
    return distance(a, b) < SAME_BELOW


def distance(a: str, b: str) -> float:
    """Share of bits that differ in the four seconds where two recordings are most alike: 0 for copies, 0.5 by chance.

    A shorter recording counts whole. 1 if there is too little sound to compare.

    Raises:
        InputError: one of them is no fingerprint.
    """
    first, second = sorted((_frames(a), _frames(b)), key=len)
    stretch = min(_STRETCH_FRAMES, len(first))
    if stretch < _LEAST_FRAMES:
        return 1.0
    nearest = 1.0
    for offset in range(stretch - len(second), len(first) - stretch + 1):
        left, right = first[max(0, offset) :], second[max(0, -offset) :]
        size = min(len(left), len(right))
        left, right = left[:size], right[:size]
        heard = (left != _PAUSE) & (right != _PAUSE)
        wrong = np.where(heard, np.bitwise_count(left ^ right), 0)
        counts, errors = _running_sum(heard, stretch), _running_sum(wrong, stretch)
        enough = counts >= _LEAST_HEARD * stretch
        if enough.any():
            nearest = min(nearest, float((errors[enough] / (counts[enough] * _BITS)).min()))
    return nearest


def _running_sum(values: npt.NDArray[np.generic], length: int) -> npt.NDArray[np.int64]:
    total = np.concatenate([[0], np.cumsum(values, dtype=np.int64)])
    sums: npt.NDArray[np.int64] = total[length:] - total[:-length]
    return sums


def _frames(text: str) -> _Frames:
    try:
        data = base64.b64decode(text, validate=True)
        return np.frombuffer(data, "<u4").astype(np.uint32)
    except (binascii.Error, ValueError) as error:
        raise InputError("this is not a fingerprint of a recording") from error

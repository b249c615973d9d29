"""A true whisper of voiced speech: what the mouth does is kept, the voice is replaced by breath."""

from typing import Final

import numpy as np
import numpy.typing as npt
import scipy

from studio.audio.gain import match_level
from studio.audio.samples import Samples

_FRAME_S: Final = 0.020
_HOP_S: Final = 0.005
_ORDER_PER_KHZ: Final = 1
_PRE_EMPHASIS: Final = 0.97
_DE_EMPHASIS: Final = 0.6  # less than was taken: a whisper lacks the fall of the voice's own spectrum
_WIDENING: Final = 0.985  # of the poles' radius: none follows a single partial, whose ringing would be heard as voice
_NOISE_FLOOR: Final = 1e-4


def whisper(samples: Samples, rate_hz: int, *, seed: int = 0) -> Samples:
    """Whisper what is said.

    Every 5 ms the speech is parted into vocal tract and excitation by linear prediction (autocorrelation method:
    Makhoul, "Linear prediction: a tutorial review", Proc. IEEE 1975); noise of the excitation's strength at that moment
    takes its place. Words, rhythm and level of the speech are kept.

    Args:
        samples: float32 mono [n].
        rate_hz: its rate.
        seed: of the noise; the same seed gives the same samples.

    Returns:
        float32 mono [n]; it may exceed ±1.
    """
    frame, hop = 2 * (round(_FRAME_S * rate_hz) // 2), round(_HOP_S * rate_hz)
    window = scipy.signal.get_window("hann", frame)
    emphasised = scipy.signal.lfilter([1, -_PRE_EMPHASIS], [1], np.pad(samples.astype(np.float64), frame))
    noise = np.random.default_rng(seed).standard_normal(emphasised.size)
    said = np.zeros(emphasised.size)
    weight = np.full(emphasised.size, 1e-3)
    order = round(rate_hz / 1000 * _ORDER_PER_KHZ)
    for begin in range(0, emphasised.size - frame + 1, hop):
        part = slice(begin, begin + frame)
        tract, strength = _linear_prediction(emphasised[part] * window, order)
        lead = min(begin, frame)  # let the filter swing in before the frame
        breath = scipy.signal.lfilter([strength], tract, noise[begin - lead : begin + frame])[lead:]
        said[part] += breath * window
        weight[part] += window
    breathed = scipy.signal.lfilter([1], [1, -_DE_EMPHASIS], said / weight)[frame : frame + samples.size]
    return match_level(breathed.astype(np.float32), samples, rate_hz)


def _linear_prediction(windowed: npt.NDArray[np.float64], order: int) -> tuple[npt.NDArray[np.float64], float]:
    """The all-pole filter of a frame.

    Returns:
        Denominator [order + 1], and the root mean square of the excitation.
    """
    spectrum = np.fft.rfft(windowed, 2 * windowed.size)
    correlation = np.fft.irfft(np.abs(spectrum) ** 2)[: order + 1] / windowed.size
    if correlation[0] <= 0:
        return np.eye(1, order + 1)[0], 0.0
    correlation[0] *= 1 + _NOISE_FLOOR
    predictor = scipy.linalg.solve_toeplitz(correlation[:-1], correlation[1:])
    power = correlation[0] - predictor @ correlation[1:]
    return np.concatenate([[1.0], -predictor]) * _WIDENING ** np.arange(order + 1), float(np.sqrt(max(power, 0.0)))

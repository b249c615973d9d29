"""Level of speech, and gain that changes with time."""

import numpy as np
import numpy.typing as npt
import scipy

from studio.audio.samples import Samples

_FRAMES_PER_S = 50
_SPEAKING_BELOW_LOUDEST = 10 ** (-30 / 10)


def speech_power(samples: Samples, rate_hz: int) -> float:
    """Mean square of the 20 ms frames that lie less than 30 dB under the loudest: speech without its pauses.

    Returns:
        Mean square, full scale 1; 0 for silence.
    """
    frame = round(rate_hz / _FRAMES_PER_S)
    padded = np.pad(samples.astype(np.float64), (0, -samples.size % frame))
    power = np.mean(padded.reshape(-1, frame) ** 2, axis=1)
    if not power.size or power.max() == 0:
        return 0.0
    return float(power[power > _SPEAKING_BELOW_LOUDEST * power.max()].mean())


def match_level(samples: Samples, like: Samples, rate_hz: int) -> Samples:
    """Bring speech to the level of other speech; silence stays as it is."""
    own, wanted = speech_power(samples, rate_hz), speech_power(like, rate_hz)
    return (samples * np.sqrt(wanted / own)).astype(np.float32) if own and wanted else samples


def within_full_scale(samples: Samples) -> Samples:
    """Turn sound down if any sample is beyond ±1; else the very same array."""
    peak = float(np.max(np.abs(samples), initial=0.0))
    return (samples / peak).astype(np.float32).clip(-1, 1) if peak > 1 else samples


def crossfades(spans: tuple[tuple[int, int], ...], count: int, fade_samples: int) -> npt.NDArray[np.float32]:
    """How much of each adjoining span sounds at each sample, with linear crossfades centred on their borders.

    Args:
        spans: begin and end in samples, ascending, without gaps; the first and last reach to the ends of the sound.
        count: length of the sound.
        fade_samples: length of a crossfade.

    Returns:
        float32 [spans, count]; each column sums to 1.
    """
    weights = np.zeros((len(spans), count), np.float32)
    for row, (begin, end) in zip(weights, spans, strict=True):
        row[begin:end] = 1
    weights[0, : spans[0][0]] = 1
    weights[-1, spans[-1][1] :] = 1
    faded: npt.NDArray[np.float32] = scipy.ndimage.uniform_filter1d(
        weights, max(1, fade_samples), axis=1, mode="nearest"
    )
    return faded

"""A look-ahead limiter of true peaks."""

import numpy as np
import numpy.typing as npt
import scipy

_TAPS = 24
_BEFORE = _TAPS // 2 - 1  # samples that the interpolator needs before the sample it starts from
_AFTER = _TAPS // 2
_OVERSAMPLING = 4
_KAISER_BETA = 6.0

Signal = npt.NDArray[np.float64]


def _interpolators() -> list[Signal]:
    offsets = np.arange(-_BEFORE, _AFTER + 1)
    filters = []
    for phase in range(1, _OVERSAMPLING):
        distance = offsets - phase / _OVERSAMPLING
        taps = np.sinc(distance) * np.i0(_KAISER_BETA * np.sqrt(1 - (distance / (_AFTER + 0.25)) ** 2))
        filters.append((taps / taps.sum())[::-1].copy())
    return filters


_FILTERS = _interpolators()
_WORST_OVERSHOOT = max(float(np.abs(taps).sum()) for taps in _FILTERS)


class TruePeakLimiter:
    """Keeps the true peak (4x oversampled, as ITU-R BS.1770-4 Annex 2 measures it) under a ceiling.

    The gain a peak needs is held over the look-ahead, released at a constant rate in dB, and smoothed by a kernel no
    longer than the look-ahead: an average of values that are each enough for a peak is enough for it, so the ceiling
    holds without clipping, and the gain bends instead of breaking.

    Output lags input by `latency_samples`; `finish` gives the rest, so that the joined output, less the first
    `latency_samples`, is as long as the joined input.
    """

    def __init__(
        self, rate_hz: int, ceiling_dbtp: float, *, look_ahead_s: float = 0.005, release_db_per_s: float = 40.0
    ) -> None:
        half = round(rate_hz * look_ahead_s / 2)
        self._boxes = (half + 1, half + 1)
        self._look_ahead = sum(self._boxes) - len(self._boxes)
        self._ceiling = 10 ** (ceiling_dbtp / 20)
        self._release_db = release_db_per_s / rate_hz
        self.latency_samples = self._look_ahead + _AFTER
        self.max_reduction_db = 0.0
        self._input = np.zeros(self._look_ahead + _TAPS - 1)
        self._between = 0.0
        self._needed_db = np.zeros(self._look_ahead)
        self._held_db = np.zeros(self._look_ahead)

    def process(self, block: Signal) -> tuple[Signal, Signal]:
        """Limit a block: as many samples of output, `latency_samples` late, and their gain reduction in dB."""
        count = len(block)
        joined = np.concatenate([self._input, block])
        self._input = joined[count:].copy()
        needed_db = np.concatenate([self._needed_db, self._reduction_needed(joined[self._look_ahead :], count)])
        self._needed_db = needed_db[count:].copy()
        if not needed_db.any() and not self._held_db.any():
            return joined[_BEFORE : _BEFORE + count], np.zeros(count)
        held_db = np.concatenate([self._held_db, self._hold(needed_db, count)])
        self._held_db = held_db[count:].copy()
        reduction_db = held_db
        for width in self._boxes:
            reduction_db = _running_mean(reduction_db, width)
        self.max_reduction_db = max(self.max_reduction_db, float(reduction_db.max()))
        return joined[_BEFORE : _BEFORE + count] * 10 ** (reduction_db / -20), reduction_db

    def finish(self) -> tuple[Signal, Signal]:
        """The last `latency_samples` samples of output, and their gain reduction in dB."""
        return self.process(np.zeros(self.latency_samples))

    def _reduction_needed(self, context: Signal, count: int) -> Signal:
        """Reduction in dB that each sample's surroundings need; `context` is the block and `_TAPS - 1` before it."""
        if np.abs(context).max() * _WORST_OVERSHOOT <= self._ceiling:
            self._between = 0.0
            return np.zeros(count)
        peaks_between = np.zeros(count)
        for taps in _FILTERS:
            np.maximum(peaks_between, np.abs(np.convolve(context, taps, "valid")), out=peaks_between)
        before = np.concatenate([[self._between], peaks_between[:-1]])
        self._between = float(peaks_between[-1])
        peaks = np.maximum(np.abs(context[_BEFORE : _BEFORE + count]), np.maximum(before, peaks_between))
        needed: Signal = 20 * np.log10(np.maximum(peaks / self._ceiling, 1.0))
        return needed

    def _hold(self, needed_db: Signal, count: int) -> Signal:
        """Greatest need within the look-ahead of each sample, falling no faster than the release."""
        width = self._look_ahead + 1
        ahead = scipy.ndimage.maximum_filter1d(needed_db, width, origin=-(width // 2), mode="constant")[:count]
        fall = self._release_db * np.arange(1, count + 1)
        start = self._held_db[-1] if len(self._held_db) else 0.0
        held: Signal = np.maximum(np.maximum.accumulate(np.maximum(ahead + fall, start)) - fall, 0.0)
        return held


def _running_mean(values: Signal, width: int) -> Signal:
    sums = np.cumsum(np.concatenate([[0.0], values]))
    means: Signal = np.maximum((sums[width:] - sums[:-width]) / width, 0.0)
    return means

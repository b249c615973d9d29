"""The soft noise of a quiet room, laid under a whole chapter so that pauses are never dead."""

import numpy as np
import numpy.typing as npt
import scipy

_CUTOFF_HZ = 400.0
_SETTLE_SAMPLES = 4096


class RoomTone:
    """Gaussian noise through a one-pole low-pass at 400 Hz (-6 dB per octave above, like distant ventilation).

    Equal seeds give equal noise, however it is cut into blocks.
    """

    def __init__(self, rate_hz: int, level_dbfs: float, seed: int) -> None:
        """Start the tone.

        Args:
            rate_hz: of the sound it goes under.
            level_dbfs: its RMS.
            seed: of the noise.
        """
        keep = float(np.exp(-2 * np.pi * _CUTOFF_HZ / rate_hz))
        white_rms = 10 ** (level_dbfs / 20) * np.sqrt((1 + keep) / (1 - keep))
        self._feed = (1 - keep) * white_rms
        self._keep = keep
        self._noise = np.random.default_rng(seed)
        self._state = np.zeros(1)
        self.next(_SETTLE_SAMPLES)

    def next(self, count: int) -> npt.NDArray[np.float64]:
        """The next `count` samples of it."""
        if not count:
            return np.zeros(0)  # the filter would forget its state
        white = self._noise.standard_normal(count)
        tone, self._state = scipy.signal.lfilter([self._feed], [1.0, -self._keep], white, zi=self._state)
        samples: npt.NDArray[np.float64] = tone
        return samples

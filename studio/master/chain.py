"""The tone-shaping chain: everything between the assembled takes and the gain that sets the final level."""

import numpy as np

from studio.audio.samples import Samples
from studio.master.dynamics import CONTROL_STEP_SAMPLES, Butterworth, Compressor, DeEsser, GainFollower

BLOCK_SAMPLES = CONTROL_STEP_SAMPLES * 1960
"""Length of the blocks that the chain works on: two seconds at 44.1 kHz."""


class Chain:
    """High-pass, two gentle compressors and a de-esser; no latency.

    The result does not depend on how the sound is cut, as long as every block but the last is whole control steps.
    """

    def __init__(self, rate_hz: int) -> None:
        self._stages = (
            Butterworth(rate_hz, 80.0, "highpass"),
            Compressor(GainFollower(rate_hz, threshold_dbfs=-30.0, ratio=1.6, attack_s=0.020, release_s=0.250)),
            Compressor(GainFollower(rate_hz, threshold_dbfs=-21.0, ratio=4.0, attack_s=0.001, release_s=0.080)),
            DeEsser(
                rate_hz,
                5500.0,
                GainFollower(
                    rate_hz, threshold_dbfs=-30.0, ratio=3.0, attack_s=0.001, release_s=0.050, max_reduction_db=8.0
                ),
            ),
        )

    def process(self, block: Samples) -> Samples:
        """Shape a block; only the last one may be of any length."""
        short = -len(block) % CONTROL_STEP_SAMPLES
        signal = np.pad(block.astype(np.float64), (0, short))
        for stage in self._stages:
            signal = stage.process(signal)
        shaped: Samples = signal[: len(block)].astype(np.float32)
        return shaped

"""What sound is in memory."""

import numpy as np
import numpy.typing as npt

Samples = npt.NDArray[np.float32]
"""Mono sound: float32 of shape [samples], full scale ±1."""

Frames = npt.NDArray[np.float32]
"""Sound of any number of channels: float32 of shape [samples, channels], full scale ±1."""

"""What the built-in voices sound like: prints by two encoders, pitch and range, measured once and shipped."""

from dataclasses import dataclass
from functools import lru_cache
from typing import Final

import numpy as np
import numpy.typing as npt

from studio.core.errors import MissingError
from studio.core.resources import shipped

BANK_FILE: Final = "voice-bank.npz"

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, slots=True, eq=False)
class VoiceBank:
    """Built-in voices, one in each row.

    Attributes:
        voice_ids: their ids.
        female: bool [n].
        resemblyzer: float64 [n, 256], of length 1: what a match is searched by.
        campplus: float64 [n, 192], of length 1: what judges it.
        pitch_hz: float64 [n], geometric mean.
        range_st: float64 [n], standard deviation of the pitch in semitones.
    """

    voice_ids: tuple[str, ...]
    female: npt.NDArray[np.bool_]
    resemblyzer: Floats
    campplus: Floats
    pitch_hz: Floats
    range_st: Floats


@lru_cache(maxsize=1)
def load_bank() -> VoiceBank:
    """The bank that ships; made by benchmarks/build_voice_bank.py.

    Raises:
        MissingError: it is not there.
    """
    try:
        with np.load(shipped("voices", BANK_FILE), allow_pickle=False) as bank:
            return VoiceBank(
                voice_ids=tuple(bank["voice_id"].tolist()),
                female=bank["female"],
                resemblyzer=bank["resemblyzer"].astype(np.float64),
                campplus=bank["campplus"].astype(np.float64),
                pitch_hz=bank["pitch_hz"].astype(np.float64),
                range_st=bank["range_st"].astype(np.float64),
            )
    except FileNotFoundError as error:
        raise MissingError("the bank of built-in voices is missing", hint="Reinstall the package.") from error

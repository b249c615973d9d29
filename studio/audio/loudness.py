"""Measurement of level, peaks, loudness, noise floor and edges, block by block in constant memory."""

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyebur128
from pyebur128 import MeasurementMode, R128State

from studio.audio.samples import Frames, Samples

SILENCE_DB = -120.0
"""What stands for minus infinity: silence has figures, too."""

EDGE_DBFS = -50.0
"""A 10 ms frame above this level is heard; room tone is below it."""

_FLOOR_STEPS_PER_S = 10
_FLOOR_WINDOW_STEPS = 4
_EDGE_FRAMES_PER_S = 100


@dataclass(frozen=True, slots=True)
class Figures:
    """What a sound file measures.

    Attributes:
        duration_s: its length.
        rms_dbfs: level over the whole file, as the square root of the mean square of all channels.
        peak_dbfs: greatest absolute sample.
        true_peak_dbtp: peak between the samples, ITU-R BS.1770-4 Annex 2 (libebur128: 4x, 2x from 96 kHz).
        floor_dbfs: noise floor as Audacity's ACX Check has it: least RMS of any 0.4 s, every 0.1 s.
        lufs: integrated loudness, EBU R 128 (ITU-R BS.1770-4, gated).
        head_s: time before the first 10 ms frame above -50 dBFS RMS.
        tail_s: time after the last such frame.
        digital_silence_s: longest run of samples that are exactly zero.
        dc: greatest mean of a channel, full scale 1.
    """

    duration_s: float
    rms_dbfs: float
    peak_dbfs: float
    true_peak_dbtp: float
    floor_dbfs: float
    lufs: float
    head_s: float
    tail_s: float
    digital_silence_s: float
    dc: float


def power_db(mean_square: float) -> float:
    """Mean square as dB relative to full scale 1 (a full-scale square wave is 0 dBFS), never below -120."""
    return max(SILENCE_DB, 10 * math.log10(mean_square)) if mean_square > 0 else SILENCE_DB


def amplitude_db(amplitude: float) -> float:
    """Amplitude as dB relative to full scale 1, never below -120."""
    return power_db(amplitude * amplitude)


class _Windows:
    """Mean squares of equal windows of a stream, whatever blocks it comes in."""

    def __init__(self, window_samples: int) -> None:
        self.window_samples = window_samples
        self._rest: npt.NDArray[np.float64] = np.zeros(0)

    def add(self, power: npt.NDArray[np.float64]) -> npt.NDArray[np.float64]:
        joined = np.concatenate([self._rest, power]) if len(self._rest) else power
        whole = len(joined) // self.window_samples * self.window_samples
        self._rest = joined[whole:].copy()
        means: npt.NDArray[np.float64] = joined[:whole].reshape(-1, self.window_samples).mean(axis=1)
        return means

    def rest(self) -> float:
        """Mean square of the unfinished window; 0 if it is empty."""
        return float(self._rest.mean()) if len(self._rest) else 0.0


class Meter:
    """Measures sound as it streams by: `add` every block, then ask for the `figures`."""

    def __init__(self, rate_hz: int, channels: int = 1) -> None:
        self._rate_hz = rate_hz
        self._channels = channels
        self._samples = 0
        self._power_sum = 0.0
        self._sum = np.zeros(channels)
        self._peak = 0.0
        self._floor = _Windows(round(rate_hz / _FLOOR_STEPS_PER_S))
        self._floor_steps: npt.NDArray[np.float64] = np.zeros(0)
        self._floor_power = math.inf
        self._edges = _Windows(round(rate_hz / _EDGE_FRAMES_PER_S))
        self._edge_frames = 0
        self._first_heard: int | None = None
        self._last_heard = 0
        self._zeros = 0
        self._longest_zeros = 0
        self._r128 = R128State(channels, rate_hz, MeasurementMode.MODE_I | MeasurementMode.MODE_TRUE_PEAK)

    def add(self, block: Frames | Samples) -> None:
        """Take in a block: float32 [n, channels], or [n] if there is one channel."""
        if not len(block):
            return
        frames = block.reshape(-1, self._channels)
        squares = frames.astype(np.float64) ** 2
        power = squares[:, 0] if self._channels == 1 else squares.mean(axis=1)
        self._samples += len(frames)
        self._power_sum += float(power.sum())
        self._sum += frames.sum(axis=0, dtype=np.float64)
        self._peak = max(self._peak, float(np.abs(frames).max()))
        self._add_floor(self._floor.add(power))
        self._add_edges(self._edges.add(power))
        self._add_zeros(power)
        self._r128.add_frames(np.ascontiguousarray(frames, np.float32).ravel(), len(frames))

    def _add_floor(self, steps: npt.NDArray[np.float64]) -> None:
        joined = np.concatenate([self._floor_steps, steps])
        if len(joined) >= _FLOOR_WINDOW_STEPS:
            windows = np.lib.stride_tricks.sliding_window_view(joined, _FLOOR_WINDOW_STEPS).mean(axis=1)
            self._floor_power = min(self._floor_power, float(windows.min()))
            joined = joined[-(_FLOOR_WINDOW_STEPS - 1) :]
        self._floor_steps = joined

    def _add_edges(self, frames: npt.NDArray[np.float64]) -> None:
        heard = np.flatnonzero(frames > 10 ** (EDGE_DBFS / 10))
        if len(heard):
            if self._first_heard is None:
                self._first_heard = self._edge_frames + int(heard[0])
            self._last_heard = self._edge_frames + int(heard[-1]) + 1
        self._edge_frames += len(frames)

    def _add_zeros(self, power: npt.NDArray[np.float64]) -> None:
        sounding = np.flatnonzero(power)
        if not len(sounding):
            self._zeros += len(power)
        else:
            inside = int(np.diff(sounding).max(initial=1)) - 1
            self._longest_zeros = max(self._longest_zeros, self._zeros + int(sounding[0]), inside)
            self._zeros = len(power) - 1 - int(sounding[-1])
        self._longest_zeros = max(self._longest_zeros, self._zeros)

    def figures(self) -> Figures:
        """The figures of all that was added so far; silence, or nothing, reads -120 dB."""
        count = max(1, self._samples)
        mean_square = self._power_sum / count
        duration_s = self._samples / self._rate_hz
        floor_power = self._floor_power if math.isfinite(self._floor_power) else mean_square
        head_s, tail_s = duration_s, duration_s
        if self._first_heard is not None:
            frame_samples = self._edges.window_samples
            head_s = self._first_heard * frame_samples / self._rate_hz
            tail_s = max(0.0, duration_s - self._last_heard * frame_samples / self._rate_hz)
        return Figures(
            duration_s=duration_s,
            rms_dbfs=power_db(mean_square),
            peak_dbfs=amplitude_db(self._peak),
            true_peak_dbtp=max(amplitude_db(self._peak), amplitude_db(self._true_peak())),
            floor_dbfs=power_db(floor_power),
            lufs=self._integrated(),
            head_s=head_s,
            tail_s=tail_s,
            digital_silence_s=self._longest_zeros / self._rate_hz,
            dc=float(np.abs(self._sum / count).max()),
        )

    def _true_peak(self) -> float:
        return max(float(pyebur128.get_true_peak(self._r128, channel)) for channel in range(self._channels))

    def _integrated(self) -> float:
        value = float(pyebur128.get_loudness_global(self._r128))
        return max(SILENCE_DB, value) if math.isfinite(value) else SILENCE_DB

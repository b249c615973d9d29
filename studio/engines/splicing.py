"""Pieces of speech joined, and silence put between words, without a click."""

from dataclasses import dataclass

import numpy as np

from studio.engines.base import Samples
from studio.engines.kokoro_tokens import Window

_FADE_S = 0.005
_SILENCE = 10 ** (-50 / 20)
_QUIET_BELOW_PEAK = 10 ** (-40 / 20)


@dataclass(frozen=True, slots=True)
class Splice:
    """Where a window went: its samples from `begin` to `end` lie at `at` in the joined sound."""

    begin: int
    end: int
    at: int

    def placed(self, sample: int) -> int:
        """Where a sample of the window is heard; what was cut off counts as its edge."""
        return self.at + min(max(sample, self.begin), self.end) - self.begin


@dataclass(frozen=True, slots=True)
class Joined:
    """Windows joined, and where each went."""

    samples: Samples
    splices: tuple[Splice, ...]


def join_windows(parts: list[tuple[Samples, Window]], rate_hz: int) -> Joined:
    """Join windows without a click: cut the model's own silence at each seam, fade 5 ms, and put the pause there."""
    if len(parts) == 1:
        samples = parts[0][0]
        return Joined(samples, (Splice(0, len(samples), 0),))
    fade_samples = round(_FADE_S * rate_hz)
    fade = np.linspace(0, 1, fade_samples, dtype=np.float32)
    joined: list[Samples] = []
    splices: list[Splice] = []
    position = 0
    for index, (samples, window) in enumerate(parts):
        loud = np.flatnonzero(np.abs(samples) > _SILENCE)
        heard, until = (int(loud[0]), int(loud[-1]) + 1) if loud.size else (0, samples.size)
        is_last = index + 1 == len(parts)
        begin = 0 if index == 0 else max(0, heard - fade_samples)
        end = samples.size if is_last else min(samples.size, until + fade_samples)
        piece = samples[begin:end].copy()
        edge = min(fade_samples, piece.size)
        if index > 0:
            piece[:edge] *= fade[:edge]
        splices.append(Splice(begin, end, position))
        joined.append(piece)
        if not is_last:
            piece[piece.size - edge :] *= fade[:edge][::-1]
            joined.append(np.zeros(round(window.pause_s * rate_hz), dtype=np.float32))
        position += sum(len(each) for each in joined[-1 if is_last else -2 :])
    return Joined(np.concatenate(joined), tuple(splices))


@dataclass(frozen=True, slots=True)
class Rested:
    """Sound with a silence in it, and where that begins and ends."""

    samples: Samples
    begin: int
    end: int


def insert_silence(samples: Samples, gap: tuple[int, int], seconds: float, rate_hz: int) -> Rested:
    """Make the quiet in a gap between words a silence of exactly this length.

    The quiet that is there already, around the softest place of the gap, is replaced; both sides fade in 5 ms.

    Args:
        samples: float32 mono [n].
        gap: end of the word before and begin of the word after, in samples; 0 or n at the ends of the sound.
        seconds: length of the silence.
        rate_hz: of the samples.
    """
    begin, end = min(gap), max(gap)
    fade_samples = round(_FADE_S * rate_hz)
    level = _envelope(samples, fade_samples)
    if end <= begin:
        left = right = begin
    else:
        softest = begin + int(np.argmin(level[begin:end]))
        quiet = max(_SILENCE / 10, float(level.max(initial=0.0)) * _QUIET_BELOW_PEAK, float(level[softest]))
        left, right = softest, softest
        while left > begin and level[left - 1] <= quiet:
            left -= 1
        while right < end and level[right] <= quiet:
            right += 1
    before, after = samples[:left].copy(), samples[right:].copy()
    fade = np.linspace(1, 0, fade_samples, dtype=np.float32)
    edge = min(fade_samples, len(before))
    before[len(before) - edge :] *= fade[fade_samples - edge :]
    edge = min(fade_samples, len(after))
    after[:edge] *= fade[::-1][:edge]
    rest = np.zeros(round(seconds * rate_hz), np.float32)
    return Rested(np.concatenate([before, rest, after]), left, left + len(rest))


def _envelope(samples: Samples, window: int) -> Samples:
    power = np.convolve(np.square(samples), np.ones(window, np.float32) / window, mode="same")
    envelope: Samples = np.sqrt(np.maximum(power, 0)).astype(np.float32)
    return envelope

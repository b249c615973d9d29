"""Durations and pitch for Kokoro's tokens: as a delivery asks, or as a guide recording has them."""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Final

import numpy as np
import numpy.typing as npt

from studio.engines.kokoro_graph import UNIT_SAMPLES, Reading
from studio.manuscript.delivery import Prosody
from studio.manuscript.guide import GUIDE_STEP_S, Guide

UNIT_S: Final = UNIT_SAMPLES / 24_000
VOICED_FROM_HZ: Final = 30.0
"""The model writes about 8 Hz where nothing is voiced, and passes quickly through what lies between."""

HEARD_FROM_ENERGY: Final = 4.0
"""Of the model's energy, which runs from about -10 (silence) to 8: only frames from here on count for a mean pitch.

Softer ones are where voicing sets in and dies away. There the curve falls to a half or a third of the pitch, which
nobody hears, and a mean with them lies one semitone below what is measured in the sound.
"""

LEAD_FRAMES: Final = 4
LEAD_S: Final = LEAD_FRAMES * UNIT_S / 2
"""A sound is heard about this much before its token begins: measured at the onsets of words after silence.

Pitch is not early: the curve lies where it is heard, within 10 ms.
"""

PAUSE_MARKS: Final = frozenset(";:,.!?—…")
GUIDE_PAUSE_S: Final = 0.15
"""From this on a gap in a guide is a pause, which a mark makes sound like one."""

_WIDEST_ST = 12.0
_DYING_S, _DYING_AT_END_S = 0.25, 0.3  # what durations count as a word before a pause goes on after its sound has ended
_LEAST_REST_S = 0.08
_EASING_FRAMES = 5  # 60 ms over which one delivery passes into the next
_MAX_HZ = 600.0
_LEAST_FRAMES = 8  # 0.1 s: of less no mean is taken

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Tokens:
    """What each token of a window is, padding included.

    Attributes:
        word: index of the said word, -1 between words.
        run: index of the run.
        is_pause: a mark that makes a pause between words, or the space after one.
        is_edge: padding at either end.
    """

    word: Ints
    run: Ints
    is_pause: npt.NDArray[np.bool_]
    is_edge: npt.NDArray[np.bool_]


def units_of_deliveries(reading: Reading, tokens: Tokens, prosodies: Sequence[Prosody]) -> Ints | None:
    """Durations that give each run its pace and its pauses; None if the model's own will do.

    A run as a whole takes `1 / rate` of its time; pauses inside it change by `pause_scale`, and its words make up for
    that. Rounding is carried over from token to token, so that no run drifts by more than a unit.
    """
    if all(each.rate == 1 and each.pause_scale == 1 for each in prosodies):
        return None
    units = reading.units.copy()
    for run, prosody in enumerate(prosodies):
        inside = (tokens.run == run) & ~tokens.is_edge
        if (prosody.rate == 1 and prosody.pause_scale == 1) or not inside.any():
            continue
        lengths = reading.lengths[inside].astype(np.float64)
        total = float(units[inside].sum()) / prosody.rate
        weights = np.where(tokens.is_pause[inside], prosody.pause_scale, 1.0)
        units[inside] = _rounded(lengths * weights * (total / float((lengths * weights).sum())))
    return units


def _rounded(lengths: Floats) -> Ints:
    """Whole durations of at least 1 whose sums stay as near as can be to the sums of the lengths."""
    found = np.empty(lengths.size, np.int64)
    wanted, used = 0.0, 0
    for place, length in enumerate(lengths.tolist()):
        wanted += length
        found[place] = max(1, round(wanted - used))
        used += int(found[place])
    return found


def pitch_of_deliveries(
    reading: Reading, own: Reading, tokens: Tokens, prosodies: Sequence[Prosody]
) -> npt.NDArray[np.float32]:
    """The model's pitch, moved and widened about the line's own mean as each run asks; none where it is whispered.

    The mean is of the logarithm: semitones are what a listener compares. A run's mean is moved from where it lies in
    the model's own reading: with other durations the model also comes to a slightly other pitch.

    Args:
        reading: the one to change.
        own: what the model makes of the tokens by itself.
        tokens: of both.
        prosodies: of each run.
    """
    whispered = _whispered(reading, tokens, prosodies)
    mean = _mean_octaves(reading)
    if mean is None:
        return np.where(whispered, 0.0, reading.pitch_hz).astype(np.float32)
    frames = _runs_of_frames(reading, tokens)
    shift_st = np.zeros(len(prosodies))
    for run, prosody in enumerate(prosodies):
        if (prosody.pitch_st, prosody.pitch_range) != (0.0, 1.0):
            now, before = (_mean_octaves(each, tokens.run == run) for each in (reading, own))
            drift_st = 0.0 if now is None or before is None else 12 * (now - before)
            shift_st[run] = prosody.pitch_st - drift_st
    shifts_st = _eased(shift_st[frames])
    widening = _eased(np.array([each.pitch_range for each in prosodies])[frames])
    pitch = reading.pitch_hz.astype(np.float64)
    from_mean_st = 12 * (np.log2(np.maximum(pitch, 1.0)) - mean)
    moved = np.minimum(2 ** (mean + (from_mean_st * widening + shifts_st) / 12), _MAX_HZ)
    plain = (shifts_st == 0) & (widening == 1)
    pitch = np.where((pitch > VOICED_FROM_HZ) & ~plain, moved, pitch)
    return np.where(whispered, 0.0, pitch).astype(np.float32)


def _whispered(reading: Reading, tokens: Tokens, prosodies: Sequence[Prosody]) -> npt.NDArray[np.bool_]:
    """Pitch frames without voice: those of whispered runs, and the gaps before them, where the voice would begin."""
    run_has_none = np.array([each.whispered for each in prosodies])
    none = run_has_none[tokens.run]
    for place in range(none.size - 2, -1, -1):
        if tokens.word[place] < 0 and none[place + 1]:
            none[place] = True
    return np.repeat(none, 2 * reading.units)


def _runs_of_frames(reading: Reading, tokens: Tokens) -> Ints:
    """The run that is heard in each pitch frame."""
    runs = np.repeat(tokens.run, 2 * reading.units)
    return np.append(runs[LEAD_FRAMES:], np.full(min(LEAD_FRAMES, runs.size), runs[-1]))


def _mean_octaves(reading: Reading, among: npt.NDArray[np.bool_] | None = None) -> float | None:
    """Mean of the binary logarithm of the pitch that is heard, of all tokens or some; None if there is too little."""
    heard = (reading.pitch_hz > VOICED_FROM_HZ) & (reading.energy > HEARD_FROM_ENERGY)
    if among is not None:
        heard &= np.repeat(among, 2 * reading.units)
    if np.count_nonzero(heard) < _LEAST_FRAMES:
        return None
    return float(np.log2(reading.pitch_hz[heard], dtype=np.float64).mean())


def _eased(values: Floats) -> Floats:
    if np.all(values == values[0]):
        return values
    window = np.ones(2 * _EASING_FRAMES + 1) / (2 * _EASING_FRAMES + 1)
    return np.convolve(np.pad(values, _EASING_FRAMES, mode="edge"), window, mode="valid")


def units_of_guide(reading: Reading, tokens: Tokens, guide: Guide) -> Ints:
    """Durations that put each word where the guide has it, counted from the begin of the first word.

    Inside a word the model's own proportions stay. What the guide has between two words goes to the marks and the space
    between them, but for the time in which the last sound of a word dies away: the model counts it as the word. A token
    has at least one unit; what that takes too much is taken back as soon as there is room.
    """
    units = reading.units.copy()
    spoken = np.flatnonzero(tokens.word >= 0)
    if not spoken.size:
        return units
    begin = int(units[: spoken[0]].sum())
    origin_s = guide.words[int(tokens.word[spoken[0]])][0]
    used = begin
    for first, last, until_s in _stretches(tokens, guide, int(spoken[0]), int(spoken[-1]) + 1):
        target = begin + (until_s - origin_s) / UNIT_S
        lengths = reading.lengths[first:last].astype(np.float64)
        room = max(float(last - first), target - used)
        units[first:last] = _rounded(lengths * (room / float(lengths.sum())))
        used += int(units[first:last].sum())
    return units


def _stretches(tokens: Tokens, guide: Guide, first: int, end: int) -> list[tuple[int, int, float]]:
    """Runs of tokens that are one word or one gap, each with the moment of the guide at which it ends."""
    words = tokens.word[first:end]
    edges = [first, *(first + 1 + np.flatnonzero(np.diff(words) != 0)).tolist(), end]
    found = []
    for start, stop in pairwise(edges):
        word = int(tokens.word[start])
        following = int(tokens.word[stop]) if stop < end else word
        until_s = guide.words[word][1] + _dying_s(guide, word) if word >= 0 else guide.words[following][0]
        found.append((start, stop, until_s))
    return found


def _dying_s(guide: Guide, word: int) -> float:
    """How long the durations of a word last beyond its sound, so that the pause after it is heard in full."""
    if word + 1 == len(guide.words):
        return _DYING_AT_END_S
    gap_s = guide.words[word + 1][0] - guide.words[word][1]
    return min(_DYING_S, max(0.0, gap_s - _LEAST_REST_S))


def pitch_of_guide(
    reading: Reading, tokens: Tokens, guide: Guide, prosodies: Sequence[Prosody]
) -> npt.NDArray[np.float32]:
    """The guide's melody about the voice's own mean, where the model voices; none where a run is whispered."""
    pitch = reading.pitch_hz.astype(np.float64)
    known = np.array([index for index, value in enumerate(guide.pitch_st) if value is not None])
    mean = _mean_octaves(reading)
    if mean is not None and known.size:
        heard_s = _guide_times(reading, tokens, guide)
        values = np.array([guide.pitch_st[index] for index in known], np.float64)
        melody_st = np.clip(np.interp(heard_s, known * GUIDE_STEP_S, values), -_WIDEST_ST, _WIDEST_ST)
        pitch = np.where(pitch > VOICED_FROM_HZ, np.minimum(2 ** (mean + melody_st / 12), _MAX_HZ), pitch)
    return np.where(_whispered(reading, tokens, prosodies), 0.0, pitch).astype(np.float32)


def _guide_times(reading: Reading, tokens: Tokens, guide: Guide) -> Floats:
    """The moment of the guide that each pitch frame sounds at: exact at every border of a word."""
    ends_s = np.cumsum(reading.units) * UNIT_S
    starts_s = ends_s - reading.units * UNIT_S
    said_s, heard_s = [], []
    for word in range(len(guide.words)):
        places = np.flatnonzero(tokens.word == word)
        if places.size:
            dying_s = max(LEAD_S, _dying_s(guide, word))
            said_s += [float(starts_s[places[0]]) - LEAD_S, float(ends_s[places[-1]]) - dying_s]
            heard_s += list(guide.words[word])
    moments = (np.arange(2 * int(reading.units.sum())) + 0.5) * (UNIT_S / 2)
    heard: Floats = np.interp(moments, said_s, heard_s)
    return heard

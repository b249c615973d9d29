"""When each word of a recording is said, found by comparing it with a take of the same words whose times are known.

Dynamic time warping (Sakoe and Chiba 1978) over mel-frequency cepstra, with two changes for readings by people. Pauses
are taken out of the reference, and one frame that stands for a pause of any length is put between its words: a reader
may rest wherever words meet, as long as they like, or not at all. The same frame takes breaths and clicks.
"""

from dataclasses import dataclass
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy

from studio.audio.resample import resample
from studio.audio.samples import Samples
from studio.core.errors import InputError

PAUSE_S: Final = 0.08
"""Silence from which on it is a pause and lies between words; the closures of stops are shorter."""

_RATE_HZ = 16_000
_STEP_S = 0.01
_STEP_SAMPLES = 160
_WINDOW_SAMPLES = 400
_FFT_SAMPLES = 512
_MEL_BANDS = 40
_MEL_HZ = (60.0, 7_600.0)
_CEPSTRA = 10  # more would tell the speakers apart, not the sounds
_DELTA_REACH = 2
_DELTA_WEIGHT = 0.7
_TINY = 1e-10

_LOUD_QUANTILE, _FLOOR_QUANTILE = 0.95, 0.03
_QUIET_UNDER_LOUD_DB = 32.0
_QUIET_SHARE = 0.3  # of the distance from the floor to loud speech
_QUIET_OVER_FLOOR_DB = 12.0
_INAUDIBLE_DB = -80.0

_DISTANCE = 1.35  # the cost of two frames is this times one less their cosine
_REST_COST = 0.05  # a silent frame in a pause
_NOISE_COST = 1.4  # a sound in a pause: a little more than unrelated frames
_WARP_COST = 0.2  # a step that moves in one of the two only
_BAND_SHARE = 0.3
_BAND_S = 1.0

_SNAP_S = 0.1
_BESIDE_S = 0.12  # what an engine's word times may be off its sound throughout
_CLOSURE_S = 0.16  # silence that may still be a closure, when it is well inside a word
_SHORTEST_WORD_S = 0.02

Array = npt.NDArray[np.float64]
Flags = npt.NDArray[np.bool_]
Spans = tuple[tuple[float, float], ...]

_DIAGONAL, _GUIDE_ONLY, _REFERENCE_ONLY = 0, 1, 2


@dataclass(frozen=True, slots=True)
class _Sound:
    """A sound in frames of 10 ms: features [n, 20], each of mean 0 and variance 1 over what is not silent."""

    features: Array
    quiet: Flags


def align_words(
    guide: Samples, rate_hz: int, reference: Samples, reference_rate_hz: int, words: tuple[tuple[float, float], ...]
) -> Spans:
    """Find the words of a recording.

    Args:
        guide: float32 mono [n], at most a minute or two: memory grows with the product of both lengths.
        rate_hz: its rate.
        reference: another reading of the same words, float32 mono [m].
        reference_rate_hz: its rate.
        words: begin and end in seconds of each word of the reference, ascending.

    Returns:
        Begin and end in seconds of each word in the guide, ascending, within 10 ms steps. Silence of `PAUSE_S` or more
        lies between words, not in them.

    Raises:
        InputError: there are no words, or one of the sounds is silent.
    """
    if not words:
        raise InputError("there are no words to align")
    heard, known = _analyse(guide, rate_hz), _analyse(reference, reference_rate_hz)
    words = _where_heard(words, pauses(reference, reference_rate_hz))
    order = _with_rests(known.quiet, words)
    first, last = _match(heard, known, order)
    place = np.full(len(known.quiet) + 1, -1)
    place[order[order >= 0]] = np.flatnonzero(order >= 0)
    found = []
    for begin_s, end_s in words:
        begin = _kept(place, round(begin_s / _STEP_S), forward=True)
        end = _kept(place, round(end_s / _STEP_S) - 1, forward=False)
        found.append((float(first[begin] * _STEP_S), float((last[max(begin, end)] + 1) * _STEP_S)))
    return _ascending(_around_pauses(found, pauses(guide, rate_hz)), guide.size / rate_hz)


def pauses(samples: Samples, rate_hz: int) -> Spans:
    """Begin and end in seconds of every silence of at least `PAUSE_S`, those at the ends included, by level alone."""
    quiet = _long_runs(_quiet(_levels(resample(samples, rate_hz, _RATE_HZ))))
    return tuple((begin * _STEP_S, end * _STEP_S) for begin, end in _runs(quiet))


def _analyse(samples: Samples, rate_hz: int) -> _Sound:
    sound = resample(samples, rate_hz, _RATE_HZ)
    quiet = _quiet(_levels(sound))
    if quiet.all():
        raise InputError("there is no sound in it")
    spectra = np.abs(np.fft.rfft(_frames(sound) * np.hamming(_WINDOW_SAMPLES), _FFT_SAMPLES)) ** 2
    cepstra = scipy.fft.dct(np.log(spectra @ _mel_bands().T + _TINY), norm="ortho")[:, :_CEPSTRA]
    padded = np.pad(cepstra, ((_DELTA_REACH, _DELTA_REACH), (0, 0)), mode="edge")
    deltas = padded[2 * _DELTA_REACH :] - padded[: -2 * _DELTA_REACH]
    features = np.hstack([_normal(cepstra, ~quiet), _DELTA_WEIGHT * _normal(deltas, ~quiet)])
    return _Sound(features, _long_runs(quiet))


def _frames(sound: Samples) -> Array:
    """Windows around every 10 ms, float64 [n, 400]."""
    half = _WINDOW_SAMPLES // 2
    count = max(1, sound.size // _STEP_SAMPLES)
    centre = half + _STEP_SAMPLES // 2
    padded = np.pad(sound.astype(np.float64), (half, _WINDOW_SAMPLES + _STEP_SAMPLES))
    starts = np.arange(count) * _STEP_SAMPLES + centre - half
    return np.lib.stride_tricks.sliding_window_view(padded, _WINDOW_SAMPLES)[starts]


def _levels(sound: Samples) -> Array:
    """RMS level of each frame in dB."""
    levels_db: Array = 10 * np.log10(_frames(sound).var(axis=1) + _TINY)
    return levels_db


def _quiet(levels_db: Array) -> Flags:
    """Frames of silence: far under loud speech, and nearer to the floor than to it."""
    loud, floor = np.quantile(levels_db, [_LOUD_QUANTILE, _FLOOR_QUANTILE])
    over_floor = min(_QUIET_SHARE * (loud - floor), _QUIET_OVER_FLOOR_DB)
    quiet: Flags = levels_db < max(loud - _QUIET_UNDER_LOUD_DB, floor + over_floor, _INAUDIBLE_DB)
    return quiet


def _normal(values: Array, judged: Flags) -> Array:
    chosen = values[judged]
    scaled: Array = (values - chosen.mean(axis=0)) / (chosen.std(axis=0) + _TINY)
    return scaled


def _mel_bands() -> Array:
    """Triangular bands [40, 257], evenly spaced on the mel scale of O'Shaughnessy (1987)."""
    low, high = (2595 * np.log10(1 + hz / 700) for hz in _MEL_HZ)
    points = 700 * (10 ** (np.linspace(low, high, _MEL_BANDS + 2) / 2595) - 1)
    frequencies = np.fft.rfftfreq(_FFT_SAMPLES, 1 / _RATE_HZ)
    begins, middles, ends = points[:-2, None], points[1:-1, None], points[2:, None]
    rising, falling = (frequencies - begins) / (middles - begins), (ends - frequencies) / (ends - middles)
    bands: Array = np.maximum(0, np.minimum(rising, falling))
    return bands


def _runs(flags: Flags) -> list[tuple[int, int]]:
    edges = np.flatnonzero(np.diff(np.concatenate([[False], flags, [False]]).astype(np.int8)))
    return [(int(begin), int(end)) for begin, end in edges.reshape(-1, 2)]


def _long_runs(flags: Flags) -> Flags:
    kept = np.zeros_like(flags)
    for begin, end in _runs(flags):
        kept[begin:end] = end - begin >= round(PAUSE_S / _STEP_S)
    return kept


def _with_rests(quiet: Flags, words: tuple[tuple[float, float], ...]) -> npt.NDArray[np.intp]:
    """Frames of the reference in order, its pauses taken out, and -1 for a rest at either end and between words."""
    edges = np.array(words) / _STEP_S
    gaps = [(0.0, edges[0, 0]), *zip(edges[:-1, 1], edges[1:, 0], strict=True), (edges[-1, 1], float(quiet.size))]
    order: list[int] = []
    begin = 0
    for number, (gap_begin, gap_end) in enumerate(gaps):
        low, high = max(begin, round(gap_begin)), min(quiet.size, round(gap_end))
        silent = np.flatnonzero(quiet[low:high]) + low
        middle = quiet.size if number == len(gaps) - 1 else 0 if number == 0 else (low + high) // 2
        cut, resume = (int(silent[0]), int(silent[-1]) + 1) if silent.size else (middle, middle)
        order += [*range(begin, cut), -1]
        begin = max(begin, resume)
    order += range(begin, quiet.size)
    return np.array(order)


def _kept(place: npt.NDArray[np.intp], frame: int, *, forward: bool) -> int:
    """Position of a frame of the reference in its order, or of the nearest one that was not taken out."""
    frame = min(max(frame, 0), place.size - 2)
    kept = np.flatnonzero(place >= 0)
    nearest = np.searchsorted(kept, frame, "left" if forward else "right") - (0 if forward else 1)
    return int(place[kept[min(max(int(nearest), 0), kept.size - 1)]])


def _match(
    heard: _Sound, known: _Sound, order: npt.NDArray[np.intp]
) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """First and last frame of the guide for each frame of the ordered reference."""
    rest = order < 0
    cost = _DISTANCE * scipy.spatial.distance.cdist(heard.features, known.features[order], "cosine")
    cost[:, rest] = np.where(heard.quiet, _REST_COST, _NOISE_COST)[:, None]
    spoken_heard, spoken_known = np.cumsum(~heard.quiet), np.cumsum(~rest)
    along = spoken_heard[:, None] / spoken_heard[-1] - spoken_known[None, :] / spoken_known[-1]
    reach = _BAND_SHARE + _BAND_S / _STEP_S / min(spoken_heard[-1], spoken_known[-1])
    cost[np.abs(along) > reach] = np.inf
    guide_path, known_path = _cheapest_path(cost, rest)
    last = np.zeros(order.size, np.intp)
    last[known_path] = guide_path
    first = np.zeros(order.size, np.intp)
    first[known_path[::-1]] = guide_path[::-1]
    return first, last


def _cheapest_path(cost: Array, rest: Flags) -> tuple[npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The cheapest way through [guide, reference], computed along its diagonals, so that numpy does the work.

    Steps in one direction only cost more, except into and along a rest. Row i of a diagonal array is guide frame i.
    """
    rows, columns = cost.shape
    step = np.zeros(cost.shape, np.int8)
    warp = np.where(rest, 0.0, _WARP_COST)
    before = np.full(rows + 1, np.inf)
    latest = np.full(rows + 1, np.inf)
    for diagonal in range(rows + columns - 1):
        low, high = max(0, diagonal - columns + 1), min(rows, diagonal + 1)
        i = np.arange(low, high)
        j = diagonal - i
        here, extra = cost[i, j], warp[j]
        choices = np.stack([before[low:high], latest[low:high] + extra, latest[low + 1 : high + 1] + extra])
        if diagonal == 0:
            choices[:] = 0.0
        best = choices.argmin(axis=0)
        step[i, j] = best
        # A step over a rest that the reader did not take is free; anything else pays for where it arrives.
        passed = rest[j] & (best == _REFERENCE_ONLY)
        before = latest
        latest = np.full(rows + 1, np.inf)
        latest[low + 1 : high + 1] = choices[best, i - low] + np.where(passed, 0.0, here)
    i, j = rows - 1, columns - 1
    path = [(i, j)]
    while i or j:
        best = step[i, j] if i and j else _GUIDE_ONLY if i else _REFERENCE_ONLY
        i -= int(best != _REFERENCE_ONLY)
        j -= int(best != _GUIDE_ONLY)
        path.append((i, j))
    ordered = np.array(path[::-1])
    return ordered[:, 0], ordered[:, 1]


def _where_heard(words: Spans, silences: Spans) -> Spans:
    """Times that an engine tells, moved by what they are off its sound: begins of words lie where silence ends."""
    nearest = [min((begin - quiet_end for begin, _ in words), key=abs) for _, quiet_end in silences]
    beside = [off_s for off_s in nearest if abs(off_s) <= _BESIDE_S]
    shift_s = float(np.median(beside)) if beside else 0.0
    return tuple((begin - shift_s, end - shift_s) for begin, end in words)


def _around_pauses(words: list[tuple[float, float]], silences: Spans) -> list[tuple[float, float]]:
    """Let words end and begin where silence does."""
    begins, ends = [begin for begin, _end in words], [end for _begin, end in words]
    for quiet_begin, quiet_end in silences:
        middle = (quiet_begin + quiet_end) / 2
        # The gap after word k is the one the silence is nearest to; -1 is before the first word.
        gaps = [
            (ends[k] if k >= 0 else 0.0, begins[k + 1] if k + 1 < len(words) else np.inf) for k in range(-1, len(words))
        ]
        distances = [max(gap_begin - middle, middle - gap_end, 0.0) for gap_begin, gap_end in gaps]
        k = int(np.argmin(distances)) - 1
        outside = distances[k + 1] - (quiet_end - quiet_begin) / 2
        if outside > _SNAP_S / 2 and quiet_end - quiet_begin < _CLOSURE_S:
            continue
        if k >= 0 and (ends[k] > quiet_begin or quiet_begin - ends[k] <= _SNAP_S):
            ends[k] = quiet_begin
        if k + 1 < len(words) and (begins[k + 1] < quiet_end or begins[k + 1] - quiet_end <= _SNAP_S):
            begins[k + 1] = quiet_end
    return list(zip(begins, ends, strict=True))


def _ascending(words: list[tuple[float, float]], duration_s: float) -> Spans:
    """Times in order, every word with a length, none past the end: each leaves room for those after it."""
    ordered: list[tuple[float, float]] = []
    latest = 0.0
    shortest_s = min(_SHORTEST_WORD_S, duration_s / len(words))
    for number, (begin, end) in enumerate(words):
        room = duration_s - shortest_s * (len(words) - number)
        start = max(min(begin, room), latest)
        latest = min(max(end, start + shortest_s), room + shortest_s)
        ordered.append((round(start, 4), round(latest, 4)))
    return tuple(ordered)

"""A line read as somebody wants it: is it that line, when is each word said, how do pitch and level move.

Both halves run in a worker process: recordings of unknown origin are decoded there, and the models stay warm.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy
from rapidfuzz.distance import Levenshtein

from studio.audio.flac import encode_take, read_take
from studio.audio.resample import resample
from studio.audio.samples import Samples
from studio.core.errors import InputError
from studio.hearing.alignment import align_words
from studio.hearing.clip import read_clip
from studio.hearing.pitch import track_pitch
from studio.hearing.recogniser import Recogniser
from studio.hearing.speech import measure_speech
from studio.manuscript.guide import GUIDE_STEP_S, Guide, said_words
from studio.spoken.compare import word_error_rate

LONGEST_S: Final = 60.0
MAX_WORD_ERROR_RATE: Final = 0.35
KEPT_RATE_HZ: Final = 24_000
"""A guide is kept to be heard and to be aligned anew, and both need no more."""

_LEAST_SPEECH_S = 0.2
_LEAD_S = 0.1
_SHORTEST_VOICED = 3  # steps of 16 ms; what is shorter is no tone of the voice
_SMOOTHED = 3
_ODD_ST = 15.0  # no reading strays further from its own middle: creak, or an octave error that lasts
_SOFTEST_DB, _LOUDEST_DB = -60.0, 20.0
_SHOWN_CHARS = 120
_TINY = 1e-12

Array = npt.NDArray[np.float64]
Times = tuple[tuple[float, float], ...]


@dataclass(frozen=True, slots=True)
class HearTask:
    """A recording that should be a line.

    Attributes:
        path: where it lies.
        spoken: the words of the line, as they are said.
        language: BCP 47 tag.
        weights: folder of the model files.
    """

    path: Path
    spoken: str
    language: str
    weights: Path


@dataclass(frozen=True, slots=True)
class HeardGuide:
    """A recording that is the line: its sound as FLAC, mono at `KEPT_RATE_HZ`, its length, and what was heard."""

    sound: bytes
    duration_s: float
    heard: str


@dataclass(frozen=True, slots=True)
class FollowTask:
    """A recording of a line, to be measured against a take of the same words.

    Attributes:
        recording: FLAC that `hear_guide` made.
        reference: the take.
        times: begin and end of each of `said_words(spoken)` in the take; empty if its engine does not tell.
        spoken: the words of both.
        language: BCP 47 tag.
        weights: folder of the model files.
    """

    recording: Path
    reference: Path
    times: Times
    spoken: str
    language: str
    weights: Path


def hear_guide(task: HearTask) -> HeardGuide:
    """See that a recording is a reading of the line.

    Raises:
        NotFoundError: there is no such file.
        InputError: it is too long, is not sound, nobody speaks in it, or what is said is something else.
        MissingError: a model is not installed.
    """
    clip = read_clip(task.path, longest_s=LONGEST_S)
    sound = resample(clip.samples, clip.sample_rate_hz, KEPT_RATE_HZ)
    if measure_speech(sound, KEPT_RATE_HZ).speech_s < _LEAST_SPEECH_S:
        raise InputError("nobody speaks in this recording", hint="Record the line again, closer to the microphone.")
    heard = Recogniser(task.weights).transcribe(sound, KEPT_RATE_HZ, task.language).text
    check_same_words(task.spoken, heard, task.language)
    return HeardGuide(encode_take(sound, KEPT_RATE_HZ), sound.size / KEPT_RATE_HZ, heard)


def follow_guide(task: FollowTask) -> Guide:
    """Find the words of a recording and how it is read.

    Raises:
        InputError: the words cannot be found in it.
        StorageError: a stored sound is gone or damaged.
        MissingError: a model is not installed.
    """
    recording, rate_hz = read_take(task.recording)
    reference, reference_rate_hz = read_take(task.reference)
    words = said_words(task.spoken)
    times = task.times
    if len(times) != len(words):
        transcript = Recogniser(task.weights).transcribe(reference, reference_rate_hz, task.language)
        times = times_by_letters(words, transcript.words)
    return read_guide(recording, rate_hz, align_words(recording, rate_hz, reference, reference_rate_hz, times))


def check_same_words(spoken: str, heard: str, language: str) -> None:
    """See that what was heard is the line, but for what a recogniser mishears.

    Raises:
        InputError: more than `MAX_WORD_ERROR_RATE` of its words are others.
    """
    if word_error_rate(spoken, heard, language) > MAX_WORD_ERROR_RATE:
        raise InputError(
            f"this is not a reading of the line: heard “{_shown(heard)}”, but the line is “{_shown(spoken)}”",
            hint="Read the words of the line, and nothing else.",
        )


def read_guide(samples: Samples, rate_hz: int, words: Times) -> Guide:
    """Take the delivery from a recording, and nothing else.

    Args:
        samples: float32 mono [n].
        rate_hz: its rate.
        words: begin and end in seconds of each word in it.

    Raises:
        InputError: there are no words.
    """
    if not words:
        raise InputError("there are no words in the recording")
    origin_s, end_s = max(0.0, words[0][0] - _LEAD_S), words[-1][1]
    steps = np.arange(round((end_s - origin_s) / GUIDE_STEP_S) + 1, dtype=np.float64)
    times: Array = origin_s + steps * GUIDE_STEP_S
    track = track_pitch(samples, rate_hz)
    said = _within(track.times_s, words)
    level_db = np.interp(times, track.times_s, track.level_db)
    active_db = 10 * np.log10(np.mean(10 ** (track.level_db[said] / 10)) + _TINY) if said.any() else level_db.max()
    relative_db = np.clip(level_db - active_db, _SOFTEST_DB, _LOUDEST_DB)
    return Guide(
        words=tuple((round(begin - origin_s, 4), round(end - origin_s, 4)) for begin, end in words),
        pitch_st=_contour(times, track.times_s, np.where(said, 12 * np.log2(track.hz), np.nan)),
        level_db=tuple(np.round(relative_db, 1).tolist()),
    )


def times_by_letters(words: Sequence[str], heard: Sequence[tuple[str, float, float]]) -> Times:
    """Times of the words of a spoken form, by what a recogniser heard, whatever it wrote for them.

    Letters of both are matched; what has no match lies evenly between its neighbours.

    Raises:
        InputError: nothing was heard.
    """
    letters, begins, ends = "", list[float](), list[float]()
    for text, begin, end in heard:
        plain = _letters(text)
        steps = np.linspace(begin, end, len(plain) + 1).tolist()
        letters, begins, ends = letters + plain, begins + steps[:-1], ends + steps[1:]
    if not letters:
        raise InputError("no word can be heard in the reference take", hint="Choose another voice for this line.")
    wanted = [_letters(word) for word in words]
    said = "".join(wanted)
    matched = [
        (block.a + i, block.b + i)
        for block in Levenshtein.editops(said, letters).as_matching_blocks()
        for i in range(block.size)
    ]
    places = [place for place, _ in matched] or [0]
    at_begin = np.interp(np.arange(len(said)), places, [begins[at] for _, at in matched] or [begins[0]])
    at_end = np.interp(np.arange(len(said)), places, [ends[at] for _, at in matched] or [ends[-1]])
    edges = np.cumsum([0, *map(len, wanted)]).tolist()
    return tuple((float(at_begin[first]), float(at_end[last - 1])) for first, last in pairwise(edges))


def _contour(times: Array, tracked: Array, st: Array) -> tuple[float | None, ...]:
    """Pitch at new moments, in semitones from its mean; None where the voice has none."""
    voiced = ~np.isnan(st)
    if voiced.any():
        voiced &= np.abs(st - np.median(st[voiced])) <= _ODD_ST
    edges = np.flatnonzero(np.diff(np.concatenate([[False], voiced, [False]]).astype(np.int8))).reshape(-1, 2)
    smooth = np.full(st.size, np.nan)
    for begin, end in edges:
        if end - begin >= _SHORTEST_VOICED:
            smooth[begin:end] = scipy.ndimage.median_filter(st[begin:end], _SMOOTHED, mode="nearest")
    kept = np.flatnonzero(~np.isnan(smooth))
    if not kept.size:
        return (None,) * times.size
    values = np.interp(times, tracked[kept], smooth[kept]) - smooth[kept].mean()
    nearest = np.clip(np.searchsorted(tracked, times - (tracked[1] - tracked[0]) / 2), 0, st.size - 1)
    sounding = ~np.isnan(smooth[nearest])
    return tuple(round(value, 2) if on else None for value, on in zip(values.tolist(), sounding.tolist(), strict=True))


def _within(times: Array, words: Times) -> npt.NDArray[np.bool_]:
    edges = np.ravel(words)
    inside: npt.NDArray[np.bool_] = np.searchsorted(edges, times, "right") % 2 == 1
    return inside


def _letters(text: str) -> str:
    return "".join(character for character in text.lower() if character.isalnum())


def _shown(text: str) -> str:
    return text if len(text) <= _SHOWN_CHARS else f"{text[:_SHOWN_CHARS]}…"

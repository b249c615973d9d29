"""Words of a recording are found by a take of the same words, whoever reads and however they rest."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.audio.resample import resample
from studio.audio.samples import Samples
from studio.core.errors import InputError
from studio.hearing.alignment import PAUSE_S, align_words, pauses
from studio.hearing.clip import Clip
from studio.hearing.guide import times_by_letters
from studio.hearing.recogniser import Recogniser
from studio.manuscript.delivery import Delivery
from studio.manuscript.guide import said_words
from tests.hearing.conftest import white
from tests.hearing.takes import LANGUAGE, Say, Times, sound_of, speaker

_SAID = (
    "The letter came on a wet Tuesday, between the bread and the newspaper.",
    "What on earth are you doing here? I told you to stay at home.",
)
_AUSTEN = (
    "And Mister John Dashwood had then leisure to consider how much there might be prudently in his power to do for"
    " them. He was not an ill-disposed young man, unless to be rather cold-hearted and rather selfish is to be"
    " ill-disposed."
)
_WORDS = (
    (0.24, 0.38), (0.42, 0.67), (0.77, 1.01), (1.09, 1.67), (1.72, 1.86), (1.92, 2.28), (2.37, 2.79), (2.86, 2.93),
    (2.99, 3.52), (3.66, 4.02), (4.09, 4.31), (4.40, 4.56), (4.63, 4.74), (4.82, 4.97), (5.05, 5.50), (5.56, 5.60),
    (5.65, 5.78), (5.81, 6.09), (6.14, 6.18), (6.24, 6.40), (6.50, 6.60), (6.66, 6.76),
)  # fmt: skip
"""The words of the first sentence in the recording."""


def _errors_s(found: Times, true: Times) -> np.ndarray:
    return np.abs(np.array(found) - np.array(true))[:, 0]


def _as_heard(sound: Samples, rate_hz: int, times: Times) -> Times:
    """An engine's word times, moved by what they are off its sound: median of the nearest word after each silence."""
    off = [min((begin - end for begin, _ in times), key=abs) for _, end in pauses(sound, rate_hz)[:-1]]
    return tuple((begin - float(np.median(off)), end - float(np.median(off))) for begin, end in times)


def _moved(words: Times, after_s: float, by_s: float) -> Times:
    return tuple((begin + by_s * (begin >= after_s), end + by_s * (end > after_s)) for begin, end in words)


@pytest.fixture(scope="module")
def austen(speech: Callable[[str], Clip]) -> tuple[Samples, int]:
    clip = speech("austenA")
    return clip.samples[: 7 * clip.sample_rate_hz], clip.sample_rate_hz


@pytest.fixture(scope="module")
def say(kokoro_weights: Path) -> Say:
    return speaker(kokoro_weights)


def test_a_sound_is_aligned_to_itself(austen: tuple[Samples, int]):
    sound, rate_hz = austen
    assert _errors_s(align_words(sound, rate_hz, sound, rate_hz, _WORDS), _WORDS).max() <= 0.031


def test_the_reader_may_rest_where_words_meet(austen: tuple[Samples, int]):
    sound, rate_hz = austen
    at = round(3.59 * rate_hz)  # "to consider … how much"
    room = np.resize(sound[: round(0.2 * rate_hz)], round(0.7 * rate_hz))
    rested = np.concatenate([sound[:at], room, sound[at:]])
    found = align_words(rested, rate_hz, sound, rate_hz, _WORDS)
    assert np.median(_errors_s(found, _moved(_WORDS, 3.59, 0.7))) <= 0.02
    assert _errors_s(found, _moved(_WORDS, 3.59, 0.7)).max() <= 0.1
    assert not any(begin < 3.9 < end for begin, end in found)


def test_another_pace_pitch_level_and_rate_are_no_obstacle(austen: tuple[Samples, int]):
    sound, rate_hz = austen
    faster = 0.2 * resample(sound, round(rate_hz * 1.2), rate_hz)
    true = tuple((begin / 1.2, end / 1.2) for begin, end in _WORDS)
    found = align_words(resample(faster, rate_hz, 16_000), 16_000, sound, rate_hz, _WORDS)
    assert np.median(_errors_s(found, true)) <= 0.03
    assert _errors_s(found, true).max() <= 0.12


def test_silence_and_a_click_before_the_first_word(austen: tuple[Samples, int]):
    sound, rate_hz = austen
    lead = np.zeros(round(1.5 * rate_hz), np.float32)
    lead[rate_hz // 2 : rate_hz // 2 + 200] = 0.3
    found = align_words(np.concatenate([lead, sound]), rate_hz, sound, rate_hz, _WORDS)
    assert np.median(_errors_s(found, tuple((begin + 1.5, end + 1.5) for begin, end in _WORDS))) <= 0.02


def test_pauses_are_told_by_level(austen: tuple[Samples, int]):
    sound, rate_hz = austen
    cut = sound.copy()
    cut[round(2.0 * rate_hz) : round(2.5 * rate_hz)] = 0
    assert all(end - begin >= PAUSE_S - 1e-9 for begin, end in pauses(cut, rate_hz))
    assert any(abs(begin - 2.0) <= 0.03 and abs(end - 2.5) <= 0.03 for begin, end in pauses(cut, rate_hz))


@given(
    starts=st.lists(st.floats(0, 3.5), min_size=1, max_size=12, unique=True).map(sorted),
    length_s=st.floats(0.3, 4.0),
    seed=st.integers(0, 99),
)
@settings(max_examples=15, deadline=None)
def test_times_ascend_and_stay_within_the_sound(starts: list[float], length_s: float, seed: int):
    words = tuple((begin, min([*(b for b in starts if b > begin), begin + 0.4])) for begin in starts)
    reference, guide = white(4.0, 8_000, seed), white(length_s, 8_000, seed + 1)
    guide[: guide.size // 3] *= 0.001
    found = align_words(guide, 8_000, reference, 8_000, words)
    assert len(found) == len(words)
    times = [moment for word in found for moment in word]
    assert times == sorted(times)
    assert times[0] >= 0
    assert times[-1] <= length_s + 1e-3
    assert all(end > begin for begin, end in found)


def test_nothing_to_align_is_an_error(austen: tuple[Samples, int]):
    sound, rate_hz = austen
    with pytest.raises(InputError, match="no words"):
        align_words(sound, rate_hz, sound, rate_hz, ())
    with pytest.raises(InputError, match="no sound"):
        align_words(np.zeros(rate_hz, np.float32), rate_hz, sound, rate_hz, _WORDS)


@pytest.mark.slow
@pytest.mark.models
@pytest.mark.parametrize(("voice", "rate_percent"), [("am_michael", -20.0)])
def test_words_of_another_voice_at_another_pace(say: Say, voice: str, rate_percent: float):
    errors = []
    for words in _SAID:
        reference, reference_rate_hz, times = sound_of(say(words, "af_heart"))
        guide, rate_hz, true = sound_of(say(words, voice, Delivery(rate_percent=rate_percent, range_percent=40)))
        assert abs(true[-1][1] / times[-1][1] - 1) > 0.08
        found = align_words(guide, rate_hz, reference, reference_rate_hz, times)
        errors += _errors_s(found, _as_heard(guide, rate_hz, true)).tolist()
    assert np.median(errors) <= 0.030
    assert max(errors) <= 0.2


@pytest.mark.slow
@pytest.mark.models
def test_words_of_a_human_reader(say: Say, speech: Callable[[str], Clip], whisper_folder: Path):
    """Against Whisper's word times, which come early: how early is measured where the true times are known."""
    recogniser, clip = Recogniser(whisper_folder.parent), speech("austenA")
    reference, rate_hz, times = sound_of(say(_AUSTEN, "af_heart"))
    found = np.array(align_words(clip.samples, clip.sample_rate_hz, reference, rate_hz, times))

    def heard(samples: Samples, rate_hz: int) -> np.ndarray:
        words = recogniser.transcribe(samples, rate_hz, LANGUAGE).words
        return np.array(times_by_letters(said_words(_AUSTEN), words))

    early_s = np.median(np.array(times)[:, 0] - heard(reference, rate_hz)[:, 0])
    assert 0 < early_s < 0.25
    errors = np.abs(found[:, 0] - heard(clip.samples, clip.sample_rate_hz)[:, 0] - early_s)
    assert np.median(errors) <= 0.1

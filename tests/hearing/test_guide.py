"""A guide gives its delivery and nothing else, and a take that follows it moves as it does."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from studio.audio.samples import Samples
from studio.core.errors import InputError, NotFoundError
from studio.hearing.alignment import align_words, pauses
from studio.hearing.clip import Clip
from studio.hearing.guide import (
    LONGEST_S,
    HearTask,
    check_same_words,
    hear_guide,
    read_guide,
    times_by_letters,
)
from studio.hearing.pitch import semitones, track_pitch
from studio.manuscript.delivery import NEUTRAL, Delivery
from studio.manuscript.guide import GUIDE_STEP_S, said_words
from tests.hearing.conftest import white
from tests.hearing.takes import Say, Times, sound_of, speaker
from tests.hearing.voices import vowel

_RATE_HZ = 16_000
_LINE = "The letter came on a wet Tuesday, between the bread and the newspaper."
_AUSTEN = "He might even have been made amiable himself."


def _gliding(seconds: float = 2.0) -> Samples:
    """A vowel that rises by an octave from 110 Hz, evenly in semitones."""
    moments = np.arange(round(seconds * _RATE_HZ)) / _RATE_HZ
    return vowel(110 * 2 ** (moments / seconds), _RATE_HZ)


def test_the_pitch_is_that_of_the_voice_about_its_own_mean():
    sound = np.concatenate([np.zeros(_RATE_HZ, np.float32), _gliding()])
    guide = read_guide(sound, _RATE_HZ, ((1.0, 2.0), (2.0, 3.0)))
    known = [(i * GUIDE_STEP_S, value) for i, value in enumerate(guide.pitch_st) if value is not None]
    times, values = np.array(known).T
    assert len(known) > 0.9 * 2.0 / GUIDE_STEP_S
    assert abs(values.mean()) < 0.2
    assert np.abs(values - (6 * (times - 0.1) - 6))[5:-5].max() < 0.6


def test_contours_begin_a_little_before_the_first_word():
    sound = np.concatenate([np.zeros(_RATE_HZ, np.float32), _gliding()])
    guide = read_guide(sound, _RATE_HZ, ((1.0, 2.0), (2.0, 3.0)))
    assert guide.words == ((0.1, 1.1), (1.1, 2.1))
    assert guide.duration_s == pytest.approx(2.1)
    assert len(guide.pitch_st) == len(guide.level_db) == round(2.1 / GUIDE_STEP_S) + 1
    assert guide.pitch_st[0] is None
    assert read_guide(_gliding(), _RATE_HZ, ((0.04, 1.0), (1.0, 2.0))).words[0] == (0.04, 1.0)


def test_the_level_is_relative_to_speech_whatever_the_microphone():
    sound = _gliding()
    sound[_RATE_HZ:] *= 10 ** (-12 / 20)
    loud = read_guide(sound, _RATE_HZ, ((0.0, 1.0), (1.0, 2.0)))
    soft = read_guide(0.1 * sound, _RATE_HZ, ((0.0, 1.0), (1.0, 2.0)))
    first, second = np.array(loud.level_db[10:70]), np.array(loud.level_db[90:150])
    assert np.median(first) - np.median(second) == pytest.approx(12, abs=1.5)
    assert 0 < np.median(first) < 4
    assert np.abs(np.array(loud.level_db) - np.array(soft.level_db))[5:-5].max() < 0.5


def test_noise_between_words_has_no_pitch():
    sound = np.concatenate([_gliding(), 0.05 * white(1.0, _RATE_HZ)[:_RATE_HZ], _gliding()])
    guide = read_guide(sound, _RATE_HZ, ((0.0, 2.0), (3.0, 5.0)))
    between = guide.pitch_st[round(2.1 / GUIDE_STEP_S) : round(2.9 / GUIDE_STEP_S)]
    assert set(between) == {None}


def test_a_guide_without_voice_has_no_pitch_and_still_has_words():
    guide = read_guide(white(1.0, _RATE_HZ), _RATE_HZ, ((0.1, 0.5), (0.5, 0.9)))
    assert set(guide.pitch_st) == {None}
    assert len(guide.words) == 2
    with pytest.raises(InputError, match="no words"):
        read_guide(white(1.0, _RATE_HZ), _RATE_HZ, ())


@pytest.mark.parametrize("heard", [_LINE, "the letter came on a wet tuesday between a bread and newspaper"])
def test_a_reading_of_the_line_passes(heard: str):
    check_same_words(_LINE, heard, "en-GB")


@pytest.mark.parametrize("heard", ["", "Good morning.", "The letter came on a wet Tuesday.", f"{_LINE} {_LINE}"])
def test_another_text_is_refused_with_both_told(heard: str):
    with pytest.raises(InputError, match="not a reading of the line") as caught:
        check_same_words(_LINE, heard, "en-GB")
    assert heard[:40] in caught.value.message
    assert _LINE in caught.value.message


def test_words_are_found_by_their_letters_however_they_were_written():
    heard = (("Mister", 0.0, 0.6), ("Dale", 0.7, 1.1), ("isn't", 1.2, 1.5), ("in", 1.5, 1.7))
    words = ("Mister", "Dale,", "is", "not", "in.")
    times = times_by_letters(words, heard)
    assert times[0] == pytest.approx((0.0, 0.6))
    assert times[1] == pytest.approx((0.7, 1.1))
    assert 1.2 <= times[2][0] < times[3][0] <= 1.5
    assert times[4] == pytest.approx((1.5, 1.7))
    with pytest.raises(InputError, match="no word"):
        times_by_letters(words, ())


def test_what_is_no_recording_of_speech_is_refused(tmp_path: Path):
    def task(name: str) -> HearTask:
        return HearTask(tmp_path / name, _LINE, "en-GB", tmp_path)

    (tmp_path / "text.wav").write_text("no sound", encoding="utf-8")
    sf.write(tmp_path / "noise.wav", white(3.0, _RATE_HZ), _RATE_HZ)
    sf.write(tmp_path / "silence.wav", np.zeros(3 * _RATE_HZ, np.float32), _RATE_HZ)
    sf.write(tmp_path / "long.wav", np.zeros(round((LONGEST_S + 1) * 8_000), np.float32), 8_000)
    with pytest.raises(NotFoundError):
        hear_guide(task("missing.wav"))
    with pytest.raises(InputError):
        hear_guide(task("text.wav"))
    for name in ("noise.wav", "silence.wav"):
        with pytest.raises(InputError, match="nobody speaks"):
            hear_guide(task(name))
    with pytest.raises(InputError, match="60 s"):
        hear_guide(task("long.wav"))


def _pitch(sound: Samples, rate_hz: int, _words: Times, moments: np.ndarray) -> np.ndarray:
    """Semitones at moments counted from the end of the silence before the first word."""
    onset_s = next((end for begin, end in pauses(sound, rate_hz) if begin == 0), 0.0)
    track = track_pitch(sound, rate_hz)
    places = np.round((moments + onset_s) / track.step_s).astype(int)
    return semitones(track.hz, 100.0)[np.clip(places, 0, track.hz.size - 1)]


def _follows(guide: tuple[Samples, int, Times], take: tuple[Samples, int, Times]) -> float:
    """Pearson's r of the pitch, from the first word of each, over what is voiced in both."""
    moments = np.arange(0, guide[2][-1][1] - guide[2][0][0], 0.01)
    wanted, made = _pitch(*guide, moments), _pitch(*take, moments)
    both = ~np.isnan(wanted) & ~np.isnan(made)
    assert both.mean() > 0.25
    return float(np.corrcoef(wanted[both], made[both])[0, 1])


@pytest.mark.slow
@pytest.mark.models
@pytest.mark.parametrize("reader", ["another voice", "a person"])
def test_a_take_follows_its_guide(kokoro_weights: Path, speech: Callable[[str], Clip], reader: str):
    say: Say = speaker(kokoro_weights)
    if reader == "a person":
        clip, line, least = speech("austenB"), _AUSTEN, 0.7
        rate_hz = clip.sample_rate_hz
        samples = clip.samples[round(6.1 * rate_hz) :]
    else:
        line, least = _LINE, 0.8
        samples, rate_hz, _ = sound_of(say(line, "am_michael", Delivery("excited")))
    before = sound_of(say(line, "af_heart"))
    words = align_words(samples, rate_hz, *before)
    assert len(words) == len(said_words(line))
    after = sound_of(say(line, "af_heart", NEUTRAL, read_guide(samples, rate_hz, words)))
    guide = (samples, rate_hz, words)
    assert _follows(guide, after) > least
    assert _follows(guide, after) > _follows(guide, before) + 0.1
    lasted = [sound[2][-1][1] - sound[2][0][0] for sound in (guide, after)]
    assert lasted[1] == pytest.approx(lasted[0], abs=0.4)

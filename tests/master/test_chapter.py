from dataclasses import asdict, replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest

from studio.audio.decode import open_audio
from studio.audio.flac import read_take
from studio.audio.loudness import power_db
from studio.audio.measure import measure_file
from studio.audio.mp3 import Mp3Writer
from studio.audio.speech_level import speech_level_dbfs
from studio.core.errors import CancelledError, DeliveryError, InputError, StorageError, StudioError
from studio.master.assemble import Clip
from studio.master.chapter import MasteredChapter, master_chapter
from studio.master.profile import ACX, check_figures
from tests.master.conftest import speech_like, write_take

_RATE_HZ = 44_100
_PAUSES_S = (0.45, 0.85, 2.25)


def _clips(takes: list[Path]) -> list[Clip]:
    return [Clip(take, _PAUSES_S[n % 3]) for n, take in enumerate(takes)]


@pytest.fixture(scope="module")
def mastered(takes: list[Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[MasteredChapter, Path]:
    target = tmp_path_factory.mktemp("mastered") / "chapter.flac"
    return master_chapter(_clips(takes), target, profile=ACX, seed=11), target


def test_the_delivered_mp3_passes_every_check_and_measures_as_reported(mastered, tmp_path: Path):
    chapter, target = mastered
    sound, rate_hz = read_take(target)
    with Mp3Writer(tmp_path / "delivered.mp3", tags={"title": "One"}, rate_hz=rate_hz) as writer:
        writer.write(sound)
    info, figures = measure_file(tmp_path / "delivered.mp3")
    assert all(check.passed for check in check_figures(figures, info, ACX))
    assert asdict(figures) == pytest.approx(asdict(chapter.figures), abs=0.01)
    assert figures.rms_dbfs == pytest.approx(-20.5, abs=0.11)
    assert -75 <= figures.floor_dbfs <= -60
    assert figures.head_s == pytest.approx(0.77, abs=0.03)
    assert figures.tail_s == pytest.approx(3.05, abs=0.05)
    assert abs(figures.dc) < 1e-4
    assert chapter.max_limiting_db <= 6
    assert chapter.heavy_limiting <= 0.01


def test_marks_are_exact(mastered):
    chapter, target = mastered
    sound, rate_hz = read_take(target)
    assert (len(sound), rate_hz) == (chapter.samples, chapter.sample_rate_hz)
    assert chapter.marks[0].start_s == 0.75
    assert len(sound) / rate_hz - chapter.marks[-1].end_s == pytest.approx(3.0, abs=1e-4)
    gaps = [two.start_s - one.end_s for one, two in pairwise(chapter.marks)]
    assert gaps == pytest.approx([_PAUSES_S[n % 3] for n in range(len(gaps))], abs=1 / rate_hz)
    for mark in chapter.marks:
        at = round(mark.start_s * rate_hz)
        heard = np.flatnonzero(np.abs(sound[at : at + rate_hz]) > 10 ** (-40 / 20))[0] / rate_hz
        assert 0.02 <= heard <= 0.06


def test_pauses_hold_room_tone_alone(mastered):
    chapter, target = mastered
    sound, rate_hz = read_take(target)
    levels = [
        power_db(
            float(np.mean(sound[round((one.end_s + 0.05) * rate_hz) : round((two.start_s - 0.03) * rate_hz)] ** 2))
        )
        for one, two in pairwise(chapter.marks)
    ]
    assert all(-75 <= level <= -60 for level in levels)
    assert max(levels) - min(levels) <= 2
    assert chapter.figures.digital_silence_s < 0.01


def test_joins_do_not_click(mastered):
    chapter, target = mastered
    sound, rate_hz = read_take(target)
    near = round(0.005 * rate_hz)
    for second in (second for mark in chapter.marks for second in (mark.start_s, mark.end_s)):
        at = round(second * rate_hz)
        assert np.abs(np.diff(sound[at - near : at + near])).max() <= 0.005


def test_clips_10_db_apart_come_out_alike(mastered):
    chapter, target = mastered
    sound, rate_hz = read_take(target)
    levels = [
        speech_level_dbfs(sound[round(mark.start_s * rate_hz) : round(mark.end_s * rate_hz)], rate_hz)
        for mark in chapter.marks
    ]
    assert max(levels) - min(levels) <= 0.5


_LEVELS_DB = (0.0, -4.0, 4.0, 0.0, -2.0, 3.0, 0.0, -5.0, 1.0)


@pytest.fixture(scope="module")
def varied(takes: list[Path], tmp_path_factory: pytest.TempPathFactory) -> tuple[MasteredChapter, Path]:
    """The takes once more, each meant to have a loudness of its own."""
    target = tmp_path_factory.mktemp("varied") / "chapter.flac"
    clips = [replace(clip, level_db=level) for clip, level in zip(_clips(takes), _LEVELS_DB, strict=True)]
    return master_chapter(clips, target, profile=ACX, seed=11), target


def _delivered_levels(chapter: MasteredChapter, master: Path, folder: Path) -> list[float]:
    """Level of the speech between the marks, in the decoded MP3."""
    sound, rate_hz = read_take(master)
    with Mp3Writer(folder / "levels.mp3", rate_hz=rate_hz) as writer:
        writer.write(sound)
    with open_audio(folder / "levels.mp3") as reader:
        heard = np.concatenate(list(reader.blocks()))[:, 0]
    return [
        speech_level_dbfs(heard[round(mark.start_s * rate_hz) : round(mark.end_s * rate_hz)], rate_hz)
        for mark in chapter.marks
    ]


def test_clips_keep_the_loudness_they_are_meant_to_have(varied, tmp_path: Path):
    chapter, target = varied
    levels = np.array(_delivered_levels(chapter, target, tmp_path))
    neutral = levels[np.array(_LEVELS_DB) == 0].mean()
    np.testing.assert_allclose(levels - neutral, _LEVELS_DB, atol=0.7)


def test_a_chapter_of_many_levels_meets_the_profile(varied):
    chapter, _ = varied
    assert all(check.passed for check in chapter.checks)
    assert -22.6 <= chapter.figures.rms_dbfs <= -20.4  # lower by what a shout needs under the ceiling
    assert -75 <= chapter.figures.floor_dbfs <= -60
    assert chapter.heavy_limiting <= 0.05


def test_levels_change_without_a_click_even_where_no_pause_is(takes: list[Path], tmp_path: Path):
    clips = [Clip(take, 0.0, level) for take, level in zip(takes[:3], (4.0, -5.0, 0.0), strict=True)]
    chapter = master_chapter(clips, tmp_path / "m.flac", profile=ACX, seed=1)
    sound, rate_hz = read_take(tmp_path / "m.flac")
    near = round(0.002 * rate_hz)
    for mark in chapter.marks:
        at = round(mark.end_s * rate_hz)
        assert np.abs(np.diff(sound[at - near : at + near])).max() <= 0.002


def test_what_cannot_be_made_as_loud_as_asked_is_still_within_the_profile(takes: list[Path], tmp_path: Path):
    clips = [Clip(take, 0.6, level) for take, level in zip(takes[:4], (0.0, 9.0, 0.0, -12.0), strict=True)]
    chapter = master_chapter(clips, tmp_path / "m.flac", profile=ACX, seed=1)
    assert all(check.passed for check in chapter.checks)
    levels = _delivered_levels(chapter, tmp_path / "m.flac", tmp_path)
    assert levels[1] - levels[0] >= 3.0
    assert levels[3] - levels[2] == pytest.approx(-12, abs=1.0)


def test_nothing_touches_the_ceiling_for_long(mastered):
    _, target = mastered
    sound, _ = read_take(target)
    at_ceiling = np.abs(sound) >= 10 ** (ACX.ceiling_dbtp / 20) - 0.003
    runs = np.diff(np.flatnonzero(np.diff(np.concatenate([[0], at_ceiling, [0]]))))[::2]
    assert runs.max(initial=0) <= 12


def test_equal_input_gives_equal_bytes_and_another_seed_another_tone(takes: list[Path], tmp_path: Path):
    clips = _clips(takes[:2])
    for name, seed in (("a", 1), ("b", 1), ("c", 2)):
        master_chapter(clips, tmp_path / f"{name}.flac", profile=ACX, seed=seed)
    one, two, other = ((tmp_path / f"{name}.flac").read_bytes() for name in "abc")
    assert one == two
    assert one != other


@pytest.mark.parametrize("seconds", [0.8, 1.1, 1.5, 3.0])
def test_a_short_credit_meets_the_profile(tmp_path: Path, seconds: float):
    take = write_take(tmp_path / "credit.flac", speech_like(seconds, 3))
    chapter = master_chapter([Clip(take, 0.5)], tmp_path / "m.flac", profile=ACX, seed=1)
    assert all(check.passed for check in chapter.checks)
    assert chapter.figures.true_peak_dbtp <= -3.3


def test_gappy_text_meets_the_profile(takes: list[Path], tmp_path: Path):
    chapter = master_chapter([Clip(take, 6.0) for take in takes], tmp_path / "m.flac", profile=ACX, seed=1)
    assert all(check.passed for check in chapter.checks)
    assert chapter.figures.true_peak_dbtp <= -3.3


def test_what_cannot_meet_the_profile_is_refused_with_its_figures(tmp_path: Path):
    clicks = np.zeros(4 * 24_000, np.float32)
    clicks[4800:-4800:220] = 0.9  # peaks 23 dB over their own RMS at best: no gain makes them loud enough
    take = write_take(tmp_path / "takes" / "clicks.flac", clicks)
    with pytest.raises(DeliveryError, match="RMS level"):
        master_chapter([Clip(take, 0.5)], tmp_path / "out" / "m.flac", profile=ACX, seed=1)
    assert not list((tmp_path / "out").iterdir())


@pytest.mark.parametrize("after", [1, 5, 12, 20])
def test_stopping_leaves_nothing(takes: list[Path], tmp_path: Path, after: int):
    asked = iter(range(1000))
    with pytest.raises(CancelledError):
        master_chapter(_clips(takes), tmp_path / "m.flac", profile=ACX, seed=1, cancelled=lambda: next(asked) >= after)
    assert not list(tmp_path.iterdir())


def test_progress_rises_to_its_end(takes: list[Path], tmp_path: Path):
    told = []
    master_chapter(_clips(takes), tmp_path / "m.flac", profile=ACX, seed=1, report=told.append)
    fractions = [progress.fraction for progress in told]
    assert fractions == sorted(fractions)
    assert 0 < fractions[0] < 0.1
    assert fractions[-1] > 0.65


@pytest.mark.parametrize("case", ["none", "silent", "gone"])
def test_bad_takes_leave_nothing_and_keep_the_old_master(takes: list[Path], tmp_path: Path, case: str):
    target = tmp_path / "out" / "m.flac"
    target.parent.mkdir()
    target.write_bytes(b"the old master")
    mute = write_take(tmp_path / "mute.flac", np.zeros(24_000, np.float32))
    clips = {
        "none": [],
        "silent": [Clip(takes[0], 0.5), Clip(mute, 0.5)],
        "gone": [Clip(takes[0], 0.5), Clip(tmp_path / "gone.flac", 0.5)],
    }[case]
    kind: type[StudioError] = StorageError if case == "gone" else InputError
    with pytest.raises(kind):
        master_chapter(clips, target, profile=ACX, seed=1)
    assert [path.name for path in target.parent.iterdir()] == ["m.flac"]
    assert target.read_bytes() == b"the old master"

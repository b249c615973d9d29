from dataclasses import replace
from itertools import pairwise
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.audio.speech_level import speech_level_dbfs
from studio.core.errors import InputError
from studio.master.assemble import Clip, assemble, match_levels, reblock
from tests.master.conftest import RATE_HZ, speech_like, write_take


def _burst(seconds: float, start_s: float, length_s: float, level: float = 0.1):
    t = np.arange(round(seconds * RATE_HZ)) / RATE_HZ
    return (level * np.sin(2 * np.pi * 300 * t) * ((t >= start_s) & (t < start_s + length_s))).astype(np.float32)


def test_speech_level_leaves_pauses_out():
    assert speech_level_dbfs(_burst(3.0, 1.0, 0.5), RATE_HZ) == pytest.approx(-23.01, abs=0.05)
    assert speech_level_dbfs(np.zeros(RATE_HZ, np.float32), RATE_HZ) == -120.0


def _clips(folder: Path, levels: list[float], pause_s: float = 0.5) -> list[Clip]:
    return [
        Clip(write_take(folder / f"{n}.flac", speech_like(1.5, n, level)), pause_s) for n, level in enumerate(levels)
    ]


def test_levels_come_together_by_at_most_12_db_and_what_is_left_stays(tmp_path: Path):
    clips = _clips(tmp_path, [-24, -28, -20, -24, -34, -40, -8])
    counted: list[int] = []
    matches = match_levels(clips, counted.append)
    gains = [match.gain_db for match in matches]
    before = [speech_level_dbfs(piece.samples, 44_100) for piece in assemble(clips, [0.0] * 7, 44_100) if piece.clip]
    after = [speech_level_dbfs(piece.samples, 44_100) for piece in assemble(clips, gains, 44_100) if piece.clip]
    assert np.ptp(after[:5]) < 0.5
    assert after[0] == pytest.approx(-24, abs=0.5)
    assert after[0] - after[5] == pytest.approx(before[0] - before[5] - 12, abs=1.0)
    assert max(gains) - min(gains) == pytest.approx(24)
    assert [match.aim_db for match in matches[:5]] == [0.0] * 5
    assert matches[5].aim_db == pytest.approx(after[5] - after[0], abs=1.0)
    assert matches[6].aim_db == pytest.approx(after[6] - after[0], abs=1.0)
    assert counted == [1, 2, 3, 4, 5, 6, 7]


def test_a_clip_aims_at_the_loudness_it_is_meant_to_have(tmp_path: Path):
    clips = _clips(tmp_path, [-24, -27, -21])
    meant = [replace(clip, level_db=level) for clip, level in zip(clips, (0.0, -4.0, 3.0), strict=True)]
    matches = match_levels(meant, lambda _count: None)
    assert [match.aim_db for match in matches] == [0.0, -4.0, 3.0]
    assert [match.gain_db for match in matches] == [match.gain_db for match in match_levels(clips, lambda _count: None)]


def test_a_silent_take_is_named(tmp_path: Path):
    clips = [*_clips(tmp_path, [-24]), Clip(write_take(tmp_path / "mute.flac", np.zeros(24_000, np.float32)), 0.5)]
    with pytest.raises(InputError, match=r"mute\.flac"):
        match_levels(clips, lambda _count: None)


def test_pauses_are_exact_and_nothing_follows_the_last_clip(tmp_path: Path):
    clips = _clips(tmp_path, [-24, -24, -24], pause_s=0.45)
    pieces = list(assemble(clips, [0.0, 0.0, 0.0], 44_100))
    assert [piece.clip for piece in pieces] == [True, False, True, False, True]
    assert all(len(piece.samples) == piece.end - piece.start for piece in pieces)
    assert all(one.end == two.start for one, two in pairwise(pieces))
    assert {len(piece.samples) for piece in pieces if not piece.clip} == {round(0.45 * 44_100)}


def test_takes_of_other_rates_sit_side_by_side(tmp_path: Path):
    clips = [
        Clip(write_take(tmp_path / f"{rate}.flac", speech_like(1.5, 1, rate_hz=rate), rate), 0.3)
        for rate in (22_050, 24_000, 44_100)
    ]
    lengths = [len(piece.samples) for piece in assemble(clips, [0.0] * 3, 44_100) if piece.clip]
    assert max(lengths) - min(lengths) <= 900


@given(st.lists(st.integers(0, 50), max_size=20), st.integers(1, 40))
def test_reblocking_keeps_every_sample(sizes: list[int], block: int):
    sound = np.arange(sum(sizes), dtype=np.float32)
    pieces = np.split(sound, np.cumsum(sizes)[:-1]) if sizes else []
    blocks = list(reblock(iter(pieces), block))
    assert all(len(one) == block for one in blocks[:-1])
    assert all(0 < len(one) <= block for one in blocks)
    np.testing.assert_array_equal(np.concatenate([np.zeros(0, np.float32), *blocks]), sound)

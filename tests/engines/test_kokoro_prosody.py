"""Durations and pitch, on readings made by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.engines.kokoro_graph import Reading
from studio.engines.kokoro_prosody import Tokens, pitch_of_deliveries, units_of_deliveries, units_of_guide
from studio.manuscript.delivery import Prosody
from studio.manuscript.guide import Guide

_UNIT_S = 0.025


def _reading(lengths: list[float], pitch_hz: float = 200.0) -> Reading:
    """Tokens of these lengths, all voiced but the padding, rising by a semitone to either side of a pitch."""
    units = np.maximum(1, np.rint(lengths)).astype(np.int64)
    frames = 2 * int(units.sum())
    pitch = pitch_hz * 2 ** (np.linspace(-1, 1, frames) / 12)
    pitch[: 2 * units[0]] = pitch[frames - 2 * units[-1] :] = 8.0
    return Reading(
        lengths=np.array(lengths, np.float32),
        units=units,
        pitch_hz=pitch.astype(np.float32),
        energy=np.where(pitch > 30, 6.0, -9.0).astype(np.float32),
        alignment=np.zeros((1, 1), np.float32),
        sound_style=np.zeros((1, 128), np.float32),
    )


def _tokens(word: list[int], run: list[int], pauses: tuple[int, ...] = ()) -> Tokens:
    count = len(word)
    return Tokens(
        word=np.array(word),
        run=np.array(run),
        is_pause=np.array([place in pauses for place in range(count)]),
        is_edge=np.array([place in (0, count - 1) for place in range(count)]),
    )


def _mean_st(pitch_hz: np.ndarray, against_hz: float) -> float:
    return float(12 * np.log2(pitch_hz[pitch_hz > 30] / against_hz).mean())


_LENGTHS = st.lists(st.floats(1, 12), min_size=4, max_size=40)


@given(_LENGTHS, st.floats(0.5, 2), st.floats(0.25, 4))
def test_a_run_takes_exactly_its_time_and_the_padding_stays(lengths: list[float], rate: float, pause: float):
    reading = _reading([14.0, *lengths, 20.0])
    count = len(lengths)
    tokens = _tokens([-1, *range(count), -1], [0] * (count + 2), pauses=(count // 2,))
    units = units_of_deliveries(reading, tokens, [Prosody(rate=rate, pause_scale=pause)])
    if rate == pause == 1:
        assert units is None
        return
    assert units is not None
    assert (units >= 1).all()
    assert (units[0], units[-1]) == (reading.units[0], reading.units[-1])
    wanted = reading.units[1:-1].sum() / rate
    ideal = np.array(lengths) * np.where(tokens.is_pause[1:-1], pause, 1.0)
    if (ideal * wanted / ideal.sum()).min() >= 1:  # else the least unit of some token takes more than its share
        assert abs(units[1:-1].sum() - wanted) <= 1


def test_pauses_grow_at_the_cost_of_words_only_inside_their_own_run():
    reading = _reading([10, 8, 8, 8, 8, 8, 8, 10])
    tokens = _tokens([-1, 0, -1, 1, 2, -1, 3, -1], [0, 0, 0, 0, 1, 1, 1, 1], pauses=(2, 5))
    units = units_of_deliveries(reading, tokens, [Prosody(pause_scale=2), Prosody()])
    assert units is not None
    assert units.tolist() == [10, 6, 12, 6, 8, 8, 8, 10]


def test_nothing_asked_for_changes_nothing():
    reading = _reading([10, 5, 5, 10])
    tokens = _tokens([-1, 0, 1, -1], [0, 0, 0, 0])
    assert units_of_deliveries(reading, tokens, [Prosody()]) is None
    np.testing.assert_array_equal(pitch_of_deliveries(reading, reading, tokens, [Prosody()]), reading.pitch_hz)


@pytest.mark.parametrize(("shift_st", "widening"), [(3.0, 1.0), (-1.6, 0.65), (0.0, 1.35)])
def test_pitch_moves_and_widens_as_asked(shift_st: float, widening: float):
    reading = _reading([10, 20, 20, 20, 10])
    tokens = _tokens([-1, 0, 1, 2, -1], [0] * 5)
    asked = [Prosody(pitch_st=shift_st, pitch_range=widening)]
    moved = pitch_of_deliveries(reading, reading, tokens, asked)
    assert _mean_st(moved, 200) == pytest.approx(shift_st, abs=0.02)
    voiced = reading.pitch_hz > 30
    spread = [np.std(12 * np.log2(pitch[voiced])) for pitch in (moved, reading.pitch_hz)]
    assert spread[0] / spread[1] == pytest.approx(widening, rel=1e-3)
    np.testing.assert_array_equal(moved[~voiced], reading.pitch_hz[~voiced])


def test_a_pitch_that_other_durations_bring_is_made_good():
    tokens = _tokens([-1, 0, 1, -1], [0] * 4)
    slower, own = _reading([10, 30, 30, 10], pitch_hz=190), _reading([10, 20, 20, 10])
    moved = pitch_of_deliveries(slower, own, tokens, [Prosody(pitch_st=1.0, rate=0.7)])
    assert _mean_st(moved, 200) == pytest.approx(1.0, abs=0.05)


def test_only_the_whispered_run_loses_its_voice():
    reading = _reading([10, 20, 2, 20, 2, 20, 10])
    tokens = _tokens([-1, 0, -1, 1, -1, 2, -1], [0, 0, 0, 1, 1, 2, 2])
    pitch = pitch_of_deliveries(reading, reading, tokens, [Prosody(), Prosody(whispered=True), Prosody()])
    frames = np.repeat(np.arange(7), 2 * reading.units)
    assert not pitch[frames == 3].any()
    assert (pitch[frames == 1] > 30).mean() > 0.8
    assert (pitch[frames == 5] > 30).all()


def test_words_begin_where_the_guide_has_them():
    reading = _reading([13, 5, 7, 2, 6, 6, 3, 9, 20])
    tokens = _tokens([-1, 0, 0, -1, 1, 1, -1, 2, -1], [0] * 9)
    guide = Guide(((0.2, 0.6), (1.1, 1.5), (1.6, 2.2)), (), ())
    units = units_of_guide(reading, tokens, guide)
    assert (units >= 1).all()
    starts_s = (np.cumsum(units) - units) * _UNIT_S
    for place, (begin_s, _end_s) in zip((1, 4, 7), guide.words, strict=True):
        assert starts_s[place] - starts_s[1] == pytest.approx(begin_s - 0.2, abs=_UNIT_S)
    assert units[0] == reading.units[0]
    assert units[-1] == reading.units[-1]


def test_a_guide_faster_than_can_be_said_is_caught_up_with():
    reading = _reading([10, *[4.0] * 20, 2, 4, 4, 10])
    tokens = _tokens([-1, *[0] * 20, -1, 1, 1, -1], [0] * 25)
    guide = Guide(((0.0, 0.1), (1.0, 1.3)), (), ())
    units = units_of_guide(reading, tokens, guide)
    assert (units >= 1).all()
    starts_s = (np.cumsum(units) - units) * _UNIT_S
    assert starts_s[22] - starts_s[1] == pytest.approx(1.0, abs=_UNIT_S)

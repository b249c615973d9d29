import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.manuscript.delivery import NEUTRAL, Delivery, Prosody, names_of_presets, presets, prosody_of
from tests.manuscript.strategies import DELIVERIES


def test_neutral_comes_first_and_changes_nothing():
    assert next(iter(presets())) == "neutral"
    assert prosody_of(NEUTRAL) == Prosody()


def test_no_word_means_two_deliveries():
    words = [word for preset in presets().values() for word in preset.words]
    assert len(words) == len(set(words))
    assert all(names_of_presets()[name] == name for name in presets())
    assert all(word == word.lower() for word in names_of_presets())


@pytest.mark.parametrize(
    ("delivery", "written"),
    [
        (NEUTRAL, "neutral"),
        (Delivery("sad"), "sad"),
        (Delivery("sad", 0.6), "sad:0.6"),
        (Delivery("sad", 0), "neutral"),
        (Delivery("neutral", 0.3), "neutral"),
        (Delivery(rate_percent=-10), "rate=-10%"),
        (
            Delivery("sad", 0.6, rate_percent=-10, pitch_st=-1, range_percent=20, volume_db=-3),
            "sad:0.6 rate=-10% pitch=-1st range=+20% volume=-3dB",
        ),
    ],
)
def test_canonical_form(delivery: Delivery, written: str):
    assert str(delivery) == written


@pytest.mark.parametrize(
    "fields",
    [
        {"preset": "sadd"},
        {"intensity": 1.6},
        {"intensity": -0.1},
        {"intensity": math.nan},
        {"rate_percent": -51},
        {"rate_percent": 101},
        {"pitch_st": 13},
        {"range_percent": -91},
        {"volume_db": math.inf},
    ],
)
def test_what_is_out_of_range_is_refused(fields: dict[str, float]):
    with pytest.raises(ValueError, match=r"is not between|there is no"):
        Delivery(**fields)


def test_intensity_scales_differences_and_powers_of_factors():
    sad, half = presets()["sad"], prosody_of(Delivery("sad", 0.5))
    assert half.pitch_st == pytest.approx(sad.pitch_st / 2)
    assert half.level_db == pytest.approx(sad.level_db / 2)
    assert half.rate == pytest.approx(math.sqrt(sad.rate), abs=1e-4)
    assert half.pause_scale == pytest.approx(math.sqrt(sad.pause), abs=1e-4)


def test_what_is_added_by_hand_comes_on_top():
    row = presets()["happy"]
    prosody = prosody_of(Delivery("happy", rate_percent=10, pitch_st=1, volume_db=-2))
    assert prosody.pitch_st == pytest.approx(row.pitch_st + 1)
    assert prosody.rate == pytest.approx(row.rate * 1.1, abs=1e-4)
    assert prosody.level_db == pytest.approx(row.level_db - 2)


@pytest.mark.parametrize("name", [name for name in presets() if name != "neutral"])
def test_a_preset_is_within_what_can_be_rendered_at_full_intensity(name: str):
    row, prosody = presets()[name], prosody_of(Delivery(name))
    assert (prosody.pitch_st, prosody.rate, prosody.level_db) == (row.pitch_st, row.rate, row.level_db)
    assert prosody != Prosody()


@given(DELIVERIES)
def test_figures_are_held_to_sane_limits(delivery: Delivery):
    prosody = prosody_of(delivery)
    assert -6 <= prosody.pitch_st <= 6
    assert 0.5 <= prosody.rate <= 2
    assert -12 <= prosody.level_db <= 9
    assert prosody.whispered == (delivery.preset == "whisper")


@given(st.sampled_from(sorted(presets())), st.floats(0, 1.5))
def test_equal_deliveries_are_equal_values(name: str, intensity: float):
    assert Delivery(name, intensity) == Delivery(name, round(intensity, 2))
    assert len({Delivery(name, intensity), Delivery(name, round(intensity, 2))}) == 1

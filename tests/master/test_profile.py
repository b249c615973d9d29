from dataclasses import replace

import pytest

from studio.audio.decode import AudioInfo
from studio.audio.loudness import Figures
from studio.core.errors import NotFoundError
from studio.master.profile import ACX, PROFILES, check_figures, find_profile

_INFO = AudioInfo("mp3", "mp3", 44_100, 1, 192_000, True, 600.0)
_FIGURES = Figures(600.0, -20.5, -3.8, -3.7, -68.0, -20.3, 0.75, 3.0, 0.0, 0.0)


def _failed(figures: Figures = _FIGURES, info: AudioInfo = _INFO) -> list[str]:
    return [check.name for check in check_figures(figures, info, ACX) if not check.passed]


def test_what_meets_the_profile_passes_every_check():
    assert _failed() == []
    assert len({check.name for check in check_figures(_FIGURES, _INFO, ACX)}) == 11


@pytest.mark.parametrize(
    ("name", "figure", "inside", "outside"),
    [
        ("RMS level", "rms_dbfs", -23.0, -23.01),
        ("RMS level", "rms_dbfs", -18.0, -17.99),
        ("Peak", "peak_dbfs", -3.0, -2.99),
        ("True peak", "true_peak_dbtp", -3.0, -2.99),
        ("Noise floor", "floor_dbfs", -60.0, -59.99),
        ("Noise floor", "floor_dbfs", -90.0, -90.01),
        ("Head", "head_s", 0.5, 0.49),
        ("Head", "head_s", 1.0, 1.01),
        ("Tail", "tail_s", 1.0, 0.99),
        ("Tail", "tail_s", 5.0, 5.01),
        ("Length", "duration_s", 7200.0, 7201.0),
    ],
)
def test_each_figure_fails_alone_just_outside_its_bound(name: str, figure: str, inside: float, outside: float):
    assert _failed(replace(_FIGURES, **{figure: inside})) == []
    assert _failed(replace(_FIGURES, **{figure: outside})) == [name]


@pytest.mark.parametrize(
    ("name", "change"),
    [
        ("Codec", {"codec": "flac"}),
        ("Sample rate", {"sample_rate_hz": 48_000}),
        ("Channels", {"channels": 2}),
        ("Bit rate", {"bit_rate_bps": 128_000}),
        ("Bit rate", {"constant_bit_rate": False}),
    ],
)
def test_each_trait_of_the_format_fails_alone(name: str, change: dict[str, object]):
    assert _failed(info=replace(_INFO, **change)) == [name]


def test_a_check_reads_as_a_sentence():
    checks = {check.name: check for check in check_figures(replace(_FIGURES, rms_dbfs=-24.1), _INFO, ACX)}
    assert checks["RMS level"].sentence == "RMS level -24.10 dBFS, must be -23 to -18 dBFS"
    assert checks["Codec"].sentence == "Codec mp3, must be mp3"


def test_profiles_are_found_by_name():
    assert find_profile("acx") is PROFILES["acx"] is ACX
    with pytest.raises(NotFoundError, match="acx"):
        find_profile("vinyl")

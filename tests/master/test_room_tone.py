import numpy as np
import pytest

from studio.audio.loudness import Meter
from studio.master.room_tone import RoomTone

_RATE_HZ = 44_100


def _tone(seed: int = 7, seconds: float = 20, level_dbfs: float = -68.0):
    return RoomTone(_RATE_HZ, level_dbfs, seed).next(round(seconds * _RATE_HZ))


@pytest.mark.parametrize("level_dbfs", [-75, -68, -62])
def test_it_has_its_level_and_an_even_floor(level_dbfs: float):
    meter = Meter(_RATE_HZ)
    meter.add(_tone(level_dbfs=level_dbfs).astype(np.float32))
    assert meter.figures().rms_dbfs == pytest.approx(level_dbfs, abs=0.15)
    assert meter.figures().floor_dbfs > level_dbfs - 1.5


def test_it_is_settled_from_the_first_sample():
    starts = np.concatenate([_tone(seed, 0.002) for seed in range(400)])
    assert 10 * np.log10(np.mean(starts**2)) == pytest.approx(-68, abs=0.5)


def test_it_is_never_digital_silence():
    steps = np.round(_tone(seconds=60) * 2**23)
    meter = Meter(_RATE_HZ)
    meter.add((steps / 2**23).astype(np.float32))
    assert meter.figures().digital_silence_s < 0.001


def test_it_falls_by_6_db_per_octave():
    power = np.abs(np.fft.rfft(_tone())) ** 2
    hz = np.fft.rfftfreq(20 * _RATE_HZ, 1 / _RATE_HZ)

    def band(low: float) -> float:
        return float(10 * np.log10(power[(hz > low) & (hz < low * 1.2)].mean()))

    assert band(1600) - band(3200) == pytest.approx(6, abs=0.7)
    assert band(50) - band(100) == pytest.approx(0, abs=1.2)


def test_seed_and_cutting():
    np.testing.assert_array_equal(_tone(3, 1), _tone(3, 1))
    assert np.abs(_tone(3, 1) - _tone(4, 1)).max() > 1e-4
    tone = RoomTone(_RATE_HZ, -68, 3)
    np.testing.assert_allclose(np.concatenate([tone.next(n) for n in (1, 7, 0, 44_092)]), _tone(3, 1), atol=1e-12)

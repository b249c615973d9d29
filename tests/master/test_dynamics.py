import numpy as np
import pytest

from studio.master.chain import BLOCK_SAMPLES, Chain
from studio.master.dynamics import CONTROL_STEP_SAMPLES, Butterworth, Compressor, DeEsser, GainFollower
from tests.master.conftest import speech_like

_RATE_HZ = 44_100


def _tone(hz: float, dbfs: float, seconds: float = 2.0):
    count = round(seconds * _RATE_HZ) // CONTROL_STEP_SAMPLES * CONTROL_STEP_SAMPLES
    return 10 ** (dbfs / 20) * np.sqrt(2) * np.sin(2 * np.pi * hz * np.arange(count) / _RATE_HZ)


def _level(sound) -> float:
    return float(10 * np.log10(np.mean(sound[len(sound) // 2 :] ** 2)))


def _follower(**changes: float) -> GainFollower:
    figures = {"threshold_dbfs": -30.0, "ratio": 3.0, "attack_s": 0.005, "release_s": 0.1}
    return GainFollower(_RATE_HZ, **(figures | changes))


@pytest.mark.parametrize(("hz", "db"), [(20, -24.0), (80, -3.0), (160, -0.26), (1000, 0.0)])
def test_the_high_pass_is_a_second_order_butterworth(hz: float, db: float):
    assert _level(Butterworth(_RATE_HZ, 80, "highpass").process(_tone(hz, -20))) + 20 == pytest.approx(db, abs=0.15)


def test_dc_is_gone():
    assert abs(Butterworth(_RATE_HZ, 80, "highpass").process(np.full(_RATE_HZ, 0.3))[-1000:]).max() < 1e-6


@pytest.mark.parametrize(("level", "expected"), [(-50, -50), (-40, -40), (-24, -28), (-12, -24), (-6, -22)])
def test_the_compressor_follows_its_static_curve(level: float, expected: float):
    assert _level(Compressor(_follower()).process(_tone(3000, level))) == pytest.approx(expected, abs=0.2)


def test_the_knee_is_half_way_at_the_threshold():
    assert _level(Compressor(_follower()).process(_tone(3000, -30))) == pytest.approx(-30.5, abs=0.1)


def test_attack_and_release_take_their_time():
    step = np.concatenate([_tone(3000, -60, 0.5), _tone(3000, -15, 1.0), _tone(3000, -60, 1.0)])
    reduction_db = -20 * np.log10(_follower(attack_s=0.02, release_s=0.2).gains(step))
    loud, quiet = round(0.5 * _RATE_HZ), round(1.5 * _RATE_HZ)
    assert reduction_db[loud + round(0.02 * _RATE_HZ)] == pytest.approx(10 * (1 - np.exp(-1)), abs=0.5)
    assert reduction_db[quiet + round(0.2 * _RATE_HZ)] == pytest.approx(10 * np.exp(-1), abs=0.5)
    assert np.abs(np.diff(reduction_db)).max() < 0.02


def test_the_de_esser_leaves_speech_alone_and_turns_hiss_down():
    def de_esser() -> DeEsser:
        return DeEsser(_RATE_HZ, 5500, _follower(attack_s=0.001, release_s=0.05, max_reduction_db=8))

    vowel = _tone(500, -15)
    np.testing.assert_allclose(de_esser().process(vowel), vowel, atol=1e-3)
    assert -17.5 <= _level(de_esser().process(_tone(9000, -10))) <= -15
    assert _level(de_esser().process(_tone(14_000, -10))) == pytest.approx(-18, abs=0.6)


@pytest.mark.parametrize("block", [CONTROL_STEP_SAMPLES, 7 * CONTROL_STEP_SAMPLES, BLOCK_SAMPLES])
def test_the_chain_does_not_depend_on_its_blocks(block: int):
    sound = speech_like(3.001, 1, rate_hz=_RATE_HZ)
    whole = Chain(_RATE_HZ).process(sound)
    chain = Chain(_RATE_HZ)
    cut = np.concatenate([chain.process(sound[i : i + block]) for i in range(0, len(sound), block)])
    assert len(cut) == len(sound)
    np.testing.assert_allclose(cut, whole, atol=1e-7)


def test_the_chain_narrows_levels():
    loud, soft = (Chain(_RATE_HZ).process(speech_like(3, 1, level, _RATE_HZ)).astype(float) for level in (-18, -30))
    assert 2 < _level(loud) - _level(soft) < 9

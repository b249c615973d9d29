import numpy as np
import pytest

from studio.audio.resample import Resampler, resample


def _tone(hz: float, rate_hz: int, seconds: float = 1.0):
    return (0.5 * np.sin(2 * np.pi * hz * np.arange(round(seconds * rate_hz)) / rate_hz)).astype(np.float32)


@pytest.mark.parametrize("hz", [100, 1000, 8000, 10_500])
def test_a_tone_is_the_same_tone_at_the_new_rate(hz: int):
    middle = slice(4410, -4410)
    made = resample(_tone(hz, 24_000), 24_000, 44_100)[middle].astype(float)
    ideal = _tone(hz, 44_100)[middle].astype(float)
    gain = np.dot(made, ideal) / np.dot(ideal, ideal)
    assert abs(20 * np.log10(gain)) < 0.05
    assert 10 * np.log10(np.mean((made - gain * ideal) ** 2) / 0.125) < -110


def test_no_images_above_the_old_band():
    noise = np.random.default_rng(1).standard_normal(240_000).astype(np.float32) * 0.1
    spectrum = np.abs(np.fft.rfft(resample(noise, 24_000, 44_100) * np.hanning(441_000))) ** 2
    hz = np.fft.rfftfreq(441_000, 1 / 44_100)
    assert 10 * np.log10(spectrum[hz > 13_000].max() / spectrum[(hz > 1000) & (hz < 9000)].mean()) < -90


@pytest.mark.parametrize("block", [1, 7, 480, 9999])
@pytest.mark.parametrize(("from_hz", "to_hz"), [(24_000, 44_100), (22_050, 44_100), (44_100, 8_000), (24_000, 24_000)])
def test_streaming_equals_the_whole(block: int, from_hz: int, to_hz: int):
    sound = _tone(440, from_hz, 0.2)
    resampler = Resampler(from_hz, to_hz)
    parts = [resampler.push(sound[i : i + block]) for i in range(0, len(sound), block)]
    joined = np.concatenate([*parts, resampler.finish()])
    whole = resample(sound, from_hz, to_hz)
    assert len(joined) == len(whole) == round(len(sound) * to_hz / from_hz)
    np.testing.assert_allclose(joined, whole, atol=1e-6)

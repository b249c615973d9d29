"""Duration and pitch of speech, changed apart from each other and from the voice's colour."""

from typing import Final

import numpy as np
import numpy.typing as npt
import scipy
from python_stretch import Signalsmith

from studio.audio.gain import match_level
from studio.audio.samples import Samples

_SEED: Final = 1  # the library draws phases at random unless it is told where to begin
_FRAME_S, _HOP_S = 0.032, 0.008
_ENVELOPE_S: Final = 0.0018  # quefrency that parts the vocal tract from the voice: below the period of 550 Hz
_ENVELOPE_ROUNDS: Final = 8
_FLOOR: Final = 1e-4
_LARGEST_CORRECTION: Final = 10 ** (18 / 20)


def stretch(samples: Samples, rate_hz: int, *, length: int | None = None, pitch_st: float = 0.0) -> Samples:
    """Give speech another length or another pitch.

    Signalsmith Stretch moves the partials; what it moved of the formants is moved back, by the ratio of the spectral
    envelopes (cepstrally smoothed) before and after. The level of the speech is kept, and equal input gives equal
    output.

    Args:
        samples: float32 mono [n].
        rate_hz: its rate.
        length: samples to return; by default as many as given.
        pitch_st: semitones up or down.

    Returns:
        float32 mono [length]; it may exceed ±1.
    """
    wanted = samples.size if length is None else length
    if wanted == samples.size and not pitch_st:
        return samples
    if not samples.size or not wanted:
        return np.zeros(wanted, np.float32)
    timed = _signalsmith(samples, rate_hz, wanted, 0.0) if wanted != samples.size else samples
    if not pitch_st:
        return match_level(timed, samples, rate_hz)
    return match_level(_recolour(_signalsmith(timed, rate_hz, wanted, pitch_st), timed, rate_hz), samples, rate_hz)


def _signalsmith(samples: Samples, rate_hz: int, length: int, pitch_st: float) -> Samples:
    machine = Signalsmith.Stretch(_SEED)
    machine.preset(1, float(rate_hz))
    machine.setTimeFactor(samples.size / length)
    if pitch_st:
        machine.setTransposeSemitones(pitch_st)
    made: Samples = np.asarray(machine.process(samples[np.newaxis]), np.float32)[0]
    return np.pad(made, (0, max(0, length - made.size)))[:length]


def _recolour(samples: Samples, like: Samples, rate_hz: int) -> Samples:
    """Give sound the spectral envelope that another of the same length has at each moment."""
    frame = round(_FRAME_S * rate_hz)
    spectra = scipy.signal.ShortTimeFFT(scipy.signal.get_window("hann", frame), round(_HOP_S * rate_hz), rate_hz)
    padded = [np.pad(sound, (0, max(0, frame - sound.size))).astype(np.float64) for sound in (samples, like)]
    own, wanted = (spectra.stft(sound) for sound in padded)
    gain = _envelope(wanted, rate_hz) / _envelope(own, rate_hz)
    gain = np.clip(gain, 1 / _LARGEST_CORRECTION, _LARGEST_CORRECTION)
    coloured: Samples = spectra.istft(own * gain, k1=padded[0].size).real[: samples.size].astype(np.float32)
    return coloured


def _envelope(spectrum: npt.NDArray[np.complex128], rate_hz: int) -> npt.NDArray[np.float64]:
    """Magnitudes [frequencies, frames] along the tops of the partials: cepstrally smoothed, again and again.

    What lies under the smooth curve is raised to it each time, so that the valleys between partials, which are deeper
    the higher the voice, have no say: the "true envelope" of Röbel & Rodet, DAFx 2005.
    """
    magnitude = np.abs(spectrum)
    target = np.log(magnitude + _FLOOR * max(float(magnitude.max()), _FLOOR))
    keep = round(_ENVELOPE_S * rate_hz)
    smooth = target
    for _ in range(_ENVELOPE_ROUNDS):
        target = np.maximum(target, smooth) if smooth is not target else target
        cepstrum = scipy.fft.irfft(target, axis=0)
        cepstrum[keep : cepstrum.shape[0] - keep + 1] = 0
        smooth = scipy.fft.rfft(cepstrum, axis=0).real
    return np.exp(smooth)

"""How many syllables: of a text by its vowels, of a sound by its swells. Both are estimates."""

import re
from typing import Final

import numpy as np
import numpy.typing as npt
import scipy

from studio.audio.samples import Samples
from studio.hearing.pitch import PitchTrack

_WORD = re.compile(r"[^\W\d_]+(?:['’][^\W\d_]+)*")
_VOWELS = "aeiouyàáâãäåæèéêëìíîïòóôõöøœùúûüýÿāēīōū"
_GROUP = re.compile(f"[{_VOWELS}]+")
_HAN = re.compile(r"[\u4e00-\u9fff]")
_KANA = re.compile(r"[\u3041-\u30ff]")
_SMALL_KANA = re.compile(r"[ゃゅょぁぃぅぇぉャュョァィゥェォ・]")
_SILENT_END: Final = {
    # "e" after a consonant, but not in "table"; "-ed" but not after t or d; "-es" but not after a hiss.
    "en": re.compile(r"(?<=[^aeiouy])(?:(?<![^aeiouy]l)e|(?<![td])ed|(?<![szxcg])(?<!ch)(?<!sh)es)$"),
    "fr": re.compile(r"(?<=[^aeiouyéèêàâîïôûùœ])(?:e|es|ent)$"),
}
_TWO_SYLLABLES: Final = {
    language: re.compile(r"(?<=[aeoáéóâêôàèò])(?=[aeoáéóâêôàèòíú])|(?<=[íú])(?=[aeo])")
    for language in ("es", "it", "pt")
}

_STEPS_PER_S = 100
_BAND_HZ = (300.0, 3_300.0)
_SMOOTHED_S = 0.05
_LEAST_DIP_DB = 2.0
_BELOW_LOUD_DB = 25.0
_LEAST_APART_S = 0.08
_LOUD_QUANTILE = 0.95
_LEAST_VOICED = 0.15
_TINY = 1e-12


def syllables_of_text(text: str, language: str) -> int:
    """Syllables of a spoken form: groups of vowels, one at least in each word.

    English and French endings that are not said are left out; strong vowels side by side in Spanish, Italian and
    Portuguese count each; Chinese characters count one each, kana by morae. English comes within a tenth over a
    sentence.

    Returns:
        0 for scripts that are none of these: count by the sound.
    """
    family = language.split("-", maxsplit=1)[0].lower()
    han_and_kana = len(_HAN.findall(text)) + len(_KANA.findall(text)) - len(_SMALL_KANA.findall(text))
    if han_and_kana:
        return han_and_kana
    total = 0
    for word in _WORD.findall(text.lower()):
        if not _GROUP.search(word) and not word.isascii():
            continue
        said = _SILENT_END[family].sub("", word) if family in _SILENT_END else word
        count = len(_GROUP.findall(said))
        if family in _TWO_SYLLABLES:
            count += len(_TWO_SYLLABLES[family].findall(said))
        total += max(1, count)
    return total


def syllables_in_sound(samples: Samples, rate_hz: int, track: PitchTrack) -> int:
    """Syllables by ear: swells between 300 and 3300 Hz, at least 2 dB above the dips beside them, that are voiced.

    After de Jong & Wempe (2009), "Praat script to detect syllable nuclei and measure speech rate automatically",
    Behavior Research Methods 41(2). In a whisper nothing is voiced, and every swell counts.

    Args:
        samples: float32 mono [n] of speech.
        rate_hz: its rate, at least 8000.
        track: its pitch.
    """
    band = scipy.signal.butter(2, _BAND_HZ, "bandpass", fs=rate_hz, output="sos")
    power = np.square(scipy.signal.sosfiltfilt(band, samples.astype(np.float64)))
    step = rate_hz // _STEPS_PER_S
    whole = power[: power.size // step * step].reshape(-1, step).mean(axis=1)
    window = np.hanning(round(_SMOOTHED_S * _STEPS_PER_S) + 2)
    smooth_db = 10 * np.log10(np.convolve(whole, window / window.sum(), mode="same") + _TINY)
    loud_db = float(np.quantile(smooth_db, _LOUD_QUANTILE))
    peaks, _ = scipy.signal.find_peaks(
        smooth_db,
        height=loud_db - _BELOW_LOUD_DB,
        prominence=_LEAST_DIP_DB,
        distance=round(_LEAST_APART_S * _STEPS_PER_S),
    )
    if track.voiced.mean() < _LEAST_VOICED:
        return len(peaks)
    return int(_is_voiced(track, peaks / _STEPS_PER_S).sum())


def _is_voiced(track: PitchTrack, times_s: npt.NDArray[np.float64]) -> npt.NDArray[np.bool_]:
    places = np.clip(np.round(times_s / track.step_s).astype(int), 0, track.hz.size - 1)
    voiced: npt.NDArray[np.bool_] = track.voiced[places]
    return voiced

"""What is measured of a reading, on voices of which everything is known, and on a person."""

from pathlib import Path

import numpy as np
import pytest
import soundfile

from studio.audio.samples import Samples
from studio.core.errors import InputError
from studio.hearing.delivery import alpha_ratio_db, measure_delivery, speech_spans
from studio.hearing.pitch import track_pitch
from studio.hearing.syllables import syllables_in_sound, syllables_of_text
from tests.hearing.conftest import sine, white
from tests.hearing.voices import syllables

HUMAN = Path(__file__).parents[2].parent / "shared" / "speech" / "austenA.wav"
RATE_HZ = 24_000


def silence(seconds: float) -> Samples:
    return np.zeros(round(seconds * RATE_HZ), np.float32)


def test_pitch_and_its_range_are_those_of_the_voice() -> None:
    size = round(16 / 4 * RATE_HZ)
    hz = 150 * 2 ** (np.linspace(-4, 4, size) / 12)
    facts = measure_delivery(syllables(16, 4.0, hz, RATE_HZ), RATE_HZ)
    assert facts.pitch_hz == pytest.approx(150, rel=0.02)
    assert facts.pitch_range_st == pytest.approx(0.9 * 8, abs=0.4)
    assert facts.pitch_sd_st == pytest.approx(8 / np.sqrt(12), abs=0.2)
    assert facts.voiced > 0.9
    assert not facts.whispered


@pytest.mark.parametrize("per_s", [3.0, 4.5, 6.0])
def test_the_pace_is_that_of_the_sound_and_leaves_pauses_out(per_s: float) -> None:
    part = syllables(12, per_s, 130.0, RATE_HZ)
    facts = measure_delivery(np.concatenate([part, silence(0.8), part]), RATE_HZ)
    assert facts.rate_sps == pytest.approx(per_s, rel=0.1)
    assert facts.speech_s == pytest.approx(24 / per_s, abs=0.25)


def test_a_text_tells_the_pace_better_than_its_sound() -> None:
    sound = syllables(12, 4.0, 130.0, RATE_HZ)
    facts = measure_delivery(sound, RATE_HZ, text="Nobody in our family had ever owned.", language="en-GB")
    assert facts.rate_sps == pytest.approx(12 / facts.speech_s)


def test_pauses_lie_where_they_were_put_and_edges_are_none() -> None:
    part = syllables(8, 4.0, 130.0, RATE_HZ)
    sound = np.concatenate([silence(0.5), part, silence(0.3), part, silence(0.05), part, silence(1.0)])
    facts = measure_delivery(sound, RATE_HZ)
    assert len(facts.pauses) == 1
    begin, end = facts.pauses[0]
    assert (begin, end) == (pytest.approx(2.5, abs=0.05), pytest.approx(2.8, abs=0.05))
    assert facts.pause_share == pytest.approx((end - begin) / (end - begin + facts.speech_s))
    assert facts.duration_s == pytest.approx(sound.size / RATE_HZ)


def test_tilt_follows_a_filter_and_not_the_level() -> None:
    sound = syllables(12, 4.0, 130.0, RATE_HZ)
    spectrum = np.fft.rfft(sound)
    spectrum[np.fft.rfftfreq(sound.size, 1 / RATE_HZ) >= 1_000] *= 10 ** (6 / 20)
    bright = np.fft.irfft(spectrum, sound.size).astype(np.float32)
    plain, brighter, softer = (measure_delivery(each, RATE_HZ) for each in (sound, bright, sound * np.float32(0.1)))
    assert brighter.tilt_db == pytest.approx(plain.tilt_db + 6, abs=0.3)
    assert softer.tilt_db == pytest.approx(plain.tilt_db, abs=0.01)
    assert plain.level_dbfs - softer.level_dbfs == pytest.approx(20, abs=0.01)


def test_tilt_of_two_tones_is_the_ratio_of_their_powers() -> None:
    tones = sine(400, 2.0) + sine(2_500, 2.0) * np.float32(10 ** (-12 / 20))
    assert alpha_ratio_db(tones, 16_000) == pytest.approx(-12, abs=0.1)


def test_a_whisper_has_no_pitch_but_a_pace() -> None:
    facts = measure_delivery(syllables(16, 4.0, 130.0, RATE_HZ, breathed=True), RATE_HZ)
    assert facts.whispered
    assert (facts.pitch_hz, facts.pitch_range_st, facts.pitch_sd_st) == (0.0, 0.0, 0.0)
    assert facts.voiced < 0.15
    assert facts.rate_sps == pytest.approx(4.0, rel=0.25)


@pytest.mark.parametrize(
    ("samples", "said"),
    [
        (np.zeros(0, np.float32), "no sound"),
        (np.zeros(16_000, np.float32), "silence"),
        (np.full(16_000, np.inf, np.float32), "no sound"),
        (sine(440.0, 2.0), "a tone"),
        (white(2.0), "noise"),
    ],
)
def test_what_is_no_speech_is_refused_and_why(samples: Samples, said: str) -> None:
    with pytest.raises(InputError, match=said):
        measure_delivery(samples, 16_000)


def test_a_click_before_the_speech_is_no_speech() -> None:
    part = syllables(8, 4.0, 130.0, RATE_HZ)
    click = np.zeros(round(0.01 * RATE_HZ), np.float32)
    click[0] = 0.9
    spans = speech_spans(np.concatenate([click, silence(0.5), part]), RATE_HZ)
    assert len(spans) == 1
    assert spans[0][0] > 0.5


@pytest.mark.parametrize(
    ("text", "language", "count"),
    [
        ("The boat would ever come back.", "en-US", 7),
        ("He closed the ledger and wondered whether the table was painted.", "en-GB", 16),
        ("Les petites filles chantent une belle chanson.", "fr-FR", 9),
        ("El poeta leía un libro extraño.", "es-ES", 13),
        ("Der alte Mann geht heute nach Hause.", "de-DE", 10),
        ("こんにちは", "ja-JP", 5),
        ("你好世界", "zh-CN", 4),
        ("", "en", 0),
        ("123 …", "en", 0),
    ],
)
def test_syllables_of_a_text(text: str, language: str, count: int) -> None:
    assert syllables_of_text(text, language) == count


def test_a_man_reading_measures_as_one_would_say() -> None:
    if not HUMAN.is_file():
        pytest.skip("the recording austenA.wav is not beside this checkout")
    samples, rate_hz = soundfile.read(HUMAN, dtype="float32")
    facts = measure_delivery(samples, rate_hz)
    assert 85 < facts.pitch_hz < 110
    assert 4 < facts.pitch_range_st < 14
    assert 3 < facts.rate_sps < 5.5
    assert 0.45 < facts.voiced < 0.85
    assert 1 <= len(facts.pauses) <= 5
    assert syllables_in_sound(samples, rate_hz, track_pitch(samples, rate_hz)) == pytest.approx(60, abs=12)

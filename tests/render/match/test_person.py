"""A person is heard three times: what is matched, what chooses, and what judges and is kept from both."""

import io
from pathlib import Path

import pytest
import soundfile as sf

from studio.consent.voices import ReferenceClip
from studio.core.errors import InputError
from studio.render.match.person import person_of

SPEECH = Path(__file__).parents[2] / "data" / "speech"


def clip(name: str, seconds: float, delivery: str = "neutral", speed: float = 1.0) -> ReferenceClip:
    """The beginning of a recording, perhaps played faster: its pitch rises by as much."""
    samples, rate_hz = sf.read(SPEECH / f"{name}.flac", dtype="float32")
    sound = io.BytesIO()
    sf.write(sound, samples[: round(seconds * rate_hz)], round(speed * rate_hz), format="WAV")
    return ReferenceClip(sound.getvalue(), delivery)


def test_pitch_is_taken_from_the_part_that_is_matched_alone():
    low, high = clip("austenA", 15.0), clip("reader-3005", 9.0, speed=1.4)
    alone, followed = person_of([low]), person_of([low, high])
    assert person_of([high, low]).pitch_hz > 1.15 * alone.pitch_hz  # what is matched with is noticed
    assert followed.pitch_hz == pytest.approx(alone.pitch_hz, rel=0.06)


def test_other_deliveries_are_left_out_where_there_are_neutral_ones():
    neutral, angry = clip("austenA", 14.0), clip("reader-3005", 8.0, "angry")
    assert person_of([neutral, angry]) == person_of([neutral])
    assert person_of([angry, clip("austenA", 14.0, "sad")]).enrolled != person_of([neutral]).enrolled


def test_what_chooses_is_not_what_judges_unless_there_is_too_little():
    long, short = person_of([clip("austenA", 15.0), clip("austenB", 9.0)]), person_of([clip("austenA", 12.0)])
    assert len({long.enrolled, long.choice, long.held_out}) == 3
    assert short.choice == short.held_out != short.enrolled


@pytest.mark.parametrize("seconds", [0.0, 4.0])
def test_too_little_speech_is_told(seconds: float):
    clips = [clip("austenA", seconds)] if seconds else []
    with pytest.raises(InputError, match="s of speech in the recordings"):
        person_of(clips)

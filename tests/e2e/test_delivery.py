"""Deliveries with a real voice, from text to delivered MP3: what the table says is heard, and no tag is."""

import re
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

from benchmarks.delivery import FRONT, SENTENCES, Produced, heard_together, open_home, produce, read_aloud, rows
from studio.audio.speech_level import speech_level_dbfs
from studio.bootstrap import Studio
from studio.hearing.recogniser import Recogniser
from studio.hearing.speakers import SpeakerEncoder
from studio.manuscript.delivery import presets
from studio.manuscript.tags import EVENTS, read_tags
from studio.spoken.compare import comparable_words, word_error_rate
from tests.manuscript.malformed_tags import MALFORMED

pytestmark = [pytest.mark.slow, pytest.mark.models, pytest.mark.timeout(600)]
VOICE = "am_michael"
DELIVERIES = ("neutral", "sad", "excited", "angry", "whisper")
PAUSES = ("[pause 1.2s]", "[pause 300ms]", "[beat]", "[pause]", "[long pause]")
CARRIER = "The old ferry leaves the harbour every morning and comes home before the lamps are lit."
TAGS_PER_PARAGRAPH = 12
SAMPLE = Path(__file__).parents[2] / "projects" / "sample" / "story.md"
STAGED = (
    ("Every evening at", "[calm] Every evening at"),
    ("There were forty-two", "[/] There were forty-two"),
    ('"You\'re early,"', '[shout] "You\'re early,"'),
    ('"The fog\'s early,"', '[whisper] "The fog\'s early,"'),
    ("It was the 3rd", "[sad volume=-2dB] It was the 3rd"),
)


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory, kokoro_weights: Path) -> Iterator[Studio]:
    opened = open_home(tmp_path_factory.mktemp("home"), workers=2)
    yield opened
    opened.close()


@pytest.fixture(scope="module")
def recogniser(whisper_folder: Path) -> Recogniser:
    return Recogniser(whisper_folder.parent)


def test_deliveries_do_what_the_table_says(studio: Studio, recogniser: Recogniser):
    sentences = SENTENCES[:2]
    readings = read_aloud(studio, VOICE, sentences, DELIVERIES)
    measured = {row.preset: row for row in rows(VOICE, readings, sentences, recogniser, SpeakerEncoder())}
    assert not {name: row.faults for name, row in measured.items() if row.faults}, [*map(str, measured.values())]
    sad, excited, angry = (measured[name] for name in ("sad", "excited", "angry"))
    assert sad.pitch_st < -1 < 1 < angry.pitch_st < excited.pitch_st
    assert sad.range < 0.8
    assert min(angry.range, excited.range) > 1.15
    assert excited.time < angry.time < 1 < sad.time
    assert measured["whisper"].level_db < sad.level_db < 0 < excited.level_db < angry.level_db
    assert sad.tilt_db < -1 < 1 < angry.tilt_db


def _woven(carrier: str, tags: list[str]) -> str:
    """A sentence with tags between its words."""
    words = carrier.split()
    return " ".join(f"{word} {tag}" for word, tag in zip(words, [*tags, *[""] * len(words)], strict=False)).strip()


def _tagged_paragraphs() -> list[str]:
    malformed = [
        MALFORMED[start : start + TAGS_PER_PARAGRAPH] for start in range(0, len(MALFORMED), TAGS_PER_PARAGRAPH)
    ]
    names, events = [f"[{name}]" for name in presets()], [f"[{event}]" for event in EVENTS]
    spread = [[tag for name in names[start::3] for tag in (name, "", "")] for start in range(3)]
    others = [*events, *PAUSES, "[/]", "[sad:0.6]", "[angry 80%]", "[rate=-10% pitch=+1st range=+20% volume=-3dB]"]
    half = len(others) // 2
    paragraphs = [_woven(CARRIER, list(tags)) for tags in (*malformed, *spread, others[:half], others[half:])]
    missing = [tag for tag in (*MALFORMED, *names, *others) if not any(tag in paragraph for paragraph in paragraphs)]
    assert not missing
    return paragraphs


def test_no_tag_is_ever_spoken(studio: Studio, recogniser: Recogniser):
    paragraphs = _tagged_paragraphs()
    made = produce(studio, VOICE, "CHAPTER I\n\n" + "\n\n".join(paragraphs) + "\n", ".txt")
    said = [segment.spoken for segment, _, _ in made.segments]
    assert said == ["Chapter One", *[CARRIER] * len(paragraphs)]

    plain, malformed = made.segments[1], made.segments[2 : -(-len(MALFORMED) // TAGS_PER_PARAGRAPH) + 1]
    assert {segment.delivery for segment, _, _ in malformed} == {plain[0].delivery} == {"neutral"}
    cut = made.cut()
    for sound in cut[2 : len(malformed) + 2]:  # the same words in the same delivery are the same take
        assert len(sound) == len(cut[1])
    heard_parts = [cut[1], *cut[len(malformed) + 2 :]]
    heard = heard_together(heard_parts, made.rate_hz, recogniser)
    expected = " ".join([CARRIER] * len(heard_parts))
    assert word_error_rate(expected, heard, "en-US") <= 0.1, heard
    foreign = set(re.findall(r"[a-z]{3,}", " ".join(paragraphs).lower())) - set(comparable_words(expected, "en-US"))
    assert {"sad", "whisper", "laugh", "pause", "sadd", "rate"} <= foreign
    assert not foreign & set(comparable_words(heard, "en-US")), heard


@pytest.fixture(scope="module")
def staged(studio: Studio) -> Produced:
    """The first chapter of the sample book with tags in it."""
    story = SAMPLE.read_text("utf-8")
    begin, end = story.index("## Chapter I."), story.index("## Chapter II.")
    chapter = story[begin:end]
    for plain, tagged in STAGED:
        assert chapter.count(plain) == 1
        chapter = chapter.replace(plain, tagged)
    return produce(studio, VOICE, FRONT + chapter)


def test_a_tagged_chapter_is_mastered_within_the_profile(staged: Produced):
    assert all(check["passed"] for check in staged.checks), staged.checks
    levels = {segment.level_db for segment, _, _ in staged.segments}
    assert {0.0, -1.0, 4.0, -4.0} <= levels
    assert all(read_tags(segment.text).text for segment, _, _ in staged.segments)


def test_its_levels_are_still_there_in_the_delivered_file(staged: Produced):
    asked = np.array([segment.level_db for segment, _, _ in staged.segments])
    found = np.array([speech_level_dbfs(sound, staged.rate_hz) for sound in staged.cut()])
    np.testing.assert_allclose(found - found[asked == 0].mean(), asked, atol=1.0)

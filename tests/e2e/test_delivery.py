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
CARRIERS = (
    "The old ferry leaves the harbour every morning at seven and comes home before the lamps are lit.",
    "My grandmother planted nine apple trees behind the house and gave each of them a name.",
    "Nobody in the village could remember when the clock above the market had last been right.",
)
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
    tags = [*map(list, malformed), *spread, others[:half], others[half:]]
    paragraphs = [_woven(CARRIERS[number % len(CARRIERS)], each) for number, each in enumerate(tags)]
    assert all(sum(paragraph.count(tag) for paragraph in paragraphs) for tag in (*MALFORMED, *names, *others))
    return paragraphs


def test_no_tag_is_ever_spoken(studio: Studio, recogniser: Recogniser):
    paragraphs = _tagged_paragraphs()
    made = produce(studio, VOICE, f"{FRONT}\n## Tags\n\n" + "\n\n".join(paragraphs) + "\n")
    written = [CARRIERS[number % len(CARRIERS)] for number in range(len(paragraphs))]
    said = [segment.spoken for segment, _, _ in made.segments]
    assert " ".join(said) == " ".join(["Tags", *written])

    sounds = dict(zip(said, made.cut(), strict=True))
    heard = heard_together(list(sounds.values()), made.rate_hz, recogniser)
    assert word_error_rate(" ".join(sounds), heard, "en-US") <= 0.1, heard
    tag_words = set(re.findall(r"[a-z]{3,}", " ".join(paragraphs).lower()))
    foreign = tag_words - set(comparable_words(" ".join(sounds), "en-US"))
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

"""The library as the page shows it: every voice but those whose consent ended, and what who looks may add."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.bootstrap import Studio, open_studio, read_settings
from studio.services.library import VoiceFacts
from studio.ui.components.library import library_value
from tests.consents import LOCAL, PRODUCER, REVIEWER, Walk


@pytest.fixture
def studio(home: Path) -> Iterator[Studio]:
    opened = open_studio(read_settings({}, home=home, workers=1))
    yield opened
    opened.close()


def test_the_page_shows_what_can_be_heard_and_why_the_rest_cannot(studio: Studio):
    walk = Walk(studio)
    walk.verified("Jane Doe")
    studio.endings.withdraw(PRODUCER, walk.verified("Lee Over").consent_id)
    facts = VoiceFacts("aloud", "Aloud", "en-GB", "CC-BY-4.0", "Ann Lee", "https://example.com", "nobody")
    studio.library.add_server("http://127.0.0.1:9", "m", "v", facts, LOCAL)
    studio.library.set_favourite("bf_emma", PRODUCER, favourite=True)

    value = library_value(studio, PRODUCER)
    voices = {voice["name"]: voice for voice in value["voices"]}
    assert voices["Jane Doe"]["origin"] == "person"
    assert "Lee Over" not in voices
    assert (voices["Aloud"]["origin"], voices["Aloud"]["engine"]) == ("imported", "openai")
    assert voices["Emma"]["pitch_hz"] > 100
    assert value["engines"]["kokoro"] == "Kokoro"
    assert value["favourites"] == ["bf_emma"]
    assert library_value(studio, REVIEWER)["favourites"] == []
    assert {licence["id"]: licence["commercial"] for licence in value["licences"]}["CC-BY-NC-4.0"] is False


def test_where_words_are_sent_is_for_a_reviewer_to_say(studio: Studio):
    may = {who.name: library_value(studio, who) for who in (PRODUCER, REVIEWER, LOCAL)}
    assert {name: value["may_add_server"] for name, value in may.items()} == {
        PRODUCER.name: False, REVIEWER.name: True, LOCAL.name: True,
    }  # fmt: skip
    assert all(value["may_import"] for value in may.values())

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.bootstrap import Studio
from studio.core.errors import InputError, NotFoundError, RefusedError
from studio.services.views import ProjectView
from tests.consents import PRODUCER, Walk


def test_voices_are_listed_with_licences_and_without_test_tones(studio: Studio):
    voices = studio.casting.voices()
    assert len(voices) == 54
    assert all(voice.licence == "Apache-2.0" and voice.licensor for voice in voices)
    assert {voice.language for voice in studio.casting.voices("en")} == {"en-US", "en-GB"}


def test_a_role_or_voice_that_is_not_there_is_refused(studio: Studio, story: Path):
    project = studio.projects.import_file(story)
    with pytest.raises(NotFoundError, match="no voice 'nobody'"):
        studio.casting.set_voice(project.id, "narrator", "nobody")
    with pytest.raises(NotFoundError, match="no role 'villain'"):
        studio.casting.set_voice(project.id, "villain", "bf_emma")


def test_a_voice_of_another_language_is_refused(studio: Studio, tmp_path: Path):
    book = tmp_path / "buch.txt"
    book.write_text("Kapitel 1\n\nEs war einmal ein kleines Haus am Meer.\n", encoding="utf-8")
    project = studio.projects.import_file(book, language="de-DE")
    assert project.narrator == ""
    with pytest.raises(InputError, match="cannot read 'de-DE'"):
        studio.casting.set_voice(project.id, "narrator", "bf_emma")
    with pytest.raises(InputError, match="no voice is cast"):
        studio.segments.script(project.id)


def test_consent_is_asked_for_before_anything_else_of_a_voice(studio: Studio, import_story: Callable[..., ProjectView]):
    """A voice without an engine and without consent is refused, not missing."""
    consent = Walk(studio).draft(engine="")
    voice = studio.consents.get(PRODUCER, consent).summary.voice_id
    project = import_story()
    with pytest.raises(RefusedError, match="has not seen"):
        studio.auditions.say("Good evening.", voice)
    with pytest.raises(RefusedError, match="has not seen"):
        studio.casting.set_voice(project.id, "narrator", voice)

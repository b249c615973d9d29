"""The cast of a book: what there is to cast a role by, voices that suit, and voices that a series keeps."""

from pathlib import Path

import pytest

from studio.bootstrap import Studio
from studio.core.errors import ConflictError, InputError, NotFoundError
from studio.services.views import VoiceView
from studio.services.voice_fit import Portrait, rank_voices

BOOK = """# The Boathouse

“Is it late?” asked Mr. Dale. He was an old man, and he looked at his watch.

“It is past nine,” said Anna. She put down the oars. “Nobody told me that you would still be here at this hour.”

“I found the rope,” said Anna.

“Where?” asked Mr. Dale.
"""


def _book(studio: Studio, tmp_path: Path, name: str) -> str:
    path = tmp_path / f"{name}.md"
    path.write_text(BOOK, encoding="utf-8")
    project = studio.projects.import_file(path, name=name, language="en-GB").name
    studio.casting.set_voice(project, "narrator", "tone_low")
    return project


@pytest.fixture
def project(studio: Studio, tmp_path: Path) -> str:
    name = _book(studio, tmp_path, "one")
    studio.speakers.find(name)
    return name


def _voices(studio: Studio, project: str) -> dict[str, str]:
    return {view.role: view.voice for view in studio.casting.roles(project)}


def test_a_role_has_its_lines_words_samples_and_what_the_book_tells(studio: Studio, project: str) -> None:
    sheets = {sheet.role: sheet for sheet in studio.casting.sheet(project)}

    assert next(iter(sheets)) == "narrator"
    assert sheets["Anna"].lines == 3
    assert sheets["Anna"].words == 20
    assert "“It is past nine,”" in sheets["Anna"].samples
    assert sheets["Anna"].portrait.gender == "female"
    assert (sheets["Mr. Dale"].portrait.gender, sheets["Mr. Dale"].portrait.age) == ("male", "old")
    assert not sheets["Anna"].cast
    assert sheets["Anna"].voice == "tone_low"


def test_voices_are_suggested_by_sex_age_and_language_and_none_twice(studio: Studio, project: str) -> None:
    fits = studio.casting.suggest(project)

    assert set(fits) == {"Anna", "Mr. Dale"}
    assert all(fit.voice.startswith("bf_") for fit in fits["Anna"])
    assert fits["Mr. Dale"][0].voice == "bm_lewis", "the lowest"
    assert "low, for somebody who is old" in fits["Mr. Dale"][0].reason
    assert "reads en-GB" in fits["Anna"][0].reason
    assert _voices(studio, project)["Anna"] == "tone_low", "nothing is cast"

    studio.casting.set_voice(project, "Mr. Dale", fits["Anna"][0].voice)
    assert studio.casting.suggest(project)["Anna"][0].voice != fits["Anna"][0].voice


def _voice(name: str, sex: str, pitch_hz: float) -> VoiceView:
    return VoiceView(name, name, "kokoro", "en-GB", sex, "", "", commercial=True, available=True, pitch_hz=pitch_hz)


def test_a_child_is_high_whoever_speaks_it_and_what_is_unknown_is_said() -> None:
    voices = [_voice("low", "male", 90), _voice("man", "male", 130), _voice("woman", "female", 220)]

    boy = rank_voices(Portrait("male", "child", ("“seven”",)), voices, "en-GB", {})
    assert boy[0].voice == "woman"
    assert "a woman's voice for a child" in boy[0].reason
    assert rank_voices(Portrait("female"), voices, "en-GB", {"woman": ["Bea"]})[0].voice == "woman"
    assert "the book does not tell" in rank_voices(Portrait(), voices, "en-GB", {})[0].reason


def test_a_role_is_heard_in_several_voices_with_its_own_line(studio: Studio, project: str) -> None:
    low, high = studio.casting.audition(project, "Anna", ["tone_low", "tone_high"])

    assert (low.voice, high.voice) == ("tone_low", "tone_high")
    assert low.spoken == high.spoken
    assert low.spoken.strip("“”") in {sheet.strip("“”") for sheet in studio.casting.sheet(project)[1].samples}
    with pytest.raises(NotFoundError, match="has no line"):
        studio.casting.audition(project, "Nobody", ["tone_low"])
    with pytest.raises(InputError, match="too many"):
        studio.casting.audition(project, "Anna", [])


def test_a_series_keeps_its_voices_in_the_next_book(studio: Studio, project: str, tmp_path: Path) -> None:
    with pytest.raises(ConflictError, match="no series"):
        studio.casting.lock_cast(project)
    studio.casting.set_voice(project, "Anna", "tone_high")
    studio.casting.set_series(project, " The  Estuary ")
    assert studio.casting.lock_cast(project).locked == {"Anna": "tone_high", "narrator": "tone_low"}

    second = _book(studio, tmp_path, "two")
    studio.casting.set_voice(second, "narrator", "tone_high")
    view = studio.casting.set_series(second, "The Estuary")
    assert view.books == ("one", "two")
    assert _voices(studio, second) == {"narrator": "tone_low"}
    studio.speakers.find(second)
    assert _voices(studio, second)["Anna"] == "tone_high", "a role found later gets its voice too"

    with pytest.raises(ConflictError, match="The Estuary") as refused:
        studio.casting.set_voice(second, "Anna", "bf_emma")
    assert "--unlock" in refused.value.hint
    studio.casting.set_voice(second, "Anna", "tone_high")
    studio.casting.set_voice(second, "Mr. Dale", "bm_lewis")

    assert studio.casting.unlock(second, "Anna").locked == {"narrator": "tone_low"}
    studio.casting.set_voice(second, "Anna", "bf_emma")
    assert _voices(studio, project)["Anna"] == "tone_high"
    with pytest.raises(NotFoundError, match="not locked"):
        studio.casting.unlock(second, "Anna")


def test_a_role_is_given_back_to_the_narrator(studio: Studio, project: str) -> None:
    studio.casting.set_voice(project, "Anna", "tone_high")
    studio.casting.set_voice(project, "Anna", None)
    assert _voices(studio, project)["Anna"] == _voices(studio, project)["narrator"] != "tone_high"
    with pytest.raises(InputError, match="needs a voice"):
        studio.casting.set_voice(project, "narrator", None)

    studio.casting.set_voice(project, "Anna", "tone_high")
    studio.casting.set_series(project, "The Estuary")
    studio.casting.lock_cast(project)
    with pytest.raises(ConflictError, match="keeps the voice"):
        studio.casting.set_voice(project, "Anna", None)


def test_a_book_that_was_cast_otherwise_before_is_named(studio: Studio, project: str, tmp_path: Path) -> None:
    second = _book(studio, tmp_path, "two")
    for book in (project, second):
        studio.casting.set_series(book, "Estuary")
    studio.casting.set_voice(second, "narrator", "tone_high")

    assert studio.casting.lock_cast(project).differing == ("two",)
    assert studio.casting.set_series(second, "Estuary").differing == ()
    assert _voices(studio, second)["narrator"] == "tone_low"
    assert studio.casting.set_series(second, "").name == ""
    studio.casting.set_voice(second, "narrator", "tone_high")


def test_a_series_whose_voice_cannot_read_a_book_leaves_it_as_it_was(
    studio: Studio, project: str, tmp_path: Path
) -> None:
    studio.casting.set_series(project, "Estuary")
    studio.casting.set_voice(project, "narrator", "bf_emma")
    studio.casting.lock_cast(project)
    path = tmp_path / "buch.md"
    path.write_text("# Eins\n\nEs war spät.\n", encoding="utf-8")
    book = studio.projects.import_file(path, language="de-DE").name

    with pytest.raises(InputError, match="cannot read"):
        studio.casting.set_series(book, "Estuary")

    assert studio.casting.series(book).name == ""

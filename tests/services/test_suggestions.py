"""Suggestions say how a line is said and from which words; nothing follows them but somebody who accepts."""

from pathlib import Path

import pytest

from studio.bootstrap import Studio
from studio.core.errors import NotFoundError, RefusedError
from studio.services.manuscript_views import ScriptLine
from tests.consents import PRODUCER, make_verified

BOOK = """# The Boathouse

“I found the rope,” Anna whispered. “Behind the stove.”

“Where?” said Mr. Dale coldly.

“Stay where you are!” Anna shouted.

[sad] “It was mine,” Anna whispered.

“Nothing more,” said Mr. Dale.
"""


@pytest.fixture
def project(studio: Studio, tmp_path: Path) -> str:
    path = tmp_path / "boathouse.md"
    path.write_text(BOOK, encoding="utf-8")
    project = studio.projects.import_file(path, name="boathouse", language="en-GB").id
    studio.casting.set_voice(project, "narrator", "tone_low")
    studio.speakers.find(project)
    return project


def _line(studio: Studio, project: str, words: str) -> ScriptLine:
    return next(line for line in studio.manuscript.lines(project) if words in line.text)


def test_words_beside_a_line_propose_a_delivery_and_are_quoted(studio: Studio, project: str) -> None:
    before = studio.manuscript.lines(project)

    found = studio.suggestions.propose(project)

    said = {each.text: (each.value, each.reason) for each in found}
    assert said["“I found the rope,”"] == ("whisper", "the narration says “Anna whispered”")
    assert said["“Where?”"] == ("cold-anger", "the narration says “said Mr. Dale coldly”")
    assert said["“Stay where you are!”"][0] == "shout"
    assert "“It was mine,”" not in said, "the author has said how"
    assert "“Nothing more,”" not in said
    assert {each.source for each in found} == {"text"}
    assert studio.manuscript.lines(project) == before, "nothing is followed by itself"
    assert studio.suggestions.open(project) == found
    assert studio.suggestions.propose(project) == found


def test_an_accepted_one_is_the_delivery_of_the_line_and_can_be_undone(studio: Studio, project: str) -> None:
    found = studio.suggestions.propose(project)
    rope = next(each for each in found if each.text == "“I found the rope,”")

    assert studio.suggestions.accept(project, [rope.id]) == (rope.segment,)

    assert _line(studio, project, "I found the rope").delivery == "whisper"
    assert rope.id not in {each.id for each in studio.suggestions.open(project)}
    assert rope.id not in {each.id for each in studio.suggestions.propose(project)}
    studio.manuscript.undo(project)
    assert _line(studio, project, "I found the rope").delivery == "neutral"


def test_a_declined_one_is_never_proposed_again(studio: Studio, project: str) -> None:
    found = studio.suggestions.propose(project)

    studio.suggestions.decline(project, [found[0].id])

    assert studio.suggestions.propose(project) == found[1:]
    with pytest.raises(NotFoundError, match="no open suggestion"):
        studio.suggestions.accept(project, [found[0].id])


def test_one_that_is_not_there_changes_none(studio: Studio, project: str) -> None:
    found = studio.suggestions.propose(project)

    with pytest.raises(NotFoundError, match="no open suggestion"):
        studio.suggestions.accept(project, [found[0].id, "delivery/nowhere/whisper"])

    assert studio.suggestions.open(project) == found
    assert _line(studio, project, "I found the rope").delivery == "neutral"


def test_what_the_book_no_longer_says_is_taken_back(studio: Studio, project: str) -> None:
    studio.suggestions.propose(project)
    tag = _line(studio, project, "Anna shouted")
    studio.manuscript.set_line(project, tag.id, text="Anna said.")

    assert "“Stay where you are!”" not in {each.text for each in studio.suggestions.propose(project)}


def test_directions_in_the_lines_of_a_script_are_proposed(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "scene.csv"
    path.write_text("id,role,text\n1,Bea,(softly) Come in.\n2,Tom,I am (I think) late.\n", encoding="utf-8")
    project = studio.projects.import_file(path, name="scene", language="en-GB").id

    (found,) = studio.suggestions.propose(project)

    assert found.reason == "the line has the direction “(softly)”"
    assert "Come in" in found.text


def test_a_delivery_that_the_owner_of_a_voice_excludes_is_not_accepted(studio: Studio, project: str) -> None:
    consent = make_verified(studio, languages=["en-GB"], excluded_deliveries=["whispering"])
    voice = studio.consents.get(PRODUCER, consent).summary.voice_id
    studio.casting.set_voice(project, "narrator", voice)
    found = studio.suggestions.propose(project)
    assert {"whisper", "shout"} <= {each.value for each in found}
    before = studio.manuscript.lines(project)

    with pytest.raises(RefusedError, match="excludes the delivery 'whisper'"):
        studio.suggestions.accept(project, [each.id for each in found])

    assert studio.manuscript.lines(project) == before, "all or none"
    assert studio.suggestions.open(project) == found
    shout = next(each for each in found if each.value == "shout")
    assert studio.suggestions.accept(project, [shout.id]) == (shout.segment,)

"""Segments with delivery tags: what the script makes of them, and how one line is changed."""

from collections.abc import Callable
from pathlib import Path

import pytest

from studio.bootstrap import Studio
from studio.core.errors import InputError, NotFoundError
from studio.services.views import ProjectView, SegmentView
from studio.store.tables import SegmentRow

Import = Callable[..., ProjectView]
TAGGED = """# One

[sad:0.6] She closed the door and waited for a while. [pause 1.2s] And then, [whisper]very quietly[/], he said it
once more.

Nobody [sadd] answered him [laugh] that evening. A bracket \\[like this\\] is read.
"""


@pytest.fixture
def tagged(studio: Studio, tmp_path: Path) -> ProjectView:
    path = tmp_path / "tagged.md"
    path.write_text(TAGGED, encoding="utf-8")
    project = studio.projects.import_file(path, name="tagged", language="en-GB")
    studio.casting.set_voice(project.id, "narrator", "tone_low")
    return studio.projects.get(project.id)


def _lines(studio: Studio, project: ProjectView) -> list[SegmentView]:
    return [view for view in studio.segments.script(project.id, 1) if "One" not in view.text]


def test_tags_are_never_part_of_what_is_said(studio: Studio, tagged: ProjectView):
    said = " ".join(view.spoken for view in studio.segments.script(tagged.id))
    assert "very quietly, he said it once more" in said
    assert "A bracket [like this] is read." in said  # brackets of the text itself are left to the engine
    for tag in ("sad", "whisper", "pause", "laugh", "0.6", "1.2", "[/]"):
        assert tag not in said


def test_deliveries_pauses_and_problems_reach_their_segments(studio: Studio, tagged: ProjectView):
    first, second, *_ = _lines(studio, tagged)
    assert (first.delivery, first.pause_s) == ("sad:0.6", 1.2)
    assert second.delivery == "sad:0.6"
    assert "[whisper]" in second.text
    assert first.level_db < 0
    assert any("[sadd]" in warning and "line 6" in warning for warning in tagged.warnings)


def test_a_tag_that_means_nothing_is_told_where_it_is_typed(studio: Studio, tagged: ProjectView):
    view = studio.segments.set_line(tagged.id, _lines(studio, tagged)[0].id, "[sadd] It opened.")
    assert view.spoken == "It opened."
    assert view.notes == ("[sadd] is no tag; did you mean [sad]? It is left out.",)


def test_a_line_is_changed_without_saying_it(studio: Studio, tagged: ProjectView):
    before = _lines(studio, tagged)
    view = studio.segments.set_line(tagged.id, before[0].id, "[happy] It opened.", delivery="calm")
    assert (view.text, view.spoken, view.delivery, view.state) == ("[happy] It opened.", "It opened.", "calm", "new")
    assert _lines(studio, tagged)[1:] == before[1:]


def test_a_retake_in_another_delivery_is_one_take(studio: Studio, tagged: ProjectView):
    line = _lines(studio, tagged)[0]
    view = studio.segments.retake(tagged.id, line.id, delivery="excited rate=+10%")
    assert (view.state, view.delivery, view.text) == ("rendered", "excited rate=+10%", line.text)
    assert set(view.methods) == {"processing", "approximate"}
    assert any("range" in note for note in view.notes)
    assert view.duration_s is not None
    assert [each.state for each in _lines(studio, tagged)].count("rendered") == 1


def test_another_seed_is_another_take(studio: Studio, tagged: ProjectView):
    line = _lines(studio, tagged)[0]
    studio.segments.retake(tagged.id, line.id)
    studio.segments.set_line(tagged.id, line.id, seed=7)
    assert _lines(studio, tagged)[0].state == "new"
    with studio._context.database.read() as session:
        assert session.get_one(SegmentRow, line.id).seed == 7


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"text": "[sad] [pause 1s]"}, "nothing to say"),
        ({"text": "long " * 100}, "too many"),
        ({"text": "[sad]" * 2000 + "x"}, "too many"),
        ({"delivery": "sadd"}, "sad"),
        ({"delivery": "sad:9"}, "9"),
        ({"seed": -1}, "seed"),
    ],
)
def test_what_cannot_be_said_changes_nothing(studio: Studio, tagged: ProjectView, change: dict[str, object], said: str):
    line = _lines(studio, tagged)[0]
    with pytest.raises(InputError, match=said):
        studio.segments.set_line(tagged.id, line.id, **change)
    assert _lines(studio, tagged)[0] == line


def test_a_segment_of_another_project_is_not_found(studio: Studio, tagged: ProjectView, import_story: Import):
    other = import_story("other")
    with pytest.raises(NotFoundError, match="no segment"):
        studio.segments.set_line(other.id, _lines(studio, tagged)[0].id, "Hello.")


def test_lines_of_a_role_without_a_voice_are_the_narrators(studio: Studio, tmp_path: Path):
    path = tmp_path / "script.csv"
    path.write_text("role,text,delivery\nNarrator,It rained.,\nAnna,Stop!,angry\n", encoding="utf-8")
    project = studio.projects.import_file(path, name="script", language="en-GB")
    studio.casting.set_voice(project.id, "narrator", "tone_low")
    views = {view.spoken: view for view in studio.segments.script(project.id, 1)}
    assert views["Stop!"].voice == "tone_low"
    assert (views["Stop!"].speaker, views["Stop!"].delivery) == ("Anna", "angry")
    studio.casting.set_voice(project.id, "Anna", "tone_high")
    assert {view.voice for view in studio.segments.script(project.id, 1)} == {"tone_low", "tone_high"}


def test_a_title_with_brackets_is_read_in_the_credits(studio: Studio, tmp_path: Path):
    path = tmp_path / "book.md"
    path.write_text("---\ntitle: The [sad] Book\n---\n\n# One\n\nHello there, reader.\n", encoding="utf-8")
    project = studio.projects.import_file(path, name="book", language="en-GB")
    assert any("sad" in view.spoken for view in studio.segments.script(project.id, 0))

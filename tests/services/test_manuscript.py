"""Edits of the manuscript: each is seen in the lines, and each can be taken back to the letter."""

from collections.abc import Callable

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.bootstrap import Studio, open_studio, read_settings
from studio.core.errors import ConflictError, InputError, NotFoundError, RefusedError
from studio.manuscript.tags import plain_text
from studio.services.lexicon import entry_from
from studio.services.manuscript_views import ScriptLine
from studio.services.views import ProjectView
from tests.consents import PRODUCER, make_verified

Import = Callable[..., ProjectView]


def _texts(studio: Studio, project: str) -> list[str]:
    return [line.text for line in studio.manuscript.lines(project)]


def _line(studio: Studio, project: str, words: str) -> ScriptLine:
    return next(line for line in studio.manuscript.lines(project) if words in line.text)


def test_the_script_has_every_line_in_order_with_its_paragraphs(studio: Studio, import_story: Import) -> None:
    project = import_story().id

    lines = studio.manuscript.lines(project)

    assert [line.chapter for line in lines] == sorted(line.chapter for line in lines)
    assert lines[0].kind == "heading"
    assert _line(studio, project, "It was late").ends_paragraph
    assert {line.role for line in lines} == {"narrator"}


def test_a_split_line_is_two_of_the_same_words_and_undo_restores_it(studio: Studio, import_story: Import) -> None:
    project = import_story().id
    before = studio.manuscript.lines(project)
    line = _line(studio, project, "Nobody knew")

    first, second = studio.manuscript.split(project, line.id, line.text.index("Nobody"))

    assert f"{first.text} {second.text}" == line.text
    assert second.text == "Nobody knew."
    assert second.ends_paragraph
    assert not first.ends_paragraph
    assert studio.manuscript.history(project).undo == "Split a line"
    studio.manuscript.undo(project)
    assert studio.manuscript.lines(project) == before
    studio.manuscript.redo(project)
    assert _line(studio, project, "Nobody knew").text == "Nobody knew."


def test_a_cut_inside_a_word_is_made_before_it(studio: Studio, import_story: Import) -> None:
    project = import_story().id
    line = _line(studio, project, "It was late")

    first, second = studio.manuscript.split(project, line.id, line.text.index("late") + 2)

    assert (first.text, second.text) == ("It was", "late.")


def test_a_delivery_that_begins_before_the_cut_holds_after_it(studio: Studio, import_story: Import) -> None:
    project = import_story().id
    line = _line(studio, project, "It was late")
    studio.manuscript.set_line(project, line.id, text="It [sad] was [pause 1s] very late.")

    text = _line(studio, project, "very").text
    first, second = studio.manuscript.split(project, line.id, text.index("late"))

    assert plain_text(first.text) == "It was very"
    assert second.delivery.startswith("sad")
    assert second.text == "late."


@pytest.mark.parametrize("at", [0, -5, 10_000])
def test_a_cut_that_leaves_nothing_is_refused(studio: Studio, import_story: Import, at: int) -> None:
    project = import_story().id
    line = _line(studio, project, "It was late")

    with pytest.raises(InputError, match="either side"):
        studio.manuscript.split(project, line.id, at)
    assert studio.manuscript.history(project).undo == ""


def test_joined_lines_are_one_and_keep_the_later_pause(studio: Studio, import_story: Import) -> None:
    project = import_story().id
    line = _line(studio, project, "Nobody knew")
    before = studio.manuscript.lines(project)
    first, second = studio.manuscript.split(project, line.id, line.text.index("Nobody"))
    studio.manuscript.set_line(project, second.id, delivery="whispering")

    joined = studio.manuscript.merge(project, first.id)

    assert plain_text(joined.text) == plain_text(line.text)
    assert "whisper" in joined.text
    assert joined.ends_paragraph
    for _ in range(3):
        studio.manuscript.undo(project)
    assert studio.manuscript.lines(project) == before


def test_lines_of_two_speakers_are_not_joined(studio: Studio, import_story: Import) -> None:
    project = import_story().id
    line = _line(studio, project, "Nobody knew")
    first, second = studio.manuscript.split(project, line.id, line.text.index("Nobody"))
    studio.manuscript.set_line(project, second.id, role="Mr. Dale")

    with pytest.raises(InputError, match=r"Mr\. Dale's"):
        studio.manuscript.merge(project, first.id)
    with pytest.raises(InputError, match="no line after"):
        studio.manuscript.merge(project, studio.manuscript.lines(project)[-1].id)


def test_a_role_a_person_gives_is_theirs(studio: Studio, import_story: Import) -> None:
    project = import_story().id
    line = _line(studio, project, "It was late")

    changed = studio.manuscript.set_line(project, line.id, role="  Ada   Finch ")

    assert (changed.role, changed.speaker, changed.confidence) == ("Ada Finch", "confirmed", 1.0)
    assert [problem.kind for problem in studio.manuscript.problems(project)] == ["cast"]
    assert studio.manuscript.set_line(project, line.id, role="Narrator").role == "narrator"
    with pytest.raises(InputError, match="needs a name"):
        studio.manuscript.set_line(project, line.id, role="   ")


def test_a_skipped_line_is_not_read(studio: Studio, import_story: Import) -> None:
    project = import_story().id
    line = _line(studio, project, "It was late")
    words = next(chapter.words for chapter in studio.projects.chapters(project) if chapter.index == line.chapter)

    studio.manuscript.set_line(project, line.id, skipped=True)

    assert line.id not in {view.id for view in studio.segments.script(project)}
    assert _line(studio, project, "It was late").skipped
    chapter = next(chapter for chapter in studio.projects.chapters(project) if chapter.index == line.chapter)
    assert chapter.words == words - 3
    studio.manuscript.undo(project)
    assert line.id in {view.id for view in studio.segments.script(project)}


def test_words_are_found_and_replaced_as_one_edit(studio: Studio, import_story: Import) -> None:
    project = import_story().id
    before = _texts(studio, project)

    found = studio.manuscript.search(project, "the TIDE")
    assert sum(each.count for each in found) == 3
    assert studio.manuscript.search(project, "tid", whole_words=True) == ()
    assert studio.manuscript.search(project, "the tide", match_case=True) == ()

    assert sum(each.count for each in studio.manuscript.replace(project, "tide", r"wa\1ter")) == 3
    assert sum(r"wa\1ter" in text for text in _texts(studio, project)) == len(found)
    studio.manuscript.undo(project)
    assert _texts(studio, project) == before


def test_tags_are_no_words_to_a_search_and_stay(studio: Studio, import_story: Import) -> None:
    project = import_story().id
    line = _line(studio, project, "It was late")
    studio.manuscript.set_line(project, line.id, text="It [sad] was sad.")

    assert [each.segment for each in studio.manuscript.replace(project, "sad", "happy")] == [line.id]

    assert plain_text(_line(studio, project, "happy").text) == "It was happy."
    assert "[sad]" in _line(studio, project, "happy").text


def test_a_replacement_that_would_leave_a_line_empty_changes_nothing(studio: Studio, import_story: Import) -> None:
    project = import_story().id
    before = _texts(studio, project)

    with pytest.raises(InputError, match="without words"):
        studio.manuscript.replace(project, "It was late.", "...")
    with pytest.raises(InputError, match="look for"):
        studio.manuscript.search(project, "  ")

    assert _texts(studio, project) == before


def test_lines_changed_elsewhere_since_are_not_undone_over(studio: Studio, import_story: Import) -> None:
    project = import_story().id
    line = _line(studio, project, "It was late")
    studio.manuscript.set_line(project, line.id, text="It was dark.")

    studio.segments.set_line(project, line.id, "It was noon.")
    assert studio.manuscript.undo(project) == (line.chapter,)
    assert studio.manuscript.history(project).redo == "Change a line"
    assert _line(studio, project, "It was").text == "It was dark."
    studio.manuscript.undo(project)
    assert _line(studio, project, "It was").text == "It was late."
    with pytest.raises(ConflictError, match="nothing to undo"):
        studio.manuscript.undo(project)


def test_a_new_edit_ends_what_could_be_done_again(studio: Studio, import_story: Import) -> None:
    project = import_story().id
    line = _line(studio, project, "It was late")
    studio.manuscript.set_line(project, line.id, text="It was dark.")
    studio.manuscript.undo(project)
    studio.manuscript.set_line(project, line.id, text="It was noon.")

    assert studio.manuscript.history(project).redo == ""
    with pytest.raises(ConflictError, match="nothing to do again"):
        studio.manuscript.redo(project)


def test_a_preview_names_the_rules_and_a_class_can_be_left_out(studio: Studio, import_story: Import) -> None:
    project = import_story().id
    line = _line(studio, project, "It was late")

    said = studio.manuscript.preview(project, line.id, "It was 1984.")
    assert said.spoken == "It was nineteen eighty-four."
    assert said.rewrites[0].written == "1984"

    assert studio.manuscript.set_rules(project, frozenset({"numbers", "dates"})) == ("dates", "numbers")
    assert studio.manuscript.preview(project, line.id, "It was 1984.").off == ("dates", "numbers")
    with pytest.raises(InputError, match="no class"):
        studio.manuscript.set_rules(project, frozenset({"moods"}))


def test_a_preview_explains_the_whole_line_in_the_order_of_its_words(studio: Studio, import_story: Import) -> None:
    project = import_story().id
    line = _line(studio, project, "It was late")
    studio.lexicon.add(entry_from("Hythe", "Hive"), project=project)

    said = studio.manuscript.preview(
        project,
        line.id,
        "At 10:30 [Dr.]{say: Doc}'s bill was £5, [whisper] and [1984]{say: nineteen hundred} of Hythe came on 3 May.",
    )

    assert said.spoken == (
        "At ten thirty Doc's bill was five pounds, and nineteen hundred of Hive came on the third of May."
    )
    assert [(each.written, each.spoken) for each in said.rewrites] == [
        ("10:30", "ten thirty"),
        ("Dr.", "Doc"),
        ("£5", "five pounds"),
        ("1984", "nineteen hundred"),
        ("Hythe", "Hive"),
        ("3 May", "the third of May"),
    ]


def test_a_preview_tells_what_means_nothing(studio: Studio, import_story: Import) -> None:
    project = import_story().id
    line = _line(studio, project, "It was late")
    problems = studio.manuscript.preview(project, line.id, "[whispr] It was late.").problems
    assert len(problems) == 1
    assert "whispr" in problems[0]


def test_tags_that_mean_nothing_are_problems_with_their_place(studio: Studio, import_story: Import) -> None:
    project = import_story().id
    line = _line(studio, project, "It was late")
    studio.manuscript.set_line(project, line.id, text="It was [whispr] late.")

    (problem,) = studio.manuscript.problems(project)

    assert (problem.kind, problem.segment, problem.chapter) == ("tag", line.id, line.chapter)
    assert "whispr" in problem.message


def test_how_the_owner_of_a_voice_does_not_want_to_be_heard_is_refused_in_words_and_roles(
    studio: Studio, import_story: Import
) -> None:
    project = import_story().id
    consent = make_verified(studio, languages=["en-GB"], excluded_deliveries=["whispering"])
    voice = studio.consents.get(PRODUCER, consent).summary.voice_id
    line, other = _line(studio, project, "It was late"), _line(studio, project, "Nobody knew")
    studio.manuscript.set_line(project, other.id, role="Ada")
    studio.casting.set_voice(project, "Ada", voice)
    before = studio.manuscript.lines(project)

    for change in ({"delivery": "whisper"}, {"text": "Nobody [whisper] knew."}):
        with pytest.raises(RefusedError, match="excludes the delivery 'whisper'"):
            studio.manuscript.set_line(project, other.id, **change)
    assert studio.manuscript.lines(project) == before
    studio.manuscript.set_line(project, line.id, delivery="whisper")  # the narrator is somebody else
    with pytest.raises(RefusedError, match="excludes the delivery 'whisper'"):
        studio.manuscript.set_line(project, line.id, role="Ada")
    assert _line(studio, project, "It was late").role == "narrator"


def test_lines_of_other_projects_are_not_there(studio: Studio, import_story: Import) -> None:
    one, other = import_story("one").id, import_story("other").id
    line = _line(studio, one, "It was late")

    with pytest.raises(NotFoundError):
        studio.manuscript.set_line(other, line.id, text="Mine.")
    with pytest.raises(NotFoundError):
        studio.manuscript.split(other, line.id, 3)


_EDITS = st.lists(
    st.tuples(st.sampled_from(["split", "merge", "text", "role", "skip", "replace"]), st.integers(0, 20)),
    min_size=1,
    max_size=8,
)


def _apply(studio: Studio, project: str, kind: str, number: int, line: ScriptLine) -> None:
    match kind:
        case "split":
            studio.manuscript.split(project, line.id, number)
        case "merge":
            studio.manuscript.merge(project, line.id)
        case "text":
            studio.manuscript.set_line(project, line.id, text=f"Said {number} times.")
        case "role":
            studio.manuscript.set_line(project, line.id, role=f"Role {number % 3}")
        case "skip":
            studio.manuscript.set_line(project, line.id, skipped=not line.skipped)
        case _:
            studio.manuscript.replace(project, "e", "oo")


@settings(max_examples=12, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(edits=_EDITS)
def test_any_edits_are_undone_and_done_again_to_the_letter(
    tmp_path_factory: pytest.TempPathFactory, edits: list[tuple[str, int]]
) -> None:
    home = tmp_path_factory.mktemp("edits")
    studio = open_studio(read_settings({"VIVAVOCE_HOME": str(home / "home")}, workers=1))
    try:
        book = home / "book.md"
        book.write_text(
            "# A\n\nOne two [sad] three four. Five six!\n\nSeven eight.\n\n# B\n\nNine ten.\n", encoding="utf-8"
        )
        project = studio.projects.import_file(book, language="en-GB").id
        states = [studio.manuscript.lines(project)]
        for kind, number in edits:
            lines = states[-1]
            line = lines[number % len(lines)]
            try:
                _apply(studio, project, kind, number, line)
            except InputError:
                assert studio.manuscript.lines(project) == lines
                continue
            after = studio.manuscript.lines(project)
            if after != lines:
                states.append(after)
        for state in reversed(states[:-1]):
            studio.manuscript.undo(project)
            assert studio.manuscript.lines(project) == state
        for state in states[1:]:
            studio.manuscript.redo(project)
            assert studio.manuscript.lines(project) == state
    finally:
        studio.close()

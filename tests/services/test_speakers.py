"""Who speaks in a project: segments are cut where speech begins and ends, and put together again to the letter."""

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from studio.bootstrap import Studio
from studio.core.errors import InputError, NotFoundError
from studio.core.time import utc_now
from studio.manuscript.tags import plain_text
from studio.services.manuscript_views import ScriptLine
from studio.store.tables import GuideRow

BOOK = """---
title: The Boathouse
language: en-GB
---

# The Boathouse

## One

“Is it late?” asked Mr. Dale. “Nobody told me.” He looked at the clock.

“It is past nine,” said Anna. [sad] She put down the oars.

“Past nine!”—he sat down—“and nothing done.”

Somebody by the door coughed. “Good evening.”

---

The tide went out. *Nobody* spoke until morning.

## Two

“I found the rope,” Anna whispered.

“Where?” asked Mr. Dale.

“Behind the stove.”
"""


@pytest.fixture
def project(studio: Studio, tmp_path: Path) -> str:
    path = tmp_path / "boathouse.md"
    path.write_text(BOOK, encoding="utf-8")
    project = studio.projects.import_file(path, name="boathouse").id
    studio.casting.set_voice(project, "narrator", "tone_low")
    return project


def _line(studio: Studio, project: str, words: str) -> ScriptLine:
    return next(line for line in studio.manuscript.lines(project) if words in line.text)


def _said(studio: Studio, project: str) -> list[tuple[str, str]]:
    return [(line.role, line.text) for line in studio.manuscript.lines(project) if line.kind == "text"]


def test_importing_alone_finds_nobody(studio: Studio, project: str) -> None:
    assert {line.role for line in studio.manuscript.lines(project)} == {"narrator"}
    assert studio.speakers.state(project).lines == 0
    assert studio.speakers.review(project) == ()


def test_lines_are_cut_at_the_borders_of_speech_and_have_their_speakers(studio: Studio, project: str) -> None:
    found = studio.speakers.find(project)

    said = _said(studio, project)
    assert said[:7] == [
        ("Mr. Dale", "“Is it late?”"),
        ("narrator", "asked Mr. Dale."),
        ("Mr. Dale", "“Nobody told me.”"),
        ("narrator", "He looked at the clock."),
        ("Anna", "“It is past nine,”"),
        ("narrator", "said Anna."),
        ("narrator", "She put down the oars."),
    ]
    assert ("narrator", "—he sat down—") in said
    assert ("Anna", "“I found the rope,”") in said
    assert found.changed
    assert found.cut > 0
    assert (
        found.lines == found.sure + found.unsure == sum(line.speaker != "" for line in studio.manuscript.lines(project))
    )
    assert {role.role for role in found.roles} >= {"Anna", "Mr. Dale"}
    assert _line(studio, project, "It is past nine").reason == "“said Anna” after the line"
    assert _line(studio, project, "She put down").delivery.startswith("sad")


def test_pauses_within_a_sentence_are_short_and_those_of_the_paragraph_stay(studio: Studio, project: str) -> None:
    before = {view.text: view.pause_s for view in studio.segments.script(project)}
    ends = list(before.values())[-1]

    studio.speakers.find(project)

    pauses = {view.text: view.pause_s for view in studio.segments.script(project)}
    assert pauses["“Is it late?”"] == pytest.approx(0.15)
    assert pauses["“Past nine!”"] == pytest.approx(0.15)
    assert pauses["“Nobody told me.”"] == pytest.approx(0.45)
    assert pauses["He looked at the clock."] == pytest.approx(0.85)
    assert list(pauses.values())[-1] == ends


def test_a_role_without_a_voice_is_read_by_the_narrator(studio: Studio, project: str) -> None:
    studio.speakers.find(project)

    assert {view.voice for view in studio.segments.script(project)} == {"tone_low"}
    studio.casting.set_voice(project, "Anna", "tone_high")
    voices = {view.speaker: view.voice for view in studio.segments.script(project)}
    assert voices["Anna"] == "tone_high"
    assert voices["Mr. Dale"] == "tone_low"


def test_what_is_quoted_in_a_letter_or_a_poem_is_nobodys_line(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "letter.md"
    path.write_text(
        "# The Letter\n\n## One\n\n“Read it,” said Anna.\n\n> “Come home,” your father says. He is well.\n>\n> Ada"
        "\n\n“I will not,” said Tom.\n",
        encoding="utf-8",
    )
    project = studio.projects.import_file(path, name="letter").id
    studio.speakers.find(project)
    told = [(line.kind, line.text, line.role) for line in studio.manuscript.lines(project) if not line.skipped]
    assert ("quote", "“Come home,” your father says. He is well.", "narrator") in told
    assert {role for kind, _, role in told if kind == "quote"} == {"narrator"}
    assert [role for _, text, role in told if text.startswith("“") and "home" not in text] == ["Anna", "Tom"]


def test_finding_twice_changes_nothing(studio: Studio, project: str) -> None:
    studio.speakers.find(project)
    before, label = studio.manuscript.lines(project), studio.manuscript.history(project)

    again = studio.speakers.find(project)

    assert not again.changed
    assert again.cut == 0
    assert studio.manuscript.lines(project) == before
    assert studio.manuscript.history(project) == label


def test_what_would_be_found_is_told_without_a_change(studio: Studio, project: str) -> None:
    before = studio.manuscript.lines(project)

    told = studio.speakers.find(project, apply=False)

    assert studio.manuscript.lines(project) == before
    assert studio.speakers.find(project) == told


def test_forgetting_and_undo_restore_the_book_to_the_letter(studio: Studio, project: str) -> None:
    before = studio.manuscript.lines(project)
    pauses = [view.pause_s for view in studio.segments.script(project)]
    studio.speakers.find(project)
    found = studio.manuscript.lines(project)

    studio.speakers.forget(project)
    assert studio.manuscript.lines(project) == before
    assert [view.pause_s for view in studio.segments.script(project)] == pauses

    studio.manuscript.undo(project)
    assert studio.manuscript.lines(project) == found
    studio.manuscript.undo(project)
    assert studio.manuscript.lines(project) == before


def test_what_a_person_confirmed_stays(studio: Studio, project: str) -> None:
    studio.speakers.find(project)
    rope = _line(studio, project, "I found the rope")

    studio.speakers.decide(project, rope.id, " Old  Tom ")
    studio.speakers.find(project)
    studio.speakers.forget(project)

    kept = _line(studio, project, "I found the rope")
    assert (kept.id, kept.role, kept.speaker, kept.confidence) == (rope.id, "Old Tom", "confirmed", 1.0)
    assert {line.role for line in studio.manuscript.lines(project)} == {"narrator", "Old Tom"}
    assert studio.speakers.state(project).confirmed == 1


def test_the_queue_has_unsure_lines_with_what_stands_around_and_a_key_for_each_role(
    studio: Studio, project: str
) -> None:
    found = studio.speakers.find(project)

    queue = studio.speakers.review(project)

    assert len(queue) == found.unsure > 0
    lines = studio.manuscript.lines(project)
    for each in queue:
        place = next(index for index, line in enumerate(lines) if line.id == each.segment)
        assert lines[place].speaker == "unsure"
        assert [line.text for line in each.before] == [line.text for line in lines[max(0, place - 2) : place]]
        assert each.candidates[0].role == each.role
        assert [candidate.key for candidate in each.candidates] == [
            str(key) for key in range(1, len(each.candidates) + 1)
        ]
        assert {"Anna", "Mr. Dale", "narrator"} <= {candidate.role for candidate in each.candidates}
        assert each.reason
        assert each.confidence < 0.95


def test_decided_lines_leave_the_queue(studio: Studio, project: str) -> None:
    studio.speakers.find(project)
    queue = studio.speakers.review(project)
    first = queue[0]

    studio.speakers.decide(project, first.segment, first.candidates[1].role)
    assert first.segment not in {each.segment for each in studio.speakers.review(project)}

    same = [each for each in studio.speakers.review(project) if each.role == queue[-1].role]
    assert studio.speakers.decide_all(project, queue[-1].role, "The stranger") == len(same)
    assert not {each.segment for each in same} & {each.segment for each in studio.speakers.review(project)}


def test_one_wrong_decision_of_several_decides_none(studio: Studio, project: str) -> None:
    studio.speakers.find(project)
    line = _line(studio, project, "I found the rope")

    with pytest.raises(NotFoundError):
        studio.speakers.decide_many(project, {line.id: "Tom", "nowhere": "Tom"})
    with pytest.raises(InputError, match="needs a name"):
        studio.speakers.decide_many(project, {line.id: "  "})
    assert _line(studio, project, "I found the rope").role == "Anna"


def test_the_roles_of_a_script_are_never_touched(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "scene.csv"
    path.write_text(
        'id,role,text,delivery\n1,Bea,"He said: “Come,” said Anna.",\n2,,“No” said Cora.,\n', encoding="utf-8"
    )
    project = studio.projects.import_file(path, name="scene", language="en-GB").id

    studio.speakers.find(project)

    bea = next(line for line in studio.manuscript.lines(project) if line.role == "Bea")
    assert (bea.text, bea.speaker) == ("He said: “Come,” said Anna.", "")


_SENTENCES = st.sampled_from([
    "“Yes,” said Anna.", "The door stood open.", "“No!”—he rose—“never.”", "“Go,” [sad] he said, “now.” [/] It rained.",
    "‘Quiet’ was the word.", "[laugh] “Well,” [pause 1s] Anna said.", "“…” … “Hm.”", "“One.” “Two.” “Three.”", "Anna:",
    "“A long way", "— and back —", "[whisper]“Here”[/] he said.", "“Is it “so”?” asked Tom.",
])  # fmt: skip


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(paragraphs=st.lists(st.lists(_SENTENCES, min_size=1, max_size=6), min_size=1, max_size=8))
def test_any_text_is_found_in_once_and_forgotten_to_the_letter(
    studio: Studio, tmp_path: Path, paragraphs: list[list[str]]
) -> None:
    path = tmp_path / "any.md"
    path.write_text("# Any\n\nAnna spoke to Tom.\n\n" + "\n\n".join(map(" ".join, paragraphs)) + "\n", encoding="utf-8")
    project = studio.projects.import_file(path, language="en-GB").id
    before = studio.manuscript.lines(project)

    studio.speakers.find(project)
    found = studio.manuscript.lines(project)
    assert not studio.speakers.find(project).changed
    assert "".join("".join(plain_text(line.text) for line in found).split()) == "".join(
        "".join(plain_text(line.text) for line in before).split()
    )
    if found != before:
        studio.manuscript.undo(project)
    assert studio.manuscript.lines(project) == before
    studio.speakers.find(project)
    studio.speakers.forget(project)
    assert studio.manuscript.lines(project) == before
    studio.projects.delete(project)


def test_what_a_person_confirmed_tells_about_the_lines_around(studio: Studio, tmp_path: Path) -> None:
    path = tmp_path / "talk.md"
    path.write_text(
        "# Talk\n\nAnna and Tom sat by the stove. Anna laughed. Tom laughed. Anna looked at Tom. Tom sat up.\n\n"
        "“It is late.”\n\n“Not so late.”\n\n“Late enough.”\n\n“For what?”\n",
        encoding="utf-8",
    )
    project = studio.projects.import_file(path, language="en-GB").id
    studio.speakers.find(project)
    first = _line(studio, project, "It is late.")
    other = {"Anna": "Tom", "Tom": "Anna"}
    for chosen in ("Anna", "Tom"):
        studio.speakers.decide(project, first.id, chosen)

        studio.speakers.find(project)

        roles = [_line(studio, project, words).role for words in ("Not so late", "Late enough", "For what")]
        assert roles == [other[chosen], chosen, other[chosen]]
        assert not studio.speakers.find(project).changed


def test_a_line_with_a_guide_recording_is_left_whole(studio: Studio, project: str) -> None:
    line = _line(studio, project, "It is past nine")
    with studio._context.database.write() as session:
        session.add(
            GuideRow(
                segment_id=line.id, blob_sha256="0" * 64, spoken="It is past nine, said Anna.", heard="", words=[],
                pitch_st=[], level_db=[], mode="follow", engine="", created_at=utc_now().isoformat(),
            )
        )  # fmt: skip

    studio.speakers.find(project)
    assert _line(studio, project, "It is past nine") == line
    assert _line(studio, project, "I found the rope").role == "Anna"

    studio.speakers.forget(project)
    assert _line(studio, project, "It is past nine") == line

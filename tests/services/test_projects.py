from pathlib import Path

import pytest

from studio.bootstrap import Studio
from studio.core.errors import ConflictError, InputError, NotFoundError


def snapshot(home: Path) -> dict[str, bytes]:
    """Every file of the data home but the database's and the log's."""
    return {
        str(path.relative_to(home)): path.read_bytes()
        for path in home.rglob("*")
        if path.is_file() and path.name != "studio.log" and not path.name.startswith("studio.db")
    }


def test_a_book_becomes_a_project_with_chapters_in_order(studio: Studio, story: Path):
    project = studio.projects.import_file(story)
    assert (project.name, project.title, project.author, project.language) == (
        "The Quiet Pier", "The Quiet Pier", "Ada Finch", "en-GB",
    )  # fmt: skip
    assert project.narrator == "bf_emma"
    chapters = studio.projects.chapters(project.id)
    assert [(c.index, c.title, c.skipped) for c in chapters] == [
        (1, "The Quiet Pier", True), (2, "One", False), (3, "Two", False),
    ]  # fmt: skip


def test_the_same_title_twice_gets_a_number(studio: Studio, story: Path):
    studio.projects.import_file(story)
    assert studio.projects.import_file(story).name == "The Quiet Pier (2)"


def test_a_name_that_is_taken_is_refused(studio: Studio, story: Path):
    studio.projects.import_file(story, name="pier")
    with pytest.raises(ConflictError, match="already a project 'pier'"):
        studio.projects.import_file(story, name="pier")
    assert len(studio.projects.all()) == 1


@pytest.mark.parametrize("name", ["../up", " ", "a/b", "con", "x\n"])
def test_a_name_that_is_no_file_name_is_refused(studio: Studio, story: Path, name: str):
    with pytest.raises(InputError, match="cannot be a project name"):
        studio.projects.import_file(story, name=name)


def test_a_bad_file_changes_nothing(studio: Studio, home: Path, tmp_path: Path):
    bad = tmp_path / "bad.epub"
    bad.write_bytes(b"%PDF-1.7 not a book")
    before = snapshot(home)
    with pytest.raises(InputError):
        studio.projects.import_file(bad)
    assert studio.projects.all() == ()
    assert snapshot(home) == before


def test_chapters_are_skipped_and_kept(studio: Studio, story: Path):
    project = studio.projects.import_file(story)
    assert [c.skipped for c in studio.projects.choose_chapters(project.id, skip=frozenset({3}))] == [True, False, True]
    assert studio.projects.get(project.id).spoken_chapters == 1
    assert [c.skipped for c in studio.projects.choose_chapters(project.id, keep=frozenset({3}))] == [True, False, False]
    with pytest.raises(NotFoundError, match="chapter 4 is not in the book"):
        studio.projects.choose_chapters(project.id, skip=frozenset({2, 4}))
    assert studio.projects.get(project.id).spoken_chapters == 2
    with pytest.raises(InputError, match="both skipped and kept"):
        studio.projects.choose_chapters(project.id, skip=frozenset({1}), keep=frozenset({1}))


def test_chapters_are_renamed_and_moved(studio: Studio, story: Path):
    project = studio.projects.import_file(story)
    studio.projects.rename_chapter(project.id, 2, "  The  First ")
    assert [c.title for c in studio.projects.move_chapter(project.id, 3, 2)][1:] == ["Two", "The First"]
    assert [c.title for c in studio.projects.chapters(project.id)][1:] == ["Two", "The First"]
    with pytest.raises(InputError, match="needs a title"):
        studio.projects.rename_chapter(project.id, 1, "  ")
    with pytest.raises(NotFoundError):
        studio.projects.move_chapter(project.id, 1, 9)


def test_pace_is_kept_within_reason(studio: Studio, story: Path):
    project = studio.projects.import_file(story)
    assert studio.projects.set_pace(project.id, 1.25).pace == 1.25
    with pytest.raises(InputError, match="out of range"):
        studio.projects.set_pace(project.id, 3)


def test_a_deleted_project_is_gone(studio: Studio, story: Path):
    project = studio.projects.import_file(story)
    studio.projects.delete(project.name)
    with pytest.raises(NotFoundError, match="no project"):
        studio.projects.get(project.id)


def test_credits_name_title_author_and_narrator_and_follow_the_cast(studio: Studio, story: Path):
    project = studio.projects.import_file(story)

    def credits_text() -> str:
        return " ".join(segment.text for segment in studio.segments.script(project.id, 0))

    assert "The Quiet Pier" in credits_text()
    assert "Ada Finch" in credits_text()
    assert "Emma" in credits_text()
    studio.casting.set_voice(project.id, "narrator", "bm_george")
    assert "George" in credits_text()
    assert "Emma" not in credits_text()

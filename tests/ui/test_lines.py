from collections.abc import Iterator
from pathlib import Path

import pytest

from studio.bootstrap import Studio, open_studio, read_settings
from studio.core.errors import NotFoundError
from studio.manuscript.delivery import presets
from studio.manuscript.tags import EVENTS
from studio.ui.components.lines import lines_value


@pytest.fixture
def studio(home: Path) -> Iterator[Studio]:
    opened = open_studio(read_settings({}, home=home, workers=1))
    yield opened
    opened.close()


def test_the_editor_offers_what_is_spoken_and_the_whole_table(studio: Studio, tmp_path: Path):
    book = tmp_path / "book.md"
    book.write_text("# One\n\nThe lamp went out.\n\n# Two\n\nIt was late.\n", encoding="utf-8")
    project = studio.projects.import_file(book, language="en-GB")
    studio.projects.choose_chapters(project.id, skip=frozenset({1}))
    value = lines_value(studio, project.name)
    assert value["project"] == project.id
    assert value["chapters"] == [{"number": 2, "title": "Two"}]
    assert [preset["name"] for preset in value["presets"]] == list(presets())
    assert all(preset["title"] and preset["about"] for preset in value["presets"])
    assert value["events"] == list(EVENTS)
    assert value["voices"]["bf_emma"] == []  # this voice has no sound that is not a word


def test_a_book_that_is_not_there_is_said(studio: Studio):
    with pytest.raises(NotFoundError):
        lines_value(studio, "nobody")

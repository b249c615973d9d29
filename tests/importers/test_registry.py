import logging
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from studio.core.errors import InputError
from studio.importers.base import Importer
from studio.importers.registry import import_manuscript, installed_importers, known_suffixes, load_importers
from studio.manuscript.model import Block, BlockKind, Chapter, ChapterKind, Manuscript, Metadata
from tests.importers.conftest import EpubBuilder


class Other:
    """An importer from elsewhere."""

    suffixes = frozenset({".other"})

    def __init__(self, score=None, error=None):
        self.score, self.error = score, error

    def probe(self, path, head):
        if isinstance(self.error, type) and self.score is None:
            raise self.error("probe")
        return self.score

    def read(self, path):
        if self.error:
            raise self.error("read")
        block = Block(BlockKind.PARAGRAPH, "Elsewhere.")
        return Manuscript(Metadata("Other"), (Chapter("One", ChapterKind.CHAPTER, (block,)),))


def test_built_in_importers_are_found():
    importers = installed_importers()
    assert {"epub", "markdown", "text"} <= importers.keys()
    assert all(isinstance(importer, Importer) for importer in importers.values())


def test_every_format_is_known_by_its_names():
    assert {".epub", ".docx", ".pdf", ".html", ".md", ".txt", ".fountain", ".fdx", ".csv", ".ssml"} <= set(
        known_suffixes()
    )
    assert "" not in known_suffixes()


@pytest.mark.parametrize("name", ["epub", "markdown", "text"])
def test_importers_decline_what_is_not_theirs(name):
    assert installed_importers()[name].probe(Path("x.pdf"), b"%PDF-1.7") is None


def test_best_score_reads(tmp_path):
    path = EpubBuilder().write(tmp_path / "b.epub")
    importers = {**installed_importers(), "other": Other(101)}
    assert import_manuscript(path, importers=importers).metadata.title == "Other"
    importers["other"] = Other(99)
    assert import_manuscript(path, importers=importers).metadata.title == "The Book"


def test_broken_plug_ins_are_logged_and_passed_over(tmp_path, caplog):
    points = [
        EntryPoint("gone", "no.such.module:Importer", "vivavoce.importers"),
        EntryPoint("none", "builtins:dict", "vivavoce.importers"),
        EntryPoint("text", "studio.importers.text:TextImporter", "vivavoce.importers"),
    ]
    with caplog.at_level(logging.ERROR):
        importers = load_importers(points)
    assert list(importers) == ["text"]
    assert {"gone", "none"} <= {str(record.args[0]) for record in caplog.records if record.args}
    path = tmp_path / "t.txt"
    path.write_text("Some words.")
    book = import_manuscript(path, importers={"bad": Other(None, ValueError), **importers})
    assert book.chapters[0].blocks[0].text == "Some words."


def test_whatever_a_parser_trips_over_is_one_clear_error(tmp_path):
    path = tmp_path / "t.txt"
    path.write_text("Some words.")
    with pytest.raises(InputError, match="cannot be read"):
        import_manuscript(path, importers={"bad": Other(5, KeyError)})


def test_errors_name_the_file_as_the_user_does(tmp_path):
    path = EpubBuilder(files={"META-INF/rights.xml": b"<r/>"}).write(tmp_path / "upload-17")
    with pytest.raises(InputError) as caught:
        import_manuscript(path, original_name="Novel.epub")
    assert caught.value.where == "Novel.epub"


def test_uploaded_file_is_judged_by_the_name_the_user_gave_it(tmp_path):
    path = tmp_path / "upload.bin"
    path.write_text("# A\n\none\n\n# B\n\ntwo\n")
    assert [chapter.title for chapter in import_manuscript(path, original_name="b.md").chapters] == ["A", "B"]
    with pytest.raises(InputError, match=r"'\.bin' cannot be imported"):
        import_manuscript(path)


def test_chapters_too_long_for_one_file_come_out_split(tmp_path):
    path = tmp_path / "t.md"
    paragraph = " ".join(f"word{n}" for n in range(500))
    path.write_text("# Long\n\n" + f"{paragraph}\n\n" * 40 + "# Short\n\nEnd.\n")
    book = import_manuscript(path)
    assert [chapter.title for chapter in book.chapters] == ["Long (1 of 2)", "Long (2 of 2)", "Short"]
    assert max(chapter.words for chapter in book.chapters) <= 15_010
    assert any("split into 2" in warning for warning in book.warnings)

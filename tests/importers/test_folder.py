"""A folder of files is a book."""

from pathlib import Path

import pytest

from studio.core.errors import InputError
from studio.importers.registry import import_manuscript


def _fill(folder: Path, files: dict[str, str | bytes]) -> Path:
    folder.mkdir()
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder


def test_files_are_chapters_in_the_order_people_count_in(tmp_path: Path) -> None:
    folder = _fill(
        tmp_path / "The Pier",
        {
            "Chapter 10.txt": "Ten words were said.",
            "Chapter 2.txt": "Two words were said.",
            "Chapter 1.md": "# The Beginning\n\nOne word was said.",
            "11 The_End.txt": "The end came.",
            "cover.jpg": b"\xff\xd8\xff\xe0\0\x10JFIF",
            ".hidden.txt": "Not this.",
            "notes.xlsx": b"PK\x03\x04xl/",
        },
    )

    book = import_manuscript(folder)

    assert book.metadata.title == "The Pier"
    assert [chapter.title for chapter in book.chapters] == ["The End", "The Beginning", "Chapter 2", "Chapter 10"]
    assert [chapter.blocks[0].text for chapter in book.chapters][2:] == ["Chapter 2", "Chapter 10"]
    assert [warning for warning in book.warnings if "notes.xlsx" in warning]


def test_a_link_out_of_the_folder_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.txt").write_text("Secret words.")
    folder = _fill(tmp_path / "book", {"one.txt": "Plain words."})
    (folder / "two.txt").symlink_to(tmp_path / "secret.txt")

    (folder / "drafts").mkdir()
    (folder / "cover.jpg").write_bytes(b"\xff\xd8\xff\xe0")

    book = import_manuscript(folder)

    assert [chapter.title for chapter in book.chapters] == ["one"]
    assert book.warnings == ("Left alone: cover.jpg (no text), drafts (a folder), two.txt (a link).",)


def test_a_full_stop_in_the_name_of_a_folder_ends_nothing(tmp_path: Path) -> None:
    folder = _fill(tmp_path / "Dr. Jekyll_and Mr. Hyde", {"one.txt": "Plain words."})
    assert import_manuscript(folder).metadata.title == "Dr. Jekyll and Mr. Hyde"


def test_one_damaged_file_leaves_the_others(tmp_path: Path) -> None:
    folder = _fill(tmp_path / "book", {"1.epub": b"PK\x03\x04 broken", "2.txt": "Whole words."})

    book = import_manuscript(folder)

    assert len(book.chapters) == 1
    assert any("1.epub" in warning for warning in book.warnings)


@pytest.mark.parametrize("files", [{}, {"a.xlsx": b"PK\x03\x04xl/"}])
def test_a_folder_without_a_text_is_refused(tmp_path: Path, files: dict[str, str | bytes]) -> None:
    with pytest.raises(InputError, match="no file that can be read"):
        import_manuscript(_fill(tmp_path / "book", files))

"""`studio speakers`, on a book file."""

import json
from pathlib import Path

import pytest
from typer.testing import CliRunner

from studio.cli.app import app
from studio.core.errors import NotFoundError

BOOK = """# One

Anna shut the door. Ben looked up.

“You are late,” said Ben.

“I know,” whispered Anna.

“Why?”
"""


@pytest.fixture
def book(tmp_path: Path) -> Path:
    path = tmp_path / "book.md"
    path.write_text(BOOK, encoding="utf-8")
    return path


def run(tmp_path: Path, *arguments: str) -> str:
    result = CliRunner().invoke(app, ["speakers", *arguments, "--home", str(tmp_path / "home")], catch_exceptions=False)
    assert result.exit_code == 0
    return result.stdout


def test_json(tmp_path, book):
    found = json.loads(run(tmp_path, str(book), "--json"))
    assert [(role["name"], role["lines"]) for role in found["roles"]] == [("Ben", 2), ("Anna", 1)]
    assert [line["speaker"] for line in found["lines"]] == ["Ben", "Anna", "Ben"]
    assert found["lines"][1]["suggested"] == "whisper"


def test_table(tmp_path, book):
    shown = run(tmp_path, str(book))
    assert "Ben" in shown
    assert "“You are late,”" in shown
    assert "3 lines of speech" in shown


def test_a_book_that_is_not_there(tmp_path):
    with pytest.raises(NotFoundError):
        run(tmp_path, str(tmp_path / "none.epub"))

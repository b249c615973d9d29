"""Accounts by the command line: passwords come from standard input or a file, never from an argument."""

from pathlib import Path

import pytest

from studio.bootstrap import open_studio, read_settings
from tests.cli.conftest import Command

SECRET = "four quiet words here"


@pytest.fixture
def command(quick_command: Command) -> Command:
    return quick_command


def test_accounts_are_added_listed_changed_and_removed(command: Command, tmp_path: Path):
    file = tmp_path / "password"
    file.write_text(f"{SECRET}\nnot this line\n")
    assert "There is no account" in command("staff", "list").out

    added = command("staff", "add", "Rita Moss", "--role", "reviewer", "--json", stdin=f"{SECRET}\n")
    assert (added.status, added.json["name"], added.json["role"]) == (0, "Rita Moss", "reviewer")
    assert SECRET not in added.out + added.err
    by_file = command("staff", "add", "Pat Lane", "--role", "producer", "--password-file", str(file))
    assert (by_file.status, by_file.out) == (0, "Pat Lane can sign in as producer.\n")

    names = [each["name"] for each in command("staff", "list", "--json").json["staff"]]
    assert names == ["Pat Lane", "Rita Moss"]
    assert command("staff", "password", "Pat Lane", stdin="another secret line\n").status == 0
    assert command("staff", "remove", "Pat Lane", "--json").json == {"removed": "Pat Lane"}
    assert "Pat Lane" not in command("staff", "list").out


def test_the_first_line_of_a_file_is_the_whole_password(command: Command, home: Path, tmp_path: Path):
    file = tmp_path / "password"
    file.write_text(f"{SECRET}\nnot this line\n")
    command("staff", "add", "Rita Moss", "--role", "reviewer", "--password-file", str(file))
    studio = open_studio(read_settings({"VIVAVOCE_HOME": str(home)}, workers=1))
    try:
        assert studio.staff.authenticate("Rita Moss", SECRET) is not None
        assert studio.staff.authenticate("Rita Moss", f"{SECRET}\n") is None
    finally:
        studio.close()


@pytest.mark.parametrize(
    ("arguments", "stdin", "status", "says"),
    [
        (["add", "Rita", "--role", "reviewer"], "short\n", 2, "at least 10 characters"),
        (["add", "Rita", "--role", "reviewer"], "", 2, "at least 10 characters"),
        (["add", "Rita", "--role", "owner"], f"{SECRET}\n", 2, "is not a role"),
        (["add", "Rita", "--role", "reviewer", "--password-file", "nowhere"], "", 2, "nowhere"),
        (["add", "Rita", "--role", "reviewer", "--as", " "], f"{SECRET}\n", 2, "--as"),
        (["remove", "Nobody"], "", 2, "no such account"),
        (["password", "Nobody"], f"{SECRET}\n", 2, "no such account"),
    ],
)
def test_bad_use_is_one_line(command: Command, arguments: list[str], stdin: str, status: int, says: str):
    done = command("staff", *arguments, stdin=stdin)
    assert done.status == status
    assert done.out == ""
    assert says in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_a_password_is_never_an_argument(command: Command):
    assert command("staff", "add", "Rita", "--role", "reviewer", "--password", SECRET).status == 2

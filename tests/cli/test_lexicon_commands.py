"""`studio lexicon`: what people type, what comes back, and with which status."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command


def test_a_lexicon_is_kept_written_and_read_again(quick_command: Command, tmp_path: Path) -> None:
    assert quick_command("lexicon", "add", "Hermione", "HER-my-oh-nee").status == 0
    assert quick_command("lexicon", "add", "MSS", "manuscripts", "--exact-case").status == 0
    assert quick_command("lexicon", "add", "Hermione", "/hɜːˈmaɪəni/").status != 0
    assert quick_command("lexicon", "add", "Hermione", "/hɜːˈmaɪəni/", "--replace").status == 0
    listed = quick_command("lexicon", "list", "--json").json
    assert [(each["entry"]["written"], each["entry"]["notation"]) for each in listed] == [
        ("Hermione", "ipa"),
        ("MSS", "alias"),
    ]
    for name in ("a.csv", "a.pls"):
        assert quick_command("lexicon", "export", str(tmp_path / name)).status == 0
        assert quick_command("lexicon", "remove", "MSS").status == 0
        assert quick_command("lexicon", "import", str(tmp_path / name), "--json").json["entries"] == 2


def test_a_books_risky_words_are_listed_and_fixed(quick_command: Command, tmp_path: Path) -> None:
    book = tmp_path / "book.md"
    book.write_text("# One\n\nThe roof was of lead, said Hermione.\n", "utf-8")
    project = quick_command("import", str(book), "--json").json["id"]
    words = {each["word"]: each for each in quick_command("lexicon", "risky", project, "--json").json}
    place = words["lead"]["places"][0]
    fixed = quick_command("lexicon", "fix", project, place["segment"], "lead", "1", "/liːd/", "--json")
    assert fixed.json["text"] == "The roof was of [lead]{ipa: liːd}, said Hermione."
    assert "lead" not in quick_command("lexicon", "risky", project).out


@pytest.mark.parametrize(
    "arguments",
    [
        ("add", "x", "/12/"), ("remove", "nothing"), ("list", "--project", "none"),
        ("import", "missing.csv"), ("list", "--studio", "--voice", "bf_emma"), ("risky", "none"),
    ],
)  # fmt: skip
def test_what_cannot_be_done_ends_with_an_error(quick_command: Command, arguments: tuple[str, ...]) -> None:
    result = quick_command("lexicon", *arguments)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith("error:")

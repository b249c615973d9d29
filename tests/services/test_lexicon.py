"""Lexicons are kept, reach the lines they match and no others, and a book's risky words are found and fixed."""

from dataclasses import replace
from pathlib import Path

import pytest

from studio.bootstrap import Studio
from studio.core.errors import ConflictError, InputError, NotFoundError
from studio.importers.registry import import_manuscript
from studio.manuscript.lexicon.entry import Entry, Notation
from studio.manuscript.lexicon.risky import Risk
from studio.services import projects
from studio.services.lexicon import entry_from

BOOK = """# One

Hermione had read the book. Hermione's lead pipe was there, said Hermione.

Nobody knew. I will read it now.
"""


@pytest.fixture
def project(studio: Studio, tmp_path: Path) -> str:
    path = tmp_path / "book.md"
    path.write_text(BOOK, "utf-8")
    view = studio.projects.import_file(path, language="en-GB")
    studio.casting.set_voice(view.id, "narrator", "tone_low")
    return view.id


def test_entries_are_added_changed_removed_each_in_its_own_lexicon(studio: Studio, project: str):
    made = studio.lexicon.add(entry_from("Hermione", "HER-my-oh-nee"))
    studio.lexicon.add(entry_from("Hermione", "/hɜːˈmaɪəni/"), project=project)
    assert [each.entry.notation for each in studio.lexicon.entries()] == [Notation.RESPELLING]
    assert [each.entry.notation for each in studio.lexicon.entries(project=project)] == [Notation.IPA]
    with pytest.raises(ConflictError):
        studio.lexicon.add(entry_from("hermione", "Hermy"))
    changed = studio.lexicon.add(entry_from("Hermione", "Hermy"), replace=True)
    assert (changed.id, changed.entry.notation) == (made.id, Notation.ALIAS)
    studio.lexicon.remove(made.id)
    assert studio.lexicon.entries() == ()
    with pytest.raises(NotFoundError):
        studio.lexicon.remove(made.id)
    with pytest.raises(NotFoundError):
        studio.lexicon.entries(voice="nobody")


def test_files_go_out_and_come_in_again(studio: Studio, project: str, tmp_path: Path):
    studio.lexicon.add(Entry("Polish", Notation.IPA, "ˈpəʊlɪʃ", exact_case=True))
    studio.lexicon.add(entry_from("MSS", "manuscripts"))
    table, document = tmp_path / "a.csv", tmp_path / "a.pls"
    table.write_text(studio.lexicon.export_csv(), "utf-8")
    document.write_text(studio.lexicon.export_pls("en-GB")[0], "utf-8")
    for path in (table, document, table):
        assert studio.lexicon.import_file(path, project=project).entries == 2
    said = {(each.entry.written, each.entry.said) for each in studio.lexicon.entries(project=project)}
    assert {("Polish", "ˈpəʊlɪʃ"), ("MSS", "manuscripts")} <= said
    table.write_text("written,said\na,b\n", "utf-8")
    with pytest.raises(InputError):
        studio.lexicon.import_file(table)


def test_only_lines_with_a_match_are_said_otherwise(studio: Studio, project: str):
    before = {view.id: view.spoken for view in studio.segments.script(project)}
    studio.lexicon.add(entry_from("Hermione", "HER-my-oh-nee"), project=project)
    after = {view.id: view.spoken for view in studio.segments.script(project)}
    changed = [after[each] for each in before if before[each] != after[each]]
    assert changed
    assert all("her-my-oh-nee" in spoken for spoken in changed)
    assert any("Nobody knew" in after[each] for each in before if before[each] == after[each])


def test_risky_words_are_found_with_what_is_said_and_fixed_where_they_stand(studio: Studio, project: str):
    found = {each.word: each for each in studio.lexicon.risky(project)}
    read = found["read"]
    assert read.risk is Risk.HETERONYM
    assert [place.said for place in read.places] == ["ɹˈɛd", "ɹˈiːd"]
    assert {each.ipa for each in read.alternatives} == {"ɹˈɛd", "ɹˈiːd"}
    lead = found["lead"].places[0]
    assert lead.said == "lˈɛd"

    text = studio.lexicon.fix(project, lead.segment, "lead", lead.number, "/liːd/")
    assert "Hermione's [lead]{ipa: liːd} pipe" in text
    assert "lead" not in {each.word for each in studio.lexicon.risky(project)}
    assert studio.manuscript.history(project).undo == "Say 'lead' otherwise"
    assert "{" not in studio.lexicon.fix(project, lead.segment, "lead", 1, "")
    with pytest.raises(NotFoundError):
        studio.lexicon.fix(project, lead.segment, "lead", 2, "/liːd/")
    with pytest.raises(InputError):
        studio.lexicon.fix(project, lead.segment, "lead", 1, "/123/")


def test_a_word_is_heard_before_and_after(studio: Studio, project: str):
    heard = studio.lexicon.hear(
        "Hermione came.", "tone_low", project=project, entry=entry_from("Hermione", "HER-my-oh-nee")
    )
    assert heard.before.spoken == "Hermione came."
    assert heard.after.spoken == "her-my-oh-nee came."
    assert heard.before.take != heard.after.take


def test_a_book_that_brings_pronunciations_is_said_with_them(
    studio: Studio, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
):
    entries = (entry_from("Hermione", "HER-my-oh-nee"), entry_from("hermione", "Hermy"))
    monkeypatch.setattr(
        projects, "import_manuscript", lambda *a, **k: replace(import_manuscript(*a, **k), lexicon=entries)
    )
    path = tmp_path / "book.md"
    path.write_text(BOOK, "utf-8")
    book = studio.projects.import_file(path, language="en-GB")
    assert [(each.scope, each.entry) for each in studio.lexicon.entries(project=book.id)] == [("book", entries[1])]
    studio.projects.delete(book.id)
    assert studio.lexicon.entries() == ()

from pathlib import Path

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st

from studio.core.errors import InputError
from studio.importers.fountain import FountainImporter
from studio.importers.registry import import_manuscript, installed_importers
from studio.manuscript.model import BlockKind
from studio.manuscript.tags import plain_text
from tests.importers.conftest import outline, texts

SAMPLE = Path(__file__).resolve().parents[1] / "data" / "scripts" / "harbour.fountain"
PIECES = [
    "ANNE\n", "(sadly)\n", "(", ")", "[[", "]]", "/*", "*/", "\n", "\n\n", "  \n", "#", "# A\n", "= s\n", "===\n",
    "> x <\n", ">", "!", "@", "~", ".", "^", "**", "_", "\\", "[sad]", "[", "]", "{", "}", "INT. A\n", "TO:\n",
    "Title: x\n", "ACT ONE\n", "words ", "\t", "é", "\0", "\ue000",
]  # fmt: skip
HOSTILE = st.lists(st.sampled_from(PIECES), max_size=40).map("".join)


@pytest.fixture
def speeches(read_text_file):
    """Imports a script and gives role, delivery and text of its blocks."""

    def read(script):
        (chapter,) = read_text_file("play.fountain", script).chapters
        return [(block.role, block.delivery, block.text) for block in chapter.blocks]

    return read


def test_sample_script():
    book = import_manuscript(SAMPLE)
    assert (book.metadata.title, book.metadata.author) == (
        "The Harbour Light A play for voices",
        "The Viva Voce authors",
    )
    assert (book.metadata.year, book.metadata.language) == ("2026", "en-GB")
    assert outline(book.chapters) == [("Act One", "part", True), ("Act Two", "part", True)]
    first = [(block.role, block.delivery, block.text) for block in book.chapters[0].blocks]
    assert first == [
        ("", "", "Act One"),
        ("", "", "Exterior. PIER, NIGHT"),
        ("", "", "Rain on wood. Far off, a bell. LADY ANNE walks out of the dark."),
        ("Lady Anne", "whisper", "Is anybody there?"),
        ("Lady Anne", "whisper", "[beat] I have come alone."),
        ("O'Brien", "", "So she says. [angry] They all say so! [/]"),
        ("O'Brien", "", "And they all lie."),
        ("Lady Anne", "", "I can hear you, you know."),
        ("", "", ""),
        ("", "", "Interior and exterior. LAMP ROOM, CONTINUOUS"),
        ("", "", "THE LIGHT TURNS. Nobody is at the wheel."),
        ("McCabe", "shout", "Who goes there?"),
        ("Henry II", "sad", "[laughs] Sail away, sail away,"),
        ("Henry II", "sad", "over the foam."),
    ]
    assert [block.kind for block in book.chapters[0].blocks[-2:]] == [BlockKind.VERSE] * 2
    assert texts(book.chapters[1]) == [
        "Act Two",
        "THE MORNING AFTER",
        "Two cups, *one* of them broken. [pause 1.2s] Nobody moves.",
        "[sadd] It is done.",
        "And so it was.",
        "THE END",
    ]
    assert [block.role for block in book.chapters[1].blocks] == ["", "", "", "O'Brien", "", ""]
    assert book.warnings[0] == "line 36: (to himself) is no delivery; it is left out."
    assert book.warnings[1].startswith("line 69: [sadd] is no tag")
    assert len(book.warnings) == 2


def test_without_sections_acts_divide_the_script(read_text_file):
    book = read_text_file(
        "p.fountain",
        "ACT ONE\n\nINT. HALL - DAY\n\nA man waits.\n\nEND OF ACT ONE\n\n> ACT TWO <\n\nINT. YARD\n\nHe waits on.\n",
    )
    assert [chapter.title for chapter in book.chapters] == ["ACT ONE", "ACT TWO"]
    assert texts(book.chapters[0]) == ["ACT ONE", "Interior. HALL, DAY", "A man waits.", "END OF ACT ONE"]


def test_without_sections_and_acts_it_is_one_chapter(read_text_file):
    book = read_text_file(
        "p.fountain", "Title: The Hall\n\nFADE IN:\n\nINT. HALL\n\nA man waits.\n\nINT. YARD\n\nHe waits on.\n"
    )
    assert outline(book.chapters) == [("The Hall", "chapter", True)]
    assert texts(book.chapters[0]) == ["Interior. HALL", "A man waits.", "*", "Interior. YARD", "He waits on."]


def test_a_direction_holds_until_the_next_or_the_end_of_the_speech(speeches):
    script = "ANNE\nOne.\n(angrily)\nTwo.\nStill two.\n(slightly sad)\nThree.\n(to Bob)\nFour.\n\nANNE\nFive.\n"
    assert speeches(script) == [
        ("Anne", "", "One."),
        ("Anne", "angry", "Two. Still two."),
        ("Anne", "sad:0.5", "Three."),
        ("Anne", "", "Four."),
        ("Anne", "", "Five."),
    ]


def test_pauses_and_sounds_in_parentheses_are_made_not_said(speeches):
    script = "ANNE (whispering)\n(sighs)\nWell.\n(a beat)\nWell, well.\n(laughs)\n\nBOB [sad]\nOh.\n"
    assert speeches(script) == [
        ("Anne", "whisper", "[sighs] Well."),
        ("Anne", "whisper", "[beat] Well, well. [laughs]"),
        ("Bob", "sad", "Oh."),
    ]


def test_a_direction_over_two_lines_and_one_never_closed(speeches):
    assert speeches("ANNE\n(very\nangry)\nOut!\n") == [("Anne", "angry:1.3", "Out!")]
    assert speeches("ANNE\nOut.\n(and never\n\nMore.\n") == [
        ("Anne", "", "Out. (and never"),
        ("", "", "More."),
    ]


def test_dual_dialogue_is_said_one_after_the_other(speeches):
    assert speeches("ANNE\nMe!\n\nBOB ^\nMe!\n\nCY (O.S.) ^\nMe!\n") == [
        (who, "", "Me!") for who in ("Anne", "Bob", "Cy")
    ]


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("!ANNE\nis no cue.\n", "ANNE is no cue."),
        ("ANNE\n\nHello.\n", "ANNE"),
        ("Anne\nis here.\n", "Anne is here."),
        ("...and then.\n", "...and then."),
        ("A [[note]]here.\n", "A here."),
        ("He [[note\nover lines]] waits.\n", "He waits."),
        ("A [[note with an\n\nempty line.\n", "A [[note with an"),
        ("A /* never closed.\n", "A /* never closed."),
        ("A /*/ slash.\n", "A /*/ slash."),
        ("*** a\n", "*** a"),
        ("2 * 3 * 4 and snake_case_name\n", "2 * 3 * 4 and snake_case_name"),
        ("***bold*** _under **both**_ \\*kept\\*\n", "bold under both *kept*"),
        ("Hello *there\nyou* two\n", "Hello *there you* two"),
    ],
)
def test_elements(speeches, script, said):
    assert plain_text(speeches(script)[0][2]) == said


@pytest.mark.parametrize(
    "hidden",
    ["= synopsis", "===", "> SMASH CUT:", "CUT TO:", "FADE OUT.", "[[note]]", "/* bone\n\nyard */", "/*\n[[x\n*/"],
)
def test_what_is_not_spoken(speeches, hidden):
    assert speeches(f"Before.\n\n{hidden}\n\nAfter.\n") == [("", "", "Before."), ("", "", "After.")]


def test_a_note_of_its_own_line_ends_no_speech(speeches):
    assert speeches("ANNE\n[[warmly?]]\nOne.\n[[two\nlines]]\nTwo.\n") == [("Anne", "", "One. Two.")]


def test_line_numbers_are_those_of_the_file(read_text_file):
    book = read_text_file("p.fountain", "Title: X\n\n/*\n\n*/\n[[a\nb]]\nHe [angrry]stood.\n\nANNE\n(oddly)\nYes.\n")
    assert [warning.partition(":")[0] for warning in book.warnings] == ["line 8", "line 11"]


def test_abbreviations_of_scene_headings_are_english(speeches):
    assert speeches("Language: de\n\nINT. KÜCHE - NACHT\n\nRegen.\n")[0][2] == "INT. KÜCHE, NACHT"


def test_a_script_that_says_nothing_is_refused(read_text_file):
    with pytest.raises(InputError, match="says nothing"):
        read_text_file("p.fountain", "Title: X\n\n= only a synopsis\n\nCUT TO:\n")


def test_probe():
    importer = FountainImporter()
    assert importer.probe(Path("a.FOUNTAIN"), b"INT. A") is not None
    assert importer.probe(Path("a.txt"), b"INT. A") is None
    assert importer.probe(Path("a.fountain"), b"%PDF-1.7") is None
    assert isinstance(installed_importers()["fountain"], FountainImporter)


@settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(HOSTILE)
def test_any_text_is_read_or_refused_and_hides_its_notes(tmp_path, script):
    path = tmp_path / "p.fountain"
    path.write_text(script + "\n\nThe end is here.\n\n/*secret*/", "utf-8")
    try:
        book = FountainImporter().read(path)
    except InputError as error:
        assume("says nothing" not in str(error))
        raise
    said = " ".join(plain_text(block.text) for chapter in book.chapters for block in chapter.blocks)
    assert "secret" not in said
    assert "\ue000" not in said


@pytest.mark.parametrize("unit", ["/*", "[[", "*a ", "(", "[", "[[a]", "_", "A\n(\n", "#", "/**/[[", "> "])
def test_hostile_repetition_takes_no_time(tmp_path, unit):
    path = tmp_path / "p.fountain"
    path.write_text("Words.\n\n" + unit * 20_000, "utf-8")
    assert FountainImporter().read(path).chapters

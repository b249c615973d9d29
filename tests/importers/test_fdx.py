"""Final Draft: the same play as in Fountain is the same manuscript."""

from pathlib import Path
from xml.sax.saxutils import escape

import pytest

from studio.core.errors import InputError
from studio.importers.registry import import_manuscript
from studio.manuscript.model import Block, Manuscript

PLAY = [
    ("Scene Heading", "INT. KITCHEN - NIGHT"),
    ("Action", "The lamp goes out. *Nobody* moves."),
    ("Character", "LADY ANNE (V.O.)"),
    ("Parenthetical", "(whispering)"),
    ("Dialogue", "Who is there?"),
    ("Character", "DALE"),
    ("Dialogue", "Only me. [sigh] And 2 * 3 others."),
    ("Transition", "CUT TO:"),
    ("Scene Heading", "EXT. PIER - DAY"),
    ("General", "The tide comes in."),
    ("Character", "DALE"),
    ("Lyrics", "Row, row, row."),
]
FOUNTAIN = """Title: The Pier
Author: Ada Finch

INT. KITCHEN - NIGHT

The lamp goes out. \\*Nobody\\* moves.

LADY ANNE (V.O.)
(whispering)
Who is there?

DALE
Only me. [sigh] And 2 \\* 3 others.

CUT TO:

EXT. PIER - DAY

The tide comes in.

DALE
~Row, row, row.
"""


def _fdx(paragraphs: list[tuple[str, str]], *, title: bool = True) -> str:
    body = "".join(f'<Paragraph Type="{kind}"><Text>{escape(text)}</Text></Paragraph>' for kind, text in paragraphs)
    page = "".join(f"<Paragraph><Text>{line}</Text></Paragraph>" for line in ("The Pier", "Written by", "Ada Finch"))
    front = f"<TitlePage><Content>{page}</Content></TitlePage>" if title else ""
    return (
        '<?xml version="1.0" encoding="UTF-8" standalone="no" ?>\n'
        f'<FinalDraft DocumentType="Script" Template="No" Version="5"><Content>{body}</Content>{front}</FinalDraft>'
    )


def _read(tmp_path: Path, text: str, name: str = "play.fdx", encoding: str = "utf-8") -> Manuscript:
    path = tmp_path / name
    path.write_bytes(text.encode(encoding))
    return import_manuscript(path)


def _blocks(book: Manuscript) -> list[Block]:
    return [block for chapter in book.chapters for block in chapter.blocks]


def test_a_play_is_the_same_in_both_formats(tmp_path: Path) -> None:
    draft, fountain = _read(tmp_path, _fdx(PLAY)), _read(tmp_path, FOUNTAIN, "play.fountain")

    assert _blocks(draft) == _blocks(fountain)
    assert (draft.metadata.title, draft.metadata.author) == ("The Pier", "Ada Finch")
    whispered = next(block for block in _blocks(draft) if block.text == "Who is there?")
    assert (whispered.role, whispered.delivery.split(":")[0]) == ("Lady Anne", "whisper")


def test_runs_of_a_paragraph_are_one_text_and_dual_dialogue_follows(tmp_path: Path) -> None:
    dual = "".join(
        f'<Paragraph Type="{kind}"><Text>{text}</Text></Paragraph>'
        for kind, text in (("Character", "ANNE"), ("Dialogue", "Yes."), ("Character", "DALE"), ("Dialogue", "No."))
    )
    body = (
        '<Paragraph Type="Character"><Text>AN</Text><Text Style="Bold">NE</Text></Paragraph>'
        '<Paragraph Type="Dialogue"><Text>It </Text><Text Style="Italic">is</Text><Text> late.</Text></Paragraph>'
        f"<Paragraph><DualDialogue>{dual}</DualDialogue></Paragraph>"
    )
    book = _read(tmp_path, f"<FinalDraft><Content>{body}</Content></FinalDraft>")

    assert [(block.role, block.text) for block in _blocks(book)] == [
        ("Anne", "It is late."), ("Anne", "Yes."), ("Dale", "No."),
    ]  # fmt: skip


def test_acts_divide_it(tmp_path: Path) -> None:
    acts = [("New Act", "Act One"), ("Action", "The lamp goes out."), ("New Act", "Act Two"), ("Action", "It burns.")]
    assert [chapter.title for chapter in _read(tmp_path, _fdx(acts)).chapters] == ["Act One", "Act Two"]


def test_it_is_known_by_its_content_in_utf_16(tmp_path: Path) -> None:
    text = _fdx(PLAY).replace("UTF-8", "UTF-16")
    assert len(_blocks(_read(tmp_path, text, "play.xml", "utf-16"))) == len(_blocks(_read(tmp_path, _fdx(PLAY))))


def test_wrong_directions_are_told_with_their_paragraph(tmp_path: Path) -> None:
    book = _read(tmp_path, _fdx([("Character", "ANNE"), ("Parenthetical", "(peeling an egg)"), ("Dialogue", "Yes.")]))
    assert any(warning.startswith("paragraph 2:") and "peeling" in warning for warning in book.warnings)


def test_no_paragraph_is_taken_for_another_element(tmp_path: Path) -> None:
    script = [
        ("Scene Heading", "INT HOUSE: NIGHT"),
        ("Character", "NOBODY"),
        ("Action", "~ about ten people wait."),
    ]
    texts = [block.text for block in _blocks(_read(tmp_path, _fdx(script)))]
    assert texts == ["Interior. HOUSE: NIGHT", "~ about ten people wait."]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ("<FinalDraft><Content/></FinalDraft>", "says nothing"),
        ("<FinalDraft/>", "no content"),
        ("<FinalDraft><Content>", "not well-formed"),
        ('<!DOCTYPE x [<!ENTITY a "b">]><FinalDraft><Content/></FinalDraft>', "declares entities"),
        ('<!DOCTYPE FinalDraft SYSTEM "x.dtd"><FinalDraft><Content/></FinalDraft>', "document type"),
    ],
)
def test_bad_scripts_are_refused_with_the_cause(tmp_path: Path, text: str, cause: str) -> None:
    with pytest.raises(InputError, match=cause):
        _read(tmp_path, text)

"""Tags that say how words are said come in from every format of tagged text as they were written."""

from pathlib import Path

import pytest

from studio.importers.registry import import_manuscript
from studio.manuscript.said import Said
from studio.manuscript.tags import Words, read_tags

LINE = (
    "He [read]{ipa: ɹɛd} it in [1984]{say: nineteen eighty-four}. "
    "“[Bonjour]{lang: fr},” said [Ann]{say: HER-my-oh-nee}."
)
SAID = [Said("ipa", "ɹɛd"), Said("say", "nineteen eighty-four"), Said("lang", "fr"), Said("say", "HER-my-oh-nee")]


SSML = (
    "<speak version='1.1' xmlns='http://www.w3.org/2001/10/synthesis' xml:lang='en' "
    "xmlns:vv='https://vivavoce.studio/ns/delivery'>He <phoneme ph='ɹɛd'>read</phoneme> it in "
    "<sub alias='nineteen eighty-four'>1984</sub>. “<lang xml:lang='fr'>Bonjour</lang>,” said "
    "<phoneme ph='æn' vv:say='HER-my-oh-nee'>Ann</phoneme>.</speak>"
)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("a.txt", f"{LINE}\n\nIt was late.\n"),
        ("a.md", f"# One\n\n{LINE}\n"),
        ("a.fountain", f"INT. HOUSE - DAY\n\nANN\n{LINE}\n"),
        ("a.csv", f'id,role,text,delivery\n1,Ann,"{LINE}",sad\n'),
        (
            "a.ssml",
            SSML,
        ),
    ],
)
def test_pronunciations_are_kept(tmp_path: Path, name: str, text: str) -> None:
    path = tmp_path / name
    path.write_text(text, "utf-8")
    blocks = [block.text for chapter in import_manuscript(path).chapters for block in chapter.blocks]
    tagged = [each for each in map(read_tags, blocks) if "1984" in each.text]
    assert [each.text for each in tagged] == ["He read it in 1984. “Bonjour,” said Ann."]
    assert [part.said for part in tagged[0].parts if isinstance(part, Words) and part.said] == SAID

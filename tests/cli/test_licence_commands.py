"""A voice whose licence forbids sale, from casting to the delivered file, by command."""

from pathlib import Path

import pytest
import soundfile
from mutagen.id3 import ID3

from tests.cli.conftest import Command

ADDRESS = "https://creativecommons.org/licenses/by-nc/4.0/"
PLAY = """Title: The Quiet Pier
Author: Ada Finch

ANNA
The tide went out.

BEN
Nobody knew.

ANNA
It was late.
"""


@pytest.fixture
def play(tmp_path: Path) -> str:
    path = tmp_path / "pier.fountain"
    path.write_text(PLAY, encoding="utf-8")
    return str(path)


@pytest.mark.slow
def test_a_voice_that_may_not_be_sold_is_warned_of_refused_and_delivered_in_private(
    quick_command: Command, play: str, tmp_path: Path
):
    imported = quick_command("import", play, "--name", "pier", "--language", "en-US", "--purpose", "ad", "--json").json
    assert (imported["purpose"], imported["use"], imported["commercial"]) == ("ad", "ad", True)

    cast = quick_command(
        "cast", "pier", "--set", "narrator=tone_low", "--set", "Anna=tone_high", "--set", "Ben=tone_private", "--json"
    )  # fmt: skip
    assert cast.status == 0
    (warning,) = cast.json["warnings"]
    assert (warning["voice"], warning["roles"]) == ("tone_private", ["Ben"])
    assert warning["licence"]["licence"] == "CC-BY-NC-4.0"
    assert quick_command("cast", "pier").err.startswith("warning: Ben cannot be delivered in voice 'tone_private'")
    assert "studio purpose pier private" in warning["sentence"]

    rendered = quick_command("render", "pier", "--json").json
    (fault,) = rendered["licences"]
    assert fault["lines"] == ["chapter 1, line 2"]
    assert fault["url"] == ADDRESS
    assert quick_command("master", "pier").status == 0

    exported = tmp_path / "home" / "exports" / "pier" / "mp3"
    refused = quick_command("deliver", "pier")
    assert refused.status == 3
    for words in ("pier: one line cannot be delivered (chapter 1, line 2)", "voice tone_private", "NonCommercial",
                  ADDRESS, "Cast another voice", "studio purpose pier private"):  # fmt: skip
        assert words in refused.err
    assert not exported.exists()
    assert quick_command("deliver", "pier", "--out", str(tmp_path / "out")).status == 3
    assert not (tmp_path / "out").exists()

    private = quick_command("purpose", "pier", "private", "--json").json
    assert (private["purpose"], private["commercial"], private["warnings"]) == ("private", False, [])
    delivered = quick_command("deliver", "pier", "--json")
    assert delivered.status == 0
    *files, notices = [Path(file["path"]) for file in delivered.json["files"]]
    assert set(exported.iterdir()) == {*files, notices}
    assert [check["passed"] for check in delivered.json["files"][-1]["checks"]] == [True]

    assert notices.name == "NOTICES.txt"
    text = notices.read_text(encoding="utf-8")
    for words in ("Private tone, The Viva Voce authors", ADDRESS, "Not for commercial use."):
        assert words in text
    spoken = [ID3(path) for path in files]
    marked = [tags for tags in spoken if "TXXX:LICENSE" in tags]
    assert [str(tags["TIT2"]) for tags in marked] == [str(spoken[1]["TIT2"])]  # credits are in another voice
    (tags,) = marked
    assert tags["TXXX:LICENSE"].text == [ADDRESS]
    assert "Not for commercial use." in tags["TXXX:NOTICE"].text[0]
    assert "Private tone, The Viva Voce authors" in tags["TXXX:comment"].text[0]
    assert all("TXXX:NOTICE" not in each for each in spoken if each is not tags)

    credits_ = quick_command("segments", "pier", "--chapter", "0", "--json").json["segments"]
    said = [line["text"] for line in credits_]
    named = (
        "Voices and technology: Private tone, The Viva Voce authors, Creative Commons Attribution-NonCommercial 4.0."
    )
    assert said.count(named) == 1
    assert said[-1] == "The end."


def test_a_purpose_that_means_nothing_leaves_no_project(quick_command: Command, play: str):
    refused = quick_command("import", play, "--purpose", "song")
    assert (refused.status, "is not a purpose" in refused.err) == (2, True)
    assert quick_command("projects", "--json").json == {"projects": []}


def test_a_single_sentence_carries_what_its_licences_demand(quick_command: Command, tmp_path: Path):
    path = tmp_path / "said.wav"
    said = ("say", "The tide went out.", "--voice", "tone_private", "-o", str(path))
    told = quick_command(*said)
    assert (told.status, told.err) == (0, "")
    (notice,) = quick_command(*said, "--json").json["notices"]
    assert "Private tone, The Viva Voce authors" in notice
    assert "Not for commercial use." in notice
    assert notice in told.out
    with soundfile.SoundFile(path) as sound:
        assert sound.comment == notice
        assert sound.artist.startswith("Private tone")
        assert len(sound.read()) > sound.samplerate / 2
    free = quick_command("say", "The tide went out.", "--voice", "tone_low", "-o", str(path), "--json")
    assert free.json["notices"] == []
    with soundfile.SoundFile(path) as sound:
        assert sound.comment == ""

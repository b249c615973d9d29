"""The commands about who speaks, how, and in which voice."""

from pathlib import Path

import pytest

from tests.cli.conftest import Command

BOOK = """---
title: The Boathouse
language: en-GB
---

# The Boathouse

“Is it late?” asked Mr. Dale. “Nobody told me.”

“It is past nine,” Anna whispered. She put down the oars.

Somebody by the door coughed. “Good evening.”
"""


@pytest.fixture
def project(quick_command: Command, tmp_path: Path) -> str:
    path = tmp_path / "boathouse.md"
    path.write_text(BOOK, encoding="utf-8")
    assert quick_command("import", str(path), "--name", "boathouse").status == 0
    assert quick_command("cast", "boathouse", "--set", "narrator=tone_low").status == 0
    return "boathouse"


def test_speakers_are_told_then_given_and_taken_back(quick_command: Command, project: str) -> None:
    told = quick_command("speakers", project, "--json").json
    assert not told["applied"]
    assert told["speakers"]["changed"]
    assert "use --apply" in quick_command("speakers", project).out
    assert [role["role"] for role in quick_command("cast", project, "--json").json["roles"]] == ["narrator"]

    given = quick_command("speakers", project, "--apply", "--unsure", "--json").json
    assert given["speakers"] == told["speakers"]
    assert {role["role"] for role in given["speakers"]["roles"]} >= {"Anna", "Mr. Dale"}
    assert {role["role"] for role in quick_command("cast", project, "--json").json["roles"]} >= {"Anna", "Mr. Dale"}

    line = given["unsure"][0]["segment"]
    decided = quick_command("speakers", project, "--set", f"{line}=The Doctor", "--json").json["speakers"]
    assert decided["confirmed"] == 1
    assert line not in quick_command("speakers", project, "--unsure").out

    assert quick_command("speakers", project, "--forget", "--json").json["speakers"]["lines"] == 1


def test_what_cannot_be_done_is_said(quick_command: Command, project: str) -> None:
    assert quick_command("speakers", "nowhere").status == 2
    both = quick_command("speakers", project, "--apply", "--forget")
    assert (both.status, "undo each other" in both.err) == (2, True)
    assert "SEGMENT=ROLE" in quick_command("speakers", project, "--set", "Anna").err


def test_suggestions_are_proposed_followed_and_put_away(quick_command: Command, project: str) -> None:
    assert quick_command("suggestions", project, "--json").json == {"suggestions": [], "changed": []}
    quick_command("speakers", project, "--apply")

    (found,) = quick_command("suggestions", project, "--propose", "--json").json["suggestions"]
    assert (found["value"], found["text"]) == ("whisper", "“It is past nine,”")
    assert "Anna whispered" in quick_command("suggestions", project).out

    assert quick_command("suggestions", project, "--accept", "all", "--json").json == {
        "suggestions": [],
        "changed": [found["segment"]],
    }
    assert quick_command("suggestions", project, "--decline", found["id"]).status == 2


def test_voices_are_suggested_heard_and_kept_for_a_series(quick_command: Command, project: str, tmp_path: Path) -> None:
    quick_command("speakers", project, "--apply")

    suggested = quick_command("cast", project, "--suggest", "--json").json
    assert suggested["suggested"]["Anna"][0]["reason"]
    assert "a woman's voice" in quick_command("cast", project, "--suggest").out

    out = tmp_path / "heard"
    heard = quick_command("hear-role", project, "Anna", "tone_low", "tone_high", "--out", str(out), "--json").json
    assert sorted(path.name for path in out.iterdir()) == ["tone_high.wav", "tone_low.wav"]
    assert heard["files"][0]["spoken"] == heard["files"][1]["spoken"]

    kept = quick_command("cast", project, "--set", "Anna=tone_high", "--series", "Estuary", "--lock", "--json").json
    assert kept["series"]["locked"] == {"Anna": "tone_high", "narrator": "tone_low"}
    refused = quick_command("cast", project, "--set", "Anna=bf_emma")
    assert (refused.status, "--unlock" in refused.err) == (1, True)
    assert "(kept)" in quick_command("cast", project).out
    assert quick_command("cast", project, "--unlock", "Anna", "--set", "Anna=bf_emma").status == 0


def test_without_a_director_that_is_said(quick_command: Command, project: str) -> None:
    refused = quick_command("direct", project)

    assert refused.status == 1
    assert "VIVAVOCE_DIRECTOR_URL" in refused.err

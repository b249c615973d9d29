import socket
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import av
import pytest
from typer.main import get_command

from studio.main import app
from tests.cli.conftest import Command

BOOK = """---
title: The Quiet Pier
author: Ada Finch
language: en-GB
---

# The Quiet Pier

## One

The tide went out. "Is it late?" asked Mr. Dale, at 5.40 p.m. Nobody knew.

## Two

The tide came in again.
"""


@pytest.fixture
def book(tmp_path: Path) -> str:
    path = tmp_path / "pier.md"
    path.write_text(BOOK, encoding="utf-8")
    return str(path)


def test_the_contract_of_the_whole_way(command: Command, book: str, tmp_path: Path):
    imported = command("import", book, "--name", "pier", "--json")
    assert imported.status == 0
    assert {"project": "pier", "title": "The Quiet Pier", "author": "Ada Finch"}.items() <= imported.json.items()
    assert [
        set(chapter) >= {"index", "title", "kind", "skipped", "words"} for chapter in imported.json["chapters"]
    ] == [True] * 3

    chosen = command("chapters", "pier", "--skip", "3", "--no-credits", "--json").json["chapters"]
    assert [chapter["skipped"] for chapter in chosen] == [True, False, True]

    cast = command("cast", "pier", "--set", "narrator=tone_low", "--json").json["roles"]
    assert cast == [{"role": "narrator", "lines": cast[0]["lines"], "voice": "tone_low", "confidence": 1.0}]

    rendered = command("render", "pier", "--json").json
    assert set(rendered) == {"segments", "rendered", "reused", "flagged", "audio_seconds", "cpu_seconds", "licences"}
    assert rendered["rendered"] == rendered["segments"] > 0

    segments = command("segments", "pier", "--chapter", "2", "--json").json["segments"]
    assert set(segments[0]) == {
        "id", "chapter", "text", "spoken", "speaker", "voice", "delivery", "state",
        "pause_s", "level_db", "guide", "duration_s", "methods", "notes",
    }  # fmt: skip
    assert any("five forty p.m." in segment["spoken"].lower().replace(" pm", " p.m.") for segment in segments)

    retaken = command("retake", "pier", segments[-1]["id"], "--text", "Nobody cared.", "--json").json["segment"]
    assert (retaken["text"], retaken["state"]) == ("Nobody cared.", "rendered")

    mastered = command("master", "pier", "--profile", "acx", "--json").json["chapters"]
    assert {"file", "rms", "peak", "true_peak", "floor", "lufs", "head", "tail"} <= set(mastered[0])
    assert -23 <= mastered[0]["rms"] <= -18

    files = command("deliver", "pier", "--format", "mp3", "--out", str(tmp_path / "out"), "--json").json["files"]
    assert [Path(file["path"]).name for file in files] == ["01 - One.mp3"]
    with av.open(files[0]["path"]) as sound:
        assert sound.streams.audio[0].codec_context.sample_rate == 44_100

    checked = command("check", files[0]["path"], "--json")
    assert checked.status == 0
    assert checked.json["files"][0]["pass"] is True
    assert checked.json["files"][0]["failures"] == []


def test_commands_speak_to_people_too(quick_command: Command, book: str):
    assert "One" in quick_command("import", book, "--name", "pier").out
    assert "pier" in quick_command("projects").out
    assert "narrator" in quick_command("cast", "pier").out
    assert "bf_emma" in quick_command("voices", "list", "--language", "en-GB").out
    assert "kokoro" in quick_command("engines", "list").out
    assert "whisper-base" in quick_command("weights", "list").out
    assert "Deleted 'pier'" in quick_command("delete", "pier").out


def test_chapters_are_named_and_ordered(quick_command: Command, book: str):
    quick_command("import", book, "--name", "pier")
    changed = quick_command(
        "chapters", "pier", "--rename", "2=The First", "--move", "3=2", "--pace", "1.2", "--json"
    ).json
    assert [chapter["title"] for chapter in changed["chapters"]] == ["The Quiet Pier", "Two", "The First"]
    assert changed["pace"] == 1.2
    for wrong in (["--rename", "first=x"], ["--move", "2"], ["--move", "2=x"], ["--pace", "9"]):
        assert quick_command("chapters", "pier", *wrong).status == 2


def test_a_sentence_is_said_to_a_file(quick_command: Command, tmp_path: Path):
    target = tmp_path / "said.wav"
    done = quick_command("say", "Good evening.", "--voice", "tone_high", "-o", str(target), "--json")
    assert done.json["duration_s"] > 0.5
    with av.open(str(target)) as sound:
        assert sound.duration / av.time_base == pytest.approx(done.json["duration_s"], abs=0.01)


@pytest.mark.slow
@pytest.mark.models
def test_the_demo_makes_checked_files_and_is_quick_the_second_time(
    command: Command, kokoro_weights: Path, tmp_path: Path
):
    made = command("demo", "--quick", "--out", str(tmp_path / "demo"), "--json").json["files"]
    assert [Path(file["path"]).name for file in made] == ["02 - Chapter I. The Last Round.mp3"]
    assert all(check["passed"] for check in made[0]["checks"])
    written = Path(made[0]["path"]).stat().st_mtime_ns
    assert command("demo", "--quick", "--out", str(tmp_path / "demo"), "--json").json["files"] == made
    assert Path(made[0]["path"]).stat().st_mtime_ns == written


def test_text_is_shown_as_it_is_said(quick_command: Command):
    found = quick_command("text", "-", "--language", "en-GB", "--json", stdin="Dr. Hale owed £3.50.").json["segments"]
    assert [set(segment) for segment in found] == [
        {"text", "spoken", "speaker", "delivery", "pause_s", "problems", "ssml", "rewrites"}
    ]
    assert found[0]["spoken"] == "Doctor Hale owed three pounds fifty."


def test_tags_of_a_text_are_told_and_become_ssml(quick_command: Command):
    text = "[sad:0.6] It is [sadd] over. [pause 1s] He left."
    (ssml, *_) = quick_command("text", "-", "--language", "en-GB", "--ssml", "--json", stdin=text).json["ssml"]
    assert 'style="sad" styledegree="0.6"' in ssml


def test_deliveries_are_listed_with_their_figures(quick_command: Command):
    listed = quick_command("deliveries", "--json").json
    assert listed["deliveries"][0]["name"] == "neutral"
    assert {"sad", "whisper", "cold-anger"} <= {row["name"] for row in listed["deliveries"]}
    assert "laugh" in listed["events"]
    assert "[a few words]{sad}" in quick_command("deliveries").out


def test_a_line_is_tried_in_every_delivery_and_retaken_in_one(quick_command: Command, tmp_path: Path):
    book = tmp_path / "tried.txt"
    book.write_text("The tide went out again this evening.", encoding="utf-8")
    quick_command("import", str(book), "--name", "tried", "--language", "en-GB")
    quick_command("cast", "tried", "--set", "narrator=tone_low")
    line = quick_command("segments", "tried", "--chapter", "1", "--json").json["segments"][-1]["id"]
    files = quick_command("compare", "tried", line, "--out", str(tmp_path / "all"), "--json").json["files"]
    assert {file["delivery"] for file in files} >= {"neutral", "sad", "whisper"}
    assert all(Path(file["path"]).stat().st_size > 1000 for file in files)
    retaken = quick_command("retake", "tried", line, "--delivery", "sad:0.6", "--json").json["segment"]
    assert (retaken["delivery"], retaken["state"]) == ("sad:0.6", "rendered")
    assert quick_command("retake", "tried", line, "--delivery", "sadd").status == 2


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        (["import", "nowhere.epub"], 2, "nowhere.epub"),
        (["chapters", "nobody"], 2, "there is no project 'nobody'"),
        (["render", "nobody"], 2, "there is no project 'nobody'"),
        (["say", "Hello.", "--voice", "stranger", "-o", "x.wav"], 2, "there is no voice 'stranger'"),
        (["say", "…", "--voice", "bf_emma", "-o", "x.wav"], 2, "nothing to say"),
        (["check", "nowhere.mp3"], 2, "nowhere.mp3"),
        (["weights", "pull", "nothing"], 2, "there is no model 'nothing'"),
        (["chapters", "x", "--skip", "1,b"], 2, "is not a list of chapters"),
        (["chapters", "x", "--keep", ""], 2, "is not a list of chapters"),
        (["render", "x", "--chapters", ""], 2, "is not a list of chapters"),
        (["deliver", "x", "--format", ","], 2, "no delivery format"),
        (["serve", "--host", "192.0.2.1"], 2, "studio staff add"),
    ],
)
def test_bad_use_is_one_line_with_status_2(quick_command: Command, arguments: list[str], status: int, says: str):
    done = quick_command(*arguments)
    assert done.status == status
    assert done.out == ""
    assert says in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_a_file_that_misses_its_profile_ends_with_1(quick_command: Command, tmp_path: Path):
    target = tmp_path / "said.wav"
    quick_command("say", "Good evening.", "--voice", "tone_high", "-o", str(target))
    done = quick_command("check", str(target), "--json")
    assert done.status == 1
    assert done.json["files"][0]["pass"] is False
    assert done.json["files"][0]["failures"]


def test_a_port_that_is_taken_is_said(command: Command):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        done = command("serve", "--port", port)
    assert done.status == 2
    assert f"port {port}" in done.err
    assert len(done.err.strip().splitlines()) == 1


def test_every_command_takes_json_and_home():
    def leaves(group: Any, path: tuple[str, ...] = ()) -> Iterator[tuple[str, Any]]:
        for name, item in group.commands.items():
            if hasattr(item, "commands"):
                yield from leaves(item, (*path, name))
            else:
                yield " ".join((*path, name)), item

    options = {
        name: {flag for option in item.params for flag in option.opts} for name, item in leaves(get_command(app))
    }
    assert len(options) >= 20
    assert [name for name, flags in options.items() if "--home" not in flags] == []
    assert [name for name, flags in options.items() if "--json" not in flags] == ["serve"]  # it prints no result


def test_unknown_options_are_wrong_usage(quick_command: Command):
    assert quick_command("render", "x", "--nonsense").status == 2


def test_the_doctor_tells_what_is_missing(quick_command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("VIVAVOCE_WEIGHTS", str(tmp_path / "empty"))
    done = quick_command("doctor", "--json")
    assert done.status == 1
    missing = next(finding for finding in done.json["findings"] if "kokoro" in finding["what"])
    assert missing["remedy"] == "Run `studio weights pull kokoro-82m-v1.0-int8`."
    refused = quick_command("say", "Good evening.", "--voice", "bf_emma", "-o", str(tmp_path / "x.wav"))
    assert refused.status == 1
    assert "studio weights pull" in refused.err
    assert not (tmp_path / "x.wav").exists()


def test_a_home_that_cannot_be_used_is_said(quick_command: Command, tmp_path: Path):
    blocked = tmp_path / "file"
    blocked.write_text("in the way")
    done = quick_command("projects", "--home", str(blocked / "home"))
    assert done.status == 1
    assert "data home" in done.err

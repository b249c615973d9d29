"""A consent from the draft to its withdrawal by commands alone, each in a process of its own."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from studio.bootstrap import open_studio, read_settings
from tests.cli.conftest import Command, Outcome
from tests.consents import record_data

AGREED = "create_replica,render_works,voice_comparison"
NEW_CODES = 2
BOOK = "---\ntitle: The Quiet Pier\nauthor: Ada Finch\nlanguage: en-GB\n---\n\n## One\n\nThe tide went out.\n"


@pytest.fixture
def record_file(tmp_path: Path) -> Path:
    path = tmp_path / "jane.json"
    path.write_text(json.dumps(record_data("Jane Doe")))
    return path


@pytest.fixture
def recorded(tmp_path: Path, kokoro_weights: Path) -> Iterator[Callable[[str, str], str]]:
    """Writes a recording of a text, read sentence by sentence by a stock voice, under a name; gives its path."""
    speaker = open_studio(
        read_settings({"VIVAVOCE_WEIGHTS": str(kokoro_weights)}, home=tmp_path / "speaker", workers=1)
    )

    def record(name: str, text: str) -> str:
        parts: list[Any] = []
        for sentence in re.findall(r"[^.!?]+[.!?]", text):
            take = speaker.auditions.say(sentence.strip(), "bf_emma", language="en-GB").take
            samples, rate_hz = soundfile.read(take, dtype="float32")
            parts += [samples, np.zeros(rate_hz // 4, np.float32)]
        soundfile.write(tmp_path / f"{name}.wav", np.concatenate(parts), rate_hz, subtype="PCM_16")
        return str(tmp_path / f"{name}.wav")

    yield record
    speaker.close()


def _refused(done: Outcome, status: int, says: str) -> None:
    assert (done.status, says in done.err) == (status, True), done.err


@pytest.mark.slow
@pytest.mark.models
@pytest.mark.usefixtures("whisper_folder")
def test_the_whole_way_by_commands_alone(
    command: Command, record_file: Path, recorded: Callable[[str, str], str], tmp_path: Path
):
    """A stock voice is the person; a model listens to every recording; the replica is of the fake engine."""
    consent = command("consent", "new", str(record_file), "--json").json["summary"]["id"]
    prompts = command("consent", "notice", consent, "--json").json["prompts"]
    assert command("consent", "answer", consent, "--agree", AGREED, "--signed", "Jane Doe").status == 0
    files = [recorded(f"clip{number}", prompt) for number, prompt in enumerate(prompts[:3])]
    clips = command("consent", "reference", consent, *files, "--json").json["clips"]
    assert [each["outcome"] for clip in clips for each in clip["checks"] if each["outcome"] != "pass"] == []

    drawn = command("consent", "challenge", consent, "--json").json
    wrong = command("consent", "record", consent, recorded("wrong", prompts[3]), "--json")
    assert wrong.json["statement"]["outcome"] == "refuse"
    _refused(wrong, 2, "Attempts left with these code words: 2.")
    told = command("consent", "record", consent, recorded("statement", drawn["text"]), "--json")
    for draw in range(NEW_CODES):  # a number is misheard now and then: a person asks for another, and so here
        if told.status == 0:
            break
        refused = [each["name"] for each in told.json["statement"]["checks"] if each["outcome"] == "refuse"]
        assert refused == ["challenge"], told.err
        drawn = command("consent", "challenge", consent, "--json").json
        told = command("consent", "record", consent, recorded(f"again{draw}", drawn["text"]), "--json")
    assert told.status == 0, told.err
    assert {"challenge", "words", "speaker"} <= {each["name"] for each in told.json["statement"]["checks"]}

    for reviewer in ("Rita Reviewer", "Sam Second"):  # the second only where the checks ask for two
        approved = command("consent", "review", "approve", consent, "--name", reviewer, "--listened", "--json").json
        if approved["summary"]["state"] == "verified":
            break
    assert approved["summary"]["state"] == "verified"

    book = tmp_path / "pier.md"
    book.write_text(BOOK, encoding="utf-8")
    assert command("import", str(book), "--name", "pier").status == 0
    assert command("cast", "pier", "--set", "narrator=jane-doe").status == 0
    said = ("say", "Good evening.", "--voice", "jane-doe", "--language", "en", "-o", str(tmp_path / "said.wav"))
    assert command(*said).status == 0
    assert command("render", "pier", "--json").json["rendered"] > 0
    assert command("consent", "show", consent, "--json").json["summary"]["used_minutes"] > 0

    assert command("consent", "withdraw", consent, "--json").json["certificate"]
    _refused(command(*said), 3, "jane-doe")
    assert command("render", "pier").status == 3
    assert command("consent", "ledger", "verify", "--full").status == 0

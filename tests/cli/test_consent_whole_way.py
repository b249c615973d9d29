"""A consent from the draft to its withdrawal by commands alone, handed from process to process at each turn of it."""

import json
import re
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import soundfile

from studio.bootstrap import open_studio, read_settings
from tests.cli.conftest import Command, Outcome, run_here
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


@pytest.fixture
def here(
    command: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> Command:
    """Runs a command in this process, where `command` runs its own: the models that listen are loaded once."""
    elsewhere = tmp_path / "elsewhere"
    monkeypatch.chdir(elsewhere)

    def run(*arguments: str) -> Outcome:
        done = run_here(monkeypatch, capfd, *arguments)
        assert not list(elsewhere.iterdir()), "a command wrote to the working directory"
        return done

    return run


def _refused(done: Outcome, status: int, says: str) -> None:
    assert (done.status, says in done.err) == (status, True), done.err


@pytest.mark.slow
@pytest.mark.models
@pytest.mark.usefixtures("whisper_folder")
def test_the_whole_way_by_commands_alone(
    command: Command, here: Command, record_file: Path, recorded: Callable[[str, str], str], tmp_path: Path
):
    """A stock voice is the person; a model listens to every recording; the replica is of the fake engine."""
    consent = command("consent", "new", str(record_file), "--json").json["summary"]["id"]
    prompts = here("consent", "notice", consent, "--json").json["prompts"]
    assert here("consent", "answer", consent, "--agree", AGREED, "--signed", "Jane Doe").status == 0
    files = [recorded(f"clip{number}", prompt) for number, prompt in enumerate(prompts[:3])]
    clips = here("consent", "reference", consent, *files, "--json").json["clips"]
    assert [each["outcome"] for clip in clips for each in clip["checks"] if each["outcome"] != "pass"] == []

    drawn = command("consent", "challenge", consent, "--json").json
    wrong = here("consent", "record", consent, recorded("wrong", prompts[3]), "--json")
    assert wrong.json["statement"]["outcome"] == "refuse"
    _refused(wrong, 2, "Attempts left with these code words: 2.")
    told = here("consent", "record", consent, recorded("statement", drawn["text"]), "--json")
    for draw in range(NEW_CODES):  # a number is misheard now and then: a person asks for another, and so here
        if told.status == 0:
            break
        refused = [each["name"] for each in told.json["statement"]["checks"] if each["outcome"] == "refuse"]
        assert refused == ["challenge"], told.err
        drawn = command("consent", "challenge", consent, "--json").json
        told = here("consent", "record", consent, recorded(f"again{draw}", drawn["text"]), "--json")
    assert told.status == 0, told.err
    assert {"challenge", "words", "speaker"} <= {each["name"] for each in told.json["statement"]["checks"]}

    for reviewer in ("Rita Reviewer", "Sam Second"):  # the second only where the checks ask for two
        approved = here("consent", "review", "approve", consent, "--name", reviewer, "--listened", "--json").json
        if approved["summary"]["state"] == "verified":
            break
    assert approved["summary"]["state"] == "verified"

    book = tmp_path / "pier.md"
    book.write_text(BOOK, encoding="utf-8")
    assert here("import", str(book), "--name", "pier").status == 0
    assert here("cast", "pier", "--set", "narrator=jane-doe").status == 0
    said = ("say", "Good evening.", "--voice", "jane-doe", "--language", "en", "-o", str(tmp_path / "said.wav"))
    assert here(*said).status == 0
    assert here("render", "pier", "--json").json["rendered"] > 0
    assert command("consent", "show", consent, "--json").json["summary"]["used_minutes"] > 0

    assert command("consent", "withdraw", consent, "--json").json["certificate"]
    _refused(command(*said), 3, "jane-doe")
    assert here("render", "pier").status == 3
    assert command("consent", "ledger", "verify", "--full").status == 0

"""A real human voice by commands alone: consent on paper, recording, match, a mastered file, and the end of it all.

The reader of tests/data/speech is the person. Nothing stands in: the recordings are listened to, the match is tuned by
the search that ships, and the file is read back by libsndfile and mutagen, which share no code with the studio.
"""

import json
import sqlite3
from collections.abc import Callable
from contextlib import closing
from pathlib import Path
from typing import Any

import mutagen
import numpy as np
import pytest
import soundfile as sf

from studio.hearing.speakers import SpeakerEncoder, Voiceprint, cosine
from tests.cli.conftest import Command, Outcome, run_here
from tests.consents import record_data

pytestmark = [pytest.mark.slow, pytest.mark.models, pytest.mark.timeout(600)]

SPEECH = Path(__file__).parents[1] / "data" / "speech"
VOICE = "ann-hart"
WORDS = (
    "And Mr. John Dashwood had then leisure to consider how much there might be prudently in his power to do for them. "
    "He was not an ill-disposed young man, unless to be rather cold-hearted and rather selfish is to be ill-disposed."
)
LINE = "The tide went out before anybody was awake. Nobody saw it come back, and nobody asked where it had been."
BOOK = """---
title: The Quiet Pier
author: Ada Finch
language: en-GB
---

## One

The tide went out.

It came back.
"""
WOMAN = "bf_emma"


@pytest.fixture
def command(home: Path, monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]) -> Command:
    return lambda *arguments: run_here(monkeypatch, capfd, *arguments)


@pytest.fixture
def done(command: Command) -> Callable[..., Any]:
    """Runs a command that must succeed; gives its JSON."""

    def run(*arguments: str) -> Any:
        outcome = command(*arguments, "--json")
        assert outcome.status == 0, outcome.err
        return outcome.json

    return run


@pytest.mark.usefixtures("kokoro_weights")
def test_a_real_voice_from_consent_to_withdrawal(
    done: Callable[..., Any], command: Command, home: Path, tmp_path: Path, record_property: Callable[..., None]
):
    consent = _consented(done, tmp_path)
    ranked = done("voices", "match", VOICE, "--rank")["candidates"]
    assert len(ranked) == 3
    nearest = ranked[0]["voice_id"]
    assert done("voices", "match", VOICE, "--choose", nearest)["match"]["figures"]["kept"] == "chosen"
    tuned = done("voices", "match", VOICE, "--quick")["match"]
    assert tuned["floor"] < tuned["ceiling"]

    likeness = _judged(done, tmp_path)
    record_property("campplus", {**likeness, "own judge": tuned["judge_likeness"]})
    assert likeness[WOMAN] < likeness[VOICE] < likeness["the person"]
    _added(done, command)
    file = _delivered(done, tmp_path)

    assert done("consent", "withdraw", consent)["certificate"]
    _nothing_left(home, consent)
    assert not file.exists(), "finished works were to be taken down"
    for arguments in _uses(consent, nearest, tmp_path):
        _refused(command(*arguments))
    assert done("consent", "ledger", "verify", "--full")["problems"] == []


def _consented(done: Callable[..., Any], folder: Path) -> str:
    """A verified consent on paper, with one recording; gives its id."""
    record = folder / "ann.json"
    record.write_text(
        json.dumps(record_data("Ann Hart", route="document", engine="kokoro", survival="take-down", take_down_days=0))
    )
    consent: str = done("consent", "new", str(record))["summary"]["id"]
    assert done("consent", "notice", VOICE)["notice"]
    agreed = "create_replica,render_works,voice_comparison"
    done("consent", "answer", VOICE, "--agree", agreed, "--signed", "Ann Hart")
    recording = str(SPEECH / "austenA.flac")
    added = done("consent", "reference", VOICE, recording, "--delivery", "neutral", "--transcript", WORDS)
    assert {check["outcome"] for check in added["clips"][0]["checks"]} == {"pass"}
    paper = folder / "signed.pdf"
    paper.write_bytes(b"%PDF-1.4\n% a signed release\n%%EOF\n")
    done("consent", "attach", VOICE, str(paper))
    first = done("consent", "review", "approve", VOICE, "--name", "Rita Moss", "--listened")
    assert first["summary"]["state"] == "given"
    second = done("consent", "review", "approve", VOICE, "--name", "Sam Holt", "--listened")
    assert second["summary"]["state"] == "verified"
    return consent


def _added(done: Callable[..., Any], command: Command) -> None:
    """A verified voice takes one more recording of the person, and none of somebody else."""
    another = command("consent", "reference", VOICE, str(SPEECH / "reader-3005.flac"))
    assert (another.status, len(another.err.splitlines())) == (2, 1)
    assert "does not sound enough like the earlier recordings" in another.err
    (clip,) = done("consent", "reference", VOICE, str(SPEECH / "austenB.flac"), "--delivery", "serious")["clips"]
    assert (clip["delivery"], {check["outcome"] for check in clip["checks"]}) == ("serious", {"pass"})
    assert "speaker" in {check["name"] for check in clip["checks"]}


def _judged(done: Callable[..., Any], folder: Path) -> dict[str, float]:
    """Likeness to the person's other recording by CAM++: of the match, of a woman's voice, of the person's own."""
    encoder = SpeakerEncoder()

    def heard(path: Path) -> Voiceprint:
        return encoder.voiceprint(*sf.read(path, dtype="float32"))

    held_out = heard(SPEECH / "austenB.flac")
    likeness = {"the person": cosine(held_out.campplus, heard(SPEECH / "austenA.flac").campplus)}
    for voice in (VOICE, WOMAN):
        path = folder / f"{voice}.wav"
        done("say", LINE, "--voice", voice, "--language", "en-GB", "-o", str(path))
        likeness[voice] = cosine(held_out.campplus, heard(path).campplus)
    return likeness


def _delivered(done: Callable[..., Any], folder: Path) -> Path:
    """A two-line chapter in the voice as a mastered MP3, read back by others."""
    book = folder / "pier.md"
    book.write_text(BOOK, encoding="utf-8")
    done("import", str(book), "--name", "pier")
    done("cast", "pier", "--set", f"narrator={VOICE}")
    assert done("render", "pier", "--chapters", "1")["rendered"] > 1
    done("master", "pier", "--chapters", "1")
    (told,) = done("deliver", "pier", "--chapters", "1")["files"]
    assert all(check["passed"] for check in told["checks"]), told["checks"]
    samples, rate_hz = sf.read(told["path"], dtype="float32")
    assert (rate_hz, samples.ndim) == (44_100, 1)
    rms_dbfs = 10 * np.log10(np.mean(samples.astype(np.float64) ** 2))
    assert -23 <= rms_dbfs <= -18
    assert 20 * np.log10(np.abs(samples).max()) <= -3
    tags = mutagen.File(told["path"]).tags
    assert str(tags["TALB"]) == "The Quiet Pier"
    assert "Ann Hart" in str(tags["TCOM"])
    return Path(told["path"])


def _nothing_left(home: Path, consent: str) -> None:
    with closing(sqlite3.connect(home / "studio.db")) as database:
        for kept in (
            f"SELECT key FROM take WHERE voice_id = '{VOICE}'",  # noqa: S608 - the voice is a constant of this file
            "SELECT key FROM master",
            "SELECT id FROM voice_asset WHERE destroyed_at IS NULL",
        ):
            assert database.execute(kept).fetchall() == [], kept
    assert not [path for path in (home / "vault").rglob("*") if path.is_file()]
    assert not (home / "keys" / "consents" / f"{consent}.key").exists()


def _uses(consent: str, nearest: str, folder: Path) -> list[tuple[str, ...]]:
    out = str(folder / "never.wav")
    return [
        ("say", LINE, "--voice", VOICE, "-o", out),
        ("voices", "sample", VOICE, "-o", out),
        ("voices", "show", VOICE),
        ("voices", "match", VOICE, "--rank"),
        ("voices", "match", VOICE, "--choose", nearest),
        ("voices", "match", VOICE, "--quick"),
        ("cast", "pier", "--set", f"narrator={VOICE}"),
        ("render", "pier"),
        ("master", "pier"),
        ("deliver", "pier"),
        ("consent", "reference", consent, str(SPEECH / "austenB.flac")),
        ("consent", "attach", consent, str(folder / "signed.pdf")),
        ("consent", "challenge", consent),
        ("consent", "review", "approve", consent, "--name", "Uma Ray", "--listened"),
        ("consent", "renew", consent),
    ]  # fmt: skip


def _refused(outcome: Outcome) -> None:
    assert outcome.status != 0, outcome.out
    (line,) = outcome.err.splitlines()
    assert line.startswith("error: ")
    assert "withdrawn" in line

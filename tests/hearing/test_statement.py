"""Spoken statements, from a voice that reads them to the report a reviewer gets."""

import json
import pickle
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest
import soundfile as sf

from studio.audio.mp3 import Mp3Writer
from studio.audio.samples import Samples
from studio.consent.challenge import Challenge, hash_challenge, hear_challenge, issue_challenge
from studio.consent.evidence import CheckResult, ClipReport, KnownClip, Outcome, StatementExpectation
from studio.consent.gate import Gate
from studio.consent.grant import GrantKey
from studio.consent.licences import load_stock_voices
from studio.consent.requests import GateRequest
from studio.core.errors import InputError, NotFoundError
from studio.core.hashing import sha256_file
from studio.engines.base import Line, Run
from studio.engines.kokoro import KokoroEngine
from studio.hearing.reference import ReferenceTask, examine_reference
from studio.hearing.statement import StatementTask, examine_statement

pytestmark = [pytest.mark.models, pytest.mark.slow]

_DATA = Path(__file__).parent.parent / "data"
_RATE_HZ = 24_000
_NOW = datetime(2026, 1, 1, tzinfo=UTC)
_FIXED = (
    "I, Maria Silva, am aware that recordings of my voice will be used by Blue Door Audio to create and use a synthetic"
    " version of my voice for audiobooks."
)
_DIGIT_WORDS = ("zero|oh", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")
_EXPECTATION = StatementExpectation("en-GB", _FIXED, "Maria Silva", _DIGIT_WORDS)
_WORDS = (
    "bottle", "meadow", "falcon", "copper", "island", "guitar", "winter", "rocket", "candle", "doctor", "orange",
)  # fmt: skip
_CHALLENGE = Challenge(("ribbon", "pepper", "kitchen", "hammer", "bottle", "window"), "712543")
_HASHED = hash_challenge(_CHALLENGE, bytes(16))
_TEXT = f"{_FIXED} My code words are {', '.join(_CHALLENGE.words)}."
_NUMBER = "My code number is seven, one, two, five, four, three."
_NAMES = (
    "decode", "duration", "speech", "clipping", "snr", "synthetic-mark", "duplicate", "challenge", "words", "speaker",
    "one-speaker",
)  # fmt: skip


@pytest.fixture(scope="module")
def says(kokoro_weights: Path) -> Callable[[str, str], Samples]:
    """Says a text in a stock voice."""
    engine = KokoroEngine(kokoro_weights)
    key = GrantKey(bytes(range(32)))
    gate = Gate(load_stock_voices(), key, lambda: _NOW)

    def say(voice_id: str, text: str) -> Samples:
        grant = gate.authorize(GateRequest(voice_id, "audition", "en-GB"))
        return engine.synthesize(Line((Run(text),), "en-GB"), engine.prepare(key.redeem(grant, _NOW))).samples

    return say


@pytest.fixture(scope="module")
def text_read(says: Callable[[str, str], Samples]) -> Samples:
    """Emma reads the text and the code words."""
    return says("bf_emma", _TEXT)


@pytest.fixture(scope="module")
def number_read(says: Callable[[str, str], Samples]) -> Samples:
    """Emma reads the code number."""
    return says("bf_emma", _NUMBER)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("statements")


@pytest.fixture(scope="module")
def statement(folder: Path, text_read: Samples, number_read: Samples) -> Path:
    """Emma's whole statement."""
    return _write(folder / "statement.wav", text_read, number_read)


@pytest.fixture(scope="module")
def emma() -> bytes:
    """Emma's voiceprint, from another recording."""
    return _voiceprint(_DATA / "marked" / "plain.flac")


@pytest.fixture(scope="module")
def task(statement: Path, emma: bytes, whisper_folder: Path) -> StatementTask:
    """Emma's statement under the challenge that she read."""
    return StatementTask(statement, _EXPECTATION, _HASHED, (emma,), (), whisper_folder.parent)


@pytest.fixture(scope="module")
def report(task: StatementTask) -> ClipReport:
    return examine_statement(task)


def _write(path: Path, *parts: Samples) -> Path:
    pause = np.zeros(_RATE_HZ // 4, np.float32)
    sf.write(path, np.concatenate([sound for part in parts for sound in (part, pause)]), _RATE_HZ, subtype="PCM_16")
    return path


def _voiceprint(path: Path) -> bytes:
    report, voiceprint = examine_reference(ReferenceTask(path, (), biometric=True))
    assert report.outcome is Outcome.PASS
    return voiceprint


def _checks(report: ClipReport) -> dict[str, CheckResult]:
    return {check.name: check for check in report.checks}


def _refused(report: ClipReport) -> set[str]:
    return {check.name for check in report.checks if check.outcome is Outcome.REFUSE}


def test_a_good_statement_passes_every_check_in_order(report: ClipReport, statement: Path):
    assert tuple(check.name for check in report.checks) == _NAMES
    assert report.outcome is Outcome.PASS
    assert report.sha256 == sha256_file(statement)
    assert report.duration_s == pytest.approx(sf.info(statement).duration)
    assert 8 < report.speech_s < report.duration_s
    assert report.facts["name_similarity"] > 0.7


def test_the_report_holds_what_was_heard_and_by_which_models(report: ClipReport):
    assert "synthetic version of my voice" in report.transcript
    assert all(word in report.transcript.lower() for word in _CHALLENGE.words)
    assert " ".join(word for word, _begin, _end in report.words) == report.transcript
    assert sorted(report.models) == [
        "mark-perth.onnx", "speaker-campplus.onnx", "speaker-resemblyzer.onnx", "speech-silero-vad-v6.onnx",
        "whisper-base",
    ]  # fmt: skip
    assert all(len(sha256) == 64 for sha256 in report.models.values())


def test_tasks_and_reports_cross_to_another_process_and_into_json(task: StatementTask, report: ClipReport):
    assert pickle.loads(pickle.dumps(task)) == task  # noqa: S301 - our own bytes
    assert pickle.loads(pickle.dumps(report)) == report  # noqa: S301 - our own bytes
    json.dumps([report.facts, report.words, [check.to_json() for check in report.checks]], allow_nan=False)


def test_56_a_statement_replayed_under_another_challenge_is_refused(task: StatementTask, report: ClipReport):
    other = issue_challenge(_WORDS)
    replayed = examine_statement(replace(task, challenge=hash_challenge(other, secrets.token_bytes(16))))
    assert _refused(replayed) == {"challenge"}
    assert _checks(replayed)["challenge"].sentence.startswith("Read the six code words and the number shown now")
    for _ in range(2_000):
        hashed = hash_challenge(issue_challenge([*_CHALLENGE.words, *_WORDS]), b"another")
        heard = hear_challenge(hashed, report.transcript, _DIGIT_WORDS)
        assert not heard.passed
        assert not heard.digits_exact


def test_56_the_same_bytes_are_refused(task: StatementTask, report: ClipReport):
    known = KnownClip("a statement of 2026-11-02", report.sha256, "")
    again = examine_statement(replace(task, known=(known,)))
    assert _refused(again) == {"duplicate"}
    assert _checks(again)["duplicate"].sentence == (
        "This is, in whole or in part, the same recording as a statement of 2026-11-02. Make a new recording."
    )


def test_56_the_same_recording_coded_again_and_cut_is_refused(
    task: StatementTask, report: ClipReport, folder: Path, statement: Path
):
    copy = folder / "copy.mp3"
    with Mp3Writer(copy, rate_hz=_RATE_HZ, bit_rate_bps=64_000) as writer:
        writer.write(0.5 * sf.read(statement, dtype="float32")[0][3_000:])
    known = KnownClip("a statement of 2026-11-02", report.sha256, report.fingerprint)
    again = examine_statement(replace(task, path=copy, known=(known,)))
    assert again.sha256 != report.sha256
    assert _refused(again) == {"duplicate"}


def test_58_a_number_in_another_voice_is_refused(
    task: StatementTask, folder: Path, text_read: Samples, says: Callable[[str, str], Samples]
):
    spliced = _write(folder / "spliced.wav", text_read, says("bm_george", _NUMBER))
    report = examine_statement(replace(task, path=spliced))
    assert _checks(report)["challenge"].outcome is Outcome.PASS
    assert _checks(report)["words"].outcome is Outcome.PASS
    assert _checks(report)["one-speaker"].outcome is not Outcome.PASS
    assert report.outcome is not Outcome.PASS


def test_59_a_stock_voice_reading_somebodys_statement_is_refused(
    task: StatementTask, folder: Path, says: Callable[[str, str], Samples]
):
    reader = tuple(_voiceprint(_DATA / "speech" / f"{name}.flac") for name in ("austenA", "austenB"))
    read_by_machine = _write(folder / "machine.wav", says("bm_lewis", _TEXT), says("bm_lewis", _NUMBER))
    report = examine_statement(replace(task, path=read_by_machine, references=reader))
    assert _refused(report) == {"speaker"}


def test_60_a_statement_with_the_mark_of_generated_speech_is_refused(
    task: StatementTask, folder: Path, text_read: Samples, number_read: Samples
):
    marked = sf.read(_DATA / "marked" / "marked.flac", dtype="float32")[0][: 4 * _RATE_HZ]
    report = examine_statement(replace(task, path=_write(folder / "marked.wav", text_read, number_read, marked)))
    assert "synthetic-mark" in _refused(report)
    assert _checks(report)["challenge"].outcome is Outcome.PASS
    assert _checks(report)["speaker"].outcome is Outcome.PASS


def test_without_agreement_no_voice_is_compared_by_machine(task: StatementTask):
    report = examine_statement(replace(task, references=()))
    assert report.outcome is Outcome.REVIEW
    assert {name for name, check in _checks(report).items() if check.outcome is Outcome.REVIEW} == {
        "speaker",
        "one-speaker",
    }
    assert "by ear" in _checks(report)["speaker"].sentence
    assert not any(name.startswith("speaker-") for name in report.models)


def test_another_text_is_refused_and_everything_else_still_told(task: StatementTask):
    other = replace(_EXPECTATION, fixed_text="The kettle sang all night and nobody ever came down to take it off.")
    report = examine_statement(replace(task, expectation=other))
    assert _refused(report) == {"words"}
    assert tuple(check.name for check in report.checks) == _NAMES


def test_a_name_heard_otherwise_is_a_note_and_no_refusal(task: StatementTask):
    other = replace(_EXPECTATION, name="Grzegorz Brzęczyszczykiewicz")
    report = examine_statement(replace(task, expectation=other))
    assert report.outcome is Outcome.PASS
    assert "the reviewer listens to it" in _checks(report)["words"].sentence
    assert "Grzegorz" not in json.dumps([check.to_json() for check in report.checks])


def test_a_missing_file_and_a_wrong_voiceprint_are_errors(task: StatementTask, tmp_path: Path):
    with pytest.raises(NotFoundError):
        examine_statement(replace(task, path=tmp_path / "none.wav"))
    with pytest.raises(InputError, match="not a voiceprint"):
        examine_statement(replace(task, references=(b"nothing",)))

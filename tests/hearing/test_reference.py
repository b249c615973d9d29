"""Reference clips that may be used, and what becomes of them."""

import pickle
from pathlib import Path

import pytest
import soundfile as sf

from studio.consent.evidence import KnownClip, Outcome
from studio.core.errors import NotFoundError
from studio.hearing.reference import ReferenceTask, examine_reference
from studio.hearing.speakers import Voiceprint

_READER = Path(__file__).parent.parent / "data" / "speech" / "austenA.flac"
_NAMES = ["decode", "duration", "speech", "clipping", "snr", "synthetic-mark", "duplicate", "one-speaker"]


def test_a_good_clip_passes_and_becomes_a_voiceprint():
    report, voiceprint = examine_reference(ReferenceTask(_READER, (), biometric=True))
    assert [check.name for check in report.checks] == _NAMES
    assert report.outcome is Outcome.PASS
    assert Voiceprint.from_bytes(voiceprint).speech_s == pytest.approx(report.speech_s, abs=0.1)
    assert (report.transcript, report.words) == ("", ())
    assert report.fingerprint
    assert {name for name in report.models if name.startswith("speaker-")}


def test_without_agreement_there_is_no_voiceprint_of_any_kind():
    report, voiceprint = examine_reference(ReferenceTask(_READER, (), biometric=False))
    assert voiceprint == b""
    assert report.outcome is Outcome.REVIEW
    assert [check.name for check in report.checks if check.outcome is not Outcome.PASS] == ["one-speaker"]
    assert not {name for name in report.models if name.startswith("speaker-")}


def test_a_clip_that_is_known_is_refused():
    first, _voiceprint = examine_reference(ReferenceTask(_READER, (), biometric=False))
    known = KnownClip("a reference clip of 2026-11-02", "0" * 64, first.fingerprint)
    report, voiceprint = examine_reference(ReferenceTask(_READER, (known,), biometric=True))
    assert [check.name for check in report.checks if check.outcome is Outcome.REFUSE] == ["duplicate"]
    assert voiceprint == b""


def test_a_part_of_a_known_clip_is_refused(tmp_path: Path):
    first, _voiceprint = examine_reference(ReferenceTask(_READER, (), biometric=False))
    samples, rate_hz = sf.read(_READER, dtype="float32")
    sf.write(tmp_path / "part.wav", samples[2 * rate_hz : 9 * rate_hz], rate_hz)
    known = KnownClip("a reference clip of 2026-11-02", first.sha256, first.fingerprint)
    report, _voiceprint = examine_reference(ReferenceTask(tmp_path / "part.wav", (known,), biometric=False))
    assert [check.name for check in report.checks if check.outcome is Outcome.REFUSE] == ["duplicate"]


def test_another_clip_of_the_same_reader_is_no_duplicate():
    first, _voiceprint = examine_reference(ReferenceTask(_READER, (), biometric=False))
    known = KnownClip("a reference clip of 2026-11-02", first.sha256, first.fingerprint)
    report, _voiceprint = examine_reference(ReferenceTask(_READER.with_name("austenB.flac"), (known,), biometric=True))
    assert report.outcome is Outcome.PASS


def test_a_task_crosses_to_another_process():
    task = ReferenceTask(_READER, (KnownClip("one", "0" * 64, ""),), biometric=True)
    assert pickle.loads(pickle.dumps(task)) == task  # noqa: S301 - our own bytes


def test_a_missing_file_is_an_error(tmp_path: Path):
    with pytest.raises(NotFoundError):
        examine_reference(ReferenceTask(tmp_path / "none.wav", (), biometric=True))


def test_a_clip_that_is_added_has_to_sound_like_those_before(tmp_path: Path):
    enrolled = (examine_reference(ReferenceTask(_READER, (), biometric=True))[1],)
    samples, rate_hz = sf.read(_READER.with_stem("austenB"), dtype="float32")
    short = tmp_path / "short.wav"
    sf.write(short, samples[: 5 * rate_hz], rate_hz)
    found = {}
    for path in (_READER.with_stem("austenB"), _READER.with_stem("reader-3005"), short):
        report, voiceprint = examine_reference(ReferenceTask(path, (), biometric=True, references=enrolled))
        assert bool(voiceprint) is (report.outcome is not Outcome.REFUSE)
        found[path.stem] = [(check.name, check.outcome) for check in report.checks][-1]
    assert found == {
        "austenB": ("speaker", Outcome.PASS),
        "reader-3005": ("speaker", Outcome.REFUSE),
        "short": ("speech", Outcome.REVIEW),
    }

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest

from studio.audio.flac import read_take
from studio.consent.gate import Gate
from studio.consent.grant import GrantKey
from studio.consent.licences import load_stock_voices
from studio.consent.requests import GateRequest
from studio.core.errors import EngineError, RefusedError
from studio.core.time import utc_now
from studio.render.line import FinishedTake, SpeakTask
from studio.render.worker import inbox, speak
from studio.store.blobs import BlobStore


def test_a_take_lies_in_the_store_with_a_note_of_it(make_task: Callable[[str], SpeakTask], home: Path):
    take = speak(make_task("Good evening."))
    samples, rate_hz = read_take(BlobStore(home / "blobs").path(take.blob_sha256))
    assert rate_hz == 24_000
    assert len(samples) / rate_hz == pytest.approx(take.duration_s)
    note = json.loads((inbox(home) / f"{take.key}.json").read_bytes())
    assert FinishedTake.from_json(note) == take
    assert take.flags == ()


def test_a_grant_for_one_voice_speaks_no_other(make_task: Callable[[str], SpeakTask], gate: Gate, home: Path):
    task = make_task("Good evening.")
    other = gate.authorize(GateRequest("tone_high", "audiobook", "en-GB", line_key=task.line.key))
    with pytest.raises(EngineError, match="for voice 'tone_high'"):
        speak(replace(task, grant=other))
    assert not (home / "blobs").exists()


def test_a_forged_or_expired_grant_makes_no_sound(make_task: Callable[[str], SpeakTask], home: Path):
    task = make_task("Good evening.")
    with pytest.raises(RefusedError, match="not genuine"):
        speak(replace(task, grant=replace(task.grant, use="advertising")))
    yesterday = Gate(load_stock_voices(), GrantKey.load_or_create(home / "keys"), lambda: utc_now() - timedelta(days=1))
    with pytest.raises(RefusedError, match="expired"):
        speak(replace(task, grant=yesterday.authorize(GateRequest("tone_low", "audiobook", "en-GB"))))
    assert not (home / "blobs").exists()


def test_a_grant_is_good_for_its_own_line_and_once(make_task: Callable[[str], SpeakTask]):
    task, other = make_task("Good evening."), make_task("Good night.")
    with pytest.raises(RefusedError, match="another line"):
        speak(replace(other, grant=task.grant))
    speak(task)
    with pytest.raises(RefusedError, match="used before"):
        speak(task)

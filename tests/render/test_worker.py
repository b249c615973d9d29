import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import numpy as np
import pytest

from studio.audio.flac import read_take
from studio.consent.gate import Gate
from studio.consent.grant import Grant, GrantKey
from studio.consent.licences import load_stock_voices
from studio.consent.requests import GateRequest
from studio.core.errors import EngineError, RefusedError
from studio.core.time import utc_now
from studio.engines.base import Line, Run
from studio.manuscript.delivery import NEUTRAL, Delivery, prosody_of
from studio.manuscript.guide import Guide
from studio.render.line import FinishedTake, PlannedLine, SpeakTask
from studio.render.perform import Performance
from studio.render.plan import plan_line
from studio.render.worker import _flags, inbox, speak
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


SAD, ANGRY = Delivery("sad"), Delivery("angry")


def said(*runs: Run, home: Path, authorize: Callable[[PlannedLine], Grant], guide: Guide | None = None) -> FinishedTake:
    line = plan_line(runs, "en-GB", load_stock_voices()["tone_low"], guide=guide)
    return speak(SpeakTask(line, authorize(line), home, home / "weights"))


def run(text: str, delivery: Delivery = NEUTRAL, **more) -> Run:
    return Run(text, delivery, prosody_of(delivery), **more)


def test_a_take_tells_its_delivery_how_it_was_made_and_when_each_word_is_said(
    home: Path, authorize: Callable[[PlannedLine], Grant]
):
    take = said(
        run("Go away,", ANGRY), run("she said.", event="sigh"), run("Or", SAD, rest_s=0.3), run("stay.", SAD),
        home=home, authorize=authorize,
    )  # fmt: skip
    assert take.delivery == "angry | neutral | sad"
    assert take.methods == ("processing", "approximate")
    assert take.notes[-1] == "[sigh] cannot be made by fake; it is left out."
    assert [text for text, _, _ in take.words] == ["Go", "away,", "she", "said.", "Or", "stay."]
    assert take.words[5][1] - take.words[4][2] >= 0.3
    note = json.loads((inbox(home) / f"{take.key}.json").read_bytes())
    assert FinishedTake.from_json(note) == take


def test_a_plain_take_is_neutral_and_made_by_nothing(make_task: Callable[[str], SpeakTask]):
    take = speak(make_task("Good evening."))
    assert (take.delivery, take.methods, take.notes) == ("neutral", (), ())


def test_a_note_from_before_there_were_deliveries_is_read(make_task: Callable[[str], SpeakTask]):
    take = replace(speak(make_task("Good evening.")), words=())
    newer = ("delivery", "methods", "notes", "words")
    assert FinishedTake.from_json({k: v for k, v in take.to_json().items() if k not in newer}) == take


def test_a_guided_take_says_so(home: Path, authorize: Callable[[PlannedLine], Grant]):
    guide = Guide(((0.1, 0.5), (0.6, 1.3)), (None,) * 120, (0.0,) * 120)
    take = said(run("Good evening.", SAD), home=home, authorize=authorize, guide=guide)
    assert take.delivery == "guide: sad"
    assert take.duration_s == pytest.approx(1.2, abs=0.1)
    assert take.flags == ()


@pytest.mark.parametrize(
    ("runs", "flags"),
    [
        ((run("Good", rest_s=8.0), run("evening.")), ()),
        ((run("Good evening to you all.", Delivery(rate_percent=-50)),), ()),
        ((run("Good evening to you all.", Delivery(rate_percent=100)),), ()),
    ],
)
def test_rests_and_pace_that_were_asked_for_are_not_flagged(
    runs: tuple[Run, ...], flags: tuple[str, ...], home: Path, authorize: Callable[[PlannedLine], Grant]
):
    assert said(*runs, home=home, authorize=authorize).flags == flags


@pytest.mark.parametrize(
    ("seconds", "line", "flags"),
    [
        (11.5, Line((Run("Good evening, dear readers."),), "en-GB"), ("too-long",)),
        (11.5, Line((Run("Good evening,", rest_s=4.0), Run("dear readers.")), "en-GB"), ()),
        (11.5, Line((run("Good evening, dear readers.", Delivery(rate_percent=-50)),), "en-GB"), ()),
        (11.5, Line((run("Good evening, dear readers.", Delivery(rate_percent=50)),), "en-GB"), ("too-long",)),
        (0.5, Line((Run("Good evening, dear readers."),), "en-GB"), ("too-short",)),
        (2.0, Line((Run("Good evening,", rest_s=2.0), Run("dear readers.")), "en-GB"), ("too-short",)),
        (2.0, Line((Run("Good"),), "en-GB", guide=Guide(((0.0, 9.0),), (), ())), ("too-short",)),
        (9.0, Line((Run("Good"),), "en-GB", guide=Guide(((0.0, 9.0),), (), ())), ()),
    ],
)
def test_what_no_reader_could_take_that_long_for_is_flagged(seconds: float, line: Line, flags: tuple[str, ...]):
    sound = np.full(round(seconds * 24_000), 0.1, np.float32)
    assert _flags(Performance(sound, 24_000), line) == flags
    assert "silent" in _flags(Performance(sound * np.float32(0.01), 24_000), line)

import os
import signal
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from pathlib import Path

import pytest

from studio.consent.grant import Grant
from studio.consent.licences import StockVoice
from studio.core.errors import CancelledError, EngineError, RefusedError
from studio.core.progress import Progress, ignore_progress
from studio.render.dispatch import RenderPlaces, collect_inbox, render_lines
from studio.render.line import FinishedTake, PlannedLine, SpeakTask
from studio.render.plan import plain, plan_line
from studio.render.pool import Executor, LocalPool
from studio.render.worker import inbox, speak

Authorize = Callable[[PlannedLine], Grant]


@pytest.fixture
def lines(tone: StockVoice) -> list[PlannedLine]:
    return [plan_line(plain(f"Line number {number} of the book."), "en-GB", tone) for number in range(12)]


def render(lines: list[PlannedLine], home: Path, pool: Executor, authorize: Authorize, **changes: object):
    recorded: list[FinishedTake] = []
    arguments = {
        "places": RenderPlaces(home, home / "weights"), "pool": pool, "authorize": authorize, "record": recorded.append,
        "report": ignore_progress, "cancelled": lambda: False,
    }  # fmt: skip
    try:
        render_lines(lines, **{**arguments, **changes})
    finally:
        keys = [take.key for take in recorded]
        assert len(keys) == len(set(keys))
    return recorded


def test_every_line_gets_one_take(lines: list[PlannedLine], home: Path, pool: LocalPool, authorize: Authorize):
    seen: list[Progress] = []
    recorded = render(lines, home, pool, authorize, report=seen.append)
    assert {take.key for take in recorded} == {line.key for line in lines}
    assert seen[-1].fraction == 1.0
    assert seen[-1].eta_s == 0.0
    assert not list(inbox(home).iterdir())


def test_a_refusal_stops_before_the_refused_line(
    lines: list[PlannedLine], home: Path, pool: LocalPool, authorize: Authorize
):
    def refuse_the_sixth(line: PlannedLine) -> Grant:
        if line is lines[5]:
            raise RefusedError("withdrawn")
        return authorize(line)

    recorded: list[FinishedTake] = []
    with pytest.raises(RefusedError, match="withdrawn"):
        render(lines, home, pool, refuse_the_sixth, record=recorded.append)
    assert {take.key for take in recorded} <= {line.key for line in lines[:5]}
    assert not list(inbox(home).glob("[!.]*"))  # a line that was cut off may leave the beginning of its note


class CutLate:
    """A pool whose worker finishes a line that is cut off, just before it is ended."""

    worker_count = 1

    def __init__(self) -> None:
        self.ends: list[threading.Thread] = []

    def submit(self, function: Callable[..., object], *args: object, limit_s: float = 60.0) -> Future[object]:
        assert limit_s > 0
        future: Future[object] = Future()

        def end() -> None:
            time.sleep(0.3)
            function(*args)
            future.set_running_or_notify_cancel()

        def cut(cancelled: Future[object]) -> None:
            if cancelled.cancelled() and not self.ends:
                self.ends.append(threading.Thread(target=end))
                self.ends[0].start()

        future.add_done_callback(cut)
        return future

    def close(self) -> None:
        for thread in self.ends:
            thread.join()


@pytest.mark.parametrize("refused", [False, True])
def test_a_line_that_was_cut_off_when_it_was_finished_leaves_no_note(
    lines: list[PlannedLine], home: Path, authorize: Authorize, *, refused: bool
):
    recorded: list[FinishedTake] = []

    def record(take: FinishedTake) -> None:
        if refused:
            raise RefusedError("withdrawn")
        recorded.append(take)

    def stop() -> bool:
        raise RefusedError("withdrawn")

    pool, asked = CutLate(), iter((False, False))
    with pytest.raises(RefusedError, match="withdrawn"):
        render(lines, home, pool, authorize, record=record, cancelled=lambda: next(asked, None) is None and stop())
    pool.close()
    assert pool.ends, "no line was being said"
    assert not list(inbox(home).glob("*"))
    assert [take.key for take in recorded] == ([] if refused else [lines[0].key])


def test_cancelling_keeps_the_lines_that_were_being_said(
    lines: list[PlannedLine], home: Path, pool: LocalPool, authorize: Authorize
):
    recorded: list[FinishedTake] = []
    with pytest.raises(CancelledError):
        render(lines, home, pool, authorize, record=recorded.append, cancelled=lambda: len(recorded) >= 2)
    assert 2 <= len(recorded) < len(lines)
    assert not list(inbox(home).iterdir())


def test_takes_of_a_killed_dispatcher_are_collected(
    make_task: Callable[[str], SpeakTask], home: Path, lines: list[PlannedLine]
):
    take = speak(make_task(lines[0].text))
    recorded: list[FinishedTake] = []
    assert collect_inbox(home, recorded.append) == 1
    assert recorded == [take]
    assert collect_inbox(home, recorded.append) == 0


def test_the_beginning_of_a_note_is_no_take(home: Path, authorize: Authorize):
    inbox(home).mkdir(parents=True, exist_ok=True)
    (inbox(home) / ".part-0123456789abcdef.json").write_text('{"key": "ab')
    recorded: list[FinishedTake] = []
    assert collect_inbox(home, recorded.append) == 0


class Flaky:
    """A pool whose workers die on the first submissions: stands for a machine short of memory."""

    worker_count = 1

    def __init__(self, pool: LocalPool, deaths: int) -> None:
        self._pool = pool
        self._deaths = deaths

    def submit(self, function: Callable[..., object], *args: object, limit_s: float = 60.0) -> Future[object]:
        if self._deaths > 0:
            self._deaths -= 1
            return self._pool.submit(die, limit_s=limit_s)
        return self._pool.submit(function, *args, limit_s=limit_s)


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def test_a_line_whose_worker_died_is_tried_again(
    lines: list[PlannedLine], home: Path, pool: LocalPool, authorize: Authorize
):
    assert len(render(lines[:3], home, Flaky(pool, 2), authorize)) == 3


def test_a_line_that_kills_three_workers_is_reported(
    lines: list[PlannedLine], home: Path, pool: LocalPool, authorize: Authorize
):
    with pytest.raises(EngineError, match="3 attempts"):
        render(lines[:1], home, Flaky(pool, 99), authorize)

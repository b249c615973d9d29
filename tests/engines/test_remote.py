"""Engines in environments of their own: calls there and back, and every way in which the other end can fail."""

import gc
import logging
import os
import sys
import threading
import time
import weakref
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import psutil
import pytest

from studio.core.errors import EngineError, InputError, MissingError
from studio.engines.remote import HOSTS, Host

SCRIPT = f"""
import os, sys, time
sys.path.insert(0, {str(HOSTS)!r})
import host

VOICES = {{}}

def say(args, arrays):
    print("a library prints", args["text"])  # must not disturb the answers
    os.write(1, b"and writes to the file descriptor")
    return {{"rate_hz": 24000, "environment": dict(os.environ)}}, [array * 2 for array in arrays]

def fail(args, arrays):
    raise host.HostError(args["kind"], "it did not work out")

def crash(args, arrays):
    raise RuntimeError("something inside")

def prepare(args, arrays):
    VOICES[args["voice"]] = arrays
    return {{}}, []

def forget(args, arrays):
    VOICES.pop(args["voice"], None)
    return {{}}, []

def held(args, arrays):
    return {{"voices": sorted(VOICES), "pid": os.getpid(), "studio": "studio" in sys.modules}}, []

def sleep(args, arrays):
    time.sleep(60)

def die(args, arrays):
    os._exit(9)

host.serve(dict(say=say, fail=fail, crash=crash, prepare=prepare, forget=forget, held=held, sleep=sleep, die=die))
"""


@pytest.fixture
def host(tmp_path: Path) -> Iterator[Host]:
    script = tmp_path / "some_host.py"
    script.write_text(SCRIPT, encoding="utf-8")
    opened = Host(Path(sys.executable), script, environment={"EXTRA": "yes"})
    yield opened
    opened.close()


def test_sounds_and_words_go_there_and_back(host: Host, caplog: pytest.LogCaptureFixture):
    first = np.linspace(-0.5, 0.5, 100_001, dtype=np.float32)
    second = np.zeros(0, np.float32)
    with caplog.at_level(logging.DEBUG, "studio.engines.remote"):
        result, sounds = host.call("say", {"text": "«Ünïcode»\n"}, [first, second])
        host.call("held", {})
    assert result["rate_hz"] == 24_000
    assert [sound.dtype for sound in sounds] == [np.float32, np.float32]
    assert np.array_equal(sounds[0], first * 2)
    assert sounds[1].size == 0


def test_a_host_knows_nothing_it_need_not(host: Host, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("HTTPS_PROXY", "http://proxy.example.com")
    monkeypatch.setenv("SECRET_TOKEN", "abc")
    known = host.call("say", {"text": ""})[0]["environment"]
    assert known["HF_HUB_OFFLINE"] == "1"
    assert known["EXTRA"] == "yes"
    assert not {"HTTPS_PROXY", "SECRET_TOKEN", "PYTHONPATH"} & set(known)
    assert host.call("held", {})[0]["studio"] is False


@pytest.mark.parametrize(("kind", "error"), [("engine", EngineError), ("input", InputError), ("missing", MissingError)])
def test_refusals_come_as_errors_of_the_studio(host: Host, kind: str, error: type[Exception]):
    with pytest.raises(error, match="it did not work out"):
        host.call("fail", {"kind": kind})
    assert host.call("held", {})[0]["voices"] == []  # the same host goes on


def test_what_breaks_inside_is_told_in_a_sentence(host: Host):
    with pytest.raises(EngineError, match="the engine failed: RuntimeError: something inside"):
        host.call("crash", {})
    with pytest.raises(EngineError, match="the engine failed: KeyError"):
        host.call("no such call", {})


def test_a_host_that_dies_is_started_anew(host: Host):
    before = host.call("held", {})[0]["pid"]
    with pytest.raises(EngineError, match="process died"):
        host.call("die", {})
    assert host.call("held", {})[0]["pid"] != before


def test_a_host_that_hangs_is_ended(host: Host):
    pid = host.call("held", {})[0]["pid"]
    began = time.monotonic()
    with pytest.raises(EngineError, match="no answer within 0 s"):
        host.call("sleep", {}, limit_s=0.4)
    assert time.monotonic() - began < 20
    assert not psutil.pid_exists(pid)


class _Voice:
    """Something that can be weakly referenced."""


def test_a_voice_that_is_dropped_here_is_dropped_there(host: Host):
    voice = _Voice()
    host.call("prepare", {"voice": "v1"}, [np.ones(4, np.float32)])
    weakref.finalize(voice, host.forget, "v1")
    assert host.call("held", {})[0]["voices"] == ["v1"]
    del voice
    gc.collect()
    assert host.call("held", {})[0]["voices"] == []


def test_calls_of_threads_do_not_mix(host: Host):
    wrong: list[int] = []

    def call(number: int) -> None:
        for _ in range(5):
            _, (sound,) = host.call("say", {"text": ""}, [np.full(1000, number, np.float32)])
            if not np.array_equal(sound, np.full(1000, 2 * number, np.float32)):
                wrong.append(number)

    threads = [threading.Thread(target=call, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []


def test_a_host_ends_with_the_studio(tmp_path: Path):
    script = tmp_path / "some_host.py"
    script.write_text(SCRIPT, encoding="utf-8")
    pipe_out, pipe_in = os.pipe()
    pid = os.fork()
    if pid == 0:  # the studio, which is killed while its host waits
        host = Host(Path(sys.executable), script)
        os.write(pipe_in, str(host.call("held", {})[0]["pid"]).encode())
        os.kill(os.getpid(), 9)
    os.waitpid(pid, 0)
    child = int(os.read(pipe_out, 100))
    deadline = time.monotonic() + 10
    while psutil.pid_exists(child) and psutil.Process(child).status() != psutil.STATUS_ZOMBIE:
        assert time.monotonic() < deadline
        time.sleep(0.05)
    os.close(pipe_in)
    os.close(pipe_out)


def test_an_environment_that_is_not_there(tmp_path: Path):
    with pytest.raises(MissingError, match="cannot be started"):
        Host(tmp_path / "bin" / "python", "nothing.py").call("held", {})

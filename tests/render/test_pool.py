import importlib.metadata
import os
import subprocess
import sys
import time

import psutil
import pytest

from studio.render.pool import LocalPool, WorkerDiedError, default_worker_count


def test_workers_stay_warm_and_are_other_processes(pool: LocalPool):
    first = {pool.submit(os.getpid).result() for _ in range(6)}
    assert os.getpid() not in first
    assert len(first) <= 2


def test_a_task_over_its_limit_is_ended_and_the_pool_goes_on(pool: LocalPool):
    with pytest.raises(TimeoutError):
        pool.submit(time.sleep, 30, limit_s=0.5).result()
    assert pool.submit(abs, -3).result() == 3


def test_a_dead_worker_is_replaced(pool: LocalPool):
    with pytest.raises(WorkerDiedError):
        pool.submit(os._exit, 3).result()
    assert pool.submit(abs, -3).result() == 3


_inherited: list[str] = []


def inherited() -> list[str]:
    return _inherited


def test_workers_inherit_nothing_from_this_process(pool: LocalPool):
    _inherited.append("a thread's lock, say")
    assert pool.submit(inherited).result() == []


_COMMAND = """
import sys
from studio.__main__ import run
from studio.render.pool import LocalPool
if __name__ == "__main__":
    pool = LocalPool(1)
    print(pool.submit(eval, "sorted(m for m in __import__('sys').modules if m.startswith('studio'))").result())
    pool.close()
"""


def test_a_worker_of_the_command_does_not_load_the_whole_studio(tmp_path):
    """Each loads the main module of its parent again: with all of the studio that takes 90 MB and a second more."""
    script = tmp_path / "studio"
    script.write_text(_COMMAND)
    done = subprocess.run([sys.executable, str(script)], capture_output=True, text=True, check=True)
    assert "studio.__main__" in done.stdout
    assert "studio.bootstrap" not in done.stdout
    (command,) = importlib.metadata.entry_points(group="console_scripts", name="studio")
    assert command.module == "studio.__main__"


def test_there_is_at_least_one_worker():
    assert 1 <= default_worker_count() <= 8


_PARENT = """
import os, sys, time
from studio.render.pool import LocalPool
if __name__ == "__main__":
    pool = LocalPool(1)
    print(pool.submit(os.getpid).result(), flush=True)
    time.sleep(60)
"""


def test_workers_end_with_a_killed_parent(tmp_path):
    script = tmp_path / "parent.py"
    script.write_text(_PARENT)
    with subprocess.Popen([sys.executable, str(script)], stdout=subprocess.PIPE, text=True) as parent:
        worker = int(parent.stdout.readline())
        assert psutil.pid_exists(worker)
        parent.kill()
        parent.wait()
        deadline = time.monotonic() + 10
        while (
            psutil.pid_exists(worker)
            and psutil.Process(worker).status() != psutil.STATUS_ZOMBIE
            and time.monotonic() < deadline
        ):
            time.sleep(0.1)
        assert not psutil.pid_exists(worker) or psutil.Process(worker).status() == psutil.STATUS_ZOMBIE

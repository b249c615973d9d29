"""kill -9 at ten random moments: nothing lost, nothing doubled, the same MP3s."""

import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import time
from contextlib import closing
from pathlib import Path

import pytest

from studio.core.hashing import sha256_file

pytestmark = [pytest.mark.slow, pytest.mark.models, pytest.mark.timeout(900)]

KILLS = 10
_BOOK = """---
title: Twenty Storms
author: Ada Finch
language: en-GB
---

# Twenty Storms

## The Harbour

{lines}
"""


def studio(home: Path, *arguments: str) -> dict[str, object]:
    done = subprocess.run(
        [sys.executable, "-m", "studio", *arguments, "--home", str(home), "--json"],
        capture_output=True, text=True, check=False, timeout=600,
    )  # fmt: skip
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def kill_during_render(home: Path, chance: random.Random) -> bool:
    """Start a render and kill the command, with its workers or without; false if it had finished by then.

    One in three dies while it starts; the others when they have made a take or two more.
    """
    wanted = len(takes(home)) + chance.randrange(3)
    with subprocess.Popen(
        [sys.executable, "-m", "studio", "render", "storms", "--home", str(home), "--json"],
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    ) as process:  # fmt: skip
        time.sleep(chance.uniform(0.5, 2.0))
        while process.poll() is None and len(takes(home)) < wanted:
            time.sleep(0.05)
        time.sleep(chance.uniform(0, 0.5))
        finished = process.poll() is not None
        if not finished:
            (os.killpg if chance.random() < 0.5 else os.kill)(process.pid, signal.SIGKILL)
        process.wait()
        return not finished


def sound(home: Path) -> bool:
    with closing(sqlite3.connect(home / "studio.db")) as connection:
        return connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)


def takes(home: Path) -> dict[str, tuple[str, str]]:
    with closing(sqlite3.connect(home / "studio.db")) as connection:
        rows = connection.execute("SELECT key, blob_sha256, created_at FROM take").fetchall()
    return {key: (blob, made) for key, blob, made in rows}


def test_ten_kills_lose_nothing_double_nothing_and_change_no_byte(kokoro_weights: Path, tmp_path: Path):
    lines = [f"Storm {number} came in." for number in range(1, 31)]
    book = tmp_path / "storms.md"
    book.write_text(_BOOK.format(lines="\n\n".join(lines)), encoding="utf-8")
    calm, stormy = tmp_path / "calm", tmp_path / "stormy"
    for home in (calm, stormy):
        studio(home, "import", str(book), "--name", "storms")

    chance = random.Random(20)
    known: dict[str, tuple[str, str]] = {}
    for _ in range(KILLS):
        assert kill_during_render(stormy, chance), "the render was over before it could be killed: make the book longer"
        assert sound(stormy)
        after = takes(stormy)
        assert known.items() <= after.items(), "a recorded take was lost or made again"
        known = after

    uninterrupted = studio(calm, "render", "storms")
    resumed = studio(stormy, "render", "storms")
    assert resumed["segments"] == uninterrupted["segments"]
    assert resumed["rendered"] + resumed["reused"] == uninterrupted["rendered"]
    assert {key: blob for key, (blob, _) in takes(stormy).items()} == {
        key: blob for key, (blob, _) in takes(calm).items()
    }

    files = []
    for home in (calm, stormy):
        studio(home, "master", "storms")
        files.append(studio(home, "deliver", "storms")["files"])
    assert [Path(file["path"]).name for file in files[0]] == [Path(file["path"]).name for file in files[1]]
    assert [file["sha256"] for file in files[0]] == [file["sha256"] for file in files[1]]
    assert all(sha256_file(Path(file["path"])) == file["sha256"] for file in files[1])
    leftovers = [path for path in (stormy / "blobs").rglob("*") if path.is_file() and sha256_file(path) != path.name]
    assert all(path.name.startswith(".part-") for path in leftovers)

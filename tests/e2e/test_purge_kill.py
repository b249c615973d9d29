"""65: kill -9 at every step of a purge: the next opening goes on, and certifies only when all is gone."""

import shutil
import signal
import sqlite3
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

from studio.bootstrap import open_studio, read_settings
from studio.core.progress import ignore_progress
from studio.services.jobs import JobRequest
from tests.consents import LOCAL, Walk

pytestmark = pytest.mark.slow

_DIES = """
import os, signal, sys
from importlib import import_module
from pathlib import Path
from studio.bootstrap import open_studio, read_settings
from studio.consent.actors import Actor, Role

home, anchors, consent, owner, name, count, after = sys.argv[1:]
module, _, path = owner.partition(":")
place = import_module(module)
for part in path.split("."):
    place = getattr(place, part) if part else place
step, left = getattr(place, name), int(count)

def dies(*given, **named):
    global left
    left -= 1
    if left == 0 and after == "before":
        os.kill(os.getpid(), signal.SIGKILL)
    result = step(*given, **named)
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)
    return result

studio = open_studio(read_settings({"VIVAVOCE_ANCHORS": anchors}, home=Path(home), workers=1))
setattr(place, name, dies)
studio.endings.withdraw(Actor("Jane Doe", Role.VOICE_OWNER, consent), consent)
"""
_PURGE = "studio.services.consents.purge:"
_VAULT = "studio.consent.vault:Vault"
_POINTS = [
    ("studio.services.consents.endings:", "make_unusable", 1, "before"),
    (_VAULT, "destroy_key", 1, "after"),
    ("studio.consent.anchors:AnchorStore", "add_tombstone", 1, "after"),
    (_VAULT, "remove_assets", 1, "before"),
    (_VAULT, "remove_assets", 1, "after"),
    ("studio.store.blobs:BlobStore", "remove", 1, "before"),
    ("studio.store.blobs:BlobStore", "remove", 3, "after"),
    (_PURGE, "remove_sounds", 3, "before"),
    (_PURGE, "notes_of", 1, "before"),
    (_PURGE, "remove_temporary", 1, "before"),
    (_PURGE, "stray_sounds", 1, "before"),
    (_PURGE, "write_event", 1, "before"),
    (_PURGE, "certify", 1, "after"),
]
STORY = "---\ntitle: Piers\nauthor: A. Finch\nlanguage: en-GB\n---\n\n# Piers\n\n## One\n\nThe tide went out.\n"


@dataclass(frozen=True)
class Narrated:
    home: Path
    anchors: Path
    consent_id: str
    key: bytes
    clips: tuple[bytes, ...]


@pytest.fixture(scope="module")
def narrated(tmp_path_factory: pytest.TempPathFactory) -> Narrated:
    """A data home with a finished book in the voice of somebody who consented, closed."""
    folder = tmp_path_factory.mktemp("narrated")
    home, anchors, clips = folder / "home", folder / "anchors", folder / "clips"
    clips.mkdir()
    studio = open_studio(read_settings({"VIVAVOCE_ANCHORS": str(anchors)}, home=home, workers=1))
    walk = Walk(studio)
    walk.folder = clips
    consent_id = walk.verified().consent_id
    book = folder / "piers.md"
    book.write_text(STORY, encoding="utf-8")
    project = studio.projects.import_file(book, name="piers")
    studio.casting.set_voice(project.id, "narrator", studio.consents.get(LOCAL, consent_id).summary.voice_id)
    job = studio.jobs.submit("piers", JobRequest(("render", "master", "deliver")))
    done = studio.dispatcher.run(job.id, ignore_progress, lambda: False)
    assert done.state == "done", done.error
    key = (studio.settings.keys / "consents" / f"{consent_id}.key").read_bytes()
    studio.close()
    return Narrated(home, anchors, consent_id, key, tuple(path.read_bytes()[64:128] for path in clips.glob("*.wav")))


@pytest.mark.parametrize(("owner", "name", "count", "when"), _POINTS)
def test_65_a_killed_purge_goes_on(narrated: Narrated, tmp_path: Path, owner: str, name: str, count: int, when: str):
    home, anchors = tmp_path / "home", tmp_path / "anchors"
    shutil.copytree(narrated.home, home)
    shutil.copytree(narrated.anchors, anchors)
    arguments = [home, anchors, narrated.consent_id, owner, name, count, when]
    died = subprocess.run([sys.executable, "-c", _DIES, *map(str, arguments)], check=False, capture_output=True)
    assert died.returncode == -signal.SIGKILL, died.stderr.decode()
    with sqlite3.connect(home / "studio.db") as database:
        found = database.execute("SELECT certificate FROM purge").fetchone()
    database.close()
    assert found == (None,)

    studio = open_studio(read_settings({"VIVAVOCE_ANCHORS": str(anchors)}, home=home, workers=1))
    try:
        certificate = studio.endings.certificate(LOCAL, narrated.consent_id)
        assert certificate is not None
        kinds = {each["kind"] for each in certificate["destroyed"]}
        assert kinds >= {"key", "reference", "statement", "voiceprint", "take", "master"}
        items = [(each["kind"], each["item"]) for each in certificate["destroyed"]]
        assert len(items) == len(set(items))
        assert studio.ledger_book.verify(LOCAL, full=True).problems == ()
    finally:
        studio.close()
    assert narrated.consent_id in (next(anchors.glob("*/ended.jsonl"))).read_text()
    assert not list((home / "vault").iterdir())
    assert not [path for path in (home / "blobs").rglob("*") if path.is_file()]
    for path in home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert narrated.key not in data
            assert not any(clip in data for clip in narrated.clips), path

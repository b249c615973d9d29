"""Files that may hold a voice without any row that says so: unfinished work, notes, archives, uploads, stray sound."""

import json
import logging
import shutil
import time
from collections.abc import Iterable, Iterator
from datetime import datetime
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.core.errors import StorageError
from studio.core.files import PART_PREFIX
from studio.render.worker import inbox
from studio.services.context import Context
from studio.services.leftovers import MASTERING_PREFIX
from studio.store.tables import GuideRow, JobRow, MasterRow, ProjectRow, TakeRow

_log = logging.getLogger(__name__)
_SETTLING_S = 5.0  # longest time between a sound's appearing in the store and the note or row that names it
_ABANDONED_S = 600.0  # a recording that is received longer than this is not received any more
_FLAC = b"fLaC"
_PER_QUERY = 500


def remove_sounds(context: Context, hashes: Iterable[str]) -> None:
    """Delete sound files that no row needs any more. A link in their place goes itself, never what it leads to.

    Raises:
        StorageError: a folder of the store was replaced by a link.
        OSError: one cannot be deleted.
    """
    wanted = sorted(set(hashes))
    for start in range(0, len(wanted), _PER_QUERY):
        some = wanted[start : start + _PER_QUERY]
        with context.database.read() as session:
            needed = set(_named(session, some))
        for sha256 in some:
            if sha256 in needed:
                continue
            folder = context.settings.blobs / sha256[:2]
            if folder.is_symlink():
                raise StorageError("a folder of the store is a link", where=str(folder), hint="Put the folder back.")
            context.blobs.remove(sha256)


def _named(session: Session, hashes: list[str]) -> Iterator[str]:
    for column in (TakeRow.blob_sha256, MasterRow.blob_sha256, ProjectRow.cover_sha256):
        yield from session.scalars(select(column).where(column.in_(hashes)))  # type: ignore[misc]  # none is null here


def notes_of(home: Path, voice_id: str) -> Iterator[tuple[Path, str, str]]:
    """Notes of takes in a voice that are finished and not recorded: path, key and the sound's hash."""
    for note in sorted(inbox(home).glob("*.json")):
        try:
            said = json.loads(note.read_bytes())
            if said["voice_id"] == voice_id:
                yield note, said["key"], said["blob_sha256"]
        except (OSError, ValueError, KeyError, TypeError) as error:
            _log.warning("a note of a take cannot be read: %s", type(error).__name__)


def remove_temporary(context: Context) -> int:
    """Delete unfinished masters, archives for download and what the pages keep of uploads; returns how many there were.

    What the job that runs now has begun stays: it is for a voice that may sound.

    Raises:
        OSError: something cannot be deleted.
    """
    folder = context.settings.temporary
    begun = list(folder.glob(f"{MASTERING_PREFIX}*"))
    with context.database.read() as session:
        running = session.scalars(select(JobRow.started_at).where(JobRow.state == "running")).first()
    since = datetime.fromisoformat(running).timestamp() if running else time.time()
    old = [path for path in begun if path.lstat().st_mtime < since]
    abandoned = time.time() - _ABANDONED_S
    old += [path for path in folder.glob("recording-*") if path.lstat().st_mtime < abandoned]
    for place in (folder / "archives", folder / "ui"):
        old += [place] if place.is_symlink() else list(place.glob("*")) if place.is_dir() else []
    for path in old:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    return len(old)


def stray_sounds(context: Context) -> list[str]:
    """Hashes of sound files that neither a row nor a note names: what a worker stored for a process that was killed.

    Waits a few seconds if there are some so young that a row for them may be about to be written.
    """
    young = True
    deadline = time.time() + _SETTLING_S
    while young:
        unnamed = _unnamed(context)
        ages = [*unnamed.values(), *_unfinished(context).values()]
        young = any(time.time() - changed < _SETTLING_S for changed in ages) and time.time() < deadline
        if young:
            time.sleep(_SETTLING_S / 10)
    return sorted(sha256 for sha256, changed in unnamed.items() if time.time() - changed >= _SETTLING_S)


def remove_unfinished(context: Context) -> int:
    """Delete the unfinished files of workers that were cut off, which may hold sound; returns how many there were."""
    cut_off = [path for path, changed in _unfinished(context).items() if time.time() - changed >= _SETTLING_S]
    for path in cut_off:
        path.unlink(missing_ok=True)
    return len(cut_off)


def _unfinished(context: Context) -> dict[Path, float]:
    """Files in the store and the inbox that are not written whole yet, with the time they were begun."""
    places = (context.settings.blobs.glob(f"??/{PART_PREFIX}*"), inbox(context.settings.home).glob(f"{PART_PREFIX}*"))
    found = {}
    for path in (path for place in places for path in place):
        try:
            found[path] = path.lstat().st_ctime
        except OSError:  # finished meanwhile
            continue
    return found


def _unnamed(context: Context) -> dict[str, float]:
    """Sound files that nothing names, with the time they came into the store."""
    stored = {path.name: path for path in context.settings.blobs.glob("??/*") if not path.name.startswith(".")}
    with context.database.read() as session:
        named = TakeRow.blob_sha256, MasterRow.blob_sha256, ProjectRow.cover_sha256, GuideRow.blob_sha256
        for column in named:
            for sha256 in session.scalars(select(column)):
                stored.pop(sha256 or "", None)
    for note in inbox(context.settings.home).glob("*.json"):
        try:
            stored.pop(json.loads(note.read_bytes())["blob_sha256"], None)
        except (OSError, ValueError, KeyError, TypeError):
            continue
    found = {}
    for name, path in stored.items():
        try:
            with path.open("rb") as stream:
                if stream.read(len(_FLAC)) == _FLAC:
                    found[name] = path.stat().st_ctime
        except OSError:
            continue
    return found

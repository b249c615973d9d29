"""Removes what killed work left unfinished."""

import shutil
import time
from pathlib import Path

from studio.core.files import PART_PREFIX
from studio.core.settings import Settings
from studio.render.worker import inbox

MASTERING_PREFIX = "master-"  # begins the name of every folder that a chapter is mastered in
_SURELY_DEAD_S = 3600.0


def sweep_home(settings: Settings) -> None:
    """Delete unfinished files of a data home. Only the process that holds the dispatcher's lock may call it.

    An audition may be writing a take just now without the lock: unfinished takes go only when they are an hour old.
    """
    for folder in settings.temporary.glob(f"{MASTERING_PREFIX}*"):
        shutil.rmtree(folder, ignore_errors=True)
    for place, pattern in ((settings.blobs, f"*/{PART_PREFIX}*"), (inbox(settings.home), f"{PART_PREFIX}*")):
        for leftover in place.glob(pattern):
            if time.time() - leftover.stat().st_mtime > _SURELY_DEAD_S:
                leftover.unlink(missing_ok=True)


def sweep_deliveries(folder: Path) -> None:
    """Delete what a killed delivery left unfinished in a folder that is delivered to now."""
    for leftover in folder.glob(f"{PART_PREFIX}*"):
        if leftover.is_dir():
            shutil.rmtree(leftover, ignore_errors=True)
        else:
            leftover.unlink()

"""Use cases of checking: audio files against a profile, and the installation against what it needs."""

import shutil
import sys
from dataclasses import dataclass
from pathlib import Path

from studio.core.settings import Settings
from studio.deliver.verify import FileReport, check_file
from studio.master.profile import find_profile
from studio.render.plan import installed_engines
from studio.weights.registry import load_registry
from studio.weights.store import WeightsStore

_NEEDED = "kokoro-82m-v1.0-int8"
_FREE_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing the doctor looked at.

    Attributes:
        what: the thing.
        ok: whether it is as it should be.
        needed: whether the studio cannot work without it.
        detail: what was found.
        remedy: what to do; empty if all is well.
    """

    what: str
    ok: bool
    needed: bool
    detail: str
    remedy: str = ""


def check_audio(path: Path, profile: str) -> FileReport:
    """Measure an audio file against a mastering profile.

    Raises:
        InputError: it is no audio file, or there is no such profile.
    """
    return check_file(path, find_profile(profile))


def examine(settings: Settings) -> tuple[Finding, ...]:
    """Look at everything the studio needs on this machine, and say what is missing and what to do."""
    free = shutil.disk_usage(settings.home if settings.home.exists() else settings.home.anchor).free
    findings = [
        Finding("Python", ok=True, needed=True, detail=sys.version.split()[0]),
        Finding("Data home", ok=settings.home.is_dir(), needed=True, detail=str(settings.home)),
        Finding(
            "Disk space",
            ok=free > _FREE_BYTES,
            needed=False,
            detail=f"{free / 1e9:.1f} GB free",
            remedy="" if free > _FREE_BYTES else "Free at least 2 GB: an hour of audiobook takes about 0.6 GB.",
        ),
        Finding("Workers", ok=True, needed=True, detail=f"{settings.workers} at once"),
    ]
    store = WeightsStore(settings.weights)
    for name in load_registry():
        status = store.status(name)
        present = status == "present"
        findings.append(
            Finding(
                f"Model {name}",
                ok=present,
                needed=name == _NEEDED,
                detail=status,
                remedy="" if present else f"Run `studio weights pull {name}`.",
            )
        )
    findings.extend(
        Finding(
            f"Engine {engine.name}",
            ok=True,
            needed=False,
            detail=f"speaks {', '.join(engine.languages) or 'the language of each voice'}",
        )
        for engine in installed_engines()
    )
    return tuple(findings)


def broken(findings: tuple[Finding, ...]) -> bool:
    """Whether something is missing that the studio cannot work without."""
    return any(finding.needed and not finding.ok for finding in findings)

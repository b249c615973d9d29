"""Mastering as the workers do it: a plan with a key per chapter, and the function that carries it out."""

import tempfile
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from studio.audio.peaks import waveform_peaks
from studio.core.hashing import content_key
from studio.master.profile import CHAIN_VERSION, find_profile
from studio.services.context import Context
from studio.services.leftovers import MASTERING_PREFIX
from studio.services.script import Script
from studio.services.views import figures_json
from studio.store.blobs import BlobStore

_SEED_DIGITS = 8


@dataclass(frozen=True, slots=True)
class MasterPlan:
    """A chapter to be mastered.

    Attributes:
        key: SHA-256 over takes, pauses, levels, profile, seed and the version of the chain.
        chapter_id: its row.
        number: its number in the book, 0 for credits.
        title: as listed.
        takes: for each segment the path of its take, the pause after it in seconds, and its loudness against a neutral
            segment in dB.
        duration_s: length of all takes, a measure of the work.
        profile: name of the mastering profile.
        seed: of the room tone; the same for the whole book.
    """

    key: str
    chapter_id: str
    number: int
    title: str
    takes: tuple[tuple[Path, float, float], ...]
    duration_s: float
    profile: str
    seed: int


@dataclass(frozen=True, slots=True)
class MasteredBlob:
    """A mastered chapter in the blob store, with figures measured on its decoded MP3 and marks per segment."""

    blob_sha256: str
    figures: dict[str, Any]
    marks: tuple[tuple[float, float], ...]
    peaks: tuple[int, ...]


def plan_masters(context: Context, script: Script, profile: str) -> list[MasterPlan]:
    """One plan per chapter that is rendered whole; chapters with missing takes are left out.

    Raises:
        InputError: there is no such profile.
    """
    asdict_profile = asdict(find_profile(profile))
    seed = int(script.project.source_sha256[:_SEED_DIGITS], 16)
    plans = []
    for chapter in script.chapters:
        if any(segment.line.key not in script.takes for segment in chapter.segments) or not chapter.segments:
            continue
        takes = [(script.takes[part.line.key], part.pause_s, part.level_db) for part in chapter.segments]
        key = content_key({
            "takes": [[take.blob_sha256, pause_s, level_db] for take, pause_s, level_db in takes],
            "profile": asdict_profile,
            "seed": seed,
            "chain": CHAIN_VERSION,
        })  # fmt: skip
        plans.append(
            MasterPlan(
                key=key,
                chapter_id=chapter.view.id,
                number=chapter.view.index,
                title=chapter.view.title,
                takes=tuple(
                    (context.blobs.path(take.blob_sha256), pause_s, level_db) for take, pause_s, level_db in takes
                ),
                duration_s=sum(take.duration_s for take, _, _ in takes),
                profile=profile,
                seed=seed,
            )
        )
    return plans


def make_master(plan: MasterPlan, home: Path) -> MasteredBlob:
    """Master a chapter and store it; runs in a worker.

    Raises:
        DeliveryError: the profile cannot be met.
        OSError: it cannot be written.
    """
    # scipy takes a second to import, which only workers are to pay
    from studio.master.assemble import Clip  # noqa: PLC0415
    from studio.master.chapter import master_chapter  # noqa: PLC0415

    with tempfile.TemporaryDirectory(prefix=MASTERING_PREFIX, dir=home / "tmp") as folder:
        target = Path(folder) / "master.flac"
        clips = [Clip(*take) for take in plan.takes]
        mastered = master_chapter(clips, target, profile=find_profile(plan.profile), seed=plan.seed)
        peaks = waveform_peaks(target)
        blob_sha256 = BlobStore(home / "blobs").adopt(target)
    return MasteredBlob(
        blob_sha256=blob_sha256,
        figures=figures_json(mastered.figures),
        marks=tuple((mark.start_s, mark.end_s) for mark in mastered.marks),
        peaks=tuple(peaks),
    )

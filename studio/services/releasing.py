"""From masters to a release: what the formats need, where it goes, and when a file can be kept."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from sqlalchemy.orm import Session

from studio.core.hashing import content_key
from studio.core.names import safe_file_stem
from studio.core.progress import ignore_progress
from studio.deliver.base import DeliveredFile, Mark, Release, ReleaseChapter
from studio.deliver.credits import disclosure, narrator_credit
from studio.deliver.registry import make_format
from studio.manuscript.model import ChapterKind, Cover
from studio.master.profile import find_profile
from studio.services.context import Context
from studio.services.mastering import MasterPlan
from studio.services.rows import NARRATOR, cast_voices, find_project
from studio.services.script import Script
from studio.store.tables import MasterRow


def build_release(
    context: Context,
    session: Session,
    script: Script,
    plans: Sequence[MasterPlan],
    masters: dict[str, MasterRow],
    profile: str,
) -> Release:
    """Describe the chapters that are to be delivered, numbered as tracks of the whole book."""
    project = find_project(session, script.project.id)
    delivered = {plan.chapter_id for plan in plans}
    tracks = [chapter.id for chapter in project.chapters if not chapter.skipped or chapter.id in delivered]
    narrator = context.voice(cast_voices(session, project.id)[NARRATOR]).name
    by_id = {chapter.view.id: chapter for chapter in script.chapters}
    chapters = []
    for plan in plans:
        chapter = by_id[plan.chapter_id]
        master = masters[plan.key]
        texts = [segment.text for segment in chapter.segments]
        chapters.append(
            ReleaseChapter(
                chapter_id=plan.chapter_id,
                number=tracks.index(plan.chapter_id) + 1,
                title=plan.title,
                kind=None if chapter.credits_kind else ChapterKind(chapter.view.kind),
                master=context.blobs.path(master.blob_sha256),
                marks=tuple(Mark(text, start, end) for text, (start, end) in zip(texts, master.marks, strict=True)),
            )
        )
    cover = None
    if project.cover_sha256 and project.cover_media_type:
        cover = Cover(project.cover_media_type, context.blobs.path(project.cover_sha256).read_bytes())
    return Release(
        title=project.title,
        author=project.author,
        narrator=narrator_credit(project.language, narrator),
        language=project.language,
        year=project.year,
        publisher=project.publisher,
        disclosure=disclosure(project.language, narrator),
        cover=cover,
        chapters=tuple(chapters),
        track_count=len(tracks),
        profile=find_profile(profile),
    )


def delivery_keys(name: str, release: Release, files: Sequence[str], masters: Sequence[str]) -> list[str]:
    """Key of each file: everything that is in it. Files that hold one chapter each depend on that chapter alone."""
    whole = asdict(replace(release, chapters=(), cover=None, profile=release.profile))
    whole["cover"] = content_key({"data": release.cover.data.hex()}) if release.cover else ""
    per_chapter = len(files) == len(masters)
    keys = []
    for index, file in enumerate(files):
        chapters = [release.chapters[index].title] if per_chapter else [chapter.title for chapter in release.chapters]
        parts = [masters[index]] if per_chapter else list(masters)
        keys.append(
            content_key({"format": name, "file": file, "release": whole, "chapters": chapters, "masters": parts})
        )
    return keys


def export_folder(context: Context, project_name: str, format_name: str) -> Path:
    """Folder that a project's files of a format are delivered to."""
    return context.settings.exports / safe_file_stem(project_name) / format_name


def write_file(name: str, release: Release, index: int, folder: Path) -> DeliveredFile:
    """Write one file of a format; runs in a worker.

    Raises:
        DeliveryError: the file does not meet the profile.
    """
    return make_format(name).write(release, index, folder, report=ignore_progress, cancelled=_never)


def _never() -> bool:
    return False

"""From masters to a release: what the formats need, where it goes, and when a file can be kept."""

from collections.abc import Sequence
from dataclasses import asdict, replace
from pathlib import Path

from sqlalchemy import select
from sqlalchemy.orm import Session

from studio.consent.voices import ConsentedVoice
from studio.core.errors import InputError
from studio.core.hashing import content_key
from studio.core.licences import demanding
from studio.core.names import safe_file_stem
from studio.core.progress import ignore_progress
from studio.deliver.base import DeliveredFile, Mark, Narration, Release, ReleaseChapter
from studio.deliver.credits import disclosure, narrator_credit
from studio.deliver.registry import make_format
from studio.manuscript.model import ChapterKind, Cover
from studio.master.profile import find_profile
from studio.services.context import Context
from studio.services.licensing import chapter_licences
from studio.services.mastering import MasterPlan, plan_masters
from studio.services.rows import NARRATOR, cast_voices, find_project, gate_requests
from studio.services.script import Script, read_script
from studio.store.consent_tables import ConsentRow
from studio.store.tables import MasterRow


def final_audio_key(context: Context, reference: str, voice_id: str, profile: str = "acx") -> str:
    """Key of a book's final audio in one voice: all mastered chapters that the voice speaks in.

    Raises:
        InputError: the book is not mastered whole yet.
        StudioError: as `read_script`.
    """
    with context.database.read() as session:
        script = read_script(context, session, reference)
    spoken = {
        chapter.view.id for chapter in script.chapters if any(s.line.voice_id == voice_id for s in chapter.segments)
    }
    plans = [plan for plan in plan_masters(context, script, profile) if plan.chapter_id in spoken]
    with context.database.read() as session:
        known = set(session.scalars(select(MasterRow.key).where(MasterRow.key.in_([plan.key for plan in plans]))))
    if len(plans) < len(spoken) or len(known) < len({plan.key for plan in plans}):
        raise InputError(
            "the book is not mastered whole yet", where=script.project.name, hint="Run `studio master` first."
        )
    return content_key({"masters": sorted(plan.key for plan in plans)})


def check_release(context: Context, script: Script, profile: str) -> None:
    """Ask the gate for every voice whether finished audio may be delivered.

    Raises:
        RefusedError: a consent does not cover it, or its owner has not approved the final audio.
        InputError: the owner approves final audio, and the book is not mastered whole.
    """
    for request in gate_requests(script.project, script.lines):
        covered = context.gate.check(request)
        if covered is not None and covered.final_approval:
            audio_key = final_audio_key(context, script.project.id, request.voice_id, profile)
            context.gate.check(replace(request, stage="release", audio_key=audio_key))


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
    voice = context.voice(cast_voices(session, project.id)[NARRATOR])
    narrator, replica = voice.name, isinstance(voice, ConsentedVoice)
    living = _consents_of(session, script)
    by_id = {chapter.view.id: chapter for chapter in script.chapters}
    chapters = []
    for plan in plans:
        chapter = by_id[plan.chapter_id]
        master = masters[plan.key]
        texts = [segment.words for segment in chapter.segments]
        chapters.append(
            ReleaseChapter(
                chapter_id=plan.chapter_id,
                number=tracks.index(plan.chapter_id) + 1,
                title=plan.title,
                kind=None if chapter.credits_kind else ChapterKind(chapter.view.kind),
                master=context.blobs.path(master.blob_sha256),
                marks=tuple(Mark(text, start, end) for text, (start, end) in zip(texts, master.marks, strict=True)),
                licences=chapter_licences(chapter, script.takes),
            )
        )
    cover = None
    if project.cover_sha256 and project.cover_media_type:
        cover = Cover(project.cover_media_type, context.blobs.path(project.cover_sha256).read_bytes())
    return Release(
        title=project.title,
        author=project.author,
        narrator=narrator_credit(project.language, narrator, replica=replica),
        language=project.language,
        year=project.year,
        publisher=project.publisher,
        disclosure=disclosure(project.language, narrator, replica=replica),
        cover=cover,
        chapters=tuple(chapters),
        track_count=len(tracks),
        profile=find_profile(profile),
        narration=_narration(context, script),
        consents=living,
        ledger_head=_ledger_head(context, session) if living else "",
    )


def _consents_of(session: Session, script: Script) -> tuple[str, ...]:
    voices = {line.voice_id for line in script.lines}
    standing = select(ConsentRow.id).where(ConsentRow.voice_id.in_(voices), ConsentRow.state == "verified")
    return tuple(sorted(session.scalars(standing)))


def _narration(context: Context, script: Script) -> Narration:
    kinds = {isinstance(context.voice(line.voice_id), ConsentedVoice) for line in script.lines}
    if kinds == {True}:
        return "authorized_voice_replica"
    return "mixed" if True in kinds else "ai_voice"


def _ledger_head(context: Context, session: Session) -> str:
    head = context.ledger.head(session)
    return head.anchor().text() if head else ""


def delivery_keys(name: str, release: Release, files: Sequence[str], masters: Sequence[str]) -> list[str]:
    """Key of each file: everything that is in it. Files that hold one chapter each depend on that chapter alone."""
    # The head of the ledger moves on with every event: a file that carries an older one is as good.
    whole = asdict(replace(release, chapters=(), cover=None, ledger_head=""))
    whole["cover"] = content_key({"data": release.cover.data.hex()}) if release.cover else ""
    per_chapter = len(files) == len(masters)
    keys = []
    for index, file in enumerate(files):
        held = release.chapters[index : index + 1] if per_chapter else release.chapters
        key = {
            "format": name,
            "file": file,
            "release": whole,
            "chapters": [chapter.title for chapter in held],
            "notices": [licence.notice for chapter in held for licence in demanding(chapter.licences)],
            "masters": [masters[index]] if per_chapter else list(masters),
        }
        keys.append(content_key(key))
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

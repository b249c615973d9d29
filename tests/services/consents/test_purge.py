import json
import os
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from pathlib import Path

import pytest
from sqlalchemy import func, select

from studio.bootstrap import Studio
from studio.consent.actors import Actor
from studio.core.errors import RefusedError
from studio.core.files import PART_PREFIX
from studio.core.progress import Progress, ignore_progress
from studio.render.worker import inbox
from studio.services.jobs import JobRequest
from studio.services.views import ProjectView
from studio.store.consent_tables import ConsentRow, VoiceUseRow
from studio.store.tables import DeliveryRow, GuideRow, MasterRow, SegmentRow, TakeRow
from tests.consents import LOCAL, REVIEWER, Walk, make_verified

WHOLE = JobRequest(("render", "master", "deliver"))


@pytest.fixture
def walk(studio: Studio, tmp_path: Path) -> Walk:
    made = Walk(studio)
    made.folder = tmp_path
    return made


@pytest.fixture
def narrated(studio: Studio, walk: Walk, import_story: Callable[..., ProjectView]) -> Callable[..., Actor]:
    """A finished book in the voice of somebody who consented."""

    def make(name: str = "pier", **terms: object) -> Actor:
        owner = walk.verified(**terms)
        project = import_story(name)
        voice = walk.consents.get(LOCAL, owner.consent_id).summary.voice_id
        studio.casting.set_voice(project.id, "narrator", voice)
        produce(studio, name)
        return owner

    return make


def produce(studio: Studio, project: str) -> None:
    job = studio.jobs.submit(project, WHOLE)
    done = studio.dispatcher.run(job.id, ignore_progress, lambda: False)
    assert done.state == "done", done.error


def count(studio: Studio, table: type) -> int:
    with studio._context.database.read() as session:
        return session.scalar(select(func.count()).select_from(table)) or 0


def sounds(studio: Studio) -> set[str]:
    return {path.name for path in studio.settings.blobs.glob("??/*") if path.read_bytes()[:4] == b"fLaC"}


def exported(studio: Studio) -> list[Path]:
    return sorted(studio.settings.exports.rglob("*.mp3"))


def test_takes_masters_and_auditions_go_and_finished_works_stay(studio: Studio, narrated: Callable[..., Actor]):
    owner = narrated()
    voice = studio.consents.get(LOCAL, owner.consent_id).summary.voice_id
    studio.auditions.say("A sentence to choose by.", voice)
    files = exported(studio)
    assert files
    before = studio.endings.preview(LOCAL, owner.consent_id)
    assert dict(before.destroys)["reference recordings"] == 3
    assert dict(before.destroys)["mastered chapters with the voice"] == count(studio, MasterRow)

    ended = studio.endings.withdraw(owner, owner.consent_id)

    assert ended.certificate is not None
    assert (count(studio, TakeRow), count(studio, MasterRow), sounds(studio)) == (0, 0, set())
    assert exported(studio) == files
    assert sorted(work.path for work in ended.works) == [str(path) for path in files]
    kinds = [each["kind"] for each in ended.certificate["destroyed"]]
    assert kinds.count("take") == dict(before.destroys)["rendered lines and auditions"]
    with pytest.raises(RefusedError, match="withdrawn"):
        studio.listening.overview("pier")


def test_a_consent_that_ends_while_files_are_written_leaves_none_that_nobody_recorded(
    studio: Studio, walk: Walk, import_story: Callable[..., ProjectView]
):
    owner = walk.verified(survival="take-down", take_down_days=0)
    voice = walk.consents.get(LOCAL, owner.consent_id).summary.voice_id
    studio.casting.set_voice(import_story().id, "narrator", voice)
    made = studio.jobs.submit("pier", JobRequest(("render", "master")))
    assert studio.dispatcher.run(made.id, ignore_progress, lambda: False).state == "done"
    finished: list[Path] = []

    def withdraw_when_two_are_finished(progress: Progress) -> None:
        limit = time.monotonic() + 20
        while progress.stage == "Delivering" and len(finished) < 2 and time.monotonic() < limit:
            found = studio.settings.exports.rglob("*.mp3")
            finished[:] = [path for path in found if not path.name.startswith(PART_PREFIX)]
        if finished and not studio.consents.get(LOCAL, owner.consent_id).summary.state.endswith("withdrawn"):
            studio.endings.withdraw(owner, owner.consent_id)

    job = studio.jobs.submit("pier", JobRequest(("deliver",)))
    ended = studio.dispatcher.run(job.id, withdraw_when_two_are_finished, lambda: False)
    assert len(finished) >= 2
    assert (ended.state, ended.error_code) == ("cancelled", "refused")
    assert not [path for path in studio.settings.exports.rglob("*") if path.is_file()]
    assert count(studio, DeliveryRow) == 0


def test_other_voices_and_their_books_are_untouched(studio: Studio, narrated: Callable[..., Actor], import_story):
    import_story("other")
    produce(studio, "other")
    kept = sounds(studio)
    takes, masters = count(studio, TakeRow), count(studio, MasterRow)
    owner = narrated()
    studio.endings.withdraw(owner, owner.consent_id)
    assert sounds(studio) == kept
    assert (count(studio, TakeRow), count(studio, MasterRow)) == (takes, masters)
    assert all(sound.file for sound in studio.listening.overview("other"))


def test_the_recordings_and_the_key_are_nowhere_in_the_data_home(studio: Studio, walk: Walk, tmp_path: Path):
    owner = walk.verified()
    studio._context.pool.close()
    clips = [path.read_bytes()[64:128] for path in tmp_path.glob("*.wav")]
    key = (studio.settings.keys / "consents" / f"{owner.consent_id}.key").read_bytes()
    assert len(clips) >= 4
    ended = studio.endings.withdraw(owner, owner.consent_id)
    assert ended.certificate is not None
    for path in studio.settings.home.rglob("*"):
        if path.is_file():
            data = path.read_bytes()
            assert key not in data
            assert not any(clip in data for clip in clips), path


def test_notes_stray_sounds_and_temporary_files_go(studio: Studio, narrated: Callable[..., Actor]):
    owner = narrated()
    context = studio._context
    voice = studio.consents.get(LOCAL, owner.consent_id).summary.voice_id
    stray = context.blobs.put_bytes(b"fLaC stray: stored by a worker whose dispatcher was killed")
    noted = context.blobs.put_bytes(b"fLaC noted: finished and not recorded")
    note = inbox(studio.settings.home) / "late.json"
    note.write_text(json.dumps({"voice_id": voice, "key": "late", "blob_sha256": noted}))
    temporary = studio.settings.temporary
    for path in ("master-abc/master.flac", "archives/pier.zip", "ui/0123/upload.wav"):
        (temporary / path).parent.mkdir(parents=True, exist_ok=True)
        (temporary / path).write_bytes(b"sound")
    ended = studio.endings.withdraw(owner, owner.consent_id)
    assert ended.certificate is not None
    assert not note.exists()
    assert not context.blobs.has(stray)
    assert not context.blobs.has(noted)
    assert not list(temporary.glob("master-*"))
    assert not list((temporary / "archives").iterdir())
    assert not list((temporary / "ui").iterdir())


def test_guide_recordings_of_others_are_no_stray_sounds(studio: Studio, narrated: Callable[..., Actor]):
    owner = narrated()
    context = studio._context
    blob = context.blobs.put_bytes(b"fLaC a line as somebody else reads it")
    with context.database.write() as session:
        segment = session.scalars(select(SegmentRow)).first()
        assert segment is not None
        session.add(
            GuideRow(
                segment_id=segment.id, blob_sha256=blob, spoken="", heard="", words=[], pitch_st=[], level_db=[],
                created_at="2026-01-01T00:00:00+00:00",
            )
        )  # fmt: skip
    assert studio.endings.withdraw(owner, owner.consent_id).certificate is not None
    assert context.blobs.has(blob)


def test_83_links_go_and_what_they_lead_to_stays(studio: Studio, narrated: Callable[..., Actor], tmp_path: Path):
    owner = narrated(survival="take-down", take_down_days=0)
    outside = tmp_path / "outside"
    outside.mkdir()
    precious = outside / "precious.mp3"
    precious.write_bytes(exported(studio)[0].read_bytes())
    linked = exported(studio)[0]
    linked.unlink()
    linked.symlink_to(precious)
    (studio.settings.home / "vault" / owner.consent_id / "planted").symlink_to(precious)
    (studio.settings.temporary / "ui").symlink_to(outside)
    (studio.settings.temporary / "master-link").symlink_to(outside)
    take = next(iter(studio.settings.blobs.glob("??/*")))
    take.unlink()
    take.symlink_to(precious)

    ended = studio.endings.withdraw(owner, owner.consent_id)

    assert ended.certificate is not None
    assert precious.exists()
    assert not (studio.settings.home / "vault" / owner.consent_id).exists()
    assert not os.path.lexists(studio.settings.temporary / "ui")
    assert not os.path.lexists(take)
    assert exported(studio) == [linked]  # the others were taken down at once


def test_a_folder_of_exports_that_is_a_link_is_not_followed(studio: Studio, narrated, tmp_path: Path):
    owner = narrated(survival="take-down", take_down_days=0)
    book = studio.settings.exports / "pier"
    book.rename(tmp_path / "moved")
    book.symlink_to(tmp_path / "moved")
    studio.endings.withdraw(owner, owner.consent_id)
    assert list((tmp_path / "moved").rglob("*.mp3"))


def test_a_file_that_somebody_changed_is_left_and_named(studio: Studio, narrated: Callable[..., Actor]):
    owner = narrated(survival="take-down", take_down_days=0)
    mine, *others = exported(studio)
    mine.write_bytes(mine.read_bytes() + b"my own mix")
    ended = studio.endings.withdraw(owner, owner.consent_id)
    assert exported(studio) == [mine]
    assert count(studio, DeliveryRow) == 1
    taken = {each["item"] for each in ended.certificate["destroyed"] if each["kind"] == "work"}
    assert taken == {str(path) for path in others}
    acts = studio.endings.retention(REVIEWER)
    assert [act.sentence for act in acts] == [f"{mine} has to be taken down by hand: somebody changed it."]


def test_sound_that_another_row_needs_stays(studio: Studio, narrated: Callable[..., Actor], import_story):
    import_story("other")
    produce(studio, "other")
    owner = narrated()
    with studio._context.database.write() as session:
        mine = session.scalars(select(TakeRow).where(TakeRow.consent_id.is_not(None))).first()
        other = session.scalars(select(TakeRow).where(TakeRow.consent_id.is_(None))).first()
        other.blob_sha256 = shared = mine.blob_sha256
    studio.endings.withdraw(owner, owner.consent_id)
    assert studio._context.blobs.has(shared)


def test_queued_jobs_with_the_voice_end_with_the_cause_and_others_stay(studio: Studio, narrated, import_story):
    owner = narrated()
    import_story("other")
    mine, other = studio.jobs.submit("pier", WHOLE), studio.jobs.submit("other", WHOLE)
    assert studio.endings.preview(LOCAL, owner.consent_id).stops_jobs == 1
    studio.endings.withdraw(owner, owner.consent_id)
    ended = studio.jobs.get(mine.id)
    assert (ended.state, ended.error_code) == ("cancelled", "refused")
    assert ended.error == "The consent of Jane Doe was withdrawn."
    assert studio.jobs.get(other.id).state == "queued"


def test_a_declined_record_is_purged_too(studio: Studio, walk: Walk):
    owner = walk.given()
    walk.giving.decline(owner, owner.consent_id)
    studio.endings.resume_purges()
    assert studio.endings.certificate(owner, owner.consent_id) is not None
    assert not studio._context.vault.has_key(owner.consent_id)
    assert studio.endings.resume_purges() == 0


def test_63_a_withdrawal_stops_a_running_render_within_seconds_and_spares_other_books(
    studio: Studio, walk: Walk, import_story: Callable[..., ProjectView], tmp_path: Path
):
    owner = walk.verified()
    import_story("other")
    produce(studio, "other")
    kept, files = sounds(studio), exported(studio)
    lines = "\n\n".join(f"Boat number {number} came home late, and nobody asked it why." for number in range(3000))
    book = tmp_path / "boats.md"
    book.write_text(f"---\ntitle: Boats\nauthor: Ada Finch\nlanguage: en-GB\n---\n\n# Boats\n\n## One\n\n{lines}\n")
    project = studio.projects.import_file(book, name="boats")
    studio.casting.set_voice(project.id, "narrator", studio.consents.get(LOCAL, owner.consent_id).summary.voice_id)
    job = studio.jobs.submit("boats", WHOLE)
    with ThreadPoolExecutor(1) as elsewhere:
        running = elsewhere.submit(studio.dispatcher.run, job.id, ignore_progress, lambda: False)
        while count(studio, TakeRow) < len(kept) + 5 and not running.done():
            time.sleep(0.05)
        began = time.monotonic()
        ended = studio.endings.withdraw(owner, owner.consent_id)
        done = running.result(timeout=30)
        took_s = time.monotonic() - began
    assert (done.state, done.error) == ("cancelled", "The consent of Jane Doe was withdrawn.")
    stopped_s = (datetime.fromisoformat(done.finished_at) - datetime.fromisoformat(ended.ended_at)).total_seconds()
    assert stopped_s < 5
    assert took_s < 20
    assert studio.endings.certificate(LOCAL, owner.consent_id) is not None
    assert (sounds(studio), exported(studio)) == (kept, files)
    with studio._context.database.read() as session:
        used = session.get_one(ConsentRow, owner.consent_id).used_seconds
        told = session.scalars(select(VoiceUseRow).where(VoiceUseRow.at > ended.ended_at)).all()
    assert used > 0
    assert told == []


def test_a_certificate_needs_a_signed_head(studio: Studio, walk: Walk):
    owner = walk.verified()
    key = studio.settings.keys / "ledger.pem"
    aside = key.rename(key.with_suffix(".aside"))
    assert studio.endings.withdraw(owner, owner.consent_id).certificate is None
    assert not studio._context.vault.has_key(owner.consent_id)
    assert studio.endings.certificate(LOCAL, owner.consent_id) is None
    aside.rename(key)
    assert studio.endings.resume_purges() == 1
    assert studio.endings.certificate(LOCAL, owner.consent_id) is not None


def test_what_a_worker_was_cut_off_in_writing_goes_too(studio: Studio):
    """A killed worker leaves the beginning of a sound under no name that a row or a note could tell."""
    consent = make_verified(studio)
    folder = studio.settings.blobs / "ab"
    folder.mkdir(exist_ok=True)
    leftover = folder / ".part-0123456789abcdef"
    leftover.write_bytes(b"fLaC" + bytes(1000))
    studio.endings.withdraw(LOCAL, consent)
    assert not leftover.exists()

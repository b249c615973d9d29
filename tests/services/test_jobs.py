import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from filelock import FileLock

from studio.bootstrap import Studio
from studio.core.errors import ConflictError, InputError
from studio.core.progress import Progress, ignore_progress
from studio.services.jobs import JobRequest
from studio.services.views import JobView, ProjectView
from studio.store.database import Database, sqlite_url
from studio.store.tables import JobRow

pytestmark = pytest.mark.timeout(120)


def never() -> bool:
    return False


def run(
    studio: Studio, project: ProjectView, *stages: str, chapters: set[int] | None = None, out: Path | None = None
) -> JobView:
    numbers = frozenset(chapters) if chapters is not None else None
    job = studio.jobs.submit(project.id, JobRequest(stages, numbers, out=out))
    return studio.dispatcher.run(job.id, ignore_progress, never)


def test_a_render_is_make(studio: Studio, import_story: Callable[..., ProjectView]):
    project = import_story()
    first = run(studio, project, "render").result["render"]
    assert first["rendered"] > 0
    assert first["reused"] == 0
    assert first["segments"] > first["rendered"]  # a sentence that stands in the book twice is one take
    again = run(studio, project, "render").result["render"]
    assert (again["rendered"], again["reused"]) == (0, first["rendered"])


def test_changed_words_make_one_new_take(studio: Studio, import_story: Callable[..., ProjectView]):
    project = import_story()
    run(studio, project, "render")
    segment = studio.segments.script(project.id, 2)[-1]
    assert studio.segments.retake(project.id, segment.id, "It was rather late.").state == "rendered"
    assert run(studio, project, "render").result["render"]["rendered"] == 0
    with pytest.raises(InputError, match="at least one word"):
        studio.segments.retake(project.id, segment.id, " … ")


def test_stages_ask_for_what_comes_before_them(studio: Studio, import_story: Callable[..., ProjectView]):
    project = import_story()
    unrendered = run(studio, project, "master")
    assert (unrendered.state, unrendered.error_code) == ("failed", "bad-input")
    assert "studio render" in unrendered.error
    run(studio, project, "render")
    assert "studio master" in run(studio, project, "deliver").error


def test_the_whole_way_to_checked_files(studio: Studio, import_story: Callable[..., ProjectView], tmp_path: Path):
    project = import_story()
    done = run(studio, project, "render", "master", "deliver")
    assert done.state == "done", done.error
    files = [Path(file["path"]) for file in done.result["deliver"]["files"]]
    assert [file.name for file in files] == [
        "01 - Opening Credits.mp3", "02 - One.mp3", "03 - Two.mp3", "04 - Closing Credits.mp3",
    ]  # fmt: skip
    assert all(check["passed"] for file in done.result["deliver"]["files"] for check in file["checks"])
    before = {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in files}
    assert run(studio, project, "render", "master", "deliver").state == "done"
    assert {file: (file.stat().st_mtime_ns, file.read_bytes()) for file in files} == before
    sounds = studio.listening.overview(project.id)
    assert [Path(sound.file) for sound in sounds] == files
    assert studio.listening.archive(project.id).stat().st_size > sum(file.stat().st_size for file in files)
    studio.projects.rename_chapter(project.id, 3, "Another")
    run(studio, project, "deliver")
    assert not files[2].exists()
    assert (files[2].parent / "03 - Another.mp3").is_file()


def test_a_file_somebody_changed_is_written_again(
    studio: Studio, import_story: Callable[..., ProjectView], tmp_path: Path
):
    project = import_story()
    out = tmp_path / "out"
    done = run(studio, project, "render", "master", "deliver", chapters={2}, out=out)
    file = Path(done.result["deliver"]["files"][0]["path"])
    good = file.read_bytes()
    file.write_bytes(b"broken")
    run(studio, project, "deliver", chapters={2}, out=out)
    assert file.read_bytes() == good


def test_progress_grows_and_reaches_the_end(studio: Studio, import_story: Callable[..., ProjectView]):
    project = import_story()
    seen: list[Progress] = []
    job = studio.jobs.submit(project.id, JobRequest(("render",)))
    studio.dispatcher.run(job.id, seen.append, never)
    fractions = [progress.fraction for progress in seen]
    assert fractions == sorted(fractions)
    assert fractions[-1] == 1.0
    assert any(progress.eta_s is not None for progress in seen)


def test_a_project_has_one_job_at_a_time(studio: Studio, import_story: Callable[..., ProjectView]):
    project = import_story()
    studio.jobs.submit(project.id, JobRequest(("render",)))
    with pytest.raises(ConflictError, match="worked on already"):
        studio.jobs.submit(project.id, JobRequest(("render",)))


def test_a_queued_job_is_cancelled_at_once(studio: Studio, import_story: Callable[..., ProjectView]):
    project = import_story()
    job = studio.jobs.submit(project.id, JobRequest(("render",)))
    studio.jobs.cancel(job.id)
    assert studio.dispatcher.run(job.id, ignore_progress, never).state == "cancelled"


def test_a_cancelled_render_keeps_what_it_has(studio: Studio, import_story: Callable[..., ProjectView]):
    project = import_story()
    done = threading.Event()

    def stop_after_the_first(progress: Progress) -> None:
        if progress.done > 0:
            done.set()

    job = studio.jobs.submit(project.id, JobRequest(("render",)))
    view = studio.dispatcher.run(job.id, stop_after_the_first, done.is_set)
    assert view.state == "cancelled"
    kept = sum(segment.state == "rendered" for segment in studio.segments.script(project.id))
    assert kept > 0
    assert run(studio, project, "render").result["render"]["reused"] > 0


def test_the_server_does_queued_jobs(studio: Studio, import_story: Callable[..., ProjectView]):
    project = import_story()
    stop = threading.Event()
    thread = threading.Thread(target=studio.dispatcher.serve, args=(stop,))
    thread.start()
    try:
        job = studio.jobs.submit(project.id, JobRequest(("render",)))
        deadline = time.monotonic() + 60
        while studio.jobs.get(job.id).active and time.monotonic() < deadline:
            time.sleep(0.1)
        assert studio.jobs.get(job.id).state == "done"
    finally:
        stop.set()
        thread.join()


def test_a_second_process_waits_for_the_one_that_works(
    studio: Studio, home: Path, import_story: Callable[..., ProjectView]
):
    project = import_story()
    job = studio.jobs.submit(project.id, JobRequest(("render",)))
    lock = FileLock(home / "dispatcher.lock")
    seen: list[Progress] = []

    def give_way(progress: Progress) -> None:
        seen.append(progress)
        if len(seen) == 2:
            lock.release()

    lock.acquire()
    assert studio.dispatcher.run(job.id, give_way, never).state == "done"
    assert seen[0].stage == "Waiting"


def test_a_job_that_was_cut_off_is_told_so_and_can_be_started_again(
    studio: Studio, home: Path, import_story: Callable[..., ProjectView]
):
    project = import_story()
    job = studio.jobs.submit(project.id, JobRequest(("render",)))
    database = Database(sqlite_url(home / "studio.db"))
    with database.write() as session:
        session.get_one(JobRow, job.id).state = "running"
    database.close()
    again = studio.jobs.submit(project.id, JobRequest(("render",)))
    assert studio.jobs.get(job.id).error_code == "interrupted"
    assert studio.dispatcher.run(again.id, ignore_progress, never).state == "done"


def test_a_file_is_shown_only_while_the_book_sounds_like_it(studio: Studio, import_story: Callable[..., ProjectView]):
    project = import_story()
    run(studio, project, "render", "master", "deliver")
    segment = studio.segments.script(project.id, 2)[-1]
    studio.segments.retake(project.id, segment.id, "It was early.")
    run(studio, project, "render", "master")
    assert [sound.file is not None for sound in studio.listening.overview(project.id)] == [True, False, True, True]
    run(studio, project, "deliver")
    assert all(sound.file for sound in studio.listening.overview(project.id))


def test_a_queued_job_whose_process_died_does_not_block_the_project(
    studio: Studio, import_story: Callable[..., ProjectView]
):
    project = import_story()
    lost = studio.jobs.submit(project.id, JobRequest(("render",)))
    time.sleep(1.1)
    again = studio.jobs.submit(project.id, JobRequest(("render",)))
    assert studio.jobs.get(lost.id).error_code == "interrupted"
    assert studio.dispatcher.run(again.id, ignore_progress, never).state == "done"


def test_every_chapter_skipped_is_said(studio: Studio, import_story: Callable[..., ProjectView]):
    project = import_story()
    studio.projects.choose_chapters(project.id, skip=frozenset({1, 2, 3}), credits=False)
    assert "every chapter is skipped" in run(studio, project, "render").error

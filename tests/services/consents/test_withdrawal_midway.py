"""Case 63: a consent is withdrawn while a book is rendered in its voice."""

import threading
import time
from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import func, select

from studio.bootstrap import Studio, open_studio, read_settings
from studio.core.errors import RefusedError
from studio.services.jobs import JobRequest
from studio.services.views import ProjectView
from studio.store.tables import TakeRow
from tests.consents import LOCAL, make_verified

CHAPTERS, LINES = 20, 40


@pytest.fixture
def novel(studio: Studio, tmp_path: Path) -> ProjectView:
    """Twenty chapters of forty lines, in the voice of Jane; and a short story in a stock voice beside it."""
    text = ["---", "title: A Long Book", "author: Ada Finch", "language: en-GB", "---", ""]
    for chapter in range(CHAPTERS):
        text.append(f"## Chapter {chapter + 1}\n")
        text += [
            f"Line number {line} of chapter {chapter} is read aloud, slowly and to its end.\n" for line in range(LINES)
        ]
    path = tmp_path / "long.md"
    path.write_text("\n".join(text), encoding="utf-8")
    return studio.projects.import_file(path, name="long")


def takes_of(studio: Studio, voice_id: str) -> int:
    with studio._context.database.read() as session:
        return session.scalar(select(func.count()).select_from(TakeRow).where(TakeRow.voice_id == voice_id)) or 0


def unseen(_progress: object) -> None:
    """Progress that nobody watches."""


def wait_for(what: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 60
    while not what():
        assert time.monotonic() < deadline
        time.sleep(0.05)


@pytest.mark.slow
def test_63_a_withdrawal_stops_a_running_render_and_leaves_nothing(
    studio: Studio, novel: ProjectView, import_story: Callable[..., ProjectView]
):
    story = import_story("stock")
    studio.dispatcher.run(studio.jobs.submit(story.id, JobRequest(stages=("render",))).id, unseen, lambda: False)
    stock_takes = takes_of(studio, "tone_low")
    jane = make_verified(studio, name="Jane Doe")
    voice = studio.consents.get(LOCAL, jane).summary.voice_id
    studio.casting.set_voice(novel.id, "narrator", voice)
    job = studio.jobs.submit(novel.id, JobRequest(stages=("render",)))
    done = []
    worker = threading.Thread(target=lambda: done.append(studio.dispatcher.run(job.id, unseen, lambda: False)))
    worker.start()
    wait_for(lambda: takes_of(studio, voice) > 10)

    elsewhere = open_studio(read_settings({"VIVAVOCE_HOME": str(studio.settings.home)}))
    ended = elsewhere.endings.withdraw(LOCAL, jane)
    worker.join(timeout=60)
    elsewhere.close()

    assert not worker.is_alive()
    assert done[0].state in {"failed", "cancelled"}
    assert done[0].error
    assert ended.certificate is not None
    assert takes_of(studio, voice) == 0
    assert takes_of(studio, "tone_low") == stock_takes
    time.sleep(1.0)
    assert takes_of(studio, voice) == 0
    inbox = studio.settings.temporary / "inbox"
    assert not [note for note in inbox.glob("*.json") if voice in note.read_text()]
    with pytest.raises(RefusedError):
        studio.segments.script(novel.id)
    again = studio.dispatcher.run(
        studio.jobs.submit(novel.id, JobRequest(stages=("render",))).id, unseen, lambda: False
    )
    assert (again.state, again.error_code) == ("failed", "refused")
    assert takes_of(studio, voice) == 0

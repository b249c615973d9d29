"""How long a running render goes on after its voice was withdrawn, and what a withdrawal takes.

    python benchmarks/withdrawal.py [--rounds 10]

Each round renders a book of 800 lines in a consented voice (test tones, two workers), and while lines are being said
withdraws the consent from a second studio on the same data home. Prints the seconds until the job has ended, until
everything is destroyed and certified, and how many takes are left. The bound is five seconds.
"""

import argparse
import shutil
import statistics
import sys
import tempfile
import threading
import time
from pathlib import Path

from sqlalchemy import func, select

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from studio.bootstrap import Studio, open_studio, read_settings
from studio.services.jobs import JobRequest
from studio.store.tables import TakeRow
from tests.consents import LOCAL, make_verified

_CHAPTERS, _LINES = 20, 40
_SAID_BEFORE = 20


def book(folder: Path, number: int) -> Path:
    """A book of 800 different lines."""
    text = ["---", f"title: Book {number}", "author: Ada Finch", "language: en-GB", "---", ""]
    for chapter in range(_CHAPTERS):
        text.append(f"## Chapter {chapter + 1}\n")
        text += [
            f"Line {line} of chapter {chapter} in book {number} is read aloud to its end.\n" for line in range(_LINES)
        ]
    path = folder / f"book-{number}.md"
    path.write_text("\n".join(text), encoding="utf-8")
    return path


def takes(studio: Studio, voice: str) -> int:
    with studio._context.database.read() as session:  # noqa: SLF001
        return session.scalar(select(func.count()).select_from(TakeRow).where(TakeRow.voice_id == voice)) or 0


def one_round(studio: Studio, elsewhere: Studio, folder: Path, number: int) -> tuple[float, float, int]:
    consent = make_verified(studio, name=f"Jane Doe {number}")
    voice = studio.consents.get(LOCAL, consent).summary.voice_id
    project = studio.projects.import_file(book(folder, number))
    studio.casting.set_voice(project.id, "narrator", voice)
    job = studio.jobs.submit(project.id, JobRequest(stages=("render",)))
    worker = threading.Thread(target=studio.dispatcher.run, args=(job.id, lambda _progress: None, lambda: False))
    worker.start()
    while takes(studio, voice) < _SAID_BEFORE:
        time.sleep(0.02)
    ended_s: list[float] = []
    begin = time.perf_counter()

    def withdraw() -> None:
        elsewhere.endings.withdraw(LOCAL, consent)
        ended_s.append(time.perf_counter() - begin)

    person = threading.Thread(target=withdraw)
    person.start()
    worker.join()
    stopped_s = time.perf_counter() - begin
    person.join()
    return stopped_s, ended_s[0], takes(studio, voice)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__.split("\n", maxsplit=1)[0])
    parser.add_argument("--rounds", type=int, default=10)
    rounds = parser.parse_args().rounds
    folder = Path(tempfile.mkdtemp(prefix="withdrawal-"))
    places = {"VIVAVOCE_HOME": str(folder / "home"), "VIVAVOCE_ANCHORS": str(folder / "anchors")}
    studio, elsewhere = open_studio(read_settings(places, workers=2)), open_studio(read_settings(places))
    try:
        found = [one_round(studio, elsewhere, folder, number) for number in range(rounds)]
    finally:
        studio.close()
        elsewhere.close()
        shutil.rmtree(folder)
    stopped, ended, left = zip(*found, strict=True)
    print(f"render stopped        median {statistics.median(stopped):.2f} s, longest {max(stopped):.2f} s, of {rounds}")
    print(f"withdrawn, certified  median {statistics.median(ended):.2f} s, longest {max(ended):.2f} s")
    print(f"takes left            {sum(left)}")


if __name__ == "__main__":
    main()

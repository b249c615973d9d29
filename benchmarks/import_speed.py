"""How fast a long book is imported and how much memory that takes: `python benchmarks/import_speed.py`.

Makes an EPUB of 300,000 words in 60 chapters with footnotes and dialogue, and imports it in fresh processes: what the
importer does, and the whole of `studio import`, with a studio of its own. Prints one line of JSON for each.
"""

import argparse
import json
import os
import random
import subprocess
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

CHAPTERS = 60
WORDS = 300_000
_NOUNS = (
    "harbour", "lamp", "tide", "captain", "window", "letter", "garden", "stranger", "winter", "horse", "kitchen",
    "bell", "road", "morning", "sister",
)  # fmt: skip
_VERBS = (
    "watched", "carried", "followed", "remembered", "opened", "lost", "answered", "repaired", "feared", "painted",
)  # fmt: skip
_ENDS = ("before the rain", "without a word", "at half past six", "in 1897", "for £3 10s.", "by the old wall", "twice")


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--one", type=Path, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.one:
        read(options.one)
        return
    with tempfile.TemporaryDirectory() as folder:
        book = make_book(Path(folder) / "book.epub")
        environment = {**os.environ, "VIVAVOCE_HOME": f"{folder}/studio"}
        for name, command in (
            ("import_manuscript", [sys.executable, __file__, "--one", str(book)]),
            ("studio import", [str(Path(sys.executable).parent / "studio"), "import", str(book)]),
        ):
            started = time.perf_counter()
            child = subprocess.Popen(command, env=environment, stdout=subprocess.DEVNULL)
            _, status, used = os.wait4(child.pid, 0)
            child.returncode = os.waitstatus_to_exitcode(status)
            figures = {
                "what": name,
                "exit": child.returncode,
                "wall_s": round(time.perf_counter() - started, 2),
                "cpu_s": round(used.ru_utime + used.ru_stime, 2),
                "peak_rss_mb": round(used.ru_maxrss / 1024),
            }
            print(json.dumps(figures), flush=True)


def read(book: Path) -> None:
    """Import a book and check that all of it is there."""
    from studio.importers.registry import import_manuscript

    manuscript = import_manuscript(book)
    words = sum(chapter.words for chapter in manuscript.chapters)
    if len(manuscript.chapters) != CHAPTERS or words < WORDS:
        raise SystemExit(f"{len(manuscript.chapters)} chapters and {words} words came in")


def make_book(path: Path) -> Path:
    """An EPUB of made-up sentences, the same at every run."""
    from tests.importers.conftest import EpubBuilder, nav_item

    chance = random.Random(1)  # noqa: S311 - made-up text
    documents = {f"c{n}.xhtml": _chapter(n, chance) for n in range(1, CHAPTERS + 1)}
    nav = "".join(nav_item(f"Chapter {n}", name) for n, name in enumerate(documents, 1))
    return EpubBuilder(documents=documents, nav=nav, title="A Long Book").write(path)


def _chapter(number: int, chance: random.Random) -> str:
    paragraphs, words, notes = [f"<h1>Chapter {number}</h1>"], 0, []
    while words < WORDS / CHAPTERS:
        text = " ".join(_sentence(chance) for _ in range(chance.randint(1, 7)))
        words += len(text.split())
        if chance.random() < 0.3:
            text = f"“{text}” said Anna."
        if chance.random() < 0.05:
            notes.append(f'<aside epub:type="footnote" id="n{len(notes)}"><p>{_sentence(chance)}</p></aside>')
            text += f'<a epub:type="noteref" href="#n{len(notes) - 1}">{len(notes)}</a>'
        paragraphs.append(f"<p>{text}</p>")
    return "".join(paragraphs + notes)


def _sentence(chance: random.Random) -> str:
    first, second, third = chance.sample(_NOUNS, 3)
    return f"The {first} of the {second} {chance.choice(_VERBS)} the <i>{third}</i> {chance.choice(_ENDS)}."


if __name__ == "__main__":
    main()

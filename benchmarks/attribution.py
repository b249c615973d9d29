"""How many lines of dialogue get the right speaker, and how many of those that are called sure.

    python benchmarks/attribution.py [BOOK.epub]

Scores the labelled texts of tests/corpus/attribution, and five chapters of "Love Among the Chickens" (Standard
Ebooks) if the book is given or lies in ../shared/books.
"""

import sys
import time
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from studio.importers.registry import import_manuscript  # noqa: E402
from studio.manuscript.attribution.speakers import attribute  # noqa: E402
from tests.manuscript.attribution.corpus import (  # noqa: E402
    LATER_ROUNDS,
    NOVEL_CHAPTERS,
    Judged,
    judge,
    novel_labels,
    own_texts,
)


def row(name: str, verdicts: Sequence[Judged]) -> None:
    if not verdicts:
        return
    right = sum(verdict.right for verdict in verdicts)
    sure = [verdict for verdict in verdicts if verdict.sure]
    right_of_sure = sum(verdict.right for verdict in sure)
    share = f"{right_of_sure / len(sure):7.1%}" if sure else "      -"
    print(f"{name:34}{len(verdicts):6}{right / len(verdicts):8.1%}{len(sure) / len(verdicts):8.1%}{share}")


def folder_rows(folder: str) -> list[Judged]:
    judged: list[Judged] = []
    for text in own_texts(folder):
        verdicts = judge(text, attribute(text.book))
        row(f"{folder}: {text.name}", verdicts)
        judged.extend(verdicts)
    row(folder, judged)
    return judged


def main() -> None:
    path = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "../shared/books/love-among-the-chickens.epub"
    print(f"{'text':34}{'lines':>6}{'right':>8}{'sure':>8}{'right of sure':>15}")
    judged: list[Judged] = []
    for text in own_texts():
        verdicts = judge(text, attribute(text.book))
        row(text.name, verdicts)
        judged.extend(verdicts)
    if path.is_file():
        novel = novel_labels(import_manuscript(path))
        started = time.perf_counter()
        found = attribute(novel.book)
        took_s = time.perf_counter() - started
        spoken = [index for index, chapter in enumerate(novel.book.chapters) if not chapter.skipped]
        verdicts = judge(novel, found)
        for number in NOVEL_CHAPTERS:
            row(
                f"Love Among the Chickens, {number}",
                [verdict for verdict in verdicts if verdict.place[0] == spoken[number - 1]],
            )
        judged.extend(verdicts)
    row("rounds 1 to 3", judged)
    for folder in LATER_ROUNDS:
        judged.extend(folder_rows(folder))
    row("all", judged)
    if path.is_file():
        words = sum(chapter.words for chapter in novel.book.chapters if not chapter.skipped)
        sure = sum(line.sure for line in found.lines) / len(found.lines)
        print(f"the whole novel: {words} words, {len(found.lines)} lines of speech, {sure:.1%} sure, in {took_s:.1f} s")


if __name__ == "__main__":
    main()

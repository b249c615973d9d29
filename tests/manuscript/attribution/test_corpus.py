"""The labelled corpus: 92 % of lines right at least, and 99 % of the sure ones, these in every text of later rounds."""

from dataclasses import replace
from pathlib import Path

import pytest

from studio.importers.registry import import_manuscript
from studio.manuscript.attribution.speakers import attribute
from tests.manuscript.attribution.corpus import LATER_ROUNDS, Judged, judge, novel_labels, own_texts

RIGHT = 0.92
RIGHT_OF_SURE = 0.99
FEWEST_OWN_LINES = 200
FEWEST_LINES = 860
RIGHT_LATER = {"round-4": 0.94, "round-5": 0.89, "round-6": 0.79, "round-7": 0.84}


def wrong(verdicts: list[Judged]) -> str:
    return "\n".join(f"{v.place} {v.gold}, not {v.found}: {v.evidence}: {v.text[:60]}" for v in verdicts if not v.right)


def check(verdicts: list[Judged]) -> None:
    assert sum(v.right for v in verdicts) >= RIGHT * len(verdicts), wrong(verdicts)
    sure = [v for v in verdicts if v.sure]
    assert sum(v.right for v in sure) >= RIGHT_OF_SURE * len(sure), wrong(sure)
    assert len(sure) > len(verdicts) / 3


def test_texts_of_our_own():
    verdicts = [verdict for text in own_texts() for verdict in judge(text, attribute(text.book))]
    assert len(verdicts) >= FEWEST_OWN_LINES
    check(verdicts)


def test_with_chapters_of_a_novel_and_later_rounds(novel_path: Path):
    novel = novel_labels(import_manuscript(novel_path))
    texts = [novel, *own_texts(), *(text for folder in LATER_ROUNDS for text in own_texts(folder))]
    verdicts = [verdict for text in texts for verdict in judge(text, attribute(text.book))]
    assert len(verdicts) >= FEWEST_LINES
    check(verdicts)


@pytest.mark.parametrize("folder", RIGHT_LATER)
def test_texts_of_later_rounds(folder: str):
    verdicts = {text.name: judge(text, attribute(text.book)) for text in own_texts(folder)}
    together = [verdict for own in verdicts.values() for verdict in own]
    assert sum(v.right for v in together) >= RIGHT_LATER[folder] * len(together), wrong(together)
    for own in verdicts.values():
        sure = [v for v in own if v.sure]
        assert sum(v.right for v in sure) >= RIGHT_OF_SURE * len(sure), wrong(sure)


def test_the_scoring_counts_a_second_role_for_one_person_as_wrong():
    text = next(text for text in own_texts() if text.name == "orchard")
    found = attribute(text.book)
    before = judge(text, found)
    place = next(verdict.place for verdict in before if verdict.right and verdict.gold == "Walter Finch")
    split = [replace(line, speaker="Somebody else") if line.block == place[1] else line for line in found.lines]
    after = judge(text, replace(found, lines=tuple(split)))
    assert sum(verdict.right for verdict in after) == sum(verdict.right for verdict in before) - 1

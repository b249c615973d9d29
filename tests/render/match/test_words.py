"""What people are told of a voice match is what was measured: the table of docs/voice-match.md."""

from pathlib import Path
from statistics import mean

import pytest

from studio.render.match.words import EXPLAINED, MEASURED_READERS, MEASURED_SHARE

DOCS = Path(__file__).parents[3] / "docs" / "voice-match.md"


def rows(system: str) -> list[list[str]]:
    """Cells of the readers' rows of a system; the rows of means are left out."""
    cells = [[cell.strip() for cell in line.strip("|").split("|")] for line in DOCS.read_text("utf-8").splitlines()]
    return [row for row in cells if len(row) > 2 and row[1] == system and row[0] != "mean"]


def number(cell: str) -> float:
    return float(cell.removesuffix("%").removesuffix("st").strip().replace("−", "-"))


def test_the_readers_and_the_share_of_the_way_are_those_of_the_table():
    tuned = rows("tuned")
    assert len(tuned) == MEASURED_READERS >= 6
    share = mean(number(row[5]) / 100 for row in tuned)
    assert share == pytest.approx(MEASURED_SHARE, abs=0.006)
    assert f"{MEASURED_SHARE:.0%}" in EXPLAINED
    assert "it will not be mistaken for the speaker" in EXPLAINED


@pytest.mark.parametrize("system", ["nearest", "nearest, pitch set", "tuned"])
def test_shares_follow_from_the_likenesses_beside_them(system: str):
    for row in rows(system):
        for first in (2, 6):
            likeness, floor, ceiling, share = (number(cell) for cell in row[first : first + 4])
            assert share / 100 == pytest.approx((likeness - floor) / (ceiling - floor), abs=0.008)

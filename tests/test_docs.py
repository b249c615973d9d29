"""Pages that say what a data file says are held to it."""

import re
from pathlib import Path

from studio.core.licences import load_licences
from studio.manuscript.delivery import presets

_DOCS = Path(__file__).parent.parent / "docs"


def test_the_page_of_delivery_tags_has_every_row_of_the_table_and_its_sound():
    page = (_DOCS / "delivery-tags.md").read_text("utf-8")
    rows = {found[1]: found[0] for found in re.finditer(r"^\| `\[([a-z-]+)\]` \|.*\|$", page, re.MULTILINE)}
    assert list(rows) == list(presets())
    for name, preset in presets().items():
        cells = [cell.strip() for cell in rows[name].strip("|").split("|")]
        assert tuple(cells[1:7]) == preset.written()
        assert (_DOCS / "sounds" / f"{name}.mp3").stat().st_size > 10_000


def test_the_page_of_licences_has_every_row_of_the_table():
    page = (_DOCS / "licences.md").read_text("utf-8")
    rows = [
        [cell.strip(" `") for cell in row.strip("|").split("|")]
        for row in re.findall(r"^\| `[A-Z].*\|$", page, re.MULTILINE)
        if not row.startswith("| `TXXX") and not row.startswith("| `NOTICES")
    ]
    said = {False: "no", True: "yes"}
    assert rows == [
        [known.id, known.title, *(said[each] for each in (
            known.commercial, known.attribution, known.terms_travel, known.share_alike,
        ))]
        for known in load_licences().values()
    ]  # fmt: skip

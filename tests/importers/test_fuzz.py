"""Whatever a file holds, an importer reads it or says what is wrong with it; and so do tags."""

import random
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from studio.manuscript.delivery import NEUTRAL
from studio.manuscript.tags import plain_text, read_tags, write_tags
from tests.importers.fuzzed import mutated, reader, seeds

_SUFFIXES = (".epub", ".docx", ".pdf", ".md", ".txt", ".fountain", ".fdx", ".csv", ".ssml", ".html")
_EXAMPLES = 25


@pytest.mark.parametrize("suffix", _SUFFIXES)
def test_no_file_makes_an_importer_fail(tmp_path: Path, suffix: str) -> None:
    whole, read = seeds(tmp_path / "seeds")[suffix], reader()
    path = tmp_path / f"book{suffix}"
    path.write_bytes(whole)
    assert read(path), "the seed itself is read"
    for number in range(_EXAMPLES):
        path.write_bytes(mutated(whole, random.Random(f"{suffix} {number}")))
        read(path)


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet="ab [](){}\\:=.%0123/-+sdipayl\u200b\n“’é", max_size=60))
def test_no_text_makes_the_grammar_fail_and_what_it_writes_it_reads(text: str) -> None:
    tagged = read_tags(text)
    written = write_tags(tagged.parts, tagged.delivery)
    assert plain_text(written) == tagged.text
    assert read_tags(written, tagged.delivery).parts == tagged.parts or tagged.delivery == NEUTRAL

"""Every structure case of the corpus comes out as its outline says."""

import pytest

from tests.importers.structure_corpus import Case, cases

CASES = cases()


def test_there_are_forty_cases_or_more():
    assert len({case.name for case in CASES}) == len(CASES) >= 40


@pytest.mark.parametrize("case", CASES, ids=lambda case: case.name)
def test_structure(case: Case, tmp_path):
    assert case.found(tmp_path) == case.expected

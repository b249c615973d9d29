from pathlib import Path
from urllib.parse import urlsplit

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.core.errors import InputError, MissingError
from studio.core.licences import (
    UsedLicence,
    demanding,
    find_licence,
    forbidding,
    licence_title,
    licences_named,
    load_licences,
    use_licence,
)

_IDS = [licence.id for licence in load_licences().values()]
_EXPRESSIONS = st.one_of(
    st.sampled_from(_IDS),
    st.text(max_size=30),
    st.lists(st.sampled_from([*_IDS, "LicenseRef-Someone"]), min_size=2, max_size=4).map(" AND ".join),
)


def use(licence: str, *, commercial: bool = True, url: str = "", attribution: str = "") -> UsedLicence:
    return use_licence(
        subject="voice amy",
        name="Amy",
        licence=licence,
        holder="Ann Other",
        url=url,
        commercial=commercial,
        attribution=attribution,
    )


def test_every_licence_of_the_table_says_where_its_text_stands():
    for licence in load_licences().values():
        assert licence.title
        assert licence.url == "" or urlsplit(licence.url).scheme == "https"
        assert licence.url or not licence.terms_travel
        assert ("-NC" in licence.id) <= (not licence.commercial)
        assert ("-SA" in licence.id) == licence.share_alike


@given(_EXPRESSIONS, st.booleans())
def test_nothing_makes_a_licence_looser_than_its_record(expression: str, commercial: bool):
    used = use(expression, commercial=commercial)
    assert used.commercial <= commercial
    assert not used.commercial or all(licence.commercial for licence in licences_named(expression))
    assert UsedLicence.from_json(used.to_json()) == used


@given(st.lists(st.tuples(_EXPRESSIONS, st.booleans()), max_size=6), st.booleans())
def test_what_is_sold_passes_only_if_every_licence_lets_it(records: list[tuple[str, bool]], commercial: bool):
    licences = [use(expression, commercial=allowed) for expression, allowed in records]
    stopped = forbidding(licences, commercial=commercial)
    if commercial:
        assert set(stopped) == {licence for licence in licences if not licence.commercial}
    else:
        assert stopped == ()


@given(_EXPRESSIONS)
def test_what_a_licence_demands_stands_in_its_notice(expression: str):
    used = use(expression)
    if any(licence.terms_travel for licence in licences_named(expression)):
        assert used.url in used.notice
        assert used.demanding
    if any(licence.attribution for licence in licences_named(expression)):
        assert "Amy" in used.attribution
        assert "Ann Other" in used.attribution
        assert used.demanding
    assert demanding([used, used]) == ((used,) if used.demanding else ())
    assert ("Not for commercial use." in used.notice) == (not used.commercial)


@pytest.mark.parametrize(
    ("written", "title", "commercial"),
    [
        ("cc-by-nc-sa-4.0", "Creative Commons Attribution-NonCommercial-ShareAlike 4.0", False),
        ("CC-BY-NC-SA-3.0-DE", "Creative Commons Attribution-NonCommercial-ShareAlike 3.0 DE", False),
        ("CC BY-NC 4.0", "Creative Commons Attribution-NonCommercial 4.0", False),
        ("CC-BY-NC-ND-2.5", "Creative Commons Attribution-NonCommercial-NoDerivatives 2.5", False),
        ("CC-BY-3.0", "Creative Commons Attribution 3.0", True),
        ("GPL-3.0-or-later", "GNU General Public License 3.0", True),
        ("LicenseRef-CPML-1.0", "Coqui Public Model License 1.0.0", False),
    ],
)
def test_a_licence_is_known_however_it_is_written(written: str, title: str, commercial: bool):
    found = find_licence(written)
    assert found is not None
    assert (found.title, found.commercial) == (title, commercial)


def test_an_older_version_has_its_own_address():
    assert use("CC-BY-SA-2.0").url == "https://creativecommons.org/licenses/by-sa/2.0/"


def test_a_record_cannot_sell_what_a_part_of_its_licence_forbids():
    assert not use("MIT AND CC-BY-NC-4.0").commercial
    assert not use("(MIT or cc-by-nc-4.0)").commercial
    assert use("MIT AND Apache-2.0").commercial


@pytest.mark.parametrize("commercial", [True, False])
def test_of_an_unknown_licence_the_record_is_all_there_is(commercial: bool):
    used = use("LicenseRef-Someone", commercial=commercial, url="https://example.com/terms")
    assert (used.commercial, used.attribution, used.terms_travel) == (commercial, "", False)
    assert licence_title("LicenseRef-Someone") == "LicenseRef-Someone"


def test_the_terms_of_xtts_travel():
    used = use_licence(
        subject="engine xtts",
        name="XTTS v2",
        licence="LicenseRef-CPML-1.0",
        holder="Coqui",
        url="",
        commercial=False,
    )
    assert used.notice == (
        "Engine xtts, Coqui.",
        "Licence: Coqui Public Model License 1.0.0.",
        "https://coqui.ai/cpml.txt",
        "Not for commercial use.",
    )


def test_the_words_of_a_record_go_before_those_made_up():
    assert use("CC-BY-4.0", attribution="Amy, read by Ann.").notice[0] == "Amy, read by Ann."
    assert use("MIT", attribution="Amy,\n\nread by Ann").notice[0] == "Amy, read by Ann."
    assert use("CC-BY-SA-4.0").notice[-1] == "To be passed on under the same licence only."


@pytest.mark.parametrize(
    ("text", "why"),
    [
        ("[[licence", "not valid TOML"),
        ('[[licence]]\nid = "X"\n', "wrong field"),
        ('[[licence]]\nid = "X"\ntitle = "X"\nurl = ""\ncommercial = true\nfree = true\n', "wrong field"),
        ('[[licence]]\nid = "X"\ntitle = "X"\nurl = ""\ncommercial = true\n' * 2, "listed twice"),
    ],
)
def test_a_damaged_table_is_refused_and_named(tmp_path: Path, text: str, why: str):
    path = tmp_path / "licences.toml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(InputError, match=why) as caught:
        load_licences(path)
    assert caught.value.where == str(path)


def test_without_a_table_the_installation_is_incomplete(tmp_path: Path):
    with pytest.raises(MissingError, match="table of licences is missing"):
        load_licences(tmp_path / "nowhere.toml")

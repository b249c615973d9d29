from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.consent.json_form import from_json, to_json
from studio.consent.terms import Compensation, Terms, check_terms
from studio.core.errors import InputError

TERMS = Terms(
    uses=("audiobook",),
    description="Narration of crime novels for one publisher, as audiobooks sold in shops and lent in libraries.",
    languages=("en",),
    first_day=date(2026, 1, 1),
    last_day=date(2026, 12, 31),
    excluded_content=("political",),
)


def test_good_terms_give_no_warning():
    assert check_terms(TERMS) == ()


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"uses": ()}, "no use"),
        ({"uses": ("audiobook", "anything")}, "'anything' is not a use"),
        ({"languages": ()}, "no language"),
        ({"languages": ("english!",)}, "not a language tag"),
        ({"time_zone": "Mars/Base"}, "not a time zone"),
        ({"time_zone": "../../etc/passwd"}, "not a time zone"),
        ({"last_day": date(2025, 12, 31)}, "before the first"),
        ({"description": "Books."}, "6 characters"),
        ({"description": "x" + " " * 200}, "1 characters"),
        ({"max_finished_minutes": 0.0}, "not above zero"),
        ({"take_down_days": -1}, "below zero"),
        ({"compensation": Compensation("flat", "", "EUR")}, "no amount"),
        ({"compensation": Compensation("flat", "NaN", "EUR")}, "no amount"),
        ({"compensation": Compensation("flat", "-5", "EUR")}, "no amount"),
        ({"compensation": Compensation("per-finished-hour", "250", "euro")}, "no currency"),
    ],
)
def test_terms_that_are_incomplete_or_contradict_themselves_are_refused(change: dict[str, object], says: str):
    with pytest.raises(InputError, match=says):
        check_terms(replace(TERMS, **change))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"description": TERMS.description + " In any and all media, in perpetuity."}, "any and all"),
        ({"last_day": date(2036, 1, 1)}, "three years"),
        ({"excluded_content": ()}, "no kind of content"),
    ],
)
def test_what_a_court_or_the_owner_may_object_to_is_warned_of(change: dict[str, object], says: str):
    assert any(says in warning for warning in check_terms(replace(TERMS, **change)))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("listed", "asked", "covered"),
    [
        ("en", "en", True),
        ("en", "en-GB", True),
        ("EN", "en-gb", True),
        ("en-GB", "en-GB", True),
        ("en-GB", "en", False),
        ("en-GB", "en-US", False),
        ("e", "en", False),
        ("en", "eng", False),
    ],
)
def test_a_wider_language_covers_a_narrower_one_and_not_the_other_way(listed: str, asked: str, covered: bool):
    assert replace(TERMS, languages=("de", listed)).covers_language(asked) == covered


def test_the_last_day_is_inclusive_where_the_clock_was_put_on():
    spring = replace(TERMS, last_day=date(2026, 3, 29), time_zone="Europe/Dublin")  # 23 hours long there
    assert spring.not_after == datetime(2026, 3, 29, 23, tzinfo=UTC)
    assert spring.not_after - datetime(2026, 3, 29, 0, tzinfo=UTC) == timedelta(hours=23)


days = st.dates(min_value=date(1990, 1, 1), max_value=date(2090, 1, 1))


@given(first=days, length=st.integers(0, 4000), zone=st.sampled_from(["UTC", "Asia/Kathmandu", "America/New_York"]))
def test_terms_survive_json_and_span_whole_days(first: date, length: int, zone: str):
    terms = replace(TERMS, first_day=first, last_day=first + timedelta(days=length), time_zone=zone)
    assert from_json(Terms, to_json(terms), what="terms") == terms
    hours = (terms.not_after - terms.not_before).total_seconds() / 3600
    assert abs(hours - 24 * (length + 1)) <= 1


@pytest.mark.parametrize(
    "data",
    [
        {**to_json(TERMS), "unheard_of": 1},
        {**to_json(TERMS), "first_day": "yesterday"},
        {**to_json(TERMS), "survival": "for ever"},
        {name: value for name, value in to_json(TERMS).items() if name != "uses"},
        [],
    ],
)
def test_json_that_is_not_terms_is_refused_by_name(data: object):
    with pytest.raises(InputError):
        from_json(Terms, data, what="terms")

"""What counts as wider terms: held against the gate's own reading of them."""

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.consent.renewal import widens
from studio.consent.terms import CONTENT, USES, Terms

DESCRIPTION = "Narration of crime novels for one publisher, as audiobooks in shops and libraries, nothing else at all."
TERMS = Terms(
    uses=("audiobook", "podcast"),
    description=DESCRIPTION,
    languages=("en-GB",),
    first_day=date(2026, 3, 1),
    last_day=date(2027, 2, 28),
    time_zone="Europe/Dublin",
    projects=("p1", "p2"),
    max_finished_minutes=600,
    excluded_content=("adult", "political"),
    excluded_deliveries=("shout",),
    project_approval=True,
    final_approval=True,
    survival="take-down",
    take_down_days=30,
    territories=("IE", "GB"),
)


def some(values: tuple[str, ...], least: int = 0) -> st.SearchStrategy[tuple[str, ...]]:
    return st.lists(st.sampled_from(values), min_size=least, unique=True).map(tuple)


DAYS = st.dates(date(2026, 1, 1), date(2026, 1, 6))
ZONES = st.sampled_from(("UTC", "Europe/Dublin", "Pacific/Kiritimati", "America/Los_Angeles"))
TERMS_OF_ALL_KINDS = st.builds(
    Terms,
    uses=some(USES[:3], 1),
    description=st.just(DESCRIPTION),
    languages=some(("en", "en-GB", "de"), 1),
    first_day=DAYS,
    last_day=DAYS,
    time_zone=ZONES,
    projects=some(("p1", "p2")),
    max_finished_minutes=st.sampled_from((None, 10.0, 20.0)),
    excluded_content=some(CONTENT[:2]),
    excluded_deliveries=some(("shout", "whisper")),
    project_approval=st.booleans(),
    final_approval=st.booleans(),
    survival=st.sampled_from(("stay", "take-down")),
    take_down_days=st.sampled_from((0, 30)),
    territories=some(("IE", "GB")),
)


@st.composite
def uses_of_a_voice(draw: st.DrawFn) -> dict[str, object]:
    """Something somebody may want to do with the voice, at some time."""
    start = datetime(2025, 12, 31, tzinfo=UTC)
    return {
        "use": draw(st.sampled_from(USES[:3])),
        "language": draw(st.sampled_from(("en", "en-GB", "en-US", "de"))),
        "project": draw(st.sampled_from(("p1", "p2", "p3"))),
        "at": start + timedelta(hours=draw(st.integers(0, 200))),
        "minutes": draw(st.sampled_from((5.0, 15.0, 25.0))),
        "content": draw(some(CONTENT[:2])),
        "delivery": draw(st.sampled_from(("neutral", "shout", "whisper"))),
        "project_approved": draw(st.booleans()),
        "final_approved": draw(st.booleans()),
        "territory": draw(st.sampled_from(("IE", "GB", "US"))),
        "days_after_end": draw(st.sampled_from((0, 10, 40))),
    }


def allows(terms: Terms, wanted: dict[str, object]) -> bool:
    """A plain reading of the terms, written apart from the code under test."""
    return all((
        wanted["use"] in terms.uses,
        terms.covers_language(str(wanted["language"])),
        not terms.projects or wanted["project"] in terms.projects,
        terms.not_before <= wanted["at"] < terms.not_after,  # type: ignore[operator]
        terms.max_finished_minutes is None or wanted["minutes"] <= terms.max_finished_minutes,  # type: ignore[operator]
        not set(wanted["content"]) & set(terms.excluded_content),  # type: ignore[call-overload]
        wanted["delivery"] not in terms.excluded_deliveries,
        wanted["project_approved"] or not terms.project_approval,
        wanted["final_approved"] or not terms.final_approval,
        not terms.territories or wanted["territory"] in terms.territories,
        terms.survival == "stay" or wanted["days_after_end"] <= terms.take_down_days,  # type: ignore[operator]
    ))  # fmt: skip


@given(TERMS_OF_ALL_KINDS, TERMS_OF_ALL_KINDS, uses_of_a_voice())
def test_terms_that_do_not_widen_allow_nothing_new(old: Terms, new: Terms, wanted: dict[str, object]):
    if not widens(old, new):
        assert allows(old, wanted) or not allows(new, wanted)


@given(TERMS_OF_ALL_KINDS, st.data())
def test_narrowed_terms_never_widen(old: Terms, data: st.DataObject):
    """Built narrower field by field, so that the property above is not met by finding everything wider."""
    new = replace(
        old,
        uses=data.draw(some(old.uses, 1)),
        languages=data.draw(some((*old.languages, *(f"{tag}-x-own" for tag in old.languages)), 1)),
        excluded_content=tuple({*old.excluded_content, *data.draw(some(CONTENT[:3]))}),
        excluded_deliveries=tuple({*old.excluded_deliveries, "sing"}),
        max_finished_minutes=min(old.max_finished_minutes or 99.0, data.draw(st.sampled_from((5.0, 50.0)))),
        projects=data.draw(some(old.projects, 1)) if old.projects else data.draw(some(("p1", "p3"))),
        territories=data.draw(some(old.territories, 1)) if old.territories else data.draw(some(("FR",))),
        project_approval=old.project_approval or data.draw(st.booleans()),
        final_approval=old.final_approval or data.draw(st.booleans()),
        survival="take-down",
        take_down_days=0,
        last_day=old.last_day - timedelta(days=data.draw(st.integers(0, 3))),
    )
    assert widens(old, new) == ()


@given(TERMS_OF_ALL_KINDS, TERMS_OF_ALL_KINDS, TERMS_OF_ALL_KINDS)
def test_steps_that_do_not_widen_do_not_widen_together(first: Terms, second: Terms, third: Terms):
    if not widens(first, second) and not widens(second, third):
        assert not widens(first, third)


@pytest.mark.parametrize(
    ("change", "says"),
    [
        ({"uses": ("audiobook", "ad")}, "it allows ad"),
        ({"description": DESCRIPTION + " And films."}, "described differently"),
        ({"languages": ("en",)}, "en as a language"),
        ({"first_day": date(2026, 2, 28)}, "begins earlier"),
        ({"last_day": date(2027, 3, 1)}, "ends later"),
        ({"time_zone": "America/Los_Angeles"}, "ends later"),
        ({"projects": ()}, "other projects"),
        ({"projects": ("p1", "p3")}, "other projects"),
        ({"max_finished_minutes": None}, "more finished minutes"),
        ({"max_finished_minutes": 600.5}, "more finished minutes"),
        ({"excluded_content": ("political",)}, "no longer excludes adult"),
        ({"excluded_deliveries": ()}, "delivery shout"),
        ({"project_approval": False}, "projects need no approval"),
        ({"final_approval": False}, "final audio needs no approval"),
        ({"survival": "stay"}, "stay longer"),
        ({"take_down_days": 31}, "stay longer"),
        ({"territories": ()}, "other territories"),
        ({"sublicence": "Any retailer"}, "passed on"),
        ({"exclusivity": "No other studio"}, "binds the voice owner"),
    ],
)
def test_one_wider_field_is_named(change: dict[str, object], says: str):
    (reason,) = widens(TERMS, replace(TERMS, **change))  # type: ignore[arg-type]
    assert says in reason


def test_the_same_terms_do_not_widen():
    assert widens(TERMS, replace(TERMS, description=f"  {DESCRIPTION} ", credit="J. Doe")) == ()

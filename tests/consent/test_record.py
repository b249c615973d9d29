from dataclasses import replace
from datetime import date

import pytest
from hypothesis import given
from hypothesis import strategies as st

from studio.consent.names import normal_name, skeleton
from studio.consent.record import ConsentRecord, Party, Subject, check_record
from studio.core.errors import InputError
from tests.consent.test_terms import TERMS

RECORD = ConsentRecord(
    id="5f1c3d34-7d5c-4bb9-9d0b-0a4ad6f7e0aa",
    voice_id="jane-doe",
    language="en",
    subject=Subject("Jane Doe", "mailto:jane@example.com", "IE", representation="agent", representative="A. Gent"),
    controller=Party("studio", "Harbour Studio", "mailto:studio@example.com"),
    terms=TERMS,
)
TODAY = date(2026, 6, 1)


def test_a_complete_record_passes_and_survives_json():
    assert check_record(RECORD, today=TODAY) == ()
    assert ConsentRecord.from_json(RECORD.to_json()) == RECORD


@pytest.mark.parametrize(
    ("changed", "says"),
    [
        (replace(RECORD, subject=replace(RECORD.subject, legal_name=" ")), "legal name is missing"),
        (replace(RECORD, subject=replace(RECORD.subject, legal_name="---")), "no letters"),
        (replace(RECORD, subject=replace(RECORD.subject, contact="")), "reach the person"),
        (replace(RECORD, subject=replace(RECORD.subject, country="")), "country"),
        (replace(RECORD, controller=replace(RECORD.controller, name="")), "studio's name"),
        (replace(RECORD, subject=replace(RECORD.subject, status="minor")), "guardian is missing"),
        (replace(RECORD, subject=replace(RECORD.subject, status="deceased")), "representative is missing"),
        (
            replace(RECORD, subject=replace(RECORD.subject, status="deceased", guardian="The Estate")),
            "cannot speak",
        ),
    ],
)
def test_an_incomplete_record_is_not_shown_to_anybody(changed: ConsentRecord, says: str):
    with pytest.raises(InputError, match=says):
        check_record(changed, today=TODAY)


def test_a_term_that_is_over_is_not_asked_for():
    with pytest.raises(InputError, match="over already"):
        check_record(RECORD, today=date(2027, 1, 1))


def test_an_owner_whom_nobody_advised_is_warned_of():
    alone = replace(RECORD, subject=replace(RECORD.subject, representation="none", representative=""))
    assert any("927" in warning for warning in check_record(alone, today=TODAY))


def test_without_its_salt_nobody_can_guess_a_record_from_its_hash():
    assert RECORD.salted_hash(bytes(32)) != RECORD.salted_hash(bytes([1]) * 32)
    assert RECORD.salted_hash(bytes(32)) == ConsentRecord.from_json(RECORD.to_json()).salted_hash(bytes(32))


@pytest.mark.parametrize(
    "look_alike",
    ["J\u0430ne Doe", "JANE DOE", "Jane\u200b Doe", "Jane  Doe", "Ｊａｎｅ Doe", "Jané Doe", "Jane\u0301 Doe"],
)
def test_61_names_that_look_alike_meet(look_alike: str):
    assert skeleton(look_alike) == skeleton("Jane Doe")


@pytest.mark.parametrize("other", ["June Doe", "Jane Dow", "Jane D", ""])
def test_other_names_do_not(other: str):
    assert skeleton(other) != skeleton("Jane Doe")


@given(st.text(max_size=40))
def test_a_normal_name_shows_all_it_holds(name: str):
    assert normal_name(normal_name(name)) == normal_name(name)
    assert not set(normal_name(name)) & {"\u200b", "\u202e", "\u2066", "\ufeff"}

from decimal import Decimal
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import update

from studio.bootstrap import Studio
from studio.consent.terms import Compensation
from studio.core.errors import RefusedError
from studio.services.consents.account import owed
from studio.store.consent_tables import ConsentRow
from tests.consents import PRODUCER, Walk


@pytest.mark.parametrize(
    ("basis", "amount", "seconds", "expected"),
    [
        ("none", "", 7200.0, "0.00"),
        ("flat", "250", 0.0, "250.00"),
        ("per-finished-hour", "200.00", 3600.0, "200.00"),
        ("per-finished-hour", "200.00", 1.0, "0.06"),  # 5.55… cents
        ("per-finished-hour", "100", 0.18, "0.01"),  # exactly half a cent goes up
        ("per-finished-hour", "0.1", 36_000_000.0, "1000.00"),
        ("royalty", "10", 3600.0, "0.00"),
    ],
)
def test_what_is_owed_is_exact(basis: str, amount: str, seconds: float, expected: str):
    assert str(owed(Compensation(basis, amount, "EUR"), seconds)) == expected


@given(st.floats(0, 1e7), st.floats(0, 1e7), st.decimals("0.01", "10000", places=2))
def test_more_speech_is_never_paid_less(one: float, other: float, amount: Decimal):
    pay = Compensation("per-finished-hour", str(amount), "EUR")
    low, high = sorted((one, other))
    assert owed(pay, low) <= owed(pay, high)


def test_the_owner_sees_the_account_of_their_own_record_only(studio: Studio, walk: Walk, tmp_path: Path):
    walk.folder = tmp_path
    pay = {"basis": "per-finished-hour", "amount": "180.00", "currency": "EUR", "status": "due"}
    owner = walk.verified(compensation=pay, max_finished_minutes=90)
    other = walk.asked("Ida Bell")
    with studio._context.database.write() as session:
        session.execute(update(ConsentRow).where(ConsentRow.id == owner.consent_id).values(used_seconds=1234.5))
    account = studio.endings.account(owner, owner.consent_id)
    assert (account.owed, account.currency, account.status) == (Decimal("61.73"), "EUR", "due")
    assert (account.finished_minutes, account.quota) == (pytest.approx(20.575), 90)
    assert studio.endings.account(PRODUCER, owner.consent_id) == account
    with pytest.raises(RefusedError):
        studio.endings.account(other, owner.consent_id)

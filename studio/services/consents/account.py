"""What a voice owner is owed: the usage meter as a statement of account."""

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from sqlalchemy.orm import Session

from studio.consent.terms import Compensation
from studio.services.consents.journal import record_of
from studio.services.consents.summaries import work_views
from studio.services.consents.views import WorkView
from studio.store.consent_tables import ConsentRow

_CENT = Decimal("0.01")
_SECONDS_PER_HOUR = 3600


@dataclass(frozen=True, slots=True)
class StatementOfAccount:
    """What was made with a voice, and what is owed for it by the terms.

    Attributes:
        consent_id: which consent.
        credit: the name the voice is credited by.
        basis: "none", "flat", "per-finished-hour" or "royalty".
        amount: of the basis, as agreed; a percentage for a royalty; empty for none.
        currency: ISO 4217; empty for none.
        status: "agreed", "due" or "paid", as the record says.
        finished_minutes: rendered speech.
        quota: the limit of it in minutes; None for none.
        owed: in `currency`, exact. Zero for a royalty, which depends on receipts that the studio does not know.
        works: finished works.
        period: first and last day of the term, ISO 8601.
    """

    consent_id: str
    credit: str
    basis: str
    amount: str
    currency: str
    status: str
    finished_minutes: float
    quota: float | None
    owed: Decimal
    works: tuple[WorkView, ...]
    period: tuple[str, str]


def account_of(session: Session, row: ConsentRow) -> StatementOfAccount:
    """The statement of account of a consent.

    Raises:
        ConflictError: the record was erased.
    """
    record = record_of(row)
    terms = record.terms
    pay = terms.compensation
    return StatementOfAccount(
        consent_id=row.id,
        credit=record.credit,
        basis=pay.basis,
        amount=pay.amount,
        currency=pay.currency,
        status=pay.status,
        finished_minutes=row.used_seconds / 60,
        quota=terms.max_finished_minutes,
        owed=owed(pay, row.used_seconds),
        works=work_views(session, row.id),
        period=(terms.first_day.isoformat(), terms.last_day.isoformat()),
    )


def owed(pay: Compensation, used_seconds: float) -> Decimal:
    """What is owed for some seconds of rendered speech, rounded half up to hundredths of the currency.

    Seconds count to the millisecond; a voice that was not used is owed a flat fee all the same.
    """
    if pay.basis == "flat":
        return Decimal(pay.amount).quantize(_CENT, ROUND_HALF_UP)
    if pay.basis == "per-finished-hour":
        seconds = Decimal(f"{used_seconds:.3f}")
        return (seconds * Decimal(pay.amount) / _SECONDS_PER_HOUR).quantize(_CENT, ROUND_HALF_UP)
    return Decimal("0.00")

"""The certificate of destruction: what was destroyed, how and when, with a signed head of the ledger."""

from typing import Any

from sqlalchemy.orm import Session

from studio.core.errors import RefusedError
from studio.core.hashing import canonical_json
from studio.services.consents.summaries import work_views
from studio.services.consents.works import take_down_due
from studio.services.context import Context
from studio.store.consent_tables import ConsentRow, PurgeRow

CERTIFICATE_TYPE = "vivavoce-destruction-certificate/1"


def certify(context: Context, session: Session, row: ConsentRow, purged: PurgeRow) -> dict[str, Any]:
    """Sign the certificate of a purge whose last event was appended in this transaction. It names nobody.

    Raises:
        RefusedError: the ledger cannot be signed now; the purge is certified when it can.
    """
    head = context.ledger.head(session)
    if head is None or head.size <= row.ledger_seq:
        raise RefusedError("the ledger cannot be signed now", hint="Run `studio consent ledger verify`.")
    due = take_down_due(session, row)
    said: dict[str, Any] = {
        "type": CERTIFICATE_TYPE,
        "consent": row.id,
        "state": row.state,
        "ended_at": row.ended_at,
        "started_at": purged.started_at,
        "finished_at": purged.finished_at,
        "destroyed": purged.destroyed,
        "works": [
            {"sha256": work.sha256, "delivered_at": work.at, "taken_down_by": due.isoformat() if due else None}
            for work in work_views(session, row.id)
        ],
        "record_hash": row.record_hash,
        "ledger_seq": row.ledger_seq,
        "ledger_head": head.anchor().text(),
    }
    signature = context.ledger.key(session).sign_document(canonical_json(said))
    return {**said, "signature": signature.to_json()}

"""Erasing the personal data of a record that ended (GDPR 17): states, ids and salted hashes are left."""

import logging

from sqlalchemy import select, text, update
from sqlalchemy.orm import Session

from studio.consent.actors import Actor
from studio.core.errors import ConflictError, StorageError
from studio.services.consents.journal import find_consent, write_event
from studio.services.context import Context
from studio.store.consent_tables import (
    ChallengeRow,
    ConsentEventRow,
    ConsentRow,
    PurgeRow,
    ReviewRow,
    StatementRow,
    VoiceAssetRow,
    VoiceRow,
)
from studio.store.tables import JobRow

_log = logging.getLogger(__name__)
_NOBODY = "The consent of a voice ended."


def erase_record(context: Context, actor: Actor, consent_id: str) -> None:
    """Erase record, salt, details of events, reviews and reports; a second time changes nothing.

    Raises:
        NotFoundError: there is no such consent.
        ConflictError: its voice data is not destroyed yet.
        RefusedError: the ledger cannot be signed.
    """
    with context.database.write() as session:
        row = find_consent(session, consent_id)
        purged = session.get(PurgeRow, row.id)
        if purged is None or purged.state != "done":
            raise ConflictError(
                "the voice data of this consent is not destroyed yet",
                hint="A record is erased after its end and purge.",
            )
        if row.record is None:
            return
        write_event(context, session, row, "erased", actor=actor)
        session.flush()
        _forget(session, row)
    _forget_pages(context)


def _forget(session: Session, row: ConsentRow) -> None:
    row.record, row.salt, row.owner_token_hash = None, None, None
    mine = row.id
    session.execute(update(ConsentEventRow).where(ConsentEventRow.consent_id == mine).values(detail=None))
    session.execute(update(ReviewRow).where(ReviewRow.consent_id == mine).values(reviewer=None, note=None))
    session.execute(update(StatementRow).where(StatementRow.consent_id == mine).values(report=None))
    session.execute(
        update(VoiceAssetRow).where(VoiceAssetRow.consent_id == mine).values(report=None, label="", fingerprint="")
    )
    session.execute(update(ChallengeRow).where(ChallengeRow.consent_id == mine).values(hashed={}))
    others = ConsentRow.voice_id == row.voice_id, ConsentRow.id != mine, ConsentRow.record.is_not(None)
    if session.scalars(select(ConsentRow.id).where(*others)).first() is None:
        voice = session.get_one(VoiceRow, row.voice_id)
        if voice.name:
            told = JobRow.error.contains(voice.name, autoescape=True)
            session.execute(update(JobRow).where(told).values(error=_NOBODY))
        voice.name, voice.name_skeleton = "", ""


def _forget_pages(context: Context) -> None:
    """Write the database file anew, so that what was erased is in no free page and in no log of it."""
    engine = context.database.engine
    if engine.dialect.name != "sqlite":
        return
    try:
        with engine.connect() as connection:
            connection.execute(text("VACUUM"))
            connection.execute(text("PRAGMA wal_checkpoint(TRUNCATE)"))
    except Exception as error:
        raise StorageError(
            "the record is erased, but the database file could not be written anew",
            hint="Run `sqlite3 studio.db VACUUM` while the studio is closed.",
        ) from error

"""The destruction of everything that holds a voice after the end of its consent. Cut off at any point, it goes on.

The key goes first: from then on nothing of the vault can be read and no grant be redeemed. Everything else is written
down in the purge's row in the transaction that removes its row, and its file is removed after that; going on removes
again what is written down. The certificate is the last step.
"""

import logging
from collections import Counter
from collections.abc import Sequence

from filelock import FileLock, Timeout
from sqlalchemy import Select, delete, exists, or_, select
from sqlalchemy.orm import Session

from studio.consent.actors import STUDIO_ITSELF
from studio.consent.states import PURGED_ENDS
from studio.core.errors import StudioError
from studio.services.consents.certifying import certify
from studio.services.consents.evidence import destroy
from studio.services.consents.journal import write_event
from studio.services.consents.traces import (
    notes_of,
    remove_sounds,
    remove_temporary,
    remove_unfinished,
    stray_sounds,
)
from studio.services.consents.works import take_down, take_down_due
from studio.services.context import Context
from studio.services.jobs import dispatcher_lock
from studio.store.consent_tables import ConsentRow, PurgeRow, VoiceAssetRow, VoiceUseRow
from studio.store.tables import CastRow, JobRow, MasterRow, TakeRow

_log = logging.getLogger(__name__)
_BATCH = 500
_STANDING = ("given", "verified", "suspended")
_WITH_SOUND = frozenset({"take", "master", "stray-sound"})


def mark_for_purge(context: Context, session: Session, row: ConsentRow) -> None:
    """Write down, in the transaction that ends a consent, that its voice data has to go."""
    if session.get(PurgeRow, row.id) is None:
        now = context.clock.now(session).isoformat()
        session.add(PurgeRow(consent_id=row.id, state="pending", destroyed=[], certificate=None, started_at=now))
        session.flush()


def make_unusable(context: Context, consent_id: str) -> None:
    """Remember the end outside of the data home, and destroy the key: cheap, and both are on disk when this returns.

    Raises:
        StorageError: it cannot be written.
    """
    with context.database.read() as session:
        row = session.get_one(ConsentRow, consent_id)
        state, ended_at, seq = row.state, row.ended_at or "", row.ledger_seq
    context.vault.destroy_key(consent_id)
    context.ledger.anchors.add_tombstone(consent_id, state=state, time=ended_at, seq=seq)


def pending_purges(context: Context) -> tuple[str, ...]:
    """Ids of consents whose voice data has to go: those marked, and those that ended so and are not marked yet."""
    with context.database.read() as session:
        marked = session.scalars(select(PurgeRow.consent_id).where(PurgeRow.state == "pending")).all()
        unmarked = session.scalars(
            select(ConsentRow.id).where(
                ConsentRow.state.in_([state.value for state in PURGED_ENDS]),
                ~exists().where(PurgeRow.consent_id == ConsentRow.id),
            )
        ).all()
        return (*marked, *unmarked)


def resume_purges(context: Context) -> int:
    """Go on with every purge that is not done; returns how many are done now. What fails is tried again next time."""
    done = 0
    for consent_id in pending_purges(context):
        try:
            done += purge(context, consent_id, wait=False)
        except (StudioError, OSError) as error:
            _log.warning("the purge of consent %s could not go on: %s", consent_id, type(error).__name__)
    return done


def purge(context: Context, consent_id: str, *, wait: bool = True) -> bool:
    """Destroy everything that holds the voice; returns whether it is all gone and certified.

    It is not while a job with the voice has not stopped yet, or, without `wait`, while another process is at it.

    Raises:
        StudioError: something cannot be destroyed, or the certificate not be signed.
        OSError: a file cannot be deleted.
    """
    make_unusable(context, consent_id)
    try:
        with FileLock(context.settings.home / "purge.lock").acquire(timeout=-1 if wait else 0):
            return _Purge(context, consent_id).run()
    except Timeout:
        return False


class _Purge:
    def __init__(self, context: Context, consent_id: str) -> None:
        self._context = context
        self._id = consent_id

    def run(self) -> bool:
        with self._context.database.write() as session:
            row = session.get_one(ConsentRow, self._id)
            mark_for_purge(self._context, session, row)
            purged = session.get_one(PurgeRow, self._id)
            if purged.state == "done":
                return True
            self._voice = row.voice_id
            if not any(each["kind"] == "key" for each in purged.destroyed):
                self._note(session, [("key", self._id, "")], "overwritten and removed")
            again = [each["sha256"] for each in purged.destroyed if each["kind"] in _WITH_SOUND]
        remove_sounds(self._context, again)
        self._assets()
        if self._voice_stands():
            self._finish()
            return True
        at_rest = self._at_rest()  # asked first: what a job stores before it stops is found below, or next time
        self._takes()
        self._masters()
        self._notes()
        remove_temporary(self._context)
        self._works()
        if not at_rest:
            return False
        self._strays()
        self._finish()
        return True

    def _note(self, session: Session, items: Sequence[tuple[str, str, str]], method: str) -> None:
        """Write down what is destroyed: kind, item and SHA-256 of each."""
        purged = session.get_one(PurgeRow, self._id)
        at = self._context.clock.now(session).isoformat()
        known = {(each["kind"], each["item"], each["sha256"]) for each in purged.destroyed}
        new = [item for item in dict.fromkeys(items) if item not in known]
        purged.destroyed = purged.destroyed + [
            {"kind": kind, "item": item, "sha256": sha256, "method": method, "at": at} for kind, item, sha256 in new
        ]

    def _assets(self) -> None:
        with self._context.database.write() as session:
            mine = VoiceAssetRow.consent_id == self._id, VoiceAssetRow.destroyed_at.is_(None)
            assets = list(session.scalars(select(VoiceAssetRow).where(*mine)))
            items = [(asset.kind, asset.id, asset.sha256_plain) for asset in assets]
            if items:
                self._note(session, items, "encryption key destroyed, file deleted")
                destroy(self._context, session, assets)
        self._context.vault.remove_assets(self._id)

    def _voice_stands(self) -> bool:
        """Whether another record of the voice keeps its sound: this one renews it, or is renewed by it."""
        with self._context.database.read() as session:
            others = ConsentRow.voice_id == self._voice, ConsentRow.id != self._id, ConsentRow.state.in_(_STANDING)
            return session.scalars(select(ConsentRow.id).where(*others)).first() is not None

    def _takes(self) -> None:
        while True:
            with self._context.database.write() as session:
                rows = session.scalars(select(TakeRow).where(TakeRow.voice_id == self._voice).limit(_BATCH)).all()
                items = [("take", row.key, row.blob_sha256) for row in rows]
                if items:
                    self._note(session, items, "file deleted")
                    session.execute(delete(TakeRow).where(TakeRow.key.in_([key for _, key, _ in items])))
            if not items:
                return
            remove_sounds(self._context, [sha256 for _, _, sha256 in items])

    def _masters(self) -> None:
        held = select(VoiceUseRow.item).where(VoiceUseRow.voice_id == self._voice, VoiceUseRow.kind == "master")
        while True:
            with self._context.database.write() as session:
                rows = session.scalars(select(MasterRow).where(MasterRow.key.in_(held)).limit(_BATCH)).all()
                items = [("master", row.key, row.blob_sha256) for row in rows]
                if items:
                    self._note(session, items, "file deleted")
                    session.execute(delete(MasterRow).where(MasterRow.key.in_([key for _, key, _ in items])))
            if not items:
                return
            remove_sounds(self._context, [sha256 for _, _, sha256 in items])

    def _notes(self) -> None:
        notes = list(notes_of(self._context.settings.home, self._voice))
        if notes:
            with self._context.database.write() as session:
                self._note(session, [("take", key, sha256) for _, key, sha256 in notes], "file deleted")
            remove_sounds(self._context, [sha256 for _, _, sha256 in notes])
            for note, _, _ in notes:
                note.unlink(missing_ok=True)

    def _strays(self) -> None:
        strays = stray_sounds(self._context)
        if strays:
            with self._context.database.write() as session:
                self._note(session, [("stray-sound", sha256, sha256) for sha256 in strays], "file deleted")
            remove_sounds(self._context, strays)
        remove_unfinished(self._context)

    def _works(self) -> None:
        """Take down at once what may not stay a day."""
        with self._context.database.read() as session:
            due = take_down_due(session, session.get_one(ConsentRow, self._id))
            if due is None or due > self._context.clock.now(session):
                return
        found = [each for each in take_down(self._context, self._id, dry_run=True) if each.fate == "removed"]
        if found:
            with self._context.database.write() as session:
                self._note(session, [("work", each.path, each.sha256) for each in found], "file deleted")
            take_down(self._context, self._id)

    def _at_rest(self) -> bool:
        """Whether no job that has the voice in its cast runs; one whose process was killed does not."""
        with self._context.database.read() as session:
            if session.scalars(active_jobs(self._voice).where(JobRow.state == "running")).first() is None:
                return True
        try:
            with dispatcher_lock(self._context).acquire(timeout=0):
                return True
        except Timeout:
            return False

    def _finish(self) -> None:
        with self._context.database.write() as session:
            row, purged = session.get_one(ConsentRow, self._id), session.get_one(PurgeRow, self._id)
            counts = Counter(each["kind"].replace("-", "_") for each in purged.destroyed)
            write_event(self._context, session, row, "purged", actor=STUDIO_ITSELF, facts=counts)
            purged.state, purged.finished_at = "done", self._context.clock.now(session).isoformat()
            purged.certificate = certify(self._context, session, row, purged)


def active_jobs(voice_id: str) -> Select[JobRow]:
    """Jobs that wait or run in projects that cast a voice, or on the voice itself."""
    projects = select(CastRow.project_id).where(CastRow.voice_id == voice_id)
    mine = or_(JobRow.project_id.in_(projects), JobRow.voice_id == voice_id)
    return select(JobRow).where(mine, JobRow.state.in_(("queued", "running")))


def held(session: Session, consent_id: str) -> bool:
    """Whether the vault has something of a consent that is not destroyed."""
    mine = VoiceAssetRow.consent_id == consent_id, VoiceAssetRow.destroyed_at.is_(None)
    return session.scalars(select(VoiceAssetRow.id).where(*mine)).first() is not None

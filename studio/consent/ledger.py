"""The ledger: every change of every consent, in an order and a wording that cannot be changed unnoticed.

Each event is chained to the one before it, all are leaves of a Merkle tree (RFC 6962), and the tree's head is signed
with the key of the data home in the same transaction. What that cannot show, a whole database that was set back, is
shown by the anchors outside of it.
"""

import logging
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from typing import Any, cast

from sqlalchemy import Table, event, insert, select, text, update
from sqlalchemy.orm import Session

from studio.consent.anchors import Anchor, AnchorStore
from studio.consent.clock import TrustedClock, time_text
from studio.consent.ledger_events import (
    ENDING_KINDS,
    GENESIS,
    Entry,
    Facts,
    LedgerEvent,
    LedgerReport,
    Proof,
    TreeHead,
    event_hash,
    salted_hash,
)
from studio.consent.ledger_keys import LedgerKey, LedgerKeys, Signature, check_document, verify_with
from studio.consent.ledger_tree import (
    VERIFY_HINT,
    KeyRecord,
    consistency_path,
    event_count,
    frontier,
    head_and_count,
    key_records,
    latest_head,
    ordered_keys,
    proof_rows,
    rebuild_nodes,
    store_nodes,
)
from studio.consent.ledger_verify import Verification
from studio.consent.merkle import CompactRange, leaf_hash, verify_consistency, verify_inclusion
from studio.core.errors import RefusedError, StorageError
from studio.store.ledger_tables import LedgerEventRow, LedgerKeyRow, TreeHeadRow

__all__ = [
    "ENDING_KINDS",
    "Entry",
    "Ledger",
    "LedgerEvent",
    "LedgerReport",
    "Proof",
    "TreeHead",
    "salted_hash",
]

_log = logging.getLogger(__name__)
_EVENTS, _HEADS, _KEYS = (cast("Table", row.__table__) for row in (LedgerEventRow, TreeHeadRow, LedgerKeyRow))
_EVENT = _EVENTS.c
_PENDING = "ledger_head"  # in Session.info: the head to anchor once its transaction is committed
_LOCK = 0x5669766156  # names PostgreSQL's advisory lock: appending is one at a time
_RESTORED_HINT = "If a backup was restored, say so with studio consent ledger restored; else bring the newer one back."


class Ledger:
    """Appends to the ledger, proves what is on it, and verifies it.

    Every method works inside the caller's session; what writes belongs into a writing one.

    Args:
        keys: where the signing key lies.
        anchors: the newest head and the ended consents, outside of the data home.
        clock: never goes back.
    """

    def __init__(self, keys: LedgerKeys, anchors: AnchorStore, clock: TrustedClock) -> None:
        self._keys = keys
        self._anchors = anchors
        self._clock = clock
        self._trusted: tuple[tuple[KeyRecord, ...], tuple[KeyRecord, ...]] = ((), ())
        self._good_head: TreeHead | None = None
        self._good_anchor: tuple[Anchor, TreeHead] | None = None

    @property
    def anchors(self) -> AnchorStore:
        """The newest head and the ended consents."""
        return self._anchors

    def append(
        self,
        session: Session,
        kind: str,
        *,
        consent_id: str | None = None,
        state: str | None = None,
        record_hash: str | None = None,
        facts: Facts | None = None,
        detail: Mapping[str, object] | None = None,
        salt: bytes | None = None,
    ) -> LedgerEvent:
        """Append an event and sign the new head, in the caller's transaction; it is anchored when that commits.

        Args:
            session: a writing session.
            kind: what happened.
            consent_id: what it concerns.
            state: state of the consent from here on.
            record_hash: `salted_hash` of the consent record.
            facts: ids, hashes, counts and words of enumerations; never anything about a person.
            detail: what is kept elsewhere and only hashed here.
            salt: hides `detail`; destroying it later leaves nothing to recognise.

        Raises:
            RefusedError: the ledger is read-only: its key cannot be used, or it does not fit its anchors. Kinds that
                end or suspend a consent are appended all the same; a head is signed when the ledger is whole again.
            InputError: a fact is free text, or there is a detail without a salt.
        """
        detail_hash = "" if detail is None else salted_hash(detail, salt or b"")
        entry = Entry(kind, consent_id, state or "", record_hash or "", facts or {}, detail_hash)
        return self.append_many(session, [entry])[-1]

    def append_many(self, session: Session, entries: Iterable[Entry]) -> list[LedgerEvent]:
        """Append events under one signed head; otherwise as `append`."""
        batch = list(entries)
        if not batch:
            return []
        _lock(session)
        try:
            key, tree = self._signer(session)
        except (RefusedError, StorageError) as error:
            if not all(entry.kind in ENDING_KINDS for entry in batch):
                raise
            _log.warning("an event that ends or suspends a consent is not signed yet: %s", error.message)
            return self._extend(session, _unchecked_tree(session), batch)
        events = self._extend(session, tree, batch)
        self._sign(session, key, tree)
        return events

    def seal(self, session: Session) -> TreeHead | None:
        """Sign a head over events that have none yet, when the key is back; `None` for an empty ledger.

        Raises:
            RefusedError: as `append`.
        """
        _lock(session)
        size, head = event_count(session), self.head(session)
        if size == 0 or (head and head.size == size):
            return head
        return self._sign(session, *self._signer(session))

    def published(self, head: TreeHead) -> None:
        """Anchor a head whose transaction is committed. Sessions that appended do so by themselves.

        An anchor that cannot be written is only logged: the older one stays right.
        """
        try:
            self._keys.promote(head.key_id)
            self._anchors.keep(head.anchor())
        except (StorageError, RefusedError, OSError) as error:
            _log.warning("the head of %d events is not anchored: %s", head.size, error)

    def rotate(self, session: Session) -> LedgerEvent:
        """Change to a new key, endorsed by the old one. The old private key is gone once the transaction committed.

        Raises:
            RefusedError: the old key cannot be used.
        """
        _lock(session)
        old, _tree = self._signer(session)
        new = self._keys.prepare()
        now = time_text(self._clock.now(session))
        record = KeyRecord(new.key_id, new.public_key, now, None, old.key_id, None)
        session.execute(update(LedgerKeyRow).where(LedgerKeyRow.key_id == old.key_id).values(retired_at=now))
        _record_key(session, replace(record, endorsement=old.sign(record.endorsed_bytes())))
        return self.append(session, "key-rotated", facts={"old_key": old.key_id, "new_key": new.key_id})

    def acknowledge_restored(self, session: Session) -> LedgerEvent:
        """Go on with a ledger that was restored from a backup, naming on it what was lost.

        Receipts that name the lost events keep saying so when the ledger is verified against them.

        Raises:
            RefusedError: nothing was lost, or the key cannot be used.
        """
        _lock(session)
        anchor = self._anchors.newest()
        if anchor is None or self._contains(session, anchor):
            raise RefusedError("the ledger has lost nothing that its anchor knows of")
        key, tree = self._signer(session, anchored=False)
        facts: Facts = {"lost_size": anchor.size, "lost_root": anchor.root_hex}
        (appended,) = self._extend(session, tree, [Entry("ledger-restored", None, "", "", facts, "")])
        self._sign(session, key, tree, replaces_anchor=True)
        return appended

    def rebuild_tree(self, session: Session) -> None:
        """Compute the stored nodes of the tree anew from the events, after a verification found them different.

        What was signed is not touched: if the events are not those, everything stays refused.
        """
        _lock(session)
        rebuild_nodes(session)

    def key(self, session: Session) -> LedgerKey:
        """The key in use, to sign receipts and certificates with.

        Raises:
            RefusedError: it cannot be used.
        """
        return self._active_key(session)

    def check_document(self, session: Session, data: bytes, signature: Signature) -> None:
        """Check that a document was signed with a key of this ledger and not altered since.

        Raises:
            RefusedError: it was not, or it was.
        """
        check_document(data, signature)
        if signature.key_id not in {record.key_id for record in self._trusted_keys(session)}:
            raise RefusedError("the document was signed by another studio", hint="Verify it where it came from.")

    def head(self, session: Session) -> TreeHead | None:
        """The newest signed head."""
        return latest_head(session)

    def last_event(self, session: Session, consent_id: str) -> LedgerEvent | None:
        """The newest event of a consent; `check_event` tells whether to believe it."""
        row = session.execute(
            select(_EVENT.seq, _EVENT.body, _EVENT.hash)
            .where(_EVENT.consent_id == consent_id)
            .order_by(_EVENT.seq.desc())
            .limit(1)
        ).one_or_none()
        return None if row is None else LedgerEvent.from_body(*row)

    def prove(self, session: Session, seq: int) -> Proof:
        """Prove that an event is under the newest head.

        Raises:
            RefusedError: there is no such event under it.
        """
        head = self.head(session)
        return self._proved(session, head, seq)[0]

    def check_event(self, session: Session, seq: int) -> None:
        """Check that an event is what was recorded: cheap enough for every decision about a voice.

        Raises:
            RefusedError: it was altered, is under no genuine head, or the ledger does not fit its anchor.
        """
        head, size = head_and_count(session)
        self._check_head(session, head, size)
        self._check_anchor(session, head)
        proof, row = self._proved(session, head, seq)
        altered = event_hash(row.prev, seq, row.body) != row.hash
        altered = altered or LedgerEvent.from_body(seq, row.body, row.hash).consent_id != row.consent_id
        if altered or not verify_inclusion(proof.leaf, seq, proof.size, proof.path, proof.head.root):
            raise RefusedError(f"event {seq} of the ledger was altered", hint=VERIFY_HINT)

    def verify(self, session: Session, *, against: Sequence[Anchor] = (), full: bool = False) -> LedgerReport:
        """Hash the ledger again and compare it with everything that was signed.

        Args:
            session: a reading session.
            against: anchors found on receipts and in delivered files.
            full: from the first event on; else from where the last verification without problems ended.
        """
        return Verification(session, self._keys, self._anchors).run(against=against, full=full)

    def _extend(self, session: Session, tree: CompactRange, entries: Sequence[Entry]) -> list[LedgerEvent]:
        last = session.execute(select(_EVENT.seq, _EVENT.hash).order_by(_EVENT.seq.desc()).limit(1)).one_or_none()
        seq, prev = (last.seq + 1, last.hash) if last else (0, GENESIS)
        self._clock.advance(session)
        now = time_text(self._clock.now(session))
        events, rows = [], []
        completed: list[tuple[int, int, bytes]] = []
        for entry in entries:
            made = LedgerEvent(
                seq, entry.consent_id, entry.kind, now, dict(entry.facts), entry.detail_hash, entry.state,
                entry.record_hash,
            )  # fmt: skip
            body = made.body()
            digest = event_hash(prev, seq, body)
            events.append(replace(made, hash=digest))
            rows.append({"seq": seq, "consent_id": entry.consent_id, "body": body, "prev": prev, "hash": digest})
            completed += tree.append(leaf_hash(digest))
            seq, prev = seq + 1, digest
        session.execute(insert(_EVENTS), rows)
        store_nodes(session, completed)
        return events

    def _sign(self, session: Session, key: LedgerKey, tree: CompactRange, *, replaces_anchor: bool = False) -> TreeHead:
        size, root = tree.size, tree.root()
        unsigned = Anchor(size, root.hex(), time_text(self._clock.now(session)), key.key_id, key.public_key.hex(), "")
        signature = key.sign(unsigned.signed_bytes())
        head = TreeHead(size, root, unsigned.time, key.key_id, key.public_key, signature)
        session.execute(
            insert(_HEADS),
            {"size": size, "root": root, "time": head.time, "key_id": key.key_id, "signature": signature},
        )
        if _PENDING not in session.info:
            event.listen(session, "after_commit", self._publish_pending)
            event.listen(session, "after_soft_rollback", _forget_pending)
        session.info[_PENDING] = (head, replaces_anchor)
        return head

    def _publish_pending(self, session: Session) -> None:
        head, replaces_anchor = session.info.get(_PENDING) or (None, False)
        session.info[_PENDING] = None
        if head is not None and replaces_anchor:
            self._anchors.accept_restored(head.anchor())
        elif head is not None:
            self.published(head)

    def _active_key(self, session: Session) -> LedgerKey:
        records = self._trusted_keys(session)
        if records:
            return self._keys.load(records[-1].key_id)
        if event_count(session):
            raise RefusedError("the ledger has events but no key", hint=VERIFY_HINT)
        key = self._keys.create()
        now = time_text(self._clock.now(session))
        _record_key(session, KeyRecord(key.key_id, key.public_key, now, None, None, None))
        return key

    def _signer(self, session: Session, *, anchored: bool = True) -> tuple[LedgerKey, CompactRange]:
        """The key in use and the tree as it stands, if that tree may be signed."""
        key = self._active_key(session)
        head, size = head_and_count(session)
        self._check_head(session, head, size)
        if anchored:
            self._check_anchor(session, head)
        tree = frontier(session, head.size) if head else CompactRange()
        if head and tree.root() != head.root:
            raise RefusedError("the stored tree of the ledger is not the one that was signed", hint=VERIFY_HINT)
        rows = session.execute(
            select(_EVENT.seq, _EVENT.body, _EVENT.prev, _EVENT.hash)
            .where(_EVENT.seq >= tree.size)
            .order_by(_EVENT.seq)
        )
        for seq, body, prev, digest in rows:  # a row that somebody else inserted must not get our signature
            foreign = LedgerEvent.from_body(seq, body, digest).kind not in ENDING_KINDS
            if foreign or seq != tree.size or event_hash(prev, seq, body) != digest:
                raise RefusedError(f"event {seq} was not recorded by the studio", hint=VERIFY_HINT)
            tree.append(leaf_hash(digest))
        return key, tree

    def _trusted_keys(self, session: Session) -> tuple[KeyRecord, ...]:
        records = key_records(session)
        known, trusted = self._trusted
        if records != known:
            trusted = ordered_keys(records)
            self._trusted = (records, trusted)
        present = self._keys.present()
        if trusted and present and trusted[-1].key_id not in present:
            raise RefusedError("the ledger is not signed with the key of this data home", hint=VERIFY_HINT)
        return trusted

    def _proved(self, session: Session, head: TreeHead | None, seq: int) -> tuple[Proof, Any]:
        proved = proof_rows(session, head, seq) if head else None
        if proved is None:
            raise RefusedError(f"event {seq} of the ledger is not covered by a signed head", hint=VERIFY_HINT)
        return proved

    def _check_head(self, session: Session, head: TreeHead | None, size: int) -> None:
        if head is None:
            return
        if size < head.size:
            raise RefusedError(f"the ledger ends at {size}, but a head of {head.size} was signed", hint=_RESTORED_HINT)
        keys = {record.key_id: record.public_key for record in self._trusted_keys(session)}
        if head != self._good_head:
            public_key = keys.get(head.key_id, b"")
            if not verify_with(public_key, head.signature, head.anchor().signed_bytes()):
                raise RefusedError(f"the head of {head.size} events is not genuine", hint=VERIFY_HINT)
            self._good_head = head

    def _check_anchor(self, session: Session, head: TreeHead | None) -> None:
        anchor = self._anchors.newest()
        if anchor is None or (head and self._good_anchor == (anchor, head)):
            return
        if anchor.key_id not in {record.key_id for record in self._trusted_keys(session)}:
            raise RefusedError("the anchor names a key that is not the ledger's", hint=_RESTORED_HINT)
        if head is None or anchor.size > head.size:
            if not _committed(session, anchor):  # else this session just began before the anchor was written
                size = head.size if head else 0
                raise RefusedError(
                    f"the ledger ends at {size}, but a head of {anchor.size} was signed", hint=_RESTORED_HINT
                )
            return
        if not self._contains(session, anchor, head):
            raise RefusedError(
                f"the anchor of {anchor.time} names a tree this ledger does not contain", hint=_RESTORED_HINT
            )
        self._good_anchor = (anchor, head)

    def _contains(self, session: Session, anchor: Anchor, head: TreeHead | None = None) -> bool:
        newest = head or self.head(session)
        if newest is None or anchor.size > newest.size:
            return False
        path = consistency_path(session, anchor.size, newest.size)
        return verify_consistency(anchor.size, anchor.root, newest.size, newest.root, path)


def _lock(session: Session) -> None:
    """On PostgreSQL let one transaction append at a time; an SQLite session that writes is alone anyway."""
    if session.get_bind().dialect.name == "postgresql":
        session.execute(text("SELECT pg_advisory_xact_lock(:lock)"), {"lock": _LOCK})


def _unchecked_tree(session: Session) -> CompactRange:
    """The tree to go on from when nothing will be signed: an end is recorded even if stored nodes were lost."""
    try:
        return frontier(session, event_count(session))
    except RefusedError:
        return rebuild_nodes(session)


def _record_key(session: Session, record: KeyRecord) -> None:
    session.execute(
        insert(_KEYS),
        {
            "key_id": record.key_id,
            "public_key": record.public_key,
            "created_at": record.created_at,
            "endorsed_by": record.endorsed_by,
            "endorsement": record.endorsement,
        },
    )


def _committed(session: Session, anchor: Anchor) -> bool:
    with Session(session.get_bind()) as fresh:
        root = fresh.execute(select(TreeHeadRow.root).where(TreeHeadRow.size == anchor.size)).scalar_one_or_none()
    return root == anchor.root


def _forget_pending(session: Session, _previous: object) -> None:
    session.info[_PENDING] = None

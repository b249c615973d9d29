"""Verification of the ledger: everything is hashed again and compared with everything that was ever signed."""

import json
import logging
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from studio.consent.anchors import Anchor, AnchorStore
from studio.consent.ledger_events import ENDING_KINDS, GENESIS, LedgerReport, TreeHead, event_hash
from studio.consent.ledger_keys import LedgerKeys, Signature, check_document, verify_with
from studio.consent.ledger_tree import consistency_path, heads_after, key_records, latest_head, ordered_keys
from studio.consent.merkle import EMPTY_ROOT, CompactRange, leaf_hash, verify_consistency
from studio.core.errors import RefusedError, StorageError
from studio.core.files import write_atomic
from studio.core.hashing import canonical_json
from studio.store.ledger_tables import LedgerEventRow, LedgerNodeRow

_log = logging.getLogger(__name__)
_BATCH = 4096
_MOST_PROBLEMS = 20
_EVENT, _NODE = LedgerEventRow.__table__.c, LedgerNodeRow.__table__.c


@dataclass(frozen=True, slots=True)
class Checkpoint:
    """How far the last verification without problems came: the tree and the chain of that many events."""

    tree: CompactRange
    chain: bytes
    time: str

    def signed_bytes(self) -> bytes:
        """What is signed, so that nobody can pretend a verification."""
        said = {"tree": self.tree.to_bytes().hex(), "chain": self.chain.hex(), "time": self.time}
        return canonical_json({"type": "ledger-checkpoint", **said})

    @classmethod
    def start(cls) -> "Checkpoint":
        """Before the first event."""
        return cls(CompactRange(), GENESIS, "")

    @classmethod
    def from_json(cls, said: dict[str, Any]) -> "Checkpoint":
        """As `signed_bytes` wrote it."""
        return cls(CompactRange.from_bytes(bytes.fromhex(said["tree"])), bytes.fromhex(said["chain"]), said["time"])


class Verification:
    """One run over the ledger. It reads in batches: memory does not grow with the ledger."""

    def __init__(self, session: Session, keys: LedgerKeys, anchors: AnchorStore) -> None:
        self._session = session
        self._keys = keys
        self._anchors = anchors
        self._problems: list[str] = []
        self._public: dict[str, bytes] = {}
        self._time = ""
        self._chain = GENESIS
        self._tree = CompactRange()
        self._good_size = 0  # of the last head that fits the tree
        self._forked = False
        self._unsigned_kinds: list[tuple[int, str]] = []

    def run(self, *, against: Sequence[Anchor], full: bool) -> LedgerReport:
        """Verify; see `Ledger.verify`."""
        self._check_keys()
        checkpoint = Checkpoint.start() if full else self._checkpoint()
        begin = checkpoint.tree.size
        self._tree, self._chain, self._time = checkpoint.tree, checkpoint.chain, checkpoint.time
        self._good_size = begin
        head = latest_head(self._session)
        self._walk(head.size if head else 0)
        size = self._tree.size
        if begin:  # those before the checkpoint are not hashed again, but they must at least be there
            self._count(begin)
        if head and head.size > size:
            self._say(f"the ledger ends at {size}, but a head of {head.size} was signed")
        for seq, kind in self._unsigned_kinds:
            if kind not in ENDING_KINDS:
                self._say(f"event {seq} was not recorded by the studio: no head is signed over it")
        if not self._problems:  # proofs about anchors rest on the nodes that were compared just now
            for anchor in (*self._kept(), *against):
                self._check_anchor(anchor)
        else:
            for anchor in (*self._kept(), *against):
                if anchor.size > size:
                    self._say(_short(anchor, size))
        if not self._problems and head and head.size == size:
            self._note(size)
        return LedgerReport(size, begin, self._told(), head, max(0, size - (head.size if head else 0)))

    def _told(self) -> tuple[str, ...]:
        more = len(self._problems) - _MOST_PROBLEMS
        return tuple(self._problems[:_MOST_PROBLEMS]) + ((f"and {more} more",) if more > 0 else ())

    def _say(self, problem: str) -> None:
        if problem not in self._problems[-_MOST_PROBLEMS:]:
            self._problems.append(problem)

    def _check_keys(self) -> None:
        records = key_records(self._session)
        self._public = {record.key_id: record.public_key for record in records}
        try:
            chain = ordered_keys(records)
        except RefusedError as error:
            self._say(error.message)
            return
        present = self._keys.present()
        if chain and present and chain[-1].key_id not in present:
            self._say("the ledger is not signed with the key of this data home")
        if self._anchors.damaged_tombstones():
            self._say(f"{self._anchors.damaged_tombstones()} lines of the list of ended consents cannot be read")

    def _walk(self, signed: int) -> None:
        """Follow the chain and grow the tree, comparing every head and every stored node on the way."""
        heads = self._heads()
        head = next(heads, None)
        stored = _StoredNodes(self._session, self._tree.size)
        for row in self._events():
            seq = self._tree.size
            if row.seq != seq:
                lost = f"event {seq} is" if row.seq == seq + 1 else f"events {seq} to {row.seq - 1} are"
                self._say(f"{lost} missing")
                return
            self._check_event(row)
            if seq >= signed:
                self._unsigned_kinds.append((seq, _said(row.body).get("kind", "")))
            for level, position, digest in self._tree.append(leaf_hash(row.hash)):
                if stored.get(level, position) != digest:
                    self._say(f"the stored tree differs at level {level}, position {position}")
            while head is not None and head.size <= self._tree.size:
                self._check_head(head)
                head = next(heads, None)

    def _count(self, size: int) -> None:
        there = self._session.execute(select(func.count()).where(_EVENT.seq < size)).scalar_one()
        if there < size:
            self._say(f"of the first {size} events {size - there} are missing; a full verification tells which")

    def _events(self) -> Iterator[Any]:
        begin = self._tree.size
        columns = select(_EVENT.seq, _EVENT.consent_id, _EVENT.body, _EVENT.prev, _EVENT.hash).order_by(_EVENT.seq)
        while rows := self._session.execute(columns.where(_EVENT.seq >= begin).limit(_BATCH)).all():
            yield from rows
            begin = rows[-1].seq + 1

    def _heads(self) -> Iterator[TreeHead]:
        size = self._tree.size
        while heads := heads_after(self._session, size, _BATCH):
            yield from heads
            size = heads[-1].size

    def _check_event(self, row: Any) -> None:
        body = _said(row.body)
        if event_hash(row.prev, row.seq, row.body) != row.hash or body.get("consent") != row.consent_id:
            self._say(f"event {row.seq} was altered")
        elif row.prev != self._chain:
            self._say(f"event {row.seq} does not follow event {row.seq - 1}")
        time = str(body.get("time", ""))
        if time < self._time:
            self._say(f"event {row.seq} is dated before event {row.seq - 1}")
        self._chain, self._time = row.hash, max(time, self._time)

    def _check_head(self, head: TreeHead) -> None:
        public_key = self._public.get(head.key_id, b"")
        if not verify_with(public_key, head.signature, head.anchor().signed_bytes()):
            self._say(f"the head of {head.size} events is not genuine")
        elif head.root != self._tree.root() and not self._forked:
            self._forked = True  # every later head differs for the same reason
            self._say(_unlike(self._good_size, head.size))
        elif not self._forked:
            self._good_size = head.size

    def _kept(self) -> tuple[Anchor, ...]:
        try:
            newest = self._anchors.newest()
        except (RefusedError, StorageError) as error:
            self._say(error.message)
            return ()
        return () if newest is None else (newest,)

    def _check_anchor(self, anchor: Anchor) -> None:
        size = self._tree.size
        if not anchor.is_genuine() or self._public.get(anchor.key_id, b"").hex() != anchor.public_key_hex:
            self._say(f"the anchor of {anchor.time} was not signed with a key of this ledger")
        elif anchor.size > size:
            self._say(_short(anchor, size))
        elif not self._contains(anchor):
            self._say(f"the anchor of {anchor.time} names a tree this ledger does not contain")

    def _contains(self, anchor: Anchor) -> bool:
        if anchor.size == 0:
            return anchor.root == EMPTY_ROOT
        try:
            path = consistency_path(self._session, anchor.size, self._tree.size)
        except RefusedError:
            return False
        return verify_consistency(anchor.size, anchor.root, self._tree.size, self._tree.root(), path)

    def _checkpoint(self) -> Checkpoint:
        """Where to go on; from the first event if it is not known for certain."""
        try:
            said = json.loads(self._anchors.checkpoint_path.read_bytes())
            signature = Signature(**said.pop("signature"))
            checkpoint = Checkpoint.from_json(said)
            check_document(checkpoint.signed_bytes(), signature)
        except FileNotFoundError:
            return Checkpoint.start()
        except (OSError, ValueError, KeyError, TypeError, RefusedError) as error:
            _log.warning("the note of the last verification is not used: %s", error)
            return Checkpoint.start()
        if self._public.get(signature.key_id) is None or not self._reaches(checkpoint.tree.size):
            return Checkpoint.start()
        return checkpoint

    def _reaches(self, size: int) -> bool:
        return self._session.execute(select(_EVENT.seq).where(_EVENT.seq == size - 1)).first() is not None

    def _note(self, size: int) -> None:
        checkpoint = Checkpoint(self._tree, self._chain, self._time)
        for key_id in self._keys.present() & self._public.keys():
            signature = self._keys.load(key_id).sign_document(checkpoint.signed_bytes())
            said = {**json.loads(checkpoint.signed_bytes()), "signature": signature.to_json()}
            try:
                write_atomic(self._anchors.checkpoint_path, canonical_json(said), mode=0o600)
            except OSError as error:
                _log.warning("that %d events are verified cannot be noted: %s", size, error)
            return


class _StoredNodes:
    """The inner nodes as stored, read in the order in which a growing tree completes them."""

    def __init__(self, session: Session, size: int) -> None:
        self._session = session
        self._size = size
        self._levels: dict[int, tuple[int, list[bytes | None]]] = {}

    def get(self, level: int, position: int) -> bytes | None:
        begin, hashes = self._levels.get(level, (0, []))
        if not begin <= position < begin + len(hashes):
            rows = self._session.execute(
                select(_NODE.position, _NODE.hash).where(
                    _NODE.level == level, _NODE.position >= position, _NODE.position < position + _BATCH
                )
            )
            found = {row.position: row.hash for row in rows}
            begin, hashes = position, [found.get(position + at) for at in range(_BATCH)]
            self._levels[level] = begin, hashes
        return hashes[position - begin]


def _said(body: bytes) -> dict[str, Any]:
    try:
        said = json.loads(body)
    except ValueError:
        return {}
    return said if isinstance(said, dict) else {}


def _short(anchor: Anchor, size: int) -> str:
    return f"the ledger ends at {size}, but the anchor of {anchor.time} names a signed head of {anchor.size}"


def _unlike(good_size: int, size: int) -> str:
    if size == good_size + 1:
        return f"event {good_size} was altered, and the chain after it computed anew: it is not what was signed"
    return f"among events {good_size} to {size - 1} are some that are not what was signed"

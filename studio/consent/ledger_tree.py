"""The tree over the stored events: nodes, heads and keys as the database has them."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, cast

from sqlalchemy import Table, TextClause, delete, func, select, text
from sqlalchemy.dialects import postgresql, sqlite
from sqlalchemy.orm import Session

from studio.consent.ledger_events import Proof, TreeHead
from studio.consent.ledger_keys import key_id_of, verify_with
from studio.consent.merkle import (
    CompactRange,
    consistency_proof,
    cover,
    fold,
    inclusion_nodes,
    leaf_hash,
)
from studio.core.errors import RefusedError
from studio.store.ledger_tables import LedgerEventRow, LedgerKeyRow, LedgerNodeRow, TreeHeadRow

_NODE_TABLE = cast("Table", LedgerNodeRow.__table__)
_EVENT, _NODE = LedgerEventRow.__table__.c, _NODE_TABLE.c
_HASHES = select(_EVENT.seq, _EVENT.hash)
_HEADS = select(TreeHeadRow.__table__, LedgerKeyRow.__table__.c.public_key).join_from(
    TreeHeadRow.__table__,
    LedgerKeyRow.__table__,
    TreeHeadRow.__table__.c.key_id == LedgerKeyRow.__table__.c.key_id,
    isouter=True,
)
_BATCH = 4096
_HEAD_AND_COUNT = (
    _HEADS.add_columns(select(func.max(_EVENT.seq) + 1).scalar_subquery().label("count_of_events"))
    .order_by(TreeHeadRow.size.desc())
    .limit(1)
)
_ROWS = select(_EVENT.seq, _EVENT.consent_id, _EVENT.body, _EVENT.prev, _EVENT.hash)
VERIFY_HINT = "Run studio consent ledger verify."


def event_count(session: Session) -> int:
    """Number of events."""
    last = session.execute(select(_EVENT.seq).order_by(_EVENT.seq.desc()).limit(1)).scalar_one_or_none()
    return 0 if last is None else last + 1


def nodes(session: Session, addresses: Iterable[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """Hashes of perfect nodes by (level, position).

    Raises:
        RefusedError: one is missing.
    """
    wanted = set(addresses)
    found = inner_nodes(session, [address for address in wanted if address[0] > 0])
    leaves = [position for level, position in wanted if level == 0]
    if leaves:
        for seq, digest in session.execute(_HASHES.where(_EVENT.seq.in_(leaves))):
            found[0, seq] = leaf_hash(digest)
    if len(found) < len(wanted):
        raise RefusedError("the tree of the ledger has lost nodes", hint=VERIFY_HINT)
    return found


def inner_nodes(session: Session, addresses: Sequence[tuple[int, int]]) -> dict[tuple[int, int], bytes]:
    """Stored nodes by (level, position), those that are there."""
    if not addresses:
        return {}
    values = {
        f"{name}{number}": value for number, at in enumerate(addresses) for name, value in zip("lp", at, strict=True)
    }
    found = session.execute(_nodes_query(session.get_bind().dialect.name, len(addresses)), values)
    return {(level, position): digest for level, position, digest in found}


@lru_cache(maxsize=256)
def _nodes_query(dialect: str, count: int) -> TextClause:
    """A join, since SQLite reads the whole table to answer `(level, position) IN (...)`; CROSS JOIN keeps its order."""
    wanted = ", ".join(f"(:l{number}, :p{number})" for number in range(count))
    join = "CROSS JOIN ledger_node n WHERE" if dialect == "sqlite" else "JOIN ledger_node n ON"
    return text(
        f"WITH w(l, p) AS (VALUES {wanted}) "  # noqa: S608 - made of numbered parameters only
        f"SELECT n.level, n.position, n.hash FROM w {join} n.level = w.l AND n.position = w.p"
    )


def frontier(session: Session, size: int) -> CompactRange:
    """The tree of the first `size` events, to go on from."""
    addresses = cover(0, size)
    found = nodes(session, addresses)
    return CompactRange(size, (found[address] for address in addresses))


def rebuild_nodes(session: Session) -> CompactRange:
    """Compute all stored nodes anew from the events' hashes, and give the tree they make."""
    session.execute(delete(_NODE_TABLE))
    tree = CompactRange()
    while hashes := session.execute(
        select(_EVENT.hash).where(_EVENT.seq >= tree.size).order_by(_EVENT.seq).limit(_BATCH)
    ).all():
        store_nodes(session, [node for (digest,) in hashes for node in tree.append(leaf_hash(digest))])
    return tree


def store_nodes(session: Session, completed: Sequence[tuple[int, int, bytes]]) -> None:
    """Store inner nodes as `CompactRange.append` gives them, over what may be left there of a ledger that was cut."""
    if completed:
        dialect = postgresql if session.get_bind().dialect.name == "postgresql" else sqlite
        statement = dialect.insert(_NODE_TABLE)
        session.execute(
            statement.on_conflict_do_update(
                index_elements=["level", "position"], set_={"hash": statement.excluded.hash}
            ),
            [{"level": level, "position": position, "hash": digest} for level, position, digest in completed],
        )


def consistency_path(session: Session, old_size: int, size: int) -> tuple[bytes, ...]:
    """Proof that the tree of `old_size` events begins that of `size` events."""
    wanted: list[tuple[int, int]] = []

    def note(level: int, position: int) -> bytes:
        wanted.append((level, position))
        return b""

    consistency_proof(old_size, size, note)
    found = nodes(session, wanted)
    return consistency_proof(old_size, size, lambda level, position: found[level, position])


def head_of(row: Any) -> TreeHead:
    """A row of `heads_after` or `latest_head` as a value."""
    return TreeHead(row.size, row.root, row.time, row.key_id, row.public_key or b"", row.signature)


def latest_head(session: Session) -> TreeHead | None:
    """The newest signed head."""
    row = session.execute(_HEADS.order_by(TreeHeadRow.size.desc()).limit(1)).one_or_none()
    return None if row is None else head_of(row)


def head_and_count(session: Session) -> tuple[TreeHead | None, int]:
    """The newest signed head, and the number of events."""
    row = session.execute(_HEAD_AND_COUNT).one_or_none()
    return (None, event_count(session)) if row is None else (head_of(row), row.count_of_events)


def proof_rows(session: Session, head: TreeHead, seq: int) -> tuple[Proof, Any] | None:
    """An event's row and the proof that it is under a head; `None` if there is no such event.

    Raises:
        RefusedError: the tree has lost nodes.
    """
    if not 0 <= seq < head.size:
        return None
    steps = inclusion_nodes(seq, head.size)
    wanted = {address for step in steps for address in step}
    rows = {
        row.seq: row for row in session.execute(_ROWS.where(_EVENT.seq.in_({seq, *(p for at, p in wanted if not at)})))
    }
    found = {(0, row.seq): leaf_hash(row.hash) for row in rows.values()}
    found |= inner_nodes(session, [address for address in wanted if address[0] > 0])
    if seq not in rows:
        return None
    if not wanted <= found.keys():
        raise RefusedError("the tree of the ledger has lost nodes", hint=VERIFY_HINT)
    path = tuple(fold([found[address] for address in step]) for step in steps)
    return Proof(head.size, seq, found[0, seq], path, head), rows[seq]


def heads_after(session: Session, size: int, limit: int) -> list[TreeHead]:
    """The next heads over more than `size` events, smallest first."""
    rows = session.execute(_HEADS.where(TreeHeadRow.size > size).order_by(TreeHeadRow.size).limit(limit))
    return [head_of(row) for row in rows]


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A recorded public key."""

    key_id: str
    public_key: bytes
    created_at: str
    retired_at: str | None
    endorsed_by: str | None
    endorsement: bytes | None

    def endorsed_bytes(self) -> bytes:
        """What the key before it signs."""
        return (
            f"vivavoce-ledger-key v1 key={self.key_id} public={self.public_key.hex()} "
            f"created={self.created_at} after={self.endorsed_by}"
        ).encode("ascii")


def key_records(session: Session) -> tuple[KeyRecord, ...]:
    """The recorded keys in no particular order."""
    return tuple(KeyRecord(*row) for row in session.execute(select(LedgerKeyRow.__table__)))


def ordered_keys(records: Sequence[KeyRecord]) -> tuple[KeyRecord, ...]:
    """The keys from the first to the one in use, each endorsed by the one before it.

    Raises:
        RefusedError: a key is not endorsed, or was altered.
    """
    follower = {record.endorsed_by: record for record in records}
    chain: list[KeyRecord] = []
    while (record := follower.pop(chain[-1].key_id if chain else None, None)) is not None:
        before = chain[-1] if chain else None
        if key_id_of(record.public_key) != record.key_id:
            raise RefusedError(f"the ledger's key {record.key_id} was altered", hint=VERIFY_HINT)
        if before and not verify_with(before.public_key, record.endorsement or b"", record.endorsed_bytes()):
            raise RefusedError(f"key {record.key_id} is not endorsed by the ledger's key before it", hint=VERIFY_HINT)
        chain.append(record)
    strangers = {record.key_id for record in records} - {record.key_id for record in chain}
    if strangers:
        raise RefusedError(f"key {min(strangers)} is not one of the ledger's", hint=VERIFY_HINT)
    if any(record.retired_at is None for record in chain[:-1]) or any(record.retired_at for record in chain[-1:]):
        raise RefusedError("not just the newest key of the ledger is in use", hint=VERIFY_HINT)
    return tuple(chain)

"""Tables of the ledger. Triggers of migration 0002 keep them append-only, whoever writes to the database."""

from sqlalchemy import BigInteger, CheckConstraint, Index, Integer, LargeBinary
from sqlalchemy.orm import Mapped, mapped_column

from studio.store.tables import Base

_BIG = BigInteger().with_variant(Integer, "sqlite")  # only INTEGER names SQLite's rowid itself, without a second index


class LedgerEventRow(Base):
    """An event, chained to the one before it. The body is canonical JSON without personal data."""

    __tablename__ = "ledger_event"

    seq: Mapped[int] = mapped_column(_BIG, primary_key=True, autoincrement=False)
    consent_id: Mapped[str | None]
    body: Mapped[bytes] = mapped_column(LargeBinary)
    prev: Mapped[bytes] = mapped_column(LargeBinary)
    hash: Mapped[bytes] = mapped_column(LargeBinary, unique=True)

    __table_args__ = (Index("ix_ledger_event_consent_id", "consent_id", "seq"),)


class LedgerNodeRow(Base):
    """Hash of a perfect subtree of the Merkle tree: 2^level events from position * 2^level on; level 0 is not kept.

    It only saves work: every hash here follows from the events.
    """

    __tablename__ = "ledger_node"

    level: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    position: Mapped[int] = mapped_column(_BIG, primary_key=True, autoincrement=False)
    hash: Mapped[bytes] = mapped_column(LargeBinary)

    __table_args__ = ({"sqlite_with_rowid": False},)


class TreeHeadRow(Base):
    """Root of the tree of the first `size` events, signed."""

    __tablename__ = "tree_head"

    size: Mapped[int] = mapped_column(_BIG, primary_key=True, autoincrement=False)
    root: Mapped[bytes] = mapped_column(LargeBinary)
    time: Mapped[str]
    key_id: Mapped[str]
    signature: Mapped[bytes] = mapped_column(LargeBinary)


class LedgerKeyRow(Base):
    """A public key heads are signed with. Every key but the first is endorsed by the one before it."""

    __tablename__ = "ledger_key"

    key_id: Mapped[str] = mapped_column(primary_key=True)
    public_key: Mapped[bytes] = mapped_column(LargeBinary)
    created_at: Mapped[str]
    retired_at: Mapped[str | None]
    endorsed_by: Mapped[str | None]
    endorsement: Mapped[bytes | None] = mapped_column(LargeBinary)


class ClockRow(Base):
    """The latest time the studio has seen. It never goes back."""

    __tablename__ = "clock"

    id: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    high_water: Mapped[str]

    __table_args__ = (CheckConstraint("id = 1", name="single"),)

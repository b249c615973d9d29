"""Use cases of the ledger: verify it, against papers too, and change its key."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from studio.consent.actors import Act, Actor
from studio.consent.anchors import Anchor, find_anchors
from studio.core.errors import InputError, NotFoundError
from studio.services.consents.restoring import end_restored
from studio.services.context import Context

_LARGEST_PAPER_BYTES = 2_000_000_000


@dataclass(frozen=True, slots=True)
class LedgerVerdict:
    """What a verification found.

    Attributes:
        events: how many events the ledger has.
        verified_from: the first that was looked at now; those before were verified earlier.
        unsigned: how many at the end no signed head covers.
        anchors: how many heads from papers it was held against.
        problems: what is wrong, in plain sentences; empty if nothing is.
        head: the newest signed head as it is printed on papers; empty for an empty ledger.
    """

    events: int
    verified_from: int
    unsigned: int
    anchors: int
    problems: tuple[str, ...]
    head: str


class LedgerService:
    """The ledger, for those who look after it."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def verify(self, actor: Actor, *, against: Sequence[Path] = (), full: bool = False) -> LedgerVerdict:
        """Verify the ledger and hold it against receipts, certificates or exports.

        Args:
            actor: who asks.
            against: files that carry heads of this ledger.
            full: look at every event again, not only at those since the last verification.

        Raises:
            RefusedError: the actor may not.
            NotFoundError: a file is not there.
            InputError: a file carries no head.
        """
        actor.check(Act.READ)
        end_restored(self._context)
        anchors = tuple(anchor for path in against for anchor in _anchors_in(path))
        with self._context.database.write() as session:
            report = self._context.ledger.verify(session, against=anchors, full=full)
        head = report.head.anchor().text() if report.head else ""
        return LedgerVerdict(
            report.size, report.verified_from, report.unsigned, len(anchors), tuple(report.problems), head
        )

    def head(self, actor: Actor) -> str:
        """The newest signed head as it is printed on papers; empty for an empty ledger.

        Raises:
            RefusedError: the actor may not.
        """
        actor.check(Act.READ)
        with self._context.database.read() as session:
            head = self._context.ledger.head(session)
        return head.anchor().text() if head else ""

    def rotate(self, actor: Actor) -> str:
        """Change to a new signing key, endorsed by the old one; returns the new key's id.

        Raises:
            RefusedError: the actor may not, or the old key cannot be used.
        """
        actor.check(Act.ADMINISTER)
        with self._context.database.write() as session:
            self._context.ledger.rotate(session)
            return self._context.ledger.key(session).key_id


def _anchors_in(path: Path) -> tuple[Anchor, ...]:
    if not path.is_file():
        raise NotFoundError("there is no such file", where=str(path))
    if path.stat().st_size > _LARGEST_PAPER_BYTES:
        raise InputError("the file is too large to be searched for a ledger head", where=str(path))
    found = find_anchors(path.read_bytes())
    if not found:
        raise InputError(
            "no genuine head of a ledger stands in this file", where=str(path), hint="Give a receipt or a certificate."
        )
    return found

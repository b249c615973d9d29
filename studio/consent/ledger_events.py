"""What stands on the ledger: events without personal data, and the heads signed over them."""

import hashlib
import hmac
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from studio.consent.anchors import Anchor
from studio.core.errors import InputError
from studio.core.hashing import canonical_json

GENESIS = bytes(32)  # what the first event follows
ENDING_KINDS = frozenset({
    "withdrawn", "revoked", "declined", "refused", "invalidated", "suspended", "purged", "expired",
})  # fmt: skip
"""Kinds that end or suspend a consent. They are recorded even when no head can be signed."""

_RESERVED = frozenset({"kind", "consent", "time", "state", "record", "detail"})
_NAME = re.compile(r"[a-z][a-z0-9_]{0,39}")
_WORD = re.compile(r"[a-z][a-z0-9_-]{0,39}")
_TOKEN = re.compile(r"[A-Za-z0-9._:+-]{0,128}")  # ids, hashes, versions, times and language tags; no blank, no @
_HASH = re.compile(r"[0-9a-f]{64}")
_MAX_COUNT = 2**53
_MIN_SALT_BYTES = 16

Facts = Mapping[str, str | int]


@dataclass(frozen=True, slots=True)
class LedgerEvent:
    """An event of the ledger.

    Attributes:
        seq: its number, from 0.
        consent_id: what it concerns; `None` for an event of the ledger itself.
        kind: what happened ("withdrawn").
        time: when, UTC in ISO 8601; never before the event before it.
        facts: ids, hashes, counts and words of enumerations.
        detail_hash: salted hash of what is told about it elsewhere; empty if nothing is.
        state: state of the consent from here on; empty if it stays.
        record_hash: salted hash of the consent record as it is from here on; empty if it is not said.
        hash: of the event, the one before it and its number: its leaf in the tree.
    """

    seq: int
    consent_id: str | None
    kind: str
    time: str
    facts: dict[str, str | int]
    detail_hash: str = ""
    state: str = ""
    record_hash: str = ""
    hash: bytes = b""

    def body(self) -> bytes:
        """The canonical JSON that is stored and hashed."""
        optional = {"state": self.state, "record": self.record_hash, "detail": self.detail_hash}
        fixed = {"kind": self.kind, "consent": self.consent_id, "time": self.time}
        return canonical_json({**self.facts, **fixed, **{key: value for key, value in optional.items() if value}})

    @classmethod
    def from_body(cls, seq: int, body: bytes, digest: bytes) -> "LedgerEvent":
        """As `body` wrote it."""
        said: dict[str, Any] = json.loads(body)
        return cls(
            seq=seq,
            consent_id=said["consent"],
            kind=said["kind"],
            time=said["time"],
            facts={key: value for key, value in said.items() if key not in _RESERVED},
            detail_hash=said.get("detail", ""),
            state=said.get("state", ""),
            record_hash=said.get("record", ""),
            hash=digest,
        )


@dataclass(frozen=True, slots=True)
class Entry:
    """An event to be appended; see `LedgerEvent`. It is checked to hold no free text when it is made.

    Raises:
        InputError: a word, fact or hash is not of its form.
    """

    kind: str
    consent_id: str | None
    state: str
    record_hash: str
    facts: Facts
    detail_hash: str

    def __post_init__(self) -> None:
        _must(bool(_WORD.fullmatch(self.kind)), "kind")
        _must(self.consent_id is None or bool(self.consent_id and _TOKEN.fullmatch(self.consent_id)), "consent")
        _must(not self.state or bool(_WORD.fullmatch(self.state)), "state")
        _must(not self.record_hash or bool(_HASH.fullmatch(self.record_hash)), "record")
        for name, value in self.facts.items():
            _must(bool(_NAME.fullmatch(name)) and name not in _RESERVED, "name of a fact")
            if isinstance(value, str):
                _must(bool(_TOKEN.fullmatch(value)), name)
            else:
                _must(type(value) is int and abs(value) <= _MAX_COUNT, name)


def _must(fits: bool, name: str) -> None:
    if not fits:  # the value is not shown: it may be what must not be on the ledger
        raise InputError(f"the ledger takes no such value as '{name}'", hint="Free text goes into the hashed detail.")


def salted_hash(value: Mapping[str, object], salt: bytes) -> str:
    """HMAC-SHA256 of a mapping's canonical JSON, in hex. Without the salt nobody can guess what was hashed.

    Raises:
        InputError: the salt is too short to hide anything.
    """
    if len(salt) < _MIN_SALT_BYTES:
        raise InputError(f"a salt has at least {_MIN_SALT_BYTES} bytes")
    return hmac.new(salt, canonical_json(value), "sha256").hexdigest()


def event_hash(prev: bytes, seq: int, body: bytes) -> bytes:
    """SHA-256 over the hash of the event before, the number (eight bytes, most significant first) and the body."""
    return hashlib.sha256(prev + seq.to_bytes(8, "big") + body).digest()


@dataclass(frozen=True, slots=True)
class TreeHead:
    """A signed root over the first `size` events; see `Anchor`, which is the same on paper."""

    size: int
    root: bytes
    time: str
    key_id: str
    public_key: bytes
    signature: bytes

    def anchor(self) -> Anchor:
        """As it goes on receipts and into files."""
        return Anchor(self.size, self.root.hex(), self.time, self.key_id, self.public_key.hex(), self.signature.hex())


@dataclass(frozen=True, slots=True)
class Proof:
    """That an event is on the ledger: `verify_inclusion(leaf, index, size, path, head.root)`.

    Attributes:
        size: events under the head.
        index: number of the event.
        leaf: leaf hash of the event's hash.
        path: RFC 6962 audit path.
        head: the signed head it leads to.
    """

    size: int
    index: int
    leaf: bytes
    path: tuple[bytes, ...]
    head: TreeHead


@dataclass(frozen=True, slots=True)
class LedgerReport:
    """What a verification found.

    Attributes:
        size: number of events.
        verified_from: first event that was hashed again; those before it were by an earlier verification.
        problems: what is wrong, each in a sentence; empty if all is well.
        head: the newest signed head.
        unsigned: newest events that no head covers yet.
    """

    size: int
    verified_from: int
    problems: tuple[str, ...]
    head: TreeHead | None
    unsigned: int

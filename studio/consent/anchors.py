"""Anchors: signed heads of the ledger kept where the database is not, so that a ledger cannot quietly be older.

One line of text is an anchor. It goes on receipts and into delivered files, and the newest lies in a folder outside of
the data home, beside the list of consents that have ended.
"""

import json
import logging
import os
import re
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from types import MappingProxyType
from typing import Generic, TypeVar

from filelock import FileLock

from studio.consent.ledger_keys import key_id_of, verify_with
from studio.core.errors import RefusedError, StorageError
from studio.core.files import sync_folder, write_atomic

_log = logging.getLogger(__name__)
_LINE = re.compile(
    rb"vivavoce-ledger-head\s+v1\s+size=(\d{1,18})\s+root=([0-9a-f]{64})\s+time=([0-9T:.+-]{20,40})"
    rb"\s+key=([0-9a-f]{16})\s+public=([0-9a-f]{64})\s+signature=([0-9a-f]{128})"
)
_WIDE = (b"v\x00i\x00v\x00a\x00v\x00o\x00c\x00e\x00-\x00", b"\x00v\x00i\x00v\x00a\x00v\x00o\x00c\x00e\x00-")
Read = TypeVar("Read")


@dataclass(frozen=True, slots=True)
class Anchor:
    """A signed head of the ledger: that its first `size` events have this root.

    Attributes:
        size: number of events.
        root_hex: RFC 6962 root over the hashes of these events.
        time: when it was signed, UTC in ISO 8601.
        key_id: name of the key.
        public_key_hex: raw ed25519 public key.
        signature_hex: over `signed_bytes`.
    """

    size: int
    root_hex: str
    time: str
    key_id: str
    public_key_hex: str
    signature_hex: str

    @property
    def root(self) -> bytes:
        """The root as bytes."""
        return bytes.fromhex(self.root_hex)

    def signed_bytes(self) -> bytes:
        """What the signature covers: the line up to the key's name, which stands for the key."""
        return (
            f"vivavoce-ledger-head v1 size={self.size} root={self.root_hex} time={self.time} key={self.key_id}"
        ).encode("ascii")

    def text(self) -> str:
        """The anchor as one line of printable ASCII."""
        return f"{self.signed_bytes().decode()} public={self.public_key_hex} signature={self.signature_hex}"

    def is_genuine(self) -> bool:
        """Whether it was signed with the key it names. Whose key that is, only a ledger can say."""
        public_key = bytes.fromhex(self.public_key_hex)
        return key_id_of(public_key) == self.key_id and verify_with(
            public_key, bytes.fromhex(self.signature_hex), self.signed_bytes()
        )


def find_anchors(data: bytes | str) -> tuple[Anchor, ...]:
    """Find every genuine anchor in any file: a receipt, JSON, text, or the tags of an audio file (UTF-8 or UTF-16).

    The words of an anchor may be parted by any white space, since a printed line may have been wrapped.
    """
    raw = data.encode() if isinstance(data, str) else data
    readings = [raw]
    if any(word in raw for word in _WIDE):
        readings.append(raw.replace(b"\x00", b""))
    found: dict[Anchor, None] = {}
    for reading in readings:
        for match in _LINE.finditer(reading):
            size, *words = (word.decode() for word in match.groups())
            anchor = Anchor(int(size), *words)
            if anchor.is_genuine():
                found[anchor] = None
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Tombstone:
    """A consent that has ended for good.

    Attributes:
        consent_id: which.
        state: how it ended ("withdrawn").
        time: when, UTC in ISO 8601.
        seq: number of the event that ended it.
    """

    consent_id: str
    state: str
    time: str
    seq: int


class _CachedFile(Generic[Read]):
    """What a file says, read again whenever the file changed."""

    def __init__(self, path: Path, read: Callable[[bytes], Read]) -> None:
        self.path = path
        self._read = read
        self._known: tuple[tuple[int, ...] | None, Read] | None = None

    def get(self) -> Read:
        known = self._known
        try:
            found = self.path.stat()
            identity = (found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
            if known and known[0] == identity:
                return known[1]
            data = self.path.read_bytes()
        except FileNotFoundError:
            identity, data = None, b""
        except OSError as error:
            raise StorageError("an anchor of the ledger cannot be read", where=str(self.path)) from error
        value = self._read(data)
        self._known = (identity, value)
        return value


class AnchorStore:
    """The newest head and the ended consents, in a folder outside of the data home.

    A database that is restored from a backup knows less than this folder: that is how it is noticed, and how a consent
    that ended after the backup stays ended.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._head = _CachedFile(folder / "head.txt", self._parse_head)
        self._ended = _CachedFile(folder / "ended.jsonl", self._parse_ended)

    @property
    def checkpoint_path(self) -> Path:
        """Where the last verification notes how far it came."""
        return self._folder / "verified.json"

    def newest(self) -> Anchor | None:
        """The newest head that was kept; `None` if none ever was.

        Raises:
            RefusedError: the file is damaged.
            StorageError: it cannot be read.
        """
        return self._head.get()

    def keep(self, head: Anchor) -> None:
        """Keep a head, after the transaction that wrote it was committed. A smaller one than is kept changes nothing.

        Raises:
            StorageError: it cannot be written.
        """
        with self._writing():
            known = self.newest()
            if known is None or known.size < head.size:
                self._write(head)

    def accept_restored(self, head: Anchor) -> None:
        """Take a head in place of one that a restored backup does not know. That one stays in `lost.txt`.

        Raises:
            StorageError: it cannot be written.
        """
        with self._writing():
            known = self.newest()
            if known is not None and known != head:
                self._append("lost.txt", known.text().encode())
            self._write(head)

    def tombstones(self) -> Mapping[str, Tombstone]:
        """The consents that have ended, by their id.

        Raises:
            StorageError: the list cannot be read.
        """
        return self._ended.get()[0]

    def damaged_tombstones(self) -> int:
        """How many lines of the list of ended consents cannot be read."""
        return self._ended.get()[1]

    def add_tombstone(self, consent_id: str, *, state: str, time: str, seq: int) -> None:
        """Note for good that a consent has ended; on disk when this returns. The first end counts.

        Raises:
            StorageError: it cannot be written.
        """
        with self._writing():
            if consent_id not in self.tombstones():
                self._append("ended.jsonl", json.dumps(asdict(Tombstone(consent_id, state, time, seq))).encode())

    def _write(self, head: Anchor) -> None:
        write_atomic(self._head.path, f"{head.text()}\n".encode(), mode=0o600)

    @contextmanager
    def _writing(self) -> Iterator[None]:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(self._folder / "anchors.lock"):
                yield
        except OSError as error:
            raise StorageError(
                f"the folder of the ledger's anchors cannot be written: {error.strerror}",
                where=str(self._folder),
                hint="Check its permissions and that the disk is not full.",
            ) from error

    def _append(self, name: str, line: bytes) -> None:
        descriptor = os.open(self._folder / name, os.O_RDWR | os.O_CREAT | os.O_APPEND, 0o600)
        with os.fdopen(descriptor, "rb+", buffering=0) as stream:
            end = stream.seek(0, os.SEEK_END)
            if end:
                stream.seek(end - 1)
            whole = not end or stream.read(1) == b"\n"  # the last line may have been cut by a crash
            stream.write((b"" if whole else b"\n") + line + b"\n")
            os.fsync(stream.fileno())
        sync_folder(self._folder)

    def _parse_head(self, data: bytes) -> Anchor | None:
        if not data:
            return None
        anchors = find_anchors(data)
        if len(anchors) != 1:
            raise RefusedError(
                "the newest anchor of the ledger is damaged",
                where=str(self._head.path),
                hint="Restore it; if that cannot be, delete it and verify the ledger against receipts.",
            )
        return anchors[0]

    def _parse_ended(self, data: bytes) -> tuple[Mapping[str, Tombstone], int]:
        ended: dict[str, Tombstone] = {}
        damaged = 0
        for line in data.split(b"\n"):
            if not line.strip():
                continue
            try:
                tombstone = Tombstone(**json.loads(line))
            except (ValueError, TypeError):
                damaged += 1
                continue
            ended.setdefault(tombstone.consent_id, tombstone)
        if damaged:
            _log.warning("%d lines of %s cannot be read", damaged, self._ended.path)
        return MappingProxyType(ended), damaged

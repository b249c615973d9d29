"""The ed25519 key the ledger's heads, receipts and certificates are signed with, in a file of the data home."""

import hashlib
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

from cryptography.exceptions import InvalidSignature, UnsupportedAlgorithm
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey, Ed25519PublicKey
from cryptography.hazmat.primitives.serialization import (
    Encoding,
    NoEncryption,
    PrivateFormat,
    PublicFormat,
    load_pem_private_key,
)
from filelock import FileLock

from studio.core.errors import RefusedError, StorageError
from studio.core.files import sync_folder, write_atomic

_DOCUMENT: Final = b"vivavoce-document v1\n"  # begins what is signed, so that no document can pass for a tree head
_KEY_ID_DIGITS = 16
_RESTORE = (
    "Restore it from a backup of the data home, with mode 0600. Until then nothing new can be recorded; ending or "
    "suspending a consent still works."
)


def key_id_of(public_key: bytes) -> str:
    """Name of a public key: the first 16 hex digits of the SHA-256 of its 32 raw bytes."""
    return hashlib.sha256(public_key).hexdigest()[:_KEY_ID_DIGITS]


def verify_with(public_key: bytes, signature: bytes, data: bytes) -> bool:
    """Whether an ed25519 signature over the data was made with the private half of a raw public key."""
    try:
        Ed25519PublicKey.from_public_bytes(public_key).verify(signature, data)
    except (InvalidSignature, ValueError):
        return False
    return True


@dataclass(frozen=True, slots=True)
class Signature:
    """A signature that is kept beside what it signs.

    Attributes:
        key_id: name of the key, as `key_id_of` gives it.
        public_key_hex: raw public key.
        signature_hex: ed25519 signature.
    """

    key_id: str
    public_key_hex: str
    signature_hex: str

    def to_json(self) -> dict[str, str]:
        """As it is stored."""
        return asdict(self)


def check_document(data: bytes, signature: Signature) -> None:
    """Check what `LedgerKey.sign_document` signed. Whose key it is, `Ledger.check_document` knows.

    Raises:
        RefusedError: the document or its signature was altered.
    """
    try:
        public_key, signed = bytes.fromhex(signature.public_key_hex), bytes.fromhex(signature.signature_hex)
    except ValueError:
        public_key, signed = b"", b""
    if key_id_of(public_key) != signature.key_id or not verify_with(public_key, signed, _DOCUMENT + data):
        raise RefusedError("the document is not the one that was signed", hint="Ask for it again where it came from.")


class LedgerKey:
    """A private key. It signs; it never shows itself."""

    __slots__ = ("_private", "key_id", "public_key")

    def __init__(self, private: Ed25519PrivateKey) -> None:
        self._private = private
        self.public_key = private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw)
        self.key_id = key_id_of(self.public_key)

    def sign(self, data: bytes) -> bytes:
        """Ed25519 signature over the data."""
        return self._private.sign(data)

    def sign_document(self, data: bytes) -> Signature:
        """Sign the canonical bytes of a receipt or certificate."""
        return Signature(self.key_id, self.public_key.hex(), self.sign(_DOCUMENT + data).hex())


class LedgerKeys:
    """The key files of a data home (PEM, PKCS 8, mode 0600): the one in use, and during a rotation the next."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._current = folder / "ledger.pem"
        self._next = folder / "ledger-next.pem"
        self._read: dict[Path, tuple[tuple[int, ...], LedgerKey]] = {}

    def create(self) -> LedgerKey:
        """Make the first key, unless there is one already.

        Raises:
            RefusedError: the key that is there cannot be used.
            StorageError: it cannot be written.
        """
        with self._lock():
            if not self._current.exists() and not self._current.is_symlink():
                self._write(self._current)
        return self._load(self._current)

    def prepare(self) -> LedgerKey:
        """Make the key to change to. It comes into use with `promote`; until then another call replaces it."""
        with self._lock():
            self._write(self._next)
        return self._load(self._next)

    def promote(self, key_id: str) -> None:
        """Put the prepared key in the place of the old one, which is gone then; nothing happens to any other key."""
        if not self._next.exists():
            return
        with self._lock():
            if self._next.exists() and self._load(self._next).key_id == key_id:
                self._next.replace(self._current)
                sync_folder(self._folder)

    def load(self, key_id: str) -> LedgerKey:
        """The key of this name, read again whenever its file changed.

        Raises:
            RefusedError: it is missing, damaged, readable by others, or another key is in its place.
        """
        refusal = RefusedError(
            f"the key file does not hold the ledger's key {key_id}", where=str(self._current), hint=_RESTORE
        )
        for path in (self._current, self._next):  # the next one: a rotation was committed and cut before `promote`
            try:
                key = self._load(path)
            except RefusedError as error:
                refusal = error if path == self._current else refusal
                continue
            if key.key_id == key_id:
                return key
        raise refusal

    def present(self) -> frozenset[str]:
        """Names of the keys that can be used now."""
        names = set()
        for path in (self._current, self._next):
            try:
                names.add(self._load(path).key_id)
            except RefusedError:
                continue
        return frozenset(names)

    @contextmanager
    def _lock(self) -> Iterator[None]:
        try:
            self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(self._folder / "ledger.lock"):
                yield
        except OSError as error:
            raise StorageError(
                f"the ledger's signing key cannot be written: {error.strerror}",
                where=str(self._folder),
                hint="Check its permissions and that the disk is not full.",
            ) from error

    def _load(self, path: Path) -> LedgerKey:
        where = str(path)
        try:
            found = path.stat()
            identity = (found.st_mode, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino)
            known = self._read.get(path)
            if known and known[0] == identity:
                return known[1]
            if os.name != "nt" and found.st_mode & 0o077:
                raise RefusedError(
                    "the ledger's signing key can be read by others", where=where, hint="Run chmod 600 on it."
                )
            private = load_pem_private_key(path.read_bytes(), password=None)
        except FileNotFoundError as error:
            raise RefusedError("the ledger's signing key is missing", where=where, hint=_RESTORE) from error
        except OSError as error:
            raise RefusedError("the ledger's signing key cannot be read", where=where, hint=_RESTORE) from error
        except (ValueError, TypeError, UnsupportedAlgorithm) as error:
            raise RefusedError("the ledger's signing key is damaged", where=where, hint=_RESTORE) from error
        if not isinstance(private, Ed25519PrivateKey):
            raise RefusedError("the ledger's signing key is not an ed25519 key", where=where, hint=_RESTORE)
        key = LedgerKey(private)
        self._read[path] = (identity, key)
        return key

    def _write(self, path: Path) -> None:
        pem = Ed25519PrivateKey.generate().private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
        write_atomic(path, pem, mode=0o600)

"""The vault: evidence and voice data, encrypted under a key per consent. Destroying the key is what deletes them.

An asset is a file of chunks, each AES-256-GCM, under a key derived from the consent's key, a salt of its own, and what
the asset is. The nonce counts the chunks and marks the last one (the STREAM construction of Hoang, Reyhanitabar,
Rogaway and Vizár), so that none can be cut off, swapped or brought in from another asset.
"""

import hashlib
import os
import re
import secrets
import shutil
import stat
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from io import BufferedReader, BytesIO, FileIO
from pathlib import Path
from typing import Final, Protocol

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from filelock import FileLock

from studio.core.errors import ConflictError, InputError, RefusedError, StorageError
from studio.core.files import PART_PREFIX, atomic_path, sync_folder, write_atomic

_MAGIC: Final = b"VIVAVLT1"
_KEY_BYTES = 32
_SALT_BYTES = 32
_NONCE_BYTES = 12
_TAG_BYTES = 16
_CHUNK_BYTES = 1 << 16
_BLOCK_BYTES = 1 << 20
_SETTLED_NS = 1_000_000_000  # a file changed less than this ago may change again within the same tick of its time stamp
_ASSET_ID = re.compile(r"[0-9a-z]{12}")
_KIND = re.compile(r"[a-z][a-z0-9-]{0,39}")

_Identity = tuple[int, ...]


@dataclass(frozen=True, slots=True)
class SealedAsset:
    """What was put into the vault.

    Attributes:
        sha256_plain: of the content, in hex.
        sha256_cipher: of the encrypted file, in hex; `Vault.check` compares it.
        bytes: length of the content.
    """

    sha256_plain: str
    sha256_cipher: str
    bytes: int


class Vault:
    """Encrypted assets of a data home in `vault/`, their keys wrapped in `keys/consents/`.

    Consent ids are UUIDs, asset ids are made by `studio.core.ids.new_id`, kinds are words ("statement").

    Args:
        home: the data home.
    """

    def __init__(self, home: Path) -> None:
        self._assets = home / "vault"
        self._master = home / "keys" / "vault.key"
        self._keys = home / "keys" / "consents"
        self._checked: dict[Path, tuple[_Identity, str]] = {}

    def create_key(self, consent_id: str) -> None:
        """Make the key of a consent.

        Raises:
            ConflictError: it has one.
            RefusedError: the vault's own key cannot be used.
            StorageError: it cannot be written.
        """
        path = self._key_path(consent_id)
        with _translated(path):
            self._keys.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(self._keys / "keys.lock"):
                if os.path.lexists(path):
                    raise ConflictError("the consent has a key already", where=str(path))
                nonce = secrets.token_bytes(_NONCE_BYTES)
                wrapped = AESGCM(self._master_key(create=True)).encrypt(
                    nonce, secrets.token_bytes(_KEY_BYTES), _wrap_label(consent_id)
                )
                write_atomic(path, nonce + wrapped, mode=0o600)

    def has_key(self, consent_id: str) -> bool:
        """Whether the consent has a key: without one nothing of it can be read."""
        return self._key_path(consent_id).is_file()

    def seal(self, consent_id: str, asset_id: str, kind: str, source: Path | bytes) -> SealedAsset:
        """Encrypt a file or bytes into the vault; memory does not grow with a file.

        Raises:
            ConflictError: there is such an asset: assets never change.
            RefusedError: the consent has no key that can be used.
            StorageError: the source cannot be read or the asset not written.
        """
        target = self._asset_path(consent_id, asset_id)
        with _translated(target):
            if os.path.lexists(target):
                raise ConflictError("there is such an asset already", where=str(target))
            with BytesIO(source) if isinstance(source, bytes) else source.open("rb") as stream:
                return self._write(consent_id, asset_id, kind, target, stream)

    def open(self, consent_id: str, asset_id: str, kind: str) -> bytes:
        """Decrypt an asset.

        Raises:
            RefusedError: it is missing, altered, of another kind or consent, or its key is destroyed.
            StorageError: it cannot be read.
        """
        return b"".join(self._read(consent_id, asset_id, kind))

    def check(self, consent_id: str, asset_id: str, sha256_cipher: str) -> None:
        """Check that an asset is there unchanged. Hashed again only when its file changed: cheap enough for every use.

        Raises:
            RefusedError: it is missing or changed.
            StorageError: it cannot be read.
        """
        path = self._asset_path(consent_id, asset_id)
        with _translated(path):
            try:
                identity = _identity(path.lstat())
            except FileNotFoundError as error:
                raise RefusedError(f"evidence {asset_id} is missing", where=str(path), hint=_RESTORE) from error
            known = self._checked.get(path)
            if known is None or known[0] != identity:
                with _opened(path) as stream:
                    identity = _identity(os.fstat(stream.fileno()))
                    known = (identity, hashlib.file_digest(stream, "sha256").hexdigest())
                if abs(time.time_ns() - path.lstat().st_ctime_ns) > _SETTLED_NS:
                    self._checked[path] = known
        if known[1] != sha256_cipher:
            raise RefusedError(f"evidence {asset_id} was changed", where=str(path), hint=_RESTORE)

    def destroy_key(self, consent_id: str) -> None:
        """Destroy the key of a consent; on disk when this returns, and nothing to do the second time.

        Raises:
            StorageError: it cannot be removed.
        """
        path = self._key_path(consent_id)
        with _translated(path):
            try:
                descriptor = os.open(path, os.O_WRONLY | getattr(os, "O_NOFOLLOW", 0))
            except FileNotFoundError:
                return
            except OSError:
                if not path.is_symlink():
                    raise
            else:
                with os.fdopen(descriptor, "wb", buffering=0) as stream:
                    stream.write(secrets.token_bytes(max(os.fstat(descriptor).st_size, _KEY_BYTES)))
                    os.fsync(descriptor)
            path.unlink(missing_ok=True)
            sync_folder(self._keys)

    def remove_asset(self, consent_id: str, asset_id: str) -> None:
        """Remove the file of one asset: taken back, or its record could not be written. Nothing to do if it is gone.

        Raises:
            StorageError: it cannot be removed.
        """
        path = self._asset_path(consent_id, asset_id)
        with _translated(path):
            if not path.parent.is_symlink() and os.path.lexists(path):
                path.unlink()
                sync_folder(path.parent)

    def remove_assets(self, consent_id: str) -> tuple[str, ...]:
        """Remove the files of a consent, unfinished ones too. Links are removed themselves, never what they lead to.

        Returns:
            Ids of the assets that were there; after an interruption the second call removes and names the rest.

        Raises:
            StorageError: one cannot be removed.
        """
        folder = self._folder(consent_id)
        removed = []
        with _translated(folder):
            if folder.is_symlink():
                folder.unlink()
            elif folder.is_dir():
                for entry in sorted(os.scandir(folder), key=lambda entry: entry.name):
                    if entry.is_dir(follow_symlinks=False):
                        shutil.rmtree(entry.path)
                    else:
                        Path(entry.path).unlink(missing_ok=True)
                    if _ASSET_ID.fullmatch(entry.name):
                        removed.append(entry.name)
                folder.rmdir()
            else:
                return ()
            sync_folder(self._assets)
        return tuple(removed)

    def rewrap(self, old_consent_id: str, new_consent_id: str) -> dict[str, SealedAsset]:
        """Encrypt the assets of a consent again for the one that renews it, which must have a key.

        The old ones stay. Assets that an interrupted call has done already are done again.

        Returns:
            What was sealed, by asset id; ids and kinds stay as they are.

        Raises:
            RefusedError: an asset was altered, or a key is missing.
            StorageError: a file cannot be read or written.
        """
        sealed = {}
        folder = self._folder(old_consent_id)
        with _translated(folder):
            names = sorted(entry.name for entry in os.scandir(folder)) if folder.is_dir() else []
        for asset_id in names:
            if asset_id.startswith(PART_PREFIX):
                continue
            target = self._asset_path(new_consent_id, asset_id)
            with _translated(target), _opened(self._asset_path(old_consent_id, asset_id)) as stream:
                kind = _read_header(stream)[0]
                plain = _Pieces(self._read(old_consent_id, asset_id, kind))
                sealed[asset_id] = self._write(new_consent_id, asset_id, kind, target, plain)
        return sealed

    def _write(self, consent_id: str, asset_id: str, kind: str, target: Path, source: "_Source") -> SealedAsset:
        if not _KIND.fullmatch(kind):
            raise InputError(f"'{kind}' is no kind of asset")
        if target.parent.is_symlink():
            raise RefusedError("the vault does not follow links", where=str(target.parent))
        salt = secrets.token_bytes(_SALT_BYTES)
        cipher = self._cipher(consent_id, asset_id, kind, salt)
        plain_hash, cipher_hash, size = hashlib.sha256(), hashlib.sha256(), 0
        self._assets.mkdir(mode=0o700, parents=True, exist_ok=True)
        target.parent.mkdir(mode=0o700, exist_ok=True)
        with atomic_path(target, mode=0o600) as temporary, temporary.open("wb") as stream:
            header = _header(kind, salt)
            stream.write(header)
            cipher_hash.update(header)
            for number, (chunk, last) in enumerate(_chunks(source, _CHUNK_BYTES)):
                plain_hash.update(chunk)
                size += len(chunk)
                piece = cipher.encrypt(_nonce(number, last=last), chunk, None)
                stream.write(piece)
                cipher_hash.update(piece)
        return SealedAsset(plain_hash.hexdigest(), cipher_hash.hexdigest(), size)

    def _read(self, consent_id: str, asset_id: str, kind: str) -> Iterator[bytes]:
        path = self._asset_path(consent_id, asset_id)
        with _translated(path), _opened(path) as stream:
            found, salt = _read_header(stream)
            if found != kind:
                raise RefusedError(f"asset {asset_id} is not of kind '{kind}'", where=str(path))
            cipher = self._cipher(consent_id, asset_id, kind, salt)
            for number, (chunk, last) in enumerate(_chunks(stream, _CHUNK_BYTES + _TAG_BYTES)):
                yield cipher.decrypt(_nonce(number, last=last), chunk, None)

    def _cipher(self, consent_id: str, asset_id: str, kind: str, salt: bytes) -> AESGCM:
        info = f"vivavoce-asset v1 {consent_id} {asset_id} {kind}".encode()
        return AESGCM(HKDF(SHA256(), _KEY_BYTES, salt, info).derive(self._consent_key(consent_id)))

    def _consent_key(self, consent_id: str) -> bytes:
        path = self._key_path(consent_id)
        wrapped = _secret(path, "the key of this consent", _DESTROYED)
        try:
            return AESGCM(self._master_key()).decrypt(
                wrapped[:_NONCE_BYTES], wrapped[_NONCE_BYTES:], _wrap_label(consent_id)
            )
        except (InvalidTag, ValueError) as error:
            raise RefusedError("the key of this consent is damaged", where=str(path), hint=_RESTORE) from error

    def _master_key(self, *, create: bool = False) -> bytes:
        if create and not self._master.exists() and not any(self._keys.glob("*.key")):
            write_atomic(self._master, secrets.token_bytes(_KEY_BYTES), mode=0o600)
        key = _secret(self._master, "the vault's key", _RESTORE)
        if len(key) != _KEY_BYTES:
            raise RefusedError("the vault's key is damaged", where=str(self._master), hint=_RESTORE)
        return key

    def _key_path(self, consent_id: str) -> Path:
        return self._keys / f"{_valid_consent(consent_id)}.key"

    def _folder(self, consent_id: str) -> Path:
        return self._assets / _valid_consent(consent_id)

    def _asset_path(self, consent_id: str, asset_id: str) -> Path:
        if not _ASSET_ID.fullmatch(asset_id):
            raise InputError("that is no asset id")
        return self._folder(consent_id) / asset_id


_RESTORE = "Restore it from a backup of the data home."
_DESTROYED = "If the consent has ended, its key was destroyed for good; else restore it from a backup of the data home."


class _Source(Protocol):
    def read(self, size: int, /) -> bytes: ...


def _chunks(source: _Source, size: int) -> Iterator[tuple[bytes, bool]]:
    """What there is to read in chunks, at least one, each with whether it is the last."""
    chunk = source.read(size)
    while following := source.read(size):
        yield chunk, False
        chunk = following
    yield chunk, True


class _Pieces:
    """Reads what an iterator yields in the chunks that are asked for: it yields them of that size."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces

    def read(self, _size: int, /) -> bytes:
        return next(self._pieces, b"")


def _valid_consent(consent_id: str) -> str:
    try:
        valid = str(uuid.UUID(consent_id)) == consent_id
    except ValueError:
        valid = False
    if not valid:
        raise InputError("that is no consent id")
    return consent_id


def _wrap_label(consent_id: str) -> bytes:
    return f"vivavoce-consent-key v1 {consent_id}".encode()


def _header(kind: str, salt: bytes) -> bytes:
    return _MAGIC + bytes([len(kind)]) + kind.encode() + salt


def _read_header(stream: _Source) -> tuple[str, bytes]:
    magic = stream.read(len(_MAGIC))
    length = stream.read(1)
    kind = stream.read(length[0] if length else 0).decode("ascii", "replace")
    salt = stream.read(_SALT_BYTES)
    if magic != _MAGIC or not _KIND.fullmatch(kind) or len(salt) != _SALT_BYTES:
        raise InvalidTag
    return kind, salt


def _nonce(number: int, *, last: bool) -> bytes:
    return number.to_bytes(_NONCE_BYTES - 1, "big") + bytes([last])


def _identity(found: os.stat_result) -> _Identity:
    return (found.st_mode, found.st_size, found.st_mtime_ns, found.st_ctime_ns, found.st_ino, found.st_dev)


@contextmanager
def _opened(path: Path) -> "Iterator[BufferedReader[FileIO]]":
    """Open a regular file in a folder that is no link; a link in its place is refused."""
    if path.parent.is_symlink():
        raise RefusedError("the vault does not follow links", where=str(path.parent))
    try:
        descriptor = os.open(path, os.O_RDONLY | getattr(os, "O_NOFOLLOW", 0) | getattr(os, "O_NONBLOCK", 0))
    except FileNotFoundError as error:
        raise RefusedError(f"evidence {path.name} is missing", where=str(path), hint=_RESTORE) from error
    except OSError as error:
        if path.is_symlink():
            raise RefusedError("the vault does not follow links", where=str(path)) from error
        raise
    with BufferedReader(FileIO(descriptor, "rb"), _BLOCK_BYTES) as stream:
        if not stat.S_ISREG(os.fstat(descriptor).st_mode):
            raise RefusedError(f"evidence {path.name} is not a file", where=str(path), hint=_RESTORE)
        yield stream


def _secret(path: Path, name: str, hint: str) -> bytes:
    """Read a key file that nobody else can read."""
    try:
        if os.name != "nt" and path.stat().st_mode & 0o077:
            raise RefusedError(f"{name} can be read by others", where=str(path), hint="Run chmod 600 on it.")
        return path.read_bytes()
    except FileNotFoundError as error:
        raise RefusedError(f"{name} is missing", where=str(path), hint=hint) from error


@contextmanager
def _translated(path: Path) -> Iterator[None]:
    try:
        yield
    except InvalidTag as error:
        raise RefusedError(f"evidence {path.name} was changed", where=str(path), hint=_RESTORE) from error
    except OSError as error:
        raise StorageError(
            f"the vault cannot be used: {error.strerror or error}",
            where=str(path),
            hint="Check that the disk is not full and the data home can be written.",
        ) from error

"""Grants: signed, short-lived permissions to make sound in one voice.

A `Grant` travels to a worker as plain data. The worker redeems it with the key of the data home, and only that yields
the `GrantedVoice` an engine asks for. Neither can be made anywhere else: both constructors want this package's seal.
"""

import hmac
import os
import secrets
import time
from dataclasses import asdict, dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Final, Never

from filelock import FileLock

from studio.consent.licences import files_sha256
from studio.consent.vault import Vault
from studio.consent.voices import ReferenceClip, clips_sha256
from studio.core.errors import RefusedError
from studio.core.files import write_atomic
from studio.core.hashing import canonical_json, sha256_bytes
from studio.store.blobs import BlobStore

GRANT_LIFE = timedelta(minutes=10)
_KEY_BYTES = 32
_SEAL: Final = object()


@dataclass(frozen=True, slots=True)
class GrantedClip:
    """A reference clip that a grant opens: asset id in the vault, delivery, and words if they are known."""

    asset_id: str
    delivery: str
    transcript: str


@dataclass(frozen=True, slots=True)
class Grant:
    """Permission to speak one line in one voice, for one project and use, once, until it expires.

    Attributes:
        voice_id: whose voice.
        engine: which engine may speak it.
        data_sha256: what the voice data must hash to.
        licence: SPDX identifier the voice is used under.
        project_id: for which project; empty for an audition outside of any.
        use: what the sound is for ("audiobook", "audition").
        language: BCP 47 tag of what will be said.
        line_key: key of the only line it is good for.
        consent_id: the consent it rests on; empty for a stock voice.
        record_hash: the consent record as the gate saw it.
        clips: the reference clips in the vault.
        made: asset id of what was made of them for the engine (a voice match); empty if nothing.
        shape_sha256: of everything but the recordings that shapes the sound; empty for a stock voice.
        files: name and SHA-256 of each file of an imported voice, in the blob store.
        max_seconds: how much may be said before the quota is used up; None without a quota.
        issued_at: UTC time in ISO 8601.
        expires_at: UTC time in ISO 8601.
        nonce: makes every grant different; it is redeemed once.
        signature: HMAC-SHA256 over all other fields, in hex.
    """

    voice_id: str
    engine: str
    data_sha256: str
    licence: str
    project_id: str
    use: str
    language: str
    line_key: str
    consent_id: str
    record_hash: str
    clips: tuple[GrantedClip, ...]
    made: str
    shape_sha256: str
    files: tuple[tuple[str, str], ...]
    max_seconds: float | None
    issued_at: str
    expires_at: str
    nonce: str
    signature: str = ""

    def signed_bytes(self) -> bytes:
        """What the signature covers: every field but itself."""
        fields = asdict(self)
        del fields["signature"]
        return canonical_json(fields)


class GrantedVoice:
    """A voice whose grant was verified just now. Engines accept nothing else."""

    __slots__ = ("_blobs", "_grant", "_vault")

    def __init__(self, grant: Grant, seal: object, vault: Vault | None = None, blobs: BlobStore | None = None) -> None:
        if seal is not _SEAL:
            raise RefusedError("a granted voice can only come from redeeming a grant")
        self._grant = grant
        self._vault = vault
        self._blobs = blobs

    def __reduce__(self) -> Never:
        """Refuse to be pickled: a granted voice does not leave the process that redeemed its grant."""
        raise RefusedError("a granted voice cannot be handed on")

    @property
    def voice_id(self) -> str:
        """Name of the voice."""
        return self._grant.voice_id

    @property
    def engine(self) -> str:
        """Name of the engine that may speak it."""
        return self._grant.engine

    @property
    def language(self) -> str:
        """BCP 47 tag of what may be said in it."""
        return self._grant.language

    @property
    def consent_id(self) -> str:
        """The consent it rests on; empty for a stock voice."""
        return self._grant.consent_id

    def check_data(self, sha256: str) -> None:
        """Compare the voice data an engine has loaded with what the grant was given for.

        Raises:
            RefusedError: the data is not what was licensed.
        """
        if not _same(sha256, self._grant.data_sha256):
            raise RefusedError(
                f"the data of voice '{self.voice_id}' is not what its licence record describes",
                hint="Reinstall the package, or remove the altered voice file.",
            )

    def reference_clips(self) -> tuple[ReferenceClip, ...]:
        """The recordings the voice is made of, decrypted; none for a stock voice.

        Raises:
            RefusedError: the key is destroyed, or the recordings are not those the consent is about.
        """
        grant = self._grant
        if self._vault is None or not grant.consent_id:
            return ()
        clips = tuple(
            ReferenceClip(
                self._vault.open(grant.consent_id, clip.asset_id, "reference"), clip.delivery, clip.transcript
            )
            for clip in grant.clips
        )
        self.check_data(clips_sha256(sha256_bytes(clip.sound) for clip in clips))
        return clips

    def made(self) -> bytes:
        """What was made of the recordings for the granted engine, as a voice match; empty if nothing was.

        Raises:
            RefusedError: the key is destroyed.
        """
        grant = self._grant
        if self._vault is None or not grant.made:
            return b""
        return self._vault.open(grant.consent_id, grant.made, "latents")

    @property
    def files(self) -> tuple[str, ...]:
        """Names of the files of an imported voice; none for any other."""
        return tuple(name for name, _ in self._grant.files)

    def file(self, name: str) -> bytes:
        """A file of an imported voice.

        Raises:
            RefusedError: there is no such file, or it is not what the licence record describes.
        """
        listed = dict(self._grant.files)
        self.check_data(files_sha256(listed))
        path = self._blobs.path(listed[name]) if self._blobs is not None and name in listed else None
        data = path.read_bytes() if path is not None and path.is_file() else None
        if data is None or not _same(sha256_bytes(data), listed[name]):
            raise RefusedError(
                f"file '{name}' of voice '{self.voice_id}' is missing or was altered", hint="Import the voice again."
            )
        return data

    def check_alive(self, seconds: float = 0.0) -> None:
        """See, before anything is kept, that the consent still stands and its quota is not exceeded.

        Args:
            seconds: length of what was said.

        Raises:
            RefusedError: it was withdrawn or ended meanwhile, or there is not so much left of the quota.
        """
        consent_id = self._grant.consent_id
        if consent_id and (self._vault is None or not self._vault.has_key(consent_id)):
            raise RefusedError(f"the consent for voice '{self.voice_id}' has ended")
        if self._grant.max_seconds is not None and seconds > self._grant.max_seconds:
            raise RefusedError(
                f"the quota of finished minutes of voice '{self.voice_id}' is used up",
                hint="Agree on more with the voice owner: studio consent renew.",
            )


class GrantKey:
    """The secret of one data home that grants are signed with (32 random bytes, file mode 0600)."""

    def __init__(self, secret: bytes) -> None:
        if len(secret) != _KEY_BYTES:
            raise RefusedError("the grant key is damaged", hint="Restore keys/grant.key from a backup, or delete it.")
        self._secret = secret

    @classmethod
    def load_or_create(cls, keys: Path) -> "GrantKey":
        """Read the key of a data home, making it the first time.

        Raises:
            RefusedError: the file is damaged or readable by others.
            OSError: it can be neither read nor written.
        """
        path = keys / "grant.key"
        if not path.exists():
            keys.mkdir(mode=0o700, parents=True, exist_ok=True)
            with FileLock(keys / "grant.lock"):  # two first starts at once must agree on one key
                if not path.exists():
                    write_atomic(path, secrets.token_bytes(_KEY_BYTES), mode=0o600)
        if path.stat().st_mode & 0o077:
            raise RefusedError("the grant key can be read by others", where=str(path), hint="Run chmod 600 on it.")
        return cls(path.read_bytes())

    def sign(self, grant: Grant) -> str:
        """HMAC-SHA256 of a grant's fields, in hex."""
        return hmac.new(self._secret, grant.signed_bytes(), "sha256").hexdigest()

    def redeem(
        self, grant: Grant, now: datetime, vault: Vault | None = None, blobs: BlobStore | None = None
    ) -> GrantedVoice:
        """Verify a grant and turn it into the voice an engine accepts.

        Args:
            grant: as it came.
            now: by the clock of this machine.
            vault: holds the recordings of a consented voice; a stock voice needs none.
            blobs: holds the files of an imported voice; others need none.

        Raises:
            RefusedError: forged, altered, not yet valid, expired, or its consent has ended.
        """
        if not _same(self.sign(grant), grant.signature):
            raise RefusedError(f"the grant for voice '{grant.voice_id}' is not genuine")
        if not datetime.fromisoformat(grant.issued_at) <= now < datetime.fromisoformat(grant.expires_at):
            raise RefusedError(f"the grant for voice '{grant.voice_id}' has expired", hint="Start the work again.")
        voice = GrantedVoice(grant, _SEAL, vault, blobs)
        voice.check_alive()
        return voice


def redeem_for_line(grant: Grant, line_key: str, *, home: Path, now: datetime) -> GrantedVoice:
    """Redeem a grant in a data home for the line it was given for, once and never again.

    Raises:
        RefusedError: as `GrantKey.redeem`; or it is for another line, or was used before.
        OSError: the data home cannot be written.
    """
    voice = GrantKey.load_or_create(home / "keys").redeem(grant, now, Vault(home), BlobStore(home / "blobs"))
    if not _same(grant.line_key, line_key):
        raise RefusedError(f"the grant for voice '{grant.voice_id}' is for another line")
    _spend(grant, redeemed(home))
    return voice


def redeemed(home: Path) -> Path:
    """Folder of the grants that were redeemed: one empty file each."""
    return home / "tmp" / "grants"


def forget_redeemed(home: Path) -> None:
    """Delete what is remembered of grants that have expired since."""
    for spent in redeemed(home).glob("*"):
        if time.time() - spent.stat().st_mtime > 2 * GRANT_LIFE.total_seconds():
            spent.unlink(missing_ok=True)


def _spend(grant: Grant, folder: Path) -> None:
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    try:
        os.close(os.open(folder / sha256_bytes(grant.nonce.encode()), os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600))
    except FileExistsError as error:
        raise RefusedError(f"the grant for voice '{grant.voice_id}' was used before") from error


def _same(one: str, other: str) -> bool:
    """Compare in constant time; as bytes, since `compare_digest` raises TypeError on text beyond ASCII."""
    return hmac.compare_digest(one.encode(), other.encode())

"""Grants: signed, short-lived permissions to make sound in one voice.

A `Grant` travels to a worker as plain data. The worker redeems it with the key of the data home, and only that yields
the `GrantedVoice` an engine asks for. Neither can be made anywhere else: both constructors want this package's seal.
"""

import hmac
import secrets
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Final, Never

from filelock import FileLock

from studio.core.errors import RefusedError
from studio.core.files import write_atomic
from studio.core.hashing import canonical_json

_KEY_BYTES = 32
_SEAL: Final = object()


@dataclass(frozen=True, slots=True)
class Grant:
    """Permission to speak in one voice for one project and use, until it expires.

    Attributes:
        voice_id: whose voice.
        engine: which engine may speak it.
        data_sha256: what the voice data must hash to.
        licence: SPDX identifier the voice is used under.
        project_id: for which project; empty for an audition outside of any.
        use: what the sound is for ("audiobook", "audition").
        language: BCP 47 tag of what will be said.
        issued_at: UTC time in ISO 8601.
        expires_at: UTC time in ISO 8601.
        nonce: makes every grant different.
        signature: HMAC-SHA256 over all other fields, in hex.
    """

    voice_id: str
    engine: str
    data_sha256: str
    licence: str
    project_id: str
    use: str
    language: str
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

    __slots__ = ("_grant",)

    def __init__(self, grant: Grant, seal: object) -> None:
        if seal is not _SEAL:
            raise RefusedError("a granted voice can only come from redeeming a grant")
        self._grant = grant

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

    def redeem(self, grant: Grant, now: datetime) -> GrantedVoice:
        """Verify a grant and turn it into the voice an engine accepts.

        Raises:
            RefusedError: forged, altered, not yet valid or expired.
        """
        if not _same(self.sign(grant), grant.signature):
            raise RefusedError(f"the grant for voice '{grant.voice_id}' is not genuine")
        if not datetime.fromisoformat(grant.issued_at) <= now < datetime.fromisoformat(grant.expires_at):
            raise RefusedError(f"the grant for voice '{grant.voice_id}' has expired", hint="Start the work again.")
        return GrantedVoice(grant, _SEAL)


def _same(one: str, other: str) -> bool:
    """Compare in constant time; as bytes, since `compare_digest` raises TypeError on text beyond ASCII."""
    return hmac.compare_digest(one.encode(), other.encode())

"""Accounts of the studio's people: who can sign in, and as what."""

import hashlib
import hmac
import secrets
import unicodedata

from sqlalchemy import func, select

from studio.consent.actors import Act, Actor, Role
from studio.consent.names import normal_name, skeleton
from studio.core.errors import ConflictError, InputError, NotFoundError
from studio.core.hashing import content_key
from studio.services.consents.views import StaffView
from studio.services.context import Context
from studio.store.consent_tables import StaffRow

MIN_PASSWORD = 10
_MAX_PASSWORD = 1_000
_ROLES = (Role.PRODUCER, Role.REVIEWER)
_MAX_NAME = 100
_COST, _BLOCK, _PARALLEL = 2**15, 8, 1  # scrypt: 32 MiB and about 0.1 s a try
_MEMORY_BYTES = 2 * 128 * _COST * _BLOCK
_SALT_BYTES = 16
_KEY_BYTES = 32


class StaffService:
    """Accounts. Passwords are kept as salted scrypt hashes."""

    def __init__(self, context: Context) -> None:
        self._context = context

    def add(self, actor: Actor, name: str, role: str, password: str) -> StaffView:
        """Add an account.

        Args:
            actor: who adds it.
            name: to sign in with, and as it stands on the record.
            role: "producer" or "reviewer".
            password: at least ten characters.

        Raises:
            RefusedError: the actor may not.
            InputError: name, role or password will not do.
            ConflictError: there is an account of that name, or one that looks like it.
        """
        actor.check(Act.ADMINISTER)
        folded = normal_name(name)
        if not skeleton(folded) or len(folded) > _MAX_NAME:
            raise InputError(f"an account needs a name of 1 to {_MAX_NAME} letters")
        if role not in _ROLES:
            raise InputError(f"'{role}' is not a role", hint=f"Choose {' or '.join(_ROLES)}.")
        password_hash = _hash(password)
        with self._context.database.write() as session:
            names = session.scalars(select(StaffRow.name)).all()
            if skeleton(folded) in {skeleton(each) for each in names}:
                raise ConflictError("there is an account whose name looks like that", hint="Choose another name.")
            now = self._context.clock.now(session).isoformat()
            row = StaffRow(name=folded, role=str(role), password_hash=password_hash, created_at=now)
            session.add(row)
            return _view(row)

    def set_password(self, actor: Actor, name: str, password: str) -> None:
        """Change a password: one's own, or anybody's for who administers accounts.

        Raises:
            RefusedError: the actor may not.
            InputError: the password will not do.
            NotFoundError: there is no such account.
        """
        folded = normal_name(name)
        if actor.role not in _ROLES or actor.name != folded:
            actor.check(Act.ADMINISTER)
        password_hash = _hash(password)
        with self._context.database.write() as session:
            row = session.get(StaffRow, folded)
            if row is None:
                raise NotFoundError("there is no such account", hint="See `studio staff list`.")
            row.password_hash = password_hash

    def remove(self, actor: Actor, name: str) -> None:
        """Remove an account. What was attested under its name stays.

        Raises:
            RefusedError: the actor may not.
            NotFoundError: there is no such account.
            ConflictError: it is the last reviewer's, and others remain.
        """
        actor.check(Act.ADMINISTER)
        with self._context.database.write() as session:
            row = session.get(StaffRow, normal_name(name))
            if row is None:
                raise NotFoundError("there is no such account", hint="See `studio staff list`.")
            others = session.scalars(select(StaffRow.role).where(StaffRow.name != row.name)).all()
            if row.role == Role.REVIEWER and others and Role.REVIEWER not in others:
                raise ConflictError("this is the last reviewer", hint="Add another one first, or remove the others.")
            session.delete(row)

    def all(self) -> tuple[StaffView, ...]:
        """All accounts by name."""
        with self._context.database.read() as session:
            return tuple(_view(row) for row in session.scalars(select(StaffRow).order_by(StaffRow.name)))

    def any(self) -> bool:
        """Whether there are accounts: without any, who is at the machine acts for the studio."""
        with self._context.database.read() as session:
            return bool(session.scalar(select(func.count()).select_from(StaffRow)))

    def version(self) -> str:
        """A hash that changes with every account, role and password; empty without accounts."""
        with self._context.database.read() as session:
            rows = session.execute(
                select(StaffRow.name, StaffRow.role, StaffRow.password_hash).order_by(StaffRow.name)
            ).all()
        return content_key({"accounts": [list(row) for row in rows]}) if rows else ""

    def authenticate(self, name: str, password: str) -> Actor | None:
        """Who signs in; None if name and password do not fit. Takes as long for an unknown name."""
        with self._context.database.read() as session:
            row = session.get(StaffRow, normal_name(name))
            stored, known, role = (row.password_hash, row.name, row.role) if row else (_NOBODY, "", "")
        fits = len(password) <= _MAX_PASSWORD and _fits(password, stored)
        return Actor(known, Role(role)) if fits and known else None


def _view(row: StaffRow) -> StaffView:
    return StaffView(row.name, row.role, row.created_at)


def _hash(password: str) -> str:
    if not MIN_PASSWORD <= len(password) <= _MAX_PASSWORD:
        raise InputError(f"a password has at least {MIN_PASSWORD} characters", hint="Four words make a good one.")
    salt = secrets.token_bytes(_SALT_BYTES)
    return f"scrypt:{_COST}:{_BLOCK}:{_PARALLEL}:{salt.hex()}:{_derive(password, salt, _COST, _BLOCK, _PARALLEL).hex()}"


def _fits(password: str, stored: str) -> bool:
    _kind, cost, block, parallel, salt, key = stored.split(":")
    derived = _derive(password, bytes.fromhex(salt), int(cost), int(block), int(parallel))
    return hmac.compare_digest(derived, bytes.fromhex(key))


def _derive(password: str, salt: bytes, cost: int, block: int, parallel: int) -> bytes:
    plain = unicodedata.normalize("NFC", password).encode()
    return hashlib.scrypt(plain, salt=salt, n=cost, r=block, p=parallel, maxmem=_MEMORY_BYTES, dklen=_KEY_BYTES)


_NOBODY = f"scrypt:{_COST}:{_BLOCK}:{_PARALLEL}:{bytes(_SALT_BYTES).hex()}:{bytes(_KEY_BYTES).hex()}"

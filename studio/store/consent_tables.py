"""Tables of voices, consents, their evidence and what was done with them. Times are UTC, in ISO 8601 text.

Whoever may be named in a row (record, event details, reviews) is erased with it; what the ledger keeps are salted
hashes. The triggers that guard these tables stand in the migration that makes them.
"""

from typing import Any

from sqlalchemy import CheckConstraint, ForeignKey, Index
from sqlalchemy.orm import Mapped, mapped_column

from studio.store.tables import Base

_STATES = (
    "'draft','requested','given','verified','suspended','refused','expired','withdrawn','revoked','invalidated',"
    "'superseded'"
)


class VoiceRow(Base):
    """A voice of a living person: it sounds only under a consent. Stock voices are not here."""

    __tablename__ = "voice"

    id: Mapped[str] = mapped_column(primary_key=True)
    subject_id: Mapped[str] = mapped_column(index=True)
    name: Mapped[str]
    name_skeleton: Mapped[str] = mapped_column(index=True)
    engine: Mapped[str]
    language: Mapped[str]
    data_sha256: Mapped[str]
    created_at: Mapped[str]


class ConsentRow(Base):
    """The present standing of a consent record; its events tell how it came about.

    `record` holds the record as JSON, or null once it is erased; `uses` repeats the terms' uses as ",audiobook,ad," for
    the triggers; `used_seconds` is rendered speech, for the quota. `ledger_seq` is the ledger event that set `state`
    and `record_hash`.
    """

    __tablename__ = "consent"

    id: Mapped[str] = mapped_column(primary_key=True)
    voice_id: Mapped[str] = mapped_column(ForeignKey("voice.id"), index=True)
    subject_id: Mapped[str] = mapped_column(index=True)
    state: Mapped[str] = mapped_column(index=True)
    record: Mapped[dict[str, Any] | None]
    record_hash: Mapped[str]
    salt: Mapped[str | None]
    not_before: Mapped[str]
    not_after: Mapped[str] = mapped_column(index=True)
    uses: Mapped[str]
    used_seconds: Mapped[float] = mapped_column(default=0.0)
    supersedes: Mapped[str | None]
    superseded_by: Mapped[str | None]
    owner_token_hash: Mapped[str | None] = mapped_column(unique=True)
    ledger_seq: Mapped[int]
    created_by: Mapped[str]
    created_at: Mapped[str]
    last_interaction_at: Mapped[str]
    retention_until: Mapped[str]
    ended_at: Mapped[str | None]

    __table_args__ = (CheckConstraint(f"state IN ({_STATES})", name="state"),)


class ConsentEventRow(Base):
    """Something that happened to a consent. Never changed; only `detail` may be erased."""

    __tablename__ = "consent_event"

    ledger_seq: Mapped[int] = mapped_column(primary_key=True, autoincrement=False)
    consent_id: Mapped[str] = mapped_column(ForeignKey("consent.id"), index=True)
    kind: Mapped[str]
    state: Mapped[str]
    time: Mapped[str]
    actor_role: Mapped[str]
    detail: Mapped[dict[str, Any] | None]


class VoiceAssetRow(Base):
    """A file of the vault: a reference clip, a statement, a voiceprint, a signed paper, latents. Encrypted.

    A reference clip has the `delivery` the person read it with, and its words. Latents are what was made of the clips
    for the engine that `label` names, as a voice match.
    """

    __tablename__ = "voice_asset"

    id: Mapped[str] = mapped_column(primary_key=True)
    consent_id: Mapped[str] = mapped_column(ForeignKey("consent.id"), index=True)
    kind: Mapped[str]
    label: Mapped[str]
    sha256_plain: Mapped[str] = mapped_column(index=True)
    sha256_cipher: Mapped[str]
    size_bytes: Mapped[int]
    duration_s: Mapped[float]
    fingerprint: Mapped[str]
    delivery: Mapped[str] = mapped_column(default="neutral", server_default="neutral")
    transcript: Mapped[str] = mapped_column(default="", server_default="")
    report: Mapped[dict[str, Any] | None]
    created_at: Mapped[str]
    destroyed_at: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("kind IN ('reference','voiceprint','statement','document','latents')", name="kind"),
    )


class ChallengeRow(Base):
    """Code words and number that a statement must hold; stored hashed, good for one statement."""

    __tablename__ = "challenge"

    id: Mapped[str] = mapped_column(primary_key=True)
    consent_id: Mapped[str] = mapped_column(ForeignKey("consent.id"), index=True)
    hashed: Mapped[dict[str, Any]]
    language: Mapped[str]
    notice_sha256: Mapped[str]
    issued_at: Mapped[str]
    expires_at: Mapped[str]
    attempts: Mapped[int]
    used_at: Mapped[str | None]


class StatementRow(Base):
    """A spoken statement that was handed in, with what the checks found. The sound is an asset."""

    __tablename__ = "statement"

    id: Mapped[str] = mapped_column(primary_key=True)
    consent_id: Mapped[str] = mapped_column(ForeignKey("consent.id"), index=True)
    challenge_id: Mapped[str] = mapped_column(ForeignKey("challenge.id"))
    asset_id: Mapped[str | None] = mapped_column(ForeignKey("voice_asset.id"))
    outcome: Mapped[str]
    report: Mapped[dict[str, Any] | None]
    created_at: Mapped[str]

    __table_args__ = (CheckConstraint("outcome IN ('pass','review','refuse')", name="outcome"),)


class ReviewRow(Base):
    """What a named person attested after listening to the evidence or reading the papers."""

    __tablename__ = "review"

    id: Mapped[str] = mapped_column(primary_key=True)
    consent_id: Mapped[str] = mapped_column(ForeignKey("consent.id"), index=True)
    statement_id: Mapped[str | None] = mapped_column(ForeignKey("statement.id"))
    reviewer: Mapped[str | None]
    decision: Mapped[str]
    note: Mapped[str | None]
    created_at: Mapped[str]

    __table_args__ = (CheckConstraint("decision IN ('approve','refuse')", name="decision"),)


class ApprovalRow(Base):
    """The owner's yes to one project, or to the final audio of one (named by the hash of its masters)."""

    __tablename__ = "approval"

    id: Mapped[str] = mapped_column(primary_key=True)
    consent_id: Mapped[str] = mapped_column(ForeignKey("consent.id"), index=True)
    project_id: Mapped[str] = mapped_column(index=True)
    kind: Mapped[str]
    audio_key: Mapped[str]
    decision: Mapped[str]
    requested_at: Mapped[str]
    decided_at: Mapped[str | None]

    __table_args__ = (
        CheckConstraint("kind IN ('project','final-audio')", name="kind"),
        CheckConstraint("decision IN ('asked','approved','declined')", name="decision"),
    )


class VoiceUseRow(Base):
    """What was made with a consented voice: the usage meter, and the list of works. Guarded by a trigger.

    `kind` is "take", "master" or "delivery"; `item` its key or file hash; `seconds` counts towards the quota for takes.
    """

    __tablename__ = "voice_use"

    id: Mapped[str] = mapped_column(primary_key=True)
    consent_id: Mapped[str] = mapped_column(ForeignKey("consent.id"), index=True)
    voice_id: Mapped[str]
    kind: Mapped[str]
    item: Mapped[str] = mapped_column(index=True)
    project_id: Mapped[str] = mapped_column(index=True)
    use: Mapped[str]
    language: Mapped[str]
    title: Mapped[str]
    path: Mapped[str]
    sha256: Mapped[str]
    seconds: Mapped[float]
    at: Mapped[str]

    __table_args__ = (
        CheckConstraint("kind IN ('take','master','delivery')", name="kind"),
        Index("ix_voice_use_consent_kind", "consent_id", "kind"),
    )


class PurgeRow(Base):
    """The destruction of what an ended consent left, step by step, so that a cut one goes on."""

    __tablename__ = "purge"

    consent_id: Mapped[str] = mapped_column(ForeignKey("consent.id"), primary_key=True)
    state: Mapped[str]
    destroyed: Mapped[list[Any]]
    certificate: Mapped[dict[str, Any] | None]
    started_at: Mapped[str]
    finished_at: Mapped[str | None]

    __table_args__ = (CheckConstraint("state IN ('pending','done')", name="state"),)


class StaffRow(Base):
    """Somebody who signs in to the studio."""

    __tablename__ = "staff"

    name: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str]
    password_hash: Mapped[str]
    created_at: Mapped[str]

    __table_args__ = (CheckConstraint("role IN ('producer','reviewer')", name="role"),)

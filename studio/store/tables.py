"""The tables. Times are UTC, in ISO 8601 text, so that every database orders them alike."""

from typing import Any

from sqlalchemy import JSON, CheckConstraint, ForeignKey, Index, MetaData, UniqueConstraint
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship

NAMING = {
    "ix": "ix_%(table_name)s_%(column_0_name)s",
    "uq": "uq_%(table_name)s_%(column_0_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


class Base(DeclarativeBase):
    """Common base, with names for all constraints so that migrations can address them."""

    metadata = MetaData(naming_convention=NAMING)
    type_annotation_map = {dict[str, Any]: JSON(none_as_null=True), list[Any]: JSON}  # noqa: RUF012 - SQLAlchemy reads it as it stands


class ProjectRow(Base):
    """A book under production.

    `spoken_off` are the classes of rules of the spoken form that are not applied to it. `series` names the series whose
    cast it shares; empty for none.
    """

    __tablename__ = "project"

    id: Mapped[str] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    title: Mapped[str]
    author: Mapped[str]
    language: Mapped[str]
    year: Mapped[str]
    publisher: Mapped[str]
    identifier: Mapped[str]
    description: Mapped[str]
    cover_sha256: Mapped[str | None]
    cover_media_type: Mapped[str | None]
    source_name: Mapped[str]
    source_sha256: Mapped[str]
    warnings: Mapped[list[Any]]
    pace: Mapped[float] = mapped_column(default=1.0)
    use: Mapped[str] = mapped_column(default="audiobook", server_default="audiobook")
    content: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    commercial: Mapped[bool] = mapped_column(default=True, server_default="1")
    spoken_off: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    series: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[str]

    chapters: Mapped[list["ChapterRow"]] = relationship(
        back_populates="project", order_by="ChapterRow.position", cascade="all, delete-orphan", passive_deletes=True
    )

    __table_args__ = (CheckConstraint("pace BETWEEN 0.5 AND 2.0", name="pace"),)


class ChapterRow(Base):
    """A division of the book, or one of its two credits. Positions are unique and ordered, not contiguous."""

    __tablename__ = "chapter"

    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"))
    position: Mapped[int]
    title: Mapped[str]
    kind: Mapped[str]
    parts: Mapped[list[Any]]
    skipped: Mapped[bool]
    words: Mapped[int]

    project: Mapped[ProjectRow] = relationship(back_populates="chapters")
    segments: Mapped[list["SegmentRow"]] = relationship(
        back_populates="chapter", order_by="SegmentRow.position", cascade="all, delete-orphan", passive_deletes=True
    )

    __table_args__ = (Index("ix_chapter_project_position", "project_id", "position"),)


class SegmentRow(Base):
    """A piece of a chapter that is rendered by itself.

    `text` is tagged text (`studio.manuscript.tags`). `delivery` is what is in force where it begins, in canonical form.
    `rest_s` is a pause the author asked for after it, in place of the one that `pause` stands for. A skipped segment is
    not read. `speaker` is how its role came to be: "" as the book gives it, else "sure", "unsure" (to be reviewed) or
    "confirmed" (by a person); confidence is from 0 to 1, and the reason is in words.
    """

    __tablename__ = "segment"

    id: Mapped[str] = mapped_column(primary_key=True)
    chapter_id: Mapped[str] = mapped_column(ForeignKey("chapter.id", ondelete="CASCADE"))
    position: Mapped[int]
    kind: Mapped[str]
    text: Mapped[str]
    pause: Mapped[str]
    role: Mapped[str]
    delivery: Mapped[str] = mapped_column(default="neutral", server_default="neutral")
    rest_s: Mapped[float | None]
    seed: Mapped[int] = mapped_column(default=0, server_default="0")
    skipped: Mapped[bool] = mapped_column(default=False, server_default="0")
    speaker: Mapped[str] = mapped_column(default="", server_default="")
    speaker_confidence: Mapped[float] = mapped_column(default=1.0, server_default="1")
    speaker_reason: Mapped[str] = mapped_column(default="", server_default="")

    chapter: Mapped[ChapterRow] = relationship(back_populates="segments")

    __table_args__ = (UniqueConstraint("chapter_id", "position"),)


class SuggestionRow(Base):
    """What might be better about a segment, for somebody to accept or decline.

    `kind` is "role" or "delivery", `value` the role or the delivery in canonical form, `reason` the evidence in words,
    `source` "text" or the name of the model that proposed it. A declined one is kept, so as not to be proposed again.
    """

    __tablename__ = "suggestion"

    segment_id: Mapped[str] = mapped_column(ForeignKey("segment.id", ondelete="CASCADE"), primary_key=True)
    kind: Mapped[str] = mapped_column(primary_key=True)
    value: Mapped[str] = mapped_column(primary_key=True)
    confidence: Mapped[float]
    reason: Mapped[str]
    source: Mapped[str]
    declined: Mapped[bool] = mapped_column(default=False, server_default="0")
    created_at: Mapped[str]

    __table_args__ = (CheckConstraint("kind IN ('role','delivery')", name="kind"),)


class EditRow(Base):
    """A change of the manuscript that can be undone: the segments of the touched chapters before and after.

    `before` and `after` map a chapter's id to its changed stretch: {"start", "segments"} with all columns of each
    segment. Edits are numbered from 1 in a project; those that are `undone` can be done again until another is made.
    """

    __tablename__ = "edit"

    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), primary_key=True)
    number: Mapped[int] = mapped_column(primary_key=True)
    label: Mapped[str]
    before: Mapped[dict[str, Any]]
    after: Mapped[dict[str, Any]]
    undone: Mapped[bool] = mapped_column(default=False, server_default="0")
    created_at: Mapped[str]


class LexiconRow(Base):
    """An entry of a lexicon (`studio.manuscript.lexicon.entry.Entry`): of the studio, a book or a voice."""

    __tablename__ = "lexicon_entry"

    id: Mapped[str] = mapped_column(primary_key=True)
    scope: Mapped[str]
    project_id: Mapped[str | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    voice_id: Mapped[str | None] = mapped_column(index=True)
    written: Mapped[str]
    notation: Mapped[str]
    said: Mapped[str]
    language: Mapped[str]
    exact_case: Mapped[bool]
    part_of_speech: Mapped[str]
    beside: Mapped[list[Any]]
    created_at: Mapped[str]

    __table_args__ = (
        CheckConstraint(
            "(scope = 'studio' AND project_id IS NULL AND voice_id IS NULL)"
            " OR (scope = 'book' AND project_id IS NOT NULL AND voice_id IS NULL)"
            " OR (scope = 'voice' AND project_id IS NULL AND voice_id IS NOT NULL)",
            name="scope",
        ),
    )


class SeriesRoleRow(Base):
    """Which voice speaks a role in every book of a series."""

    __tablename__ = "series_role"

    series: Mapped[str] = mapped_column(primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    voice_id: Mapped[str]
    created_at: Mapped[str]


class GuideRow(Base):
    """A guide recording of a segment: how somebody read it, for the engine to follow.

    `spoken` are the words it was aligned to: when the segment says others, the guide waits. Words and contours are
    those of `studio.manuscript.guide.Guide`. Its mode is "follow", or "revoice" if the recording itself is converted
    into the cast voice, by `engine`.
    """

    __tablename__ = "guide"

    segment_id: Mapped[str] = mapped_column(ForeignKey("segment.id", ondelete="CASCADE"), primary_key=True)
    blob_sha256: Mapped[str]
    spoken: Mapped[str]
    heard: Mapped[str]
    words: Mapped[list[Any]]
    pitch_st: Mapped[list[Any]]
    level_db: Mapped[list[Any]]
    mode: Mapped[str] = mapped_column(default="follow", server_default="follow")
    engine: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[str]


class CastRow(Base):
    """Which voice speaks a role of a project."""

    __tablename__ = "cast_role"

    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), primary_key=True)
    role: Mapped[str] = mapped_column(primary_key=True)
    voice_id: Mapped[str]


class TakeRow(Base):
    """A rendered line, keyed by the hash of everything that shapes its sound.

    `consent_id` is the consent it was made under; empty for stock voices. A trigger refuses any other take.
    """

    __tablename__ = "take"

    key: Mapped[str] = mapped_column(primary_key=True)
    blob_sha256: Mapped[str]
    voice_id: Mapped[str] = mapped_column(index=True)
    consent_id: Mapped[str | None] = mapped_column(index=True)
    engine: Mapped[str]
    engine_version: Mapped[str]
    licence: Mapped[str]
    characters: Mapped[int]
    duration_s: Mapped[float]
    cpu_s: Mapped[float]
    flags: Mapped[list[Any]]
    delivery: Mapped[str] = mapped_column(default="neutral", server_default="neutral")
    methods: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    notes: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    words: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    licences: Mapped[list[Any]] = mapped_column(default=list, server_default="[]")
    created_at: Mapped[str]


class MasterRow(Base):
    """A mastered chapter, keyed by its takes, pauses and profile."""

    __tablename__ = "master"

    key: Mapped[str] = mapped_column(primary_key=True)
    blob_sha256: Mapped[str]
    profile: Mapped[str]
    figures: Mapped[dict[str, Any]]
    marks: Mapped[list[Any]]
    peaks: Mapped[list[Any]]
    created_at: Mapped[str]


class DeliveryRow(Base):
    """A file that was delivered for a project, keyed by everything that is in it.

    Chapter and master are empty for a file that holds the whole book.
    """

    __tablename__ = "delivery"

    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    format: Mapped[str]
    key: Mapped[str]
    chapter_id: Mapped[str]
    master_key: Mapped[str]
    path: Mapped[str]
    sha256: Mapped[str]
    figures: Mapped[dict[str, Any]]
    checks: Mapped[list[Any]]
    created_at: Mapped[str]

    __table_args__ = (UniqueConstraint("path"),)


class JobRow(Base):
    """A piece of long work on a project or a voice: queued, running, then done, failed or cancelled."""

    __tablename__ = "job"

    id: Mapped[str] = mapped_column(primary_key=True)
    project_id: Mapped[str | None] = mapped_column(ForeignKey("project.id", ondelete="CASCADE"), index=True)
    voice_id: Mapped[str | None] = mapped_column(index=True)
    kind: Mapped[str]
    request: Mapped[dict[str, Any]]
    state: Mapped[str] = mapped_column(index=True)
    stage: Mapped[str] = mapped_column(default="")
    detail: Mapped[str] = mapped_column(default="")
    fraction: Mapped[float] = mapped_column(default=0.0)
    eta_s: Mapped[float | None]
    result: Mapped[dict[str, Any] | None]
    error_code: Mapped[str | None]
    error: Mapped[str | None]
    cancel_requested: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[str]
    started_at: Mapped[str | None]
    finished_at: Mapped[str | None]

    __table_args__ = (CheckConstraint("state IN ('queued','running','done','failed','cancelled')", name="state"),)

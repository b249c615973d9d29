"""The database of a data home: opened, checked, migrated; one transaction per unit of work."""

import logging
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Engine, create_engine, event, inspect, text
from sqlalchemy.exc import DatabaseError, OperationalError
from sqlalchemy.orm import Session

from studio.core.errors import StorageError

_log = logging.getLogger(__name__)
_MIGRATIONS = Path(__file__).parent / "migrations"
_BUSY_TIMEOUT_MS = 30_000


def sqlite_url(path: Path) -> str:
    """Address of an SQLite file as SQLAlchemy writes it."""
    return f"sqlite:///{path}"


class Database:
    """A migrated database.

    On SQLite every connection runs in WAL mode with full synchronisation, foreign keys on and 30 s of patience; a
    writing transaction takes the write lock when it begins, so that it never fails half-way for want of it.
    """

    def __init__(self, url: str) -> None:
        self._url = url
        self._engine = create_engine(url)
        if self._engine.dialect.name == "sqlite":
            event.listen(self._engine, "connect", _prepare_sqlite)
        self._migrate()

    @property
    def engine(self) -> Engine:
        """The SQLAlchemy engine."""
        return self._engine

    @contextmanager
    def read(self) -> Iterator[Session]:
        """A session that sees one consistent state and writes nothing.

        Raises:
            StorageError: the database cannot be read.
        """
        with self._translated(), Session(self._engine) as session:
            self._begin(session, "BEGIN")
            yield session
            session.rollback()

    @contextmanager
    def write(self) -> Iterator[Session]:
        """A session whose changes are committed together at the end, or not at all on an exception.

        Raises:
            StorageError: the database cannot be written.
        """
        with self._translated(), Session(self._engine, expire_on_commit=False) as session:
            self._begin(session, "BEGIN IMMEDIATE")
            yield session
            session.commit()

    def close(self) -> None:
        """Give all connections back."""
        self._engine.dispose()

    def _begin(self, session: Session, statement: str) -> None:
        if self._engine.dialect.name == "sqlite":
            session.execute(text(statement))

    @contextmanager
    def _translated(self) -> Iterator[None]:
        try:
            yield
        except OperationalError as error:
            raise StorageError(
                f"the database cannot be used: {error.orig}",
                where=self._engine.url.render_as_string(hide_password=True),
                hint="Check that the disk is not full and the data home can be written.",
            ) from error

    def _migrate(self) -> None:
        revisions = {path.name.partition("_")[0] for path in (_MIGRATIONS / "versions").glob("[0-9]*.py")}
        where = self._engine.url.render_as_string(hide_password=True)
        try:
            with self._engine.begin() as connection:
                self._begin_connection(connection)
                current = _revision(connection)
                if current == max(revisions):
                    return
                if current is not None and current not in revisions:
                    raise StorageError(
                        "the database was made by a newer version of the studio", where=where, hint="Update the studio."
                    )
                _log.info("migrating the database from %s to %s", current, max(revisions))
                _upgrade(connection)
        except DatabaseError as error:
            raise StorageError(
                f"the database cannot be opened: {error.orig}", where=where, hint="Restore it from a backup."
            ) from error

    def _begin_connection(self, connection: Any) -> None:
        if self._engine.dialect.name == "sqlite":
            connection.execute(text("BEGIN IMMEDIATE"))


def _revision(connection: Connection) -> str | None:
    if not inspect(connection).has_table("alembic_version"):
        return None
    revision: str | None = connection.scalar(text("SELECT version_num FROM alembic_version"))
    return revision


def _upgrade(connection: Connection) -> None:
    from alembic import command  # noqa: PLC0415 - slow to load, and not wanted at most starts
    from alembic.config import Config  # noqa: PLC0415

    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def _prepare_sqlite(connection: Any, _record: object) -> None:
    connection.isolation_level = None  # the driver must not begin transactions of its own: `read` and `write` do
    cursor = connection.cursor()
    for pragma in (
        "journal_mode=WAL",
        "synchronous=FULL",
        "foreign_keys=ON",
        f"busy_timeout={_BUSY_TIMEOUT_MS}",
    ):
        cursor.execute(f"PRAGMA {pragma}")
    cursor.close()

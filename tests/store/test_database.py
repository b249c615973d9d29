import sqlite3
import threading
from pathlib import Path

import pytest
from alembic.autogenerate import compare_metadata
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import select, text
from sqlalchemy.exc import IntegrityError

from studio.core.errors import StorageError
from studio.store import database as database_module
from studio.store.database import Database, sqlite_url
from studio.store.tables import Base, CastRow, ProjectRow


def project(identifier: str, **changes: object) -> ProjectRow:
    fields: dict[str, object] = {
        "id": identifier, "name": identifier, "title": "T", "author": "A", "language": "en-GB",
        "year": "",
        "publisher": "", "identifier": "", "description": "", "source_name": "t.txt", "source_sha256": "0" * 64,
        "warnings": [],
        "created_at": "2026-01-01T00:00:00+00:00",
    }  # fmt: skip
    return ProjectRow(**{**fields, **changes})


@pytest.fixture
def database(tmp_path: Path):
    opened = Database(sqlite_url(tmp_path / "studio.db"))
    yield opened
    opened.close()


def test_migrations_make_exactly_the_tables_of_the_models(database: Database):
    with database.engine.connect() as connection:
        context = MigrationContext.configure(connection, opts={"compare_type": True})
        assert compare_metadata(context, Base.metadata) == []


def test_a_new_database_has_the_last_revision(database: Database):
    """Which is found by the names of the files: they begin with their revision."""
    scripts = ScriptDirectory(str(Path(database_module.__file__).parent / "migrations"))
    with database.read() as session:
        assert session.scalar(text("SELECT version_num FROM alembic_version")) == scripts.get_current_head()
    for script in scripts.walk_revisions():
        assert Path(script.path).name.startswith(f"{script.revision}_")


def test_sqlite_runs_durable_and_with_foreign_keys(database: Database):
    with database.read() as session:
        pragmas = {name: session.execute(text(f"PRAGMA {name}")).scalar() for name in ("journal_mode", "foreign_keys")}
        assert pragmas == {"journal_mode": "wal", "foreign_keys": 1}
        assert session.execute(text("PRAGMA synchronous")).scalar() == 2


def test_a_failed_unit_of_work_leaves_nothing(database: Database):
    def add_and_fail() -> None:
        with database.write() as session:
            session.add(project("a"))
            session.flush()
            raise RuntimeError

    with pytest.raises(RuntimeError):
        add_and_fail()
    with database.read() as session:
        assert session.scalars(select(ProjectRow)).all() == []


def test_deleting_a_project_takes_its_rows_along(database: Database):
    with database.write() as session:
        session.add(project("a"))
        session.flush()
        session.add(CastRow(project_id="a", role="narrator", voice_id="v"))
    with database.write() as session:
        session.delete(session.get_one(ProjectRow, "a"))
    with database.read() as session:
        assert session.scalars(select(CastRow)).all() == []


def test_a_row_of_no_project_is_refused(database: Database):
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(CastRow(project_id="nobody", role="narrator", voice_id="v"))


def test_pace_is_held_to_its_range_by_the_database_itself(database: Database):
    with pytest.raises(IntegrityError), database.write() as session:
        session.add(project("a", pace=9.0))


def test_writers_wait_for_each_other(database: Database):
    def add(number: int) -> None:
        with database.write() as session:
            known = session.scalars(select(ProjectRow)).all()
            session.add(project(f"p{number}", title=str(len(known))))

    threads = [threading.Thread(target=add, args=(number,)) for number in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    with database.read() as session:
        assert sorted(row.title for row in session.scalars(select(ProjectRow))) == [str(number) for number in range(8)]


def test_a_file_that_is_no_database_is_refused_and_kept(tmp_path: Path):
    path = tmp_path / "studio.db"
    path.write_bytes(b"not a database at all " * 100)
    with pytest.raises(StorageError, match="cannot be opened"):
        Database(sqlite_url(path))
    assert path.read_bytes().startswith(b"not a database")


def test_a_database_of_a_newer_version_is_refused(tmp_path: Path):
    path = tmp_path / "studio.db"
    Database(sqlite_url(path)).close()
    connection = sqlite3.connect(path)
    connection.execute("UPDATE alembic_version SET version_num = '9999'")
    connection.commit()
    connection.close()
    with pytest.raises(StorageError, match="newer version"):
        Database(sqlite_url(path))


def test_opening_twice_migrates_once(tmp_path: Path):
    url = sqlite_url(tmp_path / "studio.db")
    first = Database(url)
    with first.write() as session:
        session.add(project("a"))
    first.close()
    second = Database(url)
    with second.read() as session:
        assert session.get(ProjectRow, "a") is not None
    second.close()

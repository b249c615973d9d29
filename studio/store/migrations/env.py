"""Alembic's environment: runs on the connection that `studio.store.database` hands over, inside its transaction."""

from alembic import context

from studio.store import consent_tables, ledger_tables, voice_tables  # noqa: F401 - their tables join the metadata
from studio.store.tables import Base

context.configure(
    connection=context.config.attributes["connection"], target_metadata=Base.metadata, render_as_batch=True
)
context.run_migrations()

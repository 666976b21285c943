"""Run by Alembic. The connection, with its transaction and lock, comes from store.migrator."""

from __future__ import annotations

from alembic import context

from calendar_service.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,  # SQLite changes a table by copying it
)
with context.begin_transaction():
    context.run_migrations()

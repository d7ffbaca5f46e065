"""Alembic's way in: it gets our connection and nothing else."""

from __future__ import annotations

from alembic import context

from maildesk.store.schema import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    render_as_batch=True,
    transactional_ddl=True,  # of SQLite Alembic would not believe it
    transaction_per_migration=True,
)
with context.begin_transaction():
    context.run_migrations()

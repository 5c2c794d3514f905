"""Alembic's way in: migrate over the connection that `records.database` opened and locked."""

from alembic import context

from jupyter_domino.records.tables import metadata

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=metadata,
    # SQLite cannot alter most of a table in place.
    render_as_batch=True,
    # SQLite can roll back DDL when BEGIN is said aloud, as `records.database` does.
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()

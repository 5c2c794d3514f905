"""Which migrations a database has had, and which is the newest."""

from sqlalchemy import Connection, inspect, text

HEAD = "0001"
"""The newest migration (a test holds it against the folder): spares Alembic's import."""


def version_of(connection: Connection) -> str | None:
    """The newest migration that the database has had; None before the first."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    found = connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
    return None if found is None else str(found)

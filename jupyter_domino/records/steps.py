"""One migration after another, forwards and back."""

from pathlib import Path

from alembic import command
from alembic.config import Config
from sqlalchemy import Connection

from jupyter_domino.records.version import version_of

_MIGRATIONS = Path(__file__).parent / "migrations"


def to_version(connection: Connection, version: str) -> None:
    """Migrate forwards or back (`base` is the empty database) within the caller's transaction."""
    config = Config()
    config.set_main_option("script_location", str(_MIGRATIONS))
    config.attributes["connection"] = connection
    current = version_of(connection)
    if version == "base" or (current is not None and version < current):
        command.downgrade(config, version)
    else:
        command.upgrade(config, version)

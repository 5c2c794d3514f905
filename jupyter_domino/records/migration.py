"""Bring the tables to what this version expects, once, however many processes start at once."""

import fcntl
import threading
from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Engine, text

from jupyter_domino.errors import Damaged
from jupyter_domino.records.engine import WRITES
from jupyter_domino.records.version import HEAD, version_of

_LOCK_NUMBER = 0x646F6D696E6F
"""Of PostgreSQL's advisory lock; 'domino' in ASCII."""

_IN_THIS_PROCESS = threading.Lock()
"""Alembic keeps the migration it runs in module globals: one at a time, whatever the database."""


def migrate(engine: Engine) -> None:
    """Make the tables or bring them up to date. A crash leaves them as they were.

    Raises:
        Damaged: `format-unsupported`: a newer version of this program has made them.
    """
    if _version(engine) == HEAD:
        return
    with (
        _IN_THIS_PROCESS,
        _only_one(engine),
        engine.execution_options(**{WRITES: True}).begin() as connection,
    ):
        version = version_of(connection)
        if version is not None and version > HEAD:
            raise Damaged(
                f"The records in {engine.url.render_as_string()} were made by a newer version of "
                "jupyter-domino: upgrade the package, or name another JUPYTER_DOMINO_DATABASE.",
                code="format-unsupported",
            )
        if version != HEAD:
            # Alembic takes 0.1 s to import; most starts find the tables as they should be.
            from jupyter_domino.records.steps import to_version  # noqa: PLC0415

            to_version(connection, HEAD)


def _version(engine: Engine) -> str | None:
    with engine.connect() as connection:
        return version_of(connection)


@contextmanager
def _only_one(engine: Engine) -> Iterator[None]:
    """Nobody else migrates the same database meanwhile."""
    if engine.dialect.name == "sqlite":
        with open(f"{engine.url.database}.lock", "w", encoding="ascii") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX)
            yield
    else:
        with engine.connect() as connection:
            connection.execute(text(f"SELECT pg_advisory_lock({_LOCK_NUMBER})"))
            try:
                yield
            finally:
                connection.execute(text(f"SELECT pg_advisory_unlock({_LOCK_NUMBER})"))

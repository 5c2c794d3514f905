"""A connection to the database of records, in the way each kind of database needs it."""

import sqlite3
from pathlib import Path

from sqlalchemy import URL, Connection, Engine, create_engine, event, make_url
from sqlalchemy.engine.interfaces import DBAPIConnection
from sqlalchemy.exc import ArgumentError, NoSuchModuleError
from sqlalchemy.pool import ConnectionPoolEntry, NullPool

from jupyter_domino.errors import Unavailable

BUSY_SECONDS = 30.0
"""How long a writer waits for another one; each holds the database for milliseconds."""

WRITES = "jupyter_domino_writes"
"""Execution option of an engine whose transactions write."""

_NETWORK_FILE_SYSTEMS = ("nfs", "cifs", "smb", "9p", "fuse", "lustre", "ceph", "gpfs", "beegfs")


def connect(url: str) -> Engine:
    """An engine for a SQLAlchemy URL; no connection is made yet.

    Connections are not pooled: kernels and terminals are many, mostly idle, and end
    without a goodbye. To open one costs less than a millisecond on a file.

    Raises:
        Unavailable: `records-unavailable`: no such kind of database, or its driver is missing.
    """
    try:
        parsed = make_url(url)
        if parsed.get_backend_name() == "sqlite":
            return _sqlite(parsed)
        if parsed.drivername == "postgresql":
            parsed = parsed.set(drivername="postgresql+psycopg")
        return create_engine(parsed, poolclass=NullPool)
    except (ArgumentError, NoSuchModuleError, ModuleNotFoundError) as error:
        raise Unavailable(
            f"The records' database cannot be used ({error}): JUPYTER_DOMINO_DATABASE is a "
            "SQLAlchemy URL such as sqlite:////folder/records.sqlite3 or "
            "postgresql://user@host/name (for which 'pip install jupyter-domino[postgresql]').",
            code="records-unavailable",
        ) from error


def _sqlite(url: URL) -> Engine:
    engine = create_engine(url, poolclass=NullPool, connect_args={"timeout": BUSY_SECONDS})
    file = Path(url.database or "")
    # WAL shares memory between processes, which machines on a network file system cannot.
    journal = "TRUNCATE" if is_on_network(file, _mounts()) else "WAL"

    @event.listens_for(engine, "connect")
    def prepare(connection: DBAPIConnection, entry: ConnectionPoolEntry) -> None:
        assert isinstance(connection, sqlite3.Connection)  # noqa: S101 - for the type checker
        # sqlite3 would begin transactions by itself, late, and never around DDL.
        connection.isolation_level = None
        for pragma in (f"journal_mode={journal}", "synchronous=NORMAL", "foreign_keys=ON"):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def begin(connection: Connection) -> None:
        # A transaction that reads first and writes later would fail at once, unwaited, when
        # another wrote in between: those that write say so, and wait for their turn here.
        writes = connection.get_execution_options().get(WRITES)
        connection.exec_driver_sql("BEGIN IMMEDIATE" if writes else "BEGIN")

    return engine


def is_on_network(file: Path, mounts: str) -> bool:
    """Whether a file lies on a network file system, as `mounts` (a mountinfo) has it."""
    best, kind = "", ""
    path = f"{file.parent.resolve()}/"
    for line in mounts.splitlines():
        before, _, after = line.partition(" - ")
        point = before.split()[4].replace("\\040", " ").rstrip("/") + "/"
        if path.startswith(point) and len(point) >= len(best):
            best, kind = point, after.split()[0]
    return kind.startswith(_NETWORK_FILE_SYSTEMS)


def _mounts() -> str:
    try:
        return Path("/proc/self/mountinfo").read_text(encoding="utf-8", errors="replace")
    except OSError:
        return ""

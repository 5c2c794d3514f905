"""A real PostgreSQL server for the tests: Debian's, on a unix socket in a folder of its own."""

import os
import pwd
import shutil
import subprocess
import tempfile
from collections.abc import Iterator
from pathlib import Path
from uuid import uuid4

import pytest
from sqlalchemy import create_engine, text

PROGRAMS = sorted(Path("/usr/lib/postgresql").glob("*/bin"))
"""Of Debian's package `postgresql`, which `.ci/run` installs."""

POSTGRESQL = pytest.param("postgresql", marks=pytest.mark.xdist_group("postgresql"))
"""One worker runs all that needs the server, so that one server is enough."""


@pytest.fixture(scope="session")
def postgresql() -> Iterator[str]:
    """URL of a server on a unix socket; PostgreSQL will not run as root."""
    folder = Path(tempfile.mkdtemp(prefix="jupyter-domino-pg-"))
    programs, data = PROGRAMS[-1], folder / "data"
    become: list[str] = []
    if os.getuid() == 0:
        user = pwd.getpwnam("postgres")
        os.chown(folder, user.pw_uid, user.pw_gid)
        become = ["runuser", "-u", "postgres", "--"]
    subprocess.run(
        [*become, programs / "initdb", "-D", data, "-U", "domino", "-A", "trust", "--no-sync"],
        check=True,
        stdout=subprocess.DEVNULL,
        cwd=folder,
    )
    options = f"-c listen_addresses='' -c fsync=off -k {folder}"
    control = [*become, programs / "pg_ctl", "-D", data, "-w", "-l", folder / "log"]
    subprocess.run(
        [*control, "-o", options, "start"], check=True, stdout=subprocess.DEVNULL, cwd=folder
    )
    yield f"postgresql+psycopg://domino@/postgres?host={folder}"
    subprocess.run(
        [*control, "-m", "immediate", "stop"], check=True, stdout=subprocess.DEVNULL, cwd=folder
    )
    shutil.rmtree(folder)


@pytest.fixture
def postgresql_database(postgresql: str) -> str:
    """URL of an empty database of its own."""
    name = f"records_{uuid4().hex}"
    engine = create_engine(postgresql, isolation_level="AUTOCOMMIT")
    with engine.connect() as connection:
        connection.execute(text(f"CREATE DATABASE {name}"))
    engine.dispose()
    return postgresql.replace("/postgres?", f"/{name}?")
